# (validity)
