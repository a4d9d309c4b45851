# `run --live` 的仪表盘。
live-phase = { $phase }  { $passed } s / { $end } s
live-draining = 收尾：{ $n } 个调用未结束，等待 { $callbacks } 个回调请求
live-keys = q 停止
live-calls = 调用
live-rate = 要求 { $asked }/s，实际 { $achieved }/s
live-in-flight = 在途 { $n }，未发出 { $shed }
live-ended = 成功 { $succeeded }，失败 { $failed }，放弃 { $censored }
live-callbacks = 回调请求 { $n }（{ $rate }/s）
live-p99 = 每秒 p99，最高 { $highest }
live-series = 自开始以来（含预热）
live-response = 响应时间
live-service = 服务时间
live-lag = 发出延迟
live-failures = 失败
live-no-failures = 无
live-log = 日志
live-no-terminal = --live：标准错误不是终端，改为逐行显示进度

# `run` 的进度行。
live-line-draining = 收尾
live-line-open = { $n } 个调用未结束，等待 { $callbacks } 个回调请求
live-line-in-flight = 在途 { $n }
live-line-failed = 失败 { $n }
live-line-failed-of = 失败 { $n }（{ $kinds }）
live-line-shed = 未发出 { $n }
live-line-given-up = 放弃 { $n }
# 阶段名称。
live-phase-load = 负载
live-phase-warmup = 预热
live-phase-steady = 平稳
live-phase-ramp = 爬升
live-phase-steps = 阶梯
live-phase-spike = 尖峰
live-phase-outage = 故障

# 其他来源的回调请求，以及负载与记录之间的通道。
live-others = 其他来源 { $strangers }，未知命令 { $unknown }
live-channel = 事件通道已用 { $share }
