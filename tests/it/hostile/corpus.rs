//! Right texts to begin with: recordings, shipped profiles, a record, files of our own.

use std::path::{Path, PathBuf};

use serde_json::Value;

const BUILDS: [&str; 6] = ["v3.7.0", "v3.8.0", "v3.8.3", "v3.8.3-patch.16", "main-multiprocess", "main"];
/// Texts of a kind at most; the rest says nothing new.
const MOST: usize = 400;
/// Longer ones slow the mutations down.
const LONGEST: usize = 12 << 10;

pub(super) fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(path: &str) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(folder(path)).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn recordings() -> Vec<Value> {
    let all = BUILDS.iter().flat_map(|build| files(&format!("tests/recordings/{build}")));
    let json = all.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
}

/// Different ones, evenly over all builds.
fn some(mut texts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    texts.retain(|text| !text.is_empty() && text.len() <= LONGEST);
    texts.sort();
    texts.dedup();
    let step = texts.len().div_ceil(MOST).max(1);
    let texts: Vec<_> = texts.into_iter().step_by(step).collect();
    assert!(!texts.is_empty());
    texts
}

/// What of the recordings' events `take` makes a text.
fn events(lists: &[&str], take: impl Fn(&Value) -> Option<String>) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for recording in recordings() {
        let values = lists.iter().filter_map(|list| recording[*list].as_array()).flatten();
        all.extend(values.filter_map(&take).map(String::into_bytes));
    }
    some(all)
}

/// What the API answered.
pub(super) fn api_answers() -> Vec<Vec<u8>> {
    events(&["api", "timeline"], |call| call["response_body"].as_str().map(str::to_owned))
}

/// Callbacks: the target, a line feed, the body.
pub(super) fn callbacks() -> Vec<Vec<u8>> {
    events(&["receiver"], |event| {
        let target = event["line"].as_str()?.split(' ').nth(1)?.to_owned();
        let body = &event["body"];
        let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        Some(format!("{target}\n{body}"))
    })
}

/// What receivers answered, right and wrong.
pub(super) fn receivers_answers() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for recording in recordings() {
        let behaviours = recording["receiver_behaviour"].as_object().cloned().unwrap_or_default();
        for (_, behaviour) in behaviours {
            let body = &behaviour["body"];
            all.push(body.as_str().map_or_else(|| body.to_string(), str::to_owned).into_bytes());
        }
    }
    all.push(br#"{"actionCode":0,"nextCode":"1","errCode":4001,"errMsg":"no","memberCallbackList":[{"userID":"a"}]}"#.to_vec());
    some(all)
}

/// Lines of OpenIM's logs.
pub(super) fn logs() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for path in files("tests/data/server_log") {
        let value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        strings(&value, &mut all);
    }
    some(all)
}

fn strings(value: &Value, all: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) => all.push(text.clone().into_bytes()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, all)),
        Value::Object(values) => values.values().for_each(|value| strings(value, all)),
        _ => {}
    }
}

pub(super) fn profiles() -> Vec<Vec<u8>> {
    some(files("profiles").into_iter().filter_map(|path| std::fs::read(path).ok()).collect())
}

/// Files of ours, with what OpenIM's have and what people make of it.
pub(super) fn webhooks_ymls() -> Vec<Vec<u8>> {
    let plain = "url: \"http://127.0.0.1:10006/callbackExample\"\n# Nachrichten\nbeforeSendSingleMsg:\n  enable: false\n  timeout: 5\n  \
                 failedContinue: true\n  deniedTypes: []\nafterSendSingleMsg:\n  enable: true\n  timeout: 5\n  attentionIds: \
                 [u1, u2]\nbeforeCreateGroup:\n  enable: true # an\n  timeout: 5\nafterCreateGroup: {enable: true, timeout: \
                 '5'}\nbeforeMemberJoinGroup:\n  enable:  true\n  timeout: 20\n";
    let odd = "url: &u webhook://h/a//\nbeforeCreateGrup: &x\n  enable: true\n  timeout: 5s\nafterQuitGroup: *x\nafterJoinGroup:\n  <<: \
               *x\n  timeout: 0x10\nbeforeSendGroupMsg:\n  enable: yes\n  deniedTypes: [101, 200-500, \"1,2\"]\n  allowedTypes: |\n    \
               1\n    2\ncallback:\n  beforeCreateGroup:\n    enable: true\n";
    let crlf = plain.replace('\n', "\r\n");
    let marked = format!("\u{feff}{plain}");
    [plain, odd, &crlf, &marked].map(|text| text.as_bytes().to_vec()).to_vec()
}

pub(super) fn variables() -> Vec<Vec<u8>> {
    let text = "# OpenIM\nIMENV_WEBHOOKS_URL=http://h:1/a\nexport IMENV_WEBHOOKS_BEFORECREATEGROUP_ENABLE='true'\n \
                IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=5\nIMENV_WEBHOOKS_BEFORESENDSINGLEMSG_DENIEDTYPES=1,2\nIMENV_WEBHOOK_X=\nPATH\n";
    vec![text.as_bytes().to_vec()]
}
