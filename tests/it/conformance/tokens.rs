//! Whose token a recorded call carried. Recordings blank tokens, so it is told from what
//! the call led to.

use serde_json::Value;

use super::recording::Recording;
use super::replay::Stage;

/// The headers of a recorded call but for its token.
pub fn without_token(call: &Value) -> Vec<(String, String)> {
    let headers = call["request_headers"].as_object().into_iter().flatten();
    let kept = headers.filter(|(name, _)| !name.eq_ignore_ascii_case("token"));
    kept.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

/// The token to send, where the recorded call had one.
pub async fn token(recording: &Recording, call: &Value, owner: &str, stage: &mut Stage) -> Option<String> {
    call["request_headers"].get("token")?;
    let answer: Value =
        serde_json::from_str(call["response_body"].as_str().unwrap_or_default()).unwrap_or_default();
    match answer["errCode"].as_i64() {
        // Malformed: some builds repeat it.
        Some(1503) => return Some(repeated(&answer).unwrap_or_else(|| "abc".to_owned())),
        // Of the right form, and of nobody.
        Some(1501 | 1504..=1507) => return Some("x.y.z".to_owned()),
        _ => {}
    }
    let user = user(recording, call, &answer, owner);
    Some(stage.token(&user).await)
}

fn repeated(answer: &Value) -> Option<String> {
    let text = answer["errDlt"].as_str()?;
    text.split("token=").nth(1).map(str::to_owned)
}

fn user(recording: &Recording, call: &Value, answer: &Value, owner: &str) -> String {
    const ADMIN: &str = "imAdmin";
    let operation = call["request_headers"]["operationID"].as_str().unwrap_or_default();
    let (path, note) = (call["path"].as_str().unwrap_or_default(), recording.text("note"));
    let as_owner = match path {
        "/group/create_group" => {
            let body = &call["request_body"];
            let named =
                ["memberUserIDs", "adminUserIDs"].iter().filter_map(|k| body[k].as_array()).map(Vec::len);
            let members = named.sum::<usize>() as u64 + 1;
            // The acting user is counted even where it is no member.
            answer["data"]["groupInfo"]["memberCount"].as_u64() == Some(members)
        }
        "/group/invite_user_to_group" => {
            // The oldest build asks about the inviter.
            let inviter = recording.callbacks().into_iter().find(|c| {
                c.operation() == operation && c.command() == "callbackBeforeMemberJoinGroupCommand"
            });
            if let Some(callback) = inviter {
                return callback.json()["userID"].as_str().unwrap_or(owner).to_owned();
            }
            note.contains("invite by the owner") || operation.ends_with("-owner")
        }
        "/group/dismiss_group" => note.contains("owner token"),
        _ => false,
    };
    if as_owner { owner.to_owned() } else { ADMIN.to_owned() }
}
