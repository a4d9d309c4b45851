//! The few request bodies and the envelope that this module speaks.
//!
//! `judge` says what an answer means; everything else only builds or reads JSON.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::port::Attempt;
use crate::wire::FailureKind;
use crate::wire::api::Operation;

/// needVerification: anyone may enter by applying.
pub(super) const VERIFY_NONE: i32 = 2;
/// needVerification: applying needs approval, invitation does not.
pub(super) const VERIFY_APPLY: i32 = 0;

/// A request: route and body.
pub(super) struct Request {
    pub(super) route: &'static str,
    pub(super) body: Value,
}

fn request(route: &'static str, body: Value) -> Request {
    Request { route, body }
}

/// The requests that make up an operation, in order.
pub(super) fn requests(attempt: &Attempt, need_verification: i32) -> Vec<Request> {
    let group = &attempt.group_id;
    let reason = &*attempt.marker;
    let one = attempt.members.first().unwrap_or(&attempt.owner);
    match attempt.operation {
        Operation::Create => vec![request("/group/create_group", create(attempt, need_verification))],
        Operation::Invite => vec![request(
            "/group/invite_user_to_group",
            json!({ "groupID": group, "reason": reason, "invitedUserIDs": attempt.members }),
        )],
        Operation::Join => vec![join(group, one, reason)],
        Operation::Apply => vec![
            join(group, one, reason),
            request(
                "/group/group_application_response",
                json!({ "groupID": group, "fromUserID": one, "handledMsg": reason, "handleResult": 1 }),
            ),
        ],
        Operation::Kick => vec![request(
            "/group/kick_group",
            json!({ "groupID": group, "kickedUserIDs": attempt.members, "reason": reason }),
        )],
        Operation::Quit => {
            vec![request("/group/quit_group", json!({ "groupID": group, "userID": one }))]
        }
        Operation::Dismiss => vec![dismiss(group)],
    }
}

pub(super) fn dismiss(group: &str) -> Request {
    request("/group/dismiss_group", json!({ "groupID": group, "deleteMember": true }))
}

fn create(attempt: &Attempt, need_verification: i32) -> Value {
    json!({
        // 3.7 refuses a create without these lists, also where they are empty.
        "memberUserIDs": attempt.members,
        "adminUserIDs": attempt.admins,
        "ownerUserID": attempt.owner,
        "groupInfo": {
            "groupID": attempt.group_id,
            "groupName": &*attempt.marker,
            "ex": &*attempt.marker,
            "groupType": 2,
            "needVerification": need_verification,
        },
    })
}

/// `inviterUserID` is the one who joins; joinSource 3 is "found by search".
fn join(group: &str, user: &str, reason: &str) -> Request {
    request(
        "/group/join_group",
        json!({ "groupID": group, "reqMessage": reason, "joinSource": 3, "inviterUserID": user, "ex": "" }),
    )
}

/// What every handled request is answered with.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Envelope {
    #[serde(rename = "errCode")]
    pub(super) err_code: i64,
    #[serde(rename = "errMsg", default)]
    pub(super) err_msg: String,
    #[serde(rename = "errDlt", default)]
    pub(super) err_dlt: String,
    #[serde(default)]
    pub(super) data: Value,
}

impl Envelope {
    pub(super) fn read(body: &[u8]) -> Option<Envelope> {
        serde_json::from_slice(body).ok()
    }

    /// errMsg and errDlt without stack, each fact once, at most 300 characters.
    pub(super) fn text(&self) -> String {
        let (message, detail) = (without_stack(&self.err_msg), without_stack(&self.err_dlt));
        let text = if detail.is_empty() || detail == message {
            message.to_owned()
        } else if message.is_empty() {
            detail.to_owned()
        } else {
            format!("{message}: {detail}")
        };
        text.chars().take(300).collect()
    }

    /// Where the cause of a failure stands: errDlt from 3.8.1 on, errMsg before (there both are alike).
    pub(super) fn cause(&self) -> &str {
        if self.err_dlt.is_empty() { &self.err_msg } else { &self.err_dlt }
    }
}

fn without_stack(text: &str) -> &str {
    text.split(" | -> ").next().unwrap_or(text).trim()
}

/// What an answer means.
pub(super) struct Judged {
    pub(super) result: Result<(), FailureKind>,
    pub(super) err_code: Option<i64>,
    pub(super) post_url: Option<String>,
    pub(super) text: Option<String>,
}

/// Reads an answer; errCode decides, not the HTTP status. `elapsed_us` tells a deadline
/// from other causes where 3.8.3 hides it.
pub(super) fn judge(http_status: u16, body: &[u8], operation: Operation, elapsed_us: u64) -> Judged {
    let Some(envelope) = Envelope::read(body) else {
        let kind = if http_status == 200 {
            FailureKind::MalformedAnswer
        } else {
            FailureKind::HttpStatus(http_status)
        };
        let text = Some(head_of(body)).filter(|t| !t.is_empty());
        return Judged { result: Err(kind), err_code: None, post_url: None, text };
    };
    let result = match kind_of(&envelope, operation, elapsed_us) {
        None => Ok(()),
        Some(kind) => Err(kind),
    };
    let text = result.is_err().then(|| envelope.text()).filter(|t| !t.is_empty());
    Judged { result, err_code: Some(envelope.err_code), post_url: post_url(envelope.cause()), text }
}

