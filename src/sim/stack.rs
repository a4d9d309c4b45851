//! Call chains that newer builds append to their error texts: ` -> func() file:line`.
//!
//! The frames around the webhook client are those that the builds print; the long tail
//! of middlewares below them is left out.

use super::client::Step;
use crate::wire::Build;

/// The handler that called back, and through which function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// `CreateGroup`.
    pub handler: &'static str,
    /// `webhookBeforeCreateGroup`.
    pub hook: &'static str,
}

impl Site {
    pub(super) const CREATE: Site = Site { handler: "CreateGroup", hook: "webhookBeforeCreateGroup" };
    pub(super) const CREATE_MEMBERS: Site =
        Site { handler: "CreateGroup", hook: "webhookBeforeMembersJoinGroup" };
    pub(super) const INVITE: Site =
        Site { handler: "InviteUserToGroup", hook: "webhookBeforeInviteUserToGroup" };
    pub(super) const INVITE_MEMBERS: Site =
        Site { handler: "InviteUserToGroup", hook: "webhookBeforeMembersJoinGroup" };
    pub(super) const JOIN: Site = Site { handler: "JoinGroup", hook: "webhookBeforeApplyJoinGroup" };
    pub(super) const JOIN_MEMBERS: Site =
        Site { handler: "JoinGroup", hook: "webhookBeforeMembersJoinGroup" };
    pub(super) const SET_INFO: Site = Site { handler: "SetGroupInfo", hook: "webhookBeforeSetGroupInfo" };
    pub(super) const SET_INFO_EX: Site =
        Site { handler: "SetGroupInfoEx", hook: "webhookBeforeSetGroupInfoEx" };
    pub(super) const SET_MEMBER_INFO: Site =
        Site { handler: "SetGroupMemberInfo", hook: "webhookBeforeSetGroupMemberInfo" };
    pub(super) const CONVERSATION: Site =
        Site { handler: "CreateGroupChatConversations", hook: "webhookBeforeCreateGroupChatConversations" };
    pub(super) const APPROVE_MEMBERS: Site =
        Site { handler: "GroupApplicationResponse", hook: "webhookBeforeMembersJoinGroup" };
}

const TOOLS: &str = "/build/tools";
const SERVER: &str = "/build/open-im-server";

/// The chain of a callback that failed.
pub(super) fn webhook(build: Build, site: Site, step: Step) -> String {
    let line = match (build, step) {
        (Build::V383, Step::NewRequest) => 92,
        (Build::V383, Step::Request) => 102,
        (Build::V383, Step::ReadBody) => 108,
        (_, Step::NewRequest) => 100,
        (_, Step::Request) => 110,
        (_, Step::ReadBody) => 116,
    };
    let (post, sync) = match build {
        Build::Main | Build::MainStandalone => (85, 64),
        Build::Patch16 => (75, 60),
        _ => (74, 60),
    };
    let client = format!("{SERVER}/pkg/common/webhook/http_client.go");
    format!(
        "httputil.(*HTTPClient).Post() {TOOLS}/utils/httputil/http_client.go:{line} \
         -> webhook.(*Client).post() {client}:{post} -> webhook.(*Client).SyncPost() {client}:{sync} -> {}",
        handler(build, site)
    )
}

/// The chain of a handler that fell over.
pub(super) fn panic(build: Build, site: Site) -> String {
    handler(build, site)
}

fn handler(build: Build, Site { handler, hook }: Site) -> String {
    let group = format!("{SERVER}/internal/rpc/group");
    let end = if build == Build::MainStandalone {
        format!("standalone.(*clientConn).Invoke() {TOOLS}/discovery/standalone/conn.go:32 {}", server_end())
    } else {
        "grpc.(*Server).processUnaryRPC() google.golang.org/grpc/server.go \
         -> grpc.(*Server).serveStreams.func2.1() google.golang.org/grpc/server.go"
            .to_owned()
    };
    format!(
        "group.(*groupServer).{handler}.(*groupServer).{hook}.func3() {group}/callback.go:60 \
         -> webhook.WithCondition() {SERVER}/pkg/common/webhook/condition.go:12 \
         -> group.(*groupServer).{hook}() {group}/callback.go:36 \
         -> group.(*groupServer).{handler}() {group}/group.go:236 \
         -> group._Group_{handler}_Handler() group/group_grpc.pb.go:760 -> {end}"
    )
}

/// The chain of a request body that cannot be read.
pub(super) fn bind(build: Build) -> String {
    let (body, bind, parse, call) = match build {
        Build::V383 => (113, 109, 76, 40),
        _ => (100, 96, 63, 27),
    };
    let a2r = format!("{TOOLS}/a2r/api2rpc.go");
    let below = format!(
        "a2r.jsonBinding.Bind() {a2r}:{bind} \
         -> gin.(*Context).ShouldBindWith() github.com/gin-gonic/gin/context.go:741 \
         -> a2r.ParseRequestNotCheck[...]() {a2r}:{parse} -> a2r.Call[...]() {a2r}:{call} {}",
        server_end()
    );
    format!(
        "jsonutil.JsonUnmarshal() {TOOLS}/utils/jsonutil/json.go:28 \
         -> a2r.jsonBinding.BindBody() {a2r}:{body} -> {below} | -> {below}"
    )
}

fn server_end() -> &'static str {
    "-> gin.(*Engine).ServeHTTP() github.com/gin-gonic/gin/gin.go:578 \
     -> http.serverHandler.ServeHTTP() net/http/server.go:3312 \
     -> http.(*conn).serve() net/http/server.go:2068"
}
