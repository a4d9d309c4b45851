//! From what was pasted to a kind of failure: an answer of the API, whole or inside other text, or words of an error.

use serde::Deserialize;
use serde_json::Value;

use crate::wire::api::{Envelope, Operation};
use crate::wire::failure::{FailureKind, classify, kind_of, own_code_in, printable, without_stack};

/// How many places are tried as the beginning of an answer.
const PLACES: usize = 4;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Read {
    /// `None` for a success.
    pub(super) kind: Option<FailureKind>,
    pub(super) err_code: Option<i64>,
    pub(super) post_url: Option<String>,
    /// For people.
    pub(super) shown: Option<String>,
    /// In lower case, for looking up words.
    pub(super) words: String,
    /// Whether something in it says that `OpenIM` wrote it.
    pub(super) from_openim: bool,
}

/// Words of `OpenIM`'s own errors and the code that they come with; the first match decides.
const CODES: &[(i64, &[&str])] = &[
    (1001, &["maxSeq is invalid"]),
    (
        14,
        &["error reading from server", "no children to pick from", "last connection error", "grpc service "],
    ),
    (
        90007,
        &[
            "response format error",
            "90007",
            "DataError",
            "callbackstruct.",
            "invalid character '<'",
            "group id gen",
        ],
    ),
    (
        90004,
        &[
            "HTTP request failed",
            "failed to read response body",
            "NewRequestWithContext failed",
            "post url=",
            "90004",
        ],
    ),
    (90004, &["NetworkError"]),
    (1001, &["header must have", "group type only supports", "group member repeated", "groupInfo is empty"]),
    (1002, &["secret invalid"]),
    (1204, &["status is dismissed"]),
    (1004, &["owner not found", "userID not found"]),
    (1101, &["user not found"]),
    (1102, &["registered already"]),
    (1202, &["group id existed"]),
    (500, &["invalid memory address", "panic error"]),
];

/// What Go's JSON reader says; about a webhook's answer where nothing else stands beside it.
const JSON: &[&str] =
    &["looking for beginning of", "after top-level value", "unexpected end of JSON", "cannot unmarshal"];

/// Where the words of a failed callback begin in a log line.
const BEGINNINGS: &[&str] =
    &["HTTP request failed", "Post \"", "failed to read response", "NewRequest", "parse \""];

/// Reads a text; `None` where nothing in it is known.
pub(super) fn read(text: &str) -> Option<Read> {
    let text = text.trim();
    if let Some(envelope) = envelope(text) {
        return Some(answer(&envelope));
    }
    if let Some(read) = foreign_answer(text) {
        return Some(read);
    }
    if let Some(error) = logged(text) {
        return words(&error);
    }
    // Quotation marks are escaped in JSON, also where a line was cut off.
    let text = text.replace("\\\"", "\"");
    words(&text)
}

/// An answer of the API: the text itself, inside a text, or as a string in a JSON log.
fn envelope(text: &str) -> Option<Envelope> {
    if let Ok(envelope) = Envelope::parse(text.as_bytes()) {
        return Some(envelope);
    }
    let quoted = text.match_indices("\"{\\\"errCode").take(PLACES).find_map(|(at, _)| {
        let inner = first::<String>(&text[at..])?;
        Envelope::parse(inner.as_bytes()).ok()
    });
    quoted.or_else(|| {
        let key = text.find("\"errCode\"")?;
        let before = text[..key].rmatch_indices('{').take(PLACES);
        before.into_iter().find_map(|(at, _)| Envelope::deserialize(first::<Value>(&text[at..])?).ok())
    })
}

/// The error in a log line of `OpenIM`, which ends in a JSON object or is one.
fn logged(text: &str) -> Option<String> {
    let line = first::<Value>(&text[text.find('{')?..])?;
    let error = line.get("error")?.as_str()?;
    (!error.is_empty()).then(|| error.to_owned())
}

/// The JSON value that a text begins with.
fn first<T: for<'a> Deserialize<'a>>(text: &str) -> Option<T> {
    serde_json::Deserializer::from_str(text).into_iter::<T>().next()?.ok()
}

fn answer(envelope: &Envelope) -> Read {
    // Whether a success needs a group in it depends on the call; one that speaks of a group is a create's.
    let of_group = envelope.data.as_ref().is_some_and(|data| data.get("groupInfo").is_some());
    let operation = if of_group { Operation::Create } else { Operation::Invite };
    let body = serde_json::to_vec(envelope).unwrap_or_default();
    let classified = classify(200, &body, operation);
    Read {
        kind: classified.result.err(),
        err_code: Some(envelope.err_code),
        post_url: classified.post_url.map(|url| printable(&url)),
        shown: classified.text,
        words: format!("{} {}", without_stack(&envelope.err_msg), envelope.err_dlt).to_lowercase(),
        from_openim: true,
    }
}

/// An HTTP answer or a page that is not `OpenIM`'s.
fn foreign_answer(text: &str) -> Option<Read> {
    let start: String = text.chars().take(64).collect::<String>().to_lowercase();
    let status = start.strip_prefix("http/").and_then(|rest| rest.split(' ').nth(1)?.parse::<u16>().ok());
    let page = start.starts_with("<!doctype")
        || start.starts_with("<html")
        || start.starts_with("404 page not found");
    let kind = match status {
        Some(429) => FailureKind::RateLimited,
        Some(status) => FailureKind::HttpStatus(status),
        None if page => FailureKind::MalformedAnswer,
        None => return None,
    };
    Some(Read {
        kind: Some(kind),
        err_code: None,
        post_url: None,
        shown: Some(printable(text)),
        words: start,
        from_openim: true,
    })
}

/// An error's text, or a log line that holds one.
fn words(text: &str) -> Option<Read> {
    let by_words = CODES.iter().find(|(_, words)| words.iter().any(|word| text.contains(word)));
    let unread = || JSON.iter().any(|word| text.contains(word)).then_some(90007);
    let code =
        code_in(text).or(by_words.map(|(code, _)| *code)).or_else(|| own_code_in(text)).or_else(unread);
    let Some(code) = code else { return bare(text) };
    // A log line's other words (a timeout in a configuration …) are not the error's.
    let begins = BEGINNINGS.iter().filter_map(|mark| text.find(mark)).min();
    let error = &text[begins.unwrap_or(0)..];
    let envelope =
        Envelope { err_code: code, err_msg: error.to_owned(), err_dlt: error.to_owned(), data: None };
    Some(answer(&envelope))
}

/// Words of a network error that nobody signed, such as `context deadline exceeded`.
fn bare(text: &str) -> Option<Read> {
    let kind = kind_of(text);
    if kind == FailureKind::WebhookCauseHidden {
        return None;
    }
    Some(Read {
        kind: Some(kind),
        err_code: None,
        post_url: None,
        shown: Some(printable(without_stack(text))),
        words: text.to_lowercase(),
        from_openim: false,
    })
}

/// The number after `errCode`, that of a gRPC error in the log, or a text that is only a number.
fn code_in(text: &str) -> Option<i64> {
    let alone = text.trim().parse::<i64>().ok().filter(|code| *code != 0);
    alone.or_else(|| {
        let rest = ["errCode", "code = Code("].iter().find_map(|mark| text.split_once(mark))?.1;
        let rest = rest.trim_start_matches(['"', ':', '=', ' ', '\'']);
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
        rest[..end].parse().ok().filter(|code| *code != 0)
    })
}
