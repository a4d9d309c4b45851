# (preflight)
# How the version was told
preflight-version-given = as given
preflight-version-told = told from behaviour, not from a version number: { $why }
preflight-version-told-once = told from behaviour, not from a version number: { $why }; beforeMemberJoinGroup came once for all
preflight-version-told-each = told from behaviour, not from a version number: { $why }; beforeMemberJoinGroup came { $n } times for { $people } people, as only 3.7 does
preflight-version-main = answers carry X-Http-Id, which only main sends; an empty registration is refused in the words of the group of processes
preflight-version-main-standalone = answers carry X-Http-Id, which only main sends; an empty registration is refused in the words of the one-process build
preflight-version-370 = /auth/get_admin_token does not exist (404), as on 3.7
preflight-version-380 = /auth/get_admin_token is behind the token check and /auth/user_token works, as on 3.8.0
preflight-version-383 = /auth/get_admin_token works (3.8.1 or later), no X-Http-Id (not main), a missing token is refused without detail, as by 3.8.3
preflight-version-later-patch = /auth/get_admin_token works (3.8.1 or later), no X-Http-Id (not main), a missing token is refused with detail, as by later patches of 3.8.3
preflight-version-some-patch = /auth/get_admin_token works (3.8.1 or later), no X-Http-Id (not main); which patch could not be told
# What contradicts a given version
preflight-version-contradicted = target.version says { $given }, but the server behaves as { $told }: { $why }
preflight-version-contradicted-do = correct target.version, or write `auto`; defaults such as the caller budget and the push wait depend on it
preflight-command-mismatch = { $key } came { $n } times for { $people } people, which is how { $came } is sent; version { $version } sends { $command }
preflight-command-mismatch-do = correct target.version; and check that the route of your own webhook server has the command that really comes
# What may be driven
preflight-proxy-ignored = { $name } is set, but openim-bench connects to { $base } directly: a proxy would be measured as well
preflight-proxy-ignored-do = if the target can be reached through the proxy only, run openim-bench on a machine that reaches it directly
preflight-invite-kills = on OpenIM 3.7 an invite by the app admin with beforeMemberJoinGroup enabled ends openim-rpc-group; every group call fails until it is restarted
preflight-invite-kills-do = take `invite` out of load.operation, or switch beforeMemberJoinGroup off and restart openim-rpc-group
# Groups left behind
preflight-cleanup-left = { $left } groups of this run could not be dismissed
preflight-cleanup-left-why = { $left } groups of this run could not be dismissed ({ $why })
preflight-cleanup-left-interrupted = { $left } groups of this run could not be dismissed (clean-up was interrupted)
preflight-cleanup-left-do = run `{ $command }`
preflight-group-left = the group { $group } that preflight made could not be dismissed
preflight-group-left-do = clean-up at the end of the run tries again; else dismiss it by hand (/group/dismiss_group)
# The secret
preflight-secret-comment = the secret in { $place } contains ` #`: probably a comment of an --env-file became part of it
preflight-secret-blank = the secret in { $place } contains white space: probably a comment or a blank of an --env-file became part of it
preflight-secret-do = docker's --env-file takes everything after `=` literally: put the comment on a line of its own, then compare with `secret` in share.yml
