# (preflight)
