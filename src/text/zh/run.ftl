# 步骤。
run-listening = 正在 { $url } 监听回调请求
run-passing-on = 回调请求转发到 { $upstream }
run-listening-beyond = 警告：监听地址 { $address } 可从本机之外访问；OpenIM 的回调请求没有签名，请确保只有 OpenIM 能访问该端口
run-preflight = 预检：token、版本、一个群组及其回调请求
run-preflight-waiting = 正在等待预检所建群组的应答，以便将其移除；再按一次 Ctrl-C 立即退出
run-group-named = 名称以 `{ $marker }` 开头的一个
run-groups-maybe-left = 可能仍然存在的群组：{ $groups }
run-registering = 正在注册 { $n } 个用户（OpenIM 无法删除用户）
run-asking = 正在查询失败的建群调用是否仍建出了群组
run-cleaning = 清理：{ $done } / { $total } 个群组

# 在负载开始之前结束。
run-preflight-failed = 预检失败（{ $code }）；没有测量任何数据
run-stopped-before = 在负载开始之前已停止；没有测量任何数据
run-ids-txt = 无法写入记录目录中的 ids.txt
run-unknown-users = load.users.file 中有 { $n } 个用户是 OpenIM 不认识的，例如 `{ $first }`；请先注册这些用户，或去掉 load.users.file
run-refuse-consent = { $key } = "refuse" 会关闭监听端口 { $duration }：在此期间，{ $target } 的 OpenIM 上凡是 webhook 指向这里的建群调用都会失败，包括其他人和其他测试的调用。如果没有其他人使用该部署，请加上 --hits-everyone；或改用 `reset`，它只使本次运行的回调请求失败

# 运行自行停止的原因。
run-abort-failures = { $window } s 内 { $ended } 个调用中有 { $failed } 个失败，最后一个为 `{ $kind }`（limits.abort_failures）
run-abort-group-down = OpenIM 的群组进程已停止：最近 { $calls } 个调用均如此；请重启 openim-rpc-group
run-abort-record = 无法写入记录：{ $error }
run-abort-reserve = 接下来要使用的 ID 无法写入记录（{ $error }），因此停止负载，以免建出之后无人能找到的群组；请腾出磁盘空间，或用 --out 选择其他目录
run-abort-groups-cap = 时间未到就已达到 limits.groups；请调高该值
run-abort-nothing-left = 已没有可供操作的群组

# 负载期间及之后的问题。
run-listener-shut = 警告：监听端口未能重新打开；回调请求会被拒绝
run-record-unfinished = 警告：{ $error }
run-ids-csv = 警告：无法写入 ids.csv：{ $error }
run-ids-unnoted = 警告：无法在 ids.txt 中记下清理进度：{ $error }
run-ids-in-use = ID 列表仍在使用中
run-ids-broken = ID 列表已损坏
run-server-ended = webhook 服务器在运行结束之前退出
run-asking-slow = 服务器用时超过 { $seconds } s

# 遗留的内容。
run-may-come-yet = 有 { $n } 个调用未等到应答就已放弃，OpenIM 之后仍可能建出它们的群组。请在一分钟后再检查一次：openim-bench cleanup { $folder }
run-left = 遗留 { $n } 个群组：{ $why }。请用以下命令移除：openim-bench cleanup { $folder }
run-left-kept = 按设置保留（cleanup.mode = "keep"）
run-kept = 提示：cleanup.mode = "keep"：本次运行的群组仍然存在
run-staying = 继续应答：在 Ctrl-C 之前，{ $address } 上的回调请求一律按放行应答；请先把 OpenIM 的 webhook url 改回去，再按 Ctrl-C
run-still-ours = OpenIM 的 webhooks.yml 仍指向本工具，而本工具现在停止应答：从现在起每次建群都会以 90004 失败（failedContinue 无济于事）。请改回 `url` 并重启 OpenIM，或在此之前用 --stay 运行。

# Ctrl-C。
run-stopping = 正在停止：不再发出新调用；等待未结束的调用，然后清理（再按一次立即退出）
run-leaving = 立即退出；遗留的群组可用 `openim-bench cleanup RESULT` 解散

