# `whatif` 的提问，以及回答的依据。
whatif-title = 假设分析：运行 { $run }
whatif-setting = 每秒 { $rate } 次到达（{ $from }），{ $processes } 个 group 进程，OpenIM { $version }。误伤按 { $measured } 的测量时间统计；依据：{ $basis }。
whatif-rate-asked = 按所问
whatif-rate-production = 该运行的生产到达率
whatif-warnings = 该运行有警告：见其报告。
whatif-typical = 故障按 OpenIM 的规则和该运行的平均时间推演，到达间隔均匀：即典型过程。
whatif-basis = { $name ->
    [simulated] 模拟
    [modelled] 模型
    [replay] 日志重放
    [real] 真实
   *[other] { $name }
}
whatif-from = { $name ->
    [asked] 所问
    [present] 当前配置
    [recommended] 建议值
    [shipped] OpenIM 自带
   *[other] { $name }
}
whatif-vantage = { $name ->
    [log] OpenIM 日志
    [bracket] 区间估计
    [receiver] 接收端
    [proxy] 代理
    [access] 访问日志
    [client] 调用方
    [sim] 模拟器
   *[other] { $name }
}
# webhook 服务器正常时：误伤。
whatif-healthy = webhook 服务器正常时
whatif-col-webhook = webhook
whatif-col-timeout = 超时
whatif-col-from = 来源
whatif-col-slower = 更慢
whatif-col-seen = 实测
whatif-col-at-most = 最多
whatif-col-in-spells = 按慢段
whatif-col-vantage = 观测点
whatif-slower = { $slower } / { $all }
whatif-cut = { $key }：测量期间 OpenIM 在 { $present } s 时截断了回调请求，或回调请求从未到达。它们本来要用多久无从得知，一律算作慢于 { $timeout } s。要了解更多，请把超时设为 15 s 再测量。
whatif-failed-per-hour = 正常的回调请求被截断而导致的每小时失败调用：实测 { $seen }（{ $all } 次中的 { $slower } 次），最多 { $single }（95 %，慢的零星出现），最多 { $spells }（95 %，慢的成段出现）。
whatif-budget-fits = { $operation } 的调用方时限：{ $budget } s；{ $terms } + 自身部分 { $own } s（p99）= { $sum } s，在时限之内。
whatif-budget-breached = { $operation } 的调用方时限：{ $budget } s；{ $terms } + 自身部分 { $own } s（p99）= { $sum } s，超出时限：调用方会先放弃，而群仍可能被创建。
# 连接。
whatif-connections = 连接
whatif-col-a-second = 每秒
whatif-col-mean = 平均时间
whatif-col-held = 占用
whatif-col-held-p999 = 占用 p99.9
whatif-col-in-a-hang = 挂起时需要
# 一个 webhook 挂起。
whatif-hang = 一个 webhook 挂起 { $time }
whatif-col-full-after = 多久后占满
whatif-col-failed = 失败
whatif-col-a-minute = 每分钟
whatif-col-lost = 丢失
whatif-col-longest = 最长
whatif-col-felt = 余波
whatif-never = 从不
whatif-over-a-minute = 超过 60 s
whatif-outage = { $key } 为 { $timeout } s 时：{ $course }。
whatif-pool-full = 全部 { $all } 个连接在 { $time } 后被占满，此后正常的回调请求排在无应答的之后等待
whatif-pool-may-fill = { $all } 个连接平均够用，但到达随机时并非时刻够用（每个进程的 λT + 3√(λT) 超过 98）
whatif-pool-suffices = { $all } 个连接够用
whatif-calls-fail = { $failed } 次调用失败
whatif-calls-fail-or-wait = { $failed } 次调用失败，{ $waited } 次等到连接后成功
whatif-queue-full = 后置回调队列在 { $time } 后占满；此后调用最多停顿 { $stall }，随后其事件无声丢失（{ $stalled } 次停顿，{ $lost } 个丢失）
whatif-queue-suffices = 后置回调队列从不占满
whatif-no-call-fails = 没有调用因此失败
whatif-only-unconnected-fail = 除得不到连接的以外，没有调用因此失败
whatif-felt = 结束后余波持续 { $time }
whatif-felt-longer = 结束一分钟后仍有余波
