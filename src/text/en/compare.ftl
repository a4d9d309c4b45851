# Names of what is compared, and verdicts.
compare-worse = worse
compare-no-worse = no worse
compare-cannot-tell = cannot tell
compare-better = { $verdict } (better)
compare-bracketed = ({ $verdict })
compare-response = response { $quantile }
compare-failed-share = calls that failed
compare-after-lost = after-callbacks lost
# What to know first.
compare-nothing = no base: nothing is compared
compare-lead-worse = worse than { $base } in: { $names }
compare-lead-no-worse = no worse than { $base } in everything that was looked at
compare-lead-cannot-tell = cannot tell whether worse than { $base } in: { $names }
compare-lead-unmeasured = cannot tell whether worse than { $base } (nothing that decides was measured)
compare-named = { $name }: { $what }
# Tables and headings.
compare-against = Candidate against base
compare-why = Why
compare-to-know = To know
compare-runs = Runs
compare-base = base
compare-candidate = candidate
compare-col-difference = difference
compare-col-interval = 95 % interval
compare-col-verdict = verdict
compare-col-run = run
compare-col-began = began
compare-col-measured = measured
compare-col-calls = calls
compare-col-judged = judged
compare-judged-now = now
compare-judged-then = then
compare-judged-unknown = not known
compare-interval = { $low } to { $high } %
compare-interval-open = { $low } % and more
# What would decide.
compare-calls = calls
compare-callbacks = callbacks
compare-needs = about { $needed } { $what } a side would decide ({ $base } and { $candidate } here)
compare-needs-support = at least { $needed } { $what } a side are needed ({ $base } and { $candidate } here)
compare-near-margin = the difference is so near the margin that no sensible number of calls would decide
# Response times and shares.
compare-unsupported = { $calls } calls do not support this quantile
compare-base-unended = at this rank the base's calls never ended: nothing is slower than that
compare-candidate-unended = at this rank the candidate's calls never ended: they are slower than everything
compare-few-seconds = at least 8 measured seconds a run are needed
compare-over-margin = the interval reaches over the margin
compare-too-few = { $a } of { $of_a } and { $b } of { $of_b }: too few to tell
compare-too-few-together = { $a } of { $of_a } and { $b } of { $of_b }, and they come together ({ $clumping } count as one): too few to tell
# Timeouts.
compare-base-without-callbacks = the base has no callbacks of this webhook
compare-candidate-without-callbacks = the candidate has no callbacks of this webhook
compare-no-timeouts = neither side gives a timeout (base: { $base }, candidate: { $candidate })
compare-no-base-timeout = the base gave no timeout; the candidate gives { $after } s
compare-no-candidate-timeout = the base gave { $before } s, the candidate gives none ({ $binding }): { $why }
compare-timeout-moves = T would go from { $before } to { $after } s because { $why }
compare-refused = refused, see its report
compare-slower = { $slower } of { $n } callbacks took longer than { $timeout } s, which allows up to { $allows } (base: { $base_slower } of { $base_n }, up to { $base_allows }); { $asked } is asked for
compare-decided = what decided was { $base }, and is { $candidate }
# What to know about a comparison.
compare-margins = worse: the whole interval lies beyond the margin of { $margin } (shares: { $shares }); no worse: all of it within
compare-gate = verdicts in brackets do not decide (--gate { $gate })
compare-allowed = the plans differ in { $key }: { $base } and { $candidate } (--allow-diff)
compare-one-run = one run a side: how much runs of the same thing differ from each other is not in the intervals; `--interleave 3` measures it
compare-hosts-differ = host differs: { $a } and { $b }; part of a difference may come from that
compare-cores-differ = number of cores differs: { $a } and { $b }; part of a difference may come from that
compare-builds-differ = build of openim-bench differs: { $a } and { $b }; part of a difference may come from that
compare-release-build = release build
compare-debug-build = debug build
compare-cut-short = { $run } was cut short; what it measured until then is compared
compare-killed = { $run } was killed; what it measured until then is compared
compare-kept = { $run }: its validity, failures and timeouts are those that were kept in its run.json
compare-unchecked = { $run }: whether the run is valid, what failed and which timeouts it gives is not known (--unchecked)
compare-first-base = there is no base yet: keep this run's record as the base of the next pipeline
# While measuring.
compare-round = round { $round } of { $times }: { $name }
compare-base-missing = note: { $why }; --base-missing ok: nothing is compared
