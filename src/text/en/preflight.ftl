# (preflight)
# How the version was told
preflight-version-given = as given
preflight-version-told = told from behaviour, not from a version number: { $why }
preflight-version-told-once = told from behaviour, not from a version number: { $why }; beforeMemberJoinGroup came once for all
preflight-version-told-each = told from behaviour, not from a version number: { $why }; beforeMemberJoinGroup came { $n } times for { $people } people, as only 3.7 does
preflight-version-main = answers carry X-Http-Id, which only main sends; an empty registration is refused in the words of the group of processes
preflight-version-main-standalone = answers carry X-Http-Id, which only main sends; an empty registration is refused in the words of the one-process build
preflight-version-370 = /auth/get_admin_token does not exist (404), as on 3.7
preflight-version-380 = /auth/get_admin_token is behind the token check and /auth/user_token works, as on 3.8.0
preflight-version-383 = /auth/get_admin_token works (3.8.1 or later), no X-Http-Id (not main), a missing token is refused without detail, as by 3.8.3
preflight-version-later-patch = /auth/get_admin_token works (3.8.1 or later), no X-Http-Id (not main), a missing token is refused with detail, as by later patches of 3.8.3
preflight-version-some-patch = /auth/get_admin_token works (3.8.1 or later), no X-Http-Id (not main); which patch could not be told
# What contradicts a given version
preflight-version-contradicted = target.version says { $given }, but the server behaves as { $told }: { $why }
preflight-version-contradicted-do = correct target.version, or write `auto`; defaults such as the caller budget and the push wait depend on it
preflight-command-mismatch = { $key } came { $n } times for { $people } people, which is how { $came } is sent; version { $version } sends { $command }
preflight-command-mismatch-do = correct target.version; and check that the route of your own webhook server has the command that really comes
# What may be driven
preflight-proxy-ignored = { $name } is set, but openim-bench connects to { $base } directly: a proxy would be measured as well
preflight-proxy-ignored-do = if the target can be reached through the proxy only, run openim-bench on a machine that reaches it directly
preflight-invite-kills = on OpenIM 3.7 an invite by the app admin with beforeMemberJoinGroup enabled ends openim-rpc-group; every group call fails until it is restarted
preflight-invite-kills-do = take `invite` out of load.operation, or switch beforeMemberJoinGroup off and restart openim-rpc-group
# Groups left behind
preflight-cleanup-left = { $left } groups of this run could not be dismissed
preflight-cleanup-left-why = { $left } groups of this run could not be dismissed ({ $why })
preflight-cleanup-left-interrupted = { $left } groups of this run could not be dismissed (clean-up was interrupted)
preflight-cleanup-left-do = run `{ $command }`
preflight-group-left = the group { $group } that preflight made could not be dismissed
preflight-group-left-do = clean-up at the end of the run tries again; else dismiss it by hand (/group/dismiss_group)
# The secret
preflight-secret-comment = the secret in { $place } contains ` #`: probably a comment of an --env-file became part of it
preflight-secret-blank = the secret in { $place } contains white space: probably a comment or a blank of an --env-file became part of it
preflight-secret-do = docker's --env-file takes everything after `=` literally: put the comment on a line of its own, then compare with `secret` in share.yml
# What preflight saw
preflight-url-named = URL that OpenIM called: { $url }
preflight-url-unnamed = OpenIM does not say which URL it called
preflight-listens = this tool listens on { $listen }, path { $path }
preflight-arrived = { $key } arrived { $n } times, first { $ms } ms after the create was sent
preflight-answered = { $key }: answered { $ms } ms after the create was sent
preflight-closed = { $key }: OpenIM closed the connection { $ms } ms after the create was sent, before our answer
preflight-unanswered = { $key }: not answered
preflight-foreign = { $n } callbacks arrived that carry no operationID of this run
preflight-unknown = a callback with the unknown command `{ $command }` arrived
preflight-listener-refused = our listener refused a request: { $why }
preflight-create-ended = create_group ended after { $seconds } s: { $kind }
preflight-create-ended-said = create_group ended after { $seconds } s: { $kind } ({ $text })
preflight-and = { $first } and { $second }
preflight-failed = preflight failed
# Steps that several checklists share
preflight-plain-installation = { $command }    (plain installation, on the machine of openim-rpc-group)
preflight-step-container = The URL says { $host }: inside a container that is the container itself. Let `url` name this host, for Docker { $url } with `extra_hosts: ["host.docker.internal:host-gateway"]` on the service, then recreate it:
preflight-step-port = The URL's port is { $port }, but this tool listens on port { $listen }: change `url` in webhooks.yml (IMENV_WEBHOOKS_URL) or webhook.listen.
preflight-step-path = The URL's path is { $path }, but webhook.path is { $ours }: is it meant for another server?
preflight-step-loopback = This tool accepts connections from this machine only. Where OpenIM runs in a container or elsewhere, set webhook.listen = "0.0.0.0:{ $port }".
preflight-step-environment = Environment variables win over webhooks.yml (not in the one-process build). See whether any is set:
preflight-step-restart = webhooks.yml is read once, at start. After a change recreate the container (`restart` keeps the old environment) or restart openim-rpc-group:
preflight-step-wait = A server that is still starting: add `--wait 120s`.
preflight-step-token = Give a fresh token in OPENIM_TOKEN, or unset it and give the secret in OPENIM_SECRET.
# The API cannot be reached
preflight-waited = { $what } (waited { $seconds } s)
preflight-api-refuses-connections = the API refuses connections at { $base }
preflight-api-no-address = the API's host { $host } has no address
preflight-api-tls = TLS with the API at { $base } failed: { $text }
preflight-api-silent = the API at { $base } does not answer
preflight-api-broke = the connection to the API at { $base } broke: { $text }
preflight-api-broke-waited = the connection to the API at { $base } broke (waited { $seconds } s): { $text }
preflight-called = called: { $url }
preflight-said = said: { $text }
preflight-step-api-running = Is openim-api running, and on that port (api.ports in openim-api.yml, 10002 by default)?
preflight-step-api-published = Is the port published to this host?
preflight-step-api-host = Correct the host in target.url, or the name service of this machine:
preflight-step-api-network = A container's name is known inside its network only: run openim-bench as a service of that network.
preflight-step-certificate = See which certificate is shown:
preflight-step-authority = Name the authority's PEM file in target.ca_file; `--insecure` switches the check off.
preflight-step-plain-http = If the port speaks plain HTTP, write http:// in target.url.
preflight-step-api-firewall = A firewall that drops, or a server that hangs? Ask it directly:
preflight-step-api-log = Do its own services answer? See the log of openim-api:
preflight-step-api-protocol = Does that port speak HTTP (10002), not WebSocket (10001) or TLS?
# Something else answers, or not under that path
preflight-api-not-found = the API does not know the path { $url }
preflight-step-base-path = Behind nginx the API has a base path: target.url must hold it, such as http://host/openim/api. Without nginx it has none.
preflight-step-own-port = The API's own port is 10002 (api.ports in openim-api.yml).
preflight-api-html = an HTML page answered instead of OpenIM at { $url } ({ $status }): a proxy or web server in between
preflight-api-html-named = an HTML page answered instead of OpenIM at { $url } ({ $status }) (it calls itself { $server }): a proxy or web server in between
preflight-api-else = something else than OpenIM's API answered at { $url } ({ $status })
preflight-api-else-named = something else than OpenIM's API answered at { $url } ({ $status }) (it calls itself { $server })
preflight-step-look = Look at what answers:
preflight-step-nginx = 502, 503 or 504 from nginx: openim-api behind it is down or starting.
preflight-step-nginx-wait = 502, 503 or 504 from nginx: openim-api behind it is down or starting (`--wait 120s`).
preflight-step-correct-url = Else correct port and base path in target.url; or go past the proxy, to port 10002.
preflight-first-bytes = first bytes: { $head }
preflight-server-header = Server header: { $server }
preflight-head-no-token = errCode 0 without a token
preflight-head-asks-token = an envelope that asks for a token
# The API refuses
preflight-secret-wrong = the secret in { $place } is not that of this deployment (errCode 1002)
preflight-step-compare-secret = Compare with `secret` of share.yml as the auth process loaded it; the environment wins over the file:
preflight-step-secret-length = Look for quotes, blanks or a comment that became part of it; its length in characters:
preflight-admin-user-unknown = the admin user is not known to this deployment (errCode { $code })
preflight-step-admin-user = target.admin_user must be one of imAdminUserID in share.yml (imAdminUser.userIDs on main), by default imAdmin:
preflight-token-no-admin = the token is not that of an app admin (errCode 1002)
preflight-step-admin-token = Give an admin's token in OPENIM_TOKEN, or unset it and give the secret in OPENIM_SECRET.
preflight-token-stale = the token is refused (errCode { $code }: expired, replaced or of another deployment)
preflight-token-refused = the token is refused (errCode { $code })
preflight-service-down = a process behind the API is down ({ $route }, errCode { $code })
preflight-step-which-process = See which one, and its last words:
preflight-api-refuses = the API refuses { $route } (errCode { $code }: { $text })
preflight-step-operation-log = Look up the operationID in OpenIM's log (level 4 or higher shows more).
preflight-user-unknown = the user { $user } of load.users.file is not registered
preflight-step-user-unknown = Take it out of the file, register it, or leave load.users.file out: then users are registered.
preflight-step-as-named = Correct target.url, target.ca_file or the token, as named.
# The webhook cannot be reached
preflight-webhook-refused = connection refused: nothing listens at { $url } as OpenIM's group process sees it
preflight-step-call-inside = Call the URL from where the group process runs:
preflight-the-host = the host
preflight-webhook-no-host = no such host: OpenIM's group process finds no address for { $host } (it called { $url })
preflight-step-extra-hosts = Docker: `host.docker.internal` is known only with `extra_hosts: ["host.docker.internal:host-gateway"]` on the service of openim-server; then recreate it (seen from there, { $host } has no address):
preflight-step-full-name = Kubernetes: name the service in full, such as openim-bench.NAMESPACE.svc:
preflight-step-address = Or write an address instead of a name into `url` of webhooks.yml.
preflight-webhook-nothing-arrived = nothing arrived here, and OpenIM gave up after { $seconds } s waiting for { $url }
preflight-step-firewall = A firewall that drops packets? Call the URL from where the group process runs; it should answer at once:
preflight-step-host-firewall = The firewall of this host must let the container network in, for instance:
preflight-step-old-address = An address of another machine or an old container? Compare `url` with this host's addresses:
preflight-webhook-bad-url = OpenIM cannot use the webhook's url { $url }
preflight-step-bad-url = `url` in webhooks.yml must begin with http:// or https:// (3.7 and 3.8.0 ship `webhook://`, which never works) and have no query:
preflight-webhook-tls = TLS between OpenIM and the webhook { $url } failed
preflight-step-tls-plain = OpenIM checks the certificate against its container's authorities. This tool speaks plain HTTP: write http:// in `url`,
preflight-step-tls-front = or end TLS in front of this tool with a certificate that OpenIM trusts:
# The webhook's answer is not taken
preflight-webhook-not-taken = { $keys } arrived here, but OpenIM did not take the answer
preflight-step-between = Something between OpenIM and this tool (proxy, mesh, load balancer) changed or held back the answer? It should be JSON with actionCode:
preflight-step-timeout = Is the webhook's timeout shorter than the way there and back? The call took { $seconds } s in all; while measuring set `timeout: 15`.
preflight-step-two-addresses = A listener that is not this one behind the same name (two addresses)? Compare:
preflight-hint-html = the answer begins with `<`: an HTML page, mostly a web server's error page
preflight-hint-empty = the answer was empty or broke off
preflight-hint-plain = the answer begins with plain text, such as `404 page not found`
preflight-hint-shape = the answer was JSON of another shape
preflight-webhook-foreign = somebody else answered the webhook, and not as OpenIM expects (90007): { $hint }
preflight-step-who-answers = See who answers at the URL in webhooks.yml; from where the group process runs:
preflight-step-who-listens = See what listens on the port here:
preflight-step-no-route = A receiver without the route of this command answers with a 404 page: `url` must end before the command, in { $path }.
preflight-webhook-broke = the callback arrived here, but its connection broke before OpenIM had the answer
preflight-webhook-reset = the connection to { $url } was made and closed without an answer, and not by this tool
preflight-step-closes = A proxy or another server on that port that closes connections? From where the group process runs:
preflight-step-expects-tls = A port that expects TLS closes plain HTTP: then write https:// in `url`.
preflight-webhook-hidden = the webhook call to { $url } failed within { $seconds } s and this OpenIM hides why: connection refused, no such host, connection reset or closed without an answer (EOF)
preflight-webhook-unusual = the webhook call to { $url } failed within { $seconds } s for a reason that is not among the usual ones: { $text }
preflight-step-candidates = One command tells the candidates apart: `Connection refused` → nothing listens there; `Could not resolve host` → no such host (Docker: extra_hosts); `Connection reset` or `Empty reply` → another server closes it. From the group container:
preflight-step-docker-hosts = Docker and no such host: `extra_hosts: ["host.docker.internal:host-gateway"]` on the service, then:
preflight-step-hides = v3.8.3 hides the cause, in its log as well; v3.8.3-patch.5 and later name it.
preflight-webhook-rejected = a webhook server that is not this tool rejected the create (errCode { $code }, nothing created)
preflight-webhook-rejected-too = callbacks arrived here, yet another webhook server rejected the create (errCode { $code })
preflight-step-rejection = A rejection is actionCode 0 with nextCode 1. This tool goes on with everything during preflight, so another server answered; see who:
# The create failed
preflight-create-not-allowed = the token is not allowed to create groups for others (errCode 1002)
preflight-step-app-admin = target.admin_user (or the user of OPENIM_TOKEN) must be an app admin of share.yml.
preflight-create-users-unknown = the create says that users are unknown (errCode { $code }), though they were registered
preflight-step-same-database = User and group process must use the same database; see OpenIM's log for the operationID.
preflight-create-exists = the groupID exists already (errCode 1202)
preflight-step-same-tag = Another run used the same tag: start again, which draws a new one.
preflight-create-inside = the create failed inside OpenIM (errCode { $code }: { $text })
preflight-step-inside = See OpenIM's log for the operationID (MongoDB, Redis and Kafka up?):
preflight-create-refused = the create was refused with errCode { $code } ({ $text }): mostly a rejection by a webhook server that is not this tool
preflight-step-passes-on = A rejection passes the webhook server's own errCode on. See who answers:
preflight-create-no-answer = create_group got no usable answer from { $base } after { $seconds } s ({ $kind }): { $text }
preflight-step-api-restart = Token and users worked a moment ago. Did the API restart, or does a proxy cut long calls (nginx: proxy_read_timeout)?
preflight-step-slow-other = A slow before-webhook of another server holds the call: T seconds for each. target.call_timeout is our limit.
preflight-group-down = the group process (openim-rpc-group) is down
preflight-step-group-log = See whether openim-rpc-group runs, and its last words:
preflight-step-group-restart = Restart it. A server that is still starting: add `--wait 120s`.
preflight-step-group-dies = It dies by some answers of a webhook server (a memberCallbackList entry without userID; on 3.7 an admin's invite with beforeMemberJoinGroup enabled): check what yours answers.
# The create succeeded, but callbacks did not come
preflight-webhook-query = callbacks came here, but the webhook's url has a query, so that their command is part of it: { $command }
preflight-step-query = OpenIM puts `/` and the command behind `url` as it stands. End `url` with the path, without `?`:
preflight-silent-keys = the create succeeded, but { $keys } did not call back here
preflight-silent = the create succeeded, but no webhook called back here
preflight-step-key-on = Is the key on (`{ $key }:` with `enable: true`), at the top level of the webhooks.yml that the process loads, and spelt exactly so?
preflight-step-elsewhere = Does `url` lead elsewhere, to a server that answers "go on"? Its path and port must be ours:
preflight-step-header-dropped = Callbacks without this run's operationID arrived: does a proxy in between drop the header `operationID`? Or is it other traffic of a shared deployment?
preflight-step-queued = After-callbacks are queued (2 workers a process); a slow receiver holds them back. Waited { $seconds } s.
preflight-step-plain-load = To load the API without webhooks, say so: `webhook.expect = []`.
# Remarks on what went well
preflight-other-path = callbacks came under the path { $path }, but webhook.path is { $ours }
preflight-other-path-do = set webhook.path = "{ $path }", or change `url` in webhooks.yml and restart openim-rpc-group
preflight-unknown-command = callbacks with a command that belongs to no known key arrived: { $names }
preflight-unknown-command-do = they are answered with "go on"; a `?` in it means that `url` in webhooks.yml has a query, which breaks the command
preflight-token-minted = an admin token was minted; on main that ends other tokens of this admin user after five minutes
preflight-token-minted-do = if another service uses the same admin user, give its token in OPENIM_TOKEN (then none is minted) or use another admin
preflight-keys-unseen = preflight creates one group, so keys that only other operations fire were not seen
preflight-keys-unseen-do = name the keys that must call back in webhook.expect, or the deployment's file in webhook.yml
preflight-timeout-unknown = the present timeout of { $keys } is not known, so it cannot be judged
preflight-timeout-unknown-do = give webhook.timeout.<key>, or the deployment's file in webhook.yml
# Errors of the control side
preflight-admin-unreachable = { $url } cannot be reached: { $text }
preflight-admin-no-answer = no answer in time ({ $text })
preflight-admin-status = { $url } answered HTTP { $status }: { $head }
preflight-admin-wrong-path = { $url }: an OpenIM API answers, but has no token route under this path
preflight-admin-not-envelope = { $url } did not answer as OpenIM does: { $head }
preflight-admin-api = { $route } answered errCode { $code }: { $text }
preflight-admin-users-unsettled = { $left } of { $batch } users are registered and not registered at once
preflight-admin-no-secret = { $what }, which needs the secret of share.yml: set OPENIM_SECRET or target.secret_file
preflight-admin-to-be-minted = an admin token is to be minted
preflight-admin-to-register = this OpenIM (3.7 or 3.8.0) wants the secret to register users
preflight-admin-token-refused = the token in { $place } is refused; put a fresh admin token there, or unset it and give the secret
preflight-admin-token-again = a token minted a moment ago is refused again; is another program minting tokens for this admin user?
preflight-admin-no-header = { $place } cannot be sent in a header
# Errors of TLS
preflight-advice-authority = { $text }; name the PEM file of the authority that signed it in target.ca_file, or switch the check off with --insecure
preflight-advice-plain-http = { $text }; the port does not speak TLS: write http:// in target.url
preflight-tls-file = target.ca_file { $path }: { $why }; it must be a PEM file with at least one `BEGIN CERTIFICATE` block
preflight-tls-file-empty = no certificate in it
preflight-tls-no-roots = no trusted certificate authorities found on this machine ({ $why }); install the package ca-certificates, or name the authority in target.ca_file
preflight-tls-none-installed = none installed
preflight-tls-settings = TLS could not be set up: { $why }; please report this
# Errors of the address
preflight-url-no-url = target.url: `{ $text }` is not a URL ({ $why }); write http://host:10002 or https://host/base/path (IPv6: http://[::1]:10002)
preflight-url-no-host = no host
preflight-url-scheme = target.url: scheme `{ $scheme }` is not supported; write http:// or https://
preflight-url-credentials = target.url holds a user or password; take it out: the secret comes from the environment variable OPENIM_SECRET or a file
preflight-url-query = target.url: a query or fragment (`?`, `#`) cannot be part of the API's address; leave only scheme, host, port and base path
preflight-host-not-allowed = { $host } is not this machine: openim-bench drives loopback addresses only, unless the host is listed. If you may load it, write `--allow-host { $host }` or add it to limits.allowed_hosts. At most { $cap } groups are created in a run (limits.groups); each is dismissed afterwards, but its groupID and the users stay.
# Errors of the secret
preflight-secret-missing = no secret: put the secret of OpenIM's share.yml into the environment variable { $secret } (or name a file in target.secret_file), or an admin token into { $token }
preflight-secret-file = target.secret_file { $path }: { $why }; it must be a readable text file that holds only the secret
preflight-secret-empty = { $place } is empty; it must hold the secret of OpenIM's share.yml
preflight-secret-control = { $place } holds a line break or another control character; it must be one line of text
# Errors of the groups that the load needs
preflight-groups-create = set-up made { $made } of { $wanted } groups, then creating { $group } failed ({ $kind }); the load needs them: make the same create work by hand first, or take operations other than create out of load.operation
preflight-groups-create-said = set-up made { $made } of { $wanted } groups, then creating { $group } failed ({ $kind }: { $text }); the load needs them: make the same create work by hand first, or take operations other than create out of load.operation
preflight-groups-cancelled = set-up was interrupted after { $made } of { $wanted } groups
