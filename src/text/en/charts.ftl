# Misfire bound against timeout
charts-misfire-change = { $key }: { $t } s cuts at most { $share } — { $now } s now
charts-misfire-keep = { $key }: { $t } s cuts at most { $share }
charts-misfire-none = { $key }: no timeout is shown to cut at most { $asked }
charts-misfire-about = Upper 95 % bound of the share of callbacks that a timeout would cut, against the timeout in seconds, one panel a webhook.
charts-misfire-single = bound, one by one
charts-misfire-spells = bound, in spells
charts-misfire-recommended = recommended, and ε
charts-misfire-present = now
charts-misfire-forbidden = longer than an upper limit allows
charts-misfire-x = timeout, s
