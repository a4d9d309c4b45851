//! Why an RPC failed, from the error text of its line; the wording is each build's.

use super::entry::Entry;
use super::event::{FailedLine, operation};
use crate::wire::api::{Envelope, Operation};
use crate::wire::failure::{FailureKind, classify_envelope, grpc_code, own_code_in, without_stack};

/// An error longer than this is cut; what is needed stands at its beginning, or (the address) before its stacks end.
const LONGEST: usize = 16_384;

/// Reads a line about a failed RPC; none where it states no error.
pub(super) fn read(entry: &Entry<'_>) -> Option<FailedLine> {
    let (operation, group) = operation(entry);
    let error = entry.fields.get("error")?.text();
    let error = &error[..error.floor_char_boundary(LONGEST)];
    let (kind, post_url, sure) = classify_text(error)?;
    let canceled = without_stack(error).contains("context canceled");
    Some(FailedLine { at: entry.time, operation, kind, post_url, group, canceled, sure })
}

/// Kind, address, whether the text names its code.
fn classify_text(error: &str) -> Option<(FailureKind, Option<String>, bool)> {
    let (code, text) = code_of(error);
    let code = code.or_else(|| own_code_in(text));
    if code == Some(0) {
        // Nobody else refuses with a code that means success.
        return Some((FailureKind::WebhookRejected(0), None, true));
    }
    let text_of = || text.to_owned();
    let envelope =
        Envelope { err_code: code.unwrap_or(500), err_msg: text_of(), err_dlt: text_of(), data: None };
    let answer = classify_envelope(&envelope, Operation::Invite);
    Some((answer.result.err()?, answer.post_url, code.is_some()))
}

/// The errCode that the text names or its words belong to, and the rest of the text.
fn code_of(error: &str) -> (Option<i64>, &str) {
    let mut text = error.trim_start();
    while let Some(rest) = text.strip_prefix("Error: ") {
        text = rest;
    }
    if let Some(rest) = text.strip_prefix("rpc error: code = ") {
        let (name, rest) = rest.split_once(" desc = ").unwrap_or((rest, ""));
        let code = name.strip_prefix("Code(").and_then(|n| n.strip_suffix(')')?.parse().ok());
        return (code.or_else(|| grpc_code(name)), rest);
    }
    let end = text.find(' ').unwrap_or(text.len());
    if let Ok(code) = text[..end].parse::<i64>() {
        return (Some(code), text[end..].trim_start());
    }
    let words = without_stack(text);
    let code = if text.contains("post url=") || words.contains("HTTP request failed") {
        Some(90004)
    } else if words.contains("response format error") {
        Some(90007)
    } else {
        named_at_end(words)
    };
    (code, text)
}

/// v3.7 and 3.8.0: `TEXT: 1001 ArgsError`.
fn named_at_end(text: &str) -> Option<i64> {
    let (_, end) = text.rsplit_once(": ")?;
    end.split(' ').next()?.parse().ok()
}
