//! Why an RPC failed, from the error text of its line; the wording is each build's.

use super::entry::Entry;
use super::event::{FailedLine, operation};
use crate::wire::api::{Envelope, Operation};
use crate::wire::failure::{FailureKind, classify, grpc_code, own_code_in, without_stack};

/// An error longer than this is cut; what is needed stands at its beginning, or (the address) before its stacks end.
const LONGEST: usize = 16_384;

/// Reads a line about a failed RPC; none where it states no error.
pub(super) fn read(entry: &Entry<'_>) -> Option<FailedLine> {
    let (operation, group) = operation(entry);
    let error = entry.fields.get("error")?.text();
    let error = &error[..error.floor_char_boundary(LONGEST)];
    let classified = classify_text(error)?;
    let post_url = classified.1;
    let canceled = without_stack(error).contains("context canceled");
    Some(FailedLine { at: entry.time, operation, kind: classified.0, post_url, group, canceled })
}

/// Kind and address.
fn classify_text(error: &str) -> Option<(FailureKind, Option<String>)> {
    let (code, text) = code_of(error);
    // gRPC's own words without a code of OpenIM.
    let code = code.or_else(|| own_code_in(text)).unwrap_or(500);
    let envelope =
        Envelope { err_code: code, err_msg: text.to_owned(), err_dlt: text.to_owned(), data: None };
    let body = serde_json::to_vec(&envelope).ok()?;
    let answer = classify(200, &body, Operation::Invite);
    Some((answer.result.err()?, answer.post_url))
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
