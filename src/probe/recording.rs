//! Recordings as files: which there are, of which build, and what is in them.
//!
//! A folder a build, a JSON file a scenario. Reads what is there and says where it is not
//! a recording; judging and playing are done elsewhere.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::observation::{Answer, Call, Callback, Connection, Observation};
use crate::say;
use crate::text::Text;
use crate::wire::{Build, OpenimVersion, WebhookKey};

/// One scenario on one server.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The folder: a version, perhaps with a suffix that says how it was recorded.
    pub folder: String,
    /// File name without its end.
    pub scenario: String,
    /// The build that the folder names.
    pub build: Build,
    /// The file.
    pub json: Value,
}

/// A folder or file that cannot be read as recordings.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// Not readable.
    Read {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not JSON.
    Json {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

impl RecordingError {
    /// What it says, with what it comes from.
    #[must_use]
    pub fn text(&self) -> Text {
        let shown = |path: &PathBuf| path.display().to_string();
        match self {
            RecordingError::Read { path, source } => {
                say!("probe-recordings-unreadable", path = shown(path), why = source.to_string())
            }
            RecordingError::Json { path, source } => {
                say!("probe-recordings-no-json", path = shown(path), why = source.to_string())
            }
        }
    }
}

impl fmt::Display for RecordingError {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

/// All recordings below `root` (or in it, where it is itself named after a version), and
/// what was left out, with the reason.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn load(root: &Path) -> Result<(Vec<Recording>, Vec<Text>), RecordingError> {
    let (mut all, mut left_out) = (Vec::new(), Vec::new());
    let (folders, files): (Vec<_>, Vec<_>) = entries(root)?.into_iter().partition(|p| p.is_dir());
    folder(root, files, &mut all, &mut left_out)?;
    for path in folders {
        let before = all.len() + left_out.len();
        folder(&path, entries(&path)?, &mut all, &mut left_out)?;
        if all.len() + left_out.len() == before {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            left_out.push(say!("probe-recordings-none", folder = name));
        }
    }
    Ok((all, left_out))
}

fn folder(
    path: &Path,
    files: Vec<PathBuf>,
    all: &mut Vec<Recording>,
    left_out: &mut Vec<Text>,
) -> Result<(), RecordingError> {
    let name = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let files: Vec<PathBuf> =
        files.into_iter().filter(|f| f.is_file() && f.extension().is_some_and(|e| e == "json")).collect();
    if files.is_empty() {
        return Ok(());
    }
    let version = named(&name);
    let mut none = false;
    for file in files {
        let json = read(&file)?;
        // A folder of another name may still hold recordings, which name their version.
        let told = json["version"].as_str().filter(|_| json["scenario"].is_string()).unwrap_or_default();
        let (folder, version) = match &version {
            Some(version) => (name.clone(), Some(version.clone())),
            None => (told.to_owned(), named(told)),
        };
        let Some(version) = version else {
            none = true;
            continue;
        };
        let scenario = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        all.push(Recording { folder, scenario, build: version.build, json });
    }
    if none {
        left_out.push(say!("probe-recordings-unnamed", folder = name));
    }
    Ok(())
}

fn read(file: &Path) -> Result<Value, RecordingError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| RecordingError::Read { path: file.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| RecordingError::Json { path: file.to_owned(), source })
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, RecordingError> {
    let failed = |source| RecordingError::Read { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// `main` is one process in the recordings; suffixes say how the logs or queues were set.
fn named(folder: &str) -> Option<OpenimVersion> {
    let mut plain = folder;
    loop {
        match plain {
            "main" => return Some(Build::MainStandalone.into()),
            "main-multiprocess" => return Some(Build::Main.into()),
            _ => {}
        }
        // A patch is part of the version, any other word after a dash is a suffix.
        let suffix = plain.rsplit_once('-').map(|(_, suffix)| suffix);
        let is_own = |s: &str| s.starts_with("patch") || s.starts_with("standalone");
        if suffix.is_none_or(is_own)
            && let Ok(version) = plain.parse()
        {
            return Some(version);
        }
        plain = plain.rsplit_once('-')?.0;
    }
}

/// Keys that are enabled in recordings, and in the simulators that are probed.
pub const RECORDED_KEYS: [WebhookKey; 9] = [
    WebhookKey::BeforeCreateGroup,
    WebhookKey::AfterCreateGroup,
    WebhookKey::BeforeMemberJoinGroup,
    WebhookKey::AfterJoinGroup,
    WebhookKey::AfterQuitGroup,
    WebhookKey::AfterKickGroupMember,
    WebhookKey::AfterDismissGroup,
    WebhookKey::BeforeApplyJoinGroup,
    WebhookKey::BeforeInviteUserToGroup,
];

/// The first callback of every create.
pub const BEFORE_CREATE: &str = "callbackBeforeCreateGroupCommand";

impl Recording {
    /// The version that the folder names, in its own words.
    #[must_use]
    pub fn version(&self) -> OpenimVersion {
        named(&self.folder).unwrap_or_else(|| self.build.into())
    }

    /// A list of the file; empty where it has none of that name.
    #[must_use]
    pub fn list(&self, key: &str) -> &[Value] {
        self.json[key].as_array().map_or(&[], Vec::as_slice)
    }

    /// A text of the file; empty where it has none of that name.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.json[key].as_str().unwrap_or_default()
    }

    /// Only codes, times and commands were kept.
    #[must_use]
    pub fn is_summary(&self) -> bool {
        self.list("api").first().is_some_and(|c| c.get("path").is_none())
    }

    /// Until the last thing that was noted, seconds.
    #[must_use]
    pub fn duration(&self) -> f64 {
        let number = |v: &Value, key: &str| v[key].as_f64().unwrap_or(0.0);
        let calls = self.list("api").iter().map(|c| number(c, "at") + number(c, "seconds"));
        let events = self.list("receiver").iter().chain(self.list("timeline")).map(|e| number(e, "at"));
        calls.chain(events).fold(0.0, f64::max)
    }

    /// What the API answered, in the order of the calls.
    #[must_use]
    pub fn answers(&self) -> Vec<Answer> {
        self.list("api").iter().map(answer).collect()
    }

    /// What the webhook server got, in the order of arrival.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Callback> {
        let events = self.list("receiver");
        let requests = events.iter().enumerate().filter(|(_, e)| e["ev"] == "request");
        requests.map(|(n, event)| callback(event, &events[n + 1..])).collect()
    }

    /// All that was seen, as a probe sees it.
    #[must_use]
    pub fn observation(&self) -> Observation {
        let events = self.list("receiver");
        let closed = |number: u64| {
            let mut ends = events.iter().filter(|e| e["ev"] == "peer_closed" && e["conn"] == number);
            ends.find_map(|e| e["at"].as_f64())
        };
        let of = |e: &Value| {
            let number = e["conn"].as_u64().unwrap_or(0);
            let opened_at = if e["ev"] == "accept" { e["at"].as_f64().unwrap_or(0.0) } else { 0.0 };
            Connection { number, opened_at, closed_by_peer_at: closed(number) }
        };
        let accepted: BTreeSet<u64> =
            events.iter().filter(|e| e["ev"] == "accept").filter_map(|e| e["conn"].as_u64()).collect();
        // Those that were open when the recording began come first.
        let mut known = BTreeSet::new();
        let open = events.iter().filter(|e| {
            let number = e["conn"].as_u64().unwrap_or(0);
            !accepted.contains(&number) && known.insert(number)
        });
        let connections: Vec<Connection> =
            open.chain(events.iter().filter(|e| e["ev"] == "accept")).map(of).collect();
        Observation {
            calls: self.list("api").iter().map(call).collect(),
            callbacks: self.callbacks(),
            connections,
            api_connections: None,
            summary: self.is_summary(),
        }
    }

    /// groupIDs that a caller or the webhook server chose.
    #[must_use]
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

fn callback(event: &Value, later: &[Value]) -> Callback {
    let next = later.iter().find(|e| e["conn"] == event["conn"] && e["ev"] != "accept");
    let named = |name: &str| next.filter(|e| e["ev"] == name);
    Callback {
        connection: event["conn"].as_u64().unwrap_or(0),
        line: event["line"].as_str().map_or_else(
            || format!("POST /{} HTTP/1.1", event["command"].as_str().unwrap_or_default()),
            str::to_owned,
        ),
        headers: pairs(&event["headers"]),
        body: event["body"].as_str().unwrap_or_default().to_owned(),
        at: event["at"].as_f64().unwrap_or(0.0),
        replied_at: named("replied").and_then(|e| e["at"].as_f64()),
        aborted: named("aborted").and_then(|e| e["after"].as_f64()),
    }
}

fn call(call: &Value) -> Call {
    let header = |name: &str| call["request_headers"][name].as_str().unwrap_or_default().to_owned();
    Call {
        path: call["path"].as_str().unwrap_or("/group/create_group").to_owned(),
        operation: header("operationID"),
        body: call["request_body"].clone(),
        at: call["at"].as_f64().unwrap_or(0.0),
        answer: Some(answer(call)),
    }
}

/// Where only codes were kept, the envelope that they came in.
fn answer(call: &Value) -> Answer {
    let body = call["response_body"].as_str().map_or_else(
        || {
            let text = |key: &str| call[key].as_str().unwrap_or_default();
            let code = call["errCode"].as_i64().unwrap_or(-1);
            serde_json::json!({"errCode": code, "errMsg": text("errMsg"), "errDlt": text("errDlt")})
                .to_string()
        },
        str::to_owned,
    );
    Answer {
        status: call["status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or(0),
        headers: pairs(&call["response_headers"]),
        body,
        seconds: call["seconds"].as_f64().unwrap_or(0.0),
    }
}

/// A list of pairs, or an object.
fn pairs(value: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    if let Some(fields) = value.as_object() {
        return fields.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    }
    value.as_array().map_or_else(Vec::new, |list| list.iter().map(|p| (text(&p[0]), text(&p[1]))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_its_version_and_suffixes_do_not_hide_it() {
        let version = |folder: &str| named(folder).map(|v| (v.to_string(), v.build));
        let expect = |text: &str, build: Build| Some((text.to_owned(), build));
        assert_eq!(version("v3.8.1"), expect("3.8.1", Build::V383));
        assert_eq!(version("v3.8.3-patch.5"), expect("3.8.3-patch.5", Build::Patch16));
        assert_eq!(version("v3.8.3-patch.16-jsonlog"), expect("3.8.3-patch.16", Build::Patch16));
        assert_eq!(version("v3.8.3-nomsg"), expect("3.8.3", Build::V383));
        assert_eq!(version("main-jsonlog").unwrap().1, Build::MainStandalone);
        assert_eq!(version("main-multiprocess-pool").unwrap().1, Build::Main);
        assert_eq!(version("record-v1"), None);
        assert_eq!(version(""), None);
    }

    #[test]
    fn recordings_are_found_by_folder_or_by_the_version_that_they_tell() {
        let root = tempfile::tempdir().unwrap();
        let write = |folder: &str, name: &str, text: &str| {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
            std::fs::write(root.path().join(folder).join(name), text).unwrap();
        };
        write("v3.8.0", "a.json", "{}");
        write("kept", "b.json", r#"{"version":"main-multiprocess","scenario":"b"}"#);
        write("record-v1", "run.json", r#"{"version":"0.1"}"#);
        write("v3.8.0", "notes.txt", "no recording");
        let (all, left_out) = load(root.path()).unwrap();
        let found: Vec<_> = all.iter().map(|r| (r.folder.as_str(), r.scenario.as_str(), r.build)).collect();
        assert_eq!(found, [("main-multiprocess", "b", Build::Main), ("v3.8.0", "a", Build::V380)]);
        assert_eq!(left_out, ["record-v1: not named after a version"]);
        let (inside, _) = load(&root.path().join("v3.8.0")).unwrap();
        assert_eq!(inside.len(), 1);
        write("v3.8.0", "broken.json", "{");
        let broken = load(root.path()).unwrap_err().to_string();
        assert!(broken.contains("broken.json") && broken.contains("take it out"), "{broken}");
    }
}
