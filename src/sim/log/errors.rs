//! How a failed call reads in the log of the process that failed, and in that of the API.
//!
//! Exact up to the first stack; the frames behind are those a reader needs to recognise, without
//! the build machine's line numbers.

use super::scrub::TOKEN;
use crate::sim::client::Step;
use crate::sim::error::{Code, DATA, OpError, TOKEN_MALFORMED, failure};
use crate::sim::stack;
use crate::wire::failure::grpc_name;
use crate::wire::goread;
use crate::wire::{Build, OpenimVersion};

const PANIC: &str = "Error: 500 panic error runtime error: invalid memory address or nil pointer dereference";

/// The envelope of a failure.
pub(super) struct Envelope {
    pub code: i64,
    msg: String,
    dlt: String,
}

impl Envelope {
    /// What the API answers.
    pub(super) fn of(version: &OpenimVersion, error: &OpError) -> Envelope {
        let reply = failure(version, None, error);
        let value = goread::parse(reply.body.as_bytes()).unwrap_or(goread::Value::Null);
        let text = |name| value.text(name).unwrap_or_default().to_owned();
        Envelope { code: value.int("errCode").unwrap_or(0), msg: text("errMsg"), dlt: text("errDlt") }
    }

    /// As v3.7 and v3.8.0 log it on both sides: gRPC's own text.
    pub(super) fn grpc(&self) -> String {
        let name = i32::try_from(self.code).map_or_else(|_| format!("Code({})", self.code), grpc_name);
        format!("rpc error: code = {name} desc = {}", self.msg)
    }
}

pub(super) fn is_old(build: Build) -> bool {
    matches!(build, Build::V370 | Build::V380)
}

/// The error in the group process; `None` where nobody is left to log it.
pub(super) fn in_process(version: &OpenimVersion, handler: &str, error: &OpError) -> Option<String> {
    let build = version.build;
    Some(match error {
        OpError::Coded { code, text, .. } => coded(build, *code, text, &handler_stack(build, handler)),
        OpError::Raw { msg, .. } if is_old(build) => {
            format!("Error: {msg} | {}", handler_stack(build, handler))
        }
        OpError::Raw { code, msg, dlt } => {
            format!("Error: {code} {msg} {dlt} | {}", handler_stack(build, handler))
        }
        OpError::Unanswered { .. } => unanswered(version, handler, error),
        OpError::BadAnswer(text) => format!("{} {} {text} response format error", DATA.0, DATA.1),
        OpError::Rejected(no) if no.dlt.is_empty() => format!("{} {}", no.code, no.msg),
        OpError::Rejected(no) => format!("{} {} {}", no.code, no.msg, no.dlt),
        OpError::Panic(site) => format!("{PANIC} | -> {}", stack::panic(build, *site)),
        OpError::ProcessDied | OpError::ProcessDown => return None,
    })
}

fn coded(build: Build, Code(number, name): Code, text: &str, stack: &str) -> String {
    let text = match (build, text.is_empty()) {
        (Build::V370 | Build::V380, false) => format!("{text}: {number} {name}"),
        (Build::V383, false) => text.to_owned(),
        (_, false) => format!("{number} {name} {text}"),
        (_, true) => format!("{number} {name}"),
    };
    format!("Error: {text} | {stack}")
}

fn unanswered(version: &OpenimVersion, handler: &str, error: &OpError) -> String {
    let OpError::Unanswered { failure: failed, .. } = error else { return String::new() };
    let build = version.build;
    let Envelope { code, msg, dlt } = Envelope::of(version, error);
    match build {
        Build::V370 | Build::V380 => format!("Error: {msg} | {}", handler_stack(build, handler)),
        Build::V383 => {
            let frame =
                if failed.step == Step::NewRequest { "errs.Wrap()" } else { "errs.(*codeError).WrapMsg()" };
            format!("Error: {dlt} | -> {frame} {}", frames(build, handler))
        }
        _ => format!("Error: {code} {msg} {dlt} | -> webhook.(*Client).post() {}", frames(build, handler)),
    }
}

/// A token that is no good, in the auth process. The token itself is not shown.
pub(super) fn in_auth(build: Build, error: &OpError) -> String {
    let stack = handler_stack(build, "ParseToken");
    match error {
        OpError::Coded { code, .. } => coded(build, *code, "", &stack),
        _ => coded(build, TOKEN_MALFORMED, &format!("jwt parse error, token={TOKEN}"), &stack),
    }
}

/// The error in the API process.
pub(super) fn in_api(version: &OpenimVersion, method: &str, error: &OpError) -> String {
    let envelope = Envelope::of(version, error);
    if is_old(version.build) {
        return envelope.grpc();
    }
    let Envelope { code, msg, dlt } = &envelope;
    let details = if dlt.is_empty() { String::new() } else { format!(" {dlt}") };
    format!("Error: {code} {msg}{details} | -> {}", api_frames(version.build, method))
}

/// A token that is no good, in the API process.
pub(super) fn token_in_api(version: &OpenimVersion, error: &OpError) -> String {
    let text = in_api(version, "parseToken", error);
    // Its text ends in the token, which is cut off at the next blank.
    match text.split_once("token=") {
        Some((head, tail)) => {
            format!("{head}token={TOKEN}{}", tail.find(' ').map_or("", |end| &tail[end..]))
        }
        None => text,
    }
}

fn handler_stack(build: Build, handler: &str) -> String {
    if is_old(build) {
        return format!(
            "Error trace: 1 (google.golang.org/grpc/server.go) -> handleStream (google.golang.org/grpc/server.go) \
             -> processUnaryRPC (google.golang.org/grpc/server.go) -> _{handler}_Handler \
             -> RpcServerInterceptor (mw/rpc_server_interceptor.go) -> {handler}"
        );
    }
    let first = if build == Build::V383 { "errs.(*codeError).WrapMsg() " } else { "" };
    let first =
        if first.is_empty() { String::new() } else { format!("{first}/build/tools/errs/coderr.go:67 -> ") };
    format!("-> {first}{}", frames(build, handler))
}

fn frames(build: Build, handler: &str) -> String {
    let service = if handler == "ParseToken" { "auth.(*authServer)" } else { "group.(*groupServer)" };
    let end = match build {
        Build::MainStandalone => {
            "standalone.(*clientConn).Invoke() /build/tools/discovery/standalone/conn.go:32"
        }
        _ => "grpc.(*Server).processUnaryRPC() google.golang.org/grpc/server.go",
    };
    format!("-> {service}.{handler}() /build/open-im-server/internal/rpc -> {end}")
}

fn api_frames(build: Build, method: &str) -> String {
    let convert = match build {
        Build::Main | Build::MainStandalone => {
            "client.GrpcClientErrorConvert.func1() /build/tools/mw/grpc/client/error.go:51"
        }
        Build::Patch16 => "mw.RpcClientInterceptor() /build/tools/mw/rpc_client_interceptor.go:58",
        _ => "mw.RpcClientInterceptor() /build/tools/mw/rpc_client_interceptor.go:68",
    };
    format!(
        "{convert} -> grpc.(*ClientConn).Invoke() google.golang.org/grpc/call.go -> {method} \
         -> gin.(*Context).Next() github.com/gin-gonic/gin/context.go -> http.(*conn).serve() net/http/server.go"
    )
}
