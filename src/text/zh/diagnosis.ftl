# (diagnosis)
