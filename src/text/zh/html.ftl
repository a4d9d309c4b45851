# 页面框架。
html-skip = 跳到正文
html-language = 语言
# 结论。
html-verdict = 结论与依据
html-valid = 有效
html-valid-with-warnings = 有效，但有警告
html-invalid = 无效
# 先于一切超时的发现。
html-incurable = 首先：这个问题调超时解决不了
html-incurable-why = 无论超时写成多少，问题都不会消失。请先修复，再重新测量。
html-do = 处理办法：
# 答案。
html-answer = 应写的超时
html-webhook = Webhook
html-now = 现值
html-write = 写入
html-why = 原因：
html-at-most = 被误伤的健康回调请求，至多（95{"\u00A0"}%）
html-single = 慢请求零星出现
html-spells = 慢请求成段出现
html-failed = 每天失败的操作
html-seen = 已观察到
html-not-excluded-single = 不能排除：零星
html-not-excluded-spells = 不能排除：成段
html-confidence = 置信度
html-confidence-high = 高
html-confidence-medium = 中
html-confidence-low = 低：仅为猜测
html-confidence-refused = 拒绝给出
html-confidence-not-measured = 未测量
html-not-known = 未知
html-none = 无
html-guess = { $seconds } s？（猜测）
html-why-silent = 本次负载没有触发它；触发方式：{ $fired_by }。
html-why-minimum = { $n } 次回调请求中有 { $slower } 次超过 { $timeout } s，而且不能写得更短。
html-why-misfire = { $n } 次回调请求中有 { $slower } 次超过 { $timeout } s；这是能证明误伤健康请求不超过 { $asked } 的最短超时。
html-why-set-up = { $n } 次回调请求中有 { $slower } 次超过 { $timeout } s；建立连接时若丢一个包，就需要这么久。
html-legend-at-most = “至多”的含义：在 95 % 的置信水平下，该超时误伤的健康回调请求不会超过这一比例；要求是 { $asked }。前一个数字适用于慢请求零星（逐个）出现的情况，后一个适用于成段出现、即一段时间内全部变慢的情况。
html-legend-not-excluded = 每天失败的操作按生产环境每秒 { $rate } 次推算。“不能排除”指本次运行不能排除，并不是预测：即使真的发生这么多次，本次运行看上去也可能完全一样。运行越久，能排除的越多。
html-copy = 复制
html-copied = 已复制。
html-not-copied = 浏览器不允许复制：文本已选中，请按 Ctrl-C。
# 改动的作用。
html-effects = 改动的收益与代价
html-buys-nothing = 没有变化：现值就是 { $now } s。
html-buys-shorter = 若它的服务挂起，一次操作只需等 { $timeout } s，而不是 { $now } s；OpenIM 的连接也相应更早释放给其他 webhook。
html-buys-shorter-after = 若它的服务挂起，每个事件占用队列 { $timeout } s，而不是 { $now } s。
html-buys-longer = 用 { $timeout } s 代替 { $now } s，误伤的健康请求更少；但若它的服务挂起，每次调用也要等得更久。
html-buys-unknown = 若它的服务挂起，每次调用要为它等 { $timeout } s。现值未知。
html-costs = 若慢请求零星出现，本次运行不能排除的每天失败操作：至多 { $then } 次，现值下为 { $now } 次。
html-costs-the-same = 没有观察到代价：与现在一样，本次运行不能排除每天至多 { $then } 次失败操作。
html-costs-then = 若慢请求零星出现，本次运行不能排除的每天失败操作：至多 { $then } 次。
# 最先出问题的地方。
html-breaks = 最先出问题的地方
html-breaks-nothing = 本次运行没有出现故障，也没有应写的超时接近上限。
html-no-timeout-fits = { $key }：没有任何超时能同时满足所有要求。出路：{ $ways }
html-limit = { $key }：距最近的上限还有 { $spare } s。{ $why }
# 发现。
html-findings = 发现与处理办法
html-findings-none = 无。
html-note = 提示
html-warning = 警告
html-error = 错误
html-evidence = 证据：{ $n } 条
# 图表。
html-charts = 图表
html-chart-in-words = 图表的文字说明
# 从图表读取数值。
html-readout-hint = 读取数值：将指针移到图表上（或点按图表），或把焦点移到图表后按方向键、Home 或 End；按 Escape 关闭。
html-readout-time = 运行时间
html-readout-timeout = 超时
html-readout-share = 不超过该时间的比例
html-readout-lag = 发出延迟，p99
# 测量方法与其余部分。
html-method = 测量方法
html-method-open = 调用按每秒 { $asked } 次的计划发出，不等待应答（开环）。在计入的 { $measured } s 内，计划 { $scheduled } 次，发出 { $released } 次，即每秒 { $achieved } 次。
html-method-closed = 每个调用方等到应答后才发下一次调用（闭环）。在计入的 { $measured } s 内发出 { $released } 次，即每秒 { $achieved } 次；停顿会被低估。
html-method-times = 响应时间从调用应当开始的时刻算到应答，因此一次停顿会计入被它耽误的每个调用。服务时间从调用实际发出的时刻算起。
html-method-timeouts = 共对 { $n } 次回调请求计时。对 1 到 15 s 的每个超时，统计超过它的次数及其比例的 95 % 上界；上界不超过 { $asked } 的最短超时就是应写的值，除非某个上限不允许。
html-method-two-bounds = 上界计算两次：一次假设慢请求零星出现，每次回调请求都是证据；一次假设成段出现，只有时间才是证据。后者决定置信度是中还是高。
html-method-lateness = 程序自身的延迟包含在每个数字里：99 % 的调用在计划时刻之后 { $dispatch } 内发出，99 % 的自检回调请求在比平常多 { $receiver } 之内被接收。
html-plan = 计划与环境
html-raw = 全部数据
