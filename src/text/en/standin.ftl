# (standin)
