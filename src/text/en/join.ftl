# Nothing of the run in the log
join-no-records = The log was not joined, the record is as it was: none of the { $lines } lines read is a record of OpenIM. Is it the right file? OpenIM writes openim-service-log.DATE (standalone main: openim-server.DATE) on the host of its group process; in a container the lines are on standard output.
join-nothing = The log was not joined, the record is as it was: { $records } records of OpenIM were read, and none is about a webhook of this run. Usual reasons: the log level is 3, as openim-docker sets it, and `webhook` lines need remainLogLevel 4 or higher (LOG_LEVEL in .env there); the group process runs on another host; the file is of another day or run; the webhooks are not enabled.
join-level = The log was not joined, the record is as it was: it holds { $failures } failures of this run's operations and no `webhook` line, so the log level is 3. Set remainLogLevel to 4 or higher (openim-docker: LOG_LEVEL in .env), restart, and run again.

# What was found
join-done = OpenIM's log joined: { $found } calls of { $keys } webhooks of this run in { $lines } lines; { $place }
join-placed = its clock was set by { $by } operations of the record, and its local time is { $zone } ahead of UTC.
join-placed-first = its clock was set by the first callback of the load, as the record has no operation log, and its local time is { $zone } ahead of UTC.

# Reading
join-not-joined = The log was not joined: { $why }
join-gz = --openim-log of a run cannot be a compressed file: { $file }.
