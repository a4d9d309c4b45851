# What was found on the way, with its class.
app-note = note: { $what }
app-warning = warning: { $what }
app-error = error: { $what }

# Files and standard output.
app-stdout = cannot write to standard output; is the disk behind the redirection full?
app-flag-file = { $flag }: cannot write { $file }; is there such a folder?
app-cannot-write = cannot write { $file }
app-runtime = cannot start the runtime

# `apply`: a webhooks.yml.
app-apply-not-yml = { $file }: this is no webhooks.yml
app-apply-not-utf8 = { $file }: the file is not in UTF-8, which OpenIM expects; convert it first
app-apply-disabled = warning: { $key } is not enabled in { $file }, so its timeout has no effect
app-apply-same = { $key } stays: { $file } has { $timeout } s
app-apply-same-default = { $key } stays: { $file } has { $timeout }, which means 15 s
app-apply-no-change = nothing to change in { $file }
app-apply-line = { $key } { $timeout } s: { $why }
app-apply-line-guess = { $key } { $timeout } s: a guess: { $why }
app-apply-unwritten = nothing was written; --write changes the file
app-apply-written = { $file } was written and read again: only these timeouts differ; what it was is in { $backup }
app-apply-verify = After the restart `openim-bench verify { $record }` shows whether OpenIM counts with them.
app-apply-disturbed = { $file } does not hold what was written: somebody else changes it, too. What it was before is in { $backup }
app-apply-left = { $key } is left as it is: { $why }
app-apply-guesses = (--include-guess takes guesses too)
app-apply-nothing = nothing to change: this run recommends no timeout that is to be written
app-apply-invalid = the run is invalid, so none of its timeouts is used: { $reasons } See `openim-bench report { $record }`
app-apply-only = --only { $key }: this run says nothing about it; it speaks of { $keys }
app-apply-only-none = --only { $key }: this run says nothing about it; it speaks of no webhook
app-apply-modelled = these timeouts are not for your deployment: { $basis } Measure with your own handler times, or write --modelled-anyway if you want them all the same
app-apply-has-them = nothing to change: { $file } has these timeouts already
app-apply-no-backup = cannot write a backup or a new file into { $folder }: { $error }; nothing was changed
app-apply-meanwhile = { $file }: somebody changed the file meanwhile; nothing was written. Run the command again
app-apply-mounted = { $file } cannot be replaced: { $error }. If it is mounted by itself (a container), change it where it is mounted from
app-apply-owner = warning: owner and group of the file could not be kept; OpenIM must still be able to read it

# `verify`.
app-verify-nothing = nothing to verify: this run recommends no timeout (--include-guess takes guesses too)
app-verify-still-ours = `url` in OpenIM's webhooks.yml leads to this tool, which stops answering now: put the address of your own webhook server back, and restart
app-verify-simulator = this run used the built-in simulator, which is gone: write --target URL of the deployment whose timeouts are to be verified
app-verify-stopping = stopping: what is held is answered and the groups are dismissed (again to leave at once)
app-verify-leaving = leaving at once: groups may be left; their names begin with `openim-bench probe-`
app-verify-others = the run handed callbacks of others' operations to { $url }, and verify cannot: it would let through what that server rejects. Verify when nobody else uses the deployment, with --hits-everyone
app-verify-unusable = the deployment cannot be used ({ $code }); nothing was verified
app-verify-plan = webhooks: { $webhooks }, operations of our own for each: { $repeats }; about { $seconds } s where all hold, mostly within { $most } s
app-verify-key = { $key } cannot be verified: { $why }
app-verify-left = warning: { $n } groups may still be there; dismiss them by hand (/group/dismiss_group): { $groups }
app-verify-left-why = warning: { $n } groups may still be there ({ $why }); dismiss them by hand (/group/dismiss_group): { $groups }

# `cleanup`.
app-cleanup-simulator = this run used the built-in simulator, whose groups ended with it: nothing to clean up
app-cleanup-rate = --rate { $rate } makes no sense; write a number above 0
app-cleanup-done = dismissed { $dismissed }, already gone or never made { $gone }, left { $left }

# `report` and `profile`.
app-report-unwritten = warning: { $failure }; the report follows all the same
app-profile-none = there is no shipped profile `{ $name }`; there are { $names }

