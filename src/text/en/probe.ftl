# A fact in words
probe-unmeasured = not measured (needs { $needs })
probe-untestable = not testable here: { $why }
probe-uncertain = not certain: { $why }
probe-fact-why = { $value } ({ $evidence })
probe-unsaid = this portrait does not say
probe-yes = yes
probe-no = no
probe-measured = measured
probe-decided-action-and-next = actionCode 0 and nextCode 1, nothing else
probe-decided-next = nextCode 1, whatever actionCode is
probe-decided-nothing = nothing: no answer rejected
probe-redirected-get = followed as GET, without the body
probe-redirected-post = the POST is repeated at the new place
probe-redirected-not = not followed
probe-rejected-done = { $seen }: created all the same
probe-rejected-silently = { $seen }: looks like success, but nothing is created
probe-rejected = { $seen }; not created
probe-fate-died = { $seen }: the group process dies
probe-fate-done = { $seen }: done
probe-fate-fails = { $seen }: that call fails, the process lives on
probe-http-code = HTTP { $status } with errCode { $code }
probe-http-bare = HTTP { $status } without an envelope

# A case and its verdict
probe-matches = matches { $builds }
probe-differs = differs: { $why }
probe-differs-like = differs: { $why } (like { $builds })
probe-not-measured = not measured: { $why }
probe-failed = failed: { $why }
probe-builds-none = no build
probe-builds-every = every build
probe-builds-main-processes = main as several processes
probe-builds-span = { $first } to { $last }
probe-builds-and = { $others } and { $last }

# The page of a portrait: head, what a create calls
probe-treated = { $version }, treated as { $build }
probe-head = OpenIM { $version }: { $why }
probe-place-simulator = the simulator at { $target }, probed { $time } by openim-bench { $tool }
probe-place-server = a server at { $target }, probed { $time } by openim-bench { $tool }
probe-cut = INTERRUPTED: some cases were not reached
probe-create = What a create calls, in this order
probe-call = { $key } as { $command }, { $grows }
probe-call-unknown = { $command }, { $grows }
probe-grows-once = once
probe-grows-each = once a member, owner and admins too ({ $n } here)
probe-grows-otherwise = { $n } times

