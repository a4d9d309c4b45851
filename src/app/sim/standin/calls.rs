//! Calls and callbacks as a stand-in sees them, and the line that each call ends with.
//!
//! Pure but for the wall clock in front of a line. Nothing grows without bound: more than
//! [`MAX_OPEN`] open calls or [`MAX_CALLBACKS`] callbacks a call are counted, not kept.

use std::collections::HashMap;

use crate::clock::wall_now;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::failure::{Classified, printable};

pub const MAX_OPEN: usize = 20_000;
pub const MAX_CALLBACKS: usize = 24;
/// Bodies longer than this are not looked into for the number of members.
const MAX_BODY: usize = 1 << 20;

/// A callback of an open call.
#[derive(Clone, Debug)]
pub struct Seen {
    pub key: WebhookKey,
    /// Since the start, µs.
    pub wanted: u64,
    pub ended: Option<Ended>,
}

/// How it ended; times since it was wanted, µs.
#[derive(Clone, Debug)]
pub struct Ended {
    pub connected: Option<u64>,
    pub dialed: bool,
    pub took: u64,
    /// Go's text of the cause.
    pub cause: Option<String>,
}

/// A call that has not been answered.
#[derive(Clone, Debug)]
pub struct OpenCall {
    pub path: String,
    pub begun: u64,
    pub members: Option<usize>,
    pub callbacks: Vec<Seen>,
    /// Callbacks that are not kept.
    pub more: usize,
    /// When its caller went away.
    pub left: Option<u64>,
}

/// The open calls by operationID, which callers may use twice at a time.
#[derive(Debug, Default)]
pub struct OpenCalls {
    by_operation: HashMap<String, Vec<OpenCall>>,
    count: usize,
    /// Calls beyond `MAX_OPEN`.
    pub missed: u64,
}

impl OpenCalls {
    pub fn called(&mut self, operation: &str, path: &str, body: &[u8], now: u64) {
        if self.count >= MAX_OPEN {
            self.missed += 1;
            return;
        }
        self.count += 1;
        let call = OpenCall {
            path: path.to_owned(),
            begun: now,
            members: members(path, body),
            callbacks: Vec::new(),
            more: 0,
            left: None,
        };
        self.by_operation.entry(operation.to_owned()).or_default().push(call);
    }

    pub fn wanted(&mut self, operation: &str, key: WebhookKey, now: u64) {
        let Some(call) = self.by_operation.get_mut(operation).and_then(|calls| calls.last_mut()) else {
            return;
        };
        if call.callbacks.len() < MAX_CALLBACKS {
            call.callbacks.push(Seen { key, wanted: now, ended: None });
        } else {
            call.more += 1;
        }
    }

    /// Notes the end; says since when the caller has been gone, where it has.
    pub fn ended(&mut self, operation: &str, key: WebhookKey, end: &Ended) -> Option<u64> {
        let calls = self.by_operation.get_mut(operation)?;
        let open = |seen: &Seen| seen.key == key && seen.ended.is_none();
        let call = calls.iter_mut().find(|c| c.callbacks.iter().any(open))?;
        if let Some(seen) = call.callbacks.iter_mut().find(|seen| open(seen)) {
            seen.ended = Some(end.clone());
        }
        call.left
    }

    pub fn left(&mut self, operation: &str, path: &str, now: u64) {
        let calls = self.by_operation.get_mut(operation).into_iter().flatten();
        if let Some(call) = calls.into_iter().find(|c| c.path == path && c.left.is_none()) {
            call.left = Some(now);
        }
    }

    pub fn answered(&mut self, operation: &str, path: &str) -> Option<OpenCall> {
        let calls = self.by_operation.get_mut(operation)?;
        let place = calls.iter().position(|c| c.path == path)?;
        let call = calls.remove(place);
        if calls.is_empty() {
            self.by_operation.remove(operation);
        }
        self.count -= 1;
        Some(call)
    }
}

/// Who is in the group that a create makes, the owner included.
fn members(path: &str, body: &[u8]) -> Option<usize> {
    if path != "/group/create_group" || body.len() > MAX_BODY {
        return None;
    }
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let count = |name: &str| body.get(name).and_then(|v| v.as_array()).map_or(0, Vec::len);
    Some(1 + count("memberUserIDs") + count("adminUserIDs"))
}

/// `10:35:52.120Z`.
pub fn time_of_day() -> String {
    let text = humantime::format_rfc3339_millis(wall_now()).to_string();
    text.split_once('T').map_or(String::new(), |(_, time)| time.to_owned())
}

