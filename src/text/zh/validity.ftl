# 运行是如何结束的。
validity-nothing-measured = 运行在测量开始之前就结束了。
validity-nothing-measured-next = 请重新运行，并让它跑完预热阶段（load.warmup）。
validity-partial = 运行被强行终止：记录中有 { $seconds } s 的测量数据，最后一秒可能缺失。当时有 { $calls } 个调用在途，它们的结局未知。
validity-interrupted = 运行在测量 { $seconds } s 后被外部停止。
validity-aborted = 运行自行中止：{ $why }。
validity-aborted-next = 先排除故障，再重新运行；中止的界限是 limits.abort_failures。
validity-incomplete = 记录不完整。
validity-as-far-as-it-goes-next = 这些数据只能用于其覆盖的范围，否则请重新运行。
validity-closed-loop = 闭环：每个调用方要等到应答才发出下一个调用，因此一次停顿会掩盖本来会遇上它的那些调用（coordinated omission，协同遗漏）。
validity-closed-loop-next = 测量延迟和超时请使用 load.loop = "open"。

# 实际施加的负载。
validity-shed = 因达到本工具的上限，有 { $count } 个到达未发出。
validity-shed-next = 调高 limits.in_flight（或 limits.groups），或降低 load.rate。
validity-late = { $share } 的到达晚于 100 ms 才发出或根本没有发出（上限 1 %）。
validity-late-next = 降低 load.rate，或换一台处理器更空闲的机器运行。
validity-late-for-a-time = 从第 { $from } 秒起的 { $length } s 内，{ $share } 的到达晚于 100 ms 才发出或根本没有发出（上限 5 %）。
validity-late-for-a-time-next = 查明机器当时还在做什么，或降低 load.rate。
validity-lost-events = 服务器与收集器之间丢失了 { $count } 个事件：计数和时间都不完整。
validity-channel-full = 事件通道有时占用达 { $percent } %；没有丢失任何事件。
validity-accounting = 发出了 { $released } 个调用，却只有 { $accounted } 个有结局：记录的数目对不上。
validity-accounting-next = 请附上记录报告此问题。

# 本工具自身的延迟。
validity-own-lateness-changes = 本工具自身最多晚了 { $lag } ms（自身延迟的 p99.9），这可能改变结论：{ $changes }。
validity-own-lateness-changes-nothing = 本工具自身最多晚了 { $lag } ms（自身延迟的 p99.9）；把所有时间都缩短或延长这么多，每个超时和目标的结论都不变。
validity-own-lateness-next = 换一台处理器更空闲的机器运行，或降低 load.rate。
validity-own-lateness-observed-next = 请把代理放到处理器更空闲的机器上。
validity-own-lateness-dispatch = 发出延迟 p99.9：{ $lag } ms
validity-own-lateness-receiver = 本工具的回调服务器，p99.9 超出其中位数：{ $lag } ms
validity-busy-machine = 机器繁忙：处理器时间平均空闲 { $idle } %，本工具占用 { $own } %；{ $low } % 的秒数中空闲不到十分之一。
validity-own-lateness-unknown = 序列 dispatch.lag 为空：本工具自身的延迟未知。
validity-own-lateness-unknown-next = 请把 intervals.hlog 与记录放在一起保存。

# 使用 --strict 时。
validity-strict-unknown = --strict：记录中没有本工具自身的延迟，因此无法认定它在限度之内。
validity-strict-dispatch = --strict：发出延迟的 p99 为 { $lag } ms；允许的上限是 1 ms 且不超过服务时间中位数的 5 %，此处为 { $limit } ms。
validity-strict-receiver = --strict：本工具自身排队的 p99 为 { $lag } ms；允许 1 ms。
validity-strict-next = 换一台更安静的机器运行，或去掉 --strict。

# 除本次运行的回调请求之外还看到了什么。
validity-strangers = { $count } 个回调请求所属的操作不是本次运行发出的；已立即应答或转发。
validity-strangers-next = 同时有其他人在使用此部署：请在没有他人使用时测量，或在解读结果时把这一点考虑进去。
validity-duplicates = { $count } 个回调请求对同一操作重复到来，原因不明。
validity-duplicates-next = 检查是否有代理在重发请求，或是否有第二个 OpenIM 使用同一个 webhook URL。
validity-missing = { $count } 个应到的回调请求始终没有到来（见各项发现）。
validity-missing-next = 请看发现 callback_missing。
validity-bad-requests = 发往本工具监听端口的 { $count } 个请求无法读取或被拒绝。
validity-bad-requests-next = 检查是否有健康检查或扫描器在访问 webhook.listen。
validity-clock-jump = 系统时钟跳变了 { $seconds } s；本工具的时间取自单调时钟，不受影响。
validity-clock-jump-next = 若要按系统时间把 OpenIM 的日志与本记录对照，务必先考虑这次跳变。
validity-unreadable-lines = 记录中有 { $count } 行无法读取。
validity-unreadable-lines-next = 检查文件是否完整复制。

# 测量期间运行是否保持平稳。
validity-not-stationary = { $key } 在运行期间发生了变化（不平稳）：p90 在前半段约为 { $first } ms，在后半段约为 { $second } ms；分别有 { $first_share } 和 { $second_share } 的回调请求耗时超过超时。
validity-not-stationary-next = 延长测量时间，用更长的 load.warmup 和恒定的速率；并查明发生了什么变化。
