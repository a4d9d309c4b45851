//! The webhook server with one worker that itself calls create_group: the callback is only
//! looked at when the call has been answered.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::call::{Request, call};
use super::lateness::Lateness;
use super::many::{fits, text};
use super::normal::Normal;
use super::outcome::{Outcome, Race, same};
use super::stage::{ADMIN, Stage, StageError};
use crate::probe::observation::Answer;
use crate::probe::receiver::read_message;
use crate::probe::recording::Recording;
use crate::say;
use crate::text::Text;

/// Plays the timeline and compares what the one worker finds.
///
/// # Errors
/// When the recording cannot be played.
pub(super) async fn compare_starved(
    recording: &Recording,
    lateness: &Lateness,
) -> Result<Outcome, StageError> {
    let find = |ev: &str| recording.list("timeline").iter().find(|e| e["ev"] == ev);
    let (Some(answered), Some(handled)) = (find("create_group_answered"), find("callback_handled")) else {
        return Err(StageError::Untold(say!("probe-replay-untold-timeline")));
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut stage = Stage::with_listener(recording, false, &listener).await?;
    stage.token(ADMIN).await?;
    let operation = handled["operationID"].as_str().unwrap_or("op-reentrant");
    let body = json!({"memberUserIDs": ["u0001", "u0002"], "adminUserIDs": ["u0003"], "ownerUserID": "u0000",
        "groupInfo": {"groupName": "bench", "groupType": 2}});
    let request = Request {
        method: "POST".to_owned(),
        path: "/group/create_group".to_owned(),
        headers: stage.headers(operation, ADMIN),
        body: body.to_string(),
    };
    let before = lateness.total();
    let answer = call(&stage.api, &request).await?;
    let late = lateness.total() - before;
    let found = worker(&listener, text(handled, "command")).await;
    Ok(match found.and_then(|()| judge(answered, &answer, late)) {
        Ok(busy) => Outcome::Equal(busy.then_some(Race::Busy).into_iter().collect::<BTreeSet<_>>()),
        Err(difference) => Outcome::Differs(difference),
    })
}

/// What the worker finds when it is free.
async fn worker(listener: &TcpListener, command: &str) -> Result<(), Text> {
    let soon = Duration::from_secs(1);
    let Ok(Ok((mut stream, _))) = timeout(soon, listener.accept()).await else {
        return Err(say!("probe-replay-none-waiting"));
    };
    let Ok(Some(callback)) = timeout(soon, read_message(&mut stream, &mut Vec::new())).await else {
        return Err(say!("probe-replay-none-waiting"));
    };
    let mut byte = [0_u8; 1];
    let left = timeout(soon, stream.read(&mut byte)).await;
    same(&say!("probe-replay-what-closed"), &true, &matches!(left, Ok(Ok(0) | Err(_))))?;
    same(&say!("probe-replay-what-callback"), &true, &callback.line.contains(command))
}

fn judge(answered: &Value, answer: &Answer, late: f64) -> Result<bool, Text> {
    let ours = answer.json();
    same(&Text::plain("errCode"), &answered["errCode"], &ours["errCode"])?;
    let normal = Normal::bare();
    // The recording cut its text.
    let (a, b) = (normal.error(text(answered, "errDlt")), normal.error(text(&ours, "errDlt")));
    if !fits(&a, &b) {
        same(&Text::plain("errDlt"), &a, &b)?;
    }
    let recorded = answered["seconds"].as_f64().unwrap_or(0.0);
    let what = say!("probe-replay-what-answered-after");
    super::compare::time(&what, (recorded, recorded), answer.seconds, late)
}
