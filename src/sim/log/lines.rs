//! Which lines an event has in the log of each build: process, level, message, keys.
//!
//! From the recorded lines of six builds. Lines at levels that no recording has (the request
//! lines of 3.8.3 and later) are left out rather than guessed.

use std::time::Duration;

use super::errors::{self, is_old};
use super::record::{Field, Level};
use super::scrub::TOKEN;
use super::shape::{go_duration, json_text, request_text};
use crate::sim::request::Route;
use crate::sim::{Refusal, Rpc, TokenOwner};
use crate::wire::{Build, OpenimVersion};

/// Which process a line is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Process {
    Api,
    Auth,
    /// By number.
    Group(usize),
    Conversation,
}

impl Process {
    pub(super) const fn name(self, build: Build) -> &'static str {
        match (build, self) {
            (Build::MainStandalone, _) => "openim-main",
            (_, Process::Api) => "openim-api",
            (_, Process::Auth) => "openim-rpc-auth",
            (_, Process::Group(_)) => "openim-rpc-group",
            (_, Process::Conversation) => "openim-rpc-conversation",
        }
    }

    /// Between the fields of protobuf's text form: drawn by Go from the binary, as recorded.
    pub(super) const fn gap(self, build: Build) -> &'static str {
        match (build, self) {
            (Build::V370 | Build::V380 | Build::V383 | Build::Patch16, Process::Auth)
            | (Build::V380 | Build::V383 | Build::Patch16 | Build::Main, Process::Api) => "  ",
            _ => " ",
        }
    }
}

/// A line without time, process id and the operation's own keys.
#[derive(Debug)]
pub(super) struct Draft {
    pub process: Process,
    pub level: Level,
    pub caller: &'static str,
    pub message: String,
    pub fields: Vec<(String, Field)>,
}

impl Draft {
    pub(super) fn new(
        process: Process,
        level: Level,
        caller: &'static str,
        message: impl Into<String>,
    ) -> Draft {
        Draft { process, level, caller, message: message.into(), fields: Vec::new() }
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Field>) -> Draft {
        self.fields.push((key.to_owned(), value.into()));
        self
    }
}

/// The calls of the group service, as gRPC names them.
pub(super) fn group_method(route: Route) -> Option<&'static str> {
    Some(match route {
        Route::Create => "createGroup",
        Route::Invite => "inviteUserToGroup",
        Route::Join => "joinGroup",
        Route::Respond => "groupApplicationResponse",
        Route::Quit => "quitGroup",
        Route::Kick => "kickGroupMember",
        Route::Dismiss => "dismissGroup",
        Route::Transfer => "transferGroupOwner",
        Route::SetInfo => "setGroupInfo",
        Route::SetInfoEx => "setGroupInfoEx",
        Route::SetMemberInfo => "setGroupMemberInfo",
        Route::GroupsInfo => "getGroupsInfo",
        Route::MembersInfo => "getGroupMembersInfo",
        Route::MemberList => "getGroupMemberList",
        Route::MemberIds => "getGroupMemberUserIDs",
        _ => return None,
    })
}

/// A call of a service.
pub(super) struct Called<'a> {
    service: &'static str,
    target: &'static str,
    pub(super) method: &'static str,
    request: Box<dyn Fn(&str) -> String + 'a>,
    /// What it answered, as JSON.
    response: &'a str,
    pub(super) server: Process,
}

impl<'a> Called<'a> {
    /// A group call; `None` for other routes.
    pub(super) fn group(rpc: &Rpc<'a>, build: Build, process: usize) -> Option<Called<'a>> {
        let route = Route::of(rpc.path, &build.into())?;
        let request = rpc.request;
        Some(Called {
            service: "openim.group.group",
            target: "group",
            method: group_method(route)?,
            request: Box::new(move |gap| request_text(request, route.body(), gap)),
            response: "",
            server: Process::Group(process),
        })
    }

    fn token() -> Called<'static> {
        Called {
            service: "openim.auth.Auth",
            target: "auth",
            method: "parseToken",
            request: Box::new(|_| format!("token:\"{TOKEN}\"")),
            response: "",
            server: Process::Auth,
        }
    }

    fn answering<'b>(self, response: &'b str) -> Called<'b>
    where
        'a: 'b,
    {
        Called { response, ..self }
    }

    /// The name of its handler.
    pub(super) fn handler(&self) -> String {
        let (first, rest) = self.method.split_at(1);
        first.to_uppercase() + rest
    }

    pub(super) fn path(&self, method: &str) -> String {
        format!("/{}/{method}", self.service)
    }
}

/// Writes the lines of one version.
pub(super) struct Lines {
    pub version: OpenimVersion,
}

impl Lines {
    pub(super) fn build(&self) -> Build {
        self.version.build
    }

    pub(super) fn request(&self, called: &Called, process: Process) -> String {
        (called.request)(process.gap(self.build()))
    }

    fn response(&self, called: &Called, process: Process) -> String {
        json_text(called.response, None, process.gap(self.build()))
    }

    /// The API process is about to call.
    pub(super) fn sent(&self, called: &Called) -> Vec<Draft> {
        if !is_old(self.build()) {
            return Vec::new();
        }
        let message = format!("RPC Client Request - {}", called.method);
        vec![
            Draft::new(Process::Api, Level::Debug, "mw/rpc_client_interceptor.go:44", message)
                .with("funcName", called.path(called.method))
                .with("req", self.request(called, Process::Api))
                .with("conn target", format!("openim:///{}", called.target)),
        ]
    }

