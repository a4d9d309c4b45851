# All webhooks of a call together.
report-together = All webhooks of a call together
report-operations-beyond = { $exceed } of { $n } operations had a callback beyond the timeouts to write; at most { $single } of operations one by one, { $spells } in spells
report-budget-more = { $name }: these timeouts together are MORE than the caller waits
report-budget-kept = { $n ->
    [one] { $name }: as long as { $keys } keeps the present timeout, a caller may have given up before the call ends
   *[other] { $name }: as long as { $keys } keep the present timeout, a caller may have given up before the call ends
}
report-and = { " and " }
report-head-calls = calls
report-head-needs = needs
report-head-write = write
report-head-takes = takes
report-own-part = the server's own part (p99)
report-at-worst = together, at worst
report-caller-waits = the caller waits
report-too-much = too much
report-to-spare = to spare
report-none = none
report-now = now { $takes }

# Upper limits.
report-limits = Upper limits
report-head-webhook = webhook
report-head-timeout = timeout
report-head-limit = upper limit
report-head-allows = allows
report-head-slack = slack
report-head-binds = binds
report-binds = binds
report-more-hang = { $name } (and { $n } more hang)
report-limits-legend = timeout: the one to write, else (in brackets) the smallest that cuts few enough. allows: the longest that the limit leaves. client_cap: OpenIM's own. caller_budget: what the other webhooks of the call and the server leave of what the caller waits. outage_pool: until the webhook that hangs takes connections from healthy ones, at { $rate } operations a second (production) and { $processes } sending process(es).

# What is still missing.
report-missing = What is still missing
report-for-medium = for medium
report-for-high = for high
report-medium = medium
report-high = high
report-of-class = { $key } ({ $class })
report-why-not = { $keys }: { $why }
report-reached = reached
report-see-below = see below
report-n-callbacks = { $n } callbacks

# Callers who ask again.
report-callers = Callers who ask again
report-callers-ended = { $creates } creates wanted: { $first } succeeded at the first attempt, { $later } at a later one, { $existed } were found to be there (1202), { $gave_up } were given up, { $unfinished } were unfinished at the end
report-callers-waited = from the first attempt to the group, retries included: p50 { $p50 }, p90 { $p90 }, p99 { $p99 } (those without a group count as slower than everything)
report-callers-no-create = no create was asked for
report-callers-load = retry load: { $attempts } attempts for { $creates } creates, amplification { $factor }
report-callers-load-peak = retry load: { $attempts } attempts for { $creates } creates, amplification { $factor }; at most { $retries } retries in one second, beside { $arrivals } arrivals
report-twice-none = no group was made twice
report-twice-some = { $n ->
    [one] { $count } group was made although its caller had one already
   *[other] { $count } groups were made although their callers had one already
}
report-twice-unknown = whether groups were made twice was not looked up
report-twice-same = { $found }: every attempt named the same groupID, so an attempt too many meets 1202
report-twice-new = { $found }: each attempt named another groupID, as when OpenIM chooses it: an attempt that fails for its caller may have made a group; choose the groupID yourself, name the same one in every attempt, and take 1202 for success

# Outages.
report-outage = Outage: { $fault } of { $keys }, from { $from } s to { $to } s of the run
report-outage-cut = Outage: { $fault } of { $keys }, from { $from } s to { $to } s of the run; the run was stopped in it
report-outage-factor = { $fault } ({ $factor } times the usual delay)
report-outage-unknown = unknown fault
report-outage-all = all webhooks
report-before = before
report-during = during
report-after = after
report-lasted = lasted
report-asked-for = calls asked for
report-succeeded = succeeded
report-failed = failed
report-given-up = given up by us
report-shed = shed (not started)
report-in-flight-kill = in flight at the kill
report-no-end = no end
report-response = response time { $quantile }
report-in-flight = in flight, at most
report-connections = connections to us, at most
report-arrived = { $key } arrived
report-cut = { "  " }given up by OpenIM
report-lost = { "  " }never came
report-open-calls = { $calls } calls made before it ended in it or later, { $failed } of them as failures; they stand in no column.
report-open-callbacks = { $n } callbacks of calls made before it never came; they stand in no column.
report-id-taken = { $n } calls met 1202 (groupID taken): retries of creates that had made their group.
report-recovery-band = a second's median up to { $median }, p90 up to { $p90 }, failures as before
report-recovery-at-once = Recovery: at once; the first three seconds after it were inside the earlier band ({ $band }).
report-recovery-after = Recovery: { $after } s after its end response times were back inside the earlier band for 3 s in a row ({ $band }).
report-recovery-never = Recovery: not within the run; never 3 s in a row inside the earlier band ({ $band }).
report-recovery-unknown = Recovery: not known, { $why }.
report-made-unknown = Whether the { $failed } failed creates had made their groups is not known.
report-made-unknown-why = Whether the { $failed } failed creates had made their groups is not known ({ $why }).
report-made-some = { $made } of { $asked } failed creates had made their group; { $failed } had failed, not all were looked up.
report-made-some-why = { $made } of { $asked } failed creates had made their group; { $failed } had failed, not all were looked up ({ $why }).
report-made = { $made } of { $failed } failed creates had made their group (looked up before the clean-up).

# The patch.
report-patch = For webhooks.yml
report-patch-guesses = Left out, being guesses: { $guesses }. `openim-bench apply --include-guess` takes them all the same.
report-patch-not-called = it was never called in this run; { $fired_by } fires it
report-patch-none = no timeout can be recommended: { $why }
report-patch-guess = { $timeout } s is a guess: { $why }
report-patch-cuts = cuts at most { $single } of healthy callbacks if slow ones come one by one, { $spells } in spells (asked for: { $asked }); { $n } callbacks, confidence { $confidence }
report-patch-seen = { $n } callbacks, confidence { $confidence }
report-patch-as-now = { $why }; as it is now
report-patch-now = { $why }; now { $now }
report-patch-not-for-production = Not for production. { $basis }
report-patch-a-guess = A guess: { $why }
