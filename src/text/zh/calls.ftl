# 调用。
calls-heading = 调用
calls-no-rate = 无速率（闭环）
calls-rates = 要求 { $asked }，实际 { $achieved }/s，测量 { $seconds } s
calls-ledger = 计划 { $scheduled } = 已发出 { $released } + 未发出 { $shed }；已发出 = 成功 { $succeeded } + 失败 { $failed } + 截断 { $censored }
calls-ledger-unknown = 计划 { $scheduled } = 已发出 { $released } + 未发出 { $shed }；已发出 = 成功 { $succeeded } + 失败 { $failed } + 截断 { $censored } + 未知 { $unknown }（运行被杀死时在途）
calls-response = 响应时间（应答 − 计划）
calls-service = 服务时间（应答 − 发送）
calls-own = 其中服务器自身部分
calls-lag = 发出延迟（本工具自身的迟到）
calls-target = 目标 { $target }：OpenIM { $version }
calls-target-treated = 目标 { $target }：OpenIM { $version }（按 { $build } 处理）
calls-version-unknown = 版本未知
calls-no-failures = 失败：无
calls-failures = 失败：{ $kinds }
calls-no-end = 未结束

# 回调请求。
calls-callbacks = 回调请求
calls-webhook = webhook
calls-arrived = 到达
calls-in-time = 及时
calls-given-up = 被放弃
calls-never-came = 始终未到
calls-twice = 重复
calls-dialled = 新建连接
calls-callbacks-legend = 及时：在 OpenIM 放弃之前应答。被放弃：OpenIM 先关闭了连接。重复：再次到达，且没有已知原因。新建连接：经由为它打开的连接到达。
calls-strangers = { $n } 个属于他人操作的回调请求，已立即应答
calls-unknown-commands = { $n } 个回调请求的命令不属于任何已知版本
calls-bad-requests = { $n } 个发到本工具监听端口的请求无法读取或被拒绝

# 目标。
calls-objectives = 目标
calls-objective = 目标
calls-asked = 要求
calls-seen = 实测
calls-verdict = 结论
calls-met = 达到
calls-missed = 未达到
calls-inconclusive = 无法判定

# 超时。
calls-timeouts = 超时
calls-now = 现为
calls-write = 写入
calls-single = 零星 ≤
calls-spells = 成段 ≤
calls-confidence = 置信度
calls-timeouts-legend = 零星、成段：该超时最多误伤这一比例的正常回调请求（95 % 上界），分别对应慢的回调请求零星出现和成段出现；要求：{ $asked }。
calls-timeouts-guess = `1 s?` 是猜测，不是建议。
calls-from-shipped = OpenIM 出厂值
calls-from-portrait = 画像
calls-from-keys = { $source }（{ $keys }）
calls-now-from = 现值来自 { $sources }。
calls-now-unknown = 现为 ?：未知；请提供 webhook.yml 或 webhook.timeout。
calls-not-fired = { $key }：本次负载从未调用；{ $fired_by } 会触发它
calls-not-fired-expected = { $key }：预期会被调用，但本次负载从未调用；{ $fired_by } 会触发它
calls-others = 其他超时会误伤多少
calls-timeout = 超时
calls-slower = 更慢
calls-guess = 猜测

# 按群的大小。
calls-sizes = 按群大小的超时
calls-size = 大小
calls-alone = 单独
calls-sizes-legend = 大小：新群的成员、管理员和群主之和，否则为被操作的用户数。单独：只看这一类时需要的超时。建议由所有大小合并得出。
calls-size-words = { $key }：{ $words }
calls-size-breaks = 需更长
calls-size-open = 未证明
calls-size-few = 太少

# 原因。
calls-why = 原因
calls-no-timeout = 没有超时建议
calls-why-one = { $keys }：{ $answer }
calls-way-out = 出路：{ $way }
calls-surer = 若要更有把握：{ $raise }
calls-per-day = 在该超时下每天失败的操作：实测折合 { $seen } 次；本次运行不能排除多达 { $one_by_one } 次（零星）或 { $spells } 次（成段）。
calls-per-day-none = 0
calls-basis = 依据：{ $basis }，观测点：{ $vantage }。
calls-basis-decided = 依据：{ $basis }，观测点：{ $vantage }，由 { $binding } 决定。
calls-basis-simulated = 模拟
calls-basis-modelled = 建模
calls-basis-replay = 重放
calls-basis-real = 真实

# 发现。
calls-findings = 发现
calls-none = 无
calls-note = 提示
calls-warning = 警告
calls-error = 错误
calls-finding = { $label } [{ $code }]：{ $what }
calls-finding-at = { $label } { $place } [{ $code }]：{ $what }
calls-more-evidence = 另有 { $n } 条同类证据，见 summary.json
calls-each = 每条：{ $shared }

# 运行。
calls-run = 运行
calls-run-title = { $run }：{ $title }
calls-load = { $processes ->
   *[other] 循环 { $kind }，到达 { $arrivals }，种子 { $seed }；{ $processes } 个进程发送 webhook
}
calls-version-why = OpenIM 版本：{ $why }
calls-insecure = 已关闭证书检查（--insecure）
calls-portrait = 使用的画像：{ $of } { $version }，位于 { $target }，制作于 { $made }
calls-portrait-interrupted = { $portrait }，由被中断的 probe 制作
calls-portrait-old = { $days ->
   *[other] { $portrait }；已有 { $count } 天，可能过时
}
calls-a-simulator = 模拟器
calls-partial = 不完整：运行被杀死；所示内容截止于最后一次写盘
calls-ctrl-c = 被 Ctrl-C 提前结束
calls-sigterm = 被 SIGTERM 提前结束
calls-stopped-itself = 自行停止：{ $why }
calls-not-optimised = 未优化：请用 --release 构建
calls-host = 主机 { $host }，{ $cores } 核，{ $kernel }
calls-started = 开始于 { $started }
calls-lateness = 本工具自身的迟到：发出延迟 p99 { $lag }，p99.9 { $lag_999 }；回调服务器超出其中位数，p99 { $receiver }，p99.9 { $receiver_999 }
calls-unknown = 未知
calls-used-cpu = 处理器的 { $cpu }（机器空闲 { $idle }）
calls-used-memory = 内存最多 { $memory }
calls-used = 本工具自身占用 { $what }
calls-and = { " 和 " }
calls-peak-in-flight = { $n } 个在途调用
calls-peak-connections = 监听端口上 { $n } 条打开的连接
calls-peaks = 最多 { $what }
calls-connections-opened = 测量期间为调用打开的连接：{ $n }
calls-sent-again = 因目标刚关闭空闲连接而重新发送的调用：{ $n }
calls-renewed = { $n ->
   *[other] token 续期 { $count } 次
}

# 遗留。
calls-left-behind = 遗留
calls-groups = 建成 { $made } 个群，已解散 { $dismissed }，剩余 { $left }
calls-users = 注册用户 { $n }；OpenIM 不能删除用户
calls-remove = 清除剩余内容：{ $command }
calls-record = 记录：{ $record }
