# Errors of reading and writing, of arguments, of what cannot be predicted
# Values
errors-duration = `{ $text }` is not a duration ({ $why }); write a number with a unit, such as "20s", "50ms" or "1m 30s"
errors-unknown-key = `{ $name }` is not a webhook key of a group operation; did you mean `{ $nearest }`?
errors-version-old = OpenIM version `{ $text }` is not known; versions before 3.7.0 treat webhooks otherwise and are not imitated.
errors-version-meant = OpenIM version `{ $text }` is not known; did you mean `{ $word }`?
errors-version-image = OpenIM version `{ $text }` is not known; the tag of the openim-server image says which one it is.
errors-version-unknown = OpenIM version `{ $text }` is not known.
errors-version-write = Write a release from 3.7.0 on (3.7.0, 3.8.0, 3.8.3, 3.8.3-patch.15 …), `main`, `main-standalone` or, where a server can be asked, `auto`
# Delay models
errors-delay-uniform = `uniform` from { $min } to { $max }: min must not be above max; swap them
errors-delay-lognormal = `lognormal`: median ({ $median }) must be above 0 and p99 ({ $p99 }) above the median; for a fixed delay write "{ $median }"
errors-delay-pareto = `pareto`: min ({ $min }) and alpha ({ $alpha }) must be above 0, and max, where given, at least min
errors-delay-no-parts = `mixture` is empty; give it parts, such as {"{"} weight = 1, delay = "10ms" {"}"}
errors-delay-weight = `mixture`: weight { $weight } of part { $number } must be a number above 0
errors-delay-stall = `stall`: duration ({ $duration }) must be above 0 and less than `every` ({ $every }); else nobody would stall, or nobody would ever be answered
errors-delay-hlog-unloaded = `hlog`: { $file } has not been loaded
errors-delay-hlog = `hlog`: { $file }: { $why }
# Logs of HdrHistogram; what is wrong is read after the file's name
errors-hlog-no-values = holds no values to draw from
errors-hlog-unreadable = cannot be read ({ $why })
errors-hlog-entry-unreadable = entry { $n } of the log cannot be read ({ $why })
errors-hlog-entry-base64 = entry { $n } of the log is no base64 ({ $why })
errors-hlog-entry-histogram = entry { $n } of the log is no histogram ({ $why })
errors-hlog-entry-misfit = entry { $n } of the log does not fit the others ({ $why })
errors-hlog-no-tag = no interval has the tag `{ $tag }`; tags there: { $tags }
errors-hlog-untagged = (none)
errors-hlog-empty = holds no intervals; is it an HdrHistogram interval log?
# Schedules
errors-schedule-segment = segment { $index } of the load (start { $start } s, duration { $duration } s, { $from } to { $to } arrivals a second) has a negative or infinite value; check load.rate, load.duration and [[load.phase]]
errors-schedule-too-fast = { $rate } arrivals a second are more than the { $limit } that can be scheduled; lower load.rate
errors-schedule-overlap = segment { $index } of the load starts before the one before it has ended; order [[load.phase]] by time
errors-schedule-offset = `{ $text }` is not a number of seconds from 0 up; write one offset a line, such as 1.25, and comments after #
errors-schedule-unsorted = goes back in time; sort the file by number (sort -n)
errors-schedule-no-offsets = load.offsets_file holds no offset; write one a line, in seconds from the start of the run
# Records
errors-read-file = cannot read { $path }: { $why }; is this the folder of a run, such as results/<run-id>?
errors-read-format = { $path } is not a record of openim-bench: { $why }
errors-read-no-format = it has no `format` number
errors-read-newer = its format is { $format } and this version reads up to { $known }; use the openim-bench that wrote it, or a newer one
errors-write-exists = { $path } is there already; choose another --out, or remove it
errors-write-file = cannot write { $path }: { $why }; what was written until then stays readable. Make room or choose another --out
errors-write-stopped = nothing more was written to { $path } after an earlier write error
errors-find-empty = no record `{ $name }`, nor any other in { $dir }; run a profile first, or name the folder of a run or --out DIR
errors-find-unknown = no record `{ $name }` in { $dir }; the newest there are: { $nearest }. A path to a run's folder works too
errors-find-ambiguous = `{ $name }` fits several records: { $which }; write more of the run id
errors-ids-file = cannot read { $path }: { $why }; name the folder of a run, such as results/<run-id>
errors-ids-format = { $path } does not say which run it belongs to (no `run` and `tag` line); it was not written by openim-bench or was cut at once
# Questions to a record
errors-timeout-form = write KEY=SECONDS, such as beforeCreateGroup=3
errors-timeout-key = `{ $name }` is not a webhook of group operations; did you mean `{ $nearest }`?
errors-timeout-zero = 0 means 15 s to OpenIM, not "no limit"; write 15, or 1 to 14
errors-timeout-long = OpenIM ends every callback after 15 s, so { $n } is 15; write 1 to 15
errors-timeout = `{ $text }` is not a timeout: OpenIM knows whole seconds, 1 to 15
errors-whatif-refused = nothing can be predicted from this run: { $why }
errors-whatif-not-measured = --timeout { $key }: this run measured no callback of it; it measured { $measured }
errors-whatif-no-callbacks = this run measured no callbacks; enable the webhooks and run a profile with them first
errors-whatif-no-rate = this run has no arrivals in its measured time; say the arrivals a second with --rate
errors-whatif-too-long = at { $rate } arrivals a second that outage is too long to play; give a shorter one with --outage: what happens does not change once the pool or the queue is full
errors-observe-no-outage = this run has no outage phase; write one into the profile ([[load.phase]] with kind = "outage")
errors-observe-no-operations = this record does not hold all its operations; raise limits.operation_rows and run again
# Search for the capacity
errors-search-bounds = cannot search from { $from } between { $lowest } and { $to } a second; --from must lie above 0 and at most at --to
errors-search-figure = { $name } is { $value }; { $must }
errors-search-write = write { $from } to { $to }
errors-search-confidence = it lies between 0.5 and 1
errors-search-at-least-one = it is at least 1
errors-search-trial-outside = a stored trial lies outside the bounds of its search; was the file edited?
# webhooks.yml
errors-yml-no-yaml = webhooks.yml is no YAML that OpenIM can read, so OpenIM would not start: { $why }
errors-yml-several = webhooks.yml holds several documents (separated by `---`), of which OpenIM reads only the first; keep one
errors-yml-no-mapping = webhooks.yml must be a mapping with `url:` and webhook keys at its left margin; OpenIM would not start
errors-yml-value = webhooks.yml line { $line }: `{ $key }` is { $found }, but must be { $wanted }; OpenIM would not start with it
errors-yml-fraction = webhooks.yml line { $line }: `{ $key }` is { $found }, but OpenIM counts whole seconds and would cut it; write a whole number
errors-yml-twice = webhooks.yml line { $line }: `{ $key }` stands there a second time (OpenIM does not tell upper from lower case); remove one
errors-yml-a-list = a list
errors-yml-a-mapping = a mapping
errors-yml-an-address = an address such as http://10.0.0.5:10006/callback
errors-yml-a-key = a mapping with `enable:` and `timeout:` below it
errors-yml-a-truth = true or false
errors-yml-whole-seconds = a whole number of seconds without a unit, 1 to 15
errors-edit-no-key = webhooks.yml has no `{ $key }` at its left margin, so OpenIM would not call that webhook with this file: is it the one in force? Add the key with `enable: true` and `timeout:`, or leave it out with --only
errors-edit-no-key-below = webhooks.yml has no `{ $key }` at its left margin, but everything below `{ $outer }:`, so OpenIM would not call that webhook with this file: is it the one in force? Add the key with `enable: true` and `timeout:`, or leave it out with --only
errors-edit-no-settings = webhooks.yml line { $line }: `{ $key }` has no settings, so the webhook is off; add `enable: true` and `timeout:` below it
errors-edit-alias = webhooks.yml line { $line }: the timeout of `{ $key }` is taken over from line { $from } (an alias or `<<`), so a change there would change other keys too; write `timeout: { $timeout }` at `{ $key }` itself by hand
errors-edit-form = webhooks.yml line { $line }: the timeout of `{ $key }` is written in a way that cannot be changed in place; write `timeout: { $timeout }` there by hand
errors-edit-elsewhere = webhooks.yml: these timeouts cannot be changed alone ({ $what }); other keys take values over from them, so change the file by hand
errors-edit-rest = the rest of the file would be read otherwise
errors-edit-changes = `{ $key }` would change
# The load
errors-engine-pacing = cannot start the pacing thread ({ $why }); raise the limit on threads (ulimit -u) and try again
errors-engine-collector = cannot start the collector's thread: { $why }
errors-engine-collector-ended = the collector ended unexpectedly; please report this with the lines above
errors-work-users = { $have } users are too few: owner, { $admins } admins and { $members } members of one group are { $need } different users; raise load.users.pool to at least { $need } (or name more in load.users.file), or lower load.members or load.admins
errors-work-twice = userID { $user } is in the user pool twice; remove it from load.users.file
errors-work-range = load.{ $key } has min { $min } above max { $max }
errors-work-nobody = load.members may be 0, but { $operation } then acts on nobody; set load.members to 1 or more
errors-work-weights = load.operation has no usable weights; give each operation a finite weight above 0
errors-work-no-groups = { $operation } acts on groups made beforehand, and none was; set-up must make them first
# The webhook server
errors-webhook-delay = `handler.{ $key }.delay`: { $why }
errors-webhook-listen = `webhook.listen` = "{ $listen }": { $why }
errors-webhook-no-address = no address ({ $why }); write host:port, such as "127.0.0.1:10006"
errors-webhook-nameless = the name has no address
errors-webhook-taken = { $why }; another process listens there (`ss -ltnp` names it), stop it or choose another port
errors-webhook-elsewhere = { $why }; this machine has no such address, 0.0.0.0 listens on all it has
errors-webhook-privileged = { $why }; ports below 1024 need privileges, choose a higher one
errors-webhook-forward = `webhook.forward_others` = "{ $url }": { $why }
errors-webhook-no-url = not a URL ({ $why })
errors-webhook-url-form = write http://host:port/path without a query; the command is put behind it
errors-webhook-no-client = no client for it ({ $why })
# The simulator
errors-sim-accept = the simulator cannot accept connections any more ({ $why }); raise `ulimit -n` or lower the load
errors-sim-log = cannot write log files into { $dir }: { $why }; make it a folder that you may write to
errors-sim-log-stopped = the log can no longer be written ({ $why }); the simulation goes on
# Reports
errors-render-json = cannot write the summary as JSON: { $why }; this is a bug, please report it
errors-render-html = cannot write the report as HTML: { $why }; this is a bug, please report it
errors-render-junit = cannot write JUnit XML: { $why }; this is a bug, please report it
errors-png-svg = the chart cannot be read as SVG: { $why }; this is a bug, please report it
errors-png-size = the chart is too large for a picture ({ $width } × { $height } pixels); write it with --format svg
errors-png = the picture cannot be written as PNG: { $why }; write it with --format svg
