# Calls.
calls-heading = Calls
calls-no-rate = no rate (closed loop)
calls-rates = asked { $asked }, achieved { $achieved }/s over { $seconds } s measured
calls-ledger = scheduled { $scheduled } = released { $released } + shed { $shed }; released = succeeded { $succeeded } + failed { $failed } + censored { $censored }
calls-ledger-unknown = scheduled { $scheduled } = released { $released } + shed { $shed }; released = succeeded { $succeeded } + failed { $failed } + censored { $censored } + unknown { $unknown } (in flight when the run was killed)
calls-response = response time (answered − intended)
calls-service = service time (answered − sent)
calls-own = the server's own part of it
calls-lag = dispatch lag (our own lateness)
calls-target = target { $target }: OpenIM { $version }
calls-target-treated = target { $target }: OpenIM { $version } (treated as { $build })
calls-version-unknown = of unknown version
calls-no-failures = failures: none
calls-failures = failures: { $kinds }
calls-no-end = no end

# Callbacks.
calls-callbacks = Callbacks
calls-webhook = webhook
calls-arrived = arrived
calls-in-time = in time
calls-given-up = given up
calls-never-came = never came
calls-twice = twice
calls-dialled = dialled
calls-callbacks-legend = in time: answered before OpenIM gave up. given up: OpenIM closed first. twice: again, without a reason that is known. dialled: came on a connection that was opened for it.
calls-strangers = { $n } callbacks of others' operations (strangers), answered at once
calls-unknown-commands = { $n } callbacks of commands that no known version sends
calls-bad-requests = { $n } requests to our listener that could not be read or were refused

# Objectives.
calls-objectives = Objectives
calls-objective = objective
calls-asked = asked
calls-seen = seen
calls-verdict = verdict
calls-met = met
calls-missed = missed
calls-inconclusive = inconclusive

# Timeouts.
calls-timeouts = Timeouts
calls-now = now
calls-write = write
calls-single = single ≤
calls-spells = spells ≤
calls-confidence = confidence
calls-timeouts-legend = single, spells: at most this share of healthy callbacks is cut by the timeout (95 % bounds), if slow ones come one by one, or in spells; asked for: { $asked }.
calls-timeouts-guess = `1 s?` is a guess, not a recommendation.
calls-from-shipped = OpenIM's shipped value
calls-from-portrait = the portrait
calls-from-keys = { $source } ({ $keys })
calls-now-from = now: from { $sources }.
calls-now-unknown = now ?: not known; give webhook.yml or webhook.timeout.
calls-not-fired = { $key }: never called in this load; { $fired_by } fires it
calls-not-fired-expected = { $key }: expected, but never called in this load; { $fired_by } fires it
calls-others = What other timeouts would cut
calls-timeout = timeout
calls-slower = slower
calls-guess = guess

# By size.
calls-sizes = Timeouts by size of the group
calls-size = size
calls-alone = alone
calls-sizes-legend = size: members, admins and owner of a new group, else the users acted on. alone: the timeout that this class would need by itself. The recommendation is made from all sizes together.
calls-size-words = { $key }: { $words }
calls-size-breaks = LONGER
calls-size-open = not shown
calls-size-few = too few

# Why.
calls-why = Why
calls-no-timeout = no timeout recommended
calls-why-one = { $keys }: { $answer }
calls-way-out = Way out: { $way }
calls-surer = To be surer: { $raise }
calls-per-day = Failed operations a day at this timeout: { $seen } seen; up to { $one_by_one } (one by one) or { $spells } (in spells) are not excluded.
calls-per-day-none = none
calls-basis = Basis { $basis }, vantage { $vantage }.
calls-basis-decided = Basis { $basis }, vantage { $vantage }, decided by { $binding }.
calls-basis-simulated = simulated
calls-basis-modelled = modelled
calls-basis-replay = replay
calls-basis-real = real

# Findings.
calls-findings = Findings
calls-none = none
calls-note = note
calls-warning = warning
calls-error = ERROR
calls-finding = { $label } [{ $code }]: { $what }
calls-finding-at = { $label } { $place } [{ $code }]: { $what }
calls-more-evidence = { $n } more of this kind in summary.json
calls-each = each: { $shared }

# The run.
calls-run = Run
calls-run-title = { $run }: { $title }
calls-load = { $processes ->
    [one] { $kind } loop, { $arrivals } arrivals, seed { $seed }; { $processes } process sends webhooks
   *[other] { $kind } loop, { $arrivals } arrivals, seed { $seed }; { $processes } processes send webhooks
}
calls-version-why = version of OpenIM: { $why }
calls-insecure = certificate checks were switched off (--insecure)
calls-portrait = portrait used: { $of } { $version } at { $target }, made { $made }
calls-portrait-interrupted = { $portrait }, by a probe that was interrupted
calls-portrait-old = { $days ->
    [one] { $portrait }; it is a day old and may be out of date
   *[other] { $portrait }; it is { $count } days old and may be out of date
}
calls-a-simulator = a simulator
calls-partial = partial: the run was killed; what is shown ends with the last flush
calls-ctrl-c = ended early by Ctrl-C
calls-sigterm = ended early by SIGTERM
calls-stopped-itself = stopped itself: { $why }
calls-not-optimised = not optimised: build with --release
calls-host = host { $host }, { $cores } cores, { $kernel }
calls-started = started { $started }
calls-lateness = our own lateness: dispatch lag p99 { $lag }, p99.9 { $lag_999 }; callback server, beyond its median, p99 { $receiver }, p99.9 { $receiver_999 }
calls-unknown = unknown
calls-used-cpu = { $cpu } of the processors (machine idle { $idle })
calls-used-memory = { $memory } of memory at most
calls-used = we ourselves used { $what }
calls-and = { " and " }
calls-peak-in-flight = { $n } calls in flight
calls-peak-connections = { $n } connections open at our listener
calls-peaks = at most { $what }
calls-connections-opened = connections opened for calls while measuring: { $n }
calls-sent-again = calls sent again, because the target had just closed the idle connection: { $n }
calls-renewed = { $n ->
    [one] the token was renewed { $count } time
   *[other] the token was renewed { $count } times
}

# Left behind.
calls-left-behind = Left behind
calls-groups = groups made { $made }, dismissed { $dismissed }, left { $left }
calls-users = users registered { $n }; OpenIM cannot delete users
calls-remove = remove what is left: { $command }
calls-record = record: { $record }
