# (preflight)
# How the version was told
preflight-version-given = 由配置给定
preflight-version-told = 根据行为判断，而非版本号：{ $why }
preflight-version-told-once = 根据行为判断，而非版本号：{ $why }；beforeMemberJoinGroup 对所有成员只回调一次
preflight-version-told-each = 根据行为判断，而非版本号：{ $why }；beforeMemberJoinGroup 为 { $people } 人回调了 { $n } 次，只有 3.7 如此
preflight-version-main = 应答带有 X-Http-Id，只有 main 会发送；空的注册请求被拒绝时的措辞属于多进程部署
preflight-version-main-standalone = 应答带有 X-Http-Id，只有 main 会发送；空的注册请求被拒绝时的措辞属于单进程构建
preflight-version-370 = /auth/get_admin_token 不存在（404），与 3.7 一致
preflight-version-380 = /auth/get_admin_token 需要先通过 token 校验，而 /auth/user_token 可用，与 3.8.0 一致
preflight-version-383 = /auth/get_admin_token 可用（3.8.1 或更新），没有 X-Http-Id（不是 main），缺少 token 时拒绝应答不带详情，与 3.8.3 一致
preflight-version-later-patch = /auth/get_admin_token 可用（3.8.1 或更新），没有 X-Http-Id（不是 main），缺少 token 时拒绝应答带有详情，与 3.8.3 的后续补丁一致
preflight-version-some-patch = /auth/get_admin_token 可用（3.8.1 或更新），没有 X-Http-Id（不是 main）；无法判断是哪个补丁版本
# What contradicts a given version
preflight-version-contradicted = target.version 写的是 { $given }，但服务器的行为与 { $told } 一致：{ $why }
preflight-version-contradicted-do = 请更正 target.version，或写 `auto`；调用方时限、推送等待等默认值都取决于它
preflight-command-mismatch = { $key } 为 { $people } 人回调了 { $n } 次，这是 { $came } 的发送方式；而版本 { $version } 发送的是 { $command }
preflight-command-mismatch-do = 请更正 target.version；并检查您自己的 webhook 服务器的路由是否包含实际到来的 command
# What may be driven
preflight-proxy-ignored = 已设置 { $name }，但 openim-bench 直接连接 { $base }：否则代理也会被计入测量
preflight-proxy-ignored-do = 如果只能通过代理访问目标，请在能直接访问它的机器上运行 openim-bench
preflight-invite-kills = 在 OpenIM 3.7 上，启用 beforeMemberJoinGroup 时由应用管理员邀请成员会使 openim-rpc-group 退出；在它重启之前，所有群组调用都会失败
preflight-invite-kills-do = 请从 load.operation 中去掉 `invite`，或关闭 beforeMemberJoinGroup 并重启 openim-rpc-group
# Groups left behind
preflight-cleanup-left = 本次运行有 { $left } 个群组未能解散
preflight-cleanup-left-why = 本次运行有 { $left } 个群组未能解散（{ $why }）
preflight-cleanup-left-interrupted = 本次运行有 { $left } 个群组未能解散（清理被中断）
preflight-cleanup-left-do = 请运行 `{ $command }`
preflight-group-left = 预检创建的群组 { $group } 未能解散
preflight-group-left-do = 运行结束时的清理会再试一次；否则请手动解散（/group/dismiss_group）
# The secret
preflight-secret-comment = { $place } 中的密钥含有 ` #`：可能是 --env-file 中的注释混入其中
preflight-secret-blank = { $place } 中的密钥含有空白字符：可能是 --env-file 中的注释或空格混入其中
preflight-secret-do = docker 的 --env-file 会原样取 `=` 之后的全部内容：请把注释单独写一行，然后与 share.yml 中的 `secret` 对照
# What preflight saw
preflight-url-named = OpenIM 调用的 URL：{ $url }
preflight-url-unnamed = OpenIM 没有说明它调用的是哪个 URL
preflight-listens = 本工具监听 { $listen }，路径为 { $path }
preflight-arrived = { $key } 到达 { $n } 次，第一次在创建请求发出 { $ms } ms 之后
preflight-answered = { $key }：在创建请求发出 { $ms } ms 之后已应答
preflight-closed = { $key }：在创建请求发出 { $ms } ms 之后，OpenIM 未等到应答就关闭了连接
preflight-unanswered = { $key }：未应答
preflight-foreign = 收到 { $n } 个不带本次运行 operationID 的回调请求
preflight-unknown = 收到 command 未知的回调请求：`{ $command }`
preflight-listener-refused = 本工具的监听端拒绝了一个请求：{ $why }
preflight-create-ended = create_group 在 { $seconds } s 后结束：{ $kind }
preflight-create-ended-said = create_group 在 { $seconds } s 后结束：{ $kind }（{ $text }）
preflight-and = { $first } 和 { $second }
preflight-failed = 预检失败
# Steps that several checklists share
preflight-plain-installation = { $command }    （直接安装时，在 openim-rpc-group 所在机器上执行）
preflight-step-container = URL 中的主机是 { $host }：在容器内，它指的是容器自身。请让 `url` 指向本机，Docker 下用 { $url }，并在服务上加 `extra_hosts: ["host.docker.internal:host-gateway"]`，然后重建容器：
preflight-step-port = URL 的端口是 { $port }，而本工具监听的端口是 { $listen }：请修改 webhooks.yml 的 `url`（IMENV_WEBHOOKS_URL）或 webhook.listen。
preflight-step-path = URL 的路径是 { $path }，而 webhook.path 是 { $ours }：它是否本来指向另一个服务器？
preflight-step-loopback = 本工具只接受来自本机的连接。如果 OpenIM 运行在容器中或其他机器上，请设置 webhook.listen = "0.0.0.0:{ $port }"。
preflight-step-environment = 环境变量优先于 webhooks.yml（单进程构建除外）。检查是否设置了这些变量：
preflight-step-restart = webhooks.yml 只在启动时读取一次。修改后请重建容器（`restart` 会保留旧的环境变量）或重启 openim-rpc-group：
preflight-step-wait = 服务器仍在启动：请加上 `--wait 120s`。
preflight-step-token = 请在 OPENIM_TOKEN 中提供新的 token，或取消该变量并在 OPENIM_SECRET 中提供密钥。
# The API cannot be reached
preflight-waited = { $what }（已等待 { $seconds } s）
preflight-api-refuses-connections = API 在 { $base } 拒绝连接
preflight-api-no-address = API 的主机 { $host } 解析不到地址
preflight-api-tls = 与 { $base } 的 API 建立 TLS 失败：{ $text }
preflight-api-silent = { $base } 的 API 没有应答
preflight-api-broke = 与 { $base } 的 API 的连接中断：{ $text }
preflight-api-broke-waited = 与 { $base } 的 API 的连接中断（已等待 { $seconds } s）：{ $text }
preflight-called = 调用：{ $url }
preflight-said = 返回：{ $text }
preflight-step-api-running = openim-api 是否在运行，端口是否正确（openim-api.yml 的 api.ports，默认 10002）？
preflight-step-api-published = 该端口是否已发布到本机？
preflight-step-api-host = 请更正 target.url 中的主机，或检查本机的域名解析：
preflight-step-api-network = 容器名只在其所在网络内可见：请把 openim-bench 作为该网络中的一个服务来运行。
preflight-step-certificate = 查看对方出示的证书：
preflight-step-authority = 请在 target.ca_file 中指定 CA 的 PEM 文件；`--insecure` 会关闭检查。
preflight-step-plain-http = 如果该端口使用明文 HTTP，请在 target.url 中写 http://。
preflight-step-api-firewall = 是防火墙丢弃了数据包，还是服务器挂起？请直接访问它：
preflight-step-api-log = 它依赖的服务是否有应答？查看 openim-api 的日志：
preflight-step-api-protocol = 该端口使用的是否为 HTTP（10002），而不是 WebSocket（10001）或 TLS？
# Something else answers, or not under that path
preflight-api-not-found = API 不认识路径 { $url }
preflight-step-base-path = 在 nginx 之后，API 有基础路径，target.url 必须包含它，例如 http://host/openim/api；没有 nginx 时则没有基础路径。
preflight-step-own-port = API 自身的端口是 10002（openim-api.yml 的 api.ports）。
preflight-api-html = { $url } 返回的是一个 HTML 页面而不是 OpenIM 的应答（{ $status }）：中间有代理或 Web 服务器
preflight-api-html-named = { $url } 返回的是一个 HTML 页面而不是 OpenIM 的应答（{ $status }，自称 { $server }）：中间有代理或 Web 服务器
preflight-api-else = 在 { $url } 应答的不是 OpenIM 的 API（{ $status }）
preflight-api-else-named = 在 { $url } 应答的不是 OpenIM 的 API（{ $status }，自称 { $server }）
preflight-step-look = 查看是谁在应答：
preflight-step-nginx = nginx 返回 502、503 或 504：其后的 openim-api 已停止或正在启动。
preflight-step-nginx-wait = nginx 返回 502、503 或 504：其后的 openim-api 已停止或正在启动（`--wait 120s`）。
preflight-step-correct-url = 否则请更正 target.url 的端口和基础路径；或绕过代理，直接访问 10002 端口。
preflight-first-bytes = 开头的内容：{ $head }
preflight-server-header = Server 头：{ $server }
preflight-head-no-token = errCode 为 0，但没有 token
preflight-head-asks-token = 要求提供 token 的应答
# The API refuses
preflight-secret-wrong = { $place } 中的密钥不是该部署的密钥（errCode 1002）
preflight-step-compare-secret = 请与 auth 进程加载的 share.yml 中的 `secret` 对照；环境变量优先于文件：
preflight-step-secret-length = 检查引号、空格或注释是否混入其中；它的字符数：
preflight-admin-user-unknown = 该部署中没有这个管理员用户（errCode { $code }）
preflight-step-admin-user = target.admin_user 必须是 share.yml 的 imAdminUserID 之一（main 上为 imAdminUser.userIDs），默认为 imAdmin：
preflight-token-no-admin = 该 token 不属于应用管理员（errCode 1002）
preflight-step-admin-token = 请在 OPENIM_TOKEN 中提供管理员的 token，或取消该变量并在 OPENIM_SECRET 中提供密钥。
preflight-token-stale = token 被拒绝（errCode { $code }：已过期、被替换或属于其他部署）
preflight-token-refused = token 被拒绝（errCode { $code }）
preflight-service-down = API 之后的一个进程已停止（{ $route }，errCode { $code }）
preflight-step-which-process = 查看是哪个进程，以及它最后的日志：
preflight-api-refuses = API 拒绝 { $route }（errCode { $code }：{ $text }）
preflight-step-operation-log = 在 OpenIM 的日志中查找该 operationID（日志级别 4 及以上更详细）。
preflight-user-unknown = load.users.file 中的用户 { $user } 未注册
preflight-step-user-unknown = 请把它从文件中删除，或注册它，或不写 load.users.file：那样会自动注册用户。
preflight-step-as-named = 请按提示更正 target.url、target.ca_file 或 token。
# The webhook cannot be reached
preflight-webhook-refused = 连接被拒绝：从 OpenIM 的群组进程看，{ $url } 上没有监听
preflight-step-call-inside = 在群组进程所在的位置访问该 URL：
preflight-the-host = 该主机
preflight-webhook-no-host = 主机不存在：OpenIM 的群组进程解析不到 { $host } 的地址（它调用的是 { $url }）
preflight-step-extra-hosts = Docker：只有在 openim-server 服务上设置了 `extra_hosts: ["host.docker.internal:host-gateway"]`，才能解析 `host.docker.internal`；设置后重建容器（在容器内，{ $host } 没有地址）：
preflight-step-full-name = Kubernetes：请写服务的全名，例如 openim-bench.NAMESPACE.svc：
preflight-step-address = 或在 webhooks.yml 的 `url` 中写 IP 地址而不是主机名。
preflight-webhook-nothing-arrived = 这里没有收到任何请求，而 OpenIM 等待 { $url } { $seconds } s 后放弃
preflight-step-firewall = 是否有防火墙丢弃数据包？在群组进程所在的位置访问该 URL，它应当立即应答：
preflight-step-host-firewall = 本机的防火墙必须放行容器网络，例如检查：
preflight-step-old-address = 是否为另一台机器或旧容器的地址？请把 `url` 与本机的地址对照：
preflight-webhook-bad-url = OpenIM 无法使用 webhook 的 url { $url }
preflight-step-bad-url = webhooks.yml 的 `url` 必须以 http:// 或 https:// 开头（3.7 和 3.8.0 自带的 `webhook://` 从来不可用），并且不能带查询参数：
preflight-webhook-tls = OpenIM 与 webhook { $url } 之间的 TLS 失败
preflight-step-tls-plain = OpenIM 用其容器内的 CA 检查证书。本工具使用明文 HTTP：请在 `url` 中写 http://，
preflight-step-tls-front = 或在本工具之前用 OpenIM 信任的证书终结 TLS：
# The webhook's answer is not taken
preflight-webhook-not-taken = { $keys } 到达了这里，但 OpenIM 没有接受应答
preflight-step-between = OpenIM 与本工具之间的组件（代理、服务网格、负载均衡）是否修改或拖住了应答？应答应为带 actionCode 的 JSON：
preflight-step-timeout = webhook 的超时是否短于往返时间？整个调用用了 { $seconds } s；测量期间请设置 `timeout: 15`。
preflight-step-two-addresses = 同一主机名之后是否还有另一个监听端（两个地址）？请对照：
preflight-hint-html = 应答以 `<` 开头：是 HTML 页面，通常是 Web 服务器的错误页
preflight-hint-empty = 应答为空或中途断开
preflight-hint-plain = 应答以纯文本开头，例如 `404 page not found`
preflight-hint-shape = 应答是结构不同的 JSON
preflight-webhook-foreign = 应答 webhook 的是别的服务器，且不符合 OpenIM 的要求（90007）：{ $hint }
preflight-step-who-answers = 查看 webhooks.yml 中的 URL 由谁应答；在群组进程所在的位置执行：
preflight-step-who-listens = 查看本机该端口上的监听者：
preflight-step-no-route = 接收端没有该 command 的路由时会返回 404 页面：`url` 必须在 command 之前结束，即以 { $path } 结尾。
preflight-webhook-broke = 回调请求到达了这里，但在 OpenIM 收到应答之前连接中断
preflight-webhook-reset = 到 { $url } 的连接建立后未应答即被关闭，且不是由本工具关闭的
preflight-step-closes = 该端口上是否有关闭连接的代理或其他服务器？在群组进程所在的位置执行：
preflight-step-expects-tls = 要求 TLS 的端口会关闭明文 HTTP 连接：此时请在 `url` 中写 https://。
preflight-webhook-hidden = 对 { $url } 的 webhook 调用在 { $seconds } s 内失败，而该版本的 OpenIM 隐藏了原因：连接被拒绝、主机不存在、连接被重置，或未应答即关闭（EOF）
preflight-webhook-unusual = 对 { $url } 的 webhook 调用在 { $seconds } s 内失败，原因不在常见之列：{ $text }
preflight-step-candidates = 用一条命令即可区分：`Connection refused` → 那里没有监听；`Could not resolve host` → 主机不存在（Docker：extra_hosts）；`Connection reset` 或 `Empty reply` → 另一个服务器关闭了连接。在群组容器内执行：
preflight-step-docker-hosts = Docker 且主机不存在：在服务上设置 `extra_hosts: ["host.docker.internal:host-gateway"]`，然后：
preflight-step-hides = v3.8.3 隐藏原因，其日志中也没有；v3.8.3-patch.5 及更新版本会给出原因。
preflight-webhook-rejected = 另一个 webhook 服务器（不是本工具）拒绝了创建（errCode { $code }，未创建任何群组）
preflight-webhook-rejected-too = 回调请求到达了这里，但另一个 webhook 服务器拒绝了创建（errCode { $code }）
preflight-step-rejection = 拒绝是指 actionCode 为 0 且 nextCode 为 1。预检期间本工具对所有请求都放行，因此是别的服务器在应答；查看是谁：
# The create failed
preflight-create-not-allowed = 该 token 无权为他人创建群组（errCode 1002）
preflight-step-app-admin = target.admin_user（或 OPENIM_TOKEN 的用户）必须是 share.yml 中的应用管理员。
preflight-create-users-unknown = 创建应答称用户不存在（errCode { $code }），但这些用户已经注册
preflight-step-same-database = 用户进程与群组进程必须使用同一个数据库；请在 OpenIM 的日志中查找该 operationID。
preflight-create-exists = 该 groupID 已存在（errCode 1202）
preflight-step-same-tag = 另一次运行用了相同的标签：请重新启动，会抽取新的标签。
preflight-create-inside = 创建在 OpenIM 内部失败（errCode { $code }：{ $text }）
preflight-step-inside = 在 OpenIM 的日志中查找该 operationID（MongoDB、Redis 和 Kafka 是否正常？）：
preflight-create-refused = 创建被拒绝，errCode { $code }（{ $text }）：通常是另一个 webhook 服务器（不是本工具）的拒绝
preflight-step-passes-on = 拒绝时会原样传回 webhook 服务器自己的 errCode。查看是谁在应答：
preflight-create-no-answer = create_group 在 { $seconds } s 后没有从 { $base } 得到可用的应答（{ $kind }）：{ $text }
preflight-step-api-restart = token 和用户刚才还正常。是 API 重启了，还是代理切断了较长的调用（nginx：proxy_read_timeout）？
preflight-step-slow-other = 另一个服务器上缓慢的前置 webhook 会拖住调用：每个 T 秒。target.call_timeout 是本工具的时限。
preflight-group-down = 群组进程（openim-rpc-group）已停止
preflight-step-group-log = 查看 openim-rpc-group 是否在运行，以及它最后的日志：
preflight-step-group-restart = 请重启它。服务器仍在启动：请加上 `--wait 120s`。
preflight-step-group-dies = webhook 服务器的某些应答会使它退出（memberCallbackList 中有不带 userID 的条目；在 3.7 上启用 beforeMemberJoinGroup 时由管理员邀请）：请检查您的服务器的应答。
# The create succeeded, but callbacks did not come
preflight-webhook-query = 收到了回调请求，但 webhook 的 url 带查询参数，command 因此成了参数的一部分：{ $command }
preflight-step-query = OpenIM 会在 `url` 之后原样加上 `/` 和 command。`url` 请以路径结尾，不带 `?`：
preflight-silent-keys = 创建成功，但没有收到 { $keys } 的回调请求
preflight-silent = 创建成功，但没有收到任何 webhook 的回调请求
preflight-step-key-on = 该键是否已启用（`{ $key }:` 且 `enable: true`），是否位于进程所加载的 webhooks.yml 的顶层，拼写是否完全一致？
preflight-step-elsewhere = `url` 是否指向了别处，由那里的服务器放行？它的路径和端口必须是本工具的：
preflight-step-header-dropped = 收到了不带本次运行 operationID 的回调请求：是中间的代理丢弃了请求头 `operationID`，还是共享部署上的其他流量？
preflight-step-queued = 后置回调会排队（每个进程 2 个 worker），缓慢的接收端会拖住它们。已等待 { $seconds } s。
preflight-step-plain-load = 如果要在没有 webhook 的情况下对 API 施加负载，请写明：`webhook.expect = []`。
# Remarks on what went well
preflight-other-path = 回调请求来到路径 { $path }，而 webhook.path 是 { $ours }
preflight-other-path-do = 请设置 webhook.path = "{ $path }"，或修改 webhooks.yml 的 `url` 并重启 openim-rpc-group
preflight-unknown-command = 收到的回调请求的 command 不属于任何已知的键：{ $names }
preflight-unknown-command-do = 对它们一律放行；其中的 `?` 说明 webhooks.yml 的 `url` 带查询参数，这会破坏 command
preflight-token-minted = 签发了一个管理员 token；在 main 上，该管理员用户的其他 token 会在五分钟后失效
preflight-token-minted-do = 如果另一个服务使用同一个管理员用户，请在 OPENIM_TOKEN 中提供它的 token（这样就不再签发），或使用另一个管理员
preflight-keys-unseen = 预检只创建一个群组，因此看不到只由其他操作触发的键
preflight-keys-unseen-do = 请在 webhook.expect 中写明必须回调的键，或在 webhook.yml 中指定部署的文件
preflight-timeout-unknown = { $keys } 的现有超时未知，因此无法评判
preflight-timeout-unknown-do = 请给出 webhook.timeout.<key>，或在 webhook.yml 中指定部署的文件
# Errors of the control side
preflight-admin-unreachable = 无法访问 { $url }：{ $text }
preflight-admin-no-answer = 未及时应答（{ $text }）
preflight-admin-status = { $url } 返回 HTTP { $status }：{ $head }
preflight-admin-wrong-path = { $url }：有 OpenIM 的 API 应答，但该路径下没有 token 路由
preflight-admin-not-envelope = { $url } 的应答不是 OpenIM 的格式：{ $head }
preflight-admin-api = { $route } 返回 errCode { $code }：{ $text }
preflight-admin-users-unsettled = { $batch } 个用户中有 { $left } 个时而显示已注册，时而显示未注册
preflight-admin-no-secret = { $what }，为此需要 share.yml 中的密钥：请设置 OPENIM_SECRET 或 target.secret_file
preflight-admin-to-be-minted = 需要签发管理员 token
preflight-admin-to-register = 该版本的 OpenIM（3.7 或 3.8.0）注册用户时要求提供密钥
preflight-admin-token-refused = { $place } 中的 token 被拒绝；请换成新的管理员 token，或取消该变量并提供密钥
preflight-admin-token-again = 刚刚签发的 token 再次被拒绝；是否有另一个程序在为该管理员用户签发 token？
preflight-admin-no-header = { $place } 无法放入请求头发送
# Errors of TLS
preflight-advice-authority = { $text }；请在 target.ca_file 中指定签发该证书的 CA 的 PEM 文件，或用 --insecure 关闭检查
preflight-advice-plain-http = { $text }；该端口不使用 TLS：请在 target.url 中写 http://
preflight-tls-file = target.ca_file { $path }：{ $why }；它必须是 PEM 文件，且至少包含一个 `BEGIN CERTIFICATE` 块
preflight-tls-file-empty = 其中没有证书
preflight-tls-no-roots = 本机找不到受信任的 CA（{ $why }）；请安装软件包 ca-certificates，或在 target.ca_file 中指定 CA
preflight-tls-none-installed = 未安装
preflight-tls-settings = 无法设置 TLS：{ $why }；请报告此问题
# Errors of the address
preflight-url-no-url = target.url：`{ $text }` 不是 URL（{ $why }）；请写 http://host:10002 或 https://host/base/path（IPv6：http://[::1]:10002）
preflight-url-no-host = 没有主机
preflight-url-scheme = target.url：不支持协议 `{ $scheme }`；请写 http:// 或 https://
preflight-url-credentials = target.url 含有用户名或密码；请去掉：密钥来自环境变量 OPENIM_SECRET 或文件
preflight-url-query = target.url：API 的地址不能带查询参数或片段（`?`、`#`）；请只保留协议、主机、端口和基础路径
preflight-host-not-allowed = { $host } 不是本机：openim-bench 只对回环地址施加负载，除非该主机已列出。如果您有权对它施加负载，请写 `--allow-host { $host }` 或把它加入 limits.allowed_hosts。一次运行最多创建 { $cap } 个群组（limits.groups）；之后会逐个解散，但其 groupID 和用户会保留。
# Errors of the secret
preflight-secret-missing = 没有密钥：请把 OpenIM 的 share.yml 中的密钥放入环境变量 { $secret }（或在 target.secret_file 中指定文件），或把管理员 token 放入 { $token }
preflight-secret-file = target.secret_file { $path }：{ $why }；它必须是可读的文本文件，且只包含密钥
preflight-secret-empty = { $place } 为空；它必须包含 OpenIM 的 share.yml 中的密钥
preflight-secret-control = { $place } 含有换行或其他控制字符；它必须是单行文本
# Errors of the groups that the load needs
preflight-groups-create = 准备阶段已创建 { $made } / { $wanted } 个群组，随后创建 { $group } 失败（{ $kind }）；负载需要这些群组：请先手动使同样的创建成功，或从 load.operation 中去掉 create 以外的操作
preflight-groups-create-said = 准备阶段已创建 { $made } / { $wanted } 个群组，随后创建 { $group } 失败（{ $kind }：{ $text }）；负载需要这些群组：请先手动使同样的创建成功，或从 load.operation 中去掉 create 以外的操作
preflight-groups-cancelled = 准备阶段在创建 { $made } / { $wanted } 个群组后被中断
