# What `whatif` was asked, and what the answer rests on.
whatif-title = What if: run { $run }
whatif-setting = { $rate } arrivals a second ({ $from }), { $processes } group process(es), OpenIM { $version }. Misfires are counted in { $measured } of measured time; basis: { $basis }.
whatif-rate-asked = as asked
whatif-rate-production = the run's production rate
whatif-warnings = The run has warnings: see its report.
whatif-typical = Outages are played from OpenIM's rules and the run's mean times with evenly spaced arrivals: the typical course.
whatif-basis = { $name }
whatif-from = { $name }
whatif-vantage = { $name }
# The webhook server healthy: misfires.
whatif-healthy = Webhook server healthy
whatif-col-webhook = webhook
whatif-col-timeout = timeout
whatif-col-from = from
whatif-col-slower = slower
whatif-col-seen = seen
whatif-col-at-most = at most
whatif-col-in-spells = in spells
whatif-col-vantage = vantage
whatif-slower = { $slower } of { $all }
whatif-cut = { $key }: OpenIM cut callbacks at { $present } s while this was measured, or they never came. How long they would have taken nobody knows; they count as slower than { $timeout } s. Measure with a timeout of 15 s to know more.
whatif-failed-per-hour = Failed calls an hour because a healthy callback is cut: { $seen } as seen ({ $slower } of { $all }), at most { $single } (95 %, slow ones come one by one), at most { $spells } (95 %, in spells).
whatif-budget-fits = Caller's budget of { $operation }: { $budget } s; { $terms } + { $own } s own part (p99) = { $sum } s, which fits.
whatif-budget-breached = Caller's budget of { $operation }: { $budget } s; { $terms } + { $own } s own part (p99) = { $sum } s, which BREACHES it: the caller gives up first, and the group may still be made.
# Connections.
whatif-connections = Connections
whatif-col-a-second = a second
whatif-col-mean = mean time
whatif-col-held = held
whatif-col-held-p999 = held p99.9
whatif-col-in-a-hang = wanted in a hang
# One webhook hangs.
whatif-hang = One webhook hangs for { $time }
whatif-col-full-after = full after
whatif-col-failed = failed
whatif-col-a-minute = a minute
whatif-col-lost = lost
whatif-col-longest = longest
whatif-col-felt = felt for
whatif-never = never
whatif-over-a-minute = over 60 s
whatif-outage = { $key } at { $timeout } s: { $course }.
whatif-pool-full = all { $all } connections are taken after { $time }, then healthy callbacks wait behind dead ones
whatif-pool-may-fill = the { $all } connections suffice on average, but not with random arrivals at all times (λT + 3√(λT) is more than 98 a process)
whatif-pool-suffices = the { $all } connections suffice
whatif-calls-fail = { $failed } calls fail
whatif-calls-fail-or-wait = { $failed } calls fail, { $waited } wait for a connection and succeed
whatif-queue-full = the after-queue is full after { $time }; from then on calls stall up to { $stall } and then lose their event without a word ({ $stalled } stall, { $lost } are lost)
whatif-queue-suffices = the after-queue never fills
whatif-no-call-fails = no call fails by it
whatif-only-unconnected-fail = no call fails by it but those that find no connection
whatif-felt = felt for { $time } after its end
whatif-felt-longer = still felt a minute after its end
