//! What an API answer means: success, or which failure.
//!
//! Works for all builds without knowing which one answered; where builds say the same thing
//! for different reasons, the doc comments name what cannot be told apart.

use super::text::{error_text, head_of};
use super::{FailureKind, cause, codes};
use crate::wire::api::{Envelope, Operation};

/// An API answer, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// Success or the kind of failure.
    pub result: Result<(), FailureKind>,
    /// errCode of the envelope, where there was one.
    pub err_code: Option<i64>,
    /// The URL that `OpenIM` tried to call (`post url=`), where it names it.
    pub post_url: Option<String>,
    /// The error's text without stack, at most 300 printable characters; `None` for a success.
    pub text: Option<String>,
}

/// Says what an API answer means.
///
/// `operation` decides whether a success needs a group in it. Where the text hides the cause
/// of a 90004, [`super::resolve_hidden`] may tell it by the time the call took.
///
/// Not to be told apart from the answer alone: on `main` as several processes a rejection of an
/// invite or a join with errCode 0 looks like a success; from 3.8.3 to patch.16 a rejection with
/// errCode 0 or less whose texts are equal looks like an internal error.
#[must_use]
pub fn classify(http_status: u16, body: &[u8], operation: Operation) -> Classified {
    let envelope = match Envelope::parse(body) {
        Ok(envelope) if http_status == 200 || envelope.err_code != 0 => envelope,
        _ => return no_envelope(http_status, body),
    };
    if http_status == 429 {
        return Classified {
            result: Err(FailureKind::RateLimited),
            ..classify_envelope(&envelope, operation)
        };
    }
    classify_envelope(&envelope, operation)
}

/// Says what an envelope means, as [`classify`] does for one that came with HTTP status 200.
#[must_use]
pub fn classify_envelope(envelope: &Envelope, operation: Operation) -> Classified {
    let verdict = verdict(envelope, operation);
    let is_90004 = envelope.err_code == 90004;
    Classified {
        result: verdict,
        err_code: Some(envelope.err_code),
        post_url: is_90004.then(|| cause::told(&envelope.err_msg, &envelope.err_dlt).post_url).flatten(),
        text: verdict.err().and_then(|_| error_text(&envelope.err_msg, &envelope.err_dlt)),
    }
}

fn no_envelope(http_status: u16, body: &[u8]) -> Classified {
    let kind = match http_status {
        200 => FailureKind::MalformedAnswer,
        429 => FailureKind::RateLimited,
        other => FailureKind::HttpStatus(other),
    };
    let text = Some(head_of(body)).filter(|head| !head.is_empty());
    Classified { result: Err(kind), err_code: None, post_url: None, text }
}

fn verdict(envelope: &Envelope, operation: Operation) -> Result<(), FailureKind> {
    let Envelope { err_code, err_msg, err_dlt, .. } = envelope;
    let code = *err_code;
    if is_max_seq(code, err_msg, err_dlt) {
        return Err(FailureKind::MaxSeqInvalid);
    }
    if let Some(rejected) = codes::rejection_in_disguise(code, err_msg, err_dlt) {
        return Err(FailureKind::WebhookRejected(rejected));
    }
    match code {
        0 => success(envelope, operation),
        90004 => Err(cause::told(err_msg, err_dlt).kind),
        90007 => Err(bad_data(err_msg, err_dlt)),
        1501..=1507 => Err(FailureKind::Token(code)),
        500 => Err(internal(err_msg, err_dlt)),
        1..=16 => Err(raw_status(code, err_msg, err_dlt)),
        // The limiter answers with HTTP status 429 as well; the text is for proxies that change it.
        429 if err_msg.contains("too many requests") => Err(FailureKind::RateLimited),
        own if codes::is_own(own) => Err(FailureKind::Api(own)),
        chosen_by_the_webhook => Err(FailureKind::WebhookRejected(chosen_by_the_webhook)),
    }
}

/// `maxSeq is invalid`, 1001 of the conversation service; 3.7 and 3.8.0 pass it on with code 2.
fn is_max_seq(code: i64, err_msg: &str, err_dlt: &str) -> bool {
    matches!(code, 2 | 1001) && [err_msg, err_dlt].iter().any(|text| text.contains(codes::MAX_SEQ))
}

