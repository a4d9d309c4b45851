# Figures of single operations.
diagnosis-range-ms = { $low } to { $high } ms
diagnosis-the-timeout = the timeout
diagnosis-a-moment = a moment
diagnosis-took = { $operation } took { $time } ms
diagnosis-arrived-after = callback arrived after { $time } ms
diagnosis-handled-after = handled after the answer by { $time } ms
diagnosis-handler-time = handler time { $time } ms

# Callbacks that starved, waited for a worker or waited for a connection.
diagnosis-reentrant = { $count } of { $released } calls failed with 90004 after { $service }: their callback reached the webhook server within { $arrived } and was accepted at once, but handled only when the API call had ended. The workers that should answer it are held by the calls that wait for it.
diagnosis-reentrant-handled = { $count } of { $released } calls failed with 90004 after { $service }: their callback reached the webhook server within { $arrived } and was accepted at once, but handled only when the API call had ended, { $handled } after the API's answer. The workers that should answer it are held by the calls that wait for it.
diagnosis-reentrant-next = No timeout cures this. Answer callbacks from another process or from workers of their own, or call OpenIM from a background task: the failure vanishes as soon as another process answers.
diagnosis-reentrant-proxy = Of { $aborted } callbacks that OpenIM gave up, the webhook server answered { $let_off } within 50 ms of the giving up: it is probable that their handlers wait for OpenIM itself (re-entrant starvation). A handler that is merely slow would answer at other times.
diagnosis-reentrant-proxy-next = To make sure raise the timeout of the webhook by 2 s and run again: if the answers move along and still come right after the giving up, the workers that should answer are held by calls to OpenIM, and no timeout cures it. Then answer callbacks from workers of their own, or call OpenIM from a background task.
diagnosis-workers-busy = { $count } of { $released } calls failed with 90004 after { $service }: their callback reached the webhook server within { $arrived }, but every worker was busy with other callbacks, and one took it up only when OpenIM had given up.
diagnosis-workers-busy-handled = { $count } of { $released } calls failed with 90004 after { $service }: their callback reached the webhook server within { $arrived }, but every worker was busy with other callbacks, and one took it up only when OpenIM had given up, { $handled } after the API's answer.
diagnosis-workers-busy-next = Give the webhook server more workers (here handler.<key>.workers or webhook.workers), or make the handler faster: waiting for a worker counts against the timeout.
diagnosis-pool = { $count } of { $released } calls failed with 90004 after { $service } although no handler of theirs took that long and at least 90 connections were open: OpenIM sends at most 100 callbacks at a time from a process, and waiting for a connection counts against the timeout.
diagnosis-pool-next = Make the handlers faster, lower the arrival rate, or run more group processes (webhook.processes); a longer timeout only holds more connections.

# After-callbacks that never came, callers who gave up, answers that are none.
diagnosis-after-queue = { $count } of { $released } calls stalled about { $push } s before their answer, and their after-callback never came: the queue of 100 was full. The calls succeeded, OpenIM reports nothing.
diagnosis-after-queue-next = Answer after-callbacks at once and work later: two workers a process send them, so 2 ÷ handling time a second is all that fits.
diagnosis-over-budget = { $count } of { $released } calls: the handlers of their before-webhooks together took longer than the { $budget } s that the caller waits. The caller sees an error while OpenIM goes on and makes the group.
diagnosis-over-budget-next = Make the handlers faster, or let the caller wait longer (recommend.caller_budget); retry with the same groupID, so that no second group is made.
diagnosis-missing = { $count } of { $released } calls succeeded although an expected callback never came.
diagnosis-missing-next = Check `enable` of the webhook in webhooks.yml, that the process was restarted since, and the after-queue.
diagnosis-not-routed = { $count } of { $released } calls failed with 90007: what answered the callback is not the JSON that OpenIM expects, as when a framework's 404 page or another server answers.
diagnosis-not-routed-next = Check the URL and the command that follows it: grep the server's routes for the command named in the evidence. `openim-bench webhook check` asks your server for every command, without OpenIM.
diagnosis-cause-hidden = { $count } of { $released } calls failed with 90004, and this version of OpenIM leaves the cause out.
diagnosis-cause-hidden-next = Tell deadline, refused and reset apart by the elapsed time, or use a version that names the cause (3.8.3-patch.5 or later).
diagnosis-never-called = { $count } operations that fire { $key } succeeded, and it was never called.

