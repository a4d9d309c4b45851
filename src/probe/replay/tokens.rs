//! Whose token a recorded call carried. Recordings blank tokens, so it is told from what
//! the call led to.

use serde_json::Value;

use super::stage::{ADMIN, Stage, StageError};
use crate::probe::recording::Recording;

/// The headers of a recorded call but for its token.
pub(super) fn without_token(call: &Value) -> Vec<(String, String)> {
    let headers = call["request_headers"].as_object().into_iter().flatten();
    let kept = headers.filter(|(name, _)| !name.eq_ignore_ascii_case("token"));
    kept.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

/// The token to send, where the recorded call had one. `owner` is the last owner named.
pub(super) async fn token(
    recording: &Recording,
    call: &Value,
    owner: &str,
    stage: &mut Stage,
) -> Result<Option<String>, StageError> {
    let headers = call["request_headers"].as_object();
    if !headers.is_some_and(|h| h.keys().any(|name| name.eq_ignore_ascii_case("token"))) {
        return Ok(None);
    }
    let answer: Value =
        serde_json::from_str(call["response_body"].as_str().unwrap_or_default()).unwrap_or_default();
    match answer["errCode"].as_i64() {
        // Malformed: some builds repeat it.
        Some(1503) => return Ok(Some(repeated(&answer).unwrap_or_else(|| "abc".to_owned()))),
        // Of the right form, and of nobody.
        Some(1501 | 1504..=1507) => return Ok(Some("x.y.z".to_owned())),
        _ => {}
    }
    let user = user(recording, call, &answer, owner);
    stage.token(&user).await.map(Some)
}

fn repeated(answer: &Value) -> Option<String> {
    let text = answer["errDlt"].as_str()?;
    text.split("token=").nth(1).map(str::to_owned)
}

fn user(recording: &Recording, call: &Value, answer: &Value, owner: &str) -> String {
    let operation = call["request_headers"]["operationID"].as_str().unwrap_or_default();
    let path = call["path"].as_str().unwrap_or_default();
    let note = recording.text("note").to_ascii_lowercase();
    let says_owner = note.contains("owner token") || note.contains("owner's token");
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
        "/group/dismiss_group" => says_owner,
        // An app admin is never refused for want of a right.
        _ => {
            answer["errCode"] == 1002 && path.starts_with("/group/") && says_owner
                || operation.ends_with("-owner")
        }
    };
    if as_owner { owner.to_owned() } else { ADMIN.to_owned() }
}
