//! `OpenIM`'s own error codes, and how its own errors are told from a webhook's rejection.
//!
//! A rejection carries whatever errCode the webhook server chose, so it can have a number of
//! `OpenIM`'s. The texts decide: `OpenIM`'s own errors carry the code's name.

/// Codes that `OpenIM` raises itself, with their names.
const OWN: &[(i64, &str)] = &[
    (500, "ServerInternalError"),
    (1001, "ArgsError"),
    (1002, "NoPermissionError"),
    (1003, "DuplicateKeyError"),
    (1004, "RecordNotFoundError"),
    (1050, "SecretNotChangedError"),
    (1101, "UserIDNotFoundError"),
    (1102, "RegisteredAlreadyError"),
    (1201, "GroupIDNotFoundError"),
    (1202, "GroupIDExisted"),
    (1203, "NotInGroupYetError"),
    (1204, "DismissedAlreadyError"),
    (1205, "GroupTypeNotSupport"),
    (1206, "GroupRequestHandled"),
    (1301, "CanNotAddYourselfError"),
    (1302, "BlockedByPeer"),
    (1303, "NotPeersFriend"),
    (1304, "RelationshipAlreadyError"),
    (1305, "FriendRequestHandled"),
    (1401, "MessageHasReadDisable"),
    (1402, "MutedInGroup"),
    (1403, "MutedGroup"),
    (1404, "MsgAlreadyRevoke"),
    (1501, "TokenExpiredError"),
    (1502, "TokenInvalidError"),
    (1503, "TokenMalformedError"),
    (1504, "TokenNotValidYetError"),
    (1505, "TokenUnknownError"),
    (1506, "TokenKickedError"),
    (1507, "TokenNotExistError"),
    (1601, "ConnOverMaxNumLimit"),
    (1602, "ConnArgsErr"),
    (1603, "PushMsgErr"),
    (1604, "IOSBackgroundPushErr"),
    (1701, "FileUploadedExpiredError"),
    (90002, "DatabaseError"),
    (90004, "NetworkError"),
    (90007, "DataError"),
];

/// Names of gRPC status codes 1 to 16, as Go prints them.
const GRPC: [&str; 16] = [
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated",
];

/// The name of a gRPC status code, `Code(n)` for numbers that are none, as Go prints it.
#[must_use]
pub fn grpc_name(code: i32) -> String {
    match (code, usize::try_from(code).ok().and_then(|n| GRPC.get(n.checked_sub(1)?))) {
        (0, _) => "OK".to_owned(),
        (_, Some(name)) => (*name).to_owned(),
        (other, None) => format!("Code({other})"),
    }
}

/// The gRPC status code of that name.
#[must_use]
pub fn grpc_code(name: &str) -> Option<i64> {
    let at = GRPC.iter().position(|known| *known == name)?;
    i64::try_from(at).ok().map(|at| at + 1)
}

/// The code whose name stands in a text, such as `ArgsError`.
#[must_use]
pub fn own_code_in(text: &str) -> Option<i64> {
    OWN.iter().find(|(_, name)| text.contains(name)).map(|(code, _)| *code)
}

/// Words of gRPC's own messages: nobody's webhook server says these by chance.
const GRPC_WORDS: &[&str] = &[
    "context deadline exceeded",
    "context canceled",
    "grpc:",
    "rpc error",
    "transport",
    "last connection error",
    "connection error",
    "connection refused",
    "connection closing",
    "connection is draining",
    "connection is closing",
    "reset by peer",
    "broken pipe",
    "error reading from server",
    "error reading server preface",
    "no children to pick from",
    "no healthy endpoint",
    "produced zero addresses",
    "name resolver error",
    "keepalive ping failed",
    "goaway",
    "http2",
    "rst_stream",
    "unexpected eof",
    "stream terminated",
    "message larger than max",
    "malformed header",
    "panic",
    "runtime error",
    "unknown service",
    "unknown method",
    "circuit breaker",
    "rate limit",
    "ratelimit",
];

/// What the conversation service says of a group that it has no numbers for yet.
pub(super) const MAX_SEQ: &str = "maxSeq is invalid";

/// Whether a code is one that `OpenIM` raises itself.
#[must_use]
pub(super) fn is_own(code: i64) -> bool {
    name_of(code).is_some()
}

/// The name of one of `OpenIM`'s codes.
#[must_use]
pub(super) fn name_of(code: i64) -> Option<&'static str> {
    OWN.iter().find(|(own, _)| *own == code).map(|(_, name)| *name)
}

/// A text that gRPC or Go's runtime wrote, not a webhook server.
#[must_use]
pub(super) fn is_grpc_text(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.trim() == "eof" || GRPC_WORDS.iter().any(|word| text.contains(word))
}

/// A text that names one of `OpenIM`'s errors with its number, as nested errors do:
/// `maxSeq is invalid: 1001 ArgsError`.
#[must_use]
pub(super) fn names_own_error(text: &str) -> bool {
    OWN.iter().any(|(code, name)| text.contains(&format!("{code} {name}")))
}

