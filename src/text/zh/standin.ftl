# 开始与结束时的提示
standin-welcome = 正在观察：每个调用一行；Ctrl-C（或 --for）结束并给出发现。
standin-welcome-confirm = 回调请求超时的调用，会比 OpenIM 最多晚 { $time } 应答，每次随机，以便看出你的服务器是否在等待这个应答（--confirm 0s：立即应答）。
standin-welcome-linger = 该回调请求的连接会多保持打开 { $time }，以便看出你的服务器何时会应答（--linger 0s：像 OpenIM 一样立即关闭）。
standin-unwritten = 略去了 { $n } 行：标准输出太慢
standin-missed = 没有跟踪 { $n } 个调用：同时打开的太多
standin-summary = 观察了 { $calls }：{ $succeeded } 个成功，{ $failed } 个没有成功

# 计数
standin-calls = { $n } 个调用
standin-after-callbacks = { $n } 个后置回调
standin-answers = { $n } 个应答
standin-bursts = { $n } 批
standin-of-calls = { $calls }中有 { $count } 个
standin-less-than = 小于 { $share }

# 每个调用的一行
standin-members = { $call }，{ $n } 个成员
standin-more-callbacks = 以及另外 { $n } 个回调请求
standin-no-code = 没有 errCode
standin-answered = { $time } 后 { $code }
standin-answered-failed = { $time } 后 { $code }（{ $kind }）
standin-held-back = { $answer }，其中有意延后 { $time }
standin-caller-went = { $answer }；其调用方在 { $time } 后离开
standin-connection-new = 新建连接 { $time }
standin-connection-kept = 沿用连接 { $time }
standin-connection-none = 没有连接
standin-callback-answered = { $key }：{ $connection }，{ $answer } 后应答，往返 { $took }
standin-callback-failed = { $key }：{ $connection }，{ $took } 后 { $cause }
standin-late-answered = { $key }：发出 { $time } 后才应答，太迟
standin-late-ended = { $key }：发出 { $time } 后没有应答就结束，太迟
standin-late-after-call = { $what }，在上一个失败的 API 调用结束 { $time } 之后
standin-lost-line = { $key }：丢失，后置回调的队列已满

# 发现的例子
standin-example-given-up = { $operation }：{ $key } 在 { $time } 后放弃
standin-example-in-all = { $operation }：合计 { $time }
standin-wait = { $operation } { $key }：{ $connected } 后建立连接，{ $left } 后不再等待，{ $answered } 后应答
standin-wait-after-call = { $wait }，在一个 API 调用结束 { $time } 之后

# 重入：工作线程被等待它们的调用占着
standin-starved = { $of }在回调请求到期时以 90004 失败。回调请求的连接最多 { $connected } 就已建立，有 { $answers }太迟，分 { $bursts }到来，其中 { $shortly } 批在某个 API 调用结束后 { $within } 之内开始，仿佛你的服务器一直在等它（纯属偶然的概率：{ $chance }）。本应应答它的工作线程，正被等待它的那些调用占着。
standin-starved-left = 一些调用的调用方在应答之前离开。回调请求的连接最多 { $connected } 就已建立，有 { $answers }太迟，分 { $bursts }到来，其中 { $shortly } 批在某个 API 调用结束后 { $within } 之内开始，仿佛你的服务器一直在等它（纯属偶然的概率：{ $chance }）。本应应答它的工作线程，正被等待它的那些调用占着。
standin-starved-perhaps = 可能如此，有待确认：{ $what }
standin-starved-perhaps-next = 请在 --confirm 大于 0s 时再做一两个调用，以排除偶然。{ $next }

# 慢、无应答、没有连接
standin-slow = { $of }因处理程序用时超过超时而以 90004 失败：其中 { $answered } 个回调请求最终得到应答，在发出后 { $least } 到 { $most }，且与 API 调用的结束无关。
standin-slow-next = 请加快处理程序，或先应答、稍后再处理；否则把 `timeout` 调到这些时间之上（最多 15 s，调用方也要等那么久）。如果它空闲时处理一个回调请求仍超过 { $widest }，请先把 --confirm 设为其 8 倍，再相信这个结论。
standin-silent = { $of }在回调请求到期时以 90004 失败，连接及时建立，在之后的 { $linger } 内（或到结束为止）也没有一个得到应答。
standin-silent-unknown = { $of }在回调请求到期时以 90004 失败，连接及时建立；你的服务器是否会应答不得而知（--linger 0s）。
standin-silent-next = 请查看你的服务器如何处理该请求：是处理程序挂起，还是工作线程都被占着。让替身继续运行，直到你的服务器重新空闲，或加大 --linger，就能区分二者。
standin-pool = { $of }在回调请求等待 OpenIM 每个进程的 100 个连接之一时以 90004 失败；这段等待也计入超时。
standin-pool-next = 请加快处理程序，减少并发调用，或运行更多的 group 进程（此处为 --processes）；延长超时只会占用更多连接。
standin-unreachable = { $of }在整个超时内没有连上 webhook 服务器，以 90004 失败：既没有被拒绝，也没有被接受。
standin-unreachable-next = 请检查 webhooks.yml 中的地址、防火墙和容器网络，以及服务器是否还在接受连接（监听队列已满时看起来一样）。

# 其他失败
standin-refused = { $of }失败：到 webhook 服务器的连接被拒绝。
standin-refused-next = 请启动你的服务器，或改正 webhooks.yml 中的 `url`（在容器内，127.0.0.1 就是容器自身）。
standin-dns = { $of }失败：webhook 的主机没有地址。
standin-dns-next = 请改正 webhooks.yml 中 `url` 的主机。
standin-bad-url = { $of }失败：webhook 的 URL 无法使用。
standin-bad-url-next = webhooks.yml 中的 `url` 请以 http:// 或 https:// 开头。
standin-not-routed = { $of }失败：90007，对回调请求的应答不是 OpenIM 所期望的 JSON。
standin-reset = { $of }失败：webhook 服务器在应答完整之前关闭了连接。
standin-reset-next = 请检查是否有崩溃、工作进程被重启，或中间的代理。
standin-tls = { $of }失败：与 webhook 服务器的 TLS 握手失败。
standin-tls-next = 请检查证书，以及 webhooks.yml 中 `url` 的协议。
standin-rejected = { $of }失败：你的服务器拒绝了。
standin-rejected-next = 如果本意如此，无需处理；依据中有它的原话。
standin-other = { $of }失败：{ $kind }，与 webhook 无关。
standin-other-next = 请看依据中 OpenIM 的原话；由 --fault 给出的故障也计算在内。

# 后置回调与调用方
standin-after-lost = { $callbacks }因容量为 100 的队列已满而丢失；此前调用有停顿但成功了，OpenIM 不作任何报告。
standin-after-failed = { $callbacks }失败（{ $kind }）。OpenIM 不会重发，也不会告知任何人。
standin-after-failed-next = 对后置回调请立即应答、稍后再处理；失败的事件不会再来，因此请不时把你的数据与 OpenIM 的比对。
standin-over-budget = { $of }：其前置回调合计用时超过 OpenIM 的 SDK 所等待的 10 s。
standin-over-budget-next = 请加快处理程序，或让调用方等待更久；重试时使用同一个 groupID，以免建出第二个群组。
standin-left = { $calls }在应答之前被调用方放弃。OpenIM 照样继续：只要回调请求允许，群组就会建成。
standin-left-next = 请让你的 HTTP 客户端等待得比一个调用的所有前置回调合计更久，并以同一个 groupID 重试。
