//! The lines of a call that failed, in the process that failed and in that of the API.
//!
//! Which build has which line at which level; the texts are `errors`'.

use std::time::Duration;

use super::errors::{self, Envelope};
use super::lines::{Called, Draft, Lines, Process};
use super::record::{Field, Level};
use crate::sim::error::OpError;
use crate::wire::Build;

impl Lines {
    /// A group process has refused a call.
    pub(super) fn refused(&self, called: &Called, took: Duration, error: &OpError) -> Vec<Draft> {
        let Some(text) = errors::in_process(&self.version, &called.handler(), error) else {
            return Vec::new();
        };
        self.failed(called, took, error, text)
    }

    pub(super) fn failed(
        &self,
        called: &Called,
        took: Duration,
        error: &OpError,
        text: String,
    ) -> Vec<Draft> {
        let (server, build) = (called.server, self.build());
        let request = self.request(called, server);
        let panicked = matches!(error, OpError::Panic(_));
        match build {
            Build::V370 | Build::V380 if panicked => Vec::new(),
            Build::V370 | Build::V380 => self.failed_old(called, error, text),
            Build::V383 | Build::Patch16 if panicked => {
                let level = if build == Build::V383 { Level::Panic } else { Level::Error };
                vec![panic_line(server, level, "mw/rpc_server_interceptor.go:33", called, request, text)]
            }
            Build::V383 | Build::Patch16 => {
                let internal = matches!(error, OpError::Coded { code, .. } if code.0 == 500);
                let level = if internal { Level::Error } else { Level::Warn };
                let caller = "mw/rpc_server_interceptor.go:85";
                let draft = Draft::new(server, level, caller, "rpc server response failed");
                vec![self.method(draft, called, took).with("req", request).with("error", text)]
            }
            Build::MainStandalone if panicked => Vec::new(),
            Build::Main | Build::MainStandalone => self.failed_main(called, took, error, text, request),
        }
    }

    fn failed_old(&self, called: &Called, error: &OpError, text: String) -> Vec<Draft> {
        let (server, handler) = (called.server, called.handler());
        let (details, line) = if self.build() == Build::V370 {
            ("mw/rpc_server_interceptor.go:100", "mw/rpc_server_interceptor.go:119")
        } else {
            ("mw/rpc_server_interceptor.go:97", "mw/rpc_server_interceptor.go:116")
        };
        let message = format!("RPC Server Response Error - {handler}");
        vec![
            Draft::new(server, Level::Warn, details, "rpc server resp WithDetails error")
                .with("funcName", called.path(&handler))
                .with("error", text),
            Draft::new(server, Level::Warn, line, message)
                .with("funcName", called.path(&handler))
                .with("req", self.request(called, server))
                .with("err", Field::Nil)
                .with("error", Envelope::of(&self.version, error).grpc()),
        ]
    }

    fn failed_main(
        &self,
        called: &Called,
        took: Duration,
        error: &OpError,
        text: String,
        request: String,
    ) -> Vec<Draft> {
        let server = called.server;
        let (caller, message) = match self.build() {
            Build::Main => ("server/logger.go:19", "rpc server response error"),
            _ => ("standalone/conn.go:36", "standalone rpc server response error"),
        };
        let mut lines = Vec::new();
        if matches!(error, OpError::Panic(_)) {
            let (request, text) = (request.clone(), text.clone());
            lines.push(panic_line(server, Level::Error, "server/panic.go:20", called, request, text));
        }
        let draft = Draft::new(server, Level::Error, caller, message);
        lines.push(self.method(draft, called, took).with("req", request).with("error", text.clone()));
        // gRPC takes no details for the code that means success.
        let details = matches!(error, OpError::Rejected(no) if no.code == 0 && !(no.msg.is_empty() && no.dlt.is_empty()));
        if details && self.build() == Build::Main {
            lines.push(
                Draft::new(
                    server,
                    Level::Error,
                    "server/error.go:50",
                    "rpc server response WithDetails failed",
                )
                .with("codeErr", text)
                .with("error", "no error details for status with code OK"),
            );
        }
        lines
    }

    /// The API process has a failure.
    pub(super) fn unanswered(&self, called: &Called, took: Duration, error: &OpError) -> Vec<Draft> {
        let empty_success = matches!(error, OpError::Rejected(no) if no.code == 0);
        if empty_success && self.build() == Build::Main {
            return self.answered(called, took);
        }
        let text = errors::in_api(&self.version, called.method, error);
        self.unanswered_as(called, took, error, text)
    }

    pub(super) fn unanswered_as(
        &self,
        called: &Called,
        took: Duration,
        error: &OpError,
        text: String,
    ) -> Vec<Draft> {
        let (api, build) = (Process::Api, self.build());
        // Without details: what gRPC itself says.
        let bare = matches!(error, OpError::ProcessDied | OpError::ProcessDown | OpError::Panic(_));
        let code = Envelope::of(&self.version, error).code;
        let level = if code == 500 { Level::Error } else { Level::Warn };
        let (level, caller, message) = match (build, bare) {
            (Build::MainStandalone, _) => return Vec::new(),
            (Build::V370 | Build::V380, _) => {
                let message = format!("RPC Client Response Error - {}", called.method);
                return vec![
                    Draft::new(api, Level::Error, "mw/rpc_client_interceptor.go:50", message)
                        .with("funcName", called.path(called.method))
                        .with("error", text),
                ];
            }
            (Build::V383, true) => (Level::Warn, "mw/rpc_client_interceptor.go:74", FAILED),
            (Build::V383, false) => (level, "mw/rpc_client_interceptor.go:69", FAILED),
            (Build::Patch16, true) => (Level::Warn, "mw/rpc_client_interceptor.go:64", FAILED),
            (Build::Patch16, false) => (level, "mw/rpc_client_interceptor.go:59", FAILED),
            (Build::Main, _) => (Level::Error, "client/logger.go:19", "rpc client response error"),
        };
        let draft = self.method(Draft::new(api, level, caller, message), called, took);
        vec![draft.with("req", self.request(called, api)).with("error", text)]
    }
}

const FAILED: &str = "rpc client response failed";

fn panic_line(
    server: Process,
    level: Level,
    caller: &'static str,
    called: &Called,
    request: String,
    text: String,
) -> Draft {
    Draft::new(server, level, caller, "rpc server panic")
        .with("method", called.path(called.method))
        .with("req", request)
        .with("error", text)
}
