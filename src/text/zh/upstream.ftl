# 代理之后的 webhook 服务器
upstream-url = 无法转发到上游 "{ $url }"：{ $why }
upstream-url-none = 不是 URL（{ $why }）；请写 http://host:port 或 http://host:port/path
upstream-url-credentials = 请去掉用户名和密码；URL 会显示在报告中（http://host:port）
upstream-url-form = 请写 http://host:port 或 https://host:port/path，不带查询参数
upstream-ca-file = CA 文件 { $path }：{ $why }；它必须是 PEM 文件，且至少包含一个 `BEGIN CERTIFICATE` 块
upstream-tls = 无法设置到上游的 TLS：{ $why }
upstream-first-answers = 上游的前 { $answers } 个应答都不是 JSON 对象，因此 OpenIM 会把这些回调请求判为失败（最后一个：状态码 { $status }，开头为 "{ $begins }"）；请检查是否落到了别的虚拟主机（可尝试保留 Host）、IP 白名单或登录页
# 按规则注入的故障
upstream-fault-kind = "{ $given }" 不是故障；规则以 hang、reset、close、slow_body、delay=2s 或 status=500 开头
upstream-fault-part = 规则没有 "{ $given }" 这一项；可用的有 key=、command=、p=、from=、to=、operation=，以及放在最后的 body=
upstream-fault-value = { $part }="{ $given }"：{ $why }
upstream-fault-operation = 请写 operationID 的前缀，例如 operation=ob
upstream-fault-command = 请写 URL 中的命令，例如 callbackBeforeCreateGroupCommand
upstream-fault-p = 请写大于 0 且不超过 1 的概率，例如 0.1
upstream-fault-span = 请写带单位的时间，例如 10s 或 500ms
upstream-fault-status = 请写 200 到 599 之间的 HTTP 状态码
upstream-fault-no-time = 该规则在开始之前就已结束；`to` 必须晚于 `from`（不写 `to` 时持续 60s）
upstream-fault-body-alone = `body=` 只能与 status=CODE 一起使用
upstream-fault-everyone = 该规则没有指定 operationID，会影响所有人的回调请求：请加上 operation=前缀；如果确实如此，请使用 --hits-everyone
