# A pattern for access logs
logs-pattern-regex = The pattern is no regular expression: { $why }
logs-pattern-group = The pattern has no group `{ $name }`: it needs (?P<time>…), (?P<path>…) and (?P<seconds>…), or ms or us instead of seconds.

# Reading
logs-open = Log file { $file } cannot be read.
logs-broken-off = { $file } breaks off; what stands before it was read.
logs-since = `{ $text }` is neither a time such as 2026-11-24 04:11 nor a duration such as 2h.
logs-reading = Following { $file }; Ctrl-C prints the summary.
logs-stopping = Stopping; the summary follows.
logs-reader = The thread that reads the files has ended without a result.
logs-follow-gz = --follow cannot follow { $file }: it is compressed.

# The first sentences
logs-lead = { $name }: timeout { $timeout } (confidence { $confidence }). { $exceed } of { $n } timed calls took longer.
logs-lead-none = This log shows no timeout to recommend.
logs-high = high
logs-medium = medium
logs-low = low
logs-read = { $records } records in { $lines } lines ({ $foreign } of others), from { $from } to { $until } by the log's clock.
logs-read-nothing = No record of OpenIM in { $lines } lines ({ $foreign } of others).

# Headings
logs-notes = What to know
logs-calls = Calls of webhooks
logs-timeouts = Timeouts
logs-failures = Failures by cause
logs-rate = Over time
logs-foreign = The first lines that are not OpenIM's

# Columns
logs-column-webhook = Webhook
logs-column-calls = Calls
logs-column-answered = Answered
logs-column-failed = Failed
logs-column-lost = Lost
logs-column-running = Running
logs-column-slowest = Slowest
logs-column-present = Now
logs-column-spells = For spells
logs-column-slower = Slower
logs-column-of = Of
logs-column-vantage = Vantage
logs-column-confidence = Confidence
logs-column-cause = Cause
logs-column-count = Operations
logs-column-from = From
logs-column-rate = Calls
logs-operations = { $answered ->
    [one] One group call was answered, after { $slowest }; { $broken } took longer than the caller's budget of { $budget }.
   *[other] { $answered } group calls were answered, the slowest after { $slowest }; { $broken } took longer than the caller's budget of { $budget }.
}

# What a log does not say
logs-note-vantage = Times are OpenIM's own (vantage log), to the millisecond, with the wait for a connection. Load and handler were not controlled and the halves not compared, so the confidence is medium at most. Refused and unreachable calls are left out of the timeouts: no timeout helps them.
logs-note-after = Of an after-callback that fails, is rejected or finds the queue full OpenIM writes no second line, and of one that is dropped from the full queue none at all: these figures cannot show every loss.
logs-note-after-lost = { $n } of { $calls } after-callbacks have no second line: failed, rejected or dropped, OpenIM does not log which. They count as slower than every timeout. One that is dropped from the full queue has no line at all.
logs-note-nothing = There is no record of OpenIM here. It writes `openim-service-log.DATE` (standalone: `openim-server.DATE`) into `storageLocation` of config/log.yml, and to standard output with `isStdout: true`.
logs-note-level = There is no `webhook` line, because the level is below 4: only failures, their causes and their rate can be read. Write `remainLogLevel: 4` into config/log.yml (openim-docker: `LOG_LEVEL=4` in .env) and restart.
logs-note-no-webhook = There is no `webhook` line, although INFO is logged: no webhook was called, or this is not the log of openim-rpc-group.
logs-note-budget = { $n } of { $answered } group calls took longer than { $budget }, the slowest { $slowest }: the caller had given up by then, and OpenIM went on. Up to 3.8.3 the true time is a little longer, as no line is written when the request comes.
logs-note-sum = The timeouts of the webhooks that a creation calls one after the other add up to { $sum } s, which the caller's budget of { $budget } does not hold.
logs-note-hidden = v3.8.3 and its patch 2 leave the cause out of their errors. Where a failure took as long as the timeout it is counted as one; the others stay webhook_cause_hidden (refused, reset, no such host …).
logs-note-access = An access log says how long the webhook server itself took (vantage access): without connecting, without waiting for a connection, without what a proxy adds. It is a lower bound, so the confidence is low at most; calls that never arrived are not in it. OpenIM's own log at level 4 says more.
logs-note-access-none = No path ends in a command such as callbackBeforeCreateGroupCommand: is this the log of the webhook server?
logs-note-back = { $n } records lie more than 5 s before one that was read earlier: are the files given in the order of their time, and from one clock?
logs-note-headless = { $n } answers belong to calls that began before this log.
logs-note-evicted = { $n } calls were given up because too many were open at once.
logs-note-cut = { $command }: the present timeout of { $timeout } s cut calls, and what a longer one would have done is not in this log. Raise it while measuring, then read again.
logs-note-few = { $command }: { $n } more calls, none of them slow, would show that at most { $share } are cut.
