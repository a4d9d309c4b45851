# How sure it is.
recommendation-refused = Refused: { $why }
recommendation-refused-raise = Remove the reason and measure again.
recommendation-refused-invalid = the run is invalid; its figures must not be used.
recommendation-refused-closed-loop = a closed loop waits while the server stalls and so misses the callbacks that matter; use load.loop = "open".
recommendation-refused-reentrant = calls failed by re-entrant starvation, which no timeout cures; see the finding.
recommendation-collides = Refused, no timeout satisfies all of this: { $why }
recommendation-collides-raise = Take one of the ways out, then measure again.
recommendation-unmeasured-killed = Not measured: the run was killed before it was long enough; slow callbacks are on record { $hold } s after their call.
recommendation-unmeasured-killed-raise = Let it run to its end.
recommendation-unmeasured-silent = Not measured: not one callback came, although the load fires it.
recommendation-unmeasured-silent-raise = Read the findings, and preflight's checks.
recommendation-unmeasured-not-fired = Not measured: the load did not fire it; { $fired_by } does.
recommendation-unmeasured-not-fired-raise = Measure with { $fired_by }.
recommendation-unmeasured-watched = Not measured: no callback of this webhook passed the proxy.
recommendation-unmeasured-watched-raise = Watch longer, or in hours in which it is called.
recommendation-high = High: at most { $share } of the healthy callbacks are cut (95 % sure), also if slow ones come in spells (a pause, a restart) of { $spell } s on average.
recommendation-medium-receiver = Medium: the bounds hold, but the time was taken at the receiver; what passed in OpenIM before the connection arrived is not seen.
recommendation-medium-proxy = Medium: the bounds hold, but the time was taken by a proxy before the webhook server; what passed in OpenIM before the connection arrived is not seen.
recommendation-medium-short = Medium: the bounds hold, but the run is too short to compare its first half with its second.
recommendation-medium = Medium: at most { $share } of the healthy callbacks are cut (95 % sure) as long as slow ones come one by one. Stalls that did not happen to fall into these { $seconds } s are not excluded: with spells of { $spell } s it may be up to { $bound }.
recommendation-low-guess = Low, { $guess } s is a guess: { $reasons }.
recommendation-low = Low, a guess: { $reasons }.

