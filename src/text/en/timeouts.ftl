# Upper limits and where they come from.
timeouts-limit-client-cap = OpenIM ends every callback after 15 s, whatever the timeout says.
timeouts-limit-budget = The caller waits { $budget } s; the server's own part takes { $own } s (p99) and the other webhooks of the call up to { $others } s.
timeouts-limit-budget-calls = The caller waits { $budget } s; the server's own part takes { $own } s (p99) and the other webhooks of the call up to { $others } s, { $calls } calls in a row.
timeouts-limit-pool = While this webhook hangs, { $rate } operations a second each hold one of { $slots } connections ({ $processes } sending process(es), 98 each) for T; beyond { $seconds } s healthy callbacks wait for a connection. (Without the two connections of the after-workers and without room for chance it would be 100 × { $processes } ÷ { $rate } = { $plain } s.)
timeouts-limit-pool-shared = While { $others } hangs at the same time, { $rate } operations a second each hold one of { $slots } connections for this webhook's T; beyond { $seconds } s healthy callbacks wait for a connection.
timeouts-limit-pool-other = { $key } ({ $rate } a second, { $timeout } s)
timeouts-limit-after-rate = With { $rate } events a second (recommend.after_outage_rate) and two workers a process, each event may take { $seconds } s in an outage before the queue fills.

# Limits as a collision names them.
timeouts-name-caller-budget = the time that the API's caller waits (caller_budget)
timeouts-name-outage-pool = OpenIM's pool of connections in an outage (outage_pool)
timeouts-name-after-outage-rate = the after-queue in an outage (after_outage_rate)
timeouts-name-client-cap = OpenIM's own cap (client_cap)

# Why no timeout satisfies everything.
timeouts-collides = to cut at most { $share } of the healthy callbacks it must be at least { $lower } s, and { $limit } allows { $seconds } s.
timeouts-collides-shared = to cut at most { $share } of the healthy callbacks it must be at least { $lower } s, and { $limit } allows { $seconds } s: { $pair }.
timeouts-pair-budget = { $webhooks } and { $own } s for the server itself are { $needed } s of { $allowed } s
timeouts-pair-pool = { $webhooks } hold { $needed } connections, and more than { $allowed } leave no room for chance
timeouts-asks = { $asked } for { $key }
timeouts-asks-calls = { $calls } × { $asked } for { $key }
timeouts-asks-rate = { $rate } a second × { $asked } for { $key }
timeouts-guess = { $seconds } s (a guess)
timeouts-beyond-cap = { $beyond } of { $n } callbacks took more than 15 s, where OpenIM ends them, or never came; at most { $share } may.
timeouts-beyond-present = { $beyond } of { $n } callbacks were cut by the present timeout of { $present } s or never came, and at most { $share } may be. How long they would have taken is not known, so neither is whether a longer timeout helps.

# Ways out.
timeouts-way-faster-cap = Make the handler faster: { $beyond } of { $n } callbacks took more than 15 s or never ended, { $allowed } are allowed.
timeouts-way-faster-present = Make the handler faster: { $beyond } of { $n } callbacks were cut or never came, { $allowed } are allowed.
timeouts-way-measure = Measure again with the timeout of { $key } at 15 s: then it is seen how long they take, and which timeout is enough.
timeouts-way-faster-all = Make the handler faster: none of { $n } callbacks may take longer than { $within } ms; the slowest is { $now }.
timeouts-way-faster-most = Make the handler faster: the { $quantile } % quantile must fall below { $within } ms, so that at most { $allowed } of { $n } callbacks take longer; it is now at { $now }.
timeouts-one-that-took = one that took { $ms } ms
timeouts-one-that-never-ended = one that never ended
timeouts-no-way-set-up = A faster handler is no way out that this run shows: within { $left } s there must be room for a connection that has to be opened twice (recommend.packet_loss), and for what { $n } callbacks leave open.
timeouts-no-way-budget = A faster handler of { $key } is no way out by itself: { $left } s are left to it, and a timeout is at least 1 s. Make those of the other webhooks faster.
timeouts-no-way-limit = A faster handler is no way out: the limit is { $left } s, and a timeout is at least 1 s.
timeouts-way-caller = Let the caller wait { $seconds } s (recommend.caller_budget).
timeouts-way-after-rate = Ask for { $rate } events a second in an outage (recommend.after_outage_rate).
timeouts-way-rate = Lower the arrival rate to { $rate } a second (recommend.production_rate).
timeouts-way-processes = Add { $more } group process(es), { $needed } in all (webhook.processes).
timeouts-way-members = Make groups of at most { $members } member(s) besides owner and admins (load.members), or upgrade to 3.8, which calls once for all.
timeouts-way-upgrade = Upgrade to 3.8, which calls once for all members; no group is small enough.
timeouts-way-switch-off = Switch off another before-webhook of the operation.