# Calls that failed.
diagnosis-max-seq-of-the-build = { $count } of { $released } calls were answered with "maxSeq is invalid" after the change was made: this build (3.8.3-patch.16 is known for it, issue #3750) cannot make the conversation of whoever enters a group, so every invite, direct join and approval ends so. They count as failed; their before-callbacks came and count, and no after-callback follows.
diagnosis-max-seq-too-early = { $count } of { $released } calls were answered with "maxSeq is invalid" after the change was made: the group's conversation was not there yet, as when a kick or quit follows the create at once. They count as failed; their before-callbacks came and count, and no after-callback follows.
diagnosis-max-seq-next = Treat that answer as "done" in whatever calls the API (a retry finds the user in the group), use a build without the defect, or leave these operations out of load.operation.
diagnosis-calls-failed = { $failed } of { $released } calls did not succeed.
diagnosis-still-open = still open at the end of the drain: { $count }
diagnosis-calls-failed-next = Read the kinds below, and the other findings for their causes.
diagnosis-calls-failed-expected-next = Nothing: this profile is about failures (limits.expect_failures).
diagnosis-outage = Outage from { $from } s to { $to } s: { $failed } of the { $released } calls made in it failed.
diagnosis-outage-next = Nothing: the profile asked for it. It and the 15 s after it count in no timeout or objective.

# Callbacks that are no group webhook's.
diagnosis-other-commands = { $count } callbacks of { $commands } commands came from other parts of OpenIM (messages, notices, pushes, users); they were answered with "go on" or forwarded at once, and are not measured.
diagnosis-other-commands-next = Nothing, if their webhooks are meant to be on; name the server that usually gets them in webhook.forward_others.
diagnosis-unknown-commands = { $count } callbacks of { $commands } commands that no known version sends.
diagnosis-unknown-commands-next = They were answered neutrally; report the commands, with the version of OpenIM.

# Groups that are still there, or were made all the same.
diagnosis-groups-left = { $left } of { $made } groups are still there.
diagnosis-groups-left-at-most = Up to { $left } groups may still be there: { $made } are known to have been made, and of others it is not known.
diagnosis-groups-left-next = Remove them with `openim-bench cleanup results/{ $run }`.
diagnosis-groups-left-simulated-next = Nothing: the simulator ended with the run.
diagnosis-created-despite-error = { $made } of the { $failed } failed creates had made their group: the server knew it, although the caller saw an error.
diagnosis-created-despite-error-of-some = { $made } of the { $asked } failed creates that were looked up (of { $failed }) had made their group: the server knew it, although the caller saw an error.
diagnosis-created-despite-error-next = Let whatever calls the API choose the groupID and retry with the same one: a second attempt then meets 1202 and makes no second group.

# Why it is not known how soon calls were as quick again as before an outage.
diagnosis-recovery-nothing-before = nothing was measured before it
diagnosis-recovery-few-before = too few calls were measured before it
diagnosis-recovery-run-ended = the run ended with it
diagnosis-recovery-few-after = too few calls ended after it

# What fires a webhook.
diagnosis-fired-by-no-load = { $route }, which is not among the loads
diagnosis-fired-by-one = load.operation = { $only }
diagnosis-fired-by-one-on-main = load.operation = { $only } on main
diagnosis-fired-by-several = load.operation = { $list } or { $last }
diagnosis-fired-by-several-on-main = load.operation = { $list } or { $last } on main

# Why neither more callbacks nor more time would do.
diagnosis-hopeless-too-many = { $exceed } of { $n } callbacks took longer than { $timeout } s, and { $share } may: a faster handler, not more time
diagnosis-hopeless-too-long = no less than a year shows that { $timeout } s cut at most { $share }: a faster handler or a longer timeout
diagnosis-hopeless-not-fired = the load does not fire it; { $fired_by } does
diagnosis-hopeless-collision = no timeout satisfies all limits: take one of the ways out
diagnosis-hopeless-bracket = the ends of the bracket ask for different timeouts: OpenIM's own log, not more time
diagnosis-hopeless-changed = the run changed while it was measured: find out what did, and measure again
diagnosis-hopeless-receiver = the time was taken at the receiver: OpenIM's own log, not more time
diagnosis-hopeless-proxy = who only watches is sure to medium at most: a run with OpenIM's own log, not more time

# A joined log
diagnosis-bracket-disagrees = { $outside } of { $checked } round trips in OpenIM's log ({ $share }) lie outside handler time and upper end of the bracket, by more than 5 ms.
diagnosis-bracket-disagrees-next = Compare the examples with the log. Usual reasons: clocks that were set during the run, a log of another run or server, lines that were written late. Where the log decides, its times do, whatever the bracket says.
diagnosis-bracket-line = operation { $operation }, { $key }: handler { $low } ms, log { $log } ms, upper end { $high } ms
diagnosis-bracket-line-after = operation { $operation }, { $key }: handler { $low } ms, log { $log } ms