# 与运行不符的 portrait。
run-portrait-anew = 请用 `openim-bench probe` 重新生成 portrait，或去掉 --portrait
run-portrait-version = { $made } 的 portrait 属于 OpenIM { $probed }，而本次运行发现的是 { $told }；按 { $build } 评判
run-portrait-target = portrait 属于 { $portrait }，而本次运行的目标是 { $driven }
run-portrait-target-sim = portrait 属于 { $portrait }，而本次运行的目标是模拟器
run-portrait-target-other = portrait 属于 { $portrait }，而本次运行的目标是另一个部署
run-portrait-simulator = portrait 属于模拟器，而本次运行的目标是真实部署：其中的超时和限制不是您的服务器的
run-portrait-timeouts = profile 或 webhook.yml 中的现有超时与 portrait 测得的不一致
run-portrait-timeout = { $key }：测得 { $measured } s，采用的是 { $assumed } s
run-portrait-timeouts-next = 修改 webhooks.yml 之后是否重启了 OpenIM？请更正 webhook.timeout 或 webhook.yml，或重新生成 portrait

# 运行开始之前：它会做什么、能说明什么。标签补齐到十一列。
run-plan-profile = profile    { $title }（有效）
run-plan-target = 目标       { $target }
run-plan-calls = 调用       { $time } 内约 { $calls } 个（其中测量：{ $measured_time } 内 { $measured } 个）
run-plan-calls-closed = 调用       { $time } 内得到应答的数量（闭环：事先无法得知）
run-plan-groups = 群组       约 { $groups } 个（最多 { $cap } 个）
run-plan-groups-closed = 群组       最多 { $cap } 个（`limits.groups`）
run-plan-users = 用户       注册 { $users } 个
run-plan-users-given = 用户       不新建：使用 `load.users.file` 中已有的用户
run-plan-notices = 通知       约 { $notices } 条
run-plan-callbacks = 回调请求   约 { $callbacks }
run-plan-callbacks-none = 回调请求   预计没有
run-plan-cleanup = 清理       解散全部群组，约 { $time }
run-plan-cleanup-closed = 清理       解散全部群组
run-plan-cleanup-kept = 清理       无：保留群组（`cleanup.mode`）
run-plan-remains = 之后无法移除的内容：
run-plan-remains-users = { $users } 个用户：OpenIM 没有删除用户的接口
run-plan-remains-dismissed = 已解散群组的文档：它们仍占用各自的 groupID，这些 groupID 不能再次使用
run-plan-remains-groups = 群组及其成员，因为 `cleanup.mode` 为 `keep`（可用 `openim-bench cleanup RESULT` 解散）
run-plan-remains-notices = 消息存储中的通知，以及业务服务器自己写下的数据（记录中列有全部 ID）
run-plan-reach = 此计划最多能达到的置信度（误伤比例 { $misfire }，假定没有回调请求慢于 T）：
run-plan-reach-closed = 置信度：闭环不能保证给出建议
run-plan-reach-key = { $keys }：{ $reach }
run-plan-reach-keys = { $keys }，各为：{ $reach }
run-plan-not-fired = { $key }：本负载不会触发，因此不作测量
run-plan-no-webhook = 预计没有 webhook：纯 API 负载，不给出超时建议
run-plan-low = 低，基于 { $n } 个回调请求：零星上界 { $single }，成段上界 { $spells }；达到“中”需要 { $callbacks } 个回调请求（按此速率：{ $medium }），达到“高”需要测量：{ $high }
run-plan-medium = 中，基于 { $n } 个回调请求：零星上界 { $single }，成段上界 { $spells }；达到“高”需要测量：{ $high }
run-plan-medium-capped = 中，基于 { $n } 个回调请求：零星上界 { $single }，成段上界 { $spells }；达到“高”需要 OpenIM 自己的日志，因为从这里看不到后置回调的往返时间
run-plan-high = 高，基于 { $n } 个回调请求：零星上界 { $single }，成段上界 { $spells }
run-plan-never = 永不
run-plan-minutes-unknown = 须先有回调请求
