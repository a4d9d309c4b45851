//! Why an operation failed, and how each build words it in its answer.

use std::borrow::Cow;

use super::client::{Failure, Step};
use super::stack::{self, Site};
use crate::wire::decision::Rejection;
use crate::wire::failure::grpc_name;
use crate::wire::gojson::go_json_text;
use crate::wire::{Build, OpenimVersion, Wording};

/// An errCode and its constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(pub i64, pub &'static str);

pub(super) const INTERNAL: Code = Code(500, "ServerInternalError");
pub(super) const ARGS: Code = Code(1001, "ArgsError");
pub(super) const NO_PERMISSION: Code = Code(1002, "NoPermissionError");
pub(super) const NOT_FOUND: Code = Code(1004, "RecordNotFoundError");
pub(super) const USER_NOT_FOUND: Code = Code(1101, "UserIDNotFoundError");
pub(super) const REGISTERED: Code = Code(1102, "RegisteredAlreadyError");
pub(super) const GROUP_EXISTS: Code = Code(1202, "GroupIDExisted");
pub(super) const DISMISSED: Code = Code(1204, "DismissedAlreadyError");
pub(super) const HANDLED: Code = Code(1206, "GroupRequestHandled");
pub(super) const TOKEN_MALFORMED: Code = Code(1503, "TokenMalformedError");
pub(super) const TOKEN_KICKED: Code = Code(1506, "TokenKickedError");
pub(super) const TOKEN_NOT_EXIST: Code = Code(1507, "TokenNotExistError");
pub(super) const DATA: Code = Code(90007, "DataError");

/// Where an error is raised; the oldest builds word it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// In the API process: headers, JSON, fields.
    Api,
    /// Behind it.
    Rpc,
}

/// Why an operation failed.
#[derive(Clone, Debug)]
pub(super) enum OpError {
    /// An error of `OpenIM`'s own.
    Coded { origin: Origin, code: Code, text: Cow<'static, str> },
    /// Worded by hand.
    Raw { code: i64, msg: String, dlt: String },
    /// A before-callback got no answer.
    Unanswered { site: Site, failure: Failure },
    /// A before-callback's answer is not readable.
    BadAnswer(String),
    /// A before-callback was answered with no.
    Rejected(Rejection),
    /// The answer made the group process fall over.
    Panic(Site),
    /// The group process ended during the call.
    ProcessDied,
    /// There is no group process.
    ProcessDown,
}

impl OpError {
    pub(super) fn api(code: Code, text: impl Into<Cow<'static, str>>) -> OpError {
        OpError::Coded { origin: Origin::Api, code, text: text.into() }
    }

    /// A callback was given up at its deadline.
    pub(super) fn is_deadline(&self) -> bool {
        matches!(self, OpError::Unanswered { failure, .. } if failure.cause.contains("context deadline exceeded"))
    }

    pub(super) fn rpc(code: Code, text: impl Into<Cow<'static, str>>) -> OpError {
        OpError::Coded { origin: Origin::Rpc, code, text: text.into() }
    }
}

/// What goes back to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub status: u16,
    pub body: String,
}

