# (html)
