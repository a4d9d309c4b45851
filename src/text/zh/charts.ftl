# 误伤上界与超时
charts-misfire-change = { $key }：{ $t } s 至多误伤 { $share }，目前为 { $now } s
charts-misfire-keep = { $key }：{ $t } s 至多误伤 { $share }
charts-misfire-none = { $key }：没有超时能证明误伤不超过 { $asked }
charts-misfire-about = 各超时（秒）会截断的回调请求所占比例的 95 % 上界，每个 webhook 一幅小图。
charts-misfire-single = 上界（零星）
charts-misfire-spells = 上界（慢段）
charts-misfire-recommended = 推荐值与 ε
charts-misfire-present = 目前
charts-misfire-forbidden = 超出上限所允许的范围
charts-misfire-x = 超时，s
