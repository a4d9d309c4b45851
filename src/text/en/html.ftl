# The frame of a page.
html-skip = Skip to the content
html-language = Language
# The verdict.
html-verdict = Verdict and basis
html-valid = Valid
html-valid-with-warnings = Valid, with warnings
html-invalid = Invalid
# A finding that comes before every timeout.
html-incurable = First: no timeout cures this
html-incurable-why = Whatever is written as timeout, this stays as it is. Mend it, then measure again.
html-do = What to do:
# The answer.
html-answer = Which timeout to write
html-webhook = Webhook
html-now = Now
html-write = Write
html-why = Why:
html-at-most = Healthy callbacks cut, at most (95 %)
html-single = slow ones one by one
html-spells = slow ones in spells
html-failed = Failed operations a day
html-seen = seen
html-not-excluded-single = not excluded: one by one
html-not-excluded-spells = not excluded: in spells
html-confidence = Confidence
html-confidence-high = high
html-confidence-medium = medium
html-confidence-low = low: a guess
html-confidence-refused = refused
html-confidence-not-measured = not measured
html-not-known = not known
html-none = none
html-guess = { $seconds } s? (a guess)
html-why-silent = It was never called in this load; { $fired_by } fires it.
html-why-minimum = { $slower } of { $n } callbacks took longer than { $timeout } s, and no shorter timeout can be written.
html-why-misfire = { $slower } of { $n } callbacks took longer than { $timeout } s, the shortest timeout that is shown to cut at most { $asked } of the healthy ones.
html-why-set-up = { $slower } of { $n } callbacks took longer than { $timeout } s, and a packet that is lost while a connection is made needs that long.
html-legend-at-most = At most: with 95 % confidence no larger share of the healthy callbacks is cut by that timeout; asked for were { $asked }. The first figure holds where slow callbacks come one by one, the second where they come in spells, when everything is slow for a while.
html-legend-not-excluded = Failed operations a day are reckoned at the production rate of { $rate } a second. “Not excluded” means: not excluded by this run. It is no forecast: so many could still happen and this run would have looked as it did. A longer run excludes more.
html-copy = Copy
html-copied = Copied.
html-not-copied = The browser did not let it be copied: the text is selected, press Ctrl-C.
# What a change does.
html-effects = What the change buys, and what it costs
html-buys-nothing = Nothing changes: { $now } s is what it is now.
html-buys-shorter = When its server hangs, an operation waits { $timeout } s for it instead of { $now } s, and OpenIM's connections come free that much sooner for the other webhooks.
html-buys-shorter-after = When its server hangs, each event holds up the queue for { $timeout } s instead of { $now } s.
html-buys-longer = { $timeout } s instead of { $now } s cuts fewer healthy callbacks; when its server hangs, each call waits that much longer.
html-buys-unknown = When its server hangs, each call waits { $timeout } s for it. What it is now is not known.
html-costs = Failed operations a day that this run does not exclude: up to { $then } instead of { $now }, if slow callbacks come one by one.
html-costs-the-same = It costs nothing that was seen: up to { $then } failed operations a day are not excluded by this run, as now.
html-costs-then = Failed operations a day that this run does not exclude: up to { $then }, if slow callbacks come one by one.
# What breaks first.
html-breaks = What breaks first
html-breaks-nothing = Nothing broke in this run, and no timeout to write is near a limit.
html-no-timeout-fits = { $key }: no timeout satisfies everything. Ways out: { $ways }
html-limit = { $key }: { $spare } s of room below the nearest upper limit. { $why }
# Findings.
html-findings = Findings, and what to do
html-findings-none = None.
html-note = note
html-warning = warning
html-error = error
html-evidence = { $n ->
    [one] Evidence: { $n } line
   *[other] Evidence: { $n } lines
}
# Charts.
html-charts = Charts
html-chart-in-words = The chart in words
# Values read off charts.
html-readout-hint = To read off values, move the pointer over a chart or tap it, or move the focus to it and press the arrow keys, Home or End. Escape closes the values.
html-readout-time = time of the run
html-readout-timeout = timeout
html-readout-share = share that took at most so long
html-readout-lag = dispatch lag, p99
# The method, and the rest.
html-method = How this was measured
html-method-open = Calls were started at { $asked } a second on a schedule that does not wait for answers (open loop). { $released } of { $scheduled } were let go in { $measured } s that count, { $achieved } a second.
html-method-closed = Each caller waited for its answer before the next call (closed loop). { $released } calls were let go in { $measured } s that count, { $achieved } a second; stalls are under-reported.
html-method-times = Response time runs from the moment at which a call was to start until its answer, so that a stall counts for every call that it held up. Service time runs from the moment at which the call was sent.
html-method-timeouts = { $n } callbacks were timed. For every timeout from 1 to 15 s those that took longer were counted, with the upper 95 % bound of their share; the shortest timeout whose bound is at most { $asked } is the one to write, unless an upper limit forbids it.
html-method-two-bounds = The bound is reckoned twice: as if slow callbacks came one by one, where every callback is evidence, and as if they came in spells, where only time is. The second one decides between medium and high confidence.
html-method-lateness = The program's own lateness, which is part of every figure: 99 % of the calls were let go within { $dispatch } of their time, and 99 % of its own test callbacks were taken up within { $receiver } of the usual.
html-plan = Plan and environment
html-raw = All figures