    /// The service has got the call.
    pub(super) fn begun(&self, called: &Called) -> Vec<Draft> {
        let (server, build) = (called.server, self.build());
        let request = || self.request(called, server);
        match build {
            Build::V370 | Build::V380 => {
                let line = if build == Build::V370 {
                    "mw/rpc_server_interceptor.go:54"
                } else {
                    "mw/rpc_server_interceptor.go:48"
                };
                let message = format!("RPC Server Request - {}", called.handler());
                vec![
                    Draft::new(server, Level::Info, line, message)
                        .with("funcName", called.path(&called.handler()))
                        .with("req", request()),
                ]
            }
            Build::MainStandalone => vec![
                Draft::new(server, Level::Info, "standalone/conn.go:30", "standalone rpc server request")
                    .with("method", called.path(called.method))
                    .with("req", request()),
            ],
            _ => Vec::new(),
        }
    }

    /// The service has answered.
    pub(super) fn ended(&self, called: &Called, took: Duration) -> Vec<Draft> {
        let (server, build) = (called.server, self.build());
        let (caller, message) = match build {
            Build::V370 | Build::V380 => {
                let line = if build == Build::V370 {
                    "mw/rpc_server_interceptor.go:63"
                } else {
                    "mw/rpc_server_interceptor.go:57"
                };
                let message = format!("RPC Server Response Success - {}", called.handler());
                return vec![
                    Draft::new(server, Level::Info, line, message)
                        .with("funcName", called.path(&called.handler()))
                        .with("resp", self.response(called, server)),
                ];
            }
            Build::V383 | Build::Patch16 => {
                ("mw/rpc_server_interceptor.go:44", "rpc server response success")
            }
            Build::Main => ("server/logger.go:17", "rpc server response success"),
            Build::MainStandalone => ("standalone/conn.go:34", "standalone rpc server response success"),
        };
        let draft = Draft::new(server, Level::Info, caller, message);
        let draft = self.method(draft, called, took).with("req", self.request(called, server));
        vec![draft.with("resp", self.response(called, server))]
    }

    /// `method`, and `cost` where the build measures it.
    pub(super) fn method(&self, draft: Draft, called: &Called, took: Duration) -> Draft {
        let draft = draft.with("method", called.path(called.method));
        match self.build() {
            Build::Main | Build::MainStandalone => draft.with("cost", go_duration(took)),
            _ => draft,
        }
    }

    /// The API process has the answer.
    pub(super) fn answered(&self, called: &Called, took: Duration) -> Vec<Draft> {
        let api = Process::Api;
        let (caller, message) = match self.build() {
            Build::MainStandalone => return Vec::new(),
            Build::V370 | Build::V380 => {
                let message = format!("RPC Client Response Success - {}", called.method);
                return vec![
                    Draft::new(api, Level::Info, "mw/rpc_client_interceptor.go:47", message)
                        .with("funcName", called.path(called.method))
                        .with("resp", self.response(called, api)),
                ];
            }
            Build::V383 => ("mw/rpc_client_interceptor.go:51", "rpc client response success"),
            Build::Patch16 => ("mw/rpc_client_interceptor.go:38", "rpc client response success"),
            Build::Main => ("client/logger.go:17", "rpc client response success"),
        };
        let mut draft = self.method(Draft::new(api, Level::Info, caller, message), called, took);
        if self.build() == Build::Main {
            draft = draft.with("req", self.request(called, api));
        }
        vec![draft.with("resp", self.response(called, api))]
    }

    /// The API has asked whom a token belongs to.
    pub(super) fn token(&self, result: Result<TokenOwner<'_>, Refusal<'_>>, took: Duration) -> Vec<Draft> {
        let called = Called::token();
        let mut lines = self.sent(&called);
        lines.extend(self.begun(&called));
        match result {
            Ok(owner) => {
                let TokenOwner { user, platform, expires } = owner;
                if self.build() == Build::MainStandalone {
                    lines.extend(self.existing_token(user, platform, took));
                }
                let user = serde_json::Value::from(user);
                let response =
                    format!(r#"{{"userID":{user},"platformID":{platform},"expireTimeSeconds":{expires}}}"#);
                let called = called.answering(&response);
                lines.extend(self.ended(&called, took));
                lines.extend(self.answered(&called, took));
            }
            Err(Refusal(error)) => {
                let text = errors::in_auth(self.build(), error);
                lines.extend(self.failed(&called, took, error, text));
                let text = errors::token_in_api(&self.version, error);
                lines.extend(self.unanswered_as(&called, took, error, text));
            }
        }
        lines
    }

    /// main as one process asks itself for the token, inside the other call.
    fn existing_token(&self, user: &str, platform: i64, took: Duration) -> Vec<Draft> {
        let user = serde_json::Value::from(user);
        let request = format!(r#"{{"userID":{user},"platformID":{platform}}}"#);
        let response = format!(r#"{{"tokenStates":{{"key":"{TOKEN}"}}}}"#);
        let called = Called {
            method: "getExistingToken",
            request: Box::new(move |gap| json_text(&request, None, gap)),
            ..Called::token()
        };
        let mut lines = self.begun(&called);
        let mut ended = self.ended(&called.answering(&response), took);
        // A map entry shows its zero value too.
        if let Some((_, Field::Text(text))) = ended.last_mut().and_then(|draft| draft.fields.last_mut()) {
            *text = format!("tokenStates:{{key:\"{TOKEN}\" value:0}}");
        }
        lines.append(&mut ended);
        lines
    }

    pub(super) fn group_answer<'a>(&self, called: Called<'a>, data: Option<&'a str>) -> Called<'a> {
        called.answering(data.unwrap_or_default())
    }
}
