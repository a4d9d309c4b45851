# What was watched.
observed-from = 由 { $upstream } 前面的代理测得：从 OpenIM 建立连接（复用连接则从收到请求）到应答的最后一个字节，已扣除代理自身增加的时间
observed-from-kept = 由 { $upstream } 前面的代理测得（保留原 Host）：从 OpenIM 建立连接（复用连接则从收到请求）到应答的最后一个字节，已扣除代理自身增加的时间
observed-span = 自 { $started } 起观测 { $seconds } s
observed-added = 代理给每个回调请求增加的时间：p50 { $p50 }，p99 { $p99 }，最多 { $max }；下面的时间均已扣除
observed-insecure = 未校验上游的证书（--upstream-insecure）
observed-faults = 曾注入故障，被故障命中的回调请求不计入：{ $faults }
observed-others = 同样转发、但不属于群组回调的请求：{ $n }（{ $named }）
observed-col-counted = 计入
observed-col-rate = 速率
observed-col-aborted = OpenIM 放弃
observed-col-failed = 无应答
observed-col-statuses = 状态码
observed-col-sizes = 最大
observed-legend = 计入：上游已应答，或上游处理时 OpenIM 已放弃（视为比任何值都慢）。无应答：被上游拒绝、重置或以其他方式中断；改变超时也无济于事，因此不计入。最大：请求 / 应答。
observed-cannot = 从这里无法得知
observed-cannot-calls = API 调用：有多少次、耗时多久、哪些失败，以及哪些回调请求属于同一次调用
observed-cannot-way = 连接到达之前 OpenIM 内部的耗时：等待 100 条连接之一、DNS、握手丢包（误伤上界中已加入其下限）
observed-cannot-after = OpenIM 因队列已满而丢弃的后置回调：它们根本没有发出
observed-cannot-own = 操作中 OpenIM 自身的耗时：因此调用方时限只按回调请求判断
# The report.
observed-run = 转发的生产环境回调请求；按 { $n } 个发送 webhook 的进程计算
observed-lateness = 自身的延迟：代理监听端超出其中位数的部分 p99 { $receiver }，p99.9 { $receiver_high }
observed-limits-legend = 每个上限给超时留出的余地。各 webhook 的速率取观测值；操作中 OpenIM 自身的耗时未知，按 0 计（{ $processes } 个发送进程）。
observed-now-unknown = 当前 ?：未知；请给出 --yml 或 --timeout。
observed-method = 没有发起任何调用：生产环境中 OpenIM 发出的回调请求被转发给 webhook 服务器，并在途中计时。每个时间都已扣除代理自身增加的部分。
observed-time = 时间由代理测得（观测点 proxy）：从接受连接或收到请求到应答，扣除代理增加的部分（p99 { $p99 }）；有 { $aborted } 个回调请求（{ $share }）被 OpenIM 放弃，视为比任何值都慢。
observed-no-whatif = 其中只观测了回调请求，无法得知有多少次操作；请使用 `openim-bench run` 的记录
observed-no-compare = { $run } 是代理观测到的生产回调：没有可以重复的负载，因此无法比较；请比较 `openim-bench run` 的记录
# Findings.
observed-starving = { $key } 很可能发生重入饥饿：OpenIM 放弃的 { $aborted } 个回调请求中，有 { $at_once } 个在其放弃后 50 ms 内得到应答。处理程序单纯变慢时应答时间是分散的；这些请求恰好在等 OpenIM 放弃，最可能是应答所需的 worker 正被该 API 调用本身占用。
observed-starving-next = 验证方法：把该 webhook 的超时提高 2 s 再观测。如果应答也随之推迟到新超时之后，就是重入；此时应由调用 OpenIM API 之外的进程（或 worker 池）应答回调请求。
observed-statuses = { $key } 的 { $all } 个应答中有 { $n } 个的 HTTP 状态码不是 2xx（{ $statuses }）。OpenIM 忽略状态码，只读取正文：HTML 页面会使前置回调的操作以 90007 失败，`{"{"}{"}"}` 则放行。
observed-failed = 上游没有应答 { $key } 的 { $n } 个回调请求（{ $kinds }）。
observed-failed-next = 查看 webhook 服务器在这些时间的日志（重启、worker 数限制）；每个这样的前置回调都会使其操作以 90004 失败。
observed-after-queue = 后置回调平均占用 { $busy } 个 OpenIM 后置 worker（共 { $workers } 个）：其队列会被填满，之后每次操作最多等待 3 s，事件会丢失且日志中没有记录。
# The command.
observed-app-title = 经代理观测的生产环境
observed-app-version = 由参数给出
observed-app-listen = --listen
observed-app-fault = --fault { $rule }
observed-app-listening = 正在转发回调请求：{ $url } → { $upstream }；记录写入 { $folder }。SIGTERM 或 Ctrl-C：处理完在途请求，输出报告后结束。
observed-app-beyond = 本机之外也能访问 { $address }。OpenIM 的 webhook 没有签名：任何能访问它的人都可以向您的服务器伪造回调请求。请只放行 OpenIM 所在的主机（防火墙、安全组、NetworkPolicy）。
observed-app-faults = 已启用 { $n } 个故障：被命中的回调请求会按预期失败。
observed-app-stopping = 正在停止：不再接受新请求，在途回调请求最多再等 { $seconds } s。再次发送信号则立即退出。
observed-app-cut = 仍有 { $n } 个回调请求未完成，已被切断。
observed-app-broken = 无法继续写入记录（{ $why }）；仍在转发回调请求。
