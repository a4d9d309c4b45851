# 上限及其来由。
timeouts-limit-client-cap = 无论超时怎么设置，OpenIM 都会在 15 s 后结束每个回调请求。
timeouts-limit-budget = 调用方等待 { $budget } s；服务器自身耗时 { $own } s（p99），该调用的其他 webhook 最多耗时 { $others } s。
timeouts-limit-budget-calls = 调用方等待 { $budget } s；服务器自身耗时 { $own } s（p99），该调用的其他 webhook 最多耗时 { $others } s，且须连续调用 { $calls } 次。
timeouts-limit-pool = 这个 webhook 挂起期间，每秒 { $rate } 个操作各占用 { $slots } 个连接之一（{ $processes } 个发送进程，每个 98 个），占用时长为 T；超过 { $seconds } s，健康的回调请求就要等待连接。（若不扣除后置工作协程的两个连接，也不为随机波动留余地，则为 100 × { $processes } ÷ { $rate } = { $plain } s。）
timeouts-limit-pool-shared = { $others } 同时挂起期间，每秒 { $rate } 个操作各占用 { $slots } 个连接之一，占用时长为这个 webhook 的 T；超过 { $seconds } s，健康的回调请求就要等待连接。
timeouts-limit-pool-other = { $key }（每秒 { $rate } 个，{ $timeout } s）
timeouts-limit-after-rate = 按每秒 { $rate } 个事件（recommend.after_outage_rate）、每个进程两个工作协程计，故障时每个事件最多可耗时 { $seconds } s，否则队列会满。

# 冲突中对上限的称呼。
timeouts-name-caller-budget = 调用方等待 API 的时间（caller_budget）
timeouts-name-outage-pool = 故障时 OpenIM 的连接池（outage_pool）
timeouts-name-after-outage-rate = 故障时的后置队列（after_outage_rate）
timeouts-name-client-cap = 由 OpenIM 自身设定的上限（client_cap）

# 为何没有超时能满足一切。
timeouts-collides = 要最多只截断 { $share } 的健康回调请求，超时至少须为 { $lower } s，而{ $limit }只允许 { $seconds } s。
timeouts-collides-shared = 要最多只截断 { $share } 的健康回调请求，超时至少须为 { $lower } s，而{ $limit }只允许 { $seconds } s：{ $pair }。
timeouts-pair-budget = { $webhooks }，加上服务器自身的 { $own } s，共需 { $needed } s，而时限为 { $allowed } s
timeouts-pair-pool = { $webhooks } 共占用 { $needed } 个连接，超过 { $allowed } 个就没有为随机波动留下余地
timeouts-asks = { $key } 占 { $asked }
timeouts-asks-calls = { $key } 占 { $calls } × { $asked }
timeouts-asks-rate = { $key } 占每秒 { $rate } 个 × { $asked }
timeouts-guess = { $seconds } s（猜测值）
timeouts-beyond-cap = { $n } 个回调请求中有 { $beyond } 个耗时超过 15 s（OpenIM 在此时结束它们）或从未到来；最多只允许 { $share }。
timeouts-beyond-present = { $n } 个回调请求中有 { $beyond } 个被当前的 { $present } s 超时截断或从未到来，最多只允许 { $share }。它们本来要耗时多久不得而知，因此也不知道更长的超时是否有用。

# 解决办法。
timeouts-way-faster-cap = 加快处理程序：{ $n } 个回调请求中有 { $beyond } 个耗时超过 15 s 或从未结束，只允许 { $allowed } 个。
timeouts-way-faster-present = 加快处理程序：{ $n } 个回调请求中有 { $beyond } 个被截断或从未到来，只允许 { $allowed } 个。
timeouts-way-measure = 把 { $key } 的超时设为 15 s 后重新测量：这样就能看到它们耗时多久，以及多长的超时足够。
timeouts-way-faster-all = 加快处理程序：{ $n } 个回调请求中不允许有任何一个耗时超过 { $within } ms；现在最慢的是{ $now }。
timeouts-way-faster-most = 加快处理程序：{ $quantile } % 分位数须降到 { $within } ms 以下，使 { $n } 个回调请求中最多有 { $allowed } 个耗时更长；现在处于该位置的是{ $now }。
timeouts-one-that-took = 耗时 { $ms } ms 的一个
timeouts-one-that-never-ended = 从未结束的一个
timeouts-no-way-set-up = 从本次运行看不出加快处理程序能解决问题：{ $left } s 之内，既要容得下需要建立两次的连接（recommend.packet_loss），又要容得下 { $n } 个回调请求未能确定的部分。
timeouts-no-way-budget = 仅加快 { $key } 的处理程序解决不了问题：只给它留下 { $left } s，而超时至少为 1 s。请加快其他 webhook 的处理程序。
timeouts-no-way-limit = 加快处理程序解决不了问题：上限为 { $left } s，而超时至少为 1 s。
timeouts-way-caller = 让调用方等待 { $seconds } s（recommend.caller_budget）。
timeouts-way-after-rate = 把故障时要求的事件速率降为每秒 { $rate } 个（recommend.after_outage_rate）。
timeouts-way-rate = 把到达率降到每秒 { $rate } 次（recommend.production_rate）。
timeouts-way-processes = 增加 { $more } 个 group 进程，共 { $needed } 个（webhook.processes）。
timeouts-way-members = 群主和管理员之外，每个群最多 { $members } 名成员（load.members）；或升级到 3.8，它对全部成员只回调一次。
timeouts-way-upgrade = 升级到 3.8，它对全部成员只回调一次；群再小也不够。
timeouts-way-switch-off = 关闭该操作的另一个前置回调。
