# profile 的错误
profile-problem = `{ $key }` { $what }
profile-problem-at = { $place }：`{ $key }` { $what }
profile-flag = { $key } 的命令行参数
profile-cannot-read = 无法读取 { $path }：{ $why }；请检查 `{ $key }` 给出的路径
profile-not-a-file = 无法读取 { $path }：它不是文件；请检查 `{ $key }` 给出的路径
profile-no-such = 没有 profile `{ $name }`，也没有同名的自带 profile；自带的有：{ $shipped }（`openim-bench profile list`）
profile-no-toml = { $place }：不是有效的 TOML：{ $why }
profile-input = { $path }:{ $line }：{ $what }
profile-set = `--set { $argument }` 不是 path=value 的形式，例如 `--set load.rate=50`
# 键及其值的形式；都接在键名之后
profile-wrong = 有误：{ $why }
profile-no-item = 指向不存在的列表项；序号从 0 算起
profile-twice = 以两种写法给出了两次；请只保留一个
profile-did-you-mean = 是不是想写 `{ $near }`？
profile-nearest = 最接近的是 `{ $near }`
profile-unknown-key = 不是已知的键；{ $suggestion }（此处可用：{ $known }）
profile-unknown-below = 不是已知的键：这里是单个值，不是表
profile-wrong-choice = 为 `{ $text }`；{ $suggestion }（可取 { $choice }）
profile-not-finite = 为 { $value }；应为普通数值
profile-below-zero = 为 { $value }；应为不小于 0 的整数
profile-exactly-one = 必须在 { $names } 中恰好给出一个；现在有 { $n } 个
profile-lacks = 缺少 `{ $key }`
profile-no-unit = 为 { $value }，是没有单位的数字；时长是文本，例如 "{ $value }s" 或 "{ $value }ms"
profile-mismatch = 为 { $is }；应为 { $takes }
profile-either = { $first } 或 { $second }
profile-the-text = 文本 { $choice }
profile-a-table = 表
profile-table-with = 含 { $names } 的表
profile-table-of-one = 含 { $names } 之一的表
profile-a-list = 列表
profile-a-duration = 时长，例如 "20s" 或 "50ms"
profile-a-text = 带引号的文本
profile-a-truth = true 或 false
profile-from-zero = 不小于 0 的整数
profile-a-whole = 整数
profile-a-number = 数字
# 值；都接在键名之后
profile-above-zero = 为 { $value }；必须大于 0
profile-not-negative = 为 { $value }；不能为负
profile-share = 为 { $value }；它是比例，必须在 0 与 1 之间，例如 0.001
profile-share-at-most = 为 { $value }；它是比例，必须大于 0 且不超过 1
profile-share-whole = 为 { $value }；它是 0 到 1 的比例
profile-share-below = 为 { $value }；它是比例，从 0 起且小于 1，例如 0.0005
profile-longer = 为 0；必须大于 0
profile-at-least-one = 为 { $value }；至少为 1
profile-status = 的状态码为 { $status }；完整的应答应为 200 到 599
profile-quantiles = 为 { $value }，小于 `objective.{ $low }`（{ $other }）；较高的分位数不可能更快
profile-margin = 为 { $value }；超时的范围是 1 到 15 s，因此最多可加 14
profile-no-log = 不是文件；请给出 HdrHistogram 的区间日志
# 调用方
profile-budget = 为 { $value }，超出 `target.call_timeout`（{ $limit }），而后者会结束每次调用；请一并调大
profile-retries = 为 { $value }；首次尝试之后最多再尝试 { $most } 次
profile-backoff = 为 { $value }，大于 `caller.backoff_max`（{ $max }）
profile-retries-loop = 需要开环，即其他调用等待时到达仍继续；请写 `load.loop = "open"`
profile-retries-nothing = 没有可重试的调用：只有建群会重试，而 `load.operation` 中没有建群
# 负载
profile-mix-empty = 是空的组合；请至少给出一种操作
profile-mix-weight = 中有不大于 0 的权重
profile-replay-loop = 为 `replay`，它需要开环；请写 `load.loop = "open"`
profile-replay-file = 为 `replay`，它需要 `load.offsets_file`：每行一个偏移，单位为秒
profile-replay-phases = 不能与 `load.arrivals = "replay"` 同用：调用何时开始由文件决定
profile-replay-warmup = 在 { $warmup } 的预热之后没有任何偏移，因此什么也测不到
profile-offsets-unread = 仅在 `load.arrivals = "replay"` 时读取
profile-not-measured = 只有不测量的阶段；请加一个类型为 steady、ramp、steps 或 spike 的阶段
profile-hold-workers = 需要 `webhook.workers`，即调用所占用的工作线程数
profile-ramp-zero = 与 `from` 都为 0；其中之一必须大于 0
profile-range = 从 { $min } 到 { $max }；min 不能大于 max
profile-members = 最大为 { $value }；OpenIM 一次调用最多接受 { $most }
profile-users = 提供 { $users } 个用户；一个群最多需要 { $needed } 个（群主、管理员、成员以及之后加入的人）
profile-groups = 允许 { $cap } 个群，但此负载约有 { $calls } 次调用，可能需要 { $needed } 个群；请用 `--set limits.groups={ $needed }` 调大，或降低速率或时长
# 故障
profile-outage-none = 为 `outage`，但没有预期会发起回调请求的 webhook，因此没有什么可以出故障
profile-outage-keys = 只用于类型为 `outage` 的阶段
profile-outage-refuse = 不能与 `fault = "refuse"` 同用：所有 webhook 共用一个监听端口，关闭后全部都会被拒绝；请去掉它，或改用 `reset`，它同样能让单个 webhook 迅速失败
profile-outage-empty = 为空；若指所有预期的 webhook，请去掉它
profile-outage-missing = 中的 `{ $key }` 不在预期的 webhook（`webhook.expect`）之列
profile-outage-factor = 只用于 `fault = "slow"` 的故障
profile-outage-times = 为 { $value }；它表示平时延迟的倍数，大于 1 且不超过 1000000，例如 10.0
profile-outage-slow = 为 `slow`，但出故障的 webhook 都没有可以放大的延迟；请给出一个，例如 `handler.beforeCreateGroup.delay = "30ms"`
# 目标与 webhook
profile-admin-empty = 为空；请写应用管理员的 userID，出厂设置为 `imAdmin`
profile-host = 指向 `{ $host }`，它不是本机：一次运行会在那里创建最多 { $groups } 个群（`limits.groups`）。若允许对它施加负载，请用 `--allow-host { $host }` 或 `limits.allowed_hosts = ["{ $host }"]` 说明
profile-url-form = 为 `{ $url }`，不是 API 地址；请写 `sim`，或 `http://127.0.0.1:10002` 这样的 URL
profile-url-extra = 为 `{ $url }`，其中有查询参数、片段或空白；请只写协议、主机、端口和基础路径
profile-url-credentials = 为 `{ $url }`，其中带有凭据；密钥应来自环境变量或文件
profile-upstream = 属于 `webhook.mode = "proxy"`；请设置该模式，或去掉它
profile-upstream-missing = 指定回调请求要转发到的 webhook 服务器；请写 `upstream = "http://host:port"`
profile-proxy-others = 在 `webhook.mode = "proxy"` 时没有意义，此时一切请求都会转发到 webhook.upstream；请去掉它
profile-proxy-workers = 在 `webhook.mode = "proxy"` 时没有意义，此时由上游自己的工作线程应答；请去掉它
profile-proxy-handler = 在 `webhook.mode = "proxy"` 时没有意义，此时由上游应答；请去掉它
profile-listen = 为 `{ $value }`；请写 IP 地址和端口，例如 `127.0.0.1:10006`；OpenIM 在别处运行时写 `0.0.0.0:10006`
profile-path = 为 `{ $value }`；必须以 `/` 开头、不以 `/` 结尾且不含查询参数：OpenIM 会在其后追加 `/` 和命令
# 用户文件
profile-no-user = `{ $user }` 不是 userID（{ $why }）；请每行写一个 userID，注释写在 `#` 之后
profile-user-twice = `{ $user }` 在文件中出现了两次；请只保留一个
profile-no-users = 其中没有 userID；请每行写一个
profile-user-space = 其中有空白
profile-user-colon = OpenIM 不允许其中有 `:`
profile-user-separator = 其中有分隔符或控制字符
profile-user-long = 超过 64 个字符