# Webhooks
probe-keys-measured = Webhooks and how long they are waited for (no webhooks.yml was given)
probe-keys-file = Webhooks and how long they are waited for (webhooks.yml was given)
probe-keys-simulator = Webhooks and how long they are waited for (webhooks.yml is the simulator's)
probe-column-key = key
probe-column-timeout = timeout
probe-column-from = known from
probe-column-commands = commands seen
probe-keys-none = none is known to be enabled
probe-keys-off = off:
probe-cell-not-measured = not measured
probe-cell-not-testable = not testable
probe-cell-uncertain = not certain

# Limits
probe-limits = Limits of one sending process
probe-limit-cap = longest wait, any timeout
probe-limit-connections = callbacks at once
probe-limit-connections-of = { $n }; more wait inside their timeout
probe-limit-idle = idle connections kept
probe-limit-used = connections used
probe-limit-used-of = { $n } for 100 callbacks, 20 at a time
probe-limit-workers = after-callbacks at once
probe-limit-slots = after-callbacks waiting
probe-limit-slots-of = { $n }; more are lost
probe-limit-push = wait for a full queue
probe-limit-push-of = { $seconds } s in the API call, then the callback is dropped
probe-limit-lost = lost in the overload case

# What answers mean, and HTTP
probe-answers = What answers of a webhook server mean
probe-answer-rejects = it rejects by
probe-answer-over-99 = rejected, errCode over 99
probe-answer-below-100 = rejected, errCode 1 to 99
probe-answer-0 = rejected, errCode 0
probe-answer-negative = rejected, negative errCode
probe-answer-status = HTTP status
probe-answer-status-ignored = ignored: the body decides
probe-answer-status-matters = matters
probe-answer-302 = redirect 302
probe-answer-307 = redirect 307
probe-answer-packed = packed answers understood
probe-answer-continue = failedContinue honoured
probe-answer-cause = cause of a failure told
probe-http = HTTP
probe-http-api-keeps = API keeps connections
probe-http-callbacks-keep = callbacks keep connections
probe-http-api-packs = API packs answers (gzip)

# What surprises
probe-surprises = What surprises
probe-surprise-means = { $what }. { $means }
probe-surprise-abandoned = a caller that gives up gets its group all the same
probe-surprise-continue = failedContinue: true does nothing: a failed callback fails the call
probe-surprise-status = an answer with HTTP status 500 means "go on" when its body says so
probe-surprise-zero = a rejection with errCode 0 looks like success to the caller
probe-surprise-below-100 = a rejection with an errCode below 100 reaches the caller as 500
probe-surprise-each = a create calls once a member, one after another
probe-surprise-cause = the API does not say why a callback failed: only the time tells a timeout
probe-surprise-duplicate = beforeCreateGroup is called for a groupID that is then refused
probe-surprise-dismissal = afterDismissGroup comes twice when the members are kept
probe-surprise-joined = one callback can carry several operationIDs, joined by { $sign }
probe-surprise-lost = after-callbacks are lost without a word when their handler is slow
probe-surprise-packed = a packed answer of the webhook server is not understood
probe-surprise-entry = a memberCallbackList entry without userID gets { $fate }
probe-surprise-invite = an invite by the app admin gets { $fate }

# What differs, what was not measured
probe-unlike = Not as this version is known to behave
probe-unmeasured-list = Not measured, and what has it measured
probe-named = { $name }: { $what }

# What a portrait rests on: answers
probe-created = created
probe-not-created = not created
probe-no-answer = the create had no answer
probe-status-evidence = status { $status } with the answer that means "go on": { $seen }
probe-no-comparison = the case reject_4001 has no answer to compare with
probe-one-rejected = actionCode 1 rejected and actionCode 0 did not
probe-decided-evidence = nextCode 1 with errCode 4001: actionCode 0 { $zero }, actionCode 1 { $one }
probe-failed-otherwise = the create failed for another reason: { $seen }
probe-continue-evidence = failedContinue: true and a callback that failed: { $seen }
probe-not-failed = the callback did not fail as it should: { $seen }
probe-cause-told = the answer to a failed callback names its cause ({ $kind })
probe-cause-hidden = the answer to a failed callback does not name its cause ({ $kind })
probe-cause-none = the answer to a failed callback does not name its cause
probe-no-callback = no callback came
probe-redirect-evidence = { $first }, then { $then }
probe-redirect-end = { $first }, then nothing at the new place
probe-no-call-answered = no call had an answer
probe-api-packed = asked with Accept-Encoding: gzip, the answer came with Content-Encoding: gzip
probe-api-plain = asked with Accept-Encoding: gzip, the answer came without Content-Encoding: gzip
probe-packed-evidence = a packed answer: { $seen }
probe-answer-no-body = HTTP { $status } with no body
probe-answer-no-envelope = HTTP { $status } with no envelope
probe-answer-with-group = with a group
probe-answer-without-group = without a group
probe-needs-case = the case { $name }
probe-needs-another-case = another case
probe-the-case-failed = the case failed: { $why }

# Timeouts
probe-timeout-evidence = webhooks.yml says timeout: { $written }, which takes effect as { $effective } s
probe-timeout-not-given-up = in the case { $name } no callback of it was given up
probe-timeout-case-failed = the case { $name } failed: { $why }
probe-timeout-or-file = { $needs }, or --webhooks FILE
probe-none-given-up = no callback was given up
probe-held-evidence = held until OpenIM closed it after { $seconds }
probe-no-create = no create succeeded
probe-create-evidence = { $n } callbacks for a create with { $members } members, owner and admins included

# The queue
probe-queue-not-empty = the queue had not run empty when the case ended
probe-queue-few = { $done } creates succeeded and { $came } after-callbacks came
probe-queue-lost = { $done } creates, all with errCode 0, and { $came } after-callbacks came
probe-queue-lost-failed = { $done } creates, { $failed } further ones failed, and { $came } after-callbacks came
probe-queue-none = no after-callback came
probe-queue-briefly = { $most } after-callbacks were under way at once, but only briefly
probe-queue-workers = at most { $most } after-callbacks were unanswered at once, { $times } times
probe-queue-never-full = nothing was lost, so the queue was never full
probe-queue-slots = { $came } after-callbacks came, { $before } of them before the last call was answered with the queue full
probe-queue-no-wait = nothing was lost, so no call had to wait
probe-queue-few-calls = too few calls to compare
probe-queue-no-rise = no rise of the answer times was seen (at most { $seconds })
probe-queue-slowed = the creates themselves slowed down meanwhile ({ $first } at first, { $before } before the rise, { $after } after it), so the wait for the queue cannot be told apart
probe-queue-push = calls took { $before } and, once the queue was full, { $after }

# Flows
probe-flow-not-asked = whether the group is there was not asked
probe-flow-asked = asked for the group, the API said errCode { $code }
probe-flow-there = the caller gave up before the callback was answered; the group is there afterwards
probe-flow-not-there = the caller gave up before the callback was answered; the group is not there afterwards
probe-flow-no-headers = no answer with headers was seen
probe-flow-closed = { $closed } of { $all } answers said Connection: close
probe-flow-closed-opened = { $closed } of { $all } answers said Connection: close, and { $all } calls needed { $opened } connections
probe-flow-no-second = the second create is missing
probe-flow-second-unanswered = the second create had no answer
probe-flow-second-not-refused = the second create was not refused: { $seen }
probe-flow-taken-called = a taken groupID is refused ({ $seen }) after beforeCreateGroup had been called
probe-flow-taken-first = a taken groupID is refused ({ $seen }) before any callback
probe-flow-no-dismissal = no group was dismissed with deleteMember false
probe-flow-dismissal-failed = the dismissal did not succeed
probe-flow-dismissed-again = the group was dismissed again before a second callback could come
probe-flow-no-after-dismiss = afterDismissGroup did not come
probe-flow-dismiss-once = afterDismissGroup came once
probe-flow-dismiss-again = it came again { $seconds } s later, with { $members } members in membersID
probe-flow-joined = one callback carried { $n } operationIDs, joined by { $sign }
probe-flow-not-joined = none of { $n } callbacks carried several; OpenIM joins them only when notices are batched
probe-flow-no-invite = the invite had no answer

# Connections
probe-all-at-once = all { $calls } calls had their callback at once, so the limit is higher or there is none
probe-peak-brief = at most { $most } callbacks were unanswered at once, but that was reached { $times ->
    [one] { $times } time
   *[other] { $times } times
} and stood { $seconds }: the server may just have been slow to call
probe-peak = of { $calls } calls at once, at most { $most } had a callback unanswered at one time
probe-burst-few = the burst used only { $n } connections
probe-burst-kept = of { $used } connections in a burst, { $open } stayed open after it
probe-callbacks-few = only { $n } callbacks came
probe-churn = { $callbacks } callbacks came over { $used } connections
probe-shared-few = { $n } callbacks came, too few to share a connection
probe-shared = { $callbacks } callbacks one after another came over { $used ->
    [one] { $used } connection
   *[other] { $used } connections
}

# The cases: what is tried, and what it means for whoever runs a webhook server
probe-tries-errors-api = requests that the API refuses
probe-means-errors-api = Tell API errors by errCode; errMsg and errDlt are worded differently by every version.
probe-tries-admin-token-route = which route gives the admin's token
probe-means-admin-token-route = Get the admin's token from /auth/user_token up to 3.8.0, from /auth/get_admin_token later.
probe-tries-operation-id-missing = no operationID header
probe-means-operation-id-missing = Send an operationID with every call: without one it is refused, and callbacks carry it back to you.
probe-tries-token-missing = no token header
probe-means-token-missing = Every call but the one for the token needs a token.
probe-tries-token-garbage = a token that nobody was given
probe-means-token-garbage = A bad token gives errCode 1501 to 1507 with HTTP 200: look at errCode, then get a new token.
probe-tries-unknown-path = a path that the API does not have
probe-means-unknown-path = 404 with plain text means that this version has no such route.
probe-tries-create-without-members = a group of its owner alone
probe-means-create-without-members = 3.7 wants at least one member or admin beside the owner.
probe-tries-api-gzip = Accept-Encoding: gzip is sent
probe-means-api-gzip = From 3.8.1 on the API packs its answers when asked to.
probe-tries-api-http-id = answers carry an X-Http-Id
probe-means-api-http-id = On main, note X-Http-Id: OpenIM's own log lines carry it, too.
probe-tries-api-keep-alive = calls over a connection that is kept
probe-means-api-keep-alive = Keep connections to the API open: it does not close them.
probe-tries-abandoned-caller = the caller gives up while beforeCreateGroup is awaited
probe-means-abandoned-caller = Giving up does not stop a create: the group comes into being; look it up before you create again.
probe-tries-group-process-down = the group process has died
probe-means-group-process-down = errCode 14 (main: 500 `… down`) means that OpenIM's group process is gone: no callback comes, restart it.
probe-tries-group-process-stopped = the group process was stopped
probe-means-group-process-stopped = While OpenIM is restarted calls fail at once and are safe to repeat.
probe-tries-create-ok = a create whose callbacks are all answered neutrally
probe-means-create-ok = 3.7 calls beforeMemberJoinGroup once a member, one after another; later versions once with a list.
probe-tries-create-many-members = a create with 8 members and 2 admins
probe-means-create-many-members = On 3.7 the time of a create grows with its members: a handler time is paid for each of them.
probe-tries-create-client-group-id = a groupID of one's own, then the same again
probe-means-create-client-group-id = beforeCreateGroup comes before a used groupID is refused: do not take it for a created group.
probe-tries-create-unicode-special = names with <>& and other scripts
probe-means-create-unicode-special = OpenIM writes <, > and & as \u003c, \u003e, \u0026: parse bodies as JSON, do not compare them as text.
probe-tries-callback-headers = headers of a callback
probe-means-callback-headers = Correlate by the header Operationid, whatever its spelling; there is no signature, so guard the URL.
probe-tries-callback-newline = the end of a callback's body
probe-means-callback-newline = Bodies end with a newline that Content-Length counts: matters only where bytes are compared or signed.
probe-tries-callback-keep-alive = callbacks that follow each other
probe-means-callback-keep-alive = Keep connections open for longer than the gap between callbacks: OpenIM reuses them and does not close them.
probe-tries-after-create-lists = the member list of afterCreateGroup
probe-means-after-create-lists = afterCreateGroup names owner and admins twice and the app admin as a member: remove doubles before counting.
probe-tries-member-count-of-admin = memberCount of a create by the app admin
probe-means-member-count-of-admin = memberCount is one too high where the app admin creates a group for others.
probe-tries-group-type-in-join = groupType in beforeApplyJoinGroup
probe-means-group-type-in-join = groupType is the control character U+0002 there: do not parse it as a number.
probe-tries-group-type-in-dismiss = groupType in afterDismissGroup
probe-means-group-type-in-dismiss = groupType is the control character U+0002 in afterDismissGroup, too.
probe-tries-answer-object-empty = `{"{}"}` as answer
probe-means-answer-object-empty = `{"{}"}` lets a create go on; only beforeSetGroupInfo(Ex) needs its fields back.
probe-tries-answer-null = `null` as answer
probe-means-answer-null = `null` lets the operation go on, too.
probe-tries-answer-500-json = HTTP 500 with a neutral body
probe-means-answer-500-json = The status is ignored: an error page of valid JSON does not stop anything; say no in the body.
probe-tries-answer-404-json = HTTP 404 with a neutral body
probe-means-answer-404-json = A missing route that answers JSON goes unnoticed: check your routes by what arrives, not by OpenIM.
probe-tries-answer-200-html = HTML as answer
probe-means-answer-200-html = Any answer that is no JSON fails the operation with 90007, whatever its status.
probe-tries-answer-200-text = plain text as answer
probe-means-answer-200-text = `ok` is no answer: send a JSON object.
probe-tries-answer-500-html = an HTML error page as answer
probe-means-answer-500-html = A framework's error page fails the operation with 90007 within milliseconds; a proxy's, too.
probe-tries-answer-empty = an empty body as answer
probe-means-answer-empty = An empty body fails the operation; answer `{"{}"}` at least.
probe-tries-answer-array = a JSON array as answer
probe-means-answer-array = The answer must be a JSON object.
probe-tries-answer-wrong-type = a number as text in the answer
probe-means-answer-wrong-type = actionCode, errCode and nextCode must be JSON numbers, not text.
probe-tries-answer-bom = a byte order mark before the JSON
probe-means-answer-bom = Write UTF-8 without a byte order mark.
probe-tries-answer-trailing-text = text behind the JSON
probe-means-answer-trailing-text = Nothing may follow the JSON object, not even a debug line.
probe-tries-answer-err-code-too-big = an errCode beyond 32 bits
probe-means-answer-err-code-too-big = Keep errCode within 32 bits, else your refusal becomes 90007.
probe-tries-answer-gzip = a gzip answer
probe-means-answer-gzip = A proxy in front of your server may pack answers with gzip.
probe-tries-redirect-302 = a redirect with 302
probe-means-redirect-302 = A 302 (a login page, http to https) is followed as GET without the body; what comes there decides.
probe-tries-redirect-307 = a redirect with 307
probe-means-redirect-307 = A 307 makes OpenIM post the same body again, at the cost of a second round trip in the same timeout.
probe-tries-redirect-loop = redirects without end
probe-means-redirect-loop = After ten redirects the call fails with 90004: a redirect loop of a proxy looks like a network error.
probe-tries-create-modified = fields of the answer replace the request's
probe-means-create-modified = beforeCreateGroup may set name, groupID, groupType (unchecked), ex and more, but not the owner.
probe-tries-join-entry-ok = a memberCallbackList entry sets a member's fields
probe-means-join-entry-ok = From 3.8.0 on beforeMemberJoinGroup may set nickname, role and ex of members it names.
probe-tries-join-entry-no-userid = a memberCallbackList entry without userID
probe-means-join-entry-no-userid = Never send an entry without userID: 3.8.0 to 3.8.3 lose their group process by it.
probe-tries-after-500-html = an error page as answer of an after-callback
probe-means-after-500-html = Answers of after-callbacks are thrown away: nobody is told when yours fails, and it is not repeated.
probe-tries-set-info-echoed = beforeSetGroupInfo is answered with its own fields
probe-means-set-info-echoed = Send groupID, groupName, introduction and faceURL back, changed or not.
probe-tries-set-info-not-echoed = beforeSetGroupInfo is answered with `{"{}"}`
probe-means-set-info-not-echoed = `{"{}"}` blanks the groupID and set_group_info fails with 1004: this callback wants its fields back.
probe-tries-reject-4001 = errCode 4001
probe-means-reject-4001 = Refuse with actionCode 0, nextCode 1 and an errCode of 1000 or more of your own: the caller gets it on every version.
probe-tries-reject-100 = errCode 100
probe-means-reject-100 = 100 is the lowest errCode that main passes on.
probe-tries-reject-99 = errCode 99
probe-means-reject-99 = An errCode below 100 is lost on main: the caller sees 500.
probe-tries-reject-50 = errCode 50
probe-means-reject-50 = An errCode below 100 becomes 500 on main as several processes.
probe-tries-reject-1 = errCode 1
probe-means-reject-1 = Numbers up to 16 are gRPC's own: do not use them.
probe-tries-reject-0 = errCode 0
probe-means-reject-0 = Never refuse with errCode 0: main reports success with no group, older versions 500.
probe-tries-reject-minus-5 = a negative errCode
probe-means-reject-minus-5 = Negative errCodes become 500 nearly everywhere.
probe-tries-reject-only-nextcode = nextCode 1 and nothing else
probe-means-reject-only-nextcode = nextCode 1 alone refuses with errCode 0: beware of samples that show it in a neutral answer.
probe-tries-reject-4001-no-msg = a refusal without errMsg
probe-means-reject-4001-no-msg = Always send errMsg: what the caller reads without it depends on the version.
probe-tries-reject-4001-no-dlt = a refusal without errDlt
probe-means-reject-4001-no-dlt = Releases from 3.8.1 on repeat errMsg where errDlt is missing.
probe-tries-reject-4001-no-text = a refusal without texts
probe-means-reject-4001-no-text = Without texts the caller has the number only.
probe-tries-nextcode1-actioncode1 = nextCode 1 with actionCode 1
probe-means-nextcode1-actioncode1 = actionCode must be 0 to refuse: with 1 everything goes on, whatever errCode says.
probe-tries-reject-join-4001 = beforeMemberJoinGroup refuses
probe-means-reject-join-4001 = A refused member stops the whole create; nothing is undone that you did in beforeCreateGroup.
probe-tries-reject-invite = beforeInviteUserToGroup refuses
probe-means-reject-invite = An invite can be refused as a whole only: refusedMembersAccount is ignored.
probe-tries-reject-apply = beforeApplyJoinGroup refuses
probe-means-reject-apply = beforeApplyJoinGroup can turn away whoever wants to join, before anything is stored.
probe-tries-reject-0-invite-join = invite and join are refused with errCode 0
probe-means-reject-0-invite-join = On main an invite or join that was refused with errCode 0 cannot be told from a success: use 4001.
probe-tries-close-without-answer = the connection is closed without an answer
probe-means-close-without-answer = `EOF` in errDlt means that your server (or a proxy) closed a connection it should have kept: raise its keep-alive time.
probe-tries-reset = the connection is reset
probe-means-reset = `connection reset by peer` within milliseconds: your server died or its proxy cut the connection; OpenIM does not try again.
probe-tries-refused = nothing listens at the url
probe-means-refused = `connection refused` within milliseconds means that nothing listens there; while your server restarts every create fails.
probe-tries-dns-failure = the host of the url has no address
probe-means-dns-failure = `no such host` means that OpenIM's container cannot resolve the name in `url`.
probe-tries-no-scheme = a url without http://
probe-means-no-scheme = Write `url` with http:// or https://.
probe-tries-scheme-webhook = the url that 3.7 and 3.8.0 ship
probe-means-scheme-webhook = The shipped url has the scheme webhook://, which nothing speaks: replace it before you enable a key.
probe-tries-slow-but-in-time = beforeCreateGroup is answered just before its timeout
probe-means-slow-but-in-time = An answer in time is used, however late; the caller waits all the while.
probe-tries-timeout-before-create = beforeCreateGroup is not answered
probe-means-timeout-before-create = A handler slower than `timeout` fails the create with 90004; your work goes on unheard, so undo it yourself.
probe-tries-timeout-before-join = beforeMemberJoinGroup is not answered
probe-means-timeout-before-join = The failure users report most: errCode 90004 after exactly `timeout` seconds, while the callback came at once.
probe-tries-timeout-body = head at once, body late
probe-means-timeout-body = The timeout covers the whole answer: sending the head early does not help.
probe-tries-timeout-after = afterCreateGroup is not answered
probe-means-timeout-after = A slow after-callback does not delay its own call, but it holds one of two workers until its timeout.
probe-tries-slow-join-each = beforeMemberJoinGroup takes 1.5 s
probe-means-slow-join-each = On 3.7 every member costs a handler time; later versions ask once for all.
probe-tries-timeout-1 = timeout 1
probe-means-timeout-1 = `timeout: 1` is one second, to the millisecond.
probe-tries-timeout-quoted = timeout written as "5"
probe-means-timeout-quoted = A number in quotes is read as a number; a duration such as 5s keeps OpenIM from starting.
probe-tries-cap-timeout-0 = timeout 0
probe-means-cap-timeout-0 = `timeout: 0` (and a missing one) means 15 s, not no limit.
probe-tries-cap-timeout-3600 = timeout 3600
probe-means-cap-timeout-3600 = Nothing above 15 s takes effect: a handler that needs longer must answer first and work afterwards.
probe-tries-cap-timeout-negative = timeout -1
probe-means-cap-timeout-negative = A negative timeout means 15 s as well.
probe-tries-failed-continue = failedContinue: true
probe-means-failed-continue = failedContinue does nothing from 3.7 on: a callback that fails fails the operation.
probe-tries-churn-reject = 20 callers at once, five times each
probe-means-churn-reject = OpenIM keeps 2 idle connections: with more callbacks at once nearly each one is a new connection; a TLS handshake would be paid every time.
probe-tries-pool-150 = 150 creates at once, refused after 2 s
probe-means-pool-150 = OpenIM opens 100 connections to a host; the 101st callback waits for one, and its timeout runs meanwhile.
probe-tries-pool-150-cut = 150 creates at once, refused after 4 s, timeout 5
probe-means-pool-150-cut = More than 100 slow callbacks at once fail although your handler is within its timeout: keep rate × handler time below 100.
probe-tries-after-overload = 10 creates a second with an after-handler of 2 s
probe-means-after-overload = All after-callbacks share 2 workers and 100 slots: a slow handler first delays every call, then events are lost without a word. Answer first, work later.
probe-tries-flow-invite-kick-quit-dismiss = create, invite by the owner, kick, quit, transfer, dismiss
probe-means-flow-invite-kick-quit-dismiss = Invites have no after-callback, and patch.16 answers 1001 to an invite that it has carried out: look at the members.
probe-tries-flow-join-direct = a join where nobody must approve
probe-means-flow-join-direct = afterJoinGroup comes only for groups that anybody may enter, and never on patch.16.
probe-tries-flow-join-request = an application, then its approval
probe-means-flow-join-request = An approved applicant enters without afterJoinGroup: count members by beforeMemberJoinGroup.
probe-tries-invite-by-admin = invites by the app admin and the owner, one of somebody who is a member
probe-means-invite-by-admin = On 3.7 with beforeMemberJoinGroup an invite by the app admin kills the group process: let the owner invite.
probe-tries-invite-needs-approval = a member invites where everybody needs approval
probe-means-invite-needs-approval = The invite succeeds but nobody has joined yet: only the approval asks beforeMemberJoinGroup.
probe-tries-transfer-owner = the owner is changed
probe-means-transfer-owner = afterTransferGroupOwner is the only word of a new owner.
probe-tries-set-info-ex-echoed = set_group_info_ex, answered with its own fields
probe-means-set-info-ex-echoed = From 3.8.1 on there is set_group_info_ex; answer its callback with every field it brings.
probe-tries-dismiss-delete-members = dismiss with deleteMember, twice
probe-means-dismiss-delete-members = Dismiss with deleteMember: true to get one afterDismissGroup; its membersID is empty.
probe-tries-dismiss-keep-members = kick, dismiss without deleteMember, then twice more
probe-means-dismiss-keep-members = afterDismissGroup may come twice, the second time with empty membersID and operationIDs joined by `{ $sign }`: be ready for both.
probe-tries-dismiss-by-owner = the owner dismisses one group with deleteMember and one without
probe-means-dismiss-by-owner = Nothing changes where the owner's token is used instead of the app admin's.
probe-tries-trailing-slash = a url that ends with /
probe-means-trailing-slash = Write `url` without a slash at its end: paths get two, which many routers do not find.
probe-tries-query-in-url = a url with a query
probe-means-query-in-url = Write `url` without a query: the command is put behind it and your routes do not match.

# What a case may do to a deployment, and what it needs
probe-danger-entry = on 3.8.0 to 3.8.3 the group process dies, and every group call fails until it is restarted
probe-danger-invite = on 3.7 the group process dies, and every group call fails until it is restarted
probe-danger-overload = for two minutes after-callbacks of other users' operations are late, and some never come
probe-danger-refused = while the webhook server is closed every operation of other users that needs a before-callback fails
probe-danger-pool = for as long as it runs OpenIM has no connection left for the callbacks of other users, whose operations wait or fail with 90004
probe-danger-admin-invite = on 3.7 an invite by the app admin with beforeMemberJoinGroup enabled ends the group process, and every group call fails until it is restarted
probe-state-dead = the group process is dead
probe-state-stopped = the group process is stopped
probe-needs-simulator = only a simulator can be brought into this state: { $state }
probe-needs-config = needs webhooks.yml with { $config }; set it, restart OpenIM, and run --only { $case } --webhooks FILE
probe-needs-key = { $key } is not enabled
probe-needs-secret = needs the secret of share.yml, and only a token was given
probe-needs-danger = --dangerous: { $danger }
probe-config-at = { $setting } at { $key }
probe-config-enabled = { $keys } enabled
probe-timeout-unknown = --webhooks FILE: the timeout of { $key } is not known

# Why a case has no end
probe-interrupted = interrupted
probe-place-holder = { $name } in the webhook server's answer stands for nothing yet
probe-no-user-token = { $route } gives no token for the user { $user } (errCode { $code }: { $message })
probe-too-long = not over after { $seconds } s
probe-no-socket = no loopback socket could be had: { $why }; raise `ulimit -n`
probe-plain-create-fails = a plain create fails here (see above)
probe-gone = OpenIM has not answered group calls since the case { $case }; restart it

# What a case expected and what was seen: answers
probe-judge-step = step { $n } ({ $path }): { $what }
probe-judge-differs = expected { $wanted }, seen { $seen }
probe-judge-nothing-known = expected nothing known of { $build }
probe-judge-anything = anything
probe-judge-no-answer-in-time = no answer in time
probe-judge-or = { $one } or { $other }
probe-judge-success = success
probe-judge-success-null = success with `data` null
probe-judge-success-without-data = success without `data`
probe-judge-worded = { $code } { $name } `{ $text }`, worded as { $build } does
probe-judge-no-group = errCode 0 with `groupInfo` null
probe-judge-timed-out = 90004 by timeout { $limit } of { $key }
probe-judge-body-timed-out = 90004 while reading the body, { $limit } of { $key }
probe-judge-success-after = success after { $seconds } s
probe-judge-after = after { $seconds } s
probe-judge-after-whole = after a whole number of seconds up to 15
probe-judge-no-answer = no answer
probe-judge-seen-data = errCode { $code } with data after { $seconds } s
probe-judge-seen-null = errCode { $code } with `data` null after { $seconds } s
probe-judge-seen-without-data = errCode { $code } without `data` after { $seconds } s
probe-judge-seen-failed = { $kind }, errCode { $code } `{ $text }` after { $seconds } s

# Facts
probe-judge-none = none
probe-judge-nothing = nothing
probe-judge-value = expected { $wanted } at { $pointer }, seen { $seen }
probe-judge-of-key = { $key }: { $what }
probe-judge-reply-missing = expected a { $pointer } in the answer, seen no
probe-judge-reply-unwanted = expected no { $pointer } in the answer, seen a
probe-judge-header-missing = expected a header { $name } in the answer, seen no
probe-judge-header-unwanted = expected no header { $name } in the answer, seen a
probe-judge-not-sooner = expected an answer before { $limit } s, seen one after { $seconds } s
probe-judge-member-count = expected memberCount { $wanted }, seen { $seen }
probe-judge-listed = expected { $entries } entries for { $users } users in initMemberList, seen { $seen } for { $seen_users }
probe-judge-headers = expected headers { $wanted }, seen { $seen }
probe-judge-header = expected { $name }: { $wanted }, seen { $seen }
probe-judge-newline = expected a body that ends with a newline, counted, seen { $last }
probe-judge-raw = expected { $text } in the body of { $key }, seen { $seen }
probe-judge-no-such-callback = no such callback
probe-judge-path = expected { $text } in the path, seen { $seen }
probe-judge-second-members = expected no members in the second afterDismissGroup, seen { $n }
probe-judge-followed = expected a redirect to be followed with { $method } { $times } times, seen { $n }
probe-judge-cut-otherwise = expected { $key } to be cut { $limit }, seen after { $seconds } s
probe-judge-not-cut = expected { $key } to be cut { $limit }, seen no cut

# Callbacks and calls
probe-judge-strangers = expected callbacks with the operationID of a call, seen { $n } with another
probe-judge-command = expected { $wanted } as command, seen { $seen }
probe-judge-callbacks = expected callbacks { $wanted }, seen { $seen }
probe-judge-range = { $least } to { $most } × { $key }
probe-judge-more-calls = expected no more calls than the case makes, seen { $path } as well
probe-judge-no-calls = expected calls of the API, seen none

# Many calls at once
probe-judge-answers = expected { $calls } answers of 4001 or 90004, seen { $seen }
probe-judge-refusals = expected { $calls } refusals, seen { $seen }
probe-judge-pool = expected 100 callbacks at once, seen { $seen }
probe-judge-passed = expected { $wanted } of { $calls } to pass, seen { $seen }
probe-judge-creates = expected { $calls } creates without an error, seen { $seen }
probe-judge-workers = expected 2 after-callbacks at once, seen { $seen }
probe-judge-lost = expected about { $wanted } lost events, seen { $seen }
probe-judge-push-waits = expected the { $lost } creates with a lost event to take { $wait } s more, seen { $seen } s
probe-judge-callback-count = expected { $calls } callbacks, seen { $seen }
probe-judge-connections = expected { $least } to { $most } connections, seen { $seen }
probe-judge-kept = expected 2 connections to be kept, seen { $seen }
probe-judge-shared = expected { $callbacks } callbacks over few connections, seen { $used } connections

# What `verify` found of a webhook, and what to do
probe-verify-holds = holds: OpenIM gave up after { $times }
probe-verify-holds-as-before = holds: OpenIM gave up after { $times } (it was { $wanted } s before as well, so this does not show which file was read)
probe-verify-before = not loaded: OpenIM gave up after { $times }, as before
probe-verify-before-next = Was the process that sends it restarted after the change, and does it read this file? A variable { $variable } in its environment wins over the file.
probe-verify-cap = not loaded: OpenIM gave up after { $times }, OpenIM's cap
probe-verify-cap-next = The `timeout` in force is missing, 0, or 15 and more: perhaps still the one for measuring. Look at the file that the process reads, at { $variable }, and at whether it was restarted.
probe-verify-other = another timeout counts: OpenIM gave up after { $times }
probe-verify-other-next = Another file is in force, or a variable { $variable }.
probe-verify-mixed = half loaded: OpenIM gave up after { $times }
probe-verify-mixed-next = Several processes send this webhook, and not all have the new timeout: restart the others, too.
probe-verify-never = unclear: OpenIM did not give up within 18 s
probe-verify-never-next = No build waits so long for an answer: is there a proxy between OpenIM and this tool?
probe-verify-unclear = unclear: OpenIM gave up after { $times }, which is no whole second
probe-verify-unclear-next = Is this machine very busy, or a proxy between OpenIM and this tool? Try again.
probe-verify-not-called = not called
probe-verify-not-called-told = not called; the API said: { $text }
probe-verify-not-called-next = Is `enable: true` in the file in force, and does `url` lead to the address that this tool listens on?
probe-verify-never-sent = 3.8.3-patch.16 never sends it: its joins end with `maxSeq is invalid`. It cannot be verified there.
probe-verify-all = OpenIM counts with every one of them.
probe-verify-none = OpenIM counts with none of them.
probe-verify-some = OpenIM counts with { $holds } of { $all }.

# Before a probe
probe-not-allowed = { $host } is not this machine: openim-bench probes loopback addresses only, unless the host is named. If you may probe it, write `--allow-host { $host }`. At most { $groups } groups are made, and dismissed afterwards; their groupIDs and about 15 users stay.
probe-no-secret = no secret: put the secret of OpenIM's share.yml into the environment variable { $secret } (--secret-env names another, --secret-file a file), or an admin token into { $token }
probe-cannot-probe = the target cannot be probed ({ $code }); nothing was probed
probe-no-runtime = cannot start the runtime
probe-out-choose = --out { $path }: choose another file
probe-sim-webhooks = --webhooks says what a deployment has; with --target sim leave it out, each case brings its own
probe-replay-sim = --replay holds the simulator against recordings: write --target sim
probe-replay-only = --replay takes one --only at most: the name of a scenario
probe-replay-none = --replay { $folder }: no recording found; name a folder that holds a folder a version (v3.8.3, main …) with JSON files
probe-no-such-case = --only { $name }: there is no such case; did you mean `{ $nearest }`? `openim-bench probe --list` shows all
probe-cannot-listen-again = the webhook server was closed for a case and cannot listen again

# The list of cases
probe-list-keys = more keys enabled
probe-list-yml = another webhooks.yml
probe-list-simulator = simulator only
probe-list-needs = { $tries } ({ $needs })

# What is said meanwhile
probe-announce = { $cases } cases against { $target }: at most { $groups } groups (each dismissed afterwards), { $users } users, about { $callbacks } callbacks and { $seconds } s
probe-announce-simulators = a simulated OpenIM { $version } each
probe-simulator-version = the simulator was told to be this version
probe-simulator-version-treated = the simulator was told to be this version, and treats it as { $build }
probe-stopping = stopping: the running case ends, its groups are dismissed, and what was measured is printed (again to leave at once)
probe-leaving = leaving at once: groups of the running case may be left; their names begin with `openim-bench probe-`
probe-dangerous = { $case }: dangerous: { $danger }
probe-waiting = OpenIM does not answer group calls after the case { $case }; waiting up to { $seconds } s
probe-again = { $case }: tried again, since it differs
probe-listening = listening for callbacks on { $url }
probe-listening-beyond = warning: listening beyond this machine on { $address }; OpenIM's webhooks carry no signature, so let nobody but OpenIM reach that port
probe-registered = { $made } users registered, { $existing } were there from before; OpenIM cannot delete users, every probe uses the same
probe-url-left = OpenIM's webhooks.yml still points at this tool, which stops answering now: every create fails with 90004 until `url` leads to a webhook server again
probe-first-create = the first create could not be made: { $why }
probe-left = { $n } groups of this probe may still be there
probe-left-why = { $n } groups of this probe may still be there ({ $why })
probe-left-next = dismiss them by hand (/group/dismiss_group) when OpenIM is up again

# The version
probe-version-given = as given by --version; { $why }
probe-version-contradicted = --version says { $given }, but the server behaves as { $told }: { $why }
probe-version-contradicted-next = correct --version or leave it out; cases are judged by the version given
probe-version-early-patch = a failed callback is told with its cause behind `90004 NetworkError`, as by patch.1, 3 and 4 of 3.8.3 (so it is not { $told }, as which it behaves otherwise)
probe-version-later-patch = a failed callback is told with its cause, as by patch.5 of 3.8.3 and later (so it is not { $told }, as which it behaves otherwise)
probe-version-hidden = a failed callback is told without its cause, as by 3.8.3 and its patch.2 only (so it is not { $told }, as which it behaves otherwise)
probe-command-mismatch = { $key } came as { $came }, but version { $version } sends { $sent }
probe-command-mismatch-next = is the version right? The route of your own webhook server must have the command that really comes

# The first create
probe-key-silent = { $keys } is enabled in the file, but the create did not call it
probe-key-silent-next = is it another file than the one OpenIM read, or was OpenIM not restarted? Environment variables (IMENV_WEBHOOKS_…) win over it, too
probe-first-unanswered = the first create was not answered
probe-first-failed = the first create failed after { $seconds } s: { $kind }
probe-first-called = OpenIM called { $url }; this tool listens on { $listen }, path { $path }
probe-first-arrived = { $command } arrived after { $seconds } s
probe-first-next = let `url` of webhooks.yml lead from OpenIM's group process to this tool ({ $listen }, --webhook-listen) and restart OpenIM; `openim-bench run real-openim --target URL` gives a checklist for this very error
probe-nothing-called = the first create succeeded, but nothing called back to { $listen }: no key of group creation is in effect
probe-nothing-called-next = enable the keys in webhooks.yml (openim-bench setup prints them) and restart OpenIM, which reads the file once; check that it is the file OpenIM reads

# Files: portraits and recordings
probe-file-unreadable = cannot read { $path }: { $why }; name the file that `openim-bench probe` wrote as JSON
probe-file-too-large = { $path } has { $bytes } bytes and so is no portrait; name the file that `openim-bench probe` wrote as JSON
probe-file-no-portrait = { $path } is no portrait of openim-bench: { $why }; make one with `openim-bench probe`
probe-file-newer = { $path } is a portrait of format { $format } and this version reads up to { $known }; use a newer openim-bench, or make the portrait anew with `openim-bench probe`
probe-file-no-json = it is no JSON ({ $why })
probe-file-no-format = it has no `format` number
probe-file-record = it is a run's record or summary
probe-file-made-at = `made_at` is `{ $time }`, not a time such as 2026-11-24T06:43:05Z
probe-file-no-target = `target` is empty
probe-file-version = `version.text` is wrong: { $why }
probe-file-seconds = `{ $name }` is { $seconds } s, which is not within 0 and 3600
probe-recordings-unreadable = cannot read { $path }: { $why }; name a folder that holds a folder a build (v3.8.3, main …)
probe-recordings-no-json = { $path } is no recording: { $why }; repair the file or take it out of the folder
probe-recordings-none = { $folder }: no recording in it
probe-recordings-unnamed = { $folder }: not named after a version

# Recordings held against the simulator: the table
probe-replay-head = scenario × version
probe-replay-column = column { $n }: { $folder }
probe-replay-sum = { $all } recordings: { $equal } equal, { $different } different, { $skipped } not run
probe-replay-left-out = left out: { $reason }
probe-replay-twice = { $what } (twice)
probe-replay-second-try = { $what } (at the second try; at first { $first })

# Races in which more than one outcome is right
probe-race-queue-order = after-queue order
probe-race-busy = busy machine
probe-race-strays = callbacks of other scenarios left aside
probe-race-counts = counts only
probe-race-last-attempt = last connection attempt
probe-race-pipeline = message pipeline
probe-race-second-dismissal = second dismissal

# Why one was not played
probe-replay-long = takes { $seconds } s; set CI=true, or --slow
probe-replay-empty = it has neither calls (api) nor a timeline
probe-replay-untold-timeline = its timeline has no create_group_answered with a callback_handled
probe-replay-untold-calls = its calls are not told, and its callbacks are none of a create
probe-replay-no-socket = no loopback socket could be had: { $why }; raise `ulimit -n` and try again
probe-replay-refused = the simulator does not set up what the recording needs: { $what }: { $answer }
probe-replay-elsewhere = its webhook server is { $host }, and a replay calls nobody but this machine

# The first difference
probe-replay-differs = { $what }: { $recorded } recorded, { $ours } here
probe-replay-time = time: { $what } { $recorded } s recorded, { $ours } s here (machine { $late } s late)
probe-replay-not-over = time: not over after { $seconds } s
probe-replay-unknown-key = { $what } (`{ $key }` in receiver_behaviour is not known here)
probe-replay-push-wait = { $held } creates took the push wait of { $wait } s, { $lost } events were lost
probe-replay-at-once = { $n } callbacks at once
probe-replay-none-waiting = no callback was waiting

# What is compared
probe-replay-what-status = status
probe-replay-what-body = body
probe-replay-what-keys = keys
probe-replay-what-answers = answers
probe-replay-what-by-code = answers by errCode
probe-replay-what-detail = errDlt of { $code }
probe-replay-what-operations = operations called back for
probe-replay-what-callbacks = callbacks
probe-replay-what-callbacks-of = callbacks of { $operation }
probe-replay-what-callback = callback
probe-replay-what-callback-of = callback { $n } of { $operation }
probe-replay-what-second-dismissal = second dismissal
probe-replay-what-line = request line
probe-replay-what-headers = headers
probe-replay-what-header = header { $name }
probe-replay-what-answer-headers = answer's headers
probe-replay-what-given-up = given up
probe-replay-what-at-once = callbacks at once
probe-replay-what-connections = connections
probe-replay-what-timeouts = timeouts
probe-replay-what-closed = the caller has closed the connection
probe-replay-what-answered-after = answered after
probe-replay-what-given-up-after = given up after
probe-replay-what-timeouts-after = timeouts answered after
