# 图表文件。
results-no-cjk-font = 本系统没有含中文字符的字体，因此图片使用英文；请安装一种中文字体（Debian：fonts-noto-cjk），或使用 --format svg，由查看程序提供字体
results-no-charts = { $run }：本次运行没有可绘制的内容
results-drawn = { $n } 张图表，位于 { $folder }

# 记录列表。
results-head-run = 运行
results-head-started = 开始时间
results-head-title = 标题
results-head-verdict = 结论
results-head-timeouts = 应写入的超时
results-verdict-valid = 有效
results-verdict-warnings = 有效，有警告
results-verdict-invalid = 无效
results-verdict-unread = 未评判
results-none = { $folder } 中没有记录；运行 `openim-bench run profiles/quickstart.toml` 即可生成一份

# 浏览器。
results-opening = 正在打开 { $file }

# 错误。
results-no-chart = --chart { $name }：没有这种图表；可用的有：{ $names }
results-no-folder = --out：无法创建目录 { $folder }
results-no-browser = 无法启动浏览器（已尝试 { $tried }）；请自行打开该文件，或在 BROWSER 中指定浏览器
