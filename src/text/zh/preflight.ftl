# (preflight)
# How the version was told
preflight-version-given = 由配置给定
preflight-version-told = 根据行为判断，而非版本号：{ $why }
preflight-version-told-once = 根据行为判断，而非版本号：{ $why }；beforeMemberJoinGroup 对所有成员只回调一次
preflight-version-told-each = 根据行为判断，而非版本号：{ $why }；beforeMemberJoinGroup 为 { $people } 人回调了 { $n } 次，只有 3.7 如此
preflight-version-main = 应答带有 X-Http-Id，只有 main 会发送；空的注册请求被拒绝时的措辞属于多进程部署
preflight-version-main-standalone = 应答带有 X-Http-Id，只有 main 会发送；空的注册请求被拒绝时的措辞属于单进程构建
preflight-version-370 = /auth/get_admin_token 不存在（404），与 3.7 一致
preflight-version-380 = /auth/get_admin_token 需要先通过 token 校验，而 /auth/user_token 可用，与 3.8.0 一致
preflight-version-383 = /auth/get_admin_token 可用（3.8.1 或更新），没有 X-Http-Id（不是 main），缺少 token 时拒绝应答不带详情，与 3.8.3 一致
preflight-version-later-patch = /auth/get_admin_token 可用（3.8.1 或更新），没有 X-Http-Id（不是 main），缺少 token 时拒绝应答带有详情，与 3.8.3 的后续补丁一致
preflight-version-some-patch = /auth/get_admin_token 可用（3.8.1 或更新），没有 X-Http-Id（不是 main）；无法判断是哪个补丁版本
# What contradicts a given version
preflight-version-contradicted = target.version 写的是 { $given }，但服务器的行为与 { $told } 一致：{ $why }
preflight-version-contradicted-do = 请更正 target.version，或写 `auto`；调用方时限、推送等待等默认值都取决于它
preflight-command-mismatch = { $key } 为 { $people } 人回调了 { $n } 次，这是 { $came } 的发送方式；而版本 { $version } 发送的是 { $command }
preflight-command-mismatch-do = 请更正 target.version；并检查您自己的 webhook 服务器的路由是否包含实际到来的 command
# What may be driven
preflight-proxy-ignored = 已设置 { $name }，但 openim-bench 直接连接 { $base }：否则代理也会被计入测量
preflight-proxy-ignored-do = 如果只能通过代理访问目标，请在能直接访问它的机器上运行 openim-bench
preflight-invite-kills = 在 OpenIM 3.7 上，启用 beforeMemberJoinGroup 时由应用管理员邀请成员会使 openim-rpc-group 退出；在它重启之前，所有群组调用都会失败
preflight-invite-kills-do = 请从 load.operation 中去掉 `invite`，或关闭 beforeMemberJoinGroup 并重启 openim-rpc-group
# Groups left behind
preflight-cleanup-left = 本次运行有 { $left } 个群组未能解散
preflight-cleanup-left-why = 本次运行有 { $left } 个群组未能解散（{ $why }）
preflight-cleanup-left-interrupted = 本次运行有 { $left } 个群组未能解散（清理被中断）
preflight-cleanup-left-do = 请运行 `{ $command }`
preflight-group-left = 预检创建的群组 { $group } 未能解散
preflight-group-left-do = 运行结束时的清理会再试一次；否则请手动解散（/group/dismiss_group）
# The secret
preflight-secret-comment = { $place } 中的密钥含有 ` #`：可能是 --env-file 中的注释混入其中
preflight-secret-blank = { $place } 中的密钥含有空白字符：可能是 --env-file 中的注释或空格混入其中
preflight-secret-do = docker 的 --env-file 会原样取 `=` 之后的全部内容：请把注释单独写一行，然后与 share.yml 中的 `secret` 对照
