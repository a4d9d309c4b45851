# 单个操作的数据。
diagnosis-range-ms = { $low } 到 { $high } ms
diagnosis-the-timeout = 超时时长
diagnosis-a-moment = 片刻
diagnosis-took = { $operation } 用时 { $time } ms
diagnosis-arrived-after = 回调请求在 { $time } ms 后到达
diagnosis-handled-after = 在应答之后 { $time } ms 才被处理
diagnosis-handler-time = 处理时间 { $time } ms

# 回调请求被饿死、等待工作线程或等待连接。
diagnosis-reentrant = { $released } 个调用中有 { $count } 个在 { $service } 后以 90004 失败：它们的回调请求在 { $arrived } 内到达 webhook 服务器并立即被接受，但直到 API 调用结束后才得到处理。本应处理它的工作线程，正被等待它的那些调用占着。
diagnosis-reentrant-handled = { $released } 个调用中有 { $count } 个在 { $service } 后以 90004 失败：它们的回调请求在 { $arrived } 内到达 webhook 服务器并立即被接受，但直到 API 调用结束后才得到处理，比 API 的应答晚 { $handled }。本应处理它的工作线程，正被等待它的那些调用占着。
diagnosis-reentrant-next = 任何超时都解决不了这个问题。请由另一个进程或专用的工作线程来应答回调请求，或在后台任务中调用 OpenIM：只要换一个进程来应答，故障就会消失。
diagnosis-reentrant-proxy = 在 OpenIM 放弃的 { $aborted } 个回调请求中，webhook 服务器有 { $let_off } 个是在放弃之后 50 ms 内应答的：其处理程序很可能在等待 OpenIM 自身（重入式饥饿）。如果只是处理慢，应答时间会是分散的。
diagnosis-reentrant-proxy-next = 要确认，请把该 webhook 的超时调高 2 s 后再运行一次：如果应答随之后移，仍紧跟在放弃之后，说明本应应答的工作线程被对 OpenIM 的调用占着，任何超时都解决不了。这时请用专用的工作线程应答回调请求，或在后台任务中调用 OpenIM。
diagnosis-workers-busy = { $released } 个调用中有 { $count } 个在 { $service } 后以 90004 失败：它们的回调请求在 { $arrived } 内到达 webhook 服务器，但所有工作线程都在忙于其他回调请求，等到有一个来处理时，OpenIM 已经放弃。
diagnosis-workers-busy-handled = { $released } 个调用中有 { $count } 个在 { $service } 后以 90004 失败：它们的回调请求在 { $arrived } 内到达 webhook 服务器，但所有工作线程都在忙于其他回调请求，等到有一个来处理时，OpenIM 已经放弃，比 API 的应答晚 { $handled }。
diagnosis-workers-busy-next = 给 webhook 服务器增加工作线程（此处为 handler.<key>.workers 或 webhook.workers），或加快处理程序：等待工作线程的时间也计入超时。
diagnosis-pool = { $released } 个调用中有 { $count } 个在 { $service } 后以 90004 失败，尽管它们的处理程序都没有用那么久，且当时至少有 90 个连接打开：OpenIM 的每个进程最多同时发送 100 个回调请求，等待连接的时间也计入超时。
diagnosis-pool-next = 加快处理程序，降低到达率，或运行更多的 group 进程（webhook.processes）；延长超时只会占用更多连接。

# 始终没有到来的后置回调、放弃等待的调用方、不成应答的应答。
diagnosis-after-queue = { $released } 个调用中有 { $count } 个在应答前停顿了约 { $push } s，且其后置回调始终没有到来：容量为 100 的队列已满。这些调用是成功的，OpenIM 对此不作任何报告。
diagnosis-after-queue-next = 对后置回调请先立即应答、稍后再处理：每个进程由两个工作协程发送，因此每秒最多只能发送 2 ÷ 处理时间 个。
diagnosis-over-budget = { $released } 个调用中有 { $count } 个，其前置 webhook 的处理程序合计用时超过调用方等待的 { $budget } s。调用方看到错误，而 OpenIM 继续执行并建好了群组。
diagnosis-over-budget-next = 加快处理程序，或让调用方等待更久（recommend.caller_budget）；重试时使用同一个 groupID，以免建出第二个群组。
diagnosis-missing = { $released } 个调用中有 { $count } 个成功了，但应到的回调请求始终没有到来。
diagnosis-missing-next = 检查 webhooks.yml 中该 webhook 的 `enable`、进程在修改之后是否已重启，以及后置回调的队列。
diagnosis-not-routed = { $released } 个调用中有 { $count } 个以 90007 失败：对回调请求的应答不是 OpenIM 所期望的 JSON，例如应答的是某个框架的 404 页面或另一台服务器。
diagnosis-not-routed-next = 检查 URL 及其后所接的命令：在服务器的路由中 grep 依据里列出的命令。`openim-bench webhook check` 不用 OpenIM 就能向服务器逐个发送这些命令。
diagnosis-cause-hidden = { $released } 个调用中有 { $count } 个以 90004 失败，而此版本的 OpenIM 不给出原因。
diagnosis-cause-hidden-next = 按所用时间区分超时、被拒绝和连接被重置，或使用会给出原因的版本（3.8.3-patch.5 或更新）。
diagnosis-never-called = 触发 { $key } 的操作成功了 { $count } 个，而它从未被调用。

