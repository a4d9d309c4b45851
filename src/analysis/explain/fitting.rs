//! Which causes fit a kind of failure and its words.

use super::Cause;
use super::Cause as C;
use super::read::Read;
use crate::wire::Build;
use crate::wire::failure::FailureKind as K;

/// What an elapsed timeout can come from; no text tells these apart.
pub(super) const DEADLINE: &[Cause] = &[C::Reentrant, C::SlowHandler, C::PoolFull, C::Unreachable];

/// What 90004 can come from where the text leaves the cause out. A late body is told even there.
const HIDDEN: &[Cause] = &[
    C::Reentrant,
    C::SlowHandler,
    C::PoolFull,
    C::Unreachable,
    C::Refused,
    C::Closed,
    C::Dns,
    C::BadUrl,
    C::ShippedUrl,
    C::Tls,
    C::NotHttp,
];

/// The causes that fit, the likeliest first.
pub(super) fn fitting(read: &Read, build: Option<Build>) -> Vec<Cause> {
    let mut causes = match read.kind {
        None => vec![C::Success],
        Some(kind) if kind.is_90004() => not_sent(kind, &read.words),
        // Without OpenIM's words only network errors are of this kind.
        Some(K::WebhookBadAnswer) if read.err_code == Some(90004) || !read.from_openim => vec![C::NotHttp],
        Some(K::WebhookBadAnswer) => bad_answer(&read.words),
        Some(K::WebhookRejected(code)) => rejected(code),
        Some(K::GroupProcessDown) => process_down(build),
        Some(K::MaxSeqInvalid) => vec![C::MaxSeq],
        Some(K::Token(_)) => vec![C::Token],
        Some(K::RateLimited) => vec![C::RateLimited],
        Some(K::Api(code)) => own(code, read),
        Some(K::HttpStatus(500)) => vec![C::Internal, C::EntryCrash],
        Some(_) => vec![C::NotTheApi],
    };
    if !read.from_openim {
        causes.push(C::ApiUnreachable);
    }
    causes
}

/// 90004: the callback could not be sent, or its answer did not come.
fn not_sent(kind: K, words: &str) -> Vec<Cause> {
    let has = |word: &str| words.contains(word);
    match kind {
        // The connection itself was not made in time.
        K::WebhookDeadline if has("dial tcp") || has("connection timed out") => vec![C::Unreachable],
        K::WebhookDeadline | K::WebhookCap => DEADLINE.to_vec(),
        K::WebhookRefused if has("no route to host") || has("unreachable") || has("host is down") => {
            vec![C::Unreachable]
        }
        K::WebhookRefused => vec![C::Refused],
        K::WebhookReset => vec![C::Closed],
        K::WebhookDns => vec![C::Dns],
        K::WebhookBadUrl if has("scheme \"webhook\"") || has("webhook://") => vec![C::ShippedUrl],
        K::WebhookBadUrl => vec![C::BadUrl],
        K::WebhookTls => vec![C::Tls],
        K::WebhookBodyRead => vec![C::LateBody],
        _ => HIDDEN.to_vec(),
    }
}

/// 90007: the answer that `OpenIM` could not read, told by what Go's JSON reader says.
fn bad_answer(words: &str) -> Vec<Cause> {
    let has = |word: &str| words.contains(word);
    let mut causes = unreadable(words);
    // Go's words alone are those for a request that OpenIM could not read, too.
    if !["response format error", "callbackstruct", "90007", "dataerror"].into_iter().any(has) {
        causes.push(C::BadRequest);
    }
    causes
}

fn unreadable(words: &str) -> Vec<Cause> {
    let has = |word: &str| words.contains(word);
    if has("character '<'") || has("character '\\u003c'") {
        vec![C::HtmlPage]
    } else if has("unexpected end of json") {
        vec![C::EmptyAnswer]
    } else if has("cannot unmarshal") {
        vec![C::WrongShape]
    } else if has("invalid character") {
        vec![C::TextAnswer]
    } else {
        vec![C::HtmlPage, C::TextAnswer, C::EmptyAnswer, C::WrongShape, C::IdsTaken]
    }
}

/// The webhook server said no. With 14, `main` words a dead process alike.
fn rejected(code: i64) -> Vec<Cause> {
    match code {
        ..=0 => vec![C::RejectedZero],
        14 => vec![C::Rejected, C::GroupDown],
        _ => vec![C::Rejected],
    }
}

fn process_down(build: Option<Build>) -> Vec<Cause> {
    let may = |builds: &[Build]| build.is_none_or(|b| builds.contains(&b));
    let mut causes = vec![C::GroupDown];
    if may(&[Build::V370]) {
        causes.push(C::InviteCrash);
    }
    if may(&[Build::V380, Build::V383]) {
        causes.push(C::EntryCrash);
    }
    causes
}

/// Errors that `OpenIM` raises itself.
fn own(code: i64, read: &Read) -> Vec<Cause> {
    let has = |word: &str| read.words.contains(word);
    if has("invalid memory address") || has("panic error") {
        return vec![C::EntryCrash, C::Internal];
    }
    if has("duplicate key") || has("mongo insert") || has("write exception") {
        return vec![C::AlreadyThere, C::Internal];
    }
    match code {
        // 3.7 answers a request that it cannot parse, or that its check refuses, with these.
        500 if has("json") => vec![C::BadRequest],
        2 if has("argserror") => vec![C::BadRequest],
        // A rejection without a code whose two texts are equal reads like this.
        500 if !has("internalerror") && !has("redis") => vec![C::Internal, C::RejectedZero],
        500 | 90002 => vec![C::Internal],
        1001 | 1201 | 1205 => vec![C::BadRequest],
        1002 => vec![C::NoPermission],
        1004 | 1101 | 1203 | 1204 => vec![C::NotFound],
        1003 | 1102 | 1202 | 1206 => vec![C::AlreadyThere],
        90007 => vec![C::IdsTaken],
        _ => vec![C::Other],
    }
}
