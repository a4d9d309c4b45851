//! Who was registered on the recorded server: all whom calls and callbacks name, but for
//! those whom an answer says to be unknown.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::probe::recording::Recording;

/// `u0000` … are registered in every recording.
const USUAL: u32 = 50;
/// Calls that succeed although they name somebody unknown.
const ASKS: [&str; 3] = ["/user/account_check", "/user/get_users_info", "/user/user_register"];
/// Words in the userID of somebody who is meant to be unknown.
const UNKNOWN: [&str; 7] = ["no", "ghost", "unknown", "missing", "absent", "stranger", "un"];

/// userIDs and nicknames.
pub(super) fn registered(recording: &Recording) -> BTreeMap<String, String> {
    let mut known: BTreeMap<String, String> =
        (0..USUAL).map(|n| format!("u{n:04}")).map(|u| (u.clone(), u)).collect();
    let (mut suspects, mut absent) = (Vec::new(), BTreeSet::new());
    let name = |known: &mut BTreeMap<String, String>, id: &str| {
        known.entry(id.to_owned()).or_insert_with(|| id.to_owned());
    };
    // Callbacks come before anybody looks whom they name.
    let doubtful: BTreeSet<&str> = recording
        .list("api")
        .iter()
        .zip(recording.answers())
        .filter(|(_, answer)| is_doubtful(&answer.json()))
        .filter_map(|(call, _)| call["request_headers"]["operationID"].as_str())
        .collect();
    for callback in recording.callbacks().iter().filter(|c| !doubtful.contains(c.operation())) {
        named(&callback.json(), &mut |id, _| name(&mut known, id));
    }
    for (call, answer) in recording.list("api").iter().zip(recording.answers()) {
        let (path, json) = (call["path"].as_str().unwrap_or_default(), answer.json());
        let mut asked = Vec::new();
        named(&call["request_body"], &mut |id, _| asked.push(id.to_owned()));
        match json["errCode"].as_i64() {
            Some(0) if path == "/user/user_register" => absent.extend(asked),
            Some(0) if ASKS.contains(&path) => {
                let text = answer.body.as_str();
                absent.extend(asked.into_iter().filter(|id| !text.contains(&format!("\"{id}\""))));
                absent.extend(unregistered(&json));
            }
            // Refused for whatever reason: it does not say who exists.
            Some(1..) if path.starts_with("/auth/") && !is_doubtful(&json) => {}
            _ if is_doubtful(&json) => suspects.push(asked),
            _ => asked.iter().for_each(|id| name(&mut known, id)),
        }
        if !ASKS.contains(&path) {
            named(&json["data"], &mut |id, nickname| {
                let entry = known.entry(id.to_owned()).or_insert_with(|| id.to_owned());
                if let Some(nickname) = nickname {
                    nickname.clone_into(entry);
                }
            });
        }
    }
    for asked in suspects {
        let open: Vec<String> = asked.into_iter().filter(|id| !known.contains_key(id)).collect();
        let guilty = |id: &&String| UNKNOWN.iter().any(|w| id.to_ascii_lowercase().starts_with(w));
        let guilty = open.iter().find(guilty).or(open.last()).cloned();
        absent.extend(guilty.clone());
        open.into_iter()
            .filter(|id| Some(id) != guilty.as_ref())
            .for_each(|id| drop(known.insert(id.clone(), id)));
    }
    known.retain(|id, _| !absent.contains(id));
    known
}

/// Not found, and it is a user that was not.
fn is_doubtful(json: &Value) -> bool {
    let mut texts = ["errMsg", "errDlt"].iter().filter_map(|k| json[*k].as_str());
    let code = &json["errCode"];
    // The second code is that of v3.8.3 and later.
    (*code == 1004 || *code == 1101) && texts.any(|t| t.to_ascii_lowercase().contains("user"))
}

/// Whom `account_check` calls unregistered.
fn unregistered(json: &Value) -> Vec<String> {
    let results = json["data"]["results"].as_array().into_iter().flatten();
    let absent = results.filter(|r| r["accountStatus"] == "unregistered" || r["accountStatus"] == 0);
    absent.filter_map(|r| r["userID"].as_str().map(str::to_owned)).collect()
}

/// Every userID in a JSON value, with the nickname beside it.
fn named(value: &Value, found: &mut impl FnMut(&str, Option<&str>)) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| named(v, found)),
        Value::Object(fields) => {
            let nickname = value["nickname"].as_str().filter(|n| !n.is_empty());
            for (key, value) in fields {
                let key = key.to_ascii_lowercase();
                match value {
                    Value::String(id) if key.ends_with("userid") && !id.is_empty() => {
                        found(id, nickname.filter(|_| key == "userid"));
                    }
                    Value::Array(list) if key.ends_with("userids") => {
                        list.iter()
                            .filter_map(Value::as_str)
                            .filter(|i| !i.is_empty())
                            .for_each(|id| found(id, None));
                    }
                    other => named(other, found),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::Build;

    #[test]
    fn all_who_are_named_are_registered_but_for_the_unknown() {
        let answer =
            |code: i64, text: &str| json!({"errCode": code, "errMsg": text, "errDlt": ""}).to_string();
        let call = |path: &str, body: Value, answer: String| json!({"path": path, "request_body": body, "response_body": answer});
        let json = json!({"api": [
            call("/group/create_group", json!({"ownerUserID": "alice", "memberUserIDs": ["bob"]}), answer(0, "")),
            call("/group/create_group", json!({"ownerUserID": "alice", "memberUserIDs": ["carol", "ghost"]}), answer(1004, "userID not found")),
            call("/group/create_group", json!({"ownerUserID": "alice", "memberUserIDs": ["nobody"]}), answer(1101, "user not found")),
            call("/auth/get_admin_token", json!({"userID": "nobody"}), answer(1001, "userID is error")),
            call("/user/user_register", json!({"users": [{"userID": "dave", "nickname": "D"}]}), answer(0, "")),
        ]});
        let recording =
            Recording { folder: String::new(), scenario: String::new(), build: Build::V370, json };
        let people = registered(&recording);
        for known in ["alice", "bob", "carol", "u0049"] {
            assert!(people.contains_key(known), "{known}");
        }
        for unknown in ["ghost", "nobody", "dave"] {
            assert!(!people.contains_key(unknown), "{unknown}");
        }
    }
}
