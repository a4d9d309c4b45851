# (setup)
setup-and = { $first } 和 { $second }
setup-unknown-deployment = `{ $name }` 不是部署方式；请写 docker、k8s 或 source
# What is set up, and where nothing is
setup-simulator =
    目标是内置模拟器：无需做任何准备。
    要测试真实部署，请设置 `target.url` 或给出 `--target URL`。
setup-no-webhook = `webhook.expect` 为空：这是纯 API 负载，无需设置 webhook。
setup-before = 测量之前（{ $deployment }）
setup-interrupts = 这会中断什么
setup-mind = 注意
setup-afterwards = 测量之后恢复
# What to mind
setup-mind-invite = 3.7 启用 beforeMemberJoinGroup 时，应用管理员的邀请会使 openim-rpc-group 退出；测量期间请让群主邀请
setup-mind-conversation = …GroupChatConversations 这些键由 openim-rpc-conversation 发送（仅 main）：请同样修改并重启该进程
setup-mind-others = 所有键共用一个 URL，因此 { $keys } 也会调用 openim-bench；除非 `webhook.forward_others` 指定了您自己的服务器，否则对它们一律放行
setup-mind-port = `webhook.listen` 的端口为 0，每次运行都会变化；请选定一个端口，例如 `--set webhook.listen=0.0.0.0:10006`，并写入 URL
setup-mind-loopback = `webhook.listen` 是 { $listen }：容器无法访问宿主机的回环地址，容器内的 127.0.0.1 是它自己；请用 `--set webhook.listen=0.0.0.0:{ $port }`
setup-mind-host = 请把 { $host } 换成 OpenIM 的 pod 或主机能够访问的本机名称或地址
# What the change interrupts
setup-interrupts-docker = 该容器包含整个 OpenIM：重建它会断开所有客户端，通常不到一分钟
setup-interrupts-k8s = pod 会逐个替换：旧 pod 上正在进行的群组调用可能失败，消息不受影响
setup-interrupts-source = 在进程恢复之前，群组调用会失败（errCode 14，main 上为 500 `grpc service … down`）；单进程的 main：恢复之前一切停止
setup-interrupts-before = 从重启到 `openim-bench run` 开始监听之间，所有启用了前置键的操作都以 90004 失败；`failedContinue: true` 也没有用
setup-interrupts-yours = 测量期间，您自己的 webhook 服务器收不到回调请求：它在其中做的检查或记录都不会发生
# Put in: Docker
setup-check = 检查：
setup-docker-environment =
    在 docker-compose.yaml 中，给服务 `openim-server` 添加（加在服务本身上：`.env` 中的一行
    只有在 compose 文件引用它时才会进入容器）：
setup-docker-counts =
    变量只对容器内 webhooks.yml 中已有的键生效。
    OpenIM 的 main 单进程不读取变量：请改为修改 webhooks.yml（--deployment source）。
setup-docker-recreate = 重建容器；`restart` 会保留旧的环境变量：
# Put in: Kubernetes
setup-k8s-variables = 在 openim-rpc-group 的 deployment（OpenIM 自带清单中为 `group-rpc-server`）上设置变量，这会触发滚动更新：
setup-k8s-file = 或编辑 ConfigMap（自带清单中为 `openim-config`）中的 webhooks.yml 并重启，因为该文件只在启动时读取：
setup-k8s-counts = 变量优先于文件，并且只对文件中已有的键生效。
setup-k8s-wait = 等待完成，并数一下 pod：每个 pod 有 100 个 webhook 连接（`webhook.processes`）：
# Put in: from source
setup-source-file = 保留一份 config/webhooks.yml 的副本，然后在其中设置（每个键的其余内容保持不变）：
setup-source-seconds =
    `timeout` 是整数秒；写成 `15s` 进程无法启动。各个键位于顶层，
    上面没有 `callback:`。
setup-source-restart =
    重启 openim-rpc-group；不支持热加载。OpenIM 的 main 单进程（cmd/main.go）：重启整个进程；
    它不读取 IMENV_ 变量。多进程部署时 IMENV_WEBHOOKS_* 变量优先于文件：请确认没有设置这些变量。
# Put back
setup-back-docker =
    去掉 IMENV_WEBHOOKS_* 各行，使 webhooks.yml 像原来一样生效，或恢复它们原来的值
    （如果 extra_hosts 原来没有，也请去掉）：
setup-back-k8s = 去掉这些变量（`NAME-`），或恢复它们原来的值：
setup-back-source = 在 webhooks.yml 中：
setup-back-restart = 重启同一个进程。
setup-back-in-force = 恢复后生效的值（仅限已知的）：
setup-back-recommended = 此后再写入推荐的超时，每次只改一处。
setup-as-it-was = <保持原值>
# New timeouts: a changed webhooks.yml
setup-file-restart = OpenIM 只在启动时读取 webhooks.yml：请重启 { $processes }（main 单进程：重启整个进程）。
setup-file-source = 源码部署：    mage stop && mage start
setup-file-docker =
    Docker：      docker compose restart openim-server   （仅当服务挂载了该文件时；
                  openim-docker 没有挂载，请用 --format env）
setup-file-k8s = Kubernetes：  先把文件放入 ConfigMap（--format configmap），然后
setup-file-variable = 该进程环境中的变量 IMENV_WEBHOOKS_<KEY>_TIMEOUT 优先于文件（main 单进程除外）。
setup-file-undo = 撤销：cp -p { $backup } { $path }，然后再次重启。
# New timeouts: a fragment
setup-put = 把各个 `timeout` 放入 webhooks.yml（`openim-bench apply RESULT webhooks.yml` 会这样做），然后：
# New timeouts: variables
setup-env-docker = Docker：把这些行放入 docker-compose.yaml 中服务 openim-server 的 `environment:`，每行写成 `- NAME=n`
setup-env-recreate = （只写在 .env 中不会进入容器），然后重建容器；`restart` 会保留旧的环境变量：
setup-env-processes = 自行管理的进程：放入其环境，然后重启 { $processes }。
setup-env-undo = 撤销：去掉这些行并重建容器；Kubernetes：
# New timeouts: a ConfigMap
setup-map-save = 把以上内容保存为 timeouts.yaml，然后执行（pod 会逐个替换）：
setup-map-file-save =
    把以上内容保存为 timeouts.json。它包含整个 { $path } 以及新的超时，因此该文件必须与
      ConfigMap { $map } 现有的内容一致。请先比较（没有输出即为相同）：
setup-map-file-then = 然后执行；该文件只在启动时读取：
setup-map-file-variable = deployment 的变量 IMENV_WEBHOOKS_<KEY>_TIMEOUT 优先于文件。
setup-undo = 撤销：
# New timeouts: where they do not count
setup-config-centre = 启用了 etcd 配置中心的 OpenIM main 从 etcd 取得 webhooks.yml：此时文件和变量都不生效；请在配置中心修改（/config/set_config），然后重启。
setup-variable-counts = 变量只对 webhooks.yml 中已有的键生效，并优先于其中的 `timeout`。
setup-variable-not-main = OpenIM 的 main 单进程不读取变量：请修改它的 webhooks.yml（apply RESULT webhooks.yml）。
setup-restores = 此后以下值重新生效（s，仅限已知的）：{ $known }。
