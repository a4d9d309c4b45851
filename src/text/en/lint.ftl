# A file that cannot be read
lint-cannot-start-why = Measured: with a timeout such as `5s` the process does not start. A broken or doubled key does the same, or is taken with another meaning than the one written.
lint-cannot-start-do = Correct that line and lint again: the other rules need a file that can be read.

# The URL
lint-url-missing = There is no `url`.
lint-url-unusable = `url` is "{ $url }", which is no http or https address.
lint-url-unusable-why = OpenIM puts `/` and the command behind `url` and posts there. The files shipped with 3.7.0, 3.7.1 and 3.8.0 have the scheme `webhook://`, with which every call fails with `unsupported protocol scheme`.
lint-url-unusable-do = Write the address of your webhook server, such as http://your-server:8080/callback.
lint-url-query = `url` is "{ $url }": what follows `?` or `#` ends up before the command.
lint-url-slash = `url` is "{ $url }": the path of each callback gets a double slash.
lint-url-tail-why = Measured: URL and command are put together without any parsing, so a query stands before the command and a trailing slash gives `//`.
lint-url-tail-do = End `url` with the last part of its path, without query, fragment or slash.
lint-url-loopback = `url` is "{ $url }", which inside a container is the container itself.
lint-url-loopback-why = The callback is sent by the container of openim-rpc-group; a server on the machine beside it is not reached, and every call ends in error 90004.
lint-url-loopback-do = Write the name of the service or of the host as the container sees it.

# Keys
lint-unknown-key = No version reads a key `{ $key }`; the nearest is `{ $nearest }`.
lint-outer-mapping = `{ $key }` encloses webhook keys: OpenIM reads keys at the left margin only.
lint-unknown-key-why = OpenIM accepts unknown keys silently: the callback that was meant is simply off.
lint-unknown-key-do = Correct the name, or take the outer mapping away and move its keys to the left margin.
lint-key-not-wired = `{ $key }` is on, but OpenIM { $version } sends nothing for it.
lint-key-not-wired-why = Read in the source of that version: the key is known to the file, and no code acts upon it.
lint-key-not-wired-do = Do not rely on it: turn it off, or take a version that sends it.

# Timeouts
lint-timeout-default = The timeout of `{ $key }` is { $timeout }: 15 s take effect.
lint-timeout-default-why = Measured: 0 ends after 15 s, as a missing number does; a negative one means none but that cap.
lint-timeout-default-do = Write whole seconds from 1 to 15; a run tells which.
lint-timeout-capped = The timeout of `{ $key }` is { $timeout }: 15 s take effect.
lint-timeout-capped-why = Measured: the HTTP client gives up after 15 s, whatever the file says (3600 as well).
lint-timeout-capped-do = Write 15 or less.
lint-caller-budget = Callbacks before a creation may take { $sum } s in all, and the caller waits { $budget } s.
lint-caller-budget-members = Callbacks before a creation may take { $sum } s with a single member and more with each further one; the caller waits { $budget } s.
lint-caller-budget-why = OpenIM asks one after the other. A caller that gives up does not stop the creation (measured): the group exists, and asking again makes a second one.
lint-caller-budget-do = Lower the timeouts until their sum is below what callers wait, or let callers wait longer (`--caller-budget`).

# Settings and behaviour
lint-failed-continue = `failedContinue: true` of `{ $key }` has no effect: a failed callback fails the operation.
lint-failed-continue-after = `{ $key }` has `failedContinue`, a setting that after-callbacks do not have.
lint-failed-continue-why = Measured on 3.7.0 to main: the setting is read and never used.
lint-failed-continue-do = Do not rely on it: the receiver must answer, in time. Set it to false so that nobody is misled.
lint-member-callback = `beforeMemberJoinGroup` is on for OpenIM { $version }.
lint-member-callback-why = Measured on 3.7.0: an invitation by the app admin ends openim-rpc-group, after which every group call fails; creating a group asks once a member, one after another.
lint-member-callback-do = Turn it off, upgrade to 3.8.0 or later, or never invite as app admin and keep groups small.
lint-group-info-echo = `{ $key }` is on: the receiver must answer with all fields.
lint-group-info-echo-why = A bare answer of braces overwrites the fields that are not in it, and the call ends in error 1004.
lint-group-info-echo-do = Let the receiver send the fields back that it got.
lint-after-queue = At { $rate } creations a second the receiver of `{ $key }` must answer within { $limit } ms on average, and { $timeout } s are allowed.
lint-after-queue-why = Measured: all after-callbacks of a process share 2 workers and 100 places. Once they are full, calls wait up to 3 s (0.1 s until 3.8.0) and events are lost, without a log line.
lint-after-queue-do = Answer at once and do the work afterwards; lower the timeout so that a slow receiver frees its worker.
lint-upgrade-command = For `{ $key }` OpenIM { $version } sends { $after } instead of { $before }.
lint-upgrade-command-why = The key keeps its name, the last part of the path does not, and body and answer change with it: one call with a list instead of one a member. A receiver without that route answers with its 404 page, which OpenIM reports as 90007.
lint-upgrade-command-do = Route both commands before the upgrade.

