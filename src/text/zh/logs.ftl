# A pattern for access logs
logs-pattern-regex = 该模式不是正则表达式：{ $why }
logs-pattern-group = 该模式缺少命名组 `{ $name }`：需要 (?P<time>…)、(?P<path>…) 和 (?P<seconds>…)，后者也可以用 ms 或 us 代替。

# Reading
logs-open = 无法读取日志文件 { $file }。
logs-broken-off = { $file } 不完整；断点之前的内容已读取。
logs-since = `{ $text }` 既不是 2026-11-24 04:11 这样的时间，也不是 2h 这样的时长。
logs-reading = 正在跟踪 { $file }；按 Ctrl-C 输出汇总。
logs-stopping = 正在停止，随后输出汇总。
logs-reader = 读取文件的线程没有给出结果就结束了。
logs-follow-gz = --follow 无法跟踪 { $file }：它是压缩文件。

# The first sentences
logs-lead = { $name }：超时设为 { $timeout }（置信度{ $confidence }）。{ $n } 次计时的调用中有 { $exceed } 次更慢。
logs-lead-none = 从这份日志得不出可推荐的超时。
logs-high = 高
logs-medium = 中
logs-low = 低
logs-read = { $lines } 行中有 { $records } 条记录（{ $foreign } 行不属于 OpenIM），日志时间从 { $from } 到 { $until }。
logs-read-nothing = { $lines } 行中没有 OpenIM 的记录（{ $foreign } 行不属于 OpenIM）。

# Headings
logs-notes = 须知
logs-calls = 回调请求
logs-timeouts = 超时
logs-failures = 失败原因
logs-rate = 随时间的变化
logs-foreign = 不属于 OpenIM 的前几行

# Columns
logs-column-webhook = 回调
logs-column-calls = 调用
logs-column-answered = 已应答
logs-column-failed = 失败
logs-column-lost = 下落不明
logs-column-running = 进行中
logs-column-slowest = 最慢
logs-column-present = 当前
logs-column-spells = 按慢段
logs-column-slower = 更慢
logs-column-of = 总数
logs-column-vantage = 观测点
logs-column-confidence = 置信度
logs-column-cause = 原因
logs-column-count = 操作数
logs-column-from = 起始
logs-column-rate = 调用速率
logs-operations = { $answered ->
    [one] 共应答 1 次群组调用，用时 { $slowest }；{ $broken } 次超过调用方时限 { $budget }。
   *[other] 共应答 { $answered } 次群组调用，最慢的用时 { $slowest }；{ $broken } 次超过调用方时限 { $budget }。
}

# What a log does not say
logs-note-vantage = 时间取自 OpenIM 自己的日志（观测点 log），精确到毫秒，包含等待连接的时间。负载和处理程序未受控制，也没有比较前后两半，因此置信度最高为中。连接被拒绝或无法到达的调用不参与超时的计算：任何超时都帮不了它们。
logs-note-after = 后置回调失败、被拒绝或遇到队列已满时，OpenIM 不写第二行；因队列已满而被丢弃的则一行也没有：这些数字无法反映全部丢失。
logs-note-after-lost = { $calls } 次后置回调中有 { $n } 次没有第二行：失败、被拒绝还是被丢弃，OpenIM 不记录。它们按慢于任何超时计算。因队列已满而被丢弃的则一行也没有。
logs-note-nothing = 这里没有 OpenIM 的记录。OpenIM 把 `openim-service-log.DATE`（单进程版为 `openim-server.DATE`）写入 config/log.yml 中的 `storageLocation`；设置 `isStdout: true` 时也写到标准输出。
logs-note-level = 没有 `webhook` 行，因为日志级别低于 4：只能读出失败、失败原因及其频率。请在 config/log.yml 中写入 `remainLogLevel: 4`（openim-docker：.env 中的 `LOG_LEVEL=4`）并重启。
logs-note-no-webhook = 虽然记录了 INFO，却没有 `webhook` 行：没有调用过 webhook，或者这不是 openim-rpc-group 的日志。
logs-note-budget = { $answered } 次群组调用中有 { $n } 次超过 { $budget }，最慢的用时 { $slowest }：调用方此时已经放弃，而 OpenIM 仍在继续。3.8.3 及更早版本在请求到达时不写日志，实际时间还要稍长一些。
logs-note-sum = 创建群组时依次调用的各 webhook 的超时合计 { $sum } s，超出调用方时限 { $budget }。
logs-note-hidden = v3.8.3 及其 patch 2 的错误信息不含原因。用时恰好等于超时的失败按超时计算，其余仍记为 webhook_cause_hidden（拒绝连接、连接重置、域名不存在等）。
logs-note-access = 访问日志记录的是 webhook 服务器自身的用时（观测点 access）：不含建立连接、等待连接以及代理增加的时间。它是下界，因此置信度最高为低；从未到达的调用也不在其中。级别为 4 的 OpenIM 日志能说明更多。
logs-note-access-none = 没有路径以 callbackBeforeCreateGroupCommand 这样的命令结尾：这是 webhook 服务器的日志吗？
logs-note-back = 有 { $n } 条记录比先前读到的记录早 5 s 以上：文件是否按时间顺序给出，并且来自同一个时钟？
logs-note-headless = 有 { $n } 个应答所属的调用早于这份日志。
logs-note-evicted = 由于同时进行的调用过多，放弃了 { $n } 次调用。
logs-note-cut = { $command }：当前的超时 { $timeout } s 截断了调用，更长的超时会怎样，这份日志里没有。请在测量期间调大它，然后重新读取。
logs-note-few = { $command }：还需要 { $n } 次调用且都不慢，才能证明被截断的不超过 { $share }。
