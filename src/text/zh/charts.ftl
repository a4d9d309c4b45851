# 误伤上界与超时
charts-misfire-change = { $key }：{ $t } s 至多误伤 { $share }，目前为 { $now } s
charts-misfire-keep = { $key }：{ $t } s 至多误伤 { $share }
charts-misfire-none = { $key }：没有超时能证明误伤不超过 { $asked }
charts-misfire-sentence = { $what }。
charts-misfire-about = 各超时（秒）会截断的回调请求所占比例的 95 % 上界，每个 webhook 一幅小图。
charts-misfire-single = 上界（零星）
charts-misfire-spells = 上界（慢段）
charts-misfire-recommended = 推荐值与 ε
charts-misfire-present = 目前
charts-misfire-forbidden = 超出上限所允许的范围
charts-misfire-x = 超时，s
# 运行过程
charts-time-x = 运行时间，s
charts-latency-y = 时间（对数）
charts-warm-up = 预热
charts-outage = 故障
charts-outages-about = 阴影标出 { $n } 次故障。
charts-budget = 调用方时限 { $value }
# 响应时间与服务时间
charts-timeline-title = 运行期间的响应时间：p99 { $p99 }，最慢 { $max }
charts-timeline-title-outages = 运行期间的响应时间：不计故障时段 p99 { $p99 }，最慢 { $max }
charts-timeline-title-short = 运行期间的响应时间：最慢 { $max }
charts-timeline-about = 响应时间与服务时间随运行时间的变化，每 { $seconds } 秒一个点。
charts-response = 响应时间
charts-service = 服务时间
charts-response-max = 响应，最大
charts-response-p99 = 响应，p99
charts-response-p50 = 响应，p50
charts-service-p99 = 服务，p99
charts-service-p50 = 服务，p50
# 分位数
charts-percentiles-title = { $quantile } 的调用不超过 { $time }；再往后样本不足以说明
charts-percentiles-of = { $what }：{ $quantile } 不超过 { $time }；再往后样本不足以说明
charts-percentiles-x = 不超过该时间的比例（按剩余比例取对数）
charts-percentiles-about = 时间与不超过该时间的调用或回调请求所占比例的关系。每条曲线止于样本所能支持的最后一个分位数：{ $ends }。
charts-percentiles-end = { $what } 止于 { $quantile }，{ $time }
# 负载
charts-load-title = 要求每秒 { $asked } 次调用，实际 { $achieved } 次；未发出 { $shed } 次
charts-load-title-closed = 实际每秒 { $achieved } 次调用；未发出 { $shed } 次
charts-load-about = 每秒要求、发出和未发出的调用数，在途调用数，以及（若有逐秒记录）本程序的发出延迟，均随运行时间变化。
charts-rate-y = 每秒调用数
charts-in-flight-y = 在途调用数（最高）
charts-lag-y = 发出延迟，p99（对数）
charts-asked = 要求
charts-achieved = 实际
charts-shed = 未发出
charts-in-flight = 在途
# 失败
charts-failures-title = { $released } 次调用中有 { $failed } 次失败，最多的原因是 { $cause }
charts-failures-about = 每秒失败的调用数随运行时间的变化，按原因分：{ $causes }。
charts-failures-y = 每秒失败数
charts-other-causes = 其他原因
# 后置回调
charts-after-none = 应有 { $expected } 次后置回调，无一丢失
charts-after-lost = 应有 { $expected } 次后置回调，丢失 { $lost } 次
charts-after-about = 每秒应有、收到和丢失的后置回调数随运行时间的变化。
charts-after-y = 每秒后置回调数
charts-after-expected = 应有
charts-after-received = 收到
charts-after-never = 丢失
charts-after-none-queue = 应有 { $expected } 次后置回调，无一丢失；队列最多约占 { $deepest }/{ $slots }
charts-after-lost-queue = 应有 { $expected } 次后置回调，丢失 { $lost } 次；队列最多约占 { $deepest }/{ $slots }
charts-after-about-delivery = 其下是后置回调在 API 应答之后多久到达（每点的中位数与最大值，按应答时刻计；最长 { $longest }；应答读完之前就到达的记为 0），以及 OpenIM 队列中等待的事件数：此为估计值，即调用已应答而回调请求尚未到达的事件，每隔数毫秒统计一次，取每点的最大值；最多占 { $slots } 个位置中的 { $deepest } 个。被丢弃或始终未到达的事件不计在内。
charts-after-no-operations = 未画出送达延迟与队列：记录中没有逐次操作（limits.operation_rows）。
charts-operations-part = 记录只含最先的操作，另有 { $missing } 次因上限未写入（limits.operation_rows）。
charts-after-lag-y = 从应答到回调请求到达（对数）
charts-after-lag-p50 = 送达，p50
charts-after-lag-max = 送达，最大
charts-after-queue-y = 队列中的事件数（最高，估计）
charts-after-queue = 队列
charts-after-slots = { $n } 个位置
# 单次建群的瀑布图
charts-waterfall-title-lag = 最慢的建群用时 { $total }，其中 { $part } 在发出之前
charts-waterfall-title-between = 最慢的建群用时 { $total }，其中 { $part } 在 OpenIM 与网络
charts-waterfall-title-handler = 最慢的建群用时 { $total }，其中 { $part } 在 { $key } 的处理程序
charts-waterfall-about = 测量阶段中成功的单次建群（不计故障时段），各自从应发出的时刻算起：API 调用、各回调请求之间在 OpenIM 与网络的时间、每个回调请求的处理时间，以及后置回调的送达与处理。
charts-waterfall-sentence = { $create }：{ $parts }。
charts-waterfall-part = { $name } { $time }
charts-waterfall-heading = { $which }：{ $total }，晚发出 { $lag }（{ $id }）
charts-waterfall-typical = 典型（最接近 p50）
charts-waterfall-p99 = 最接近 p99
charts-waterfall-slowest = 最慢
charts-waterfall-x = 自应发出时刻起的时间
charts-waterfall-lag = 晚发出
charts-waterfall-call = API 调用
charts-waterfall-between = OpenIM 与网络
charts-waterfall-handler = 回调处理程序
charts-waterfall-delivery = 后置回调的送达
charts-waterfall-never = 未到达
# 热力图
charts-heat-title = 所有应答的时间在 { $from } 与 { $to } 之间
charts-heat-about = 运行中各时刻不同耗时的调用数；单格最多 { $most } 次。
charts-heat-few = 1 次调用
charts-heat-many = 单格 { $n } 次调用
# 假设分析曲线
charts-whatif-fills = 每秒 { $rate } 次调用时，T 从 { $t } s 起，一次挂起会占满全部 { $all } 个连接（{ $after } 内）
charts-whatif-suffices = 每秒 { $rate } 次调用时，15 s 以内的任何超时都不会让一次挂起占满 { $all } 个连接
charts-whatif-about = 左图：回调服务健康时，各超时每小时会造成的失败调用数，分别为上界（95 %，慢回调零星出现）与实测值。右图：一个前置回调挂起时，不同到达率下各超时所占用的连接数。
charts-whatif-sentence = { $key }：{ $t } s 每小时至多造成 { $most } 次失败调用，按实测为 { $seen } 次。
charts-whatif-x = 超时 T，s
charts-whatif-failed-y = 每小时失败调用数上界（95 %，对数）
charts-whatif-seen = 实测
charts-whatif-timeout = 所问的或目前的超时
charts-whatif-held-y = 挂起时占用的连接数
charts-whatif-limit = 全部 { $all } 个连接
charts-whatif-rate = { $rate }/s
# 容量搜索
charts-capacity-between = 容量在每秒 { $good } 与 { $bad } 次调用之间
charts-capacity-at-least = 容量至少为每秒 { $good } 次调用；没有速率被确认为坏
charts-capacity-below = 容量低于每秒 { $bad } 次调用；没有速率被确认为好
charts-capacity-unknown = { $n } 次试验，尚无速率被确认为好或坏
charts-capacity-about = 左图：各次试验依次尝试的速率及其结论：{ $good } 次好，{ $bad } 次坏，{ $invalid } 次无效。右图：响应时间的 p50 和 p99 随速率的变化（取该速率下各次试验的中位数），以及已知时回调所需的超时。
charts-capacity-at-load = 速率 { $rate }/s 时 p50 为 { $p50 }，p99 为 { $p99 }。
charts-capacity-x = 试验
charts-capacity-rate-y = 尝试的速率，每秒调用数（对数）
charts-capacity-bracket = 已确认好与已确认坏之间
charts-capacity-load-x = 每秒调用数（对数）
charts-capacity-time-y = 响应时间（对数）
charts-capacity-objective = { $name } ≤ { $time }
charts-capacity-needed-y = 所需超时，s；圆环：猜测
# 比较
charts-comparison-worse = { $candidate } 比 { $base } 差：{ $all } 项中有 { $n } 项
charts-comparison-no-worse = { $candidate } 不比 { $base } 差
charts-comparison-cannot-tell = 无法判断 { $candidate } 是否比 { $base } 差
charts-comparison-several = { $all } 个候选中有 { $worse } 个比 { $base } 差；无法判断：{ $unclear } 个
charts-comparison-about = 左图：响应时间与不超过该时间的调用所占比例的关系，附 95 % 区间。右图：各候选与基准之差及其 95 % 区间，以无关紧要的容差为单位：时间为 { $times }，比例为调用数的 { $shares }。
charts-comparison-row = { $what }：{ $difference }，{ $verdict }。
charts-comparison-row-of = { $name }，{ $what }：{ $difference }，{ $verdict }。
charts-comparison-x = 调用所占比例（按剩余比例取对数）
charts-comparison-time-y = 响应时间（对数），附 95 % 区间
charts-comparison-margins-x = 差异，以容差为单位（阴影：无关紧要）
# 某个结果没有的图表
charts-cannot-show = { $result }：--chart { $asked } 没有可绘制的内容；该结果可以显示：{ $shown }
charts-needs-two = --chart comparison 用于比较结果：请给出两次或更多运行，基准在前
charts-not-compared = 没有比较图：{ $why }
charts-search-unreadable = 无法读取容量搜索的结果 { $file }
charts-nothing-compared = 没有比较图：这些运行之间没有已知的差异
