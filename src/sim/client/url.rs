//! A webhook URL as Go parses it: what can be dialled, what goes on the wire, and
//! Go's words for what cannot be used.

use super::dial::Target;

/// A URL that can be dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WebUrl {
    /// Whom to dial.
    pub target: Target,
    /// The `Host` header.
    pub host: String,
    /// Path and query as they go on the wire.
    pub path: String,
    /// As Go writes it in an error: a password is `***`.
    pub shown: String,
    /// As the next server is told where a redirect came from: without user and password.
    pub referer: String,
    /// User and password, `user:password` with escapes resolved.
    pub login: Option<String>,
    /// What stands before the host, with its `@`.
    user: String,
    /// Host and port as written.
    authority: String,
}

/// Why a URL cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UrlError {
    /// Go cannot parse it: no request is made.
    Parse(String),
    /// It parses, and cannot be sent.
    Send(String),
}

/// Parses `url` as `url.Parse` and the transport do.
pub(super) fn parse(url: &str) -> Result<WebUrl, UrlError> {
    let fail = |why: &str| UrlError::Parse(format!("parse {}: {why}", quote(url)));
    let unsupported = |scheme: &str| UrlError::Send(format!("unsupported protocol scheme {}", quote(scheme)));
    if url.bytes().any(|b| b < 0x20 || b == 0x7f) {
        return Err(fail("net/url: invalid control character in URL"));
    }
    let (whole, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (scheme, rest) = split_scheme(whole).map_err(fail)?;
    if scheme.is_empty() && !rest.starts_with('/') {
        let segment = rest.split(['/', '?']).next().unwrap_or_default();
        if segment.contains(':') {
            return Err(fail("first path segment in URL cannot contain colon"));
        }
    }
    let tls = match scheme.as_str() {
        "http" => false,
        "https" => true,
        _ => return Err(unsupported(&scheme)),
    };
    let no_host = || UrlError::Send("http: no Host in request URL".to_owned());
    let after = rest.strip_prefix("//").ok_or_else(no_host)?;
    let cut = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, tail) = after.split_at(cut);
    let (user, authority) = authority.rsplit_once('@').map_or(("", authority), |(u, h)| (u, h));
    let (name, port) = split_port(authority).map_err(|why| fail(&why))?;
    let path = tail.split('?').next().unwrap_or_default();
    for escaped in [user, path, fragment] {
        if let Some(bad) = bad_escape(escaped) {
            return Err(fail(&format!("invalid URL escape {}", quote(bad))));
        }
    }
    if name.is_empty() {
        return Err(no_host());
    }
    let port = port.unwrap_or(if tls { "443" } else { "80" }.to_owned());
    // Go only looks at the number when it dials.
    let wrong = |_| UrlError::Send(format!("dial tcp: address {port}: invalid port"));
    let port = port.parse::<u16>().map_err(wrong)?;
    // A query stays as it is.
    let mut end = escape(path);
    end.push_str(&tail[path.len()..]);
    if !fragment.is_empty() {
        end.push('#');
        end.push_str(&escape(fragment));
    }
    let secret = user.split_once(':').map_or(user.to_owned(), |(name, _)| format!("{name}:***"));
    let at = if authority.len() < after[..cut].len() { "@" } else { "" };
    Ok(WebUrl {
        target: Target { tls, name, port },
        host: authority.strip_suffix(':').unwrap_or(authority).to_owned(),
        path: wire_path(tail),
        shown: format!("{scheme}://{secret}{at}{authority}{end}"),
        referer: format!("{scheme}://{authority}{end}"),
        login: (!at.is_empty()).then(|| unescape(&with_colon(user))),
        user: format!("{user}{at}"),
        authority: authority.to_owned(),
    })
}

/// Go always sends both parts of a login.
fn with_colon(user: &str) -> String {
    if user.contains(':') { user.to_owned() } else { format!("{user}:") }
}

