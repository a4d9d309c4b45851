# Why a trial is bad or invalid.
capacity-not-let-go = { $n } arrivals were not let go: limits.groups was reached, or no group was left to act on
capacity-in-flight-full = { $n } arrivals found limits.in_flight calls open already
capacity-stopped-itself = stopped itself: { $why }
capacity-no-call = no call was made
capacity-quantile-missed = { $name } of the response time { $seen } s, asked { $asked }
capacity-quantile-unended = { $name } of the response time beyond the end of the trial, asked { $asked }
capacity-never-answered = never answered { $n }
capacity-calls-failed = { $failed } of { $all } calls failed ({ $kinds })
capacity-never-came = { $n } callbacks of { $key } never came
# Words.
capacity-verdict = { $name }
capacity-why = { $name ->
    [confirm_good] confirm good
    [confirm_bad] confirm bad
   *[other] { $name }
}
capacity-objectives-from = { $name }
capacity-objective-failed = failed ≤ { $share }
capacity-objective-lost = no after-callback lost
# Before the search, and a line a trial.
capacity-estimate-rates = capacity of { $target }: from { $from }/s, { $lowest } to { $to }/s; trials of { $trial } after a warm-up of { $warmup }
capacity-estimate-good = a trial is good when { $objective } (objectives: { $from })
capacity-estimate-cost = at most { $trials } trials and { $groups } groups, so at most about { $minutes } min; often far less: a sharp limit takes 20 to 30 trials
capacity-estimate-folder = results: { $folder }
capacity-resumed = resumed: { $trials } trials and { $groups } groups are done
capacity-trial = trial { $number }: { $rate }/s → { $verdict }
capacity-trial-because = trial { $number }: { $rate }/s ({ $why }) → { $verdict }
capacity-level = level { $share } %: { $rate }/s for { $seconds } s → { $verdict }
capacity-confirming = confirming run: { $rate }/s for { $seconds } s → { $verdict }
capacity-calls = { $n } calls
capacity-with-reasons = { $verdict }: { $reasons }
capacity-still-ours = OpenIM's webhooks.yml still points at this tool, which answers no more: until `url` is put back and OpenIM is restarted every create fails with 90004
capacity-kept = what was found is kept; go on with: openim-bench capacity --resume { $folder }
# What was left out, and why.
capacity-left-out-share = { $share } % of the capacity: { $why }
capacity-left-out-confirming = the confirming run: { $why }
capacity-left-out-interrupted = interrupted; --resume goes on with it
capacity-left-out-groups = not enough of the groups allowed was left; raise --budget-groups and --resume
capacity-left-out-invalid = its trials were invalid
# The answer.
capacity-so-far = So far: { $answer }
capacity-between = The capacity lies between { $good }/s (confirmed good) and { $bad }/s (confirmed bad).
capacity-between-wide = The capacity lies between { $good }/s (confirmed good) and { $bad }/s (confirmed bad), { $width } wide.
capacity-at-least = The capacity is at least { $good }/s; no higher rate was bad.
capacity-at-least-unsure = The capacity is at least { $good }/s; no rate is confirmed bad, although trials from { $bad }/s on were.
capacity-below = The capacity is below { $bad }/s; no rate is confirmed good.
capacity-unknown = The capacity could not be measured: no rate is confirmed good or bad.
capacity-ended-no-bad = The highest rate allowed (--to) is good; raise it to find the limit.
capacity-ended-no-good = Even the lowest rate tried is bad: look at what breaks, or lower --from or the objective.
capacity-ended-trials = The search used up its { $trials } trials before the bracket was as narrow as asked; --resume with more --trials goes on.
capacity-ended-groups = The search stopped because the next trial would have made more groups than allowed ({ $made } of { $allowed } made; part of them is kept for the levels); raise --budget-groups and --resume.
capacity-ended-invalid = Too many trials were invalid ({ $invalid } of { $all }): this machine or the connection to it was the limit, not OpenIM.
capacity-breaks = What breaks first: { $code } (in { $trials } of { $of } bad trials, from { $rate }/s on): { $what }
capacity-long-run-bad = The long run of { $seconds } s at { $rate }/s was bad ({ $reasons }): the capacity for steady load is lower than short trials say. Search again with a longer --trial.
capacity-simulated = OpenIM was simulated: this says nothing about your deployment.
capacity-modelled = The webhooks were answered by this tool's models, not by your own server.
# Levels in the report.
capacity-levels = Load, latency, timeout needed
capacity-col-share = of good end
capacity-col-rate = rate /s
capacity-col-seconds = s
capacity-col-verdict = verdict
capacity-col-timeout = timeout needed
capacity-share-long = { $share } % (long)
capacity-needed = The timeout needed at each load; with ? the trial is too short to show it, and the figure is the best guess from what was seen:
capacity-left-out = left out: { $what }
# What breaks, in the report.
capacity-breaks-first = What breaks first
capacity-cause = { $code } in { $trials } of { $of } bad trials, from { $rate }/s on: { $what }
# Trials in the report.
capacity-trials = Trials
capacity-col-good = good
capacity-col-bad = bad
capacity-col-invalid = invalid
capacity-counts = { $good } good, { $bad } bad, { $invalid } invalid (repeated, not counted); { $trial } s each after { $warmup } s of warm-up; { $groups } of { $allowed } groups
capacity-good-is = good: { $objective } (objectives: { $from })
capacity-is = capacity: the rate at which { $share } of the trials are bad (exceed ratio)
capacity-good-end = good end: { $rate }/s, { $bad } of { $trials } trials bad
capacity-bad-end = bad end: { $rate }/s, { $bad } of { $trials } trials bad