# Filters of messages
lint-types-not-numbers = `deniedTypes` of `{ $key }` holds `{ $found }`, which is no whole number.
lint-types-not-numbers-list = `deniedTypes` of `{ $key }` holds a list or a mapping instead of a whole number.
lint-types-not-numbers-why = Read in main's source: the list holds whole numbers only. A range such as `200-500`, which 3.8.3 takes, cannot be read into it, and the process does not start, whether the webhook is on or not.
lint-types-not-numbers-do = Write each type as a number of its own.
lint-filter-ignored = OpenIM { $version } does not read `{ $filter }` of `{ $key }`.
lint-filter-no-message = `{ $filter }` of `{ $key }` has no effect: filters act on message callbacks only.
lint-filter-ignored-why = Read in the sources: `attentionIds` came with 3.8.0; `allowedTypes` and `deniedTypes` came with 3.8.3, and main has no `allowedTypes` any more. A setting that a version does not know is passed over silently, and every callback is sent.
lint-filter-ignored-do = Do not rely on it: filter in the receiver, or take a version that reads it.
lint-attention-ids-empty = `attentionIds: []` switches `afterSendSingleMsg` off on OpenIM { $version }.
lint-attention-ids-empty-why = Read in that version's source: an empty list is compared like a full one, no user is in it, and the callback is sent for nobody.
lint-attention-ids-empty-do = Delete the line `attentionIds`; without it every message is reported.

# Environment variables
lint-environment-wins = `{ $name }` wins over `{ $setting }` of the file; the other rules judge its value.
lint-environment-wins-why = Read in the sources: each of OpenIM's several processes looks for variables after the file. main in a single process does not.
lint-environment-wins-do = Change the value where the variable is set, or take the variable away; editing the file changes nothing.
lint-environment-no-setting = `{ $name }` fits no setting; the nearest is `{ $nearest }`.
lint-environment-not-in-file = `{ $name }` has no effect: `{ $setting }` does not stand in the file.
lint-environment-empty = `{ $name }` is empty and has no effect: the file's value counts.
lint-environment-standalone = { $count ->
    [one] OpenIM in a single process does not read the variable given with --env.
   *[other] OpenIM in a single process reads none of the { $count } variables given with --env.
}
lint-environment-no-effect-why = Read in the sources: only settings that stand in the file are looked up, under `IMENV_WEBHOOKS_`, key and setting in upper case, and an empty variable is taken for none.
lint-environment-no-effect-do = Correct the name, or write the setting into the file.
lint-environment-unusable = `{ $name }` is `{ $value }`, but must be { $wanted }; OpenIM would not start with it.

# An upgrade's routes
lint-upgrade-route-new = `{ $key }` comes alive: OpenIM { $version } sends { $command }, and { $from } sent nothing for it.
lint-upgrade-route-gone = `{ $key }` dies: OpenIM { $version } sends nothing for it, and { $from } sent { $command }.
lint-upgrade-route-why = Read in the sources of both versions: the key is on in this file, and only one of them acts upon it.
lint-upgrade-route-do = Route the new command before the upgrade or turn the key off; do not wait for callbacks that no longer come.

# Corrections
lint-fix-slash = line { $line }: the slash at the end of `url` is gone
lint-fix-renamed = line { $line }: `{ $from }` is now `{ $to }`
lint-fix-timeout = line { $line }: the timeout of `{ $key }` is written as { $after } instead of { $before }
lint-fix-timeout-missing = line { $line }: the timeout of `{ $key }`, which was missing, is written as { $after }
lint-fix-written = { $file } is corrected; as it was it is kept in { $backup }
lint-fix-nothing = { $file }: nothing to correct without a person's decision.

# The terminal
lint-clean = { $file }: nothing found for OpenIM { $version }.
lint-routes = The receiver must route, for OpenIM { $version }:
lint-no-routes = No webhook is on: the receiver has nothing to route.
lint-no-code = There is no rule `{ $code }`; there are: { $codes }.
lint-explain-severity = { $code }: { $severity } at worst.
lint-not-readable = cannot read { $file }
lint-not-utf8 = { $file } is not UTF-8
lint-too-large = { $file } has more than { $most } MiB: no file of OpenIM's
