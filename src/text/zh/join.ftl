# Nothing of the run in the log
join-no-records = 日志没有合并，记录保持不变：读到的 { $lines } 行中没有一行是 OpenIM 的日志。文件对吗？OpenIM 在其 group 进程所在主机上写 openim-service-log.日期（standalone main：openim-server.日期）；在容器里，这些行在标准输出上。
join-nothing = 日志没有合并，记录保持不变：读到 { $records } 条 OpenIM 日志，没有一条与本次运行的 webhook 有关。常见原因：日志级别是 3（openim-docker 的默认值），而 `webhook` 行需要 remainLogLevel 为 4 或更高（openim-docker 中是 .env 的 LOG_LEVEL）；group 进程在另一台主机上；文件属于另一天或另一次运行；webhook 没有启用。
join-level = 日志没有合并，记录保持不变：其中有本次运行的操作的 { $failures } 条失败，却没有 `webhook` 行，说明日志级别是 3。请把 remainLogLevel 设为 4 或更高（openim-docker：.env 的 LOG_LEVEL），重启后再运行一次。

# What was found
join-done = 已合并 OpenIM 日志：{ $lines } 行中有本次运行 { $keys } 个 webhook 的 { $found } 次调用；{ $place }
join-placed = 日志时钟按记录中的 { $by } 个操作对准，其本地时间比 UTC 快 { $zone }。
join-placed-first = 记录没有操作日志，日志时钟按负载的第一个回调请求对准，其本地时间比 UTC 快 { $zone }。

# Reading
join-not-joined = 日志没有合并：{ $why }
join-gz = 运行时的 --openim-log 不能是压缩文件：{ $file }。
