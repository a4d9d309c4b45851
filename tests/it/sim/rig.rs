//! A simulator, a webhook server that notes what it gets, and a caller.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openim_bench::probe::receiver::{Message, read_message};
use openim_bench::sim::{SimConfig, serve};
use openim_bench::wire::Build;
use openim_bench::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub const KEYS: [&str; 10] = [
    "beforeCreateGroup",
    "afterCreateGroup",
    "beforeMemberJoinGroup",
    "afterJoinGroup",
    "afterQuitGroup",
    "afterKickGroupMember",
    "afterDismissGroup",
    "beforeApplyJoinGroup",
    "beforeInviteUserToGroup",
    "afterTransferGroupOwner",
];

/// What the webhook server does with a command.
#[derive(Clone, Debug)]
pub struct Behaviour {
    pub sleep: Duration,
    pub body: String,
    pub status: &'static str,
    pub close: bool,
    pub reset: bool,
    pub slow_body: bool,
}

impl Default for Behaviour {
    fn default() -> Behaviour {
        Behaviour {
            sleep: Duration::ZERO,
            body: r#"{"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0}"#.to_owned(),
            status: "200 OK",
            close: false,
            reset: false,
            slow_body: false,
        }
    }
}

impl Behaviour {
    pub fn body(text: &str) -> Behaviour {
        Behaviour { body: text.to_owned(), ..Behaviour::default() }
    }

    pub fn sleep(time: Duration) -> Behaviour {
        Behaviour { sleep: time, ..Behaviour::default() }
    }
}

/// A callback as it came over the wire.
#[derive(Clone, Debug)]
pub struct Callback {
    pub connection: u64,
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub at: Instant,
}

impl Callback {
    pub fn command(&self) -> &str {
        let path = self.line.split(' ').nth(1).unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
}

#[derive(Clone, Default)]
pub struct Receiver {
    pub behaviours: Arc<Mutex<HashMap<String, Behaviour>>>,
    pub seen: Arc<Mutex<Vec<Callback>>>,
}

impl Receiver {
    pub fn commands(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|c| c.command().to_owned()).collect()
    }

    pub fn callbacks(&self) -> Vec<Callback> {
        self.seen.lock().unwrap().clone()
    }

    pub fn set(&self, command: &str, behaviour: Behaviour) {
        self.behaviours.lock().unwrap().insert(command.to_owned(), behaviour);
    }

    /// Waits until `n` callbacks have come; at most 5 s.
    pub async fn wait_for(&self, n: usize) -> Vec<Callback> {
        for _ in 0..500 {
            if self.seen.lock().unwrap().len() >= n {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.callbacks()
    }

    async fn serve(self, listener: TcpListener) {
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            number += 1;
            let receiver = self.clone();
            tokio::spawn(async move { receiver.converse(stream, number).await });
        }
    }

    async fn converse(self, mut stream: TcpStream, connection: u64) {
        stream.set_nodelay(true).unwrap();
        let mut buffer = Vec::new();
        while let Some(Message { line, headers, body }) = read_message(&mut stream, &mut buffer).await {
            let callback = Callback { connection, line, headers, body, at: Instant::now() };
            let command = callback.command().to_owned();
            self.seen.lock().unwrap().push(callback);
            let behaviour = self.behaviours.lock().unwrap().get(&command).cloned().unwrap_or_default();
            tokio::time::sleep(behaviour.sleep).await;
            if behaviour.reset {
                let _ = stream.set_zero_linger();
                return;
            }
            if behaviour.close {
                return;
            }
            let Behaviour { body, status, .. } = &behaviour;
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
            if behaviour.slow_body {
                tokio::time::sleep(Duration::from_secs(30)).await;
            }
            let _ = stream.write_all(body.as_bytes()).await;
        }
    }
}

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct ApiAnswer {
    pub status: u16,
    pub head: String,
    pub text: String,
    pub took: Duration,
}

impl ApiAnswer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn code(&self) -> i64 {
        self.json()["errCode"].as_i64().unwrap()
    }

    pub fn group_id(&self) -> String {
        self.json()["data"]["groupInfo"]["groupID"].as_str().unwrap_or_default().to_owned()
    }

