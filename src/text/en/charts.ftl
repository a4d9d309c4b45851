# Misfire bound against timeout
charts-misfire-change = { $key }: { $t } s cuts at most { $share } — { $now } s now
charts-misfire-keep = { $key }: { $t } s cuts at most { $share }
charts-misfire-none = { $key }: no timeout is shown to cut at most { $asked }
charts-misfire-sentence = { $what }.
charts-misfire-about = Upper 95 % bound of the share of callbacks that a timeout would cut, against the timeout in seconds, one panel a webhook.
charts-misfire-single = bound, one by one
charts-misfire-spells = bound, in spells
charts-misfire-recommended = recommended, and ε
charts-misfire-present = now
charts-misfire-forbidden = longer than an upper limit allows
charts-misfire-x = timeout, s
# Over the time of a run
charts-time-x = time of the run, s
charts-latency-y = time (log)
charts-warm-up = warm-up
charts-outage = outage
charts-outages-about = { $n ->
    [one] { $n } outage is shaded.
   *[other] { $n } outages are shaded.
}
charts-budget = the caller waits { $value }
# Response and service time
charts-timeline-title = Response time over the run: p99 { $p99 }, slowest { $max }
charts-timeline-title-outages = Response time over the run: p99 { $p99 } without outages, slowest { $max }
charts-timeline-title-short = Response time over the run: slowest { $max }
charts-timeline-about = { $seconds ->
    [one] Response and service time against the time of the run, a point a second.
   *[other] Response and service time against the time of the run, a point every { $seconds } seconds.
}
charts-response = response time
charts-service = service time
charts-response-max = response, max
charts-response-p99 = response, p99
charts-response-p50 = response, p50
charts-service-p99 = service, p99
charts-service-p50 = service, p50
# Percentiles
charts-percentiles-title = { $quantile } of the calls took at most { $time }; beyond that the sample says nothing
charts-percentiles-of = { $what }: { $quantile } took at most { $time }; beyond that the sample says nothing
charts-percentiles-x = share that took at most so long (log of what is left)
charts-percentiles-about = Time against the share of calls or callbacks that took at most so long. Each curve ends with the last quantile that its sample supports: { $ends }.
charts-percentiles-end = { $what } at { $quantile } with { $time }
# Load
charts-load-title = Asked { $asked } calls a second, achieved { $achieved }; { $shed } shed
charts-load-title-closed = Achieved { $achieved } calls a second; { $shed } shed
charts-load-about = Calls a second asked for, started and shed; calls in flight; and, where recorded over time, how late this program was, each against the time of the run.
charts-rate-y = calls a second
charts-in-flight-y = calls in flight (highest)
charts-lag-y = dispatch lag, p99 (log)
charts-asked = asked
charts-achieved = achieved
charts-shed = shed
charts-in-flight = in flight
# Failures
charts-failures-title = { $failed } of { $released } calls failed, most by { $cause }
charts-failures-about = Failed calls a second against the time of the run, by cause: { $causes }.
charts-failures-y = failures a second
charts-other-causes = other causes
# After-callbacks
charts-after-none = None of { $expected } after-callbacks was lost
charts-after-lost = After-callbacks lost: { $lost } of { $expected }
charts-after-about = After-callbacks a second that were expected, received and lost, against the time of the run.
charts-after-y = after-callbacks a second
charts-after-expected = expected
charts-after-received = received
charts-after-never = lost
charts-after-none-queue = None of { $expected } after-callbacks was lost; up to { $deepest } waited, the queue has { $slots } places
charts-after-lost-queue = After-callbacks lost: { $lost } of { $expected }; up to { $deepest } waited, the queue has { $slots } places
charts-after-about-delivery = Below it how long after the API's answer they arrived (median and longest a point, by the time of the answer; the longest { $longest }; one that came before the answer was read counts as 0), and how many events waited in the queue of OpenIM: an estimate, the events of answered calls whose callback had not arrived yet, looked at every few milliseconds, the highest of each point; at most { $deepest }, where the queue has { $slots } places and a call may wait for one. Events that were dropped or never arrived are not in it.
charts-after-no-operations = Their delivery and their queue are not shown: the record holds no single operations (limits.operation_rows).
charts-operations-part = The record holds the first operations only; { $missing } more had no room (limits.operation_rows).
charts-after-lag-y = from the answer to the callback (log)
charts-after-lag-p50 = delivery, p50
charts-after-lag-max = delivery, max
charts-after-queue-y = events in the queue (highest, estimated)
charts-after-queue = queue
charts-after-slots = { $n } places
# Waterfall of creates
charts-waterfall-title-lag = The slowest create took { $total }, { $part } of it before it was sent
charts-waterfall-title-between = The slowest create took { $total }, { $part } of it in OpenIM and the network
charts-waterfall-title-handler = The slowest create took { $total }, { $part } of it in the handler of { $key }
charts-waterfall-about = Single creates of the measured phases that succeeded, outages left out, each from when it was due: the call, the time in OpenIM and the network between callbacks, the handler of each callback, and the delivery of the after-callback with its handler.
charts-waterfall-sentence = { $create }: { $parts }.
charts-waterfall-part = { $name } { $time }
charts-waterfall-heading = { $which }: { $total }, sent { $lag } late ({ $id })
charts-waterfall-typical = Typical (nearest to p50)
charts-waterfall-p99 = Nearest to p99
charts-waterfall-slowest = Slowest
charts-waterfall-x = time since the call was due
charts-waterfall-lag = sent late
charts-waterfall-call = API call
charts-waterfall-between = OpenIM, network
charts-waterfall-handler = handler of a callback
charts-waterfall-delivery = delivery of the after-callback
charts-waterfall-never = never came
# Heat map
charts-heat-title = All answers took between { $from } and { $to }
charts-heat-about = How many calls took how long at which time of the run; at most { $most } in one cell.
charts-heat-few = 1 call
charts-heat-many = { $n } calls in a cell
# What-if curves
charts-whatif-fills = At { $rate } calls a second a hang fills all { $all } connections (in { $after }) from T = { $t } s on
charts-whatif-suffices = At { $rate } calls a second no timeout up to 15 s lets a hang fill the { $all } connections
charts-whatif-about = On the left, calls that a timeout would fail in an hour though the webhook server is healthy, against the timeout: at most (95 %, slow callbacks coming one by one) and as seen. On the right, connections that are held while a before-webhook hangs, against the timeout, by arrival rate.
charts-whatif-sentence = { $key }: { $t } s fails at most { $most } calls an hour, { $seen } by what was seen.
charts-whatif-x = timeout T, s
charts-whatif-failed-y = calls failed an hour, at most (95 %, log)
charts-whatif-failed = failed calls an hour, at most
charts-whatif-seen = as seen
charts-whatif-timeout = the timeout asked about, or now
charts-whatif-held-y = connections held in a hang
charts-whatif-limit = all { $all } connections
charts-whatif-rate = { $rate }/s
# Search for the capacity
charts-capacity-between = The capacity lies between { $good } and { $bad } calls a second
charts-capacity-at-least = The capacity is at least { $good } calls a second; no rate is confirmed bad
charts-capacity-below = The capacity is below { $bad } calls a second; no rate is confirmed good
charts-capacity-unknown = { $n ->
    [one] { $n } trial, and no rate is confirmed good or bad
   *[other] { $n } trials, and no rate is confirmed good or bad
}
charts-capacity-about = On the left, the rate that each trial tried, in order, with its verdict: { $good } good, { $bad } bad, { $invalid } invalid. On the right, p50 and p99 of the response time against the rate (medians of the trials at it), and where known the timeout that the callbacks needed.
charts-capacity-at-load = At { $rate }/s p50 is { $p50 } and p99 { $p99 }.
charts-capacity-x = trial
charts-capacity-rate-y = rate tried, calls a second (log)
charts-capacity-bracket = between confirmed good and confirmed bad
charts-capacity-load-x = calls a second (log)
charts-capacity-time-y = response time (log)
charts-capacity-objective = { $name } ≤ { $time }
charts-capacity-needed-y = timeout needed, s; ring: a guess
# Comparison
charts-comparison-worse = { $candidate } is worse than { $base } in { $n } of { $all } quantities
charts-comparison-no-worse = { $candidate } is no worse than { $base }
charts-comparison-cannot-tell = Cannot tell whether { $candidate } is worse than { $base }
charts-comparison-several = Worse than { $base }: { $worse } of { $all } candidates; cannot tell: { $unclear }
charts-comparison-about = On the left, the response time against the share of calls that took at most so long, with 95 % intervals. On the right, the differences of the candidates from the base with 95 % intervals, in multiples of the margin that does not matter: { $times } of a time, { $shares } of the calls for shares.
charts-comparison-row = { $what }: { $difference }, { $verdict }.
charts-comparison-row-of = { $name }, { $what }: { $difference }, { $verdict }.
charts-comparison-x = share of calls (log of what is left)
charts-comparison-time-y = response time (log), with 95 % interval
charts-comparison-margins-x = difference, in margins (shaded: does not matter)
# Charts that a result does not have
charts-cannot-show = { $result }: nothing to draw for --chart { $asked }; this result shows: { $shown }
charts-needs-two = --chart comparison compares results: name two or more runs, the base first
charts-not-compared = no chart of the comparison: { $why }
charts-search-unreadable = cannot read { $file }, the result of a search for the capacity
charts-nothing-compared = no chart of the comparison: no difference of these runs is known
