# Errors of a profile
