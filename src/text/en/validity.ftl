# How the run ended.
validity-nothing-measured = The run ended before anything was measured.
validity-nothing-measured-next = Run it again, and let it pass the warm-up (load.warmup).
validity-partial = The run was killed: { $seconds } s of measuring are on record, the last second may be missing. { $calls } calls were in flight, and how they ended is not known.
validity-interrupted = The run was stopped from outside after { $seconds } s of measuring.
validity-aborted = The run stopped itself: { $why }.
validity-aborted-next = Repair what failed, then run again; limits.abort_failures is the limit.
validity-incomplete = The record is not complete.
validity-as-far-as-it-goes-next = Use the figures for what they cover, or run again.
validity-closed-loop = Closed loop: each caller waits for its answer before its next call, so a stall hides the calls that would have met it (coordinated omission).
validity-closed-loop-next = Use load.loop = "open" for latencies and timeouts.

# What was offered.
validity-shed = { $count } arrivals were not started because a limit of ours was reached.
validity-shed-next = Raise limits.in_flight (or limits.groups), or lower load.rate.
validity-late = { $share } of the arrivals were let go more than 100 ms late or not at all (limit 1 %).
validity-late-next = Lower load.rate, or run on a machine with more free processors.
validity-late-for-a-time = From second { $from } on, for { $length } s, { $share } of the arrivals were let go more than 100 ms late or not at all (limit 5 %).
validity-late-for-a-time-next = Find out what else the machine did then, or lower load.rate.
validity-lost-events = { $count } events were lost between server and collector: counts and times are not complete.
validity-channel-full = The event channel was { $percent } % full at times; nothing was lost.
validity-accounting = { $released } calls were let go but { $accounted } ended: the record does not add up.
validity-accounting-next = Please report this with the record.

# Our own lateness.
validity-own-lateness-changes = This tool itself was up to { $lag } ms late (p99.9 of its own lateness), which could have changed the answer: { $changes }.
validity-own-lateness-changes-nothing = This tool itself was up to { $lag } ms late (p99.9 of its own lateness); with every time made that much shorter or longer, each timeout and objective stays the same.
validity-own-lateness-next = Run on a machine with more free processors, or lower load.rate.
validity-own-lateness-observed-next = Give the proxy a machine with more free processors.
validity-own-lateness-dispatch = dispatch lag p99.9: { $lag } ms
validity-own-lateness-receiver = own callback server, p99.9 beyond its median: { $lag } ms
validity-busy-machine = The machine was busy: { $idle } % of its processor time was idle on average, this tool used { $own } %; less than a tenth was idle in { $low } % of the seconds.
validity-own-lateness-unknown = The series dispatch.lag is empty: our own lateness is not known.
validity-own-lateness-unknown-next = Keep intervals.hlog with the record.

# With --strict.
validity-strict-unknown = --strict: our own lateness is not on record, so it cannot be within its limits.
validity-strict-dispatch = --strict: dispatch lag p99 is { $lag } ms; allowed are 1 ms and 5 % of the median service time, here { $limit } ms.
validity-strict-receiver = --strict: own queueing p99 is { $lag } ms; allowed is 1 ms.
validity-strict-next = Run on a quieter machine, or leave --strict out.

# What was seen beside the run's own callbacks.
validity-strangers = { $count } callbacks belong to operations that are not of this run; they were answered or forwarded without delay.
validity-strangers-next = Others use this deployment at the same time: measure when they do not, or keep them in mind.
validity-duplicates = { $count } callbacks came again for an operation, without a reason that is known.
validity-duplicates-next = Look for a proxy that repeats requests, or a second OpenIM with the same webhook URL.
validity-missing = { $count } expected callbacks never came (see the findings).
validity-missing-next = Read the finding callback_missing.
validity-bad-requests = { $count } requests to our listener could not be read or were refused.
validity-bad-requests-next = Look for a health check or scanner that calls webhook.listen.
validity-clock-jump = The wall clock jumped by { $seconds } s; our times come from the monotonic clock and are not touched.
validity-clock-jump-next = Do not match OpenIM's log with this record by wall time without looking at the jump.
validity-unreadable-lines = { $count } lines of the record could not be read.
validity-unreadable-lines-next = Check whether the files were copied whole.

# Whether the run stayed the same while it was measured.
validity-not-stationary = { $key } changed during the run (it was not stationary): p90 was about { $first } ms in the first half and { $second } ms in the second; { $first_share } and { $second_share } of its callbacks took longer than the timeout.
validity-not-stationary-next = Measure longer, with a longer load.warmup and at a constant rate; find out what changed.
