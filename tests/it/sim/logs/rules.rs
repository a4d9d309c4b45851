//! What must and must not be in the log: levels, after-callbacks that fail, secrets.

use std::path::Path;
use std::time::Duration;

use openim_bench::sim::log::{Layout, LogConfig, SimLog};
use openim_bench::wire::Build;
use serde_json::json;

use crate::sim::rig::{Behaviour, Rig, usual};

/// Runs `work` on a simulator with a log of that level, and returns the log.
async fn logged<F>(build: Build, level: u8, layout: Layout, work: impl FnOnce(Rig) -> F) -> String
where
    F: Future<Output = ()>,
{
    let dir = tempfile::tempdir().unwrap();
    let secret = "openIM123".to_owned();
    let config = LogConfig { dir: dir.path().to_owned(), layout, level, version: build.into(), secret };
    let log = SimLog::open(config, |trouble| panic!("{trouble:?}")).unwrap();
    let observer = log.observer();
    let rig = Rig::with(build, |config| config.observer = observer).await;
    work(rig).await;
    assert_eq!(log.finish(), 0);
    text(dir.path())
}

fn text(dir: &Path) -> String {
    let mut entries = std::fs::read_dir(dir).unwrap();
    std::fs::read_to_string(entries.next().unwrap().unwrap().path()).unwrap()
}

#[tokio::test]
async fn a_failed_or_rejected_after_callback_has_no_line_but_the_one_of_its_call() {
    let no = r#"{"actionCode":0,"errCode":4001,"errMsg":"no","errDlt":"","nextCode":1}"#;
    let closes = Behaviour { close: true, ..Behaviour::default() };
    for behaviour in [Behaviour::body(no), Behaviour::body("<html>"), closes] {
        let log = logged(Build::Patch16, 6, Layout::Json, |rig| async move {
            rig.receiver.set("callbackAfterCreateGroupCommand", behaviour);
            assert_eq!(rig.create("op-after").await.code(), 0);
            rig.receiver.wait_for(3).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        })
        .await;
        let about = log.lines().filter(|line| line.contains("callbackAfterCreateGroupCommand"));
        let messages: Vec<&str> =
            about.map(|line| line.split("\"msg\":\"").nth(1).unwrap().split("  ").next().unwrap()).collect();
        assert_eq!(messages, ["webhook"]);
    }
}

#[tokio::test]
async fn a_level_keeps_what_is_at_least_as_severe() {
    for (level, expected) in [(2, &["ERROR"][..]), (3, &["ERROR", "WARN"]), (4, &["ERROR", "INFO", "WARN"])] {
        let log = logged(Build::V370, level, Layout::Json, |rig| async move {
            let no = r#"{"actionCode":0,"errCode":4001,"errMsg":"no","errDlt":"","nextCode":1}"#;
            rig.receiver.set("callbackBeforeCreateGroupCommand", Behaviour::body(no));
            assert_eq!(rig.create("op-level").await.code(), 4001);
        })
        .await;
        let mut levels: Vec<&str> =
            log.lines().map(|l| l.trim_start_matches("{\"level\":\"").split('"').next().unwrap()).collect();
        levels.sort_unstable();
        levels.dedup();
        assert_eq!(levels, expected, "level {level}");
    }
}

#[tokio::test]
async fn neither_the_secret_nor_a_token_is_ever_written() {
    for build in Build::ALL {
        let log = logged(build, 6, Layout::Text, |rig| async move {
            let user = rig.mint("u0001").await;
            rig.call("/auth/parse_token", "op-parse", json!({"token": user})).await;
            rig.call("/auth/get_admin_token", "op-wrong", json!({"secret": "openIM12", "userID": "u"})).await;
            rig.call_as("nonsense-token", "/group/create_group", "op-bad", usual()).await;
            rig.raw("POST", "/auth/get_admin_token", &[("operationID", "op-cut")], "{\"secret\":\"openIM123")
                .await;
            rig.call(
                "/group/create_group",
                "op-name",
                json!({
                    "ownerUserID": "u0000", "memberUserIDs": ["u0001"],
                    "groupInfo": {"groupName": "openIM123", "groupType": 2},
                }),
            )
            .await;
            rig.receiver.wait_for(3).await;
        })
        .await;
        for hidden in ["openIM12", "sim.", "nonsense-token"] {
            let at = log.find(hidden).map(|at| &log[at.saturating_sub(200)..at + hidden.len()]);
            assert_eq!(at, None, "{build}: {hidden}");
        }
        assert!(log.contains("op-name") && log.contains("op-bad"), "{build}");
    }
}

#[tokio::test]
async fn each_group_process_has_a_process_id_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let config = LogConfig {
        dir: dir.path().to_owned(),
        layout: Layout::Json,
        level: 4,
        version: Build::Main.into(),
        secret: String::new(),
    };
    let log = SimLog::open(config, |_| ()).unwrap();
    let observer = log.observer();
    let rig = Rig::with(Build::Main, |config| {
        config.observer = observer;
        config.processes = 3;
    })
    .await;
    for n in 0..6 {
        assert_eq!(rig.create(&format!("op-{n}")).await.code(), 0);
    }
    rig.receiver.wait_for(18).await;
    log.finish();
    let text = text(dir.path());
    let pids = |operation: &str| {
        let lines = text.lines().filter(|l| l.contains(operation) && l.contains("openim-rpc-group"));
        let mut pids: Vec<String> = lines
            .map(|l| l.split("\"PID\":").nth(1).unwrap().split(',').next().unwrap().to_owned())
            .collect();
        pids.dedup();
        pids
    };
    let all: std::collections::BTreeSet<String> = (0..6).flat_map(|n| pids(&format!("\"op-{n}\""))).collect();
    assert_eq!(all.len(), 3);
    assert_eq!(pids("\"op-0\"").len(), 1, "an operation stays in its process");
}
