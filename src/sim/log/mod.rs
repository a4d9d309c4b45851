//! Log files as `OpenIM` writes them, so that a log analysis can be tried against the simulator.
//!
//! Promises the lines around group calls and webhooks (token check, RPC on both sides, `webhook`
//! and `webhook success`, main's HTTP lines) in each build's layout, levels, wording and keys, one
//! file a local day shared by all processes. Nothing is written for a failed, rejected or lost
//! after-callback, as in `OpenIM`. Left out: user look-ups, notices, the message pipeline, and
//! the calls of the auth and user services other than the token check. The secret and tokens
//! are replaced (`OpenIM` writes them). Stacks are shortened.

mod context;
mod errors;
mod failures;
mod lines;
mod record;
mod scrub;
mod shape;
mod writer;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use self::context::{Context, Contexts};
use self::lines::{Called, Draft, Lines, Process};
pub use self::record::{Field, Formatter, Layout, Level, Record};
use self::scrub::Scrub;
pub use self::writer::LogError;
use self::writer::Writer;
use super::{HttpSeen, Observer, Refusal, Rpc, SimEvent};
use crate::clock::wall_now;
use crate::text::Text;
use crate::wire::decision::{Decision, decide};
use crate::wire::{Build, OpenimVersion, WebhookKey};

/// What to write, and where.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// The folder; made where it is not there.
    pub dir: PathBuf,
    /// Layout.
    pub layout: Layout,
    /// `remainLogLevel`: 2 errors, 3 warnings, 4 information, 5 and 6 everything.
    pub level: u8,
    /// Whose lines.
    pub version: OpenimVersion,
    /// Is never written.
    pub secret: String,
}

/// A running log.
pub struct SimLog {
    lines: Lines,
    formatter: Formatter,
    scrub: Scrub,
    level: u8,
    writer: Writer,
    contexts: Mutex<Contexts>,
    /// Addresses that v3.8.0 prints; they mean nothing there either.
    address: AtomicU64,
}

impl SimLog {
    /// Opens today's file. `trouble` is told once when it can no longer be written.
    ///
    /// # Errors
    /// When the folder or the file cannot be made or written.
    pub fn open(
        config: LogConfig,
        trouble: impl Fn(&Text) + Send + 'static,
    ) -> Result<Arc<SimLog>, LogError> {
        let standalone = config.version.build == Build::MainStandalone;
        let stem = if standalone { "openim-server" } else { "openim-service-log" };
        let writer = Writer::open(&config.dir, stem, date_of(&local_time()), Box::new(trouble))?;
        Ok(Arc::new(SimLog {
            formatter: Formatter::new(&config.version, config.layout),
            lines: Lines { version: config.version },
            scrub: Scrub::new(&config.secret),
            level: config.level,
            writer,
            contexts: Mutex::default(),
            address: AtomicU64::new(0x1cf6_6300_0000),
        }))
    }

    /// For `SimConfig::observer`.
    #[must_use]
    pub fn observer(self: &Arc<Self>) -> Observer {
        let log = self.clone();
        Observer::new(move |event| log.observe(event))
    }

    /// Writes what waits and closes the file; returns how many lines were left out because the
    /// disk was too slow or failed.
    pub fn finish(&self) -> u64 {
        self.writer.finish()
    }

    fn build(&self) -> Build {
        self.lines.build()
    }

    fn observe(&self, event: &SimEvent<'_>) {
        match event {
            SimEvent::HttpReceived { seen, remote, host, content_type, took } => {
                self.contexts().begin(seen.operation);
                if self.is_main() {
                    let remote = remote.to_string();
                    self.received(seen, &[&remote, host, content_type], *took);
                }
            }
            SimEvent::HttpProcessed { seen, status, answer, took } => {
                if self.is_main() {
                    self.processed(seen, *status, answer, *took);
                }
            }
            SimEvent::TokenChecked { operation, result, took } => {
                self.emit(operation, self.lines.token(*result, *took));
                if let Ok(owner) = result {
                    self.contexts().change(operation, |c| {
                        owner.user.clone_into(&mut c.user);
                        c.platform = platform_name(owner.platform);
                    });
                }
            }
            SimEvent::CallbackWanted { operation, key, url, body, timeout } => {
                let draft = self.webhook(operation, *key, "webhook", url, body);
                self.emit(operation, vec![draft.with("config", Field::Number(*timeout))]);
            }
            SimEvent::CallbackEnded { operation, key, url, body, result: Ok(answer), .. } => {
                // One that is rejected or not readable has no line.
                if let Decision::Continue(_) = decide(*key, self.build(), answer) {
                    let draft = self.webhook(operation, *key, "webhook success", url, body);
                    let response = String::from_utf8_lossy(answer).into_owned();
                    self.emit(operation, vec![draft.with("response", response)]);
                }
            }
            other => self.rpc(other),
        }
    }