# 失败的调用。
diagnosis-max-seq-of-the-build = { $released } 个调用中有 { $count } 个在变更完成之后得到应答 "maxSeq is invalid"：此构建（3.8.3-patch.16 有这个已知问题，issue #3750）无法为新入群者建立会话，因此每次邀请、直接入群和审批通过都会如此结束。它们计为失败；它们的前置回调已到来并计入，后置回调则不会有。
diagnosis-max-seq-too-early = { $released } 个调用中有 { $count } 个在变更完成之后得到应答 "maxSeq is invalid"：群组的会话当时还不存在，例如建群后立即踢人或退群。它们计为失败；它们的前置回调已到来并计入，后置回调则不会有。
diagnosis-max-seq-next = 让 API 的调用方把这种应答视为“已完成”（重试时会发现用户已在群中），使用没有此缺陷的构建，或把这些操作从 load.operation 中去掉。
diagnosis-calls-failed = { $released } 个调用中有 { $failed } 个没有成功。
diagnosis-still-open = 收尾阶段结束时仍未应答：{ $count }
diagnosis-calls-failed-next = 请看下面的失败种类，并从其他发现中查找原因。
diagnosis-calls-failed-expected-next = 无需处理：此配置就是用来测试失败的（limits.expect_failures）。
diagnosis-outage = { $from } s 到 { $to } s 的故障阶段：其间发出的 { $released } 个调用中有 { $failed } 个失败。
diagnosis-outage-next = 无需处理：这是配置所要求的。该阶段及其后的 15 s 不计入任何超时或目标。

# 不属于群组 webhook 的回调请求。
diagnosis-other-commands = { $commands } 种命令的 { $count } 个回调请求来自 OpenIM 的其他部分（消息、通知、推送、用户）；已立即以“继续”应答或转发，不作测量。
diagnosis-other-commands-next = 如果这些 webhook 本来就该启用，则无需处理；可在 webhook.forward_others 中写明平时接收它们的服务器。
diagnosis-unknown-commands = 有 { $count } 个回调请求，涉及 { $commands } 种任何已知版本都不会发送的命令。
diagnosis-unknown-commands-next = 已作中性应答；请报告这些命令及 OpenIM 的版本。

# 仍然存在的群组，以及尽管出错仍建好的群组。
diagnosis-groups-left = { $made } 个群组中有 { $left } 个仍然存在。
diagnosis-groups-left-at-most = 可能还有最多 { $left } 个群组存在：已知建成了 { $made } 个，其余的情况未知。
diagnosis-groups-left-next = 用 `openim-bench cleanup results/{ $run }` 清除它们。
diagnosis-groups-left-simulated-next = 无需处理：模拟器已随运行一起结束。
diagnosis-created-despite-error = { $failed } 个失败的建群中有 { $made } 个其实已建好群组：调用方看到的是错误，而服务器上有这个群组。
diagnosis-created-despite-error-of-some = 失败的建群共 { $failed } 个，查询了其中 { $asked } 个，有 { $made } 个其实已建好群组：调用方看到的是错误，而服务器上有这个群组。
diagnosis-created-despite-error-next = 让 API 的调用方自行选定 groupID，并用同一个 groupID 重试：第二次尝试会得到 1202，而不会建出第二个群组。

# 为什么不知道故障之后多久调用恢复到原来的快慢。
diagnosis-recovery-nothing-before = 在它之前没有测量
diagnosis-recovery-few-before = 在它之前测量的调用太少
diagnosis-recovery-run-ended = 运行与它同时结束
diagnosis-recovery-few-after = 在它之后结束的调用太少

# 什么会触发 webhook。
diagnosis-fired-by-no-load = { $route }（不在可用的负载之中）
diagnosis-fired-by-one = load.operation = { $only }
diagnosis-fired-by-one-on-main = load.operation = { $only }（main 分支）
diagnosis-fired-by-several = load.operation = { $list } 或 { $last }
diagnosis-fired-by-several-on-main = load.operation = { $list } 或 { $last }（main 分支）

# 为什么更多的回调请求或更长的时间都无济于事。
diagnosis-hopeless-too-many = { $n } 个回调请求中有 { $exceed } 个耗时超过 { $timeout } s，而只允许 { $share }：需要更快的处理程序，而不是更长的测量时间
diagnosis-hopeless-too-long = 不测量一年以上就无法证明 { $timeout } s 最多误伤 { $share }：需要更快的处理程序或更长的超时
diagnosis-hopeless-not-fired = 当前负载不会触发它；{ $fired_by } 会
diagnosis-hopeless-collision = 没有任何超时能满足全部限制：请采用列出的某条出路
diagnosis-hopeless-bracket = 区间的两端要求不同的超时：需要 OpenIM 自己的日志，而不是更长的测量时间
diagnosis-hopeless-changed = 运行在测量期间发生了变化：请查明变化的原因，然后重新测量
diagnosis-hopeless-receiver = 时间是在接收端测得的：需要 OpenIM 自己的日志，而不是更长的测量时间
diagnosis-hopeless-proxy = 只观测而不发起调用，置信度最高为中：需要一次带 OpenIM 日志的运行，而不是更长的时间

# A joined log
diagnosis-bracket-disagrees = OpenIM 日志中 { $checked } 个往返时间里有 { $outside } 个（{ $share }）落在处理时间与区间上端之外，偏差超过 5 ms。
diagnosis-bracket-disagrees-next = 请把这些例子与日志对照。常见原因：运行期间校过时钟、日志属于另一次运行或另一台服务器、日志行写入较晚。凡以日志为依据之处，无论区间如何，都以日志的时间为准。
diagnosis-bracket-line = 操作 { $operation }，{ $key }：处理时间 { $low } ms，日志 { $log } ms，区间上端 { $high } ms
diagnosis-bracket-line-after = 操作 { $operation }，{ $key }：处理时间 { $low } ms，日志 { $log } ms
