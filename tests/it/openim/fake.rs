//! A scripted API.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use openim_bench::clock::RunClock;
use openim_bench::ids::{OperationId, RunTag};
use openim_bench::openim::secret::Credentials;
use openim_bench::openim::{Admin, AdminConfig, BaseUrl, OpenimClient, Secret, TlsOptions};
use openim_bench::port::Attempt;
use openim_bench::wire::api::Operation;

pub use crate::support::{Got, Say, Server, say, serve, serve_connection};

pub fn ok(data: Value) -> Say {
    say(200, json!({ "errCode": 0, "errMsg": "", "errDlt": "", "data": data }).to_string())
}

pub fn err(code: i64, message: &str, detail: &str) -> Say {
    say(200, json!({ "errCode": code, "errMsg": message, "errDlt": detail }).to_string())
}

/// Which build the scripted API behaves like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    V37,
    V380,
    V383,
    Patch16,
    Main,
    Standalone,
}

/// The state of a scripted API.
pub struct Api {
    pub line: Line,
    pub secret: String,
    pub tokens_made: usize,
    /// Tokens with a number below this are refused with 1506.
    pub tokens_from: usize,
    pub users: HashSet<String>,
    pub groups: HashSet<String>,
    pub dismissed: Vec<String>,
    pub log: Vec<Got>,
    /// Answers for create_group, in turn; afterwards groups are made.
    pub creates: Vec<Say>,
    /// Called with the operationID when a create arrives.
    pub on_create: Box<dyn Fn(OperationId) + Send>,
    /// Dismissals that fail, first ones first.
    pub failing_dismissals: usize,
}

pub type Shared = Arc<Mutex<Api>>;

pub const SECRET: &str = "s3cr3t-of-share";

pub fn api(line: Line) -> Shared {
    Arc::new(Mutex::new(Api {
        line,
        secret: SECRET.to_owned(),
        tokens_made: 0,
        tokens_from: 0,
        users: HashSet::from(["imAdmin".to_owned()]),
        groups: HashSet::new(),
        dismissed: Vec::new(),
        log: Vec::new(),
        creates: Vec::new(),
        on_create: Box::new(|_| ()),
        failing_dismissals: 0,
    }))
}

