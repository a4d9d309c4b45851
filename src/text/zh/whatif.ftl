# `whatif` 的提问，以及回答的依据。
whatif-title = 假设分析：运行 { $run }
whatif-setting = 每秒 { $rate } 次到达（{ $from }），{ $processes } 个 group 进程，OpenIM { $version }。误伤按 { $measured } 的测量时间统计；依据：{ $basis }。
whatif-rate-asked = 指定的到达率
whatif-rate-production = 该运行的生产到达率
whatif-warnings = 该运行有警告，见其报告。
whatif-typical = 故障过程按 OpenIM 的规则和该运行的平均时间推演，假定到达间隔均匀，得到的是典型过程。
whatif-basis = { $name ->
    [simulated] 模拟
    [modelled] 模型
    [replay] 日志重放
    [real] 真实
   *[other] { $name }
}
whatif-from = { $name ->
    [asked] 指定
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
# webhook 服务器健康时：误伤。
whatif-healthy = webhook 服务器健康时
whatif-col-webhook = webhook
whatif-col-timeout = 超时
whatif-col-from = 来源
whatif-col-slower = 慢于超时
whatif-col-seen = 实测
whatif-col-at-most = 上界（零星）
whatif-col-in-spells = 上界（慢段）
whatif-col-vantage = 观测点
whatif-slower = { $slower } / { $all }
whatif-cut = { $key }：测量期间有回调请求被 OpenIM 在 { $present } s 时截断，或从未到达。它们本来要耗时多久不得而知，一律按慢于 { $timeout } s 计。要了解更多，请用 15 s 的超时测量。
whatif-failed-per-hour = 因健康的回调请求被截断而失败的调用，每小时：实测 { $seen } 次（{ $all } 次中有 { $slower } 次慢于超时）；慢请求零星（逐个）出现时最多 { $single } 次，成段出现时最多 { $spells } 次（95 % 上界）。
whatif-budget-fits = { $operation } 的调用方时限为 { $budget } s：{ $terms } + 服务器自身 { $own } s（p99）= { $sum } s，在时限之内。
whatif-budget-breached = { $operation } 的调用方时限为 { $budget } s：{ $terms } + 服务器自身 { $own } s（p99）= { $sum } s，超出时限：调用方会先放弃，而群仍可能被创建。
# 连接。
whatif-connections = 连接
whatif-col-a-second = 每秒
whatif-col-mean = 平均时间
whatif-col-held = 平均占用
whatif-col-held-p999 = 占用 p99.9
whatif-col-in-a-hang = 挂起时需要
# 一个 webhook 挂起。
whatif-hang = 一个 webhook 挂起 { $time }
whatif-col-full-after = 占满用时
whatif-col-failed = 失败
whatif-col-a-minute = 每分钟
whatif-col-lost = 丢失
whatif-col-longest = 最长响应
whatif-col-felt = 影响持续
whatif-never = 不发生
whatif-over-a-minute = 超过 60 s
whatif-outage = { $key }（超时 { $timeout } s）：{ $course }。
whatif-pool-full = { $time } 后全部 { $all } 个连接被占满，此后健康的回调请求要排在得不到应答的请求之后
whatif-pool-may-fill = { $all } 个连接平均够用，但到达随机时会有不够的时刻（每个进程的 λT + 3√(λT) 超过 98）
whatif-pool-suffices = { $all } 个连接够用
whatif-calls-fail = { $failed } 次调用失败
whatif-calls-fail-or-wait = { $failed } 次调用失败，{ $waited } 次等到空闲连接后成功
whatif-queue-full = 后置回调队列在 { $time } 后占满；此后调用最多停顿 { $stall }，然后事件被静默丢弃（{ $stalled } 次停顿，丢失 { $lost } 个事件）
whatif-queue-suffices = 后置回调队列不会占满
whatif-no-call-fails = 没有调用因此失败
whatif-only-unconnected-fail = 除拿不到连接的以外，没有调用因此失败
whatif-felt = 故障结束后影响仍持续 { $time }
whatif-felt-longer = 故障结束一分钟后仍有影响
# 演练：预测与实测。
whatif-rehearsal = 在模拟器中演练
whatif-rehearsal-setting = 每秒 { $rate } 次到达，间隔均匀，{ $processes } 个 group 进程，超时：{ $timeouts }。预测由 what-if 根据健康的运行 { $healthy } 得出；依据：模拟。偏差不超过 { $tolerance }（或 0.3 s，或 3 次调用）即为预测成立。
whatif-rehearsal-invalid = { $outage }：该运行无效，不据此下结论：{ $why }
whatif-col-what = 项目
whatif-col-predicted = 预测
whatif-col-observed = 实测
whatif-col-prediction = 预测是否成立
whatif-held = 成立
whatif-not-held = 不成立
whatif-all-held = 所有预测都成立。
whatif-judged-held = 凡能判断的预测都成立。
whatif-some-missed = 并非所有预测都成立：{ $outages }。
whatif-exhausted-after = 连接耗尽用时
whatif-queue-full-after = 后置回调队列占满用时
whatif-failed-calls = 失败的调用
whatif-lost-after = 丢失的后置回调
whatif-felt-after-end = 结束后影响持续
whatif-fault-hang = 挂起
whatif-fault-reset = 连接重置
whatif-fault-close = 连接关闭
whatif-fault-status-json = 带 JSON 的 500
whatif-fault-status-html = 带 HTML 的 500
whatif-fault-slow-body = 响应体缓慢
whatif-fault-refuse = 拒绝连接
whatif-fault-slow = 处理程序变慢
whatif-fault-of-all = 所有 webhook：{ $fault }，{ $time } s
whatif-fault-of-one = { $key }：{ $fault }，{ $time } s
whatif-fault-of-before = 前置 webhook：{ $fault }，{ $time } s
whatif-rehearsing = 演练：{ $keys } { $fault }，持续 { $time } s
