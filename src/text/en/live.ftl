# (live)
