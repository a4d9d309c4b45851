# 有多可信。
recommendation-refused = 拒绝给出：{ $why }
recommendation-refused-raise = 先消除上述原因，再重新测量。
recommendation-refused-invalid = 本次运行无效，其数据不可使用。
recommendation-refused-closed-loop = 闭环在服务器停顿时只是等待，恰好漏掉最关键的回调请求；请使用 load.loop = "open"。
recommendation-refused-reentrant = 有调用因重入饥饿而失败，任何超时都无法解决；见相应的发现。
recommendation-collides = 拒绝给出，没有超时能同时满足以下全部条件：{ $why }
recommendation-collides-raise = 先采用其中一种解决办法，再重新测量。
recommendation-unmeasured-killed = 未测量：运行尚未达到足够时长就被终止；慢的回调请求要在其调用之后 { $hold } s 才写入记录。
recommendation-unmeasured-killed-raise = 让它运行到结束。
recommendation-unmeasured-silent = 未测量：负载会触发它，但一个回调请求也没有收到。
recommendation-unmeasured-silent-raise = 请查看各项发现以及 preflight 的检查结果。
recommendation-unmeasured-not-fired = 未测量：本次负载不触发它；能触发它的是 { $fired_by }。
recommendation-unmeasured-not-fired-raise = 用能触发它的 { $fired_by } 进行测量。
recommendation-unmeasured-watched = 未测量：没有该 webhook 的回调请求经过代理。
recommendation-unmeasured-watched-raise = 观测更久，或在它会被调用的时段观测。
recommendation-high = 高：健康的回调请求中最多有 { $share } 被截断（95 % 把握），即使慢请求成段出现（一次停顿、一次重启）、每个慢段平均 { $spell } s 也成立。
recommendation-medium-receiver = 中：各上界成立，但时间是在接收端测得的；连接到达之前在 OpenIM 内部经过的时间看不到。
recommendation-medium-proxy = 中：上界成立，但时间由 webhook 服务器前面的代理测得；看不到连接到达之前 OpenIM 内部的耗时。
recommendation-medium-short = 中：各上界成立，但运行太短，无法比较前半段与后半段。
recommendation-medium = 中：只要慢请求是零星（逐个）出现的，健康的回调请求中最多有 { $share } 被截断（95 % 把握）。恰好没有落在这 { $seconds } s 之内的停顿，本次运行不能排除：若有 { $spell } s 的慢段，这一比例可能高达 { $bound }。
recommendation-low-guess = 低，{ $guess } s 只是猜测：{ $reasons }。
recommendation-low = 低，只是猜测：{ $reasons }。

# 为何低：分句。
recommendation-low-few = 回调请求太少；还需 { $n } 个且其中没有慢的，才能证明最多有 { $share } 被截断
recommendation-low-none = 15 s 以内没有任何超时被证明只截断 { $share }
recommendation-low-time = 测量时间太短，无法按 recommend.confidence = "high" 的要求排除慢段
recommendation-low-clustered = 慢的回调请求成段出现，而按个数得出的结论只在它们逐个出现时才成立
recommendation-low-halves = 运行的后半段与前半段不同
recommendation-low-bracket = OpenIM 等待了多久，所知不够准确（区间的两端要求不同的超时）

# 如何提高。
recommendation-raise-log = OpenIM 自己的日志（remainLogLevel 为 4 或更高）记有准确时间：用 `run --openim-log FILE`，或事后用 `report RESULT --openim-log FILE` 合并。
recommendation-raise-change = 查明运行期间发生了什么变化，延长预热之后再测量更长时间。
recommendation-raise-callbacks = 至少还需 { $n } 个回调请求，按此速率还要 { $minutes }。
recommendation-raise-minutes = 至少还需测量 { $minutes }，提高每秒回调请求数没有用；{ $spell } s 的慢段只能靠时间来排除。
recommendation-raise-longer = 运行更长时间，或使用不会成段变慢的处理程序。
recommendation-under-a-minute = 不到 1 分钟

