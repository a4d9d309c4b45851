# 报告的开头几句。
lead-valid = 有效。
lead-warnings = 有效，有 { $n } 条警告（{ $codes }）。
lead-invalid = 无效（{ $codes }）：不要使用这些数字。
lead-basis-simulated = 模拟：OpenIM 是本工具的模拟器，处理时间取自 profile 的分布。没有测量你的 webhook 服务。
lead-basis-simulated-upstream = 部分模拟：OpenIM 是本工具的模拟器；回调请求由你自己的 webhook 服务应答。
lead-basis-modelled = 建模：OpenIM 是真实的，但由本工具按 profile 中的分布应答回调请求。没有测量你的 webhook 服务。
lead-basis-replay = 重放：OpenIM 是真实的；由本工具按日志中的处理时间应答回调请求。本次运行没有测量你的 webhook 服务。
lead-basis-real = 真实：由你自己的 webhook 服务应答回调请求。
lead-basis-observed = 真实：由你自己的 webhook 服务应答生产环境的回调请求，时间由其前面的代理测得（观测点 proxy）；未观测 API 调用。
lead-incurable = 首先：{ $what }任何超时都治不好这一点。
lead-insecure = 已关闭证书检查（--insecure）。
lead-closed-loop = 闭环：每个调用方都等到应答才继续，因此停顿会被低估（coordinated omission）。
lead-size-needs = { $size }的群需要 { $key } 为 { $own } s
lead-size-breaks = { $size }的群会使 { $key } 超时
lead-sizes = 但并非对所有大小的群都成立：{ $sizes }。
lead-other-errors = 发现的错误：{ $codes }（见“发现”）。

# 该做什么。
lead-do-mend = 要做：先消除使本次运行无效的原因，再运行一次；本次不给出任何建议。
lead-do-killed = 要做：再运行一次；本次运行在能够评判任何超时之前就被杀死。
lead-do-nothing-called = 本次负载中没有任何 webhook 回调：没有可建议的超时。
lead-do-nothing-passed = 没有群组回调请求经过：无法推荐超时。
lead-do-none = 要做：本次运行不能给出任何超时建议。
lead-do-none-for = 要做：本次运行不能给出任何超时建议（{ $key }：{ $raise }）。
lead-do-write = 要做：写入 { $wanted }。
lead-do-write-some = 要做：写入 { $wanted }；{ $keys } 无法给出建议（见下文）。
lead-guess = 猜测
lead-as-now = 与现在相同
lead-now = 现为 { $present }
lead-noted = { $setting }（{ $notes }）

# 表格用词。
lead-confidence-high = 高
lead-confidence-medium = 中
lead-confidence-low = 低
lead-confidence-refused = 拒绝给出
lead-confidence-not-measured = 未测量
