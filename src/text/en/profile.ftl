# Errors of a profile
profile-problem = `{ $key }` { $what }
profile-problem-at = { $place }: `{ $key }` { $what }
profile-flag = flag for { $key }
profile-cannot-read = cannot read { $path }: { $why }; check the path that `{ $key }` names
profile-not-a-file = cannot read { $path }: it is not a file; check the path that `{ $key }` names
profile-no-such = there is no profile file `{ $name }` and no shipped profile of that name; shipped are: { $shipped } (`openim-bench profile list`)
profile-no-toml = { $place }: not valid TOML: { $why }
profile-input = { $path }:{ $line }: { $what }
profile-set = `--set { $argument }` is not of the form path=value, such as `--set load.rate=50`
# Keys and the shape of their values; each is read after the key's name
profile-wrong = is wrong: { $why }
profile-no-item = names a list item that does not exist; count from 0
profile-twice = is given twice, in two spellings; keep one
profile-did-you-mean = did you mean `{ $near }`?
profile-nearest = the nearest is `{ $near }`
profile-unknown-key = is not a known key; { $suggestion } (known here: { $known })
profile-unknown-below = is not a known key: this is a plain value, not a table
profile-wrong-choice = is `{ $text }`; { $suggestion } (it takes { $choice })
profile-not-finite = is { $value }; it takes an ordinary number
profile-below-zero = is { $value }; it takes a whole number from 0
profile-exactly-one = takes exactly one of { $names }; it has { $n }
profile-lacks = lacks `{ $key }`
profile-no-unit = is { $value }, a number without a unit; a duration is text such as "{ $value }s" or "{ $value }ms"
profile-mismatch = is { $is }; it takes { $takes }
profile-either = { $first } or { $second }
profile-the-text = the text { $choice }
profile-a-table = a table
profile-table-with = a table with { $names }
profile-table-of-one = a table with one of { $names }
profile-a-list = a list
profile-a-duration = a duration such as "20s" or "50ms"
profile-a-text = text in quotes
profile-a-truth = true or false
profile-from-zero = a whole number from 0
profile-a-whole = a whole number
profile-a-number = a number
# Values; each is read after the key's name
profile-above-zero = is { $value }; it must be above 0
profile-not-negative = is { $value }; it must not be negative
profile-share = is { $value }; it is a share and must lie between 0 and 1, such as 0.001
profile-share-at-most = is { $value }; it is a share above 0 and at most 1
profile-share-whole = is { $value }; it is a share from 0 to 1
profile-share-below = is { $value }; it is a share from 0 to below 1, such as 0.0005
profile-longer = is 0; it must last longer than that
profile-at-least-one = is { $value }; it must be at least 1
profile-status = has the status { $status }; a whole answer has one from 200 to 599
profile-quantiles = is { $value }, below `objective.{ $low }` ({ $other }); a higher quantile cannot be faster
profile-margin = is { $value }; timeouts go from 1 to 15 s, so at most 14 can be added
profile-no-log = is not a file; name an HdrHistogram interval log
# The caller
profile-budget = is { $value }, beyond `target.call_timeout` ({ $limit }), which ends every call; raise that one too
profile-retries = is { $value }; at most { $most } attempts can follow the first
profile-backoff = is { $value }, above `caller.backoff_max` ({ $max })
profile-retries-loop = needs the open loop, in which arrivals go on while others wait; write `load.loop = "open"`
profile-retries-nothing = has nothing to repeat: only creates are repeated, and `load.operation` has none
# The load
profile-mix-empty = is a mix of nothing; name an operation
profile-mix-weight = has a weight that is not above 0
profile-replay-loop = is `replay`, which needs the open loop; write `load.loop = "open"`
profile-replay-file = is `replay`, which needs `load.offsets_file`: one offset a line, in seconds
profile-replay-phases = does not go with `load.arrivals = "replay"`: the file says when calls start
profile-replay-warmup = has no offset after the warm-up of { $warmup }, so nothing would be measured
profile-offsets-unread = is only read with `load.arrivals = "replay"`
profile-not-measured = has only phases that are not measured; add one of kind steady, ramp, steps or spike
profile-hold-workers = needs `webhook.workers`: the number of workers that the calls hold
profile-ramp-zero = and `from` are both 0; one must be above
profile-range = goes from { $min } to { $max }; min must not be above max
profile-members = is up to { $value }; OpenIM takes at most { $most } in one call
profile-users = gives { $users } users; one group needs up to { $needed } (owner, admins, members and those who come in later)
profile-groups = allows { $cap } groups, but this load makes about { $calls } calls and may need { $needed } groups; raise it with `--set limits.groups={ $needed }`, or lower rate or duration
# Outages
profile-outage-none = is `outage`, but no webhook is expected to call, so nothing can fail
profile-outage-keys = belongs to a phase of kind `outage`
profile-outage-refuse = does not go with `fault = "refuse"`: all webhooks share one listener, and closing it refuses them all; leave it out, or use `reset`, which fails single webhooks just as quickly
profile-outage-empty = is empty; leave it out for all expected webhooks
profile-outage-missing = names `{ $key }`, which is not among the expected webhooks (`webhook.expect`)
profile-outage-factor = belongs to an outage with `fault = "slow"`
profile-outage-times = is { $value }; it says how many times the usual delay, above 1 and up to 1000000, such as 10.0
profile-outage-slow = is `slow`, but none of the webhooks that fail has a delay that could be multiplied; give one, such as `handler.beforeCreateGroup.delay = "30ms"`
# Target and webhook
profile-admin-empty = is empty; write the userID of an app admin, `imAdmin` as shipped
profile-host = leads to `{ $host }`, which is not this machine: a run creates up to { $groups } groups there (`limits.groups`). If you may load it, say so with `--allow-host { $host }` or `limits.allowed_hosts = ["{ $host }"]`
profile-url-form = is `{ $url }`, which is no API address; write `sim`, or a URL such as `http://127.0.0.1:10002`
profile-url-extra = is `{ $url }`, which has a query, a fragment or white space; write scheme, host, port and base path only
profile-url-credentials = is `{ $url }`, which carries credentials; the secret comes from the environment or a file
profile-upstream = belongs to `webhook.mode = "proxy"`; set the mode, or leave it out
profile-upstream-missing = names the webhook server that the callbacks are passed on to; write `upstream = "http://host:port"`
profile-proxy-others = has no meaning with `webhook.mode = "proxy"`, which passes everything on to webhook.upstream; leave it out
profile-proxy-workers = has no meaning with `webhook.mode = "proxy"`, where the upstream's own workers answer; leave it out
profile-proxy-handler = has no meaning with `webhook.mode = "proxy"`, where the upstream answers; leave it out
profile-listen = is `{ $value }`; write an IP address and a port, such as `127.0.0.1:10006`, or `0.0.0.0:10006` where OpenIM runs elsewhere
profile-path = is `{ $value }`; it must start with `/`, not end with one, and have no query: OpenIM appends `/` and the command
# Files of users
profile-no-user = `{ $user }` is no userID ({ $why }); write one userID a line, comments after `#`
profile-user-twice = `{ $user }` stands in the file twice; keep one
profile-no-users = holds no userIDs; write one a line
profile-user-space = white space in it
profile-user-colon = OpenIM allows no `:` in it
profile-user-separator = a separator or control character in it
profile-user-long = longer than 64 characters
