# A file that cannot be read
lint-cannot-start-why = 实测：timeout 写成 `5s` 这样的值，进程无法启动。格式有误或重复的键也会如此，或者被理解成与所写不同的意思。
lint-cannot-start-do = 改正这一行后再检查：其他规则需要能读取的文件。

# The URL
lint-url-missing = 没有 `url`。
lint-url-unusable = `url` 是“{ $url }”，不是 http 或 https 地址。
lint-url-unusable-why = OpenIM 在 `url` 后面接上 `/` 和命令，再发送 POST。3.7.0、3.7.1 和 3.8.0 自带文件的协议是 `webhook://`，这样每次调用都以 `unsupported protocol scheme` 失败。
lint-url-unusable-do = 写上 webhook 服务器的地址，例如 http://your-server:8080/callback。
lint-url-query = `url` 是“{ $url }”：`?` 或 `#` 之后的内容会出现在命令之前。
lint-url-slash = `url` 是“{ $url }”：每个回调请求的路径都会出现双斜杠。
lint-url-tail-why = 实测：URL 与命令直接拼接，不做解析，因此查询串会排在命令之前，末尾的斜杠会变成 `//`。
lint-url-tail-do = 让 `url` 以路径的最后一段结尾，不带查询串、片段或斜杠。
lint-url-loopback = `url` 是“{ $url }”，在容器里它指向容器自身。
lint-url-loopback-why = 回调请求由 openim-rpc-group 所在的容器发出；容器外、同一台机器上的服务器收不到，每次调用都以错误 90004 结束。
lint-url-loopback-do = 写容器能解析到的服务名或主机名。

# Keys
lint-unknown-key = 没有任何版本读取键 `{ $key }`；最接近的是 `{ $nearest }`。
lint-outer-mapping = `{ $key }` 把 webhook 的键包在里面：OpenIM 只读取最左侧的键。
lint-unknown-key-why = OpenIM 会默默接受未知的键：本想启用的回调其实是关闭的。
lint-unknown-key-do = 改正名称，或去掉外层映射，把其中的键移到最左侧。
lint-key-not-wired = `{ $key }` 已启用，但 OpenIM { $version } 不会为它发送任何请求。
lint-key-not-wired-why = 由该版本的源码得知：配置文件认识这个键，但没有代码使用它。
lint-key-not-wired-do = 不要依赖它：关闭它，或改用会发送它的版本。

# Timeouts
lint-timeout-default = `{ $key }` 的超时是 { $timeout }：实际生效的是 15 s。
lint-timeout-default-why = 实测：0 在 15 s 后结束，未写时也一样；负数表示只有这个上限。
lint-timeout-default-do = 写 1 到 15 的整数秒；运行一次就知道该写多少。
lint-timeout-capped = `{ $key }` 的超时是 { $timeout }：实际生效的是 15 s。
lint-timeout-capped-why = 实测：无论文件怎么写（包括 3600），HTTP 客户端都在 15 s 后放弃。
lint-timeout-capped-do = 写 15 或更小的值。
lint-caller-budget = 建群之前的回调合计最多需要 { $sum } s，而调用方只等 { $budget } s。
lint-caller-budget-members = 建群之前的回调在只有一名成员时合计最多需要 { $sum } s，每多一名成员还会更久；调用方只等 { $budget } s。
lint-caller-budget-why = OpenIM 依次发送这些请求。调用方放弃并不会中止建群（实测）：群已经存在，再次请求会建出第二个群。
lint-caller-budget-do = 降低超时，使其总和小于调用方的等待时间，或让调用方等得更久（`--caller-budget`）。

# Settings and behaviour
lint-failed-continue = `{ $key }` 的 `failedContinue: true` 不起作用：回调失败会使操作失败。
lint-failed-continue-after = `{ $key }` 写了 `failedContinue`，后置回调没有这个设置。
lint-failed-continue-why = 在 3.7.0 到 main 上实测：这个设置会被读取，但从未使用。
lint-failed-continue-do = 不要依赖它：接收方必须及时应答。设为 false，以免误导他人。
lint-member-callback = 在 OpenIM { $version } 上启用了 `beforeMemberJoinGroup`。
lint-member-callback-why = 在 3.7.0 上实测：由 app 管理员邀请成员会使 openim-rpc-group 退出，之后所有群调用都失败；建群时每名成员发送一次请求，依次进行。
lint-member-callback-do = 关闭它，或升级到 3.8.0 及以后的版本，或不以 app 管理员身份邀请并保持群的规模较小。
lint-group-info-echo = `{ $key }` 已启用：接收方必须应答全部字段。
lint-group-info-echo-why = 只应答一对花括号时，缺少的字段会被覆盖为空，调用以错误 1004 结束。
lint-group-info-echo-do = 让接收方把收到的字段原样返回。
lint-after-queue = 每秒建群 { $rate } 次时，`{ $key }` 的接收方平均须在 { $limit } ms 内应答，而超时允许 { $timeout } s。
lint-after-queue-why = 实测：一个进程的所有后置回调共用 2 个 worker 和 100 个位置。占满之后，调用最多等待 3 s（3.8.0 及以前为 0.1 s），事件随即丢失，而且没有日志。
lint-after-queue-do = 立即应答，之后再处理；降低超时，使慢的接收方尽快释放 worker。
lint-upgrade-command = 对于 `{ $key }`，OpenIM { $version } 发送的是 { $after }，而不是 { $before }。
lint-upgrade-command-why = 键名不变，但路径的最后一段变了，请求体和应答也随之改变：由每名成员一次调用变为带列表的一次调用。没有该路由的接收方会返回 404 页面，OpenIM 报告为 90007。
lint-upgrade-command-do = 升级之前先为两个命令都配置路由。

