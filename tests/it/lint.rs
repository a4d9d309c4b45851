//! `lint`: a good and a bad file for every rule, places, formats, and files like the shipped ones.

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{bench, run};
use openim_bench::finding::Severity;
use openim_bench::lint::{Target, all_rules, lint, routes};
use openim_bench::wire::webhooks_yml::WebhooksYml;

const URL: &str = "url: http://receiver:8080/callback\n";

fn target(version: &str) -> Target {
    let version = version.parse().unwrap();
    Target { version, container: false, create_rate: None, caller_budget: None, upgrade_from: None }
}

fn on(key: &str, timeout: i64) -> String {
    format!("{URL}{key}:\n  enable: true\n  timeout: {timeout}\n")
}

/// Code, what it is judged for, a bad file, line and column there, a good file.
type Case = (&'static str, Target, String, (u64, u64), String);

fn table() -> Vec<Case> {
    let docker = || Target { container: true, ..target("main") };
    let rate = || Target { create_rate: Some(10.0), ..target("main") };
    let upgrade = || Target { upgrade_from: Some("3.7.0".parse().unwrap()), ..target("main") };
    let create = || on("beforeCreateGroup", 5);
    let member = || on("beforeMemberJoinGroup", 5);
    let with = |url: &str| create().replace("http://receiver:8080/callback", url);
    let lenient = |key: &str| format!("{}  failedContinue: true\n", on(key, 5));
    let sum = |t: i64| format!("{}beforeMemberJoinGroup: {{enable: true, timeout: {t}}}\n", create());
    vec![
        ("cannot_start", target("main"), create().replace("timeout: 5", "timeout: 5s"), (4, 3), create()),
        ("cannot_start", target("main"), format!("{}Url: x\n", create()), (5, 1), create()),
        ("url_unusable", target("3.7.0"), with("webhook://127.0.0.1:10008/callback"), (1, 6), create()),
        ("url_tail", target("main"), with("http://receiver/a?b=c"), (1, 6), create()),
        ("url_tail", target("main"), with("http://receiver/a/"), (1, 6), create()),
        ("url_loopback", docker(), with("http://127.0.0.1:8080/a"), (1, 6), create()),
        (
            "unknown_key",
            target("main"),
            format!("{}beforeCreateGrup:\n  enable: true\n", create()),
            (5, 1),
            create(),
        ),
        ("key_not_wired", target("3.8.0"), on("afterUserOnline", 5), (2, 1), on("afterQuitGroup", 5)),
        ("timeout_default", target("main"), on("beforeCreateGroup", 0), (4, 12), create()),
        ("timeout_capped", target("main"), on("beforeCreateGroup", 16), (4, 12), on("beforeCreateGroup", 9)),
        ("caller_budget", target("main"), sum(5), (5, 48), sum(4)),
        ("failed_continue", target("main"), lenient("beforeCreateGroup"), (5, 19), create()),
        ("member_callback_3_7", target("3.7.0"), member(), (3, 11), create()),
        ("group_info_echo", target("main"), on("beforeSetGroupInfo", 5), (3, 11), create()),
        ("after_queue", rate(), on("afterCreateGroup", 5), (4, 12), create()),
        ("upgrade_command", upgrade(), member(), (2, 1), create()),
    ]
}

#[test]
fn every_rule_finds_its_fault_at_its_place_and_leaves_a_good_file_alone() {
    let table = table();
    for (code, target, bad, place, good) in &table {
        let hits = lint(bad, target);
        let hit =
            hits.iter().find(|hit| hit.finding.code == *code).unwrap_or_else(|| panic!("{code}: {hits:?}"));
        assert_eq!((hit.place.line, hit.place.column), *place, "{code}: {bad}");
        assert_ne!(hit.finding.what.en(), hit.finding.what.zh(), "{code}");
        assert!(!lint(good, target).iter().any(|hit| hit.finding.code == *code), "{code}: {good}");
    }
    for rule in all_rules() {
        assert!(table.iter().any(|row| row.0 == rule.code), "{} has no files", rule.code);
    }
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_one_and_an_outer_mapping_as_such() {
    let text = |yml: &str| lint(yml, &target("main"))[0].finding.what.en().to_owned();
    assert!(text(&format!("{URL}beforeCreateGrup: {{}}\n")).contains("`beforeCreateGroup`"));
    let outer = text(&format!("{URL}callback:\n  beforeCreateGroup:\n    enable: true\n"));
    assert!(outer.contains("left margin"), "{outer}");
}

#[test]
fn files_like_the_shipped_ones_have_no_error() {
    let keys = "beforeCreateGroup:\n  enable: false\n  timeout: 5\n  failedContinue: true\nafterUserKickOff:\n  \
                enable: false\n  timeout: 5\nbeforeMemberJoinGroup:\n  enable:  false\n  timeout: 5\n";
    let main = "afterMsgSaveDB:\n  enable: false\n  timeout: 5\n  attentionIds: []\n  deniedTypes: []\n";
    for (version, url) in [
        ("3.7.0", "\"webhook://127.0.0.1:10008/callbackExample\""),
        ("3.8.0", "\"webhook://127.0.0.1:10008/callbackExample\""),
        ("3.8.3", "http://127.0.0.1:10006/callbackExample"),
        ("3.8.3-patch.16", "http://127.0.0.1:10006/callbackExample"),
        ("main", "http://127.0.0.1:10006/callbackExample"),
    ] {
        let hits = lint(&format!("url: {url}\n{keys}{main}"), &target(version));
        assert!(hits.iter().all(|hit| hit.finding.severity < Severity::Error), "{version}: {hits:?}");
    }
}

#[test]
fn the_commands_to_route_are_those_of_the_version() {
    let yml = "beforeMemberJoinGroup: {enable: true}\nafterDismissGroup: {enable: true}\nafterRevokeMsg: {enable: \
               true}\nbeforeSendGroupMsg: {enable: true}\nbeforeCreateGroup: {enable: false}\n";
    let commands = |version: &str| {
        let yml = WebhooksYml::parse(yml).unwrap();
        routes(&yml, &version.parse().unwrap()).into_iter().map(|route| route.command).collect::<Vec<_>>()
    };
    let rest = ["callbackAfterDisMissGroupCommand", "callbackBeforeAfterMsgCommand"];
    assert_eq!(commands("3.7.0")[..2], rest);
    assert_eq!(
        commands("3.7.0")[2..],
        ["callbackBeforeMemberJoinGroupCommand", "callbackBeforeSendGroupMsgCommand"]
    );
    assert_eq!(
        commands("main")[2..],
        ["callbackBeforeMembersJoinGroupCommand", "callbackBeforeSendGroupMsgCommand"]
    );
}

#[test]
fn the_program_prints_each_format_and_ends_in_6_from_the_severity_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("webhooks.yml");
    std::fs::write(&file, on("beforeCreateGroup", 20)).unwrap();
    let lint =
        |arguments: &[&str]| run(bench().arg("lint").arg(&file).args(["--version", "main"]).args(arguments));
    let done = lint(&[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stdout.contains(":4:12: warning[timeout_capped]: "), "{}", done.stdout);
    assert!(
        done.stdout.contains("  callbackBeforeCreateGroupCommand  beforeCreateGroup\n"),
        "{}",
        done.stdout
    );
    assert_eq!(lint(&["--fail-on", "warning"]).code, 6);
    let github = lint(&["--format", "github"]).stdout;
    assert!(github.starts_with("::warning file=") && github.contains("line=4,col=12"), "{github}");
    let json: Value = serde_json::from_str(&lint(&["--format", "json"]).stdout).unwrap();
    assert_eq!(json["findings"][0]["code"], "timeout_capped");
    assert_eq!(json["routes"][0]["command"], "callbackBeforeCreateGroupCommand");
    let chinese = lint(&["--lang", "zh"]).stdout;
    assert!(chinese.contains("实际生效的是 15 s"), "{chinese}");
}

/// What the standard asks for at least; its schema is not kept here.
#[test]
fn sarif_has_the_properties_that_the_standard_requires() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("webhooks.yml");
    std::fs::write(&file, on("beforeCreateGroup", 0)).unwrap();
    let arguments = ["--version", "main", "--format", "sarif"];
    let done = run(bench().arg("lint").arg(&file).args(arguments));
    let log: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let sarif = &log["runs"][0];
    let rules = sarif["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(sarif["tool"]["driver"]["name"], "openim-bench");
    assert_eq!(rules.len(), all_rules().count());
    for result in sarif["results"].as_array().unwrap() {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()), "{result}");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region["startLine"].as_u64().unwrap() >= 1 && region["startColumn"].as_u64().unwrap() >= 1);
    }
}

#[test]
fn every_rule_is_explained_and_an_unknown_code_is_answered_with_the_codes() {
    for rule in all_rules() {
        let done = run(bench().args(["lint", "--explain", rule.code]));
        assert!(done.code == 0 && done.stdout.starts_with(rule.code), "{}", done.stderr);
    }
    let done = run(bench().args(["lint", "--explain", "nothing"]));
    assert!(done.code == 2 && done.stderr.contains("timeout_capped"), "{}", done.stderr);
}

proptest! {
    #[test]
    fn no_mutated_file_makes_it_panic(at in 0usize..200, with in "\\PC{0,6}", drop in 0usize..20) {
        let yml = format!("{}afterCreateGroup:\n  enable: true\n  timeout: 5\n# 备注\n", on("beforeCreateGroup", 5));
        let mut letters: Vec<char> = yml.chars().collect();
        let start = at.min(letters.len());
        let end = (start + drop).min(letters.len());
        letters.splice(start..end, with.chars());
        let text: String = letters.into_iter().collect();
        for hit in lint(&text, &Target { create_rate: Some(5.0), ..target("3.7.0") }) {
            prop_assert!(hit.place.line >= 1 && hit.place.column >= 1, "{hit:?}");
        }
    }
}
