# (run)
