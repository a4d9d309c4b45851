# 试验为何是坏的或无效的。
capacity-not-let-go = { $n } 次到达未发出：已达到 limits.groups，或没有可操作的群
capacity-in-flight-full = { $n } 次到达时已有 limits.in_flight 个调用在途
capacity-stopped-itself = 自行停止：{ $why }
capacity-no-call = 没有发出任何调用
capacity-quantile-missed = 响应时间的 { $name } 为 { $seen } s，要求 { $asked }
capacity-quantile-unended = 响应时间的 { $name } 超出试验的结束时刻，要求 { $asked }
capacity-never-answered = 从未应答 { $n }
capacity-calls-failed = { $all } 次调用中有 { $failed } 次失败（{ $kinds }）
capacity-never-came = { $key } 的 { $n } 个回调请求从未到达
# 词语。
capacity-verdict = { $name ->
    [good] 好
    [bad] 坏
    [invalid] 无效
   *[other] { $name }
}
capacity-why = { $name ->
    [first] 首次
    [double] 加倍
    [halve] 减半
    [bisect] 二分
    [confirm_good] 确认好的一端
    [confirm_bad] 确认坏的一端
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
capacity-estimate-good = 试验为好的条件：{ $objective }（目标：{ $from }）
capacity-estimate-cost = 最多 { $trials } 次试验和 { $groups } 个群，即最多约 { $minutes } 分钟；往往少得多：界限清晰时只需 20 至 30 次试验
capacity-estimate-folder = 结果：{ $folder }
capacity-resumed = 继续：已完成 { $trials } 次试验，已创建 { $groups } 个群
capacity-trial = 试验 { $number }：{ $rate }/s → { $verdict }
capacity-trial-because = 试验 { $number }：{ $rate }/s（{ $why }）→ { $verdict }
capacity-level = 级别 { $share } %：{ $rate }/s，{ $seconds } s → { $verdict }
capacity-confirming = 确认运行：{ $rate }/s，{ $seconds } s → { $verdict }
capacity-calls = { $n } 次调用
capacity-with-reasons = { $verdict }：{ $reasons }
capacity-still-ours = OpenIM 的 webhooks.yml 仍指向本工具，而本工具已不再应答：在改回 `url` 并重启 OpenIM 之前，每次创建都会以 90004 失败
capacity-kept = 已有结果已保留；继续请用：openim-bench capacity --resume { $folder }
# 省略了什么，以及原因。
capacity-left-out-share = 容量的 { $share } %：{ $why }
capacity-left-out-confirming = 确认运行：{ $why }
capacity-left-out-interrupted = 被中断；--resume 可继续
capacity-left-out-groups = 允许的群数所剩不足；提高 --budget-groups 并用 --resume 继续
capacity-left-out-invalid = 其试验均无效
# 答案。
capacity-so-far = 截至目前：{ $answer }
capacity-between = 容量在 { $good }/s（确认为好）与 { $bad }/s（确认为坏）之间。
capacity-between-wide = 容量在 { $good }/s（确认为好）与 { $bad }/s（确认为坏）之间，区间宽 { $width }。
capacity-at-least = 容量至少为 { $good }/s；更高的到达率都没有变坏。
capacity-at-least-unsure = 容量至少为 { $good }/s；没有任何到达率被确认为坏，尽管从 { $bad }/s 起已有坏的试验。
capacity-below = 容量低于 { $bad }/s；没有任何到达率被确认为好。
capacity-unknown = 无法测出容量：没有任何到达率被确认为好或坏。
capacity-ended-no-bad = 允许的最高到达率（--to）仍是好的；提高它才能找到上限。
capacity-ended-no-good = 连试过的最低到达率也是坏的：请看是什么先垮，或降低 --from 或放宽目标。
capacity-ended-trials = 搜索用完了 { $trials } 次试验，区间仍未窄到所要求的程度；用 --resume 和更大的 --trials 可继续。
capacity-ended-groups = 搜索已停止，因为下一次试验会超出允许创建的群数（已创建 { $made }，允许 { $allowed }；其中一部分留给各级别）；提高 --budget-groups 并用 --resume 继续。
capacity-ended-invalid = 无效的试验过多（{ $all } 次中的 { $invalid } 次）：瓶颈是本机或到 OpenIM 的连接，而不是 OpenIM。
capacity-breaks = 最先垮的是：{ $code }（{ $of } 次坏试验中的 { $trials } 次，从 { $rate }/s 起）：{ $what }
capacity-long-run-bad = 在 { $rate }/s 下 { $seconds } s 的长运行是坏的（{ $reasons }）：持续负载下的容量低于短试验的结果。请用更长的 --trial 重新搜索。
capacity-simulated = OpenIM 是模拟的：这不能说明您的部署。
capacity-modelled = 回调请求由本工具的模型应答，而不是您自己的服务器。
# 报告中的各级别。
capacity-levels = 负载、延迟与所需超时
capacity-col-share = 占好端比例
capacity-col-rate = 到达率 /s
capacity-col-seconds = s
capacity-col-verdict = 结论
capacity-share-long = { $share } %（长）
capacity-needed = 各 webhook 之下：该负载所需的超时；带 ? 表示试验太短、无法证明，该数字是根据所见的最佳猜测。
capacity-left-out = 省略：{ $what }
# 报告中先垮的是什么。
capacity-breaks-first = 最先垮的是什么
capacity-cause = { $code }：{ $of } 次坏试验中的 { $trials } 次，从 { $rate }/s 起：{ $what }
# 报告中的试验。
capacity-trials = 试验
capacity-col-good = 好
capacity-col-bad = 坏
capacity-col-invalid = 无效
capacity-counts = 好 { $good } 次，坏 { $bad } 次，无效 { $invalid } 次（重做，不计入）；每次 { $trial } s，之前预热 { $warmup } s；创建了 { $groups } 个群，允许 { $allowed } 个
capacity-good-is = 好：{ $objective }（目标：{ $from }）
capacity-is = 容量：{ $share } 的试验为坏时的到达率（exceed ratio）
capacity-good-end = 好端：{ $rate }/s，{ $trials } 次试验中 { $bad } 次为坏
capacity-bad-end = 坏端：{ $rate }/s，{ $trials } 次试验中 { $bad } 次为坏
