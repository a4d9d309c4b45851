# (compare)
