//! What a record says about webhooks and group calls.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};

use super::entry::Entry;
use super::failed;
use super::fields::Raw;
use super::time::LogTime;
use crate::wire::WebhookKey;
use crate::wire::callback::command_in_target;
use crate::wire::failure::FailureKind;

/// A `webhook` or `webhook success` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookLine {
    /// When.
    pub at: LogTime,
    /// Several joined with `$` where notices were batched.
    pub operation: String,
    /// Whole, with the command at its end.
    pub url: String,
    /// Tells bodies apart that go to one address under one operationID.
    pub input: u64,
    /// As configured, seconds; only in the line before the call.
    pub timeout_s: Option<i64>,
}

impl WebhookLine {
    /// The command at the end of the address.
    #[must_use]
    pub fn command(&self) -> &str {
        command_in_target(&self.url)
    }

    /// The webhook of a group operation that it is for.
    #[must_use]
    pub fn key(&self) -> Option<WebhookKey> {
        WebhookKey::from_command(self.command())
    }
}

/// An RPC that failed, on the side that serves it or on that of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedLine {
    /// When.
    pub at: LogTime,
    /// Whose.
    pub operation: String,
    /// Why.
    pub kind: FailureKind,
    /// The address that could not be called, where the error names it.
    pub post_url: Option<String>,
    /// A call of the group service.
    pub group: bool,
    /// The caller had hung up.
    pub canceled: bool,
    /// The text names its code, which v3.8.3 leaves to the line of the API's process.
    pub sure: bool,
}

/// A group call has been answered, well or not, as the API or the group process saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedLine {
    /// When.
    pub at: LogTime,
    /// Whose.
    pub operation: String,
    /// How long the API took; main says it.
    pub cost_us: Option<u64>,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A webhook is about to be called.
    Called(WebhookLine),
    /// It has answered, and not with a rejection.
    Answered(WebhookLine),
    /// An RPC has failed.
    Failed(FailedLine),
    /// A group call is over.
    Ended(EndedLine),
}

/// Reads events; remembers nothing but how to tell bodies apart.
#[derive(Debug, Default)]
pub struct Reading {
    hash: RandomState,
}

impl Reading {
    /// What a record says; none for one that says nothing about webhooks and group calls.
    #[must_use]
    pub fn of(&self, entry: &Entry<'_>) -> Option<Event> {
        let message = &*entry.message;
        match message {
            "webhook" => Some(Event::Called(self.webhook(entry)?)),
            "webhook success" => Some(Event::Answered(self.webhook(entry)?)),
            "http request processed" => processed(entry),
            _ if is_failure(message) => failed::read(entry).map(Event::Failed),
            _ if is_success(message) => {
                let (operation, group) = operation(entry);
                group.then_some(Event::Ended(EndedLine { at: entry.time, operation, cost_us: None }))
            }
            _ => None,
        }
    }

    fn webhook(&self, entry: &Entry<'_>) -> Option<WebhookLine> {
        let mut line = WebhookLine {
            at: entry.time,
            operation: String::new(),
            url: String::new(),
            input: 0,
            timeout_s: None,
        };
        for (key, value) in entry.fields {
            match key {
                b"operationID" if line.operation.is_empty() => line.operation = clipped(value),
                b"url" => line.url = clipped(value),
                b"input" => line.input = self.hash.hash_one(value.0),
                b"config" => line.timeout_s = value.number(),
                _ => {}
            }
        }
        (!line.url.is_empty()).then_some(line)
    }
}

/// OperationIDs and addresses are short; longer ones are cut.
const LONGEST: usize = 2_048;

pub(super) fn clipped(value: Raw<'_>) -> String {
    let mut text = match value.text() {
        Cow::Borrowed(text) => text[..text.floor_char_boundary(LONGEST)].to_owned(),
        Cow::Owned(text) => text,
    };
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

/// The lines of every build about an RPC that failed.
fn is_failure(message: &str) -> bool {
    matches!(
        message,
        "rpc server response failed"
            | "rpc client response failed"
            | "rpc server response error"
            | "rpc client response error"
            | "standalone rpc server response error"
    ) || message.starts_with("RPC Server Response Error - ")
        || message.starts_with("RPC Client Response Error - ")
}

fn is_success(message: &str) -> bool {
    matches!(
        message,
        "rpc client response success"
            | "rpc server response success"
            | "standalone rpc server response success"
    ) || message.starts_with("RPC Client Response Success - ")
        || message.starts_with("RPC Server Response Success - ")
}

/// OperationID, and whether it is a call of the group service.
pub(super) fn operation(entry: &Entry<'_>) -> (String, bool) {
    let (mut operation, mut group) = (String::new(), false);
    for (key, value) in entry.fields {
        match key {
            b"operationID" if operation.is_empty() => operation = clipped(value),
            b"method" | b"funcName" => {
                group = value.0.starts_with(b"\"/openim.group.");
                break;
            }
            _ => {}
        }
    }
    (operation, group)
}

/// main's line about a request of the API.
fn processed(entry: &Entry<'_>) -> Option<Event> {
    let (mut operation, mut group, mut cost_us) = (String::new(), false, None);
    for (key, value) in entry.fields {
        match key {
            b"operationID" if operation.is_empty() => operation = clipped(value),
            b"requestURI" => group = value.0.starts_with(b"\"/group/"),
            b"cost" => {
                cost_us = go_duration_us(&value.text());
                break;
            }
            _ => {}
        }
    }
    group.then_some(Event::Ended(EndedLine { at: entry.time, operation, cost_us }))
}

/// `5.004217301s`, `1m2.5s`, `812.4µs` or a number of seconds.
fn go_duration_us(text: &str) -> Option<u64> {
    let (mut rest, mut total) = (text, 0.0_f64);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..end].parse().ok()?;
        let unit_end = rest[end..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| end + at);
        let factor = match &rest[end..unit_end] {
            "h" => 3.6e9,
            "m" => 6e7,
            "s" | "" => 1e6,
            "ms" => 1e3,
            "µs" | "us" | "μs" => 1.0,
            "ns" => 1e-3,
            _ => return None,
        };
        total += number * factor;
        rest = &rest[unit_end..];
    }
    // A log can state nonsense; the cast saturates.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (!text.is_empty() && total.is_finite()).then_some(total as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_durations_are_read() {
        for (text, us) in [
            ("5.004217301s", Some(5_004_217)),
            ("812.4µs", Some(812)),
            ("1m2.5s", Some(62_500_000)),
            ("0.25", Some(250_000)),
            ("", None),
            ("x", None),
            ("1parsec", None),
        ] {
            assert_eq!(go_duration_us(text), us, "{text}");
        }
    }
}
