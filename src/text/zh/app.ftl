# 途中发现的问题及其级别。
app-note = 提示：{ $what }
app-warning = 警告：{ $what }
app-error = 错误：{ $what }

# 文件与标准输出。
app-stdout = 无法写入标准输出；重定向目标所在的磁盘是否已满？
app-flag-file = { $flag }：无法写入 { $file }；该目录是否存在？
app-cannot-write = 无法写入 { $file }
app-runtime = 无法启动运行时

# `apply`：webhooks.yml。
app-apply-not-yml = { $file }：这不是 webhooks.yml
app-apply-not-utf8 = { $file }：文件不是 UTF-8 编码，而 OpenIM 要求 UTF-8；请先转换编码
app-apply-disabled = 警告：{ $file } 中没有启用 { $key }，因此其超时不起作用
app-apply-same = { $key } 不变：{ $file } 中为 { $timeout } s
app-apply-same-default = { $key } 不变：{ $file } 中为 { $timeout }，即 15 s
app-apply-no-change = { $file } 无需修改
app-apply-line = { $key } { $timeout } s：{ $why }
app-apply-line-guess = { $key } { $timeout } s：仅为猜测：{ $why }
app-apply-unwritten = 没有写入任何内容；加上 --write 才会修改文件
app-apply-written = 已写入 { $file } 并重新读取确认：只有这些超时有变化；原内容保存在 { $backup }
app-apply-verify = 重启之后，`openim-bench verify { $record }` 可确认 OpenIM 是否已采用这些超时。
app-apply-disturbed = { $file } 的内容与写入的不一致：还有别人在修改它。修改前的内容保存在 { $backup }
app-apply-left = { $key } 保持不变：{ $why }
app-apply-guesses = （加上 --include-guess 则猜测值也会采用）
app-apply-nothing = 无需修改：本次运行没有建议写入任何超时
app-apply-invalid = 本次运行无效，因此不采用其中任何超时：{ $reasons }参见 `openim-bench report { $record }`
app-apply-only = --only { $key }：本次运行没有涉及它；涉及的有 { $keys }
app-apply-only-none = --only { $key }：本次运行没有涉及它；没有涉及任何 webhook
app-apply-modelled = 这些超时不适用于您的部署：{ $basis }请用您自己的处理时间测量；如果仍要采用，请加上 --modelled-anyway
app-apply-has-them = 无需修改：{ $file } 已经采用这些超时
app-apply-no-backup = 无法在 { $folder } 中写入备份或新文件：{ $error }；没有作任何修改
app-apply-meanwhile = { $file }：文件在此期间被别人修改过；没有写入任何内容。请重新运行该命令
app-apply-mounted = 无法替换 { $file }：{ $error }。如果它是单独挂载的文件（容器），请在挂载来源处修改
app-apply-owner = 警告：未能保留文件的所有者和所属组；请确保 OpenIM 仍能读取该文件

# `verify`。
app-verify-nothing = 没有可验证的内容：本次运行没有建议任何超时（加上 --include-guess 则猜测值也会采用）
app-verify-still-ours = OpenIM 的 webhooks.yml 中的 `url` 指向本工具，而本工具现在停止应答：请改回您自己的 webhook 服务器的地址，并重启
app-verify-simulator = 本次运行使用的是内置模拟器，它已不存在：请用 --target URL 指定要验证其超时的部署
app-verify-stopping = 正在停止：应答被扣住的回调请求，并解散群组（再按一次立即退出）
app-verify-leaving = 立即退出：可能有群组遗留；其名称以 `openim-bench probe-` 开头
app-verify-others = 该次运行曾把其他操作的回调请求转发到 { $url }，而 verify 做不到：它会放行那台服务器本来会拒绝的操作。请在没有其他人使用该部署时，加上 --hits-everyone 进行验证
app-verify-unusable = 无法使用该部署（{ $code }）；没有验证任何内容
app-verify-plan = webhook：{ $webhooks } 个，每个由本工具发起的操作：{ $repeats } 次；全部采用时约需 { $seconds } s，大多在 { $most } s 以内
app-verify-key = 无法验证 { $key }：{ $why }
app-verify-left = 警告：可能仍有 { $n } 个群组存在；请手动解散（/group/dismiss_group）：{ $groups }
app-verify-left-why = 警告：可能仍有 { $n } 个群组存在（{ $why }）；请手动解散（/group/dismiss_group）：{ $groups }

# `cleanup`。
app-cleanup-simulator = 本次运行使用的是内置模拟器，其群组已随之消失：没有需要清理的内容
app-cleanup-rate = --rate { $rate } 没有意义；请写一个大于 0 的数
app-cleanup-done = 已解散 { $dismissed } 个，早已不存在或从未建出 { $gone } 个，遗留 { $left } 个

# `report` 与 `profile`。
app-report-unwritten = 警告：{ $failure }；报告仍照常给出
app-profile-none = 没有名为 `{ $name }` 的自带 profile；可用的有 { $names }

