# (calls)