# Why it is low: clauses.
recommendation-low-few = too few callbacks; { $n } more, none of them slow, would show that at most { $share } are cut
recommendation-low-none = no timeout up to 15 s is shown to cut as little as { $share }
recommendation-low-time = the measured time is too short to exclude spells, as recommend.confidence = "high" asks
recommendation-low-clustered = slow callbacks came in spells, and what was counted is true only where they come one by one
recommendation-low-halves = the second half of the run differs from the first
recommendation-low-bracket = what OpenIM waited is not known exactly enough (the bracket's ends ask for different timeouts)

# What would raise it.
recommendation-raise-log = OpenIM's own log (remainLogLevel 4 or higher) holds the exact times: `run --openim-log FILE`, or `report RESULT --openim-log FILE` afterwards, joins it.
recommendation-raise-change = Find out what changed during the run, and measure longer after a longer warm-up.
recommendation-raise-callbacks = At least { $n } more callbacks, { $minutes } more at this rate.
recommendation-raise-minutes = At least { $minutes } more of measuring, not more callbacks a second; spells of { $spell } s are excluded by time alone.
recommendation-raise-longer = A longer run, or a handler without spells of slowness.
recommendation-under-a-minute = less than a minute

# How it comes about.
recommendation-why-row = T = { $timeout } s: { $exceed } of { $n } callbacks took longer. The share of healthy callbacks that it cuts is at most { $single } if slow ones come one by one, { $spells } if they come in spells (upper 95 % bounds; asked for: { $share }).
recommendation-why-lower = By the { $n } callbacks alone, the smallest that cuts at most { $share } is { $lower } s.
recommendation-why-none = { $n } callbacks in { $seconds } s do not show that any timeout up to 15 s cuts at most { $share } of the healthy ones.
recommendation-why-no-margin = recommend.margin asks for { $margin } s more than the { $lower } s needed; the upper limits leave no room.
recommendation-why-some-margin = { $added } s of it are margin; the upper limits leave no room for the { $margin } s of recommend.margin.
recommendation-why-margin = { $added } s of it are margin (recommend.margin).
recommendation-why-set-up = Connection set-up decides: { $fresh } % of the callbacks came on a new connection, and a packet lost while it is made (taken to be { $taken } each way, recommend.packet_loss) costs 1 s of the timeout.
recommendation-why-set-up-below = Connection set-up decides: { $fresh } % of the callbacks came on a new connection, and a packet lost while it is made (taken to be { $taken } each way, recommend.packet_loss) costs 1 s of the timeout; below a loss of { $loss } it would be { $timeout } s.
recommendation-why-set-up-from = Connection set-up binds from a packet loss of { $loss } each way on (taken to be { $taken }, recommend.packet_loss): then it must be { $timeout } s.
recommendation-why-set-up-never = Connection set-up binds from a packet loss of { $loss } each way on (taken to be { $taken }, recommend.packet_loss): then no timeout is shown any more.
recommendation-why-quantile-unknown = What p99.9 is at most is not known: too many of the { $n } callbacks never ended, or never began.
recommendation-why-quantile = 95 % sure: p99.9 is at most { $time } (order statistics of { $n } callbacks).
recommendation-why-quantile-slowest = With caution: that is the slowest, and from { $steady } callbacks on it hangs less on single ones.
recommendation-why-quantile-rank = With caution: that is the { $rank }. slowest, and from { $steady } callbacks on it hangs less on single ones.
recommendation-why-bracket-agrees = What OpenIM waited lies between handler time with connection set-up and the time from the event before to the event after (the bracket): both ends ask for the same, { $upper }.
recommendation-why-bracket-differs = What OpenIM waited is known only within a bracket: its upper end asks for { $upper }, handler time with connection set-up for { $near }. The upper end counts; OpenIM's log would tell.
recommendation-why-crowded = { $n } callbacks may have waited for one of OpenIM's 100 connections, which the receiver cannot see; for these the longer time counts in both.
recommendation-why-rate = The run was driven at { $achieved } a second to gather callbacks quickly; limits and failures a day are reckoned for the { $production } a second of production (recommend.production_rate).
recommendation-why-cut = { $cut } callbacks were cut by the present timeout of { $present } s and count as slower than everything: what a longer timeout would do is not seen. Measure with 15 s to see it.
recommendation-why-missing = { $n } callbacks never came before their operation failed and count as slower than everything.
recommendation-why-killed = The run was killed, and the slow callbacks of its last { $hold } s are not on record: timeouts are judged by the { $seconds } s before.
recommendation-why-log = OpenIM's own log tells the exact time of { $found } of { $of } measured callbacks; these times decide.
recommendation-why-log-few = The joined log tells the time of only { $found } of { $of } measured callbacks; too few to decide by (99 % are needed), so the tool's own times do.
recommendation-no-timeout = none

# The after-queue in an outage.
recommendation-queue-keeps-up = If the server of this after-webhook hangs, each event costs { $timeout } s, and OpenIM's { $workers } workers send { $drain } a second while { $rate } arrive: they keep up, and no event is lost to a full queue.
recommendation-queue-fills = If the server of this after-webhook hangs, each event costs { $timeout } s, and OpenIM's { $workers } workers send { $drain } a second while { $rate } arrive: the queue of { $queue } is full after { $full } s; from then on each operation takes up to { $push } s longer and its event is lost.

# What our own lateness could have changed: clauses.
recommendation-change-timeout = the timeout of { $key } could be { $moved } instead of { $now }
recommendation-change-high = t_high_s of { $key } could be { $moved } instead of { $now }
recommendation-change-fast = fast callbacks could have been seconds, or the other way round
recommendation-change-objective = the verdict on { $name } could be another

# By size of the group.
recommendation-size-small = 1 to 10
recommendation-size-medium = 11 to 100
recommendation-size-large = 101 to 1,000
recommendation-size-huge = above 1,000
recommendation-size-whole = the { $timeout } s recommended for all
recommendation-size-slower = { $exceed } of their { $n } callbacks took longer than { $timeout } s or were cut
recommendation-size-clustered = Groups of { $size }: that { $whole } cuts at most { $share } of them is true only where slow ones come one by one, and they came in spells.
recommendation-size-breaks = Groups of { $size } need { $own } s: { $slower }, more than the { $share } asked for; { $whole } hides that.
recommendation-size-breaks-all = Groups of { $size } break { $whole }: { $slower }, more than the { $share } asked for; no timeout up to { $cap } s is shown to be enough for them.
recommendation-size-open = Groups of { $size }: that { $whole } cuts at most { $share } of them is not shown ({ $slower }); it is from { $own } s on.
recommendation-size-few = Groups of { $size }: too few callbacks ({ $n }) to say how many { $whole } cuts.
recommendation-size-few-needed = Groups of { $size }: too few callbacks ({ $n }) to say how many { $whole } cuts; { $more } more are needed, { $minutes } at this rate.

# What the tail says.
recommendation-tail-advice = Advice from the tail, by which no timeout is chosen: { $share } of the callbacks would take longer than { $quantile } s (95 % interval { $low } to { $high } s), which asks for { $timeout }. Fitted to the { $n } callbacks above { $threshold } s, in { $spells } spells (generalised Pareto, ξ = { $shape }, fit p = { $fit }).
recommendation-tail-timeout = a timeout of { $timeout } s, no less than the longest time seen
recommendation-tail-beyond = more than OpenIM's { $cap } s
recommendation-tail-none = No advice from the tail: { $why }.

# Why the tail says nothing: clauses.
recommendation-tail-nothing-measured = nothing was measured
recommendation-tail-too-few = { $exceedances } callbacks took longer than { $from } s; { $fewest } are needed
recommendation-tail-too-few-callbacks = the slowest tenth of { $n } callbacks is fewer than the { $fewest } that are needed
recommendation-tail-too-few-spells = the { $exceedances } slow callbacks came in { $spells } spell(s); { $fewest } are needed
recommendation-tail-not-needed = fewer than asked for took longer than { $from } s at all, so there is nothing to extrapolate
recommendation-tail-too-far = { $n } callbacks are too few for so small a share: at least { $needed } are needed
recommendation-tail-mostly-cut = { $cut } of the { $exceedances } slow callbacks were cut, so most of the tail was not seen; measure with 15 s
recommendation-tail-abrupt = the slow times end abruptly near { $largest } s instead of becoming rarer, which is no tail to extrapolate
recommendation-tail-rejected = the slow times do not look like a Pareto tail at any threshold (p = { $fit } at best)
recommendation-tail-heavy = the tail is too heavy to extrapolate (ξ = { $shape }, more than { $heaviest })
recommendation-tail-unbounded = the slow callbacks leave the figure open by more than a factor of 1,000
