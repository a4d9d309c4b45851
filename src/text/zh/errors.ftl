# Errors of reading and writing, of arguments, of what cannot be predicted
