# The first sentences of a report.
lead-valid = Valid.
lead-warnings = { $n ->
    [one] Valid, with { $n } warning ({ $codes }).
   *[other] Valid, with { $n } warnings ({ $codes }).
}
lead-invalid = INVALID ({ $codes }): do not use these figures.
lead-basis-simulated = Simulated: OpenIM was this tool's simulator and the handlers' times were drawn from the profile. Your webhook server was not measured.
lead-basis-simulated-upstream = Partly simulated: OpenIM was this tool's simulator; your own webhook server answered the callbacks.
lead-basis-modelled = Modelled: OpenIM was real, but this tool answered the callbacks with times drawn from the profile. Your webhook server was not measured.
lead-basis-replay = Replayed: OpenIM was real; this tool answered the callbacks with handler times from a log. Your webhook server was not measured in this run.
lead-basis-real = Real: your own webhook server answered the callbacks.
lead-basis-observed = Real: your own webhook server answered production's callbacks, and a proxy before it took the times (vantage proxy); API calls were not seen.
lead-incurable = First: { $what } No timeout cures that.
lead-insecure = Certificate checks were switched off (--insecure).
lead-closed-loop = Closed loop: each caller waited for its answer, so stalls are under-reported (coordinated omission).
lead-size-needs = groups of { $size } need { $own } s for { $key }
lead-size-breaks = groups of { $size } break { $key }
lead-sizes = But not for every size of group: { $sizes }.
lead-other-errors = Errors found: { $codes } (see Findings).

# What to do.
lead-do-mend = To do: mend what makes the run invalid, and run again; nothing is recommended.
lead-do-killed = To do: run again; this run was killed before any timeout could be judged.
lead-do-nothing-called = No webhook called back in this load: there is no timeout to recommend.
lead-do-nothing-passed = No callback of a group passed: there is no timeout to recommend.
lead-do-none = To do: no timeout can be recommended from this run.
lead-do-none-for = To do: no timeout can be recommended from this run (for { $key }: { $raise }).
lead-do-write = To do: write { $wanted }.
lead-do-write-some = To do: write { $wanted }; for { $keys } none can be recommended (see below).
lead-guess = a guess
lead-as-now = as now
lead-now = now { $present }
lead-noted = { $setting } ({ $notes })

# Words of tables.
lead-confidence-high = high
lead-confidence-medium = medium
lead-confidence-low = low
lead-confidence-refused = refused
lead-confidence-not-measured = not measured
