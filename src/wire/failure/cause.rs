//! Why `OpenIM`'s call of the webhook failed: the texts behind errCode 90004.
//!
//! The texts come from Go's HTTP client and vary with address, phase and Go version, so only
//! words that name the cause are looked at, after the URL is taken out (a host may be called
//! anything). v3.8.3 and its patch 2 leave the cause out; then the elapsed time is all there is.

use super::FailureKind;
use super::text::without_stack;
use crate::wire::WebhookKey;
use crate::wire::callback::command_in_target;

/// A timeout may seem this much shorter: the callback's clock starts when it arrives here, after
/// `OpenIM` began to wait.
const EARLY_US: u64 = 50_000;
/// What comes on top of a known timeout at most: the rest of the call, a busy machine.
const LATE_US: u64 = 2_000_000;
/// The same where the timeout is not known and any whole number of seconds may be one.
const LATE_UNKNOWN_US: u64 = 250_000;
/// The cap of `OpenIM`'s webhook client, seconds.
const CAP_S: u32 = 15;

/// Words and their kind; the first match in this order decides.
const CAUSES: &[(FailureKind, &[&str])] = &[
    // The cap's text contains that of a deadline.
    (FailureKind::WebhookCap, &["client.timeout"]),
    (FailureKind::WebhookDeadline, &["deadline exceeded"]),
    // Somebody answered, but not as a webhook server does.
    (
        FailureKind::WebhookTls,
        &[
            "tls:",
            "x509:",
            "tls handshake",
            "server gave http response to https client",
            // A TLS alert read as HTTP: the url says http, the port speaks https.
            "malformed http response \"\\x15\\x03",
            "malformed http response \\\"\\x15\\x03",
        ],
    ),
    (
        FailureKind::WebhookBadAnswer,
        &[
            "malformed http",
            "malformed mime header",
            "malformed chunked encoding",
            "bad content-length",
            "unsupported transfer encoding",
            "too many transfer encodings",
            "response headers exceeded",
            "redirects",
            "missing location header",
            "failed to parse location header",
        ],
    ),
    // A name server may be refused, reset or late, too: before those.
    (FailureKind::WebhookDns, &["lookup ", "no such host", "server misbehaving", "no suitable address"]),
    (
        FailureKind::WebhookBadUrl,
        &[
            "unsupported protocol scheme",
            "missing protocol scheme",
            "first path segment in url",
            "no host in request url",
            "invalid url",
            "invalid port",
            "invalid character",
            "invalid control character in url",
            "too many colons in address",
            "missing port in address",
            "unknown port",
            "missing ']' in",
        ],
    ),
    (
        FailureKind::WebhookRefused,
        &[
            "connection refused",
            "actively refused",
            "no route to host",
            "network is unreachable",
            "host is unreachable",
            "host is down",
            "unreachable network",
            "unreachable host",
            "cannot assign requested address",
            "connect: permission denied",
            "connect: invalid argument",
        ],
    ),
    (
        FailureKind::WebhookReset,
        &[
            "reset by peer",
            "forcibly closed",
            "broken pipe",
            "server closed idle connection",
            "transport connection broken",
            "use of closed network connection",
            "connection aborted",
            "connection lost",
            "protocol wrong type for socket",
            "goaway",
            "stream error",
            "http2:",
            "eof",
        ],
    ),
    (FailureKind::WebhookDeadline, &["i/o timeout", "timed out", "timeout"]),
];

/// What a 90004's texts tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub kind: FailureKind,
    pub post_url: Option<String>,
}

/// Reads the cause and the URL out of errMsg and errDlt, of which either may hold them.
#[must_use]
pub(super) fn told(err_msg: &str, err_dlt: &str) -> Told {
    let speaks = |text: &&str| {
        ["request failed", "failed to read response body", "NewRequestWithContext", "post url=", "Post \""]
            .iter()
            .any(|mark| text.contains(mark))
    };
    let text = [err_dlt, err_msg].into_iter().find(speaks).unwrap_or(err_dlt);
    Told { kind: kind_of(text), post_url: post_url(text) }
}

/// The kind of failure that the text of a cause names, with or without OpenIM's words around it.
#[must_use]
pub fn kind_of(text: &str) -> FailureKind {
    let text = without_stack(text);
    let text = text.split(", post url=").next().unwrap_or(text);
    if text.contains("failed to read response body") {
        return FailureKind::WebhookBodyRead;
    }
    if text.contains("NewRequestWithContext failed") {
        return FailureKind::WebhookBadUrl;
    }
    let cause = without_request(text).to_ascii_lowercase();
    CAUSES
        .iter()
        .find(|(_, words)| words.iter().any(|word| cause.contains(word)))
        .map_or(FailureKind::WebhookCauseHidden, |(kind, _)| *kind)
}

