# (report)