fn kind_of(envelope: &Envelope, operation: Operation, elapsed_us: u64) -> Option<FailureKind> {
    let created = || envelope.data.get("groupInfo").is_some_and(|info| !info.is_null());
    match envelope.err_code {
        0 if operation == Operation::Create && !created() => Some(FailureKind::WebhookRejected(0)),
        // main as one process passes the text of a rejection on without a code.
        0 if !envelope.err_msg.is_empty() => Some(FailureKind::WebhookRejected(0)),
        0 => None,
        14 => Some(FailureKind::GroupProcessDown),
        500 if envelope.err_msg.starts_with("grpc service") && envelope.err_msg.contains(" down") => {
            Some(FailureKind::GroupProcessDown)
        }
        429 => Some(FailureKind::RateLimited),
        code @ 1501..=1507 => Some(FailureKind::Token(code)),
        90004 => Some(webhook_failure(envelope.cause(), elapsed_us)),
        90007 => Some(FailureKind::WebhookBadAnswer),
        1001 | 2 if envelope.cause().contains("maxSeq is invalid") => Some(FailureKind::MaxSeqInvalid),
        code => Some(FailureKind::Api(code)),
    }
}

fn webhook_failure(cause: &str, elapsed_us: u64) -> FailureKind {
    let has = |part: &str| cause.contains(part);
    if has("failed to read response body") {
        FailureKind::WebhookBodyRead
    } else if has("connection refused") || has("no route to host") || has("network is unreachable") {
        FailureKind::WebhookRefused
    } else if has("no such host") || has("dial tcp: lookup") {
        FailureKind::WebhookDns
    } else if has("unsupported protocol scheme") || has("NewRequestWithContext failed") {
        FailureKind::WebhookBadUrl
    } else if has("tls: ") || has("x509: ") {
        FailureKind::WebhookTls
    } else if has("Client.Timeout exceeded") {
        FailureKind::WebhookCap
    } else if has("context deadline exceeded") {
        FailureKind::WebhookDeadline
    } else if has(": EOF") || has("connection reset by peer") || has("broken pipe") {
        FailureKind::WebhookReset
    } else {
        hidden_cause(elapsed_us)
    }
}

/// A timeout of T seconds shows as T s and a few ms; everything else fails at once.
fn hidden_cause(elapsed_us: u64) -> FailureKind {
    let (whole, rest) = (elapsed_us / 1_000_000, elapsed_us % 1_000_000);
    match whole {
        1..=14 if rest < 250_000 => FailureKind::WebhookDeadline,
        15 if rest < 250_000 => FailureKind::WebhookCap,
        _ => FailureKind::WebhookCauseHidden,
    }
}

/// The webhook URL in an error text: after `post url=`, else in `Post "…"`.
fn post_url(text: &str) -> Option<String> {
    let tail = match text.split_once("post url=") {
        Some((_, tail)) => tail.split([' ', ',', '"', '\n']).next(),
        None => text.split_once("Post \"").and_then(|(_, tail)| tail.split('"').next()),
    };
    tail.map(|url| url.trim_end_matches(':').to_owned()).filter(|url| !url.is_empty())
}

/// The first bytes of a body that is no envelope, on one line.
pub(super) fn head_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(480)]);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(message: &str, detail: &str, elapsed_us: u64) -> Judged {
        let body = json!({ "errCode": 90004, "errMsg": message, "errDlt": detail }).to_string();
        judge(200, body.as_bytes(), Operation::Create, elapsed_us)
    }

    #[test]
    fn the_cause_and_the_url_are_read_in_the_old_and_the_new_layout() {
        let url = "http://10.0.0.5:10006/cb/callbackBeforeCreateGroupCommand";
        let cause = "dial tcp 10.0.0.5:10006: connect: connection refused";
        let old = format!("HTTP request failed: Post \"{url}\": {cause}, post url={url}: 90004 NetworkError");
        let new =
            format!("Error: Post \"{url}\": {cause} HTTP request failed | -> f() x.go:1, post url={url}");
        for judged in [judged(&old, &old, 9_000), judged("NetworkError", &new, 9_000)] {
            assert_eq!(judged.result, Err(FailureKind::WebhookRefused));
            assert_eq!(judged.post_url.as_deref(), Some(url));
            assert!(!judged.text.unwrap().contains("->"));
        }
    }

    #[test]
    fn where_the_cause_is_hidden_only_the_time_tells_a_deadline() {
        let text = "Error: HTTP request failed | -> f() x.go:1, post url=http://h/cb/x";
        assert_eq!(judged("NetworkError", text, 5_006_000).result, Err(FailureKind::WebhookDeadline));
        assert_eq!(judged("NetworkError", text, 9_000).result, Err(FailureKind::WebhookCauseHidden));
        assert_eq!(judged("NetworkError", text, 9_000).post_url.as_deref(), Some("http://h/cb/x"));
    }

    #[test]
    fn success_without_a_group_is_a_rejected_create() {
        for data in [r#","data":{"groupInfo":null}"#, ""] {
            let body = format!(r#"{{"errCode":0,"errMsg":"","errDlt":""{data}}}"#);
            let judged = judge(200, body.as_bytes(), Operation::Create, 1);
            assert_eq!(judged.result, Err(FailureKind::WebhookRejected(0)), "{body}");
            let other = judge(200, body.as_bytes(), Operation::Dismiss, 1);
            assert_eq!(other.result, Ok(()), "{body}");
        }
    }

    #[test]
    fn a_body_that_is_no_envelope_is_told_by_its_status() {
        let html = b"<html>\n<h1>502 Bad Gateway</h1></html>";
        let judged = judge(502, html, Operation::Create, 1);
        assert_eq!(judged.result, Err(FailureKind::HttpStatus(502)));
        assert_eq!(judged.text.as_deref(), Some("<html> <h1>502 Bad Gateway</h1></html>"));
        assert_eq!(judge(200, html, Operation::Create, 1).result, Err(FailureKind::MalformedAnswer));
    }
}
