# 标题。
calls-heading = 调用
calls-heading-callbacks = 回调请求
calls-heading-objectives = 目标
calls-heading-timeouts = 超时
calls-heading-others = 换成其他超时会截断多少
calls-heading-sizes = 按群组规模划分的超时
calls-heading-why = 原因
calls-heading-findings = 发现
calls-heading-run = 运行
calls-heading-left = 遗留
# 词语。
calls-none = 无
calls-unknown = 未知
calls-verdict = { $name ->
    [met] 达到
    [missed] 未达到
    [inconclusive] 无定论
   *[other] { $name }
}
calls-basis = { $name ->
    [simulated] 模拟
    [modelled] 模型
    [replay] 日志重放
    [real] 真实
   *[other] { $name }
}
calls-vantage = { $name ->
    [log] OpenIM 日志
    [bracket] 区间估计
    [receiver] 接收端
    [proxy] 代理
    [access] 访问日志
    [client] 调用方
    [sim] 模拟器
   *[other] { $name }
}
calls-loop = { $name ->
    [open] 开环
    [closed] 闭环
   *[other] { $name }
}
calls-arrivals = { $name ->
    [poisson] 泊松
    [constant] 等间隔
    [replay] 重放
   *[other] { $name }
}
# 调用。
calls-target = 目标 { $target }：OpenIM { $version }
calls-target-treated = 目标 { $target }：OpenIM { $version }（按 { $build } 处理）
calls-target-unknown = 目标 { $target }：OpenIM，版本未知
calls-rate = 要求 { $asked }/s，在测量的 { $seconds } s 内实际 { $achieved }/s
calls-rate-closed = 未要求速率（闭环），在测量的 { $seconds } s 内实际 { $achieved }/s
calls-sum = 计划 { $scheduled } = 发出 { $released } + 未发出 { $shed }；发出 = 成功 { $succeeded } + 失败 { $failed } + 截断 { $censored }
calls-sum-unknown = 计划 { $scheduled } = 发出 { $released } + 未发出 { $shed }；发出 = 成功 { $succeeded } + 失败 { $failed } + 截断 { $censored } + 未知 { $unknown }（运行被终止时仍在途）
calls-failures = 失败：{ $kinds }
calls-no-failures = 失败：无
calls-response = 响应时间（应答时刻 − 计划时刻）
calls-service = 服务时间（应答时刻 − 发送时刻）
calls-own = 其中服务器自身的部分
calls-lag = 发出延迟（本工具自身的延迟）
calls-no-end = 未结束
calls-col-max = 最大
# 回调请求。
calls-col-arrived = 到达
calls-col-in-time = 按时
calls-col-given-up = 被放弃
calls-col-never-came = 从未到来
calls-col-twice = 重复
calls-col-dialled = 新建连接
calls-callbacks-legend = 按时：在 OpenIM 放弃之前已应答。被放弃：OpenIM 先关闭了连接。重复：再次到来，原因不明。新建连接：经由为它新建的连接到来。
calls-strangers = { $n ->
   *[other] { $shown } 个回调请求属于他人的操作（其他来源），已立即应答
}
calls-unknown-commands = { $n ->
   *[other] { $shown } 个回调请求的命令是任何已知版本都不会发送的
}
calls-bad-requests = { $n ->
   *[other] { $shown } 个发往本工具监听端口的请求无法读取或被拒绝
}
# 目标。
calls-col-objective = 目标
calls-col-asked = 要求
calls-col-seen = 实测
calls-col-verdict = 结论
# 超时。
calls-col-now = 当前
calls-col-write = 应设
calls-col-single = 零星 ≤
calls-col-spells = 慢段 ≤
calls-col-confidence = 置信度
calls-col-timeout = 超时
calls-col-slower = 更慢
calls-mark-guess = 猜测
calls-legend-misfire = 零星、慢段：慢请求零星（逐个）出现或成段出现时，健康的回调请求中最多有这一比例被该超时截断（95 % 上界）；要求：{ $share }。
calls-legend-guess = `1 s?` 只是猜测，不是建议。
calls-legend-now = 当前值的来源：{ $from }。
calls-legend-now-unknown = 当前为 ?：未知；请提供 webhook.yml 或 webhook.timeout。
calls-now-shipped = OpenIM 自带的值
calls-now-portrait = 画像
calls-now-some = { $source }（{ $keys }）
calls-not-fired = { $key }：本次负载中从未被调用；能触发它的是 { $by }
calls-not-fired-expected = { $key }：本应被调用，但本次负载中从未被调用；能触发它的是 { $by }
# 按规模。
calls-col-size = 规模
calls-col-alone = 单独
calls-sizes-legend = 规模：新建群组的成员、管理员与群主之和，其他操作则为所涉及的用户数。单独：仅就这一类规模所需的超时。建议值由所有规模合在一起得出。
calls-sizes-of = { $key }：{ $words }
calls-size-longer = 需更长
calls-size-open = 未证明
calls-size-few = 太少
# 原因。
calls-why-none = { $keys }：不建议任何超时
calls-why-one = { $keys }：{ $timeout } s
calls-way-out = 解决办法：{ $way }
calls-surer = 要更有把握：{ $how }
calls-failed-per-day = 采用此超时每天失败的操作：按实测为 { $seen }；最多 { $single }（零星）或 { $spells }（成段）不能排除。
calls-basis-line = 依据：{ $basis }；观测点：{ $vantage }。
calls-basis-binding = 依据：{ $basis }；观测点：{ $vantage }；由 { $binding } 决定。
# 发现。
calls-severity = { $name ->
    [info] 提示
    [warning] 警告
   *[error] 错误
}
calls-finding = { $label } [{ $code }]：{ $what }
calls-finding-at = { $label } { $place } [{ $code }]：{ $what }
calls-evidence-more = 同类的还有 { $n } 条，见 summary.json
calls-evidence-each = 均为：{ $text }
# 运行。
calls-run = { $id }：{ $title }
calls-run-load = { $kind }，{ $arrivals }到达，seed { $seed }；{ $n } 个进程发送 webhook
calls-run-version = OpenIM 的版本：{ $why }
calls-run-insecure = 已关闭证书校验（--insecure）
calls-run-upstream = 回调请求转发到 { $url }
calls-run-upstream-insecure = 已关闭对上游的证书校验
calls-run-proxy-added = 代理自身给回调请求增加 p50 { $p50 } ms、p99 { $p99 } ms；下面回调请求的时间已扣除这部分，API 调用的时间仍包含它
calls-run-killed = 不完整：运行被强行终止；所示内容到最后一次写盘为止
calls-run-interrupted = 被 Ctrl-C 提前结束
calls-run-terminated = 被 SIGTERM 提前结束
calls-run-aborted = 自行停止：{ $why }
calls-portrait = 所用画像：{ $of } { $version }，位于 { $target }，生成于 { $made }
calls-portrait-interrupted = 所用画像：{ $of } { $version }，位于 { $target }，生成于 { $made }，当时的探测被中断
calls-portrait-simulator = 模拟器
calls-portrait-old = 它已有 { $n } 天，可能已过时
calls-machine-debug = 未优化：请用 --release 构建
calls-machine-host = 主机 { $host }，{ $cores } 核，{ $kernel }
calls-machine-started = 开始于 { $when }
calls-lateness = 本工具自身的延迟：发出延迟 p99 { $dispatch }，p99.9 { $dispatch_high }；回调服务器超出其中位数的部分 p99 { $receiver }，p99.9 { $receiver_high }
calls-used = 本工具自身用了 { $cpu } 的处理器（机器空闲 { $idle }），内存最多 { $memory }
calls-used-cpu = 本工具自身用了 { $cpu } 的处理器（机器空闲 { $idle }）
calls-used-memory = 本工具自身最多用了 { $memory } 内存
calls-peak = 最多有 { $calls } 个调用在途，本工具的监听端口最多有 { $connections } 个连接打开
calls-peak-calls = 最多有 { $calls } 个调用在途
calls-peak-connections = 本工具的监听端口最多有 { $connections } 个连接打开
calls-connections-opened = 测量期间为调用新建的连接：{ $n }
calls-sent-again = 因目标刚刚关闭空闲连接而重新发送的调用：{ $n }
calls-token-renewed = token 续期 { $n } 次
# 遗留。
calls-left-groups = 建群 { $made }，解散 { $dismissed }，遗留 { $left }
calls-left-users = 注册用户 { $n }；OpenIM 不能删除用户
calls-left-command = 清除遗留：{ $command }
calls-left-record = 记录：{ $record }
