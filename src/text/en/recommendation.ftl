# (recommendation)
