# --metrics
metrics-address = `{ $given }` is no address to listen at: write a port (9464 means 127.0.0.1:9464) or ip:port
metrics-taken = --metrics { $address }: another program listens there; stop it or take another port
metrics-elsewhere = --metrics { $address }: this machine has no such address; take 127.0.0.1 or one of its own
metrics-privileged = --metrics { $address }: ports below 1024 are for privileged users; take another port
metrics-no-listener = --metrics { $address }: cannot listen there
metrics-listening = metrics at { $url }
metrics-beyond = metrics at { $url } may be read from other machines; anyone there learns rates and times
