# --metrics
metrics-address = `{ $given }` 不是可以监听的地址：请写端口（9464 表示 127.0.0.1:9464）或 ip:端口
metrics-taken = --metrics { $address }：已有其他程序在那里监听；请停掉它，或换一个端口
metrics-elsewhere = --metrics { $address }：本机没有这个地址；请用 127.0.0.1 或本机自己的地址
metrics-privileged = --metrics { $address }：1024 以下的端口只给特权用户；请换一个端口
metrics-no-listener = --metrics { $address }：无法在那里监听
metrics-listening = 指标在 { $url }
metrics-beyond = 其他机器可能读到 { $url } 的指标；那里的任何人都能知道速率和耗时
