//! A webhook server's answer, as the bytes that `OpenIM` reads.
//!
//! `OpenIM` goes on unless actionCode is 0 and nextCode 1; the HTTP status plays no
//! part. Promises answers that are valid JSON for any request body. Which callback is
//! answered how is decided elsewhere.

use serde_json::{Map, Value, json};

use super::key::WebhookKey;

/// Fields of a set-group-info request that its answer replaces.
const ALWAYS_REPLACED: [&str; 5] = ["groupID", "groupName", "notification", "introduction", "faceURL"];
/// Fields that an answer replaces only when it names them.
const REPLACED_WHEN_NAMED: [&str; 4] = ["ex", "needVerification", "lookMemberInfo", "applyMemberFriend"];

/// The answer that lets the operation go on as if there were no webhook.
///
/// For the two set-group-info before-callbacks that means giving back what was asked:
/// `OpenIM` takes groupID and the texts from the answer even when it lacks them, and so
/// would blank them. beforeSetGroupInfo sends an unset `ex` or number as empty or 0; those
/// are left out, since named they would be set. Any other body gets the plain answer.
#[must_use]
pub fn neutral(key: Option<WebhookKey>, body: &[u8]) -> Vec<u8> {
    let mut answer = common(0, "", "", 0);
    match key {
        Some(WebhookKey::BeforeSetGroupInfo) => echo(&mut answer, body, false),
        Some(WebhookKey::BeforeSetGroupInfoEx) => echo(&mut answer, body, true),
        _ => {}
    }
    Value::Object(answer).to_string().into_bytes()
}

/// A rejection. With `code` from 100 on it reaches the API's caller in every version.
#[must_use]
pub fn reject(code: i64, message: &str, detail: &str) -> Vec<u8> {
    Value::Object(common(code, message, detail, 1)).to_string().into_bytes()
}

fn common(code: i64, message: &str, detail: &str, next: i64) -> Map<String, Value> {
    let pairs = [
        ("actionCode", json!(0)),
        ("errCode", json!(code)),
        ("errMsg", json!(message)),
        ("errDlt", json!(detail)),
        ("nextCode", json!(next)),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn echo(answer: &mut Map<String, Value>, body: &[u8], optional_fields: bool) {
    let Ok(Value::Object(request)) = serde_json::from_slice(body) else {
        return;
    };
    let mut copy = |name: &str, wanted: fn(&Value) -> bool| {
        if let Some(value) = request.get(name).filter(|v| wanted(v)) {
            answer.insert(name.to_owned(), value.clone());
        }
    };
    for name in ALWAYS_REPLACED {
        copy(name, |value| value.is_string() || value.is_null());
    }
    for name in REPLACED_WHEN_NAMED {
        copy(name, if optional_fields { is_scalar } else { is_set });
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn is_set(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_i64() != Some(0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(bytes: &[u8]) -> Value {
        serde_json::from_slice(bytes).unwrap()
    }

    #[test]
    fn the_neutral_answer_is_the_same_for_every_other_callback() {
        let plain = br#"{"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0}"#;
        for key in WebhookKey::ALL.iter().copied().map(Some).chain([None]) {
            if !matches!(key, Some(WebhookKey::BeforeSetGroupInfo | WebhookKey::BeforeSetGroupInfoEx)) {
                assert_eq!(neutral(key, br#"{"groupID":"7"}"#), plain);
            }
        }
    }

    #[test]
    fn set_group_info_gets_its_texts_back_and_keeps_unset_numbers_unset() {
        let body = br#"{"callbackCommand":"callbackBeforeSetGroupInfoCommand","operationID":"","groupID":"7",
            "groupName":"n","notification":"","introduction":"i","faceURL":"","ex":"",
            "needVerification":0,"lookMemberInfo":1,"applyMemberFriend":0}"#;
        let answer = parsed(&neutral(Some(WebhookKey::BeforeSetGroupInfo), body));
        assert_eq!(
            answer,
            json!({"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0,"groupID":"7","groupName":"n",
                "notification":"","introduction":"i","faceURL":"","lookMemberInfo":1})
        );
    }

    #[test]
    fn set_group_info_ex_gets_back_exactly_what_it_asked() {
        let body = br#"{"groupID":"7","groupName":null,"notification":"a","introduction":null,"faceURL":"",
            "ex":"","needVerification":0,"lookMemberInfo":null,"applyMemberFriend":2}"#;
        let answer = parsed(&neutral(Some(WebhookKey::BeforeSetGroupInfoEx), body));
        let request = parsed(body);
        for (name, value) in request.as_object().unwrap() {
            assert_eq!(answer.get(name), Some(value), "{name}");
        }
        assert_eq!(answer["nextCode"], 0);
    }

    #[test]
    fn a_rejection_carries_code_text_and_the_deciding_pair() {
        let answer = parsed(&reject(4001, "no \"groups\" today", "d"));
        assert_eq!(
            answer,
            json!({"actionCode":0,"errCode":4001,"errMsg":"no \"groups\" today","errDlt":"d","nextCode":1})
        );
    }

    proptest! {
        #[test]
        fn any_body_gets_a_json_object_that_lets_the_operation_go_on(
            body in proptest::collection::vec(any::<u8>(), 0..200),
            index in 0..=WebhookKey::ALL.len(),
        ) {
            let answer = parsed(&neutral(WebhookKey::ALL.get(index).copied(), &body));
            prop_assert_eq!(&answer["actionCode"], &json!(0));
            prop_assert_eq!(&answer["nextCode"], &json!(0));
        }

        #[test]
        fn any_json_body_gets_scalars_only(text in "\\{(\"(groupID|ex|faceURL|needVerification)\":(null|1|0|\"x\"|\\[\\]|\\{\\}),){0,4}\"ex\":(\\[1\\]|\"\\\\u0000\")\\}") {
            for key in [WebhookKey::BeforeSetGroupInfo, WebhookKey::BeforeSetGroupInfoEx] {
                let answer = parsed(&neutral(Some(key), text.as_bytes()));
                prop_assert!(answer.as_object().unwrap().values().all(is_scalar));
            }
        }
    }
}
