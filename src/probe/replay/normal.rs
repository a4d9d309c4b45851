//! Takes out of a text what differs from run to run: invented groupIDs, times, ports,
//! the resolver, tokens, the call chain behind ` | -> `.

use std::collections::BTreeSet;

use crate::probe::observation::{Answer, Callback};

/// Names the invented groupIDs of one side by their order of appearance.
pub struct Normal {
    ids: Vec<(String, String)>,
}

impl Normal {
    /// From all that one side said, in order of operations.
    pub fn new<'a>(
        answers: impl Iterator<Item = &'a Answer>,
        callbacks: impl Iterator<Item = &'a Callback>,
        chosen: &BTreeSet<String>,
    ) -> Normal {
        let called = callbacks.map(|c| c.json()["groupID"].clone());
        let answered = answers.map(|a| a.json()["data"]["groupInfo"]["groupID"].clone());
        let mut found: Vec<String> = Vec::new();
        for id in called.chain(answered).filter_map(|v| v.as_str().map(str::to_owned)) {
            let invented = !id.is_empty() && id.len() <= 10 && id.bytes().all(|b| b.is_ascii_digit());
            if invented && !chosen.contains(&id) && !found.contains(&id) {
                found.push(id);
            }
        }
        let mut ids: Vec<(String, String)> =
            found.into_iter().enumerate().map(|(n, id)| (id, format!("<group {}>", n + 1))).collect();
        ids.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
        Normal { ids }
    }

    /// Without groupIDs of its own: for texts that name none.
    pub fn bare() -> Normal {
        Normal { ids: Vec::new() }
    }

    /// A text without its chances.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in ["createTime", "joinTime", "expireTimeSeconds"] {
            text = mask_time(&text, &format!("\"{name}\":"));
        }
        text = mask_tokens(&text);
        text = mask_ports(&text);
        text = mask_resolver(&text);
        self.ids.iter().fold(text, |text, (id, name)| text.replace(id, name))
    }

    /// An errMsg or errDlt up to the call chain, and the URL that follows it.
    pub fn error(&self, text: &str) -> String {
        let Some((before, chain)) = text.split_once(" | -> ") else { return self.text(text) };
        let url = chain.rfind(", post url=").map_or("", |at| &chain[at..]);
        self.text(&format!("{before} | -> …{url}"))
    }
}

fn mask_time(text: &str, name: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, after) = rest.split_at(at + name.len());
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        // Zero is no time: it says that the caller gave none.
        out.push_str(if digits >= 9 { "<time>" } else { &after[..digits] });
        rest = &after[digits..];
    }
    out + rest
}

/// Recordings blank them.
fn mask_tokens(text: &str) -> String {
    const NAME: &str = "\"token\":\"";
    let mut parts = text.split(NAME);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.find('"').map_or("", |end| &part[end..]);
        out.push_str(NAME);
        // An empty one is none.
        out.push_str(if rest.len() < part.len() { "<token>" } else { "" });
        out.push_str(rest);
    }
    out
}

fn mask_ports(text: &str) -> String {
    const LOOPBACK: &str = "127.0.0.1:";
    let mut parts = text.split(LOOPBACK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(LOOPBACK);
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        out.push_str(if rest.len() < part.len() { "<port>" } else { "" });
        out.push_str(rest);
    }
    out
}

fn mask_resolver(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" on ") else { return text.to_owned() };
    let Some((server, after)) = rest.split_once(": no such host") else { return text.to_owned() };
    if before.contains("lookup ") && !server.contains(' ') {
        return format!("{before} on <resolver>: no such host{}", mask_resolver(after));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_from_run_to_run_is_taken_out_and_nothing_else() {
        let callback = Callback { body: r#"{"groupID":"41989613"}"#.to_owned(), ..Callback::default() };
        let normal = Normal::new(std::iter::empty(), std::iter::once(&callback), &BTreeSet::new());
        assert_eq!(
            normal.text(r#"{"groupID":"41989613","createTime":1795493829895,"memberCount":5} 127.0.0.1:99->127.0.0.1:7"#),
            r#"{"groupID":"<group 1>","createTime":<time>,"memberCount":5} 127.0.0.1:<port>->127.0.0.1:<port>"#
        );
        assert_eq!(normal.text(r#"{"createTime":0}"#), r#"{"createTime":0}"#);
        assert_eq!(
            normal.text(r#"{"token":"a.b","x":1,"token":""}"#),
            r#"{"token":"<token>","x":1,"token":""}"#
        );
        assert_eq!(
            normal
                .text("dial tcp: lookup a on 10.0.0.2:53: no such host, lookup b on [::1]:53: no such host"),
            "dial tcp: lookup a on <resolver>: no such host, lookup b on <resolver>: no such host"
        );
        assert_eq!(
            normal.error("Error: EOF HTTP request failed | -> a() x.go:1 -> b() y.go:2, post url=http://h/c"),
            "Error: EOF HTTP request failed | -> …, post url=http://h/c"
        );
    }
}