    fn rpc(&self, event: &SimEvent<'_>) {
        match event {
            SimEvent::RpcSent { rpc } => {
                self.call(rpc, |called| self.lines.sent(&called));
            }
            SimEvent::RpcBegun { rpc, process } => {
                self.contexts().change(rpc.operation, |c| c.process = *process);
                self.call(rpc, |called| self.lines.begun(&called));
            }
            SimEvent::RpcEnded { rpc, took, result, .. } => self.call(rpc, |called| match result {
                Ok(data) => self.lines.ended(&self.lines.group_answer(called, *data), *took),
                Err(Refusal(error)) => self.lines.refused(&called, *took, error),
            }),
            SimEvent::RpcAnswered { rpc, took, result } => self.call(rpc, |called| match result {
                Ok(data) => self.lines.answered(&self.lines.group_answer(called, *data), *took),
                Err(Refusal(error)) => self.lines.unanswered(&called, *took, error),
            }),
            _ => {}
        }
    }

    fn call<'a>(&self, rpc: &Rpc<'a>, lines: impl FnOnce(Called<'a>) -> Vec<Draft>) {
        let process = self.contexts().get(rpc.operation).process;
        if let Some(called) = Called::group(rpc, self.build(), process) {
            self.emit(rpc.operation, lines(called));
        }
    }

    fn is_main(&self) -> bool {
        matches!(self.build(), Build::Main | Build::MainStandalone)
    }

    /// A line of the webhook client up to `input`.
    fn webhook(&self, operation: &str, key: WebhookKey, message: &str, url: &str, body: &[u8]) -> Draft {
        use WebhookKey::{AfterCreateGroup, AfterCreateGroupChatConversations};
        use WebhookKey::{BeforeCreateGroup, BeforeCreateGroupChatConversations};
        let process = match key {
            BeforeCreateGroupChatConversations | AfterCreateGroupChatConversations => Process::Conversation,
            _ => Process::Group(self.contexts().get(operation).process),
        };
        let caller = match (self.is_main(), message) {
            (false, "webhook") => "webhook/http_client.go:72",
            (false, _) => "webhook/http_client.go:84",
            (true, "webhook") => "webhook/http_client.go:82",
            (true, _) => "webhook/http_client.go:94",
        };
        let text = String::from_utf8_lossy(body);
        let input = match key {
            // The struct embeds a message, whose text form it takes over.
            BeforeCreateGroup | AfterCreateGroup => {
                shape::json_text(&text, Some(GROUP_FIELDS), process.gap(self.build())).into()
            }
            _ if self.build() == Build::V380 => {
                let address = || self.address.fetch_add(0x20, Ordering::Relaxed);
                shape::struct_text(body, address).unwrap_or_default().into()
            }
            _ => Field::Json(shape::plain_json(body).unwrap_or_else(|| "null".to_owned())),
        };
        Draft::new(process, Level::Info, caller, message).with("url", url).with("input", input)
    }

    fn received(&self, seen: &HttpSeen<'_>, [remote, host, content_type]: &[&str; 3], took: Duration) {
        let length = i64::try_from(seen.body.len()).unwrap_or(i64::MAX);
        let path = path_of(seen.uri);
        let head = Draft::new(Process::Api, Level::Debug, "api/logger.go:23", "http request received")
            .with("httpID", seen.id)
            .with("operationID", seen.operation)
            .with("httpProto", "HTTP/1.1")
            .with("remoteAddr", *remote)
            .with("forwardedFor", "")
            .with("contentEncoding", "")
            .with("contentType", *content_type)
            .with("contentLength", Field::Number(length))
            .with("method", "POST")
            .with("host", *host)
            .with("requestURI", seen.uri);
        let body = Draft::new(Process::Api, Level::Info, "api/logger.go:46", "http request body")
            .with("httpID", seen.id)
            .with("operationID", seen.operation)
            .with("method", "POST")
            .with("requestURI", seen.uri)
            .with("reqBody", self.scrub.body(path, seen.body))
            .with("cost", shape::go_duration(took));
        // The request's context is not filled yet.
        self.write(Context::default(), "", vec![head, body]);
    }