# `whatif`.
app-whatif-twice = --timeout { $key } is given twice with different values
app-whatif-rate = --rate is arrivals a second and must be above 0
app-whatif-outage = --outage must be longer than 0, such as 60s

# `compare`.
app-compare-gate = --gate: `{ $name }` is nothing that is compared; write some of { $names }
app-compare-candidate = compare needs a candidate after the base: openim-bench compare BASE CANDIDATE
app-compare-base-missing = { $why }. Where the first pipeline has no base yet, --base-missing ok lets it pass
app-compare-side = { $name } in round { $round }: { $meaning }; nothing is compared. `openim-bench report { $record }` says more
app-compare-interleave = --interleave needs two profiles (compare --interleave 3 A.toml B.toml), or one profile and two targets (compare --interleave 3 A.toml --target URL --target URL)
app-compare-twice = `{ $name }` names run { $run } twice
app-compare-no-run = `{ $name }` names no run
app-compare-intervals = { $file } is missing; a comparison needs run.json and { $needed }
app-compare-invalid = run { $run } is invalid and says nothing about OpenIM: { $reasons }. Run it again
app-compare-unjudged = { $record }: whether this run is valid is not known: its run.json keeps no judgement and the files to judge by are gone. Keep the whole record, or run `openim-bench report` on it before cutting it down, or compare response times all the same with --unchecked
app-compare-difference = { $key } ({ $base } and { $candidate })
app-compare-plans = { $base } and { $candidate } cannot be compared: their plans differ in { $differences }. Run both with the same plan, or allow what is meant to differ: --allow-diff { $key }

# `capacity`.
app-capacity-trial = --trial { $trial } makes no sense; write 1s to 1h
app-capacity-replay = load.arrivals = "replay" has a rate of its own; write "poisson" or "constant" to search for the capacity
app-capacity-target = the search drove { $before }, and profile or environment now name { $now }: put that back, or begin a new search
app-capacity-folder = cannot make { $folder }
app-capacity-file = cannot write { $file } in { $folder }
app-capacity-no-search = --resume: cannot read { $file }; name the folder of a search
app-capacity-no-state = --resume: { $file } is not the state of a search
app-capacity-format = --resume: { $file } has format { $format }, this program knows { $known }

# `run --rehearse`.
app-rehearse-simulator = --rehearse: outages are rehearsed in the simulator only; use --target sim, or an outage phase in the profile to try one on a deployment
app-rehearse-closed = --rehearse: a closed loop has no arrival rate to predict from; use load.loop = "open"
app-rehearse-no-webhook = --rehearse: no webhook calls back in this profile; name some in webhook.expect
app-rehearse-invalid = --rehearse: the healthy run { $record } is invalid, so nothing can be predicted from it: { $why }
app-rehearse-nothing = --rehearse: this run recommends no timeout for { $key } (its report says why); measure longer, or say which one to rehearse: --rehearse 3
app-rehearse-no-outage = a rehearsal without an outage

# `sim`.
app-sim-processes = --processes 0 makes no sense; write 1 or more
app-sim-workers = --workers 0 makes no sense; write 1 or more, or leave it out
app-sim-admin = --admin-user is empty; write the first userID of imAdmin.userID in share.yml
app-sim-faults = --fault: at most { $most } windows
app-sim-span = { $flag } { $span }: at most { $most }
app-sim-watching = --linger and --confirm are for watching; add --watch or --accept-any-user
app-sim-listen = --listen { $address }: choose another address, or port 0 for a free one
app-sim-announced = OpenIM { $version } (simulated) listens on { $url } ; { $webhooks }
app-sim-announced-as = OpenIM { $version }, treated as { $build } (simulated) listens on { $url } ; { $webhooks }
app-sim-no-webhook = no webhook is enabled
app-sim-calls-back = calls back to { $url } for { $keys }
app-sim-fault-begins = fault { $fault } begins, { $at } after the start
app-sim-fault-ends = fault { $fault } ends, { $at } after the start
app-sim-log = warning: --log-dir: { $line }
app-sim-log-lost = warning: --log-dir: { $n } lines are missing; the disk was too slow or failed

# Exit codes, where a sentence says what a run came to.
app-exit-invalid = the run is invalid or aborted itself: do not use its figures
app-exit-interrupted = interrupted by Ctrl-C; the record is readable
app-exit-terminated = ended by SIGTERM; the record is readable
