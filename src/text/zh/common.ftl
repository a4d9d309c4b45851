# 多处共用的词语。
common-at-most = 最多 { $value }
common-minutes = { $n } 分钟
