//! Recordings as files: which there are, of which build, and what is in them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use openim_bench::wire::{Build, OpenimVersion};
use serde_json::Value;

/// One scenario on one server.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The folder: a version, perhaps with a suffix that says how it was recorded.
    pub folder: String,
    pub scenario: String,
    pub build: Build,
    pub json: Value,
}

/// An answer of the API.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub seconds: f64,
}

/// A callback as the webhook server got it.
#[derive(Clone, Debug, Default)]
pub struct Callback {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// Seconds since the scenario's start.
    pub at: f64,
    /// How long it had waited for us when the connection was closed under it.
    pub aborted: Option<f64>,
}

impl Callback {
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    pub fn command(&self) -> &str {
        self.target().rsplit('/').next().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// The operation it belongs to; the last one where several are joined.
    pub fn operation(&self) -> &str {
        self.header("operationid").rsplit('$').next().unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Where the recordings are: `OPENIM_RECORDINGS`, else the copy in the repository.
pub fn root() -> PathBuf {
    match std::env::var_os("OPENIM_RECORDINGS").filter(|v| !v.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings"),
    }
}

/// All recordings below `root`, and folders that are none, with the reason.
pub fn load(root: &Path) -> (Vec<Recording>, Vec<String>) {
    let (mut all, mut left_out) = (Vec::new(), Vec::new());
    let entries = std::fs::read_dir(root).unwrap_or_else(|e| panic!("{}: {e}", root.display()));
    let mut folders: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    for path in folders {
        let folder = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(build) = build_of(&folder) else {
            left_out.push(format!("{folder}: not named after a version"));
            continue;
        };
        let mut files: Vec<PathBuf> = std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|f| f.extension().is_some_and(|e| e == "json"));
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let json: Value =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            let scenario = file.file_stem().unwrap().to_string_lossy().into_owned();
            all.push(Recording { folder: folder.clone(), scenario, build, json });
        }
    }
    (all, left_out)
}

/// `main` is one process in the recordings; suffixes say how the logs or queues were set.
fn build_of(folder: &str) -> Option<Build> {
    let plain = folder.trim_end_matches("-jsonlog").trim_end_matches("-nomsg");
    match plain {
        "main" => Some(Build::MainStandalone),
        "main-multiprocess" => Some(Build::Main),
        _ => plain.parse::<OpenimVersion>().ok().map(|v| v.build),
    }
}

impl Recording {
    pub fn list(&self, key: &str) -> &[Value] {
        self.json[key].as_array().map_or(&[], Vec::as_slice)
    }

    pub fn text(&self, key: &str) -> &str {
        self.json[key].as_str().unwrap_or_default()
    }

    /// Only codes, times and commands were kept.
    pub fn is_summary(&self) -> bool {
        self.list("api").first().is_some_and(|c| c.get("path").is_none())
    }

    /// Until the last thing that was noted, seconds.
    pub fn duration(&self) -> f64 {
        let number = |v: &Value, key: &str| v[key].as_f64().unwrap_or(0.0);
        let calls = self.list("api").iter().map(|c| number(c, "at") + number(c, "seconds"));
        let events = self.list("receiver").iter().chain(self.list("timeline")).map(|e| number(e, "at"));
        calls.chain(events).fold(0.0, f64::max)
    }

    /// What the API answered, in the order of the calls.
    pub fn answers(&self) -> Vec<Answer> {
        self.list("api").iter().map(answer).collect()
    }

    /// What the webhook server got, in the order of arrival.
    pub fn callbacks(&self) -> Vec<Callback> {
        let events = self.list("receiver");
        let requests = events.iter().enumerate().filter(|(_, e)| e["ev"] == "request");
        let with_end = requests.map(|(n, event)| {
            let later = events[n + 1..].iter().find(|e| e["conn"] == event["conn"]);
            let aborted = later.filter(|e| e["ev"] == "aborted").and_then(|e| e["after"].as_f64());
            Callback {
                line: event["line"].as_str().map_or_else(
                    || format!("POST /{} HTTP/1.1", event["command"].as_str().unwrap_or_default()),
                    str::to_owned,
                ),
                headers: pairs(&event["headers"]),
                body: event["body"].as_str().unwrap_or_default().to_owned(),
                at: event["at"].as_f64().unwrap_or(0.0),
                aborted,
            }
        });
        with_end.collect()
    }

    /// groupIDs that a caller or the webhook server chose.
    pub fn chosen_groups(&self) -> BTreeSet<String> {
        let calls = self.list("api").iter().filter(|c| c["path"] == "/group/create_group");
        let called = calls.map(|c| c["request_body"]["groupInfo"]["groupID"].clone());
        let behaviours = self.json["receiver_behaviour"].as_object().into_iter().flat_map(|o| o.values());
        let answered = behaviours.map(|b| b["body"]["groupID"].clone());
        let before = self.callbacks().into_iter().filter(|c| c.command() == BEFORE_CREATE);
        let abandoned = before.map(|c| c.json()["groupID"].clone());
        let texts = called.chain(answered).chain(abandoned).filter_map(|v| v.as_str().map(str::to_owned));
        texts.filter(|t| !t.is_empty()).collect()
    }
}

/// The first callback of every create.
pub const BEFORE_CREATE: &str = "callbackBeforeCreateGroupCommand";

fn answer(call: &Value) -> Answer {
    Answer {
        status: call["status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or(0),
        headers: pairs(&call["response_headers"]),
        body: call["response_body"].as_str().unwrap_or_default().to_owned(),
        seconds: call["seconds"].as_f64().unwrap_or(0.0),
    }
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    value.as_array().map_or_else(Vec::new, |list| list.iter().map(|p| (text(&p[0]), text(&p[1]))).collect())
}