    fn processed(&self, seen: &HttpSeen<'_>, status: u16, answer: &str, took: Duration) {
        let path = path_of(seen.uri);
        let draft = Draft::new(Process::Api, Level::Info, "api/logger.go:54", "http request processed")
            .with("httpID", seen.id)
            .with("operationID", seen.operation)
            .with("method", "POST")
            .with("requestURI", seen.uri)
            .with("status", Field::Number(status.into()))
            .with("cost", shape::go_duration(took))
            .with("reqBody", self.scrub.body(path, seen.body))
            .with("respBody", self.scrub.body(path, answer.as_bytes()));
        self.emit(seen.operation, vec![draft]);
    }

    fn contexts(&self) -> std::sync::MutexGuard<'_, Contexts> {
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn emit(&self, operation: &str, drafts: Vec<Draft>) {
        if !drafts.is_empty() {
            let context = self.contexts().get(operation);
            self.write(context, operation, drafts);
        }
    }

    fn write(&self, context: Context, operation: &str, drafts: Vec<Draft>) {
        for draft in drafts.into_iter().filter(|d| d.level.written_from() <= self.level) {
            let time = local_time();
            let date = date_of(&time).to_owned();
            let record = self.record(draft, &context, operation, time);
            self.writer.write(&date, self.formatter.format(&record));
        }
    }

    fn record(&self, draft: Draft, context: &Context, operation: &str, time: String) -> Record {
        let own = [("platform", context.platform), ("operationID", operation), ("opUserID", &context.user)];
        let own = own.into_iter().filter(|(_, value)| !value.is_empty());
        let own = own.map(|(key, value)| (key.to_owned(), Field::from(value)));
        let scrub = |(key, field)| match field {
            Field::Text(text) => (key, Field::Text(self.scrub.text(text))),
            Field::Json(text) => (key, Field::Json(self.scrub.text(text))),
            other => (key, other),
        };
        Record {
            time,
            level: draft.level,
            process: draft.process.name(self.build()).to_owned(),
            pid: self.pid(draft.process),
            caller: draft.caller.to_owned(),
            message: draft.message,
            fields: own.chain(draft.fields).map(scrub).collect(),
        }
    }

    /// Ours for the API; the others', which do not exist, follow.
    fn pid(&self, process: Process) -> u32 {
        let offset = match process {
            _ if self.build() == Build::MainStandalone => 0,
            Process::Api => 0,
            Process::Auth => 1,
            Process::Conversation => 2,
            Process::Group(n) => u32::try_from(n).unwrap_or(0).saturating_add(3),
        };
        std::process::id().saturating_add(offset)
    }
}

/// The fields of the message that create callbacks embed.
const GROUP_FIELDS: &[&str] = &[
    "groupID",
    "groupName",
    "notification",
    "introduction",
    "faceURL",
    "ownerUserID",
    "createTime",
    "memberCount",
    "ex",
    "status",
    "creatorUserID",
    "groupType",
    "needVerification",
    "lookMemberInfo",
    "applyMemberFriend",
    "notificationUpdateTime",
    "notificationUserID",
];

fn path_of(uri: &str) -> &str {
    uri.split('?').next().unwrap_or_default()
}

/// Now, `YYYY-MM-DD HH:MM:SS.mmm` in local time.
fn local_time() -> String {
    let now = jiff::Timestamp::try_from(wall_now()).unwrap_or_default();
    now.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

fn date_of(time: &str) -> &str {
    time.split(' ').next().unwrap_or_default()
}

/// As `OpenIM` names the platforms of tokens.
fn platform_name(platform: i64) -> &'static str {
    match platform {
        1 => "IOS",
        2 => "Android",
        3 => "Windows",
        4 => "OSX",
        5 => "Web",
        6 => "MiniWeb",
        7 => "Linux",
        8 => "APad",
        9 => "IPad",
        10 => "Admin",
        11 => "HarmonyOS",
        _ => "",
    }
}
