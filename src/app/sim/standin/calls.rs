//! Calls and callbacks as a stand-in sees them, and the line that each call ends with.
//!
//! Pure but for the wall clock in front of a line. Nothing grows without bound: more than
//! [`MAX_OPEN`] open calls or [`MAX_CALLBACKS`] callbacks a call are counted, not kept.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::clock::wall_now;
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

/// `1 call`, `2 calls`.
pub fn plural(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Milliseconds with one decimal below 100.
pub fn ms(us: u64) -> String {
    let ms = us as f64 / 1e3;
    if ms < 100.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

/// A callback in words.
pub fn callback(key: WebhookKey, end: &Ended) -> String {
    let mut text = format!("{key}: ");
    let _ = match end.connected {
        Some(us) if end.dialed => write!(text, "new connection {}", ms(us)),
        Some(us) => write!(text, "kept connection {}", ms(us)),
        None => write!(text, "no connection"),
    };
    let answer = end.took.saturating_sub(end.connected.unwrap_or(0));
    let _ = match &end.cause {
        None => write!(text, ", answer after {}, round trip {}", ms(answer), ms(end.took)),
        Some(cause) => write!(text, ", {} after {}", printable(bare(cause)), ms(end.took)),
    };
    text
}

/// A cause without `Post "URL": `.
fn bare(cause: &str) -> &str {
    cause.split_once("\": ").map_or(cause, |(_, rest)| rest)
}

/// The line of a call that has been answered; `took` µs, of which `held` were ours.
pub fn line(operation: &str, call: &OpenCall, answer: &Classified, took: u64, held: u64) -> String {
    let mut text = format!("{} {} {}", time_of_day(), printable(operation), printable(&call.path));
    if let Some(members) = call.members {
        let _ = write!(text, ", {members} member{}", if members == 1 { "" } else { "s" });
    }
    for seen in &call.callbacks {
        if let Some(end) = &seen.ended {
            let _ = write!(text, " | {}", callback(seen.key, end));
        }
    }
    if call.more > 0 {
        let _ = write!(text, " | and {} callbacks more", call.more);
    }
    let code = answer.err_code.map_or_else(|| "no errCode".to_owned(), |code| format!("errCode {code}"));
    let _ = write!(text, " | {code}");
    if let Err(kind) = answer.result {
        let _ = write!(text, " ({})", kind.name());
    }
    let _ = write!(text, " after {}", ms(took));
    if held > 0 {
        let _ = write!(text, ", of which held back {}", ms(held));
    }
    if let Some(left) = call.left {
        let _ = write!(text, "; its caller left after {}", ms(left.saturating_sub(call.begun)));
    }
    text.push('\n');
    text
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
        let (_, line) = line.split_once(' ').unwrap();
        assert_eq!(
            line,
            "op\\u{1b} /group/create_group, 3 members | beforeMemberJoinGroup: new connection 0.3 ms, context deadline exceeded after 5001 ms | errCode 90004 (webhook_deadline) after 6500 ms, of which held back 1499 ms\n"
        );
    }
}
