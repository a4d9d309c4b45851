# 一次调用的全部 webhook。
report-together = 一次调用的全部 webhook 合计
report-operations-beyond = { $n } 次操作中有 { $exceed } 次出现超过应写入超时的回调请求；零星出现时最多占操作的 { $single }，成段出现时最多 { $spells }
report-budget-more = { $name }：这些超时加起来超过调用方愿意等待的时间
report-budget-kept = { $n ->
   *[other] { $name }：只要 { $keys } 仍保持现在的超时，调用方就可能在调用结束之前放弃
}
report-and = { " 和 " }
report-head-calls = 次数
report-head-needs = 需要
report-head-write = 写入
report-head-takes = 占用
report-own-part = 服务器自身部分（p99）
report-at-worst = 合计，最坏情况
report-caller-waits = 调用方等待
report-too-much = 超出
report-to-spare = 剩余
report-none = 无
report-now = 现为 { $takes }

# 上限。
report-limits = 上限
report-head-webhook = webhook
report-head-timeout = 超时
report-head-limit = 上限
report-head-allows = 允许
report-head-slack = 余量
report-head-binds = 起决定作用
report-binds = 是
report-more-hang = { $name }（另有 { $n } 个同时挂起）
report-limits-legend = 超时：应写入的值，否则（括号内）是误伤足够少的最小值。允许：该上限所容许的最长值。client_cap：OpenIM 自身的上限。caller_budget：调用方愿意等待的时间减去该调用的其他 webhook 和服务器所占的部分。outage_pool：挂起的 webhook 开始抢占正常回调的连接之前，按每秒 { $rate } 次操作（生产）和 { $processes } 个发送进程计算。

# 还缺什么。
report-missing = 还缺什么
report-for-medium = 达到“中”
report-for-high = 达到“高”
report-medium = 中
report-high = 高
report-of-class = { $key }（{ $class }）
report-why-not = { $keys }：{ $why }
report-reached = 已达到
report-see-below = 见下文
report-n-callbacks = { $n } 个回调请求

# 会重试的调用方。
report-callers = 会重试的调用方
report-callers-ended = 需要建群 { $creates } 次：首次成功 { $first }，之后成功 { $later }，发现已存在（1202）{ $existed }，放弃 { $gave_up }，结束时未完成 { $unfinished }
report-callers-waited = 从首次尝试到群可用（含重试）：p50 { $p50 }，p90 { $p90 }，p99 { $p99 }（没有得到群的视为慢于一切）
report-callers-no-create = 没有请求建群
report-callers-load = 重试负载：{ $creates } 次建群共 { $attempts } 次尝试，放大倍数 { $factor }
report-callers-load-peak = 重试负载：{ $creates } 次建群共 { $attempts } 次尝试，放大倍数 { $factor }；一秒内最多 { $retries } 次重试，同时有 { $arrivals } 次到达
report-twice-none = 没有重复建成的群
report-twice-some = { $n ->
   *[other] 有 { $count } 个群是在调用方已有群的情况下又建成的
}
report-twice-unknown = 没有查询是否有群被重复建成
report-twice-same = { $found }：每次尝试都使用同一个 groupID，多余的尝试会得到 1202
report-twice-new = { $found }：每次尝试使用不同的 groupID（与由 OpenIM 选择时相同）：对调用方失败的尝试可能已经建成群；请自己选定 groupID，每次尝试都使用同一个，并把 1202 视为成功

# 故障阶段。
report-outage = 故障：{ $keys } 的 { $fault }，运行的第 { $from } s 到第 { $to } s
report-outage-cut = 故障：{ $keys } 的 { $fault }，运行的第 { $from } s 到第 { $to } s；运行在其间被停止
report-outage-factor = { $fault }（平常延迟的 { $factor } 倍）
report-outage-unknown = 未知故障
report-outage-all = 全部 webhook
report-before = 之前
report-during = 期间
report-after = 之后
report-lasted = 持续
report-asked-for = 要求的调用
report-succeeded = 成功
report-failed = 失败
report-given-up = 由我们放弃
report-shed = 未发出（没有开始）
report-in-flight-kill = 被杀死时在途
report-no-end = 未结束
report-response = 响应时间 { $quantile }
report-in-flight = 在途，最多
report-connections = 到本工具的连接，最多
report-arrived = { $key } 到达
report-cut = { "  " }OpenIM 放弃
report-lost = { "  " }始终未到
report-open-calls = 在它之前发出的 { $calls } 次调用在其间或之后结束，其中 { $failed } 次失败；它们不计入任何一列。
report-open-callbacks = 在它之前发出的调用有 { $n } 个回调请求始终未到；它们不计入任何一列。
report-id-taken = { $n } 次调用得到 1202（groupID 已被占用）：是已建成群的建群请求的重试。
report-recovery-band = 每秒中位数不超过 { $median }，p90 不超过 { $p90 }，失败与之前相同
report-recovery-at-once = 恢复：立即；结束后的前三秒就在之前的范围内（{ $band }）。
report-recovery-after = 恢复：结束后 { $after } s，响应时间连续 3 s 回到之前的范围内（{ $band }）。
report-recovery-never = 恢复：本次运行内没有恢复；从未连续 3 s 处于之前的范围内（{ $band }）。
report-recovery-unknown = 恢复：未知，{ $why }。
report-made-unknown = 不知道这 { $failed } 次失败的建群是否已经建成了群。
report-made-unknown-why = 不知道这 { $failed } 次失败的建群是否已经建成了群（{ $why }）。
report-made-some = 查询的 { $asked } 次失败建群中有 { $made } 次已建成群；共失败 { $failed } 次，没有全部查询。
report-made-some-why = 查询的 { $asked } 次失败建群中有 { $made } 次已建成群；共失败 { $failed } 次，没有全部查询（{ $why }）。
report-made = { $failed } 次失败的建群中有 { $made } 次已建成群（在清理之前查询）。

# 补丁。
report-patch = 写入 webhooks.yml
report-patch-guesses = 因属猜测而未写入：{ $guesses }。`openim-bench apply --include-guess` 会一并写入。
report-patch-not-called = 本次运行从未调用它；{ $fired_by } 会触发它
report-patch-none = 无法给出超时建议：{ $why }
report-patch-guess = { $timeout } s 只是猜测：{ $why }
report-patch-cuts = 慢的回调请求零星出现时最多误伤 { $single }，成段出现时最多 { $spells }（要求：{ $asked }）；{ $n } 个回调请求，置信度 { $confidence }
report-patch-seen = { $n } 个回调请求，置信度 { $confidence }
report-patch-as-now = { $why }；与现在相同
report-patch-now = { $why }；现为 { $now }
report-patch-not-for-production = 不可用于生产。{ $basis }
report-patch-a-guess = 猜测：{ $why }
