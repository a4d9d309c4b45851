# Faults of answers
check-not-reached = The server cannot be reached: no connection came about.
check-not-reached-why = With this address OpenIM fails every operation whose before-callback is on with 90004.
check-not-reached-do = Check that the server runs, on which address it listens, and which address the container of openim-rpc-group sees; then check again.
check-no-answer-in-time = { $n ->
    [one] One callback was not answered in time.
   *[other] { $n } callbacks were not answered in time.
}
check-no-answer-in-time-why = OpenIM fails the operation with 90004 when the timeout passes, whatever the handler still does.
check-no-answer-in-time-do = Find what the handler waits for (a database, another service, OpenIM's own API); answer first and do the rest afterwards.
check-connection-broken = { $n ->
    [one] One callback ended with a broken connection, or with what is no HTTP.
   *[other] { $n } callbacks ended with a broken connection, or with what is no HTTP.
}
check-connection-broken-why = OpenIM answers its caller with 90004, and sends nothing again.
check-connection-broken-do = Look into the server's log: a crash of the handler, a limit on the body's size, or another protocol on this port.
check-login-redirect = { $n ->
    [one] One callback was redirected to a login page.
   *[other] { $n } callbacks were redirected to a login page.
}
check-login-redirect-why = A security filter asks for a session, and OpenIM has none: it sends no authentication of any kind. It follows the redirect without the body and reads the page, which is no JSON: 90007.
check-login-redirect-do = Let the path of the callbacks pass the security filter (permitAll in Spring Security, a route without the auth middleware in Laravel), and restrict it by network instead.
check-redirected = { $n ->
    [one] One callback was redirected.
   *[other] { $n } callbacks were redirected.
}
check-redirected-why = After 301, 302 and 303 OpenIM asks again with GET and without the body, so that the handler gets nothing; 307 and 308 repeat the POST. Usual reasons: http to https, a trailing slash, another host name.
check-redirected-do = Write the address that is redirected to into `url` of webhooks.yml, or switch the redirect off for this path.
check-unauthorized = { $n ->
    [one] One callback was answered with status 401.
   *[other] { $n } callbacks were answered with status 401.
}
check-unauthorized-why = The server asks for authentication. OpenIM sends none: no token, no signature.
check-unauthorized-do = Take the path of the callbacks out of the authentication, and restrict it by network.
check-forbidden = { $n ->
    [one] One callback was answered with status 403.
   *[other] { $n } callbacks were answered with status 403.
}
check-forbidden-why = Usual reasons: an IP allow-list that lacks the sender, a CSRF filter, a firewall for web applications.
check-forbidden-do = Allow the address of openim-rpc-group (and of this machine while checking), and take the path out of the CSRF filter.
check-csrf = { $n ->
    [one] One callback was answered with status 419.
   *[other] { $n } callbacks were answered with status 419.
}
check-csrf-why = That is Laravel's answer to a POST without a CSRF token, which OpenIM cannot have.
check-csrf-do = Put the routes into routes/api.php, or except their path from the CSRF middleware.
check-throttled = { $n ->
    [one] One callback was answered with status 429.
   *[other] { $n } callbacks were answered with status 429.
}
check-throttled-why = A throttle counts all callbacks as one client, since they come from one address.
check-throttled-do = Take the path of the callbacks out of the throttle, or raise its limit above the rate of your operations.
check-not-routed = { $n ->
    [one] One callback reached no route: status 404 or 405.
   *[other] { $n } callbacks reached no route: status 404 or 405.
}
check-not-routed-why = OpenIM puts `/` and the command behind `url`. What comes back is no JSON, so that OpenIM answers 90007.
check-not-routed-do = Route POST to these commands, spelt exactly so; `openim-bench lint` lists those that your webhooks.yml needs.
check-html-answer = { $n ->
    [one] One callback was answered with an HTML page.
   *[other] { $n } callbacks were answered with an HTML page.
}
check-html-answer-why = OpenIM does not look at the status, only at the body, and cannot read this one: 90007. With status 500 it is the framework's error page: the handler failed.
check-html-answer-do = Look into the server's log for the error of this request, and answer JSON in every case.
check-empty-answer = { $n ->
    [one] One callback got an empty answer.
   *[other] { $n } callbacks got an empty answer.
}
check-empty-answer-why = OpenIM needs JSON even where there is nothing to say: 90007 (unexpected end of JSON input).
check-empty-answer-do = Answer at least `{"{"}{"}"}`.
check-byte-order-mark = { $n ->
    [one] One answer begins with a byte order mark (BOM) before the JSON.
   *[other] { $n } answers begin with a byte order mark (BOM) before the JSON.
}
check-byte-order-mark-why = Go's JSON reader refuses it: 90007 (invalid character 'ï'). Browsers and most tools hide it. Usual reason: a PHP file saved as UTF-8 with BOM.
check-byte-order-mark-do = Save the source files as UTF-8 without BOM; write JSON with an encoder that adds none.
check-not-json = { $n ->
    [one] One answer is no JSON.
   *[other] { $n } answers are no JSON.
}
check-not-json-why = OpenIM answers 90007 with what Go's reader says; text such as `success`, or anything before or behind the JSON (warnings of PHP, debug output), is enough.
check-not-json-do = Answer one JSON object and nothing else.
check-wrong-shape = { $n ->
    [one] One answer is JSON of another shape than OpenIM reads.
   *[other] { $n } answers are JSON of another shape than OpenIM reads.
}
check-wrong-shape-why = OpenIM reads one object whose actionCode, errCode and nextCode are numbers of 32 bits: a list, or a number as text, ends in 90007.
check-wrong-shape-do = Correct the type that the text names.
check-status-ignored = { $n ->
    [one] One callback was answered with an error status, and OpenIM takes the body for consent.
   *[other] { $n } callbacks were answered with an error status, and OpenIM takes the body for consent.
}
check-status-ignored-why = OpenIM never looks at the status. A JSON error page of the framework, such as one for 404 or 500, has none of its keys, which means: go on. The handler was perhaps never called.
check-status-ignored-do = Route the command; to refuse an operation answer nextCode 1 with actionCode 0 and an errCode, not a status.
check-rejects = { $n ->
    [one] One callback was rejected.
   *[other] { $n } callbacks were rejected.
}
check-rejects-why = The answer has actionCode 0 and nextCode 1: OpenIM refuses the operation. That may be what your rules want for users and groups that do not exist.
check-rejects-do = Check that the reason given is meant; nextCode 0 lets the operation go on.
check-rejects-with-errcode-0 = { $n ->
    [one] One callback was rejected with errCode 0 or below.
   *[other] { $n } callbacks were rejected with errCode 0 or below.
}
check-rejects-with-errcode-0-why = Measured: main tells its caller success although nothing was created; 3.7.0 to 3.8.3 answer 500. A sample answer of the public documentation has nextCode 1 with errCode 0, which is this.
check-rejects-with-errcode-0-do = To go on answer nextCode 0; to refuse give an errCode of 100 or more.
check-rejects-below-100 = { $n ->
    [one] One callback was rejected with an errCode below 100.
   *[other] { $n } callbacks were rejected with an errCode below 100.
}
check-rejects-below-100-why = Measured: main as several processes takes these for codes of gRPC; the caller gets 500, and with 14 it looks like a dead process.
check-rejects-below-100-do = Use codes of 100 and more.
check-code-without-rejection = { $n ->
    [one] One answer carries an errCode and yet rejects nothing.
   *[other] { $n } answers carry an errCode and yet reject nothing.
}
check-code-without-rejection-why = OpenIM rejects only where actionCode is 0 and nextCode is 1; an errCode alone has no effect.
check-code-without-rejection-do = If it is meant as a refusal, answer actionCode 0 and nextCode 1 as well.
check-no-known-key = { $n ->
    [one] One answer holds none of the keys that OpenIM reads.
   *[other] { $n } answers hold none of the keys that OpenIM reads.
}
check-no-known-key-why = OpenIM takes them for consent, whatever they say: keys such as `code` and `msg` mean nothing to it.
check-no-known-key-do = Answer actionCode, errCode, errMsg, errDlt and nextCode.
check-group-info-not-echoed = { $n ->
    [one] One answer to a change of group info does not repeat groupID.
   *[other] { $n } answers to a change of group info do not repeat groupID.
}
check-group-info-not-echoed-why = OpenIM takes groupID, groupName, introduction and faceURL from the answer even where it lacks them: the groupID becomes empty, and the call fails with 1004.
check-group-info-not-echoed-do = Repeat the fields of the request in the answer, above all groupID, groupName, notification, introduction and faceURL.
check-entry-without-user = { $n ->
    [one] One answer has an entry in memberCallbackList without userID.
   *[other] { $n } answers have an entry in memberCallbackList without userID.
}
check-entry-without-user-why = Measured: with 3.8.0 and 3.8.3 one such answer ends openim-rpc-group; later versions answer 500 or 2 with a stack.
check-entry-without-user-do = Give every entry its userID, or leave the list out.
check-fields-ignored = { $n ->
    [one] One answer sets fields that OpenIM reads and does not use.
   *[other] { $n } answers set fields that OpenIM reads and does not use.
}
check-fields-ignored-why = ownerUserID and applyMemberFriend at a creation, refusedMembersAccount at an invitation and member fields of another version have no effect.
check-fields-ignored-do = Do not rely on them: reject the operation instead.
check-answer-changes-operation = { $n ->
    [one] One answer changes the operation.
   *[other] { $n } answers change the operation.
}
check-answer-changes-operation-why = OpenIM takes these fields over without checking them again.
check-answer-changes-operation-do = Nothing, if it is meant.

# Findings of their own
check-singular-only = The server routes callbackBeforeMemberJoinGroupCommand (3.7) only, not callbackBeforeMembersJoinGroupCommand (3.8.0 and later).
check-plural-only = The server routes callbackBeforeMembersJoinGroupCommand (3.8.0 and later) only, not callbackBeforeMemberJoinGroupCommand (3.7).
check-one-member-command-why = The key beforeMemberJoinGroup is the same in all versions, its command is not: 3.7 sends one callback a member, later versions one with a list.
check-one-member-command-do = Route both commands, so that OpenIM can be upgraded and rolled back.
check-slow-answer = { $command } takes { $median } in the middle and up to { $most }, with nothing else to do.
check-slow-answer-why = OpenIM's caller waits for every before-callback, and up to 3.7 for one a member; a timeout must be well above this.
check-slow-answer-do = Measure under load (`--load 50/s --for 60s`) before choosing a timeout, and shorten the handler.
check-idle-blocks = { $idle ->
    [one] While one connection idles, nobody else is answered.
   *[other] While { $idle } connections idle, nobody else is answered.
}
check-idle-blocks-why = OpenIM keeps two idle connections for as long as the server does, and opens further ones when several callbacks are under way: these then wait until the timeout, 90004, although the server is free.
check-idle-blocks-do = Serve connections in more than one thread or process, or close each after its answer (`Connection: close`): a worker must not wait for the next request of an idle connection.
check-closes-early = The server closes idle connections: one served after { $kept } s, and after { $closed } s it was closed.
check-closes-early-at-once = The server closes idle connections early: after { $closed } s one was closed.
check-closes-early-why = OpenIM keeps two idle connections for as long as the server does. A callback that is sent at the moment of closing ends in EOF or connection reset, 90004, and is not repeated.
check-closes-early-do = Let the server keep idle connections longer than the usual pause between callbacks: 60 s or more.
check-few-workers = The server answers about { $workers } callbacks at once: { $at_once } took { $all }, one alone { $alone }.
check-single-worker = The server answers one callback at a time: { $at_once } at once took { $all }, one alone { $alone }.
check-workers-little = By Little's law that is at most { $rate } callbacks a second ({ $workers } ÷ { $alone }); OpenIM sends up to 100 at once from each process, and the wait counts against the timeout.
check-workers-reentrant = If a handler calls OpenIM's API and waits for it, and that call fires a callback, { $workers } such requests at once block each other until the timeout: OpenIM answers 90004, and the callback is handled a moment later.
check-workers-do = Raise the number of workers (pm.max_children of PHP-FPM, PHP_CLI_SERVER_WORKERS, threads of the application server), and do not call OpenIM from a worker that also answers callbacks. `openim-bench run reentrant` shows it.
check-load-failed = { $failed } of { $callbacks } callbacks of the load were not answered, or not with what OpenIM can read.
check-load-failed-cause = { $count } × { $cause }
check-load-failed-do = Find what the server ran out of at { $rate } callbacks a second: workers, connections, its database.
check-load-no-timeout = No timeout can be recommended from this load.
check-load-no-timeout-few = { $callbacks } callbacks are too few; about { $needed } would be enough if no more slow ones came.
check-load-no-timeout-slow = Even 15 s would fail more than 1 in 1,000.
check-load-no-timeout-do = Let the load last longer, or shorten the handler.

# Where and with what effect
check-spot = { $command } ({ $variants }; { $versions }): status { $status }, { $effect }
check-group-type-hint = Only commands whose groupType is the character U+0002 fail (JSON "\u0002", as OpenIM sends type 2 there): does the handler, its log or its validation refuse control characters?
check-spot-no-status = { $command } ({ $variants }; { $versions }): { $effect }
check-variant-plain = usual
check-variant-unicode = unicode
check-variant-thousand = 1,000 members
check-variant-empty = empty lists
check-variant-extra = unknown keys
check-effect-continues = continue
check-effect-continues-with = continue with { $fields }
check-effect-discarded = discarded
check-effect-discarded-rejection = discarded (it would reject)
check-effect-discarded-bad = discarded; { $why }
check-effect-lost = lost: { $why }
check-effect-bad = 90007: { $why }
check-effect-not-answered = 90004: { $why }
check-effect-rejects = reject: the caller gets { $code }
check-effect-rejects-500 = reject with { $code }: the caller gets 500
check-effect-rejects-success = reject with { $code }: the caller gets success, and nothing is done

# The page
check-will-send = This will be sent to { $url }:
check-will-delete = Handlers may delete rows on these; all IDs are of this run ({ $tag }) and exist nowhere: { $commands }
check-lead-clean = The receiver at { $url } answers everything as OpenIM needs it.
check-lead-findings = { $errors ->
    [one] One error
   *[other] { $errors } errors
} and { $warnings ->
    [one] one warning
   *[other] { $warnings } warnings
} about the receiver at { $url }.
check-lead-not-reached = The receiver at { $url } cannot be reached.
check-lead-given-up = The rest was left out: three callbacks were not answered within { $timeout } s.
check-heading-version = OpenIM { $version }: what it would make of the answers
check-heading-findings = Findings
check-heading-connections = Connections and workers
check-heading-load = Under load
check-column-command = Command
check-column-body = Body
check-column-status = Status
check-column-effect = OpenIM would
check-column-median = Median
check-column-most = Longest
check-column-quantile = Quantile
check-column-seen = Seen
check-column-bound = At most (95 %)
check-column-timeout = T
check-column-slower = Slower
check-column-single = One by one
check-column-spells = In spells
check-all-bodies = all { $n }
check-next = do: { $text }
check-severity-error = error [{ $code }] { $what }
check-severity-warning = warning [{ $code }] { $what }
check-severity-info = note [{ $code }] { $what }
check-kept = Keep-alive: idle connections still served after { $kept } s.
check-blocked = { $idle ->
    [one] Keep-alive: one idle connection keeps everybody else waiting.
   *[other] Keep-alive: { $idle } idle connections keep everybody else waiting.
}
check-closed = Keep-alive: closed after { $closed } s of idling.
check-kept-not = Keep-alive: none; every callback opens a connection of its own, which costs time and does no harm.
check-kept-unknown = Keep-alive: could not be seen.
check-workers-limit = Workers: about { $workers } callbacks at once, tried up to { $at_once }; one alone takes { $alone }.
check-workers-none = Workers: no limit up to { $at_once } callbacks at once; one alone takes { $alone }.
check-workers-fast = Workers: not told; one callback takes { $alone }, too short for the time to step. OpenIM sends up to 100 at once.
check-workers-unknown = Workers: not told; callbacks failed while they were sent at once.
check-load-what = { $callbacks } callbacks in { $seconds } s at { $rate } a second, open loop; on average { $in_flight } at once. p99 of our own lateness { $lag }, which is counted.
check-load-shed = { $shed } were not sent, since 2,000 were under way.
check-load-timeout = Timeout from this load alone: { $timeout } s (share of misfires at most 1 in 1,000, upper 95 % bound where slow callbacks come one by one).
check-load-high = Where they come in spells: { $timeout } s.
check-load-high-none = Where they come in spells this load is too short to tell.
check-load-missing = Without OpenIM this lacks: the wait for one of its 100 connections, set-up on the way from its container, the operation's own part and further callbacks of the same call (3.7: one a member), what your handler asks of OpenIM while it answers, and the queue of after-callbacks. `openim-bench run` measures them.

# While it runs, and refusals
check-phase-callbacks = Sending callbacks one by one …
check-phase-keep-alive = Leaving connections idle …
check-phase-workers = Sending callbacks at once …
check-phase-load = Offering the load …
check-host-not-allowed = { $host } is neither loopback nor allowed; name it with --allow-host { $host } if callbacks may be sent there.
check-load-size = A load has at most { $rate } callbacks a second and from 1 to { $callbacks } in all.
check-load-pacing = The load cannot be paced ({ $why }); raise the limit of threads (ulimit -u).
check-not-a-rate = "{ $text }" is no rate; write callbacks a second, such as 50/s.
check-needs-all = Handlers of { $key } may delete rows; it is sent with `--commands all` only.
check-not-sent = None of these keys is sent by OpenIM { $version }.
check-unknown-command = { $text } is neither a command nor a key of a group operation.