/// The status of `rpc error: code = NAME desc = TEXT`, and TEXT.
#[must_use]
pub(super) fn wrapped_status(text: &str) -> Option<(i64, &str)> {
    let (name, desc) = text.split_once("rpc error: code = ")?.1.split_once(" desc =")?;
    let number = name.strip_prefix("Code(").and_then(|n| n.strip_suffix(')'));
    let code = match number {
        Some(number) => signed(number.parse().ok()?),
        None => i64::try_from(GRPC.iter().position(|grpc| *grpc == name)?).ok()? + 1,
    };
    Some((code, desc.trim()))
}

/// The negative errCode that made `malformed grpc-status` of a rejection: the header
/// carries it as an unsigned 32-bit number, which gRPC refuses to read.
#[must_use]
pub(super) fn malformed_status(text: &str) -> Option<i64> {
    let rest = text.split_once("malformed grpc-status")?.1;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() > 2);
    // Where the number is not told, a negative errCode is all that is known.
    Some(digits.and_then(|d| d.parse().ok()).map_or(-1, signed))
}

/// A 32-bit number that was written unsigned.
fn signed(number: i64) -> i64 {
    match u32::try_from(number) {
        Ok(n) => i64::from(n.cast_signed()),
        Err(_) => number,
    }
}

/// Whether the texts of a code that is `OpenIM`'s own look like a webhook's rejection, and with
/// which errCode. Two shapes are known: 3.7 and 3.8.0 write `E M D` into both texts; from 3.8.3
/// on errMsg and errDlt are the webhook's own. An errCode of 0 or less turns into 500 there, and
/// the number is lost in the second shape (0 is reported). A rejection with equal texts, or
/// without errDlt, cannot be told from an error of `OpenIM`'s database and stays an API error.
#[must_use]
pub(super) fn rejection_in_disguise(code: i64, err_msg: &str, err_dlt: &str) -> Option<i64> {
    let own_name = name_of(code)?;
    let technical = |text: &str| {
        text.contains(own_name) || names_own_error(text) || is_grpc_text(text) || text.contains("| ->")
    };
    if technical(err_msg) || technical(err_dlt) || err_dlt.is_empty() {
        return None;
    }
    if err_msg == err_dlt {
        let first = err_msg.split(' ').next()?.parse::<i64>().ok()?;
        let shaped = err_msg.contains(' ') && (first == code || (code == 500 && first <= 0));
        // `500 redis: nil redis: nil`: an unmapped error of 3.7 begins with its own 500.
        return (shaped && first != 500).then_some(first);
    }
    // `1001 unexpected end of JSON input`: detail of an error that 3.8.0's API process raised.
    if err_msg.is_empty() || err_msg.starts_with("Error:") || err_dlt.starts_with(&format!("{code} ")) {
        return None;
    }
    Some(if code == 500 { 0 } else { code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_status_gives_the_number_whatever_its_name() {
        for (name, code) in
            [("Canceled", 1), ("Unauthenticated", 16), ("Code(50)", 50), ("Code(4294967291)", -5)]
        {
            let text = format!("rpc error: code = {name} desc = not today");
            assert_eq!(wrapped_status(&text), Some((code, "not today")));
        }
        assert_eq!(wrapped_status("rpc error: code = Sideways desc = x"), None);
        assert_eq!(wrapped_status("rpc error: code = Code(5) desc ="), Some((5, "")));
    }

    #[test]
    fn a_malformed_status_gives_the_negative_number_back() {
        let text = "rpc error: code = Internal desc = transport: malformed grpc-status: strconv.ParseInt: parsing \"4294967291\": value out of range";
        assert_eq!(malformed_status(text), Some(-5));
        assert_eq!(malformed_status("malformed grpc-status"), Some(-1));
    }

    #[test]
    fn an_own_error_is_told_from_a_rejection_with_the_same_number() {
        for (code, msg, dlt, expected) in [
            (500, "0 not today quota", "0 not today quota", Some(0)),
            (500, "-5 not today quota", "-5 not today quota", Some(-5)),
            (500, "0 ", "0 ", Some(0)),
            (500, "not today", "quota", Some(0)),
            (1001, "not today", "quota", Some(1001)),
            (1001, "1001 not today quota", "1001 not today quota", Some(1001)),
            (500, "500 redis: nil redis: nil", "500 redis: nil redis: nil", None),
            (500, "mongo insert many", "mongo insert many", None),
            (500, "ServerInternalError", "bulk write exception", None),
            (500, "unexpected end of JSON input", "", None),
            (500, "panic error", "runtime error: invalid memory address", None),
            (1001, "ArgsError", "maxSeq is invalid", None),
            (1001, "unexpected end of JSON input", "1001 unexpected end of JSON input", None),
            (
                1202,
                "group id existed 7: 1202 GroupIDExisted",
                "group id existed 7: 1202 GroupIDExisted",
                None,
            ),
        ] {
            assert_eq!(rejection_in_disguise(code, msg, dlt), expected, "{code} {msg} {dlt}");
        }
    }
}