/// The first `%` that no two hexadecimal digits follow, with what does.
fn bad_escape(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let at = (0..bytes.len()).find(|at| bytes[*at] == b'%' && !(is_hex(at + 1) && is_hex(at + 2)))?;
    text.get(at..(at + 3).min(text.len())).or(text.get(at..))
}

fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let hex = more.get(..2).and_then(|h| u8::from_str_radix(std::str::from_utf8(h).ok()?, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &more[2..];
            }
            _ => {
                out.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Go's `strconv.Quote`.
pub(super) fn quote(text: &str) -> String {
    quote_bytes(text.as_bytes())
}

/// The same for bytes that may be no text.
pub(super) fn quote_bytes(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| quote_char(c, &mut out));
        chunk.invalid().iter().for_each(|b| out.push_str(&format!("\\x{b:02x}")));
    }
    out.push('"');
    out
}

fn quote_char(c: char, out: &mut String) {
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        // What Rust would escape, Go does not print either.
        c if c != '\'' && c.escape_debug().count() > 1 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => out.push(c),
    }
}

/// The scheme in lower case (empty without one) and what follows it.
fn split_scheme(url: &str) -> Result<(String, &str), &'static str> {
    for (at, byte) in url.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme"),
            b':' => return Ok((url[..at].to_ascii_lowercase(), &url[at + 1..])),
            _ => break,
        }
    }
    Ok((String::new(), url))
}

/// Host name (without brackets) and port.
fn split_port(host: &str) -> Result<(String, Option<String>), String> {
    if let Some(bad) = host.bytes().find(|b| b" <>\"".contains(b)) {
        return Err(format!("invalid character {} in host name", quote(&char::from(bad).to_string())));
    }
    let (name, port) = match host.strip_prefix('[') {
        Some(v6) => {
            let (name, rest) = v6.split_once(']').ok_or("missing ']' in host")?;
            (name, rest)
        }
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok((name.to_owned(), None)),
        Some("") => Ok((name.to_owned(), None)),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok((name.to_owned(), Some(digits.to_owned())))
        }
        _ => Err(format!("invalid port {} after host", quote(port))),
    }
}

/// Path and query; bytes that may not stand there are percent-encoded.
fn wire_path(tail: &str) -> String {
    let path = escape(tail);
    if path.starts_with('/') { path } else { format!("/{path}") }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x80.. => {
                out.push_str(&format!("%{byte:02X}"));
            }
            _ => out.push(char::from(byte)),
        }
    }
    out
}

/// Where `Location` leads from `base`.
pub(super) fn resolve(base: &WebUrl, location: &str) -> String {
    let scheme = if base.target.tls { "https" } else { "http" };
    if split_scheme(location).is_ok_and(|(scheme, _)| !scheme.is_empty()) {
        return location.to_owned();
    }
    if location.starts_with("//") {
        return format!("{scheme}:{location}");
    }
    let here = format!("{scheme}://{}{}", base.user, base.authority);
    let path = base.path.split('?').next().unwrap_or("/");
    if location.starts_with('?') {
        return format!("{here}{path}{location}");
    }
    let cut = location.find(['?', '#']).unwrap_or(location.len());
    let (to, rest) = location.split_at(cut);
    let to = if to.starts_with('/') {
        to.to_owned()
    } else {
        let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
        format!("{folder}{to}")
    };
    format!("{here}{}{rest}", without_dots(&to))
}