# `whatif`。
app-whatif-twice = --timeout { $key } 给出了两次，且值不同
app-whatif-rate = --rate 是每秒到达数，必须大于 0
app-whatif-outage = --outage 必须大于 0，例如 60s

# `compare`。
app-compare-gate = --gate：`{ $name }` 不是可比较的项目；请从以下项目中选择：{ $names }
app-compare-candidate = compare 在基准之后还需要一个候选：openim-bench compare BASE CANDIDATE
app-compare-base-missing = { $why }。如果首次流水线还没有基准，可用 --base-missing ok 放行
app-compare-side = { $name } 的第 { $round } 轮：{ $meaning }；不作任何比较。详情见 `openim-bench report { $record }`
app-compare-interleave = --interleave 需要两个 profile（compare --interleave 3 A.toml B.toml），或一个 profile 和两个目标（compare --interleave 3 A.toml --target URL --target URL）
app-compare-twice = `{ $name }` 两次指定了运行 { $run }
app-compare-no-run = `{ $name }` 没有指定任何运行
app-compare-intervals = 缺少 { $file }；比较需要 run.json 和 { $needed }
app-compare-invalid = 运行 { $run } 无效，不能说明 OpenIM 的情况：{ $reasons }。请重新运行
app-compare-unjudged = { $record }：不知道本次运行是否有效：run.json 中没有保存评判结果，评判所需的文件也已不在。请保留完整的记录，或在精简之前对其运行 `openim-bench report`，或用 --unchecked 只比较响应时间
app-compare-difference = { $key }（{ $base } 与 { $candidate }）
app-compare-plans = { $base } 与 { $candidate } 不能比较：两者的计划有以下不同：{ $differences }。请用相同的计划运行两者，或放行有意的差异：--allow-diff { $key }

# `capacity`。
app-capacity-trial = --trial { $trial } 没有意义；请写 1s 到 1h
app-capacity-replay = load.arrivals = "replay" 自带到达率；要搜索容量，请写 "poisson" 或 "constant"
app-capacity-target = 该搜索的目标是 { $before }，而 profile 或环境变量现在指定的是 { $now }：请改回去，或开始新的搜索
app-capacity-folder = 无法创建 { $folder }
app-capacity-file = 无法在 { $folder } 中写入 { $file }
app-capacity-no-search = --resume：无法读取 { $file }；请指定某次搜索的目录
app-capacity-no-state = --resume：{ $file } 不是搜索的状态文件
app-capacity-format = --resume：{ $file } 的格式为 { $format }，本程序支持的是 { $known }

# `run --rehearse`。
app-rehearse-simulator = --rehearse：故障演练只能在模拟器中进行；请用 --target sim，或在 profile 中写一个 outage 阶段，在真实部署上尝试
app-rehearse-closed = --rehearse：闭环没有可用于预测的到达率；请用 load.loop = "open"
app-rehearse-no-webhook = --rehearse：该 profile 中没有 webhook 会回调；请在 webhook.expect 中列出
app-rehearse-invalid = --rehearse：正常情况下的运行 { $record } 无效，因此不能据此作任何预测：{ $why }
app-rehearse-nothing = --rehearse：本次运行没有为 { $key } 建议超时（原因见其报告）；请测量更长时间，或指定要演练的超时：--rehearse 3
app-rehearse-no-outage = 演练中没有故障

# `sim`。
app-sim-processes = --processes 0 没有意义；请写 1 或更大的数
app-sim-workers = --workers 0 没有意义；请写 1 或更大的数，或不写
app-sim-admin = --admin-user 为空；请写 share.yml 中 imAdmin.userID 的第一个 userID
app-sim-faults = --fault：最多 { $most } 个时间窗口
app-sim-span = { $flag } { $span }：最多 { $most }
app-sim-watching = --linger 和 --confirm 只用于观察；请加上 --watch 或 --accept-any-user
app-sim-listen = --listen { $address }：请选择其他地址，或用端口 0 选取空闲端口
app-sim-announced = OpenIM { $version }（模拟）正在监听 { $url } ；{ $webhooks }
app-sim-announced-as = OpenIM { $version }，按 { $build } 处理（模拟）正在监听 { $url } ；{ $webhooks }
app-sim-no-webhook = 没有启用任何 webhook
app-sim-calls-back = 向 { $url } 发送 { $keys } 的回调请求
app-sim-fault-begins = 故障 { $fault } 开始，启动后 { $at }
app-sim-fault-ends = 故障 { $fault } 结束，启动后 { $at }
app-sim-log = 警告：--log-dir：{ $line }
app-sim-log-lost = 警告：--log-dir：缺少 { $n } 行；磁盘太慢或出错

# 退出码：用于说明一次运行的结果。
app-exit-invalid = 本次运行无效或已自行中止：不要使用其数据
app-exit-interrupted = 被 Ctrl-C 中断；记录可读
app-exit-terminated = 被 SIGTERM 结束；记录可读
