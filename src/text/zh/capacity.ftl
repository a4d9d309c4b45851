# 试验为何不达标或无效。
capacity-not-let-go = { $n } 次到达未发出：已达到 limits.groups，或没有可操作的群
capacity-in-flight-full = { $n } 次到达时已有 limits.in_flight 个调用在途
capacity-stopped-itself = 自行停止：{ $why }
capacity-no-call = 没有发出任何调用
capacity-quantile-missed = 响应时间的 { $name } 为 { $seen } s，要求 { $asked }
capacity-quantile-unended = 响应时间的 { $name } 到试验结束时仍未应答，要求 { $asked }
capacity-never-answered = { $n } 次从未应答
capacity-calls-failed = { $all } 次调用中有 { $failed } 次失败（{ $kinds }）
capacity-never-came = { $key } 的 { $n } 个回调请求从未到达
# 词语。
capacity-verdict = { $name ->
    [good] 达标
    [bad] 不达标
    [invalid] 无效
   *[other] { $name }
}
capacity-why = { $name ->
    [first] 首次
    [double] 加倍
    [halve] 减半
    [bisect] 二分
    [confirm_good] 确认达标端
    [confirm_bad] 确认不达标端
    [repeat] 重复
   *[other] { $name }
}
capacity-objectives-from = { $name ->
    [profile] 来自配置
    [default] 默认
   *[other] { $name }
}
capacity-objective-failed = 失败 ≤ { $share }
capacity-objective-lost = 不丢失后置回调
# 搜索之前，以及每次试验一行。
capacity-estimate-rates = { $target } 的容量：从 { $from }/s 开始，范围 { $lowest } 至 { $to }/s；每次试验 { $trial }，之前预热 { $warmup }
capacity-estimate-good = 试验达标的条件：{ $objective }（目标：{ $from }）
capacity-estimate-cost = 最多 { $trials } 次试验、{ $groups } 个群，即最多约 { $minutes } 分钟；往往少得多：界限清晰时只需 20 至 30 次试验
capacity-estimate-folder = 结果：{ $folder }
capacity-resumed = 继续：已完成 { $trials } 次试验，已创建 { $groups } 个群
capacity-trial = 试验 { $number }：{ $rate }/s → { $verdict }
capacity-trial-because = 试验 { $number }：{ $rate }/s（{ $why }）→ { $verdict }
capacity-level = 负载 { $share } %：{ $rate }/s，{ $seconds } s → { $verdict }
capacity-confirming = 确认运行：{ $rate }/s，{ $seconds } s → { $verdict }
capacity-calls = { $n } 次调用
capacity-with-reasons = { $verdict }：{ $reasons }
capacity-still-ours = OpenIM 的 webhooks.yml 仍指向本工具，而本工具已不再应答：改回 `url` 并重启 OpenIM 之前，每次创建都会以 90004 失败
capacity-kept = 已有结果已保留；继续搜索请用：openim-bench capacity --resume { $folder }
# 哪些没有测，以及原因。
capacity-left-out-share = 容量的 { $share } %：{ $why }
capacity-left-out-confirming = 确认运行：{ $why }
capacity-left-out-interrupted = 被中断；--resume 可继续
capacity-left-out-groups = 允许创建的群数所剩不足；请提高 --budget-groups 并用 --resume 继续
capacity-left-out-invalid = 其各次试验均无效
# 答案。
capacity-so-far = 截至目前：{ $answer }
capacity-between = 容量在 { $good }/s（已确认达标）与 { $bad }/s（已确认不达标）之间。
capacity-between-wide = 容量在 { $good }/s（已确认达标）与 { $bad }/s（已确认不达标）之间，区间宽度 { $width }。
capacity-at-least = 容量至少为 { $good }/s；更高的到达率中没有不达标的。
capacity-at-least-unsure = 容量至少为 { $good }/s；没有任何到达率被确认不达标，尽管从 { $bad }/s 起已有不达标的试验。
capacity-below = 容量低于 { $bad }/s；没有任何到达率被确认达标。
capacity-unknown = 无法测出容量：没有任何到达率被确认达标或不达标。
capacity-ended-no-bad = 允许的最高到达率（--to）仍然达标；提高它才能找到上限。
capacity-ended-no-good = 连试过的最低到达率也不达标：请看最先出问题的是什么，或降低 --from、放宽目标。
capacity-ended-trials = { $trials } 次试验已用完，区间仍未缩小到所要求的宽度；可用 --resume 和更大的 --trials 继续。
capacity-ended-groups = 搜索已停止，因为下一次试验创建的群会超出允许的数量（已创建 { $made } 个，允许 { $allowed } 个；其中一部分留给各负载档）；请提高 --budget-groups 并用 --resume 继续。
capacity-ended-invalid = 无效的试验过多（{ $all } 次中有 { $invalid } 次）：瓶颈是本机或到 OpenIM 的连接，而不是 OpenIM。
capacity-breaks = 最先出问题的是 { $code }（{ $of } 次不达标的试验中有 { $trials } 次，从 { $rate }/s 起）：{ $what }
capacity-long-run-bad = 在 { $rate }/s 下持续 { $seconds } s 的长试验不达标（{ $reasons }）：持续负载下的容量低于短试验的结果。请用更长的 --trial 重新搜索。
capacity-simulated = OpenIM 是模拟的：这一结果不代表您的部署。
capacity-modelled = 回调请求由本工具的模型应答，而不是由您自己的服务器应答。
# 报告中的各负载档。
capacity-levels = 负载、延迟与所需超时
capacity-col-share = 占达标端比例
capacity-col-rate = 到达率 /s
capacity-col-seconds = s
capacity-col-verdict = 结论
capacity-col-timeout = 所需超时
capacity-share-long = { $share } %（长试验）
capacity-needed = 各负载所需的超时；带 ? 表示试验太短、不足以证明，该数字是根据已有观测的最佳猜测：
capacity-left-out = 未测：{ $what }
# 报告中最先出问题的是什么。
capacity-breaks-first = 最先出问题的是什么
capacity-cause = { $code }：{ $of } 次不达标的试验中有 { $trials } 次，从 { $rate }/s 起：{ $what }
# 报告中的试验。
capacity-trials = 试验
capacity-col-good = 达标
capacity-col-bad = 不达标
capacity-col-invalid = 无效
capacity-counts = 达标 { $good } 次，不达标 { $bad } 次，无效 { $invalid } 次（已重做，不计入）；每次 { $trial } s，之前预热 { $warmup } s；创建了 { $groups } 个群，允许 { $allowed } 个
capacity-good-is = 达标：{ $objective }（目标：{ $from }）
capacity-is = 容量：有 { $share } 的试验不达标时的到达率（exceed ratio）
capacity-good-end = 达标端：{ $rate }/s，{ $trials } 次试验中有 { $bad } 次不达标
capacity-bad-end = 不达标端：{ $rate }/s，{ $trials } 次试验中有 { $bad } 次不达标
