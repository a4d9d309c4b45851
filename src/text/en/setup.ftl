# (setup)
