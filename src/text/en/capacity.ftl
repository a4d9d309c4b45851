# (capacity)
