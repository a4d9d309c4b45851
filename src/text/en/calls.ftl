# Headings.
calls-heading = Calls
calls-heading-callbacks = Callbacks
calls-heading-objectives = Objectives
calls-heading-timeouts = Timeouts
calls-heading-others = What other timeouts would cut
calls-heading-sizes = Timeouts by size of the group
calls-heading-why = Why
calls-heading-findings = Findings
calls-heading-run = Run
calls-heading-left = Left behind
# Words.
calls-none = none
calls-unknown = unknown
calls-verdict = { $name }
calls-basis = { $name }
calls-vantage = { $name }
calls-loop = { $name }
calls-arrivals = { $name }
# Calls.
calls-target = target { $target }: OpenIM { $version }
calls-target-treated = target { $target }: OpenIM { $version } (treated as { $build })
calls-target-unknown = target { $target }: OpenIM of unknown version
calls-rate = asked { $asked }/s, achieved { $achieved }/s over { $seconds } s measured
calls-rate-closed = asked no rate (closed loop), achieved { $achieved }/s over { $seconds } s measured
calls-sum = scheduled { $scheduled } = released { $released } + shed { $shed }; released = succeeded { $succeeded } + failed { $failed } + censored { $censored }
calls-sum-unknown = scheduled { $scheduled } = released { $released } + shed { $shed }; released = succeeded { $succeeded } + failed { $failed } + censored { $censored } + unknown { $unknown } (in flight when the run was killed)
calls-failures = failures: { $kinds }
calls-no-failures = failures: none
calls-response = response time (answered − intended)
calls-service = service time (answered − sent)
calls-own = the server's own part of it
calls-lag = dispatch lag (our own lateness)
calls-no-end = no end
calls-col-max = max
# Callbacks.
calls-col-arrived = arrived
calls-col-in-time = in time
calls-col-given-up = given up
calls-col-never-came = never came
calls-col-twice = twice
calls-col-dialled = dialled
calls-callbacks-legend = in time: answered before OpenIM gave up. given up: OpenIM closed first. twice: again, without a reason that is known. dialled: came on a connection that was opened for it.
calls-strangers = { $n ->
    [one] { $shown } callback of others' operations (strangers), answered at once
   *[other] { $shown } callbacks of others' operations (strangers), answered at once
}
calls-unknown-commands = { $n ->
    [one] { $shown } callback of a command that no known version sends
   *[other] { $shown } callbacks of commands that no known version sends
}
calls-bad-requests = { $n ->
    [one] { $shown } request to our listener that could not be read or was refused
   *[other] { $shown } requests to our listener that could not be read or were refused
}
# Objectives.
calls-col-objective = objective
calls-col-asked = asked
calls-col-seen = seen
calls-col-verdict = verdict
# Timeouts.
calls-col-now = now
calls-col-write = write
calls-col-single = single ≤
calls-col-spells = spells ≤
calls-col-confidence = confidence
calls-col-timeout = timeout
calls-col-slower = slower
calls-mark-guess = guess
calls-legend-misfire = single, spells: at most this share of healthy callbacks is cut by the timeout (95 % bounds), if slow ones come one by one, or in spells; asked for: { $share }.
calls-legend-guess = `1 s?` is a guess, not a recommendation.
calls-legend-now = now: from { $from }.
calls-legend-now-unknown = now ?: not known; give webhook.yml or webhook.timeout.
calls-now-shipped = OpenIM's shipped value
calls-now-portrait = the portrait
calls-now-some = { $source } ({ $keys })
calls-not-fired = { $key }: never called in this load; { $by } fires it
calls-not-fired-expected = { $key }: expected, but never called in this load; { $by } fires it
# By size.
calls-col-size = size
calls-col-alone = alone
calls-sizes-legend = size: members, admins and owner of a new group, else the users acted on. alone: the timeout that this class would need by itself. The recommendation is made from all sizes together.
calls-sizes-of = { $key }: { $words }
calls-size-longer = LONGER
calls-size-open = not shown
calls-size-few = too few
# Why.
calls-why-none = { $keys }: no timeout recommended
calls-why-one = { $keys }: { $timeout } s
calls-way-out = Way out: { $way }
calls-surer = To be surer: { $how }
calls-failed-per-day = Failed operations a day at this timeout: { $seen } seen; up to { $single } (one by one) or { $spells } (in spells) are not excluded.
calls-basis-line = Basis { $basis }, vantage { $vantage }.
calls-basis-binding = Basis { $basis }, vantage { $vantage }, decided by { $binding }.
# Findings.
calls-severity = { $name ->
    [info] note
    [warning] warning
   *[error] ERROR
}
calls-finding = { $label } [{ $code }]: { $what }
calls-finding-at = { $label } { $place } [{ $code }]: { $what }
calls-evidence-more = { $n } more of this kind in summary.json
calls-evidence-each = each: { $text }
# The run.
calls-run = { $id }: { $title }
calls-run-load = { $kind } loop, { $arrivals } arrivals, seed { $seed }; { $n ->
    [one] { $n } process sends webhooks
   *[other] { $n } processes send webhooks
}
calls-run-version = version of OpenIM: { $why }
calls-run-insecure = certificate checks were switched off (--insecure)
calls-run-upstream = callbacks were passed on to { $url }
calls-run-upstream-insecure = certificate checks of the upstream were switched off
calls-run-proxy-added = the proxy itself added p50 { $p50 } ms, p99 { $p99 } ms to the callbacks; their times below are without it, those of API calls contain it
calls-run-killed = partial: the run was killed; what is shown ends with the last flush
calls-run-interrupted = ended early by Ctrl-C
calls-run-terminated = ended early by SIGTERM
calls-run-aborted = stopped itself: { $why }
calls-portrait = portrait used: { $of } { $version } at { $target }, made { $made }
calls-portrait-interrupted = portrait used: { $of } { $version } at { $target }, made { $made }, by a probe that was interrupted
calls-portrait-simulator = a simulator
calls-portrait-old = { $n ->
    [one] it is a day old and may be out of date
   *[other] it is { $n } days old and may be out of date
}
calls-machine-debug = not optimised: build with --release
calls-machine-host = host { $host }, { $cores } cores, { $kernel }
calls-machine-started = started { $when }
calls-lateness = our own lateness: dispatch lag p99 { $dispatch }, p99.9 { $dispatch_high }; callback server, beyond its median, p99 { $receiver }, p99.9 { $receiver_high }
calls-used = we ourselves used { $cpu } of the processors (machine idle { $idle }) and { $memory } of memory at most
calls-used-cpu = we ourselves used { $cpu } of the processors (machine idle { $idle })
calls-used-memory = we ourselves used { $memory } of memory at most
calls-peak = at most { $calls } calls in flight and { $connections } connections open at our listener
calls-peak-calls = at most { $calls } calls in flight
calls-peak-connections = at most { $connections } connections open at our listener
calls-connections-opened = connections opened for calls while measuring: { $n }
calls-sent-again = calls sent again, because the target had just closed the idle connection: { $n }
calls-token-renewed = { $n ->
    [one] the token was renewed { $n } time
   *[other] the token was renewed { $n } times
}
# Left behind.
calls-left-groups = groups made { $made }, dismissed { $dismissed }, left { $left }
calls-left-users = users registered { $n }; OpenIM cannot delete users
calls-left-command = remove what is left: { $command }
calls-left-record = record: { $record }
