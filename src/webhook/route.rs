//! Reads what a request is: path → command, header or body → operations.
//!
//! Tolerant where `OpenIM`'s configuration varies (doubled slashes, another path
//! prefix), exact where it must be: a command is matched letter by letter.

use hyper::HeaderMap;
use serde::Deserialize;

use super::server::Scope;
use crate::ids::OperationId;
use crate::wire::WebhookKey;

/// Path of the heartbeat that the tool sends to its own listener.
pub const HEARTBEAT_PATH: &str = "/openim-bench/heartbeat";

/// A request's path, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// Last part of the path.
    pub command: String,
    /// The key it belongs to, where known.
    pub key: Option<WebhookKey>,
    /// What stands before the command, when it is not the configured path.
    pub other_path: Option<String>,
}

/// Takes `path` apart; `expected` is `webhook.path`.
pub(super) fn route(expected: &str, path: &str) -> Route {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (command, before) = parts.split_last().map_or(("", &[][..]), |(last, before)| (*last, before));
    let fits = expected.split('/').filter(|part| !part.is_empty()).eq(before.iter().copied());
    let other_path = (!fits).then(|| clip(&format!("/{}", before.join("/")), 200));
    Route { command: command.to_owned(), key: WebhookKey::from_command(command), other_path }
}

impl Scope {
    fn holds(self, id: &OperationId) -> bool {
        match self {
            Scope::Run(tag) => id.run() == tag,
            Scope::Everything => true,
        }
    }
}

/// The operations within `scope` that the `Operationid` headers name.
pub(super) fn operations_in_header(headers: &HeaderMap, scope: Scope) -> Vec<OperationId> {
    let texts = headers.get_all("operationid").iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(OperationId::parse_joined).filter(|id| scope.holds(id)).collect()
}

/// The operationID as sent, shortened.
pub(super) fn operation_text(headers: &HeaderMap) -> Option<Box<str>> {
    let text = headers.get("operationid")?.to_str().ok()?;
    Some(clip(text, 80).into_boxed_str())
}

/// The operations within `scope` that the body's `operationID` names.
pub(super) fn operations_in_body(body: &[u8], scope: Scope) -> Vec<OperationId> {
    #[derive(Deserialize)]
    struct WithOperation {
        #[serde(rename = "operationID", default)]
        operation_id: Option<String>,
    }
    let named = serde_json::from_slice::<WithOperation>(body).ok().and_then(|body| body.operation_id);
    let ids = named.map(|text| OperationId::parse_joined(&text)).unwrap_or_default();
    ids.into_iter().filter(|id| scope.holds(id)).collect()
}

/// At most `limit` characters of `text`.
pub(super) fn clip(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::RunTag;

    proptest! {
        #[test]
        fn no_target_and_no_body_is_too_odd(path in "[/?$a-z\\PC]{0,60}", body in "[\\PC{}\":,]{0,60}") {
            let named = r#"{"operationID":""#.to_owned() + &body + r#""}"#;
            let route = route(&path, &body);
            prop_assert!(!route.command.contains('/'));
            for text in [&body, &path, &named] {
                prop_assert!(operations_in_body(text.as_bytes(), Scope::Run(RunTag::from_number(1))).len() <= text.len());
            }
        }
    }

    #[test]
    fn a_doubled_slash_is_the_same_path_and_another_prefix_is_named() {
        let command = "callbackBeforeCreateGroupCommand";
        for path in ["/cb", "/cb/", "cb", "//cb"] {
            for sent in [format!("/cb/{command}"), format!("/cb//{command}"), format!("/cb/{command}/")] {
                let route = route(path, &sent);
                assert_eq!(route.key, Some(WebhookKey::BeforeCreateGroup), "{path} {sent}");
                assert_eq!(route.other_path, None, "{path} {sent}");
            }
        }
        let other = route("/cb", &format!("/elsewhere/hook/{command}"));
        assert_eq!(other.other_path.as_deref(), Some("/elsewhere/hook"));
        assert_eq!(other.key, Some(WebhookKey::BeforeCreateGroup));
        assert_eq!(route("/", &format!("/{command}")).other_path, None);
    }

    #[test]
    fn a_command_is_matched_letter_by_letter() {
        assert_eq!(route("/cb", "/cb/callbackbeforecreategroupcommand").key, None);
        let empty = route("/cb", "/");
        assert_eq!((empty.command.as_str(), empty.key), ("", None));
    }

    #[test]
    fn only_operations_of_this_run_are_taken_from_header_and_body() {
        let (ours, theirs) = (RunTag::from_number(1), RunTag::from_number(2));
        let (a, b) = (OperationId::new(ours, 0, 1), OperationId::new(ours, 0, 2));
        let foreign = OperationId::new(theirs, 0, 1);
        let mut headers = HeaderMap::new();
        headers.append("OperationID", format!("{a}$x${foreign}").parse().unwrap());
        headers.append("operationid", b.to_string().parse().unwrap());
        assert_eq!(operations_in_header(&headers, Scope::Run(ours)), vec![a, b]);
        assert_eq!(
            operations_in_body(format!("{{\"operationID\":\"{a}\"}}").as_bytes(), Scope::Run(ours)),
            vec![a]
        );
        for body in ["", "{}", "[]", "{\"operationID\":5}", "{\"operationID\":null}"] {
            assert_eq!(operations_in_body(body.as_bytes(), Scope::Run(ours)), vec![], "{body}");
        }
    }
}