/// errCode 0. `main` reports a rejection with errCode 0 as a success without a group (several
/// processes) or with the webhook's texts (one process).
fn success(envelope: &Envelope, operation: Operation) -> Result<(), FailureKind> {
    let has_text = !envelope.err_msg.is_empty() || !envelope.err_dlt.is_empty();
    let group_missing = operation == Operation::Create && crate::wire::api::created_group(envelope).is_none();
    if has_text || group_missing { Err(FailureKind::WebhookRejected(0)) } else { Ok(()) }
}

/// 90007 is the webhook's answer, or ten group IDs that were taken already.
fn bad_data(err_msg: &str, err_dlt: &str) -> FailureKind {
    let format = |text: &str| text.contains("response format error");
    let group_id = |text: &str| text.contains("group id gen");
    if !format(err_msg) && !format(err_dlt) && (group_id(err_msg) || group_id(err_dlt)) {
        return FailureKind::Api(90007);
    }
    FailureKind::WebhookBadAnswer
}

/// errCode 500: an internal error, the group process being down (`main`), or, on `main`, a
/// rejection with an errCode below 100, which gRPC takes for one of its own status codes. Codes
/// above 16 are nobody's but the webhook's; up to 16 the text decides.
fn internal(err_msg: &str, err_dlt: &str) -> FailureKind {
    if let Some((_, rest)) = err_msg.split_once("grpc service ")
        && let Some((_, message)) = rest.split_once(" down")
    {
        let message = message.trim_start_matches(", grpc message").trim();
        return unavailable(message);
    }
    let Some((status, desc)) = [err_dlt, err_msg].into_iter().find_map(codes::wrapped_status) else {
        return FailureKind::Api(500);
    };
    if let Some(code) = codes::malformed_status(desc) {
        return FailureKind::WebhookRejected(code);
    }
    match status {
        14 => unavailable(desc),
        1..=16 if codes::is_grpc_text(desc) => FailureKind::Api(500),
        code => FailureKind::WebhookRejected(code),
    }
}

/// gRPC status 14: the process is gone, unless the text is a webhook server's.
fn unavailable(message: &str) -> FailureKind {
    if message.is_empty() || codes::is_grpc_text(message) {
        FailureKind::GroupProcessDown
    } else {
        FailureKind::WebhookRejected(14)
    }
}

