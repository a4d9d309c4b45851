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
    let whole = url.split('#').next().unwrap_or_default();
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
    let host = authority.rsplit('@').next().unwrap_or_default();
    let (name, port) = split_port(host).map_err(|why| fail(&why))?;
    if name.is_empty() {
        return Err(no_host());
    }
    let port = port.unwrap_or(if tls { 443 } else { 80 });
    let host = host.strip_suffix(':').unwrap_or(host).to_owned();
    Ok(WebUrl { target: Target { tls, name, port }, host, path: wire_path(tail) })
}

/// Go's `strconv.Quote` for what occurs in URLs.
pub(super) fn quote(text: &str) -> String {
    format!("{text:?}")
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
fn split_port(host: &str) -> Result<(String, Option<u16>), String> {
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
            let port = digits.parse().map_err(|_| format!("invalid port {} after host", quote(port)))?;
            Ok((name.to_owned(), Some(port)))
        }
        _ => Err(format!("invalid port {} after host", quote(port))),
    }
}

/// Path and query; bytes that may not stand there are percent-encoded.
fn wire_path(tail: &str) -> String {
    let mut path = String::with_capacity(tail.len() + 1);
    if !tail.starts_with('/') {
        path.push('/');
    }
    for byte in tail.bytes() {
        match byte {
            b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x80.. => {
                path.push_str(&format!("%{byte:02X}"));
            }
            _ => path.push(char::from(byte)),
        }
    }
    path
}

/// Where `Location` leads from `base`; only what a server of callbacks may say.
pub(super) fn resolve(base: &WebUrl, location: &str) -> String {
    let scheme = if base.target.tls { "https" } else { "http" };
    if location.contains("://") {
        return location.to_owned();
    }
    if location.starts_with("//") {
        return format!("{scheme}:{location}");
    }
    if location.starts_with('/') {
        return format!("{scheme}://{}{location}", base.host);
    }
    let path = base.path.split('?').next().unwrap_or("/");
    let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
    format!("{scheme}://{}{folder}{location}", base.host)
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
    }
}
