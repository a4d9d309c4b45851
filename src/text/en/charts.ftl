# (charts)
