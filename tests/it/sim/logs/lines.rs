//! Log lines, real and ours, taken apart; and where the real ones are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use openim_bench::sim::log::{Field, Layout, Level, Record};
use openim_bench::wire::{Build, OpenimVersion};
use serde_json::Value;

/// A line's fields, and what of it says whose it is.
pub struct Parsed {
    pub layout: Layout,
    pub record: Record,
}

impl Parsed {
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.record.fields.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn text(&self, key: &str) -> &str {
        match self.field(key) {
            Some(Field::Text(text)) => text,
            _ => "",
        }
    }

    /// The last part of the RPC's name.
    pub fn method(&self) -> &str {
        let whole = [self.text("method"), self.text("funcName")].concat();
        let name = whole.rsplit('/').next().unwrap_or_default().len();
        let shown =
            if self.text("funcName").is_empty() { self.text("method") } else { self.text("funcName") };
        &shown[shown.len() - name..]
    }
}

/// Takes a line apart.
pub fn parse(line: &str) -> Parsed {
    if line.starts_with('{') { parse_json(line) } else { parse_text(line) }
}

fn parse_text(line: &str) -> Parsed {
    let plain = |text: &str| {
        let text = text.strip_prefix("\x1b[").map_or(text, |t| t.split_once('m').unwrap().1);
        text.trim_end_matches("\x1b[0m").trim_end_matches(' ').to_owned()
    };
    let columns: Vec<&str> = line.splitn(8, '\t').collect();
    let pid = plain(columns[2]).trim_start_matches("[PID:").trim_end_matches(']').parse().unwrap();
    let caller = plain(columns[5]);
    let record = Record {
        time: columns[0].to_owned(),
        level: Level::from_name(&plain(columns[1])).unwrap(),
        process: plain(columns[3]),
        pid,
        caller: caller.trim_start_matches('[').trim_end_matches(']').to_owned(),
        message: plain(columns[6]),
        fields: columns.get(7).map(|json| fields(json)).unwrap_or_default(),
    };
    Parsed { layout: Layout::Text, record }
}

fn parse_json(line: &str) -> Parsed {
    let mut all = fields(line);
    let rest = all.split_off(7);
    let text = |n: usize| match &all[n].1 {
        Field::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    let Field::Number(pid) = all[5].1 else { panic!("{line}") };
    let record = Record {
        level: Level::from_name(&text(0)).unwrap(),
        time: text(1),
        process: text(2),
        caller: text(3),
        message: text(4).trim_end().to_owned(),
        pid: u32::try_from(pid).unwrap(),
        fields: rest,
    };
    Parsed { layout: Layout::Json, record }
}

/// The pairs of an object, in order, repeated keys too.
fn fields(object: &str) -> Vec<(String, Field)> {
    let mut rest = object.strip_prefix('{').unwrap();
    let mut found = Vec::new();
    while !rest.starts_with('}') {
        rest = rest.trim_start_matches([',', ' ']);
        let key = take(&mut rest);
        rest = rest.trim_start_matches([':', ' ']);
        let value = match take(&mut rest) {
            Value::String(text) => Field::Text(text),
            Value::Number(number) => Field::Number(number.as_i64().unwrap()),
            Value::Null => Field::Nil,
            other => Field::Json(other.to_string()),
        };
        found.push((key.as_str().unwrap().to_owned(), value));
    }
    found
}

fn take(rest: &mut &str) -> Value {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    let value = values.next().unwrap().unwrap_or_else(|e| panic!("{e}: {rest}"));
    *rest = &rest[values.byte_offset()..];
    value
}

/// Stands at the end of a recording that does not go on to the scenario's end.
pub const CUT: &str = "(cut)";

/// The lines of real servers: folder → scenario → lines.
pub type Recorded = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Those kept for this test.
pub fn kept() -> Recorded {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/server_log");
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
    };
    std::fs::read_dir(dir).unwrap().map(|entry| read(entry.unwrap().path())).collect()
}

/// Those of `OPENIM_RECORDINGS`, where its recordings have any; else those kept.
pub fn all() -> Recorded {
    let Some(root) = std::env::var_os("OPENIM_RECORDINGS") else { return kept() };
    let (recordings, _) = openim_bench::probe::recording::load(Path::new(&root)).unwrap();
    let mut found = Recorded::new();
    for recording in recordings {
        let lines: Vec<String> =
            recording.list("server_log").iter().filter_map(|line| Some(line.as_str()?.to_owned())).collect();
        if !lines.is_empty() {
            found.entry(recording.folder.clone()).or_default().insert(recording.scenario.clone(), lines);
        }
    }
    if found.is_empty() { kept() } else { found }
}

/// The version whose server a folder holds.
pub fn version(folder: &str) -> OpenimVersion {
    let build = match folder.trim_end_matches("-jsonlog").trim_end_matches("-nomsg") {
        "main" => Build::MainStandalone,
        "main-multiprocess" => Build::Main,
        release => return release.parse().unwrap(),
    };
    build.into()
}

/// Why a kind of real line is not written by the simulator; `None` where it is.
pub fn left_out(line: &Parsed) -> Option<&'static str> {
    const GROUP: [&str; 14] = [
        "creategroup",
        "inviteusertogroup",
        "joingroup",
        "groupapplicationresponse",
        "quitgroup",
        "kickgroupmember",
        "dismissgroup",
        "transfergroupowner",
        "setgroupinfo",
        "setgroupinfoex",
        "getgroupsinfo",
        "getgroupmembersinfo",
        "getgroupmemberlist",
        "getgroupmemberuserids",
    ];
    let method = line.method().to_lowercase();
    let (process, record) = (line.record.process.as_str(), &line.record);
    let ours = matches!(process, "openim-api" | "openim-rpc-auth" | "openim-rpc-group" | "openim-main");
    match method.as_str() {
        _ if record.caller.starts_with("rpccache") => Some("the local cache of tokens"),
        "getgroupmemberuserids" => Some("asked by the message pipeline"),
        "getexistingtoken" if process != "openim-main" => Some("depends on a cache"),
        "" if record.message.contains("GroupOnlinePush") => Some("the push process"),
        "" | "parsetoken" | "getexistingtoken" => None,
        "getdesignateusers" | "getuserstatus" => Some("look-ups of users"),
        "sendmsg" | "getgroupinfocache" | "supergrouponlinebatchpushonemsg" => Some("notices"),
        method if GROUP.contains(&method) && ours => None,
        _ => Some("conversations and the message pipeline"),
    }
}
