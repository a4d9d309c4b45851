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
# 热力图
charts-heat-title = 所有应答的时间在 { $from } 与 { $to } 之间
charts-heat-about = 运行中各时刻不同耗时的调用数；单格最多 { $most } 次。
charts-heat-few = 1 次调用
charts-heat-many = 单格 { $n } 次调用
