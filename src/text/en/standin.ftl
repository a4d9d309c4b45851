# What is said at the start and at the end
standin-welcome = Watching: one line a call; Ctrl-C (or --for) ends it with findings.
standin-welcome-confirm = A call whose callback timed out is answered up to { $time } later than OpenIM would, drawn anew each time, to see whether your server waits for that answer (--confirm 0s: at once).
standin-welcome-linger = That callback's connection stays open { $time } longer, to see when your server would have answered (--linger 0s: closed at once, as OpenIM does).
standin-unwritten = { $n } lines were left out: standard output was too slow
standin-missed = { $n } calls were not followed: too many open at once
standin-summary = { $calls } watched: { $succeeded } succeeded, { $failed } did not

# Counts
standin-calls = { $n ->
    [one] { $n } call
   *[other] { $n } calls
}
standin-after-callbacks = { $n ->
    [one] { $n } after-callback
   *[other] { $n } after-callbacks
}
standin-answers = { $n ->
    [one] { $n } answer
   *[other] { $n } answers
}
standin-bursts = { $n ->
    [one] { $n } burst
   *[other] { $n } bursts
}
standin-of-calls = { $count } of { $calls }
standin-less-than = less than { $share }

# The line of a call
standin-members = { $call }, { $n ->
    [one] { $n } member
   *[other] { $n } members
}
standin-more-callbacks = and { $n } callbacks more
standin-no-code = no errCode
standin-answered = { $code } after { $time }
standin-answered-failed = { $code } ({ $kind }) after { $time }
standin-held-back = { $answer }, of which held back { $time }
standin-caller-went = { $answer }; its caller left after { $time }
standin-connection-new = new connection { $time }
standin-connection-kept = kept connection { $time }
standin-connection-none = no connection
standin-callback-answered = { $key }: { $connection }, answer after { $answer }, round trip { $took }
standin-callback-failed = { $key }: { $connection }, { $cause } after { $took }
standin-late-answered = { $key }: answered { $time } after it was sent, too late
standin-late-ended = { $key }: ended without an answer { $time } after it was sent, too late
standin-late-after-call = { $what }, { $time } after the end of the last failed API call
standin-lost-line = { $key }: lost, the after-queue is full

# Examples of a finding
standin-example-given-up = { $operation }: { $key } given up after { $time }
standin-example-in-all = { $operation }: { $time } in all
standin-wait = { $operation } { $key }: connected after { $connected }, no longer waited for after { $left }, answered after { $answered }
standin-wait-after-call = { $wait }, { $time } after the end of an API call

# Re-entrancy: workers held by the calls that wait for them
standin-starved = { $of } failed with 90004 at the deadline of their callback. The callback's connection was there after { $connected } at most, with { $answers } too late, in { $bursts }, of which { $shortly } began within { $within } after an API call had ended, as if your server had waited for that (by chance: { $chance }). The workers that should answer it are held by the calls that wait for it.
standin-starved-left = The callers of some calls went away before the answer. The callback's connection was there after { $connected } at most, with { $answers } too late, in { $bursts }, of which { $shortly } began within { $within } after an API call had ended, as if your server had waited for that (by chance: { $chance }). The workers that should answer it are held by the calls that wait for it.
standin-starved-perhaps = Perhaps, to be confirmed: { $what }
standin-starved-perhaps-next = Make one or two more calls with --confirm above 0s, so that chance is out of the question. { $next }

# Slow, silent, no connection
standin-slow = { $of } failed with 90004 because the handler took longer than the timeout: { $answered } of the callbacks were answered after all, { $least } to { $most } after they were sent, and not tied to the end of an API call.
standin-slow-next = Make the handler faster or answer first and work later; else raise `timeout` above these times (15 s at most, and the caller waits as long). If it is idle and still takes more than { $widest } for a callback, give --confirm 8 times as much before you believe this.
standin-silent = { $of } failed with 90004 at the deadline of their callback, whose connection was there in good time, and none was answered in the { $linger } after it either (or until the end).
standin-silent-unknown = { $of } failed with 90004 at the deadline of their callback, whose connection was there in good time; whether your server would have answered is not known (--linger 0s).
standin-silent-next = Look at what your server does with the request: a handler that hangs, or workers that are all held. Let the stand-in run on until your server is free again, or give a longer --linger, to tell these apart.
standin-pool = { $of } failed with 90004 while their callback waited for one of OpenIM's 100 connections a process; that wait counts against the timeout.
standin-pool-next = Make the handlers faster, make fewer calls at a time, or run more group processes (--processes here); a longer timeout only holds more connections.
standin-unreachable = { $of } failed with 90004 after the whole timeout without a connection to the webhook server: nothing refuses it, nothing accepts it.
standin-unreachable-next = Check the address in webhooks.yml, firewalls and container networks, and whether the server still accepts connections (a full backlog looks the same).

# Other failures
standin-refused = { $of } failed: the connection to the webhook server was refused.
standin-refused-next = Start your server, or correct `url` in webhooks.yml (inside a container 127.0.0.1 is the container itself).
standin-dns = { $of } failed: the webhook host has no address.
standin-dns-next = Correct the host of `url` in webhooks.yml.
standin-bad-url = { $of } failed: the webhook URL cannot be used.
standin-bad-url-next = Write `url` in webhooks.yml with http:// or https:// in front.
standin-not-routed = { $of } failed: 90007, what answered the callback is not the JSON that OpenIM expects.
standin-reset = { $of } failed: the webhook server closed the connection before its answer was whole.
standin-reset-next = Look for a crash, a worker that was restarted, or a proxy in between.
standin-tls = { $of } failed: the TLS handshake with the webhook server failed.
standin-tls-next = Check certificate and scheme of `url` in webhooks.yml.
standin-rejected = { $of } failed: your server said no.
standin-rejected-next = Nothing, if it meant to; the evidence has its words.
standin-other = { $of } failed: { $kind }, not because of a webhook.
standin-other-next = Read OpenIM's words below; faults given by --fault count too.

# After-callbacks and callers
standin-after-lost = { $callbacks } lost because the queue of 100 was full; the calls stalled before that and succeeded, OpenIM reports nothing.
standin-after-failed = { $callbacks } failed ({ $kind }). OpenIM does not repeat it and tells nobody.
standin-after-failed-next = Answer after-callbacks at once and work later; an event that failed is gone, so compare your data with OpenIM's now and then.
standin-over-budget = { $of }: their before-callbacks together took longer than the 10 s that OpenIM's SDK waits.
standin-over-budget-next = Make the handlers faster, or let the caller wait longer; retry with the same groupID, so that no second group is made.
standin-left = { $calls } given up by the caller before the answer. OpenIM goes on all the same: the group is made if its callbacks allow it.
standin-left-next = Let your HTTP client wait longer than all before-callbacks of a call together, and retry with the same groupID.