/// A path without its `.` and `..`.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    for (at, part) in parts.iter().enumerate() {
        let is_last = at + 1 == parts.len();
        match *part {
            "." | ".." => {
                if *part == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            part => kept.push(part),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_the_wire_is_what_was_concatenated() {
        for (url, host, path) in [
            ("http://127.0.0.1:10006/cb/command", "127.0.0.1:10006", "/cb/command"),
            ("http://h/cb//command", "h", "/cb//command"),
            ("http://h:8/cb?x=1/command", "h:8", "/cb?x=1/command"),
            ("HTTP://user:pw@h#f/command", "h", "/"),
            ("http://h/a b/command", "h", "/a%20b/command"),
        ] {
            let parsed = parse(url).unwrap();
            assert_eq!((parsed.host.as_str(), parsed.path.as_str()), (host, path), "{url}");
        }
        let v6 = parse("https://[::1]/x").unwrap();
        assert_eq!((v6.target.name.as_str(), v6.target.port, v6.target.tls), ("::1", 443, true));
    }

    #[test]
    fn an_unusable_url_is_refused_in_gos_words() {
        for (url, error) in [
            (
                "127.0.0.1:10006/cb",
                UrlError::Parse(
                    "parse \"127.0.0.1:10006/cb\": first path segment in URL cannot contain colon".to_owned(),
                ),
            ),
            ("webhook://h/cb", UrlError::Send("unsupported protocol scheme \"webhook\"".to_owned())),
            ("localhost:10006/cb", UrlError::Send("unsupported protocol scheme \"localhost\"".to_owned())),
            ("/cb", UrlError::Send("unsupported protocol scheme \"\"".to_owned())),
            (":x", UrlError::Parse("parse \":x\": missing protocol scheme".to_owned())),
            ("http:///cb", UrlError::Send("http: no Host in request URL".to_owned())),
            (
                "http://h/%zz/x",
                UrlError::Parse("parse \"http://h/%zz/x\": invalid URL escape \"%zz\"".to_owned()),
            ),
            ("http://h:99999/x", UrlError::Send("dial tcp: address 99999: invalid port".to_owned())),
            ("", UrlError::Send("unsupported protocol scheme \"\"".to_owned())),
            (
                "http://h:1a/cb",
                UrlError::Parse("parse \"http://h:1a/cb\": invalid port \":1a\" after host".to_owned()),
            ),
        ] {
            assert_eq!(parse(url).unwrap_err(), error, "{url}");
        }
    }

    #[test]
    fn a_redirect_is_resolved_against_the_url_it_came_from() {
        let base = parse("http://h:8/a/b?x").unwrap();
        assert_eq!(resolve(&base, "https://i/c"), "https://i/c");
        assert_eq!(resolve(&base, "/c"), "http://h:8/c");
        assert_eq!(resolve(&base, "c"), "http://h:8/a/c");
        assert_eq!(resolve(&base, "//i/c"), "http://i/c");
        assert_eq!(resolve(&base, "../c/./d?q"), "http://h:8/c/d?q");
        assert_eq!(resolve(&base, "../../.."), "http://h:8/");
        assert_eq!(resolve(&base, "?q=1"), "http://h:8/a/b?q=1");
        let login = parse("http://u:p@h/a").unwrap();
        assert_eq!(resolve(&login, "/c"), "http://u:p@h/c");
    }

    #[test]
    fn an_error_shows_the_url_without_its_password() {
        let url = parse("HTTP://me:se%20cret@h:8/a b#f").unwrap();
        assert_eq!(url.shown, "http://me:***@h:8/a%20b#f");
        assert_eq!(parse("http://h/a b?c d").unwrap().shown, "http://h/a%20b?c d");
        assert_eq!(url.referer, "http://h:8/a%20b#f");
        assert_eq!(url.login.as_deref(), Some("me:se cret"));
        assert_eq!(parse("http://me@h/").unwrap().login.as_deref(), Some("me:"));
        assert_eq!(parse("http://h/").unwrap().login, None);
    }

    #[test]
    fn text_is_quoted_as_go_quotes_it() {
        assert_eq!(quote_bytes(b"a\"\\\x07\n\x1b\xff"), r#""a\"\\\a\n\x1b\xff""#);
        assert_eq!(quote("\u{200b}\u{e9}'"), "\"\\u200b\u{e9}'\"");
    }
}
