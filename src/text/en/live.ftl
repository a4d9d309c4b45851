# The dashboard of `run --live`.
live-phase = { $phase }  { $passed } s of { $end } s
live-draining = draining: { $n } calls open, { $callbacks } callbacks awaited
live-keys = q stops
live-calls = Calls
live-rate = asked { $asked }/s, achieved { $achieved }/s
live-in-flight = in flight { $n }, shed { $shed }
live-ended = succeeded { $succeeded }, failed { $failed }, given up { $censored }
live-callbacks = callbacks { $n } ({ $rate }/s)
live-p99 = p99 of each second, up to { $highest }
live-series = Since the start, warm-up included
live-response = response time
live-service = service time
live-lag = dispatch lag
live-failures = Failures
live-no-failures = none
live-log = Log
live-no-terminal = --live: standard error is no terminal; progress follows as lines

# The progress line of `run`.
live-line-draining = draining
live-line-open = { $n } calls open, { $callbacks } callbacks awaited
live-line-in-flight = in flight { $n }
live-line-failed = failed { $n }
live-line-failed-of = failed { $n } ({ $kinds })
live-line-shed = shed { $n }
live-line-given-up = given up { $n }
# Names of phases.
live-phase-load = load
live-phase-warmup = warm-up
live-phase-steady = steady
live-phase-ramp = ramp
live-phase-steps = steps
live-phase-spike = spike
live-phase-outage = outage

# Callbacks of others, and the channel between the load and its record.
live-others = of others { $strangers }, unknown { $unknown }
live-channel = event channel { $share } full
