# 读写、参数以及无法预测时的错误
# 值
errors-duration = `{ $text }` 不是时长（{ $why }）；请写带单位的数字，例如 "20s"、"50ms" 或 "1m 30s"
errors-unknown-key = `{ $name }` 不是群组操作的 webhook 键；是不是想写 `{ $nearest }`？
errors-version-old = 未知的 OpenIM 版本 `{ $text }`；3.7.0 之前的版本对 webhook 的处理不同，本工具不模拟。
errors-version-meant = 未知的 OpenIM 版本 `{ $text }`；是不是想写 `{ $word }`？
errors-version-image = 未知的 OpenIM 版本 `{ $text }`；openim-server 镜像的标签会说明是哪个版本。
errors-version-unknown = 未知的 OpenIM 版本 `{ $text }`。
errors-version-write = 请写 3.7.0 及之后的发布版本（3.7.0、3.8.0、3.8.3、3.8.3-patch.15 …）、`main`、`main-standalone`，或在可以询问服务器时写 `auto`
# 延迟模型
errors-delay-uniform = `uniform` 从 { $min } 到 { $max }：min 不能大于 max；请交换两者
errors-delay-lognormal = `lognormal`：median（{ $median }）必须大于 0，p99（{ $p99 }）必须大于 median；固定延迟请写 "{ $median }"
errors-delay-pareto = `pareto`：min（{ $min }）和 alpha（{ $alpha }）必须大于 0，给出 max 时它不能小于 min
errors-delay-no-parts = `mixture` 为空；请给出各部分，例如 {"{"} weight = 1, delay = "10ms" {"}"}
errors-delay-weight = `mixture`：第 { $number } 部分的权重 { $weight } 必须是大于 0 的数
errors-delay-stall = `stall`：duration（{ $duration }）必须大于 0 且小于 `every`（{ $every }）；否则要么不会停顿，要么永远得不到应答
errors-delay-hlog-unloaded = `hlog`：{ $file } 尚未加载
errors-delay-hlog = `hlog`：{ $file }：{ $why }
# HdrHistogram 日志；原因接在文件名之后
errors-hlog-no-values = 其中没有可供抽样的值
errors-hlog-unreadable = 无法读取（{ $why }）
errors-hlog-entry-unreadable = 日志的第 { $n } 条无法读取（{ $why }）
errors-hlog-entry-base64 = 日志的第 { $n } 条不是 base64（{ $why }）
errors-hlog-entry-histogram = 日志的第 { $n } 条不是直方图（{ $why }）
errors-hlog-entry-misfit = 日志的第 { $n } 条与其余各条不匹配（{ $why }）
errors-hlog-no-tag = 没有区间带标签 `{ $tag }`；其中的标签有：{ $tags }
errors-hlog-untagged = （无标签）
errors-hlog-empty = 其中没有区间；它是 HdrHistogram 的区间日志吗？
# 到达计划
errors-schedule-segment = 负载的第 { $index } 段（开始 { $start } s，时长 { $duration } s，每秒 { $from } 至 { $to } 次到达）有负值或无穷大；请检查 load.rate、load.duration 和 [[load.phase]]
errors-schedule-too-fast = 每秒 { $rate } 次到达，超过可以安排的 { $limit } 次；请调低 load.rate
errors-schedule-overlap = 负载的第 { $index } 段在前一段结束之前就开始；请按时间顺序排列 [[load.phase]]
errors-schedule-offset = `{ $text }` 不是从 0 起的秒数；请每行写一个偏移，例如 1.25，注释写在 # 之后
errors-schedule-unsorted = 时间倒退了；请按数值对文件排序（sort -n）
errors-schedule-no-offsets = load.offsets_file 中没有偏移；请每行写一个，单位为秒，从运行开始算起
# 记录
errors-read-file = 无法读取 { $path }：{ $why }；这是某次运行的目录吗，例如 results/<run-id>？
errors-read-format = { $path } 不是 openim-bench 的记录：{ $why }
errors-read-no-format = 其中没有 `format` 编号
errors-read-newer = 其格式为 { $format }，而本版本最多能读 { $known }；请使用写出它的 openim-bench 或更新的版本
errors-write-exists = { $path } 已存在；请选择另一个 --out，或将其删除
errors-write-file = 无法写入 { $path }：{ $why }；此前写入的内容仍可读取。请腾出空间或选择另一个 --out
errors-write-stopped = 先前写入出错后，未再向 { $path } 写入任何内容
errors-find-empty = 没有记录 `{ $name }`，{ $dir } 中也没有其他记录；请先运行一个配置，或给出某次运行的目录或 --out DIR
errors-find-unknown = { $dir } 中没有记录 `{ $name }`；其中最新的有：{ $nearest }。也可以给出某次运行的目录路径
errors-find-ambiguous = `{ $name }` 对应多个记录：{ $which }；请把运行 id 写得更完整
errors-ids-file = 无法读取 { $path }：{ $why }；请给出某次运行的目录，例如 results/<run-id>
errors-ids-format = { $path } 没有说明它属于哪次运行（没有 `run` 行和 `tag` 行）；它不是 openim-bench 写的，或一开始就被截断
# 对记录的提问
errors-timeout-form = 请写 KEY=SECONDS，例如 beforeCreateGroup=3
errors-timeout-key = `{ $name }` 不是群组操作的 webhook；是不是想写 `{ $nearest }`？
errors-timeout-zero = 0 对 OpenIM 意味着 15 s，而不是“不限”；请写 15，或 1 到 14
errors-timeout-long = OpenIM 在 15 s 后结束每个回调请求，因此 { $n } 等同于 15；请写 1 到 15
errors-timeout = `{ $text }` 不是超时：OpenIM 只认整秒，1 到 15
errors-whatif-refused = 无法根据本次运行作出预测：{ $why }
errors-whatif-not-measured = --timeout { $key }：本次运行没有测到它的回调请求；测到的有 { $measured }
errors-whatif-no-callbacks = 本次运行没有测到任何回调请求；请先启用 webhook，再带着它们运行一个配置
errors-whatif-no-rate = 本次运行的测量时段内没有到达；请用 --rate 给出每秒的到达数
errors-whatif-too-long = 每秒 { $rate } 次到达时，这样的故障太长，无法推演；请用 --outage 给出较短的：连接池或队列满了之后，结果不再变化
errors-observe-no-outage = 本次运行没有故障阶段；请在配置中写一个（[[load.phase]]，kind = "outage"）
errors-observe-no-operations = 该记录没有保存全部操作；请调大 limits.operation_rows 后重新运行
# 容量搜索
errors-search-bounds = 无法从每秒 { $from } 开始在 { $lowest } 与 { $to } 之间搜索；--from 必须大于 0 且不大于 --to
errors-search-figure = { $name } 为 { $value }；{ $must }
errors-search-write = 请写 { $from } 到 { $to }
errors-search-confidence = 它应在 0.5 与 1 之间
errors-search-at-least-one = 它至少为 1
errors-search-trial-outside = 已保存的一次试验超出了其搜索的范围；文件被改动过吗？
# webhooks.yml
errors-yml-no-yaml = webhooks.yml 不是 OpenIM 能读取的 YAML，因此 OpenIM 无法启动：{ $why }
errors-yml-several = webhooks.yml 中有多个文档（以 `---` 分隔），OpenIM 只读取第一个；请只保留一个
errors-yml-no-mapping = webhooks.yml 必须是一个映射，`url:` 和各 webhook 键都顶格书写；否则 OpenIM 无法启动
errors-yml-value = webhooks.yml 第 { $line } 行：`{ $key }` 为 { $found }，但必须是 { $wanted }；否则 OpenIM 无法启动
errors-yml-fraction = webhooks.yml 第 { $line } 行：`{ $key }` 为 { $found }，但 OpenIM 以整秒计，会舍去小数；请写整数
errors-yml-twice = webhooks.yml 第 { $line } 行：`{ $key }` 第二次出现（OpenIM 不区分大小写）；请删去一个
errors-yml-a-list = 列表
errors-yml-a-mapping = 映射
errors-yml-an-address = 地址，例如 http://10.0.0.5:10006/callback
errors-yml-a-key = 映射，其下为 `enable:` 和 `timeout:`
errors-yml-a-truth = true 或 false
errors-yml-whole-seconds = 不带单位的整秒数，1 到 15
errors-edit-no-key = webhooks.yml 中没有顶格的 `{ $key }`，因此 OpenIM 用这个文件不会调用该 webhook：生效的是这个文件吗？请加上这个键及其 `enable: true` 和 `timeout:`，或用 --only 把它排除
errors-edit-no-key-below = webhooks.yml 中没有顶格的 `{ $key }`，各键都写在 `{ $outer }:` 之下，因此 OpenIM 用这个文件不会调用该 webhook：生效的是这个文件吗？请加上这个键及其 `enable: true` 和 `timeout:`，或用 --only 把它排除
errors-edit-no-settings = webhooks.yml 第 { $line } 行：`{ $key }` 没有任何设置，因此该 webhook 是关闭的；请在其下加上 `enable: true` 和 `timeout:`
errors-edit-alias = webhooks.yml 第 { $line } 行：`{ $key }` 的超时取自第 { $from } 行（别名或 `<<`），在那里修改会连带改变其他键；请手动在 `{ $key }` 下写 `timeout: { $timeout }`
errors-edit-form = webhooks.yml 第 { $line } 行：`{ $key }` 的超时的写法无法就地修改；请手动在那里写 `timeout: { $timeout }`
errors-edit-elsewhere = webhooks.yml：无法只修改这些超时（{ $what }）；其他键引用了它们的值，请手动修改该文件
errors-edit-rest = 文件其余部分的含义会改变
errors-edit-changes = `{ $key }` 会改变
# 负载
errors-engine-pacing = 无法启动控制发出节奏的线程（{ $why }）；请提高线程数上限（ulimit -u）后重试
errors-engine-collector = 无法启动收集线程：{ $why }
errors-engine-collector-ended = 收集线程意外结束；请连同以上各行一并报告
errors-work-users = { $have } 个用户太少：一个群的群主、{ $admins } 个管理员和 { $members } 个成员是 { $need } 个不同的用户；请把 load.users.pool 调到至少 { $need }（或在 load.users.file 中给出更多），或调低 load.members 或 load.admins
errors-work-twice = userID { $user } 在用户池中出现了两次；请从 load.users.file 中去掉它
errors-work-range = load.{ $key } 的 min { $min } 大于 max { $max }
errors-work-nobody = load.members 可能为 0，但这样 { $operation } 就没有操作对象；请把 load.members 设为 1 或更大
errors-work-weights = load.operation 没有可用的权重；请给每个操作一个大于 0 的有限权重
errors-work-no-groups = { $operation } 针对事先建好的群，而现在一个也没有；必须先由准备步骤创建
# webhook 服务器
errors-webhook-delay = `handler.{ $key }.delay`：{ $why }
errors-webhook-listen = `webhook.listen` = "{ $listen }"：{ $why }
errors-webhook-no-address = 没有地址（{ $why }）；请写 host:port，例如 "127.0.0.1:10006"
errors-webhook-nameless = 该名称没有对应的地址
errors-webhook-taken = { $why }；已有另一个进程在此监听（`ss -ltnp` 可查出是哪个），请停止它或换一个端口
errors-webhook-elsewhere = { $why }；本机没有这个地址，0.0.0.0 会监听本机的所有地址
errors-webhook-privileged = { $why }；1024 以下的端口需要特权，请选更大的端口
errors-webhook-forward = `webhook.forward_others` = "{ $url }"：{ $why }
errors-webhook-no-url = 不是 URL（{ $why }）
errors-webhook-url-form = 请写 http://host:port/path，不带查询参数；命令会接在其后
errors-webhook-no-client = 无法为它建立客户端（{ $why }）
# 模拟器
errors-sim-accept = 模拟器无法再接受连接（{ $why }）；请提高 `ulimit -n` 或降低负载
errors-sim-log = 无法向 { $dir } 写入日志文件：{ $why }；请使用可以写入的目录
errors-sim-log-stopped = 日志无法再写入（{ $why }）；模拟继续进行
# 报告
errors-render-json = 无法把摘要写成 JSON：{ $why }；这是程序缺陷，请报告
errors-render-html = 无法把报告写成 HTML：{ $why }；这是程序缺陷，请报告
errors-render-junit = 无法写出 JUnit XML：{ $why }；这是程序缺陷，请报告
errors-png-svg = 图表无法作为 SVG 读取：{ $why }；这是程序缺陷，请报告
errors-png-size = 图表太大，无法做成图片（{ $width } × { $height } 像素）；请用 --format svg 写出
errors-png = 图片无法写成 PNG：{ $why }；请用 --format svg 写出