/// Milliseconds with one decimal below 100.
pub fn ms(us: u64) -> String {
    let ms = us as f64 / 1e3;
    if ms < 100.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

/// A callback in words.
pub fn callback(key: WebhookKey, end: &Ended) -> Text {
    let connection = match end.connected {
        Some(us) if end.dialed => say!("standin-connection-new", time = ms(us)),
        Some(us) => say!("standin-connection-kept", time = ms(us)),
        None => say!("standin-connection-none"),
    };
    let (key, took) = (key.name(), ms(end.took));
    match &end.cause {
        None => {
            let answer = ms(end.took.saturating_sub(end.connected.unwrap_or(0)));
            say!(
                "standin-callback-answered",
                key = key,
                connection = connection,
                answer = answer,
                took = took
            )
        }
        Some(cause) => {
            let cause = printable(bare(cause));
            say!("standin-callback-failed", key = key, connection = connection, cause = cause, took = took)
        }
    }
}

/// A cause without `Post "URL": `.
fn bare(cause: &str) -> &str {
    cause.split_once("\": ").map_or(cause, |(_, rest)| rest)
}

/// The line of a call that has been answered; `took` µs, of which `held` were ours.
pub fn line(operation: &str, call: &OpenCall, answer: &Classified, took: u64, held: u64) -> Text {
    let head = Text::plain(format!("{} {} {}", time_of_day(), printable(operation), printable(&call.path)));
    let mut parts = vec![match call.members {
        Some(members) => say!("standin-members", call = head, n = members),
        None => head,
    }];
    let ended = call.callbacks.iter().filter_map(|seen| Some((seen.key, seen.ended.as_ref()?)));
    parts.extend(ended.map(|(key, end)| callback(key, end)));
    if call.more > 0 {
        parts.push(say!("standin-more-callbacks", n = call.more));
    }
    let mut last = answered(answer, took);
    if held > 0 {
        last = say!("standin-held-back", answer = last, time = ms(held));
    }
    if let Some(left) = call.left {
        last = say!("standin-caller-went", answer = last, time = ms(left.saturating_sub(call.begun)));
    }
    parts.push(last);
    Text::join(&parts, &Text::plain(" | "))
}

fn answered(answer: &Classified, took: u64) -> Text {
    let code = match answer.err_code {
        Some(code) => Text::plain(format!("errCode {code}")),
        None => say!("standin-no-code"),
    };
    match answer.result {
        Ok(()) => say!("standin-answered", code = code, time = ms(took)),
        Err(kind) => say!("standin-answered-failed", code = code, kind = kind.name(), time = ms(took)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(took: u64, cause: Option<&str>) -> Ended {
        Ended { connected: Some(300), dialed: true, took, cause: cause.map(str::to_owned) }
    }

    #[test]
    fn two_calls_with_one_operation_id_are_kept_apart() {
        let mut calls = OpenCalls::default();
        let key = WebhookKey::BeforeCreateGroup;
        for at in [0, 10] {
            calls.called("op", "/group/create_group", b"{}", at);
            calls.wanted("op", key, at);
        }
        calls.ended("op", key, &ended(5, None));
        let first = calls.answered("op", "/group/create_group").unwrap();
        assert_eq!((first.begun, first.callbacks.len()), (0, 1));
        assert!(calls.answered("op", "/group/create_group").is_some());
        assert!(calls.answered("op", "/group/create_group").is_none());
        assert_eq!(calls.count, 0);
    }

    #[test]
    fn open_calls_beyond_the_limit_are_counted_and_not_kept() {
        let mut calls = OpenCalls::default();
        for n in 0..MAX_OPEN + 3 {
            calls.called(&n.to_string(), "/group/create_group", b"", 0);
        }
        assert_eq!((calls.count, calls.missed), (MAX_OPEN, 3));
        let mut calls = OpenCalls::default();
        calls.called("op", "/a", b"", 0);
        (0..MAX_CALLBACKS + 2).for_each(|_| calls.wanted("op", WebhookKey::BeforeMemberJoinGroup, 0));
        let call = calls.answered("op", "/a").unwrap();
        assert_eq!((call.callbacks.len(), call.more), (MAX_CALLBACKS, 2));
    }

    #[test]
    fn a_line_names_each_callback_and_the_answer() {
        let mut calls = OpenCalls::default();
        let body = br#"{"memberUserIDs":["a","b"],"ownerUserID":"o"}"#;
        calls.called("op\u{1b}", "/group/create_group", body, 0);
        let key = WebhookKey::BeforeMemberJoinGroup;
        calls.wanted("op\u{1b}", key, 0);
        calls.ended(
            "op\u{1b}",
            key,
            &ended(5_000_900, Some("Post \"http://h/x\": context deadline exceeded")),
        );
        let call = calls.answered("op\u{1b}", "/group/create_group").unwrap();
        let text = br#"{"errCode":90004,"errMsg":"NetworkError","errDlt":"Error: Post \"http://h/x\": context deadline exceeded HTTP request failed | -> f()"}"#;
        let answer = crate::wire::failure::classify(200, text, crate::wire::api::Operation::Create);
        let line = line("op\u{1b}", &call, &answer, 6_500_000, 1_499_000);
        assert!(line.zh().contains("3 个成员 | beforeMemberJoinGroup：新建连接 0.3 ms"), "{line:?}");
        let (_, line) = line.en().split_once(' ').unwrap();
        assert_eq!(
            line,
            "op\\u{1b} /group/create_group, 3 members | beforeMemberJoinGroup: new connection 0.3 ms, context deadline exceeded after 5001 ms | errCode 90004 (webhook_deadline) after 6500 ms, of which held back 1499 ms"
        );
    }
}
