# 所比较项目的名称，以及结论。
compare-worse = 更差
compare-no-worse = 不更差
compare-cannot-tell = 无法判断
compare-better = { $verdict }（更好）
compare-bracketed = （{ $verdict }）
compare-response = 响应时间 { $quantile }
compare-failed-share = 失败的调用
compare-after-lost = 丢失的后置回调
# 首先要知道的。
compare-nothing = 没有基准：未作比较
compare-lead-worse = 与 { $base } 相比更差的项目：{ $names }
compare-lead-no-worse = 所考察的各项都不比 { $base } 差
compare-lead-cannot-tell = 与 { $base } 相比，无法判断是否更差的项目：{ $names }
compare-lead-unmeasured = 无法判断是否比 { $base } 更差（参与判定的项目都没有测到）
compare-named = { $name }：{ $what }
# 表格与标题。
compare-against = 候选与基准对比
compare-why = 原因
compare-to-know = 须知
compare-runs = 运行
compare-base = 基准
compare-candidate = 候选
compare-col-difference = 差异
compare-col-interval = 95 % 区间
compare-col-verdict = 结论
compare-col-run = 运行
compare-col-began = 开始
compare-col-measured = 测量时间
compare-col-calls = 调用
compare-col-judged = 判定
compare-judged-now = 现在
compare-judged-then = 当时
compare-judged-unknown = 未知
compare-interval = { $low } 至 { $high } %
compare-interval-open = { $low } % 及以上
# 怎样才能判断。
compare-calls = 次调用
compare-callbacks = 个回调请求
compare-needs = 双方各需约 { $needed } { $what }才能判断（目前分别为 { $base } 和 { $candidate }）
compare-needs-support = 双方各至少需要 { $needed } { $what }（目前分别为 { $base } 和 { $candidate }）
compare-near-margin = 差异离容差太近，再多的调用也难以判断
# 响应时间与比例。
compare-unsupported = { $calls } 次调用不足以支持这个分位数
compare-base-unended = 在这一分位上基准的调用从未结束：没有比这更慢的
compare-candidate-unended = 在这一分位上候选的调用从未结束：比一切都慢
compare-few-seconds = 每次运行至少需要 8 秒的测量时间
compare-over-margin = 区间跨过了容差
compare-too-few = 基准 { $of_a } 个中有 { $a } 个，候选 { $of_b } 个中有 { $b } 个：太少，无法判断
compare-too-few-together = 基准 { $of_a } 个中有 { $a } 个，候选 { $of_b } 个中有 { $b } 个，而且成批出现（{ $clumping } 个只算一个）：太少，无法判断
# 超时。
compare-base-without-callbacks = 基准没有这个 webhook 的回调请求
compare-candidate-without-callbacks = 候选没有这个 webhook 的回调请求
compare-no-timeouts = 双方都没有给出超时（基准：{ $base }，候选：{ $candidate }）
compare-no-base-timeout = 基准没有给出超时；候选给出 { $after } s
compare-no-candidate-timeout = 基准给出 { $before } s，候选没有给出（{ $binding }）：{ $why }
compare-timeout-moves = T 将从 { $before } s 变为 { $after } s，因为 { $why }
compare-refused = 拒绝给出，见其报告
compare-slower = { $n } 个回调请求中有 { $slower } 个慢于 { $timeout } s，上界因此为 { $allows }（基准：{ $base_n } 个中有 { $base_slower } 个，上界 { $base_allows }）；要求不超过 { $asked }
compare-decided = 起决定作用的原为 { $base }，现为 { $candidate }
# 关于这次比较的须知。
compare-margins = 更差：整个区间都超出 { $margin } 的容差（比例类：{ $shares }）；不更差：整个区间都在容差之内
compare-gate = 括号中的结论不参与判定（--gate { $gate }）
compare-allowed = 两个计划在 { $key } 上不同：{ $base } 与 { $candidate }（--allow-diff）
compare-one-run = 每一方只有一次运行：区间不包含相同条件下各次运行之间的差异；`--interleave 3` 可以测出这一差异
compare-hosts-differ = 主机不同：{ $a } 与 { $b }；差异可能部分来自于此
compare-cores-differ = 核数不同：{ $a } 与 { $b }；差异可能部分来自于此
compare-builds-differ = openim-bench 的构建不同：{ $a } 与 { $b }；差异可能部分来自于此
compare-release-build = release 构建
compare-debug-build = debug 构建
compare-cut-short = { $run } 被提前结束；比较的是它到那时为止测得的部分
compare-killed = { $run } 被强行终止；比较的是它到那时为止测得的部分
compare-kept = { $run }：有效性、失败和超时取自其 run.json 中保存的判定
compare-unchecked = { $run }：该运行是否有效、有哪些失败、给出哪些超时，均不得而知（--unchecked）
compare-first-base = 还没有基准：请保留这次运行的记录，作为下一次流水线的基准
# 测量期间。
compare-round = 第 { $round } 轮，共 { $times } 轮：{ $name }
compare-base-missing = 提示：{ $why }；--base-missing ok：未作比较
