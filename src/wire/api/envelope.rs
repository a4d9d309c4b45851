//! The object that every API answer is wrapped in, and what we take out of its `data`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::group_info::GroupInfo;
use crate::wire::gojson::null_default;

/// An API answer. The HTTP status is 200 for success and failure alike; `err_code` decides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// 0 is success (for a create only together with a group, see [`created_group`]).
    #[serde(rename = "errCode")]
    pub err_code: i64,
    /// The code's name from 3.8.3 on, the whole error text before.
    #[serde(rename = "errMsg", default, deserialize_with = "null_default")]
    pub err_msg: String,
    /// Detail; from 3.8.3 on it may carry a stack.
    #[serde(rename = "errDlt", default, deserialize_with = "null_default")]
    pub err_dlt: String,
    /// The reply; `None` for a missing key and for `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// A body that is no envelope: an error page, a plain text, somebody else's JSON.
#[derive(Debug, thiserror::Error)]
#[error(
    "the answer is no OpenIM envelope ({source}); check that `target.url` leads to the OpenIM API (port 10002 by default)"
)]
pub struct MalformedEnvelope {
    source: serde_json::Error,
}

impl Envelope {
    /// Reads an answer's body. `errCode` must be there and an integer; further keys are skipped.
    ///
    /// # Errors
    /// [`MalformedEnvelope`] for everything that is not one JSON object with an `errCode`.
    pub fn parse(body: &[u8]) -> Result<Envelope, MalformedEnvelope> {
        // A derived reader takes arrays for structs too, which OpenIM never sends.
        let object = body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        if !object {
            let source = serde::de::Error::custom("not a JSON object");
            return Err(MalformedEnvelope { source });
        }
        serde_json::from_slice(body).map_err(|source| MalformedEnvelope { source })
    }

    /// `data` as a type; `None` when it is missing or of another shape.
    fn reply<'a, T: Deserialize<'a>>(&'a self, key: &str) -> Option<T> {
        T::deserialize(self.data.as_ref()?.get(key)?).ok()
    }
}

/// The ID of the group that a create made. `None` although `err_code` is 0 means that the
/// create was rejected: builds of `main` report a rejection with errCode 0 that way.
#[must_use]
pub fn created_group(envelope: &Envelope) -> Option<&str> {
    if envelope.err_code != 0 {
        return None;
    }
    let id = envelope.data.as_ref()?.get("groupInfo")?.get("groupID")?.as_str()?;
    Some(id).filter(|id| !id.is_empty())
}

/// A token and how long it is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Goes into the `token` header; never into a record.
    pub token: String,
    /// Seconds from now.
    pub expires_in_s: i64,
}

/// The token in the answer of `user_token` and `get_admin_token`.
#[must_use]
pub fn token(envelope: &Envelope) -> Option<Token> {
    let token: String = envelope.reply("token")?;
    let expires_in_s = envelope.reply("expireTimeSeconds").unwrap_or_default();
    Some(Token { token, expires_in_s }).filter(|t| !t.token.is_empty())
}

/// A user that `account_check` was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user_id: String,
    /// Whether it exists; `OpenIM` says it as a text (3.7, 3.8.0) or as a number.
    pub registered: bool,
}

/// The users in the answer of `account_check`.
#[must_use]
pub fn accounts(envelope: &Envelope) -> Option<Vec<Account>> {
    let results: Vec<Value> = envelope.reply("results")?;
    results
        .iter()
        .map(|r| {
            let user_id = r.get("userID")?.as_str()?.to_owned();
            let registered = match r.get("accountStatus") {
                Some(Value::String(status)) => status == "registered",
                Some(Value::Number(status)) => status.as_i64() == Some(1),
                _ => false,
            };
            Some(Account { user_id, registered })
        })
        .collect()
}

/// The groups in the answer of `get_groups_info`.
#[must_use]
pub fn groups(envelope: &Envelope) -> Option<Vec<GroupInfo>> {
    let groups: Option<Vec<GroupInfo>> = envelope.reply("groupInfos")?;
    Some(groups.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Envelope {
        Envelope::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_page_a_text_and_foreign_json_are_no_envelope() {
        for body in [
            "",
            "404 page not found",
            "<html><body>502 Bad Gateway</body></html>",
            "null",
            "[0,\"\",\"\",null]",
            "{}",
            r#"{"code":0,"msg":"ok"}"#,
            r#"{"errCode":"0","errMsg":"","errDlt":""}"#,
            r#"{"errCode":1.5}"#,
            r#"{"errCode":0,"errMsg":""} trailing"#,
            r#"{"errCode":0,"errMsg":["#,
            "\u{feff}{\"errCode\":0}",
        ] {
            assert!(Envelope::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn data_may_be_null_or_missing_and_unknown_keys_are_skipped() {
        for body in [
            r#"{"errCode":0,"errMsg":"","errDlt":"","data":null}"#,
            r#"{"errCode":0,"errMsg":"","errDlt":""}"#,
            "{\"errCode\":0,\"errMsg\":null,\"trace\":{\"a\":[1]}}\n",
        ] {
            assert_eq!(parsed(body), Envelope::default(), "{body}");
        }
    }

    #[test]
    fn success_without_a_group_is_no_created_group() {
        let group = |data: &str| {
            let envelope = parsed(&format!(r#"{{"errCode":0,"errMsg":"","errDlt":"","data":{data}}}"#));
            created_group(&envelope).map(str::to_owned)
        };
        assert_eq!(group(r#"{"groupInfo":{"groupID":"7"}}"#).as_deref(), Some("7"));
        for rejected in ["null", "{}", r#"{"groupInfo":null}"#, r#"{"groupInfo":{"groupID":""}}"#] {
            assert_eq!(group(rejected), None, "{rejected}");
        }
    }

    #[test]
    fn account_status_is_read_as_text_and_as_number() {
        let old = r#"{"errCode":0,"data":{"results":[{"userID":"1","accountStatus":"registered"},{"userID":"2","accountStatus":"unregistered"}]}}"#;
        let new = r#"{"errCode":0,"data":{"results":[{"userID":"1","accountStatus":1},{"userID":"2","accountStatus":0}]}}"#;
        for text in [old, new] {
            let registered: Vec<bool> =
                accounts(&parsed(text)).unwrap().iter().map(|a| a.registered).collect();
            assert_eq!(registered, [true, false]);
        }
    }

    #[test]
    fn a_token_is_found_in_the_reply() {
        let envelope = parsed(r#"{"errCode":0,"data":{"token":"t","expireTimeSeconds":7776000}}"#);
        assert_eq!(token(&envelope), Some(Token { token: "t".into(), expires_in_s: 7_776_000 }));
        assert_eq!(token(&Envelope::default()), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Envelope::parse(&body);
        }
    }
}
