# (timeouts)
