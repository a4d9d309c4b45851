# Steps.
run-listening = listening for callbacks on { $url }
run-passing-on = callbacks are passed on to { $upstream }
run-listening-beyond = warning: listening beyond this machine on { $address }; OpenIM's webhooks carry no signature, so let nobody but OpenIM reach that port
run-preflight = preflight: token, version, one group and its callbacks
run-preflight-waiting = waiting for the answer about preflight's group, to remove it; Ctrl-C again leaves at once
run-group-named = one whose name begins with `{ $marker }`
run-groups-maybe-left = groups that may still be there: { $groups }
run-registering = registering { $n } users (OpenIM cannot delete users)
run-asking = asking whether failed creates made their groups
run-cleaning = clean-up: { $done } of { $total } groups

# Before the load it ended.
run-preflight-failed = preflight failed ({ $code }); nothing was measured
run-stopped-before = stopped before the load began; nothing was measured
run-ids-txt = cannot write ids.txt in the record's folder
run-unknown-users = load.users.file names { $n } users that OpenIM does not know, such as `{ $first }`; register them or leave load.users.file out
run-refuse-consent = { $key } = "refuse" shuts the listener for { $duration }: while it lasts OpenIM at { $target } fails every create whose webhooks point here, those of other people and tests included. Add --hits-everyone if nobody else uses that deployment, or choose `reset`, which fails only the callbacks of this run

# Why a run stopped itself.
run-abort-failures = { $failed } of { $ended } calls failed within { $window } s, the last one `{ $kind }` (limits.abort_failures)
run-abort-group-down = OpenIM's group process is down: the last { $calls } calls found it so; restart openim-rpc-group
run-abort-record = the record could not be written: { $error }
run-abort-reserve = the IDs to be used next could not be written to the record ({ $error }), so the load was stopped rather than make groups that nobody could find again; make room or choose another folder with --out
run-abort-groups-cap = limits.groups was reached before the time was over; raise it
run-abort-nothing-left = no group was left that an operation could act on

# Trouble during the load and after it.
run-listener-shut = warning: the listener could not be opened again; callbacks are refused
run-record-unfinished = warning: { $error }
run-ids-csv = warning: ids.csv could not be written: { $error }
run-ids-unnoted = warning: cannot note the clean-up in ids.txt: { $error }
run-ids-in-use = the list of IDs is still in use
run-ids-broken = the list of IDs is broken
run-server-ended = the webhook server ended before the run
run-asking-slow = the server took more than { $seconds } s over it

# What is left.
run-may-come-yet = { $n } calls were given up before their answer, and OpenIM may make their groups yet. Look again in a minute: openim-bench cleanup { $folder }
run-left = { $n } groups are left: { $why }. Remove them with: openim-bench cleanup { $folder }
run-left-kept = they were kept (cleanup.mode = "keep")
run-kept = note: cleanup.mode = "keep": the groups of this run are still there
run-staying = staying: callbacks on { $address } are answered neutrally until Ctrl-C; put OpenIM's webhook url back before that
run-still-ours = OpenIM's webhooks.yml still points at this tool, which stops answering now: from here on every create fails with 90004 (failedContinue does not help). Put `url` back and restart OpenIM, or run with --stay meanwhile.

# Ctrl-C.
run-stopping = stopping: no new calls; waiting for open ones, then cleaning up (again to leave at once)
run-leaving = leaving at once; groups that are left are dismissed by `openim-bench cleanup RESULT`

# A portrait that does not fit.
run-portrait-anew = make the portrait anew with `openim-bench probe`, or leave --portrait out
run-portrait-version = the portrait of { $made } is of OpenIM { $probed }, but this run found { $told }; it is judged as { $build }
run-portrait-target = the portrait is of { $portrait }, but this run drives { $driven }
run-portrait-target-sim = the portrait is of { $portrait }, but this run drives the simulator
run-portrait-target-other = the portrait is of { $portrait }, but this run drives another target
run-portrait-simulator = the portrait is of a simulator, but this run drives a deployment: its timeouts and limits are not those of your server
run-portrait-timeouts = present timeouts of the profile or webhook.yml are not those that the portrait measured
run-portrait-timeout = { $key }: measured { $measured } s, taken as { $assumed } s
run-portrait-timeouts-next = was OpenIM restarted after webhooks.yml was changed? Correct webhook.timeout or webhook.yml, or make the portrait anew

# What a run will do and can show, before it begins. Labels are padded to eleven columns.
run-plan-profile = profile    { $title } (valid)
run-plan-target = target     { $target }
run-plan-calls = calls      about { $calls } in { $time } (measured: { $measured } in { $measured_time })
run-plan-calls-closed = calls      as many as are answered in { $time } (closed loop: the number is not known beforehand)
run-plan-groups = groups     about { $groups } (at most { $cap })
run-plan-groups-closed = groups     at most { $cap } (`limits.groups`)
run-plan-users = users      { $users } registered
run-plan-users-given = users      none made: existing ones from `load.users.file`
run-plan-notices = notices    about { $notices }
run-plan-callbacks = callbacks  about { $callbacks }
run-plan-callbacks-none = callbacks  about none expected
run-plan-cleanup = clean-up   dismisses every group, about { $time }
run-plan-cleanup-closed = clean-up   dismisses every group
run-plan-cleanup-kept = clean-up   none: the groups are kept (`cleanup.mode`)
run-plan-remains = cannot be removed afterwards:
run-plan-remains-users = { $users } users: OpenIM has no call that deletes users
run-plan-remains-dismissed = the documents of the dismissed groups: they keep their groupIDs, which cannot be used again
run-plan-remains-groups = the groups and their members, since `cleanup.mode` is `keep` (`openim-bench cleanup RESULT` dismisses them)
run-plan-remains-notices = the notices in the message store, and what a business server wrote down itself (the record lists all IDs)
run-plan-reach = best confidence that this plan can reach (misfire share { $misfire }, if no callback is slower than T):
run-plan-reach-closed = confidence: no recommendation can be promised for a closed loop
run-plan-reach-key = { $keys }: { $reach }
run-plan-reach-keys = { $keys }, each: { $reach }
run-plan-not-fired = { $key }: not fired by this load, so not measured
run-plan-no-webhook = no webhook is expected: a plain API load, no timeout is recommended
run-plan-low = low, from { $n } callbacks: single bound { $single }, spell bound { $spells }; medium needs { $callbacks } callbacks ({ $medium } at this rate), high needs { $high } measured
run-plan-medium = medium, from { $n } callbacks: single bound { $single }, spell bound { $spells }; high needs { $high } measured
run-plan-medium-capped = medium, from { $n } callbacks: single bound { $single }, spell bound { $spells }; high needs OpenIM's own log, since an after-callback's round trip is not seen from here
run-plan-high = high, from { $n } callbacks: single bound { $single }, spell bound { $spells }
run-plan-never = never
run-plan-minutes-unknown = callbacks