    pub fn dlt(&self) -> String {
        self.json()["errDlt"].as_str().unwrap().to_owned()
    }
}

pub struct Rig {
    pub api: String,
    pub receiver: Receiver,
    pub token: String,
    pub stop: CancellationToken,
    pub served: tokio::task::JoinHandle<Result<(), openim_bench::sim::SimError>>,
    old: bool,
}

/// `webhooks.yml` with the usual keys on.
pub fn yml(url: &str, timeout: i64) -> WebhooksYml {
    let config = KeyConfig { enable: true, timeout, failed_continue: None };
    WebhooksYml {
        url: url.to_owned(),
        keys: KEYS.iter().map(|k| ((*k).to_owned(), config.clone())).collect(),
    }
}

impl Rig {
    pub async fn new(build: Build) -> Rig {
        Rig::with(build, |_| {}).await
    }

    /// With timeouts of 5 s and 20 users, `u0000` to `u0019`.
    pub async fn with(build: Build, change: impl FnOnce(&mut SimConfig)) -> Rig {
        let receiver = Receiver::default();
        let hooks = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/callbackExample", hooks.local_addr().unwrap());
        tokio::spawn(receiver.clone().serve(hooks));
        let mut config = SimConfig::new(build, yml(&url, 5));
        change(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = listener.local_addr().unwrap().to_string();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(listener, config, stop.clone()));
        let old = build.admin_token_by_user_token();
        let mut rig = Rig { api, receiver, token: String::new(), stop, served, old };
        rig.token = rig.mint("imAdmin").await;
        rig.register(20).await;
        rig
    }

    pub async fn mint(&self, user: &str) -> String {
        let (path, body) = if self.old {
            ("/auth/user_token", json!({"secret": "openIM123", "platformID": 10, "userID": user}))
        } else if user == "imAdmin" {
            ("/auth/get_admin_token", json!({"secret": "openIM123", "userID": user}))
        } else {
            ("/auth/get_user_token", json!({"platformID": 1, "userID": user}))
        };
        let answer = self.call(path, "op-token", body).await;
        answer.json()["data"]["token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
    }

    async fn register(&self, n: usize) {
        let users: Vec<Value> =
            (0..n).map(|i| format!("u{i:04}")).map(|u| json!({"userID": u, "nickname": u})).collect();
        let body = json!({"secret": "openIM123", "users": users});
        assert_eq!(self.call("/user/user_register", "op-register", body).await.code(), 0);
    }

    pub async fn call(&self, path: &str, operation: &str, body: Value) -> ApiAnswer {
        self.call_as(&self.token, path, operation, body).await
    }

    pub async fn call_as(&self, token: &str, path: &str, operation: &str, body: Value) -> ApiAnswer {
        let mut headers = vec![("operationID", operation)];
        if !token.is_empty() {
            headers.push(("token", token));
        }
        self.raw("POST", path, &headers, &body.to_string()).await
    }

    pub async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> ApiAnswer {
        let started = Instant::now();
        let mut stream = TcpStream::connect(&self.api).await.unwrap();
        let more: String = headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{more}\r\n{body}",
            self.api,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let text = if head.contains("Transfer-Encoding: chunked") { unchunk(body) } else { body.to_owned() };
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        ApiAnswer { status, head: head.to_owned(), text, took: started.elapsed() }
    }

    /// The usual group: owner u0000, admin u0003, members u0001 and u0002.
    pub async fn create(&self, operation: &str) -> ApiAnswer {
        self.call("/group/create_group", operation, usual()).await
    }
}

pub fn usual() -> Value {
    json!({
        "memberUserIDs": ["u0001", "u0002"], "adminUserIDs": ["u0003"], "ownerUserID": "u0000",
        "groupInfo": {"groupName": "bench", "groupType": 2},
    })
}

pub fn unchunk(mut text: &str) -> String {
    let mut out = String::new();
    while let Some((size, rest)) = text.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        out.push_str(&rest[..size]);
        text = rest[size..].trim_start_matches("\r\n");
    }
    out
}