# 它是怎么得出的。
recommendation-why-row = T = { $timeout } s：{ $n } 个回调请求中有 { $exceed } 个耗时更长。它所截断的健康回调请求的比例，在慢请求逐个出现时最多为 { $single }，成段出现时最多为 { $spells }（95 % 上界；要求：{ $share }）。
recommendation-why-lower = 仅从 { $n } 个回调请求来看，最多截断 { $share } 的最小超时是 { $lower } s。
recommendation-why-none = { $seconds } s 内的 { $n } 个回调请求不足以证明 15 s 以内有任何超时最多只截断 { $share } 的健康请求。
recommendation-why-no-margin = recommend.margin 要求在所需的 { $lower } s 之上再加 { $margin } s；上限没有留下余地。
recommendation-why-some-margin = 其中 { $added } s 是余量；上限容不下 recommend.margin 的 { $margin } s。
recommendation-why-margin = 其中 { $added } s 是余量（recommend.margin）。
recommendation-why-set-up = 起决定作用的是建立连接：{ $fresh } % 的回调请求走新连接，而建连时每丢一个包（按单向丢包率 { $taken } 计，recommend.packet_loss）就占去超时中的 1 s。
recommendation-why-set-up-below = 起决定作用的是建立连接：{ $fresh } % 的回调请求走新连接，而建连时每丢一个包（按单向丢包率 { $taken } 计，recommend.packet_loss）就占去超时中的 1 s；丢包率低于 { $loss } 时只需 { $timeout } s。
recommendation-why-set-up-from = 从单向丢包率 { $loss } 起，建立连接就起决定作用（现按 { $taken } 计，recommend.packet_loss）：届时超时须为 { $timeout } s。
recommendation-why-set-up-never = 从单向丢包率 { $loss } 起，建立连接就起决定作用（现按 { $taken } 计，recommend.packet_loss）：届时不再能证明任何超时可行。
recommendation-why-quantile-unknown = p99.9 的上界不得而知：{ $n } 个回调请求中有太多从未结束，或从未开始。
recommendation-why-quantile = 95 % 把握：p99.9 最多为 { $time }（{ $n } 个回调请求的顺序统计量）。
recommendation-why-quantile-slowest = 请谨慎看待：这就是最慢的那一个；达到 { $steady } 个回调请求后，它才不那么取决于个别请求。
recommendation-why-quantile-rank = 请谨慎看待：这是第 { $rank } 慢的那一个；达到 { $steady } 个回调请求后，它才不那么取决于个别请求。
recommendation-why-bracket-agrees = OpenIM 实际等待的时间介于“处理时间加建立连接”与“前一事件到后一事件的时间”之间（即区间）：两端的要求相同，{ $upper }。
recommendation-why-bracket-differs = OpenIM 实际等待的时间只知道在一个区间之内：其上端要求 { $upper }，处理时间加建立连接要求 { $near }。以上端为准；OpenIM 的日志可以给出答案。
recommendation-why-crowded = 有 { $n } 个回调请求可能等待过 OpenIM 的 100 个连接之一，接收端看不到这一点；对这些请求，两端都按较长的时间计。
recommendation-why-rate = 为了尽快收集回调请求，本次运行以每秒 { $achieved } 次驱动；上限与每日失败数则按生产环境的每秒 { $production } 次计算（recommend.production_rate）。
recommendation-why-cut = 有 { $cut } 个回调请求被当前的 { $present } s 超时截断，一律按慢于一切计：更长的超时会有什么效果，这里看不到。用 15 s 测量即可看到。
recommendation-why-missing = 有 { $n } 个回调请求直到其操作失败也没有到来，一律按慢于一切计。
recommendation-why-killed = 运行被终止，最后 { $hold } s 的慢回调请求没有写入记录：超时依据此前的 { $seconds } s 判断。
recommendation-why-log = OpenIM 自己的日志给出了 { $of } 个被测回调请求中 { $found } 个的准确时间；以这些时间为准。
recommendation-why-log-few = 合并的日志只给出了 { $of } 个被测回调请求中 { $found } 个的时间，不足以作为依据（需要 99 %），因此以本工具自己的时间为准。
recommendation-no-timeout = 无