pub async fn serve_api(api: &Shared) -> Server {
    let api = api.clone();
    serve(move |got| {
        let api = api.clone();
        async move {
            // Time for other calls to meet the same refused token.
            if got.path.starts_with("/auth/") {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let mut api = api.lock().unwrap();
            api.log.push(got.clone());
            let main = matches!(api.line, Line::Main | Line::Standalone);
            let mut said = api.answer(&got);
            if main {
                said.headers.push(("X-HTTP-ID", "1"));
            }
            said
        }
    })
    .await
}

impl Api {
    fn old(&self) -> bool {
        matches!(self.line, Line::V37 | Line::V380)
    }

    fn answer(&mut self, got: &Got) -> Say {
        let body = got.json();
        if got.header("operationid").is_empty() {
            return self.args("header must have operationID");
        }
        match (got.path.as_str(), self.line) {
            ("/auth/get_admin_token", Line::V37) => return say(404, "404 page not found"),
            ("/auth/get_admin_token", Line::V380) => {}
            ("/auth/get_admin_token", _) => return self.token(&body),
            ("/auth/user_token", Line::V37 | Line::V380) => return self.token(&body),
            ("/user/user_register", Line::V37 | Line::V380) => return self.register(&body),
            _ => {}
        }
        let ours = ["/auth/", "/user/", "/group/"].iter().any(|p| got.path.starts_with(p));
        if self.line == Line::V37 && !ours {
            return say(404, "404 page not found");
        }
        let token = got.header("token");
        if token.is_empty() {
            return self.args("header must have token");
        }
        let number = token.strip_prefix("tok-").and_then(|n| n.parse::<usize>().ok());
        match number {
            None => return err(1503, "TokenMalformedError", &format!("jwt parse error, token={token}")),
            Some(n) if n < self.tokens_from => return err(1506, "TokenKickedError", ""),
            Some(_) => {}
        }
        self.authorised(&got.path, &body, got.header("operationid"))
    }

    fn authorised(&mut self, path: &str, body: &Value, operation: &str) -> Say {
        let group = body["groupID"].as_str().unwrap_or_default().to_owned();
        match path {
            "/user/user_register" => self.register(body),
            "/user/account_check" => self.check(body),
            "/group/create_group" => self.create(body, operation),
            "/group/dismiss_group" => self.dismiss(&group),
            "/group/get_groups_info" => {
                let wanted = body["groupIDs"].as_array().cloned().unwrap_or_default();
                let infos: Vec<Value> = wanted
                    .iter()
                    .filter(|id| self.groups.contains(id.as_str().unwrap_or_default()))
                    .map(|id| json!({ "groupID": id, "status": 0, "memberCount": 3 }))
                    .collect();
                ok(json!({ "groupInfos": infos }))
            }
            p if p.starts_with("/group/") => ok(Value::Null),
            _ => say(404, "404 page not found"),
        }
    }

    fn args(&self, text: &str) -> Say {
        match self.line {
            Line::V37 | Line::V380 => err(1001, "ArgsError", &format!("{text}: 1001 ArgsError")),
            Line::V383 => err(1001, "ArgsError", ""),
            _ => err(1001, "ArgsError", text),
        }
    }

    fn token(&mut self, body: &Value) -> Say {
        if body["secret"] != self.secret.as_str() {
            return err(1002, "NoPermissionError", "secret invalid");
        }
        if body["userID"] != "imAdmin" {
            return err(1001, "ArgsError", "userID is error., userID=nobody, adminUserID=[imAdmin]");
        }
        if self.old() && body["platformID"] != 10 {
            return self.args("platform is invalid");
        }
        let token = format!("tok-{}", self.tokens_made);
        self.tokens_made += 1;
        ok(json!({ "token": token, "expireTimeSeconds": 7_776_000 }))
    }

    fn register(&mut self, body: &Value) -> Say {
        if self.old() && body["secret"] != self.secret.as_str() {
            return err(1002, "NoPermissionError", "secret invalid");
        }
        let ids: Vec<String> = body["users"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|u| u["userID"].as_str().map(str::to_owned))
            .collect();
        if ids.is_empty() {
            let text = if self.line == Line::Standalone { "users is empty" } else { "users are empty" };
            return err(1001, "ArgsError", text);
        }
        assert!(ids.len() <= 100, "a batch holds at most 100 users");
        if ids.iter().any(|id| self.users.contains(id)) {
            return err(1102, "RegisteredAlreadyError", "userID registered already");
        }
        self.users.extend(ids);
        ok(Value::Null)
    }

    fn check(&self, body: &Value) -> Say {
        let results: Vec<Value> = body["checkUserIDs"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|id| {
                let there = self.users.contains(id.as_str().unwrap_or_default());
                let status = match (self.old(), there) {
                    (true, true) => json!("registered"),
                    (true, false) => json!("unregistered"),
                    (false, there) => json!(i32::from(there)),
                };
                json!({ "userID": id, "accountStatus": status })
            })
            .collect();
        ok(json!({ "results": results }))
    }

    fn create(&mut self, body: &Value, operation: &str) -> Say {
        if let Some(id) = OperationId::parse(operation) {
            (self.on_create)(id);
        }
        if !self.creates.is_empty() {
            return self.creates.remove(0);
        }
        let group = body["groupInfo"]["groupID"].as_str().unwrap_or_default().to_owned();
        if !self.groups.insert(group.clone()) {
            return err(1202, "GroupIDExisted", "");
        }
        ok(json!({ "groupInfo": { "groupID": group, "groupType": 2 } }))
    }

    fn dismiss(&mut self, group: &str) -> Say {
        if self.failing_dismissals > 0 {
            self.failing_dismissals -= 1;
            return err(500, "ServerInternalError", "mongo");
        }
        if self.dismissed.iter().any(|g| g == group) {
            return err(1204, "DismissedAlreadyError", "");
        }
        if !self.groups.contains(group) {
            return err(1004, "RecordNotFoundError", "group owner not found");
        }
        self.dismissed.push(group.to_owned());
        ok(Value::Null)
    }
}

pub fn tag() -> RunTag {
    RunTag::from_number(77)
}

pub fn admin_with(url: &str, token: Option<&str>, secret: Option<&str>, tls: TlsOptions) -> Admin {
    let credentials = Credentials {
        token: token.map(Secret::new),
        secret: secret.map(Secret::new),
        secret_place: "OPENIM_SECRET".to_owned(),
        token_place: "OPENIM_TOKEN".to_owned(),
    };
    let config = AdminConfig {
        base: BaseUrl::parse(url).unwrap(),
        tls,
        admin_user: "imAdmin".to_owned(),
        credentials,
        tag: tag(),
        timeout: Duration::from_secs(5),
    };
    Admin::new(config, RunClock::start()).unwrap()
}

pub fn admin(url: &str) -> Admin {
    admin_with(url, None, Some(SECRET), TlsOptions::default())
}

pub fn client(admin: &Admin) -> OpenimClient {
    OpenimClient::new(admin.clone(), 64, RunClock::start()).unwrap()
}

pub fn attempt(operation: Operation, n: u64) -> Attempt {
    Attempt {
        operation_id: OperationId::new(tag(), 0, n),
        operation,
        group_id: openim_bench::ids::group_id(tag(), n),
        owner: "1".to_owned(),
        admins: vec!["2".to_owned()],
        members: vec!["3".to_owned(), "4".to_owned()],
        marker: Arc::from("openim-bench test"),
    }
}
