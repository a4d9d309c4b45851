# (probe)