/// A text without its `Post "URL": `: the method and the quoted URL that Go puts in front.
fn without_request(text: &str) -> &str {
    for method in ["Post \"", "Get \"", "Head \""] {
        if let Some((_, rest)) = text.split_once(method)
            && let Some((_, cause)) = rest.split_once("\": ")
        {
            return cause;
        }
    }
    text
}

/// The URL after `post url=`, which every version puts at the end of its text.
fn post_url(text: &str) -> Option<String> {
    let rest = text.rsplit_once("post url=")?.1;
    let rest = rest.split(": 90004").next().unwrap_or(rest);
    let url = rest.split(|c: char| c.is_whitespace() || c.is_control()).next()?;
    let url = url.trim_end_matches([',', ':', ';']);
    (!url.is_empty()).then(|| url.to_owned())
}

/// The webhook whose call failed, told by the command at the end of the URL in the error's text.
#[must_use]
pub fn webhook_in(post_url: &str) -> Option<WebhookKey> {
    WebhookKey::from_command(command_in_target(post_url))
}

/// Tells a deadline or the 15 s cap by how long `OpenIM` waited, when the text hides the cause.
///
/// `waited_us` is the time from the last reply before the callback (else from the request) to the
/// answer. `timeout_s` is the webhook's configured timeout in seconds, where it is known; values
/// outside 1 to 15 mean the cap. A wait from 50 ms before to 2 s after the limit counts as that
/// limit. Without a known timeout a whole number of seconds (up to 250 ms more) counts as one:
/// everything but a limit fails within milliseconds. Any other wait stays
/// [`FailureKind::WebhookCauseHidden`] (refused, name, reset, EOF …).
#[must_use]
pub fn resolve_hidden(waited_us: u64, timeout_s: Option<i64>) -> FailureKind {
    let near = |limit_s: u32, late_us: u64| {
        let limit = u64::from(limit_s) * 1_000_000;
        (limit.saturating_sub(EARLY_US)..=limit + late_us).contains(&waited_us)
    };
    let configured = timeout_s.map(|t| u32::try_from(t).ok().filter(|t| (1..=CAP_S).contains(t)));
    let deadline = match configured {
        Some(Some(timeout)) => near(timeout, LATE_US),
        Some(None) => false,
        None => (1..CAP_S).any(|seconds| near(seconds, LATE_UNKNOWN_US)),
    };
    match deadline {
        true => FailureKind::WebhookDeadline,
        false if near(CAP_S, LATE_US) => FailureKind::WebhookCap,
        false => FailureKind::WebhookCauseHidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://eof-timeout.lookup:1/x509:/callbackBeforeCreateGroupCommand";

    /// The three layouts that builds put a cause into.
    fn layouts(cause: &str) -> [(String, String); 3] {
        let old = format!("HTTP request failed: Post \"{URL}\": {cause}, post url={URL}: 90004 NetworkError");
        let stack = "| -> httputil.(*HTTPClient).Post() /a/timeout.go:110 -> f() /b/eof.go:2";
        let new = format!("Error: Post \"{URL}\": {cause} HTTP request failed {stack}, post url={URL}");
        let patch = format!("90004 NetworkError {new}");
        [(old.clone(), old), ("NetworkError".into(), new), ("NetworkError".into(), patch)]
    }

    #[test]
    fn a_cause_is_told_in_every_layout_and_whatever_the_url_is_called() {
        use FailureKind as K;
        for (kind, cause) in [
            (K::WebhookDeadline, "context deadline exceeded"),
            (K::WebhookDeadline, "dial tcp 10.1.2.3:80: i/o timeout"),
            (K::WebhookDeadline, "dial tcp 10.1.2.3:80: connect: connection timed out"),
            (K::WebhookCap, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"),
            (
                K::WebhookCap,
                "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
            ),
            (K::WebhookRefused, "dial tcp [::1]:10006: connect: connection refused"),
            (K::WebhookRefused, "dial tcp 10.9.9.9:80: connect: no route to host"),
            (
                K::WebhookRefused,
                "dial tcp 10.9.9.9:80: connectex: No connection could be made because the target machine actively refused it.",
            ),
            (K::WebhookReset, "EOF"),
            (K::WebhookReset, "unexpected EOF"),
            (K::WebhookReset, "write tcp 127.0.0.1:1->127.0.0.1:2: write: connection reset by peer"),
            (K::WebhookReset, "write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe"),
            (K::WebhookReset, "http: server closed idle connection"),
            (
                K::WebhookReset,
                "net/http: HTTP/1.x transport connection broken: http: server closed idle connection",
            ),
            (K::WebhookDns, "dial tcp: lookup web on 127.0.0.11:53: no such host"),
            (K::WebhookDns, "dial tcp: lookup web on 127.0.0.11:53: server misbehaving"),
            (
                K::WebhookDns,
                "dial tcp: lookup web on 10.0.0.2:53: read udp 10.0.0.3:4->10.0.0.2:53: i/o timeout",
            ),
            (
                K::WebhookDns,
                "dial tcp: lookup web on [::1]:53: read udp [::1]:4->[::1]:53: read: connection refused",
            ),
            (K::WebhookBadUrl, "unsupported protocol scheme \"webhook\""),
            (K::WebhookBadUrl, "unsupported protocol scheme \"\""),
            (K::WebhookBadUrl, "http: no Host in request URL"),
            (K::WebhookBadUrl, "dial tcp: address 99999: invalid port"),
            (
                K::WebhookTls,
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            ),
            (K::WebhookTls, "x509: certificate has expired or is not yet valid"),
            (K::WebhookTls, "remote error: tls: handshake failure"),
            (K::WebhookTls, "net/http: TLS handshake timeout"),
            (K::WebhookTls, "http: server gave HTTP response to HTTPS client"),
            (
                K::WebhookTls,
                "net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x15\\x03\\x01\\x00\\x02\"",
            ),
            (
                K::WebhookBadAnswer,
                "net/http: HTTP/1.x transport connection broken: malformed HTTP response \"SSH-2.0\"",
            ),
            (K::WebhookBadAnswer, "stopped after 10 redirects"),
            (K::WebhookCauseHidden, "something that Go says only next year"),
        ] {
            for (msg, dlt) in layouts(cause) {
                let told = told(&msg, &dlt);
                assert_eq!(told.kind, kind, "{dlt}");
                assert_eq!(told.post_url.as_deref(), Some(URL), "{dlt}");
            }
        }
    }

    #[test]
    fn a_redirect_that_fails_is_told_by_its_own_method() {
        let text = "HTTP request failed: Get \"http://a/eof\": stopped after 10 redirects, post url=http://a/b: 90004 NetworkError";
        assert_eq!(told(text, text).kind, FailureKind::WebhookBadAnswer);
    }

    #[test]
    fn a_late_body_is_visible_even_where_the_cause_is_hidden() {
        for text in [
            "failed to read response body: context deadline exceeded (Client.Timeout or context cancellation while reading body), post url=http://a/b: 90004 NetworkError",
            "Error: unexpected EOF failed to read response body | -> f() /a.go:1, post url=http://a/b",
            "Error: failed to read response body | -> f() /a.go:1, post url=http://a/b",
        ] {
            let told = told("NetworkError", text);
            assert_eq!(told.kind, FailureKind::WebhookBodyRead);
            assert_eq!(told.post_url.as_deref(), Some("http://a/b"));
        }
    }

    #[test]
    fn a_url_that_cannot_be_parsed_is_a_bad_url() {
        for text in [
            "NewRequestWithContext failed, url=h:1/c, method=POST: parse \"h:1/c\": first path segment in URL cannot contain colon, post url=h:1/c: 90004 NetworkError",
            "Error: parse \":x\": missing protocol scheme NewRequestWithContext failed, url=:x, method=POST | -> f() /a.go:1, post url=h:1/c",
        ] {
            let told = told("NetworkError", text);
            assert_eq!((told.kind, told.post_url.as_deref()), (FailureKind::WebhookBadUrl, Some("h:1/c")));
        }
    }

    #[test]
    fn a_hidden_cause_is_told_by_time_only_near_a_limit_or_without_one_near_a_whole_second() {
        use FailureKind as K;
        for (elapsed_ms, timeout_s, kind) in [
            (5_010, Some(5), K::WebhookDeadline),
            (4_951, Some(5), K::WebhookDeadline),
            (4_900, Some(5), K::WebhookCauseHidden),
            (7_001, Some(5), K::WebhookCauseHidden),
            (10, Some(5), K::WebhookCauseHidden),
            (15_020, Some(0), K::WebhookCap),
            (15_020, Some(3600), K::WebhookCap),
            (15_020, Some(15), K::WebhookDeadline),
            (15_004, Some(15), K::WebhookDeadline),
            (15_020, Some(-1), K::WebhookCap),
            (3_005, Some(5), K::WebhookCauseHidden),
            (15_020, None, K::WebhookCap),
            (5_010, None, K::WebhookDeadline),
            (3_005, None, K::WebhookDeadline),
            (5_400, None, K::WebhookCauseHidden),
            (3, None, K::WebhookCauseHidden),
        ] {
            assert_eq!(resolve_hidden(elapsed_ms * 1000, timeout_s), kind, "{elapsed_ms} {timeout_s:?}");
        }
    }
}
