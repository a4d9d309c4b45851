# The webhook server behind a proxy
upstream-url = the upstream "{ $url }" cannot be passed on to: { $why }
upstream-url-none = it is no URL ({ $why }); write http://host:port or http://host:port/path
upstream-url-credentials = leave out user and password; URLs are shown in reports (http://host:port)
upstream-url-form = write http://host:port or https://host:port/path, without a query
upstream-ca-file = the authority's file { $path }: { $why }; it must be a PEM file with at least one `BEGIN CERTIFICATE` block
upstream-tls = TLS to the upstream could not be set up: { $why }
upstream-first-answers = none of the first { $answers } answers of the upstream is a JSON object, so OpenIM fails these callbacks (the last: status { $status }, begins "{ $begins }"); look for another virtual host (try keeping Host), an IP allow-list or a login page
# Faults by rule
upstream-fault-kind = "{ $given }" is no fault; a rule begins with hang, reset, close, slow_body, delay=2s or status=500
upstream-fault-part = "{ $given }" is no part of a rule; there are key=, command=, p=, from=, to=, operation= and, last, body=
upstream-fault-value = { $part }="{ $given }": { $why }
upstream-fault-operation = write what the operationIDs begin with, such as operation=ob
upstream-fault-command = write a command as in the URL, such as callbackBeforeCreateGroupCommand
upstream-fault-p = write a probability above 0 and up to 1, such as 0.1
upstream-fault-span = write a time with its unit, such as 10s or 500ms
upstream-fault-status = write an HTTP status from 200 to 599
upstream-fault-no-time = the rule is over before it begins; `to` must be later than `from` (without `to` it lasts 60s)
upstream-fault-body-alone = `body=` belongs to status=CODE
upstream-fault-everyone = this rule names no operationID, so it hits everybody's callbacks: add operation=PREFIX, or say --hits-everyone if that is meant
