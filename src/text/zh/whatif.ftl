# (whatif)