# 故障时的后置队列。
recommendation-queue-keeps-up = 如果这个后置回调的服务器挂起，每个事件耗去 { $timeout } s，OpenIM 的 { $workers } 个工作协程每秒发送 { $drain } 个，而每秒到达 { $rate } 个：来得及发送，不会有事件因队列满而丢失。
recommendation-queue-fills = 如果这个后置回调的服务器挂起，每个事件耗去 { $timeout } s，OpenIM 的 { $workers } 个工作协程每秒发送 { $drain } 个，而每秒到达 { $rate } 个：容量为 { $queue } 的队列在 { $full } s 后就满；此后每个操作最多多耗 { $push } s，且其事件丢失。

# 工具自身的延迟可能改变什么：分句。
recommendation-change-timeout = { $key } 的超时可能是 { $moved } 而不是 { $now }
recommendation-change-high = { $key } 的 t_high_s 可能是 { $moved } 而不是 { $now }
recommendation-change-fast = 快的回调请求可能实际耗时数秒，反之亦然
recommendation-change-objective = 对 { $name } 的判定可能不同

# 按群的规模。
recommendation-size-small = 1 至 10 人
recommendation-size-medium = 11 至 100 人
recommendation-size-large = 101 至 1,000 人
recommendation-size-huge = 超过 1,000 人
recommendation-size-whole = 统一推荐的 { $timeout } s
recommendation-size-slower = 其 { $n } 个回调请求中有 { $exceed } 个耗时超过 { $timeout } s 或被截断
recommendation-size-clustered = { $size }的群：{ $whole } 最多截断其中的 { $share }，这一结论只在慢请求逐个出现时才成立，而它们是成段出现的。
recommendation-size-breaks = { $size }的群需要 { $own } s：{ $slower }，超过了所要求的 { $share }；{ $whole } 掩盖了这一点。
recommendation-size-breaks-all = { $size }的群，{ $whole } 不够：{ $slower }，超过了所要求的 { $share }；{ $cap } s 以内没有任何超时被证明对其足够。
recommendation-size-open = { $size }的群：尚未证明 { $whole } 最多只截断其中的 { $share }（{ $slower }）；从 { $own } s 起才得到证明。
recommendation-size-few = { $size }的群：回调请求太少（{ $n } 个），无法判断 { $whole } 会截断多少。
recommendation-size-few-needed = { $size }的群：回调请求太少（{ $n } 个），无法判断 { $whole } 会截断多少；还需 { $more } 个，按此速率要 { $minutes }。

# 尾部说明了什么。
recommendation-tail-advice = 来自尾部的建议（不用于选择超时）：将有 { $share } 的回调请求耗时超过 { $quantile } s（95 % 区间 { $low } 至 { $high } s），这要求{ $timeout }。由高于 { $threshold } s 的 { $n } 个回调请求拟合，它们属于 { $spells } 个慢段（广义帕累托分布，ξ = { $shape }，拟合优度 p = { $fit }）。
recommendation-tail-timeout = 超时为 { $timeout } s，不小于所见的最长时间
recommendation-tail-beyond = 超过 OpenIM 的 { $cap } s
recommendation-tail-none = 尾部给不出建议：{ $why }。

# 尾部为何给不出建议：分句。
recommendation-tail-nothing-measured = 什么也没有测到
recommendation-tail-too-few = 有 { $exceedances } 个回调请求耗时超过 { $from } s；需要 { $fewest } 个
recommendation-tail-too-few-callbacks = { $n } 个回调请求中最慢的十分之一少于所需的 { $fewest } 个
recommendation-tail-too-few-spells = { $exceedances } 个慢的回调请求只属于 { $spells } 个慢段；需要 { $fewest } 个
recommendation-tail-not-needed = 耗时超过 { $from } s 的比例本就低于所要求的，没有什么需要外推
recommendation-tail-too-far = 对这么小的比例，{ $n } 个回调请求太少：至少需要 { $needed } 个
recommendation-tail-mostly-cut = { $exceedances } 个慢的回调请求中有 { $cut } 个被截断，大部分尾部因此没有看到；请用 15 s 测量
recommendation-tail-abrupt = 慢的时间在 { $largest } s 附近突然中止，而不是逐渐稀少，这不是可以外推的尾部
recommendation-tail-rejected = 慢的时间在任何阈值之上都不像帕累托尾部（p 最高为 { $fit }）
recommendation-tail-heavy = 尾部太重，无法外推（ξ = { $shape }，大于 { $heaviest }）
recommendation-tail-unbounded = 慢的回调请求使这一数值的不确定范围超过 1,000 倍
