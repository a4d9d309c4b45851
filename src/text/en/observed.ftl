# What was watched.
observed-from = taken by the proxy in front of { $upstream }: from the connection that OpenIM opened (or the request, on a kept one) to the last byte of the answer, without what the proxy added
observed-from-kept = taken by the proxy in front of { $upstream } (Host kept): from the connection that OpenIM opened (or the request, on a kept one) to the last byte of the answer, without what the proxy added
observed-span = watched for { $seconds } s from { $started }
observed-added = the proxy added p50 { $p50 }, p99 { $p99 }, at most { $max } to a callback; all times below are without it
observed-insecure = certificate checks of the upstream were switched off (--upstream-insecure)
observed-faults = faults were injected; the callbacks that they hit are left out: { $faults }
observed-others = passed on as well, and no callbacks of groups: { $n } ({ $named })
observed-col-counted = counted
observed-col-rate = rate
observed-col-aborted = aborted
observed-col-failed = no answer
observed-col-statuses = statuses
observed-col-sizes = largest
observed-legend = counted: answered by the upstream, or aborted by OpenIM while it worked (slower than everything). no answer: refused, reset or otherwise broken by the upstream; no timeout would have changed that, so they are not counted. largest: request / answer.
observed-cannot = What cannot be known from here
observed-cannot-calls = API calls: how many there were, how long they took, which of them failed, and which callbacks belong together
observed-cannot-way = what passed in OpenIM before the connection arrived: waiting for one of its 100 connections, DNS, lost packets of the handshake (a floor for these is added to the misfire bounds)
observed-cannot-after = after-callbacks that OpenIM dropped because its queue was full: they never leave it
observed-cannot-own = OpenIM's own part of an operation: the caller's budget is therefore judged by the callbacks alone
# The report.
observed-run = callbacks of production, passed on; { $n ->
    [one] { $n } process is taken to send webhooks
   *[other] { $n } processes are taken to send webhooks
}
observed-lateness = our own lateness: the proxy's listener, beyond its median, p99 { $receiver }, p99.9 { $receiver_high }
observed-limits-legend = What each upper limit leaves to a timeout. The rate of each webhook is the one that was seen; OpenIM's own part of an operation is not known and counts as 0 ({ $processes } sending processes).
observed-now-unknown = now ?: not known; give --yml or --timeout.
observed-method = Nothing was called: the callbacks that OpenIM sent in production were passed on to the webhook server, and timed on the way. What the proxy itself added is subtracted from every time.
observed-time = The time is the proxy's (vantage proxy): accepted or received to answered, less what the proxy added (p99 { $p99 }); { $aborted } callbacks ({ $share }) were aborted by OpenIM and count as slower than everything.
observed-no-whatif = callbacks were only watched in it, so that nobody knows how many operations there were; use a record of `openim-bench run`
observed-no-compare = { $run } holds callbacks of production that a proxy watched: there was no load that could be repeated, so there is nothing to compare; compare records of `openim-bench run`
# Findings.
observed-starving = Probable re-entrant starvation at { $key }: of { $aborted } callbacks that OpenIM aborted, { $at_once } were answered within 50 ms after it had given up. A handler that is merely slow scatters; these waited for just that, most likely because the worker that had to answer was held by the API call itself.
observed-starving-next = Confirm it: raise this webhook's timeout by 2 s and watch again. If the answers move along and come just after the new timeout, it is re-entrant; then answer callbacks from a process (or worker pool) other than the one that calls OpenIM's API.
observed-statuses = { $n } of { $all } answers to { $key } had an HTTP status other than 2xx ({ $statuses }). OpenIM ignores the status and reads the body: an HTML page fails a before-callback's operation with 90007, `{"{"}{"}"}` lets it go on.
observed-failed = The upstream gave no answer to { $n } callbacks of { $key } ({ $kinds }).
observed-failed-next = Look at the webhook server's own log at these times (restarts, worker limits); each such before-callback fails its operation with 90004.
observed-after-queue = After-callbacks keep { $busy } of OpenIM's { $workers } after-workers busy on average: its queue fills, operations then wait up to 3 s each, and events are lost without a line in the log.
# The command.
observed-app-title = Production through the proxy
observed-app-version = as given
observed-app-listen = --listen
observed-app-fault = --fault { $rule }
observed-app-listening = Passing callbacks on: { $url } → { $upstream }; record in { $folder }. SIGTERM or Ctrl-C drains, reports and ends.
observed-app-beyond = { $address } can be reached from beyond this host. OpenIM's webhooks carry no signature: whoever reaches it can fake callbacks to your server. Let only OpenIM's hosts in (firewall, security group, NetworkPolicy).
observed-app-faults = { $n ->
    [one] { $n } fault is armed: callbacks that it hits fail on purpose.
   *[other] { $n } faults are armed: callbacks that they hit fail on purpose.
}
observed-app-stopping = Stopping: nothing new is accepted, open callbacks get up to { $seconds } s. The same signal again leaves at once.
observed-app-cut = { $n ->
    [one] { $n } callback was still open and was cut.
   *[other] { $n } callbacks were still open and were cut.
}
observed-app-broken = The record cannot be written any more ({ $why }); callbacks are still passed on.