/// The envelope of a success; `data` is JSON, `None` for operations that answer nothing.
pub(super) fn success(build: Build, data: Option<&str>) -> Reply {
    let data = match (data, build) {
        (Some(data), _) => format!(",\"data\":{data}"),
        (None, Build::V370 | Build::V380) => ",\"data\":null".to_owned(),
        (None, _) => String::new(),
    };
    Reply { status: 200, body: format!(r#"{{"errCode":0,"errMsg":"","errDlt":""{data}}}"#) }
}

fn envelope(code: i64, msg: &str, dlt: &str) -> Reply {
    let body =
        format!(r#"{{"errCode":{code},"errMsg":{},"errDlt":{}}}"#, go_json_text(msg), go_json_text(dlt));
    Reply { status: 200, body }
}

/// The answer to a failed operation; `nothing` is its data where main reports an empty success.
pub(super) fn failure(version: &OpenimVersion, nothing: Option<&str>, error: &OpError) -> Reply {
    let build = version.build;
    match error {
        OpError::Coded { origin, code, text } => coded(version, *origin, *code, text),
        OpError::Raw { code, msg, dlt } => envelope(*code, msg, dlt),
        OpError::Unanswered { site, failure } => unanswered(version, *site, failure),
        OpError::BadAnswer(text) => {
            let text = format!("{text} response format error");
            if version.wording() == Wording::OneText {
                let whole = format!("{} {} {text}", DATA.0, DATA.1);
                envelope(DATA.0, &whole, &whole)
            } else {
                envelope(DATA.0, DATA.1, &text)
            }
        }
        OpError::Rejected(rejection) => rejected(version, nothing, rejection),
        OpError::Panic(site) => panicked(version, *site),
        OpError::ProcessDied => process_gone(version, "error reading from server: EOF"),
        OpError::ProcessDown => process_gone(version, no_process(build)),
    }
}

fn is_main(build: Build) -> bool {
    matches!(build, Build::Main | Build::MainStandalone)
}

fn coded(version: &OpenimVersion, origin: Origin, code: Code, text: &str) -> Reply {
    let Code(number, name) = code;
    let whole = if text.is_empty() { format!("{number} {name}") } else { format!("{text}: {number} {name}") };
    match (version.wording(), origin) {
        (Wording::OneText, Origin::Rpc) => envelope(number, &whole, &whole),
        (Wording::OneText, Origin::Api) => envelope(number, name, &whole),
        (Wording::CauseHidden | Wording::CodeFirst, Origin::Api) => envelope(number, name, ""),
        (_, Origin::Rpc) if text.is_empty() && !is_main(version.build) => envelope(number, name, name),
        (Wording::CodeFirst, Origin::Rpc) => envelope(number, name, &format!("{number} {name} {text}")),
        _ => envelope(number, name, text),
    }
}

fn unanswered(version: &OpenimVersion, site: Site, failure: &Failure) -> Reply {
    const NETWORK: Code = Code(90004, "NetworkError");
    let url = &failure.url;
    let step = match failure.step {
        Step::NewRequest => format!("NewRequestWithContext failed, url={url}, method=POST"),
        Step::Request => "HTTP request failed".to_owned(),
        Step::ReadBody => "failed to read response body".to_owned(),
    };
    let cause = &failure.cause;
    if version.wording() == Wording::OneText {
        let whole = format!("{step}: {cause}, post url={url}: {} {}", NETWORK.0, NETWORK.1);
        return envelope(NETWORK.0, &whole, &whole);
    }
    let stack = stack::webhook(version.build, site, failure.step);
    let head = match version.wording() {
        Wording::CauseHidden => format!("Error: {step}"),
        Wording::CodeFirst => format!("{} {} Error: {cause} {step}", NETWORK.0, NETWORK.1),
        Wording::OneText | Wording::CauseShown => format!("Error: {cause} {step}"),
    };
    envelope(NETWORK.0, NETWORK.1, &format!("{head} | -> {stack}, post url={url}"))
}

fn rejected(version: &OpenimVersion, nothing: Option<&str>, rejection: &Rejection) -> Reply {
    let Rejection { code, msg, dlt } = rejection;
    let number = i64::from(*code);
    let whole = if dlt.is_empty() { format!("{code} {msg}") } else { format!("{code} {msg} {dlt}") };
    let or_internal = if number > 0 { number } else { INTERNAL.0 };
    let build = version.build;
    match build {
        _ if version.wording() == Wording::OneText => envelope(or_internal, &whole, &whole),
        Build::V370 | Build::V380 | Build::V383 | Build::Patch16 => {
            let msg = if msg.is_empty() { &whole } else { msg };
            envelope(or_internal, msg, if dlt.is_empty() { msg } else { dlt })
        }
        Build::MainStandalone => envelope(number, msg, dlt),
        Build::Main => match code {
            0 => success(build, nothing),
            14 => process_gone(version, msg),
            1..=99 => {
                let text = format!("rpc error: code = {} desc = {msg}", grpc_name(*code));
                envelope(INTERNAL.0, INTERNAL.1, &text)
            }
            ..0 => {
                // A gRPC status is unsigned; the client cannot read what comes of it.
                let text = format!(
                    "rpc error: code = Internal desc = transport: malformed grpc-status: \
                     strconv.ParseInt: parsing \"{}\": value out of range",
                    code.cast_unsigned()
                );
                envelope(INTERNAL.0, INTERNAL.1, &text)
            }
            _ => envelope(number, msg, dlt),
        },
    }
}

fn panicked(version: &OpenimVersion, site: Site) -> Reply {
    const WHAT: &str = "runtime error: invalid memory address or nil pointer dereference";
    let build = version.build;
    match build {
        _ if version.panic_ends_process() => process_gone(version, "error reading from server: EOF"),
        Build::V370 | Build::V380 | Build::V383 | Build::Patch16 => {
            let text = format!("Error: 500 panic error {WHAT} | -> {}", stack::panic(build, site));
            envelope(2, &text, "")
        }
        Build::Main => envelope(INTERNAL.0, "panic error", WHAT),
        Build::MainStandalone => Reply { status: 500, body: String::new() },
    }
}

fn no_process(build: Build) -> &'static str {
    if is_main(build) {
        "no children to pick from"
    } else {
        "last connection error: connection error: desc = \"transport: Error while dialing: \
         dial tcp 127.0.0.1:10260: connect: connection refused\""
    }
}

fn process_gone(version: &OpenimVersion, text: &str) -> Reply {
    const UNAVAILABLE: i64 = 14;
    if is_main(version.build) {
        let text = format!("grpc service group-rpc-service down, grpc message {text}");
        envelope(INTERNAL.0, &text, "")
    } else if version.wording() == Wording::OneText {
        envelope(UNAVAILABLE, text, &format!("{UNAVAILABLE} {text}"))
    } else {
        envelope(UNAVAILABLE, text, "")
    }
}

/// The simulator's own limit, which `OpenIM` does not have.
pub(super) fn full(what: &str, most: usize) -> OpError {
    OpError::rpc(INTERNAL, format!("the simulator keeps no more than {most} {what}"))
}

/// A request body that is not the JSON the route expects.
pub(super) fn bad_request(version: &OpenimVersion, text: &str) -> OpError {
    let (code, msg, dlt) = match version.build {
        Build::V370 => (INTERNAL.0, text.to_owned(), String::new()),
        _ if version.wording() == Wording::OneText => (ARGS.0, text.to_owned(), format!("{} {text}", ARGS.0)),
        build => (ARGS.0, format!("Error: Error: {text} | -> {}", stack::bind(build)), String::new()),
    };
    OpError::Raw { code, msg, dlt }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(build: Build, error: &OpError) -> String {
        failure(&build.into(), Some(r#"{"groupInfo":null}"#), error).body
    }

    fn no(code: i32) -> OpError {
        OpError::Rejected(Rejection { code, msg: "not today".to_owned(), dlt: "quota exceeded".to_owned() })
    }

    #[test]
    fn a_rejection_is_worded_as_each_build_was_seen_to_word_it() {
        let old = r#"{"errCode":4001,"errMsg":"4001 not today quota exceeded","errDlt":"4001 not today quota exceeded"}"#;
        let new = r#"{"errCode":4001,"errMsg":"not today","errDlt":"quota exceeded"}"#;
        for build in Build::ALL {
            let expected = if OpenimVersion::from(build).wording() == Wording::OneText { old } else { new };
            assert_eq!(reply(build, &no(4001)), expected, "{build}");
        }
        let zero = |build| reply(build, &no(0));
        assert!(zero(Build::V370).starts_with(r#"{"errCode":500,"errMsg":"0 not today quota exceeded""#));
        assert_eq!(zero(Build::V383), r#"{"errCode":500,"errMsg":"not today","errDlt":"quota exceeded"}"#);
        assert_eq!(zero(Build::Main), r#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfo":null}}"#);
        assert_eq!(
            zero(Build::MainStandalone),
            r#"{"errCode":0,"errMsg":"not today","errDlt":"quota exceeded"}"#
        );
        assert_eq!(
            reply(Build::Main, &no(50)),
            r#"{"errCode":500,"errMsg":"ServerInternalError","errDlt":"rpc error: code = Code(50) desc = not today"}"#
        );
        assert!(reply(Build::Main, &no(1)).contains("code = Canceled"));
        assert!(reply(Build::Main, &no(-5)).contains("malformed grpc-status"));
        assert!(reply(Build::MainStandalone, &no(-5)).contains(r#""errCode":-5"#));
    }

    #[test]
    fn an_empty_text_of_a_rejection_is_filled_up_on_3_8_3() {
        let bare = |msg: &str, dlt: &str| {
            OpError::Rejected(Rejection { code: 4001, msg: msg.into(), dlt: dlt.into() })
        };
        assert_eq!(
            reply(Build::V383, &bare("", "quota exceeded")),
            r#"{"errCode":4001,"errMsg":"4001  quota exceeded","errDlt":"quota exceeded"}"#
        );
        assert_eq!(
            reply(Build::V383, &bare("not today", "")),
            r#"{"errCode":4001,"errMsg":"not today","errDlt":"not today"}"#
        );
        assert_eq!(
            reply(Build::V383, &bare("", "")),
            r#"{"errCode":4001,"errMsg":"4001 ","errDlt":"4001 "}"#
        );
    }

    #[test]
    fn the_cause_of_a_failed_callback_is_hidden_by_3_8_3_only() {
        let failure = Failure {
            url: "http://h/c".to_owned(),
            step: Step::Request,
            cause: "Post \"http://h/c\": EOF".to_owned(),
        };
        let error = OpError::Unanswered { site: Site::CREATE, failure };
        for build in Build::ALL {
            let text = reply(build, &error);
            assert_eq!(text.contains("EOF"), build != Build::V383, "{build}");
            assert!(text.contains("post url=http://h/c"), "{build}");
        }
        assert_eq!(
            reply(Build::V370, &error),
            r#"{"errCode":90004,"errMsg":"HTTP request failed: Post \"http://h/c\": EOF, post url=http://h/c: 90004 NetworkError","errDlt":"HTTP request failed: Post \"http://h/c\": EOF, post url=http://h/c: 90004 NetworkError"}"#
        );
        let patch: OpenimVersion = "3.8.3-patch.3".parse().unwrap();
        let text = super::failure(&patch, None, &error).body;
        assert!(text.contains(r#""errDlt":"90004 NetworkError Error: Post"#), "{text}");
    }

    #[test]
    fn releases_between_the_recorded_builds_word_their_errors_as_their_libraries_do() {
        let text = |version: &str, error: &OpError| {
            super::failure(&version.parse::<OpenimVersion>().unwrap(), None, error).body
        };
        let repeated = OpError::rpc(ARGS, "group member repeated");
        let one = r#"{"errCode":1001,"errMsg":"group member repeated: 1001 ArgsError","errDlt":"group member repeated: 1001 ArgsError"}"#;
        for version in ["3.8.1", "3.8.2"] {
            assert_eq!(text(version, &repeated), one, "{version}");
            assert!(text(version, &no(4001)).contains(r#""errMsg":"4001 not today quota exceeded""#));
        }
        for (version, dlt) in [
            ("3.8.3", "group member repeated"),
            ("3.8.3-patch.1", "1001 ArgsError group member repeated"),
            ("3.8.3-patch.2", "group member repeated"),
            ("3.8.3-patch.4", "1001 ArgsError group member repeated"),
            ("3.8.3-patch.5", "group member repeated"),
        ] {
            let expected = format!(r#"{{"errCode":1001,"errMsg":"ArgsError","errDlt":"{dlt}"}}"#);
            assert_eq!(text(version, &repeated), expected, "{version}");
        }
        let entry = OpError::Panic(Site::CREATE_MEMBERS);
        for (version, code) in
            [("3.8.2", 14), ("3.8.3-patch.2", 14), ("3.8.3-patch.3", 2), ("3.8.3-patch.9", 2)]
        {
            assert!(text(version, &entry).starts_with(&format!(r#"{{"errCode":{code},"#)), "{version}");
        }
    }
}