# Filters of messages
lint-types-not-numbers = `{ $key }` 的 `deniedTypes` 含有 `{ $found }`，不是整数。
lint-types-not-numbers-list = `{ $key }` 的 `deniedTypes` 中有列表或映射，而不是整数。
lint-types-not-numbers-why = 由 main 的源码得知：这个列表只能放整数。3.8.3 接受的范围写法（如 `200-500`）无法读入，无论该 webhook 是否启用，进程都无法启动。
lint-types-not-numbers-do = 把每个类型单独写成一个数字。
lint-filter-ignored = OpenIM { $version } 不读取 `{ $key }` 的 `{ $filter }`。
lint-filter-no-message = `{ $key }` 的 `{ $filter }` 不起作用：过滤条件只对消息回调有效。
lint-filter-ignored-why = 由源码得知：`attentionIds` 自 3.8.0 起才有；`allowedTypes` 和 `deniedTypes` 自 3.8.3 起才有，main 已去掉 `allowedTypes`。版本不认识的设置会被默默跳过，所有回调请求照常发送。
lint-filter-ignored-do = 不要依赖它：在接收方过滤，或改用会读取它的版本。
lint-attention-ids-empty = 在 OpenIM { $version } 上，`attentionIds: []` 会关闭 `afterSendSingleMsg`。
lint-attention-ids-empty-why = 由该版本的源码得知：空列表与非空列表一样参与比较，没有用户在其中，因此不会为任何人发送回调请求。
lint-attention-ids-empty-do = 删除 `attentionIds` 这一行；没有它时每条消息都会上报。

# Environment variables
lint-environment-wins = `{ $name }` 优先于文件中的 `{ $setting }`；其他规则按它的值判断。
lint-environment-wins-why = 由源码得知：多进程部署的 OpenIM 在读取文件之后查找环境变量；单进程的 main 不会。
lint-environment-wins-do = 在设置该变量的地方修改它的值，或去掉该变量；修改文件不起作用。
lint-environment-no-setting = `{ $name }` 不对应任何设置；最接近的是 `{ $nearest }`。
lint-environment-not-in-file = `{ $name }` 不起作用：文件中没有 `{ $setting }`。
lint-environment-empty = `{ $name }` 为空，不起作用：以文件中的值为准。
lint-environment-standalone = 单进程的 OpenIM 不读取用 --env 给出的 { $count } 个变量。
lint-environment-no-effect-why = 由源码得知：只查找文件中已有的设置，变量名为 `IMENV_WEBHOOKS_` 加上大写的键和设置名，空变量视为没有。
lint-environment-no-effect-do = 改正变量名，或把该设置写进文件。
lint-environment-unusable = `{ $name }` 是 `{ $value }`，但必须是{ $wanted }；OpenIM 会无法启动。

# An upgrade's routes
lint-upgrade-route-new = `{ $key }` 将开始生效：OpenIM { $version } 会发送 { $command }，而 { $from } 不为它发送任何请求。
lint-upgrade-route-gone = `{ $key }` 将失效：OpenIM { $version } 不为它发送任何请求，而 { $from } 会发送 { $command }。
lint-upgrade-route-why = 由两个版本的源码得知：该键在此文件中已启用，但只有其中一个版本使用它。
lint-upgrade-route-do = 升级之前为新命令配置路由，或关闭该键；不要再等待不会到来的回调请求。

# Corrections
lint-fix-slash = 第 { $line } 行：去掉了 `url` 末尾的斜杠
lint-fix-renamed = 第 { $line } 行：`{ $from }` 改为 `{ $to }`
lint-fix-timeout = 第 { $line } 行：`{ $key }` 的超时由 { $before } 改写为 { $after }
lint-fix-timeout-missing = 第 { $line } 行：`{ $key }` 原本没有超时，现写为 { $after }
lint-fix-written = { $file } 已改正；原文件保存在 { $backup }
lint-fix-nothing = { $file }：没有无需人工判断即可改正的内容。

# The terminal
lint-clean = { $file }：对于 OpenIM { $version }，没有发现问题。
lint-routes = 对于 OpenIM { $version }，接收方必须提供以下路由：
lint-no-routes = 没有启用任何 webhook：接收方不需要提供路由。
lint-no-code = 没有规则 `{ $code }`；现有的规则：{ $codes }。
lint-explain-severity = { $code }：最严重时为 { $severity }。
lint-not-readable = 无法读取 { $file }
lint-not-utf8 = { $file } 不是 UTF-8
lint-too-large = { $file } 超过 { $most } MiB：不是 OpenIM 的文件