/// errCode 1 to 16 as such: a raw gRPC status (3.7 to patch.16), or a rejection that chose this
/// number. A raw status has gRPC's words in its text, a nested `OpenIM` error, or a detail that
/// repeats the message after the number.
fn raw_status(code: i64, err_msg: &str, err_dlt: &str) -> FailureKind {
    let texts = [err_msg, err_dlt];
    let raw = texts.iter().any(|t| codes::is_grpc_text(t) || codes::names_own_error(t))
        || err_dlt == format!("{code} {err_msg}");
    match (code, raw) {
        (14, true) => FailureKind::GroupProcessDown,
        (_, true) => FailureKind::Api(code),
        (_, false) => FailureKind::WebhookRejected(code),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{resolve_hidden, webhook_in};
    use super::FailureKind as K;
    use super::*;
    use crate::wire::WebhookKey;
    use proptest::prelude::*;

    fn kind(code: i64, msg: &str, dlt: &str) -> Result<(), K> {
        kind_of(Operation::Invite, code, msg, dlt)
    }

    fn kind_of(operation: Operation, code: i64, msg: &str, dlt: &str) -> Result<(), K> {
        classify(200, &body(code, msg, dlt), operation).result
    }

    fn answer(code: i64, msg: &str, dlt: &str) -> Classified {
        classify(200, &body(code, msg, dlt), Operation::Create)
    }

    fn body(code: i64, msg: &str, dlt: &str) -> Vec<u8> {
        let envelope =
            Envelope { err_code: code, err_msg: msg.into(), err_dlt: dlt.into(), ..Envelope::default() };
        serde_json::to_vec(&envelope).unwrap()
    }

    #[test]
    fn the_group_process_is_down_only_where_the_text_is_grpcs() {
        for (code, msg, dlt) in [
            (14, "error reading from server: EOF", ""),
            (14, "error reading from server: read tcp [::1]:1->[::1]:2: read: connection reset by peer", ""),
            (
                14,
                "last connection error: connection error: desc = \"transport: Error while dialing: dial tcp 10.0.0.1:2: connect: connection refused\"",
                "",
            ),
            (14, "no children to pick from", "14 no children to pick from"),
            (500, "grpc service group-rpc-service down, grpc message no children to pick from", ""),
            (500, "grpc service group-rpc-service down, grpc message last connection error: x", ""),
            (
                500,
                "ServerInternalError",
                "rpc error: code = Unavailable desc = error reading from server: EOF",
            ),
        ] {
            assert_eq!(kind(code, msg, dlt), Err(K::GroupProcessDown), "{msg} {dlt}");
        }
        for (code, msg, dlt) in [
            (14, "14 not today quota", "14 not today quota"),
            (14, "not today", "quota"),
            (500, "grpc service group-rpc-service down, grpc message not today", ""),
        ] {
            assert_eq!(kind(code, msg, dlt), Err(K::WebhookRejected(14)), "{msg} {dlt}");
        }
    }

    #[test]
    fn a_panic_that_the_process_survives_is_an_api_error() {
        assert_eq!(kind(2, "Error: 500 panic error runtime error: x | -> f() a.go:1", ""), Err(K::Api(2)));
        assert_eq!(kind(500, "panic error", "runtime error: x"), Err(K::Api(500)));
        assert_eq!(classify(500, b"", Operation::Create).result, Err(K::HttpStatus(500)));
    }

    #[test]
    fn on_main_small_rejection_codes_come_back_out_of_the_grpc_status() {
        let wrapped = |name: &str, desc: &str| {
            kind(500, "ServerInternalError", &format!("rpc error: code = {name} desc = {desc}"))
        };
        assert_eq!(wrapped("Code(50)", "not today"), Err(K::WebhookRejected(50)));
        assert_eq!(wrapped("Code(99)", ""), Err(K::WebhookRejected(99)));
        assert_eq!(wrapped("Canceled", "not today"), Err(K::WebhookRejected(1)));
        assert_eq!(wrapped("Unauthenticated", "no account"), Err(K::WebhookRejected(16)));
        assert_eq!(wrapped("Canceled", "context canceled"), Err(K::Api(500)));
        assert_eq!(wrapped("DeadlineExceeded", "context deadline exceeded"), Err(K::Api(500)));
        assert_eq!(
            wrapped("ResourceExhausted", "grpc: received message larger than max (9 vs. 4)"),
            Err(K::Api(500))
        );
        assert_eq!(
            wrapped(
                "Internal",
                "transport: malformed grpc-status: strconv.ParseInt: parsing \"4294967291\": value out of range"
            ),
            Err(K::WebhookRejected(-5))
        );
    }

    #[test]
    fn a_code_of_the_webhooks_choice_is_a_rejection_and_openims_own_are_not() {
        assert_eq!(kind(4001, "not today", "quota"), Err(K::WebhookRejected(4001)));
        assert_eq!(kind(4001, "", ""), Err(K::WebhookRejected(4001)));
        assert_eq!(kind(-5, "not today", "quota"), Err(K::WebhookRejected(-5)));
        assert_eq!(kind(80000, "x", "x"), Err(K::WebhookRejected(80000)));
        assert_eq!(kind(2, "2 not today quota", "2 not today quota"), Err(K::WebhookRejected(2)));
        assert_eq!(kind(1202, "GroupIDExisted", "group id existed 7"), Err(K::Api(1202)));
        assert_eq!(kind(1506, "TokenKickedError", ""), Err(K::Token(1506)));
        assert_eq!(
            kind(2, "Users are empty: 1001 ArgsError", "2 Users are empty: 1001 ArgsError"),
            Err(K::Api(2))
        );
        assert_eq!(
            kind(2, "2 nothing such: 1001 ArgsError", "2 nothing such: 1001 ArgsError"),
            Err(K::Api(2))
        );
    }

    #[test]
    fn an_answer_that_regrets_what_it_has_written_is_a_kind_of_its_own() {
        let old = "2 maxSeq is invalid: 1001 ArgsError";
        assert_eq!(kind(2, old, old), Err(K::MaxSeqInvalid));
        assert_eq!(kind(1001, "ArgsError", "maxSeq is invalid"), Err(K::MaxSeqInvalid));
        let new = "Error: 1001 ArgsError maxSeq is invalid | -> mw.RpcClientInterceptor() a.go:1";
        assert_eq!(kind(1001, "ArgsError", new), Err(K::MaxSeqInvalid));
        assert_eq!(kind(1001, "ArgsError", ""), Err(K::Api(1001)));
    }

    #[test]
    fn success_without_a_group_or_with_a_text_is_a_rejection() {
        assert_eq!(kind_of(Operation::Create, 0, "", ""), Err(K::WebhookRejected(0)));
        assert_eq!(kind_of(Operation::Create, 0, "not today", "quota"), Err(K::WebhookRejected(0)));
        assert_eq!(kind_of(Operation::Invite, 0, "not today", "quota"), Err(K::WebhookRejected(0)));
        assert_eq!(kind_of(Operation::Invite, 0, "", ""), Ok(()));
    }

    #[test]
    fn the_http_status_counts_only_without_an_envelope_and_for_the_rate_limiter() {
        let text = b"404 page not found";
        let answer = classify(404, text, Operation::Create);
        assert_eq!(
            (answer.result, answer.text.as_deref()),
            (Err(K::HttpStatus(404)), Some("404 page not found"))
        );
        assert_eq!(classify(200, b"<html>", Operation::Create).result, Err(K::MalformedAnswer));
        let limited = br#"{"errCode":429,"errMsg":"too many requests, please try again later","errDlt":""}"#;
        for (status, body) in [(429, &limited[..]), (429, b""), (200, &limited[..])] {
            assert_eq!(classify(status, body, Operation::Create).result, Err(K::RateLimited));
        }
        let args = br#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"x"}"#;
        assert_eq!(classify(400, args, Operation::Create).result, Err(K::Api(1001)));
        let ok = br#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfo":{"groupID":"7"}}}"#;
        assert_eq!(classify(200, ok, Operation::Create).result, Ok(()));
        assert_eq!(classify(502, ok, Operation::Create).result, Err(K::HttpStatus(502)));
    }

    #[test]
    fn ninety_thousand_and_seven_is_the_webhooks_answer_unless_group_ids_ran_out() {
        let bad =
            "90007 DataError invalid character '<' looking for beginning of value response format error";
        assert_eq!(kind(90007, bad, bad), Err(K::WebhookBadAnswer));
        assert_eq!(kind(90007, "DataError", "group id gen error"), Err(K::Api(90007)));
    }

    #[test]
    fn a_hidden_cause_is_resolved_with_the_timeout_of_the_webhook_in_the_url() {
        let body = br#"{"errCode":90004,"errMsg":"NetworkError","errDlt":"Error: HTTP request failed | -> f() a.go:1, post url=http://h/x/callbackBeforeCreateGroupCommand"}"#;
        let hidden = classify(200, body, Operation::Create);
        assert_eq!(hidden.result, Err(K::WebhookCauseHidden));
        assert_eq!(webhook_in(hidden.post_url.as_deref().unwrap()), Some(WebhookKey::BeforeCreateGroup));
        assert_eq!(resolve_hidden(3_004_000, Some(3)), K::WebhookDeadline);
        assert_eq!(resolve_hidden(3_004_000, Some(5)), K::WebhookCauseHidden);
    }

    #[test]
    fn the_cause_and_the_url_are_read_in_the_old_and_the_new_layout() {
        let url = "http://10.0.0.5:10006/cb/callbackBeforeCreateGroupCommand";
        let cause = "dial tcp 10.0.0.5:10006: connect: connection refused";
        let old = format!("HTTP request failed: Post \"{url}\": {cause}, post url={url}: 90004 NetworkError");
        let new =
            format!("Error: Post \"{url}\": {cause} HTTP request failed | -> f() x.go:1, post url={url}");
        for (message, detail) in [(&*old, &*old), ("NetworkError", &*new)] {
            let answer = answer(90004, message, detail);
            assert_eq!(answer.result, Err(K::WebhookRefused));
            assert_eq!(answer.post_url.as_deref(), Some(url));
            assert!(!answer.text.unwrap().contains("->"));
        }
    }

    #[test]
    fn a_body_that_is_no_envelope_is_told_by_its_status_and_shown_on_one_line() {
        let html = b"<html>\n<h1>502 Bad Gateway</h1></html>";
        let answer = classify(502, html, Operation::Create);
        assert_eq!(answer.result, Err(K::HttpStatus(502)));
        assert_eq!(answer.text.as_deref(), Some("<html> <h1>502 Bad Gateway</h1></html>"));
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic_and_none_stays_without_a_kind(
            status in any::<u16>(), body in proptest::collection::vec(any::<u8>(), 0..300)
        ) {
            let _ = classify(status, &body, Operation::Create);
        }

        #[test]
        fn no_text_makes_it_panic(
            code in prop_oneof![any::<i64>(), -20_i64..120, Just(500), Just(90004), Just(90007)],
            msg in ".*", dlt in "(rpc error: code = |Code\\(|Post \"|\": |post url=|, |\\| -> |[0-9]| desc = |.){0,12}"
        ) {
            let result = kind(code, &msg, &dlt);
            prop_assert!(code == 0 || result.is_err());
        }
    }
}
