//! A simulator of a recording's version with what the recorded server had: webhooks.yml,
//! users, a webhook server that behaves as the recorded one did.

use std::collections::HashMap;
use std::fmt;
use std::io;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::call::{Request, call};
use super::{infer, people};
use crate::clock::RunClock;
use crate::probe::receiver::{Receiver, behaviours};
use crate::probe::recording::Recording;
use crate::say;
use crate::sim::{FaultSwitch, SimConfig, serve};
use crate::text::Text;
use crate::wire::Build;

const SECRET: &str = "openIM123";
pub(super) const ADMIN: &str = "imAdmin";

/// Why a recording cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// No socket of this machine.
    Socket(#[from] io::Error),
    /// The simulator refuses what the recording needs.
    Refused {
        /// What was asked.
        what: String,
        /// What it answered.
        answer: String,
    },
    /// A replay stays on this machine.
    Elsewhere(String),
    /// What would have to be played is not told.
    Untold(Text),
}

impl StageError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            StageError::Socket(why) => say!("probe-replay-no-socket", why = why.to_string()),
            StageError::Refused { what, answer } => {
                say!("probe-replay-refused", what = what, answer = answer)
            }
            StageError::Elsewhere(host) => say!("probe-replay-elsewhere", host = host),
            StageError::Untold(why) => why.clone(),
        }
    }
}

impl fmt::Display for StageError {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

/// A simulator with a webhook server.
pub(super) struct Stage {
    /// Host and port of the API.
    pub api: String,
    pub receiver: Receiver,
    pub clock: RunClock,
    pub faults: FaultSwitch,
    build: Build,
    stop: CancellationToken,
    tokens: HashMap<String, String>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Stage {
    /// Sets up what the recording had.
    pub async fn set(recording: &Recording, crowd: bool) -> Result<Stage, StageError> {
        let hooks = TcpListener::bind("127.0.0.1:0").await?;
        let stage = Stage::with_listener(recording, crowd, &hooks).await?;
        // Where nobody listened the port is closed here.
        if !infer::refuses(recording) {
            tokio::spawn(stage.receiver.clone().serve(hooks, stage.stop.clone()));
        }
        Ok(stage)
    }

    /// A simulator that calls back to `hooks`, which is not served here.
    pub async fn with_listener(
        recording: &Recording,
        crowd: bool,
        hooks: &TcpListener,
    ) -> Result<Stage, StageError> {
        let webhooks = infer::webhooks(recording, crowd, hooks.local_addr()?.port());
        if let Some(host) = infer::leads_away(&webhooks.url) {
            return Err(StageError::Elsewhere(host));
        }
        let mut config = SimConfig::new(recording.version(), webhooks);
        config.restart_after = infer::back_after(recording).map(std::time::Duration::from_secs_f64);
        let faults = config.faults.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let api = listener.local_addr()?.to_string();
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, config, stop.clone()));
        let clock = RunClock::start();
        let behaviours = behaviours(&recording.json["receiver_behaviour"]);
        let receiver = Receiver::new(behaviours, clock, |_| true);
        let tokens = HashMap::new();
        let mut stage = Stage { api, receiver, clock, faults, build: recording.build, stop, tokens };
        stage.register(recording).await?;
        Ok(stage)
    }

    async fn register(&mut self, recording: &Recording) -> Result<(), StageError> {
        self.token(ADMIN).await?;
        // Whom no server of that build would register was not registered there.
        let legal = |id: &str| match self.build {
            Build::V370 => !id.contains(':'),
            _ => id.chars().all(|c| c.is_alphanumeric() || c == '_'),
        };
        let people = people::registered(recording).into_iter().filter(|(id, _)| id != ADMIN && legal(id));
        let list: Vec<Value> = people.map(|(id, name)| json!({"userID": id, "nickname": name})).collect();
        let body = json!({"secret": SECRET, "users": list});
        self.ask("/user/user_register", "setup-register", &body).await.map(drop)
    }

    /// The headers of a call of our own.
    pub fn headers(&self, operation: &str, user: &str) -> Vec<(String, String)> {
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("operationID".to_owned(), operation.to_owned()),
        ];
        if let Some(token) = self.tokens.get(user) {
            headers.push(("token".to_owned(), token.clone()));
        }
        headers
    }

    async fn ask(&self, path: &str, operation: &str, body: &Value) -> Result<Value, StageError> {
        let request = Request {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: self.headers(operation, ADMIN),
            body: body.to_string(),
        };
        let answer = call(&self.api, &request).await?;
        if answer.err_code() == Some(0) {
            return Ok(answer.json()["data"].clone());
        }
        Err(StageError::Refused { what: path.to_owned(), answer: answer.body })
    }

    /// The token of a user; minted once.
    pub async fn token(&mut self, user: &str) -> Result<String, StageError> {
        if let Some(token) = self.tokens.get(user) {
            return Ok(token.clone());
        }
        let (path, body) = if self.build.admin_token_by_user_token() {
            ("/auth/user_token", json!({"secret": SECRET, "platformID": 1, "userID": user}))
        } else if user == ADMIN {
            ("/auth/get_admin_token", json!({"secret": SECRET, "userID": user}))
        } else {
            ("/auth/get_user_token", json!({"platformID": 1, "userID": user}))
        };
        let data = self.ask(path, "setup-token", &body).await?;
        let token = data["token"].as_str().unwrap_or_default().to_owned();
        self.tokens.insert(user.to_owned(), token.clone());
        Ok(token)
    }
}
