//! `lint`: a good and a bad file for every rule, places, formats, and files like the shipped ones.

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{bench, run};
use openim_bench::finding::Severity;
use openim_bench::lint::{Hit, Target, all_rules, lint as judged, routes};
use openim_bench::wire::webhooks_yml::{WebhooksYml, variables};

use crate::lint_fix::FAULTY;

const URL: &str = "url: http://receiver:8080/callback\n";

pub fn target(version: &str) -> Target {
    Target {
        version: version.parse().unwrap(),
        container: false,
        create_rate: None,
        caller_budget: None,
        upgrade_from: None,
        environment: Vec::new(),
    }
}

pub fn lint(text: &str, target: &Target) -> Vec<Hit> {
    judged(text, target).hits
}

fn with_variables(version: &str, text: &str) -> Target {
    Target { environment: variables(text), ..target(version) }
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
        ("cannot_start", target("main"), create().replace("timeout: 5", "timeout: 5s"), (4, 12), create()),
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
        ("cannot_start", target("main"), "url: a\nbeforeCreateGroup: [1\n".to_owned(), (2, 20), create()),
        ("cannot_start", target("main"), format!("{}---\nurl: b\n", create()), (5, 1), create()),
        (
            "types_not_numbers",
            target("main"),
            filtered("beforeSendGroupMsg", "deniedTypes: [101, 200-500]"),
            (5, 22),
            filtered("beforeSendGroupMsg", "deniedTypes: [101, \"102\"]"),
        ),
        (
            "filter_ignored",
            target("main"),
            filtered("beforeSendGroupMsg", "allowedTypes: [101]"),
            (5, 17),
            filtered("beforeSendGroupMsg", "deniedTypes: [101]"),
        ),
        (
            "filter_ignored",
            target("3.8.0"),
            filtered("beforeSendGroupMsg", "deniedTypes: [101]"),
            (5, 16),
            filtered("afterSendSingleMsg", "attentionIds: [u1]"),
        ),
        (
            "filter_ignored",
            target("3.8.3"),
            filtered("beforeCreateGroup", "deniedTypes: [101]"),
            (5, 16),
            filtered("beforeSendGroupMsg", "allowedTypes: [200-500]"),
        ),
        (
            "attention_ids_empty",
            target("3.8.0"),
            filtered("afterSendSingleMsg", "attentionIds: []"),
            (5, 17),
            filtered("afterSendSingleMsg", "attentionIds:"),
        ),
        ("upgrade_route", from_380(), on("afterUserOnline", 5), (2, 1), create()),
        ("upgrade_route", from_380(), on("beforeAddBlack", 5), (2, 1), create()),
    ]
}

fn filtered(key: &str, setting: &str) -> String {
    format!("{}  {setting}\n", on(key, 5))
}

fn from_380() -> Target {
    Target { upgrade_from: Some("3.8.0".parse().unwrap()), ..target("main") }
}

/// Rules that a file of variables breaks, with the place there; the file is the same. The second set of variables is
/// a good one.
fn table_of_variables() -> Vec<(&'static str, Target, (u64, u64), Target)> {
    let v = with_variables;
    let good = || v("main", "# nothing\nPATH=/bin\n");
    vec![
        ("cannot_start", v("main", "IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=5s\n"), (1, 1), good()),
        ("environment_wins", v("main", "A=b\n export IMENV_WEBHOOKS_URL=http://other/a\n"), (2, 9), good()),
        (
            "environment_no_effect",
            v("main", "IMENV_WEBHOOKS_BEFORECREATEGRUP_TIMEOUT=5\n"),
            (1, 1),
            v("main", "IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=5\n"),
        ),
        ("environment_no_effect", v("main", "IMENV_WEBHOOKS_AFTERQUITGROUP_TIMEOUT=5\n"), (1, 1), good()),
        ("environment_no_effect", v("main", "IMENV_WEBHOOKS_URL=\n"), (1, 1), good()),
        ("environment_no_effect", v("main-standalone", "IMENV_WEBHOOKS_URL=http://b\n"), (1, 1), good()),
        ("timeout_capped", v("main", "IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=\"20\"\n"), (1, 1), good()),
        ("url_tail", v("main", "IMENV_WEBHOOKS_URL=http://b/a/\n"), (1, 1), good()),
    ]
}

#[test]
fn variables_are_judged_at_their_place_in_their_file() {
    let file = on("beforeCreateGroup", 5);
    for (code, bad, place, good) in table_of_variables() {
        let hits = lint(&file, &bad);
        let hit =
            hits.iter().find(|hit| hit.finding.code == code).unwrap_or_else(|| panic!("{code}: {hits:?}"));
        assert_eq!((hit.place.line, hit.place.column), place, "{code}: {hits:?}");
        assert!(!lint(&file, &good).iter().any(|hit| hit.finding.code == code), "{code}");
    }
}

#[test]
fn a_variable_switches_a_webhook_on_and_the_receiver_has_to_route_it() {
    let file = on("beforeMemberJoinGroup", 5).replace("enable: true", "enable: false");
    let variables =
        "IMENV_WEBHOOKS_BEFOREMEMBERJOINGROUP_ENABLE=true\nIMENV_WEBHOOKS_BEFOREMEMBERJOINGROUP_TIMEOUT=20\n";
    let main = judged(&file, &with_variables("main", variables));
    assert_eq!(main.routes[0].command, "callbackBeforeMembersJoinGroupCommand");
    assert!(main.hits.iter().any(|hit| hit.finding.code == "timeout_capped"));
    let standalone = judged(&file, &with_variables("main-standalone", variables));
    assert!(standalone.routes.is_empty());
    let misspelt = with_variables("main", "IMENV_WEBHOOK_BEFOREMEMBERJOINGROUP_ENABEL=true\n");
    let what = lint(&file, &misspelt)[0].finding.what.en().to_owned();
    assert!(what.contains("`IMENV_WEBHOOKS_BEFOREMEMBERJOINGROUP_ENABLE`"), "{what}");
}

#[test]
fn a_byte_order_mark_is_a_column_of_the_first_line() {
    let text = format!("\u{feff}{}", on("beforeCreateGroup", 5).replace("/callback", "/callback/"));
    assert_eq!(lint(&text, &target("main"))[0].place.column, 7);
    let broken = lint("\u{feff}url: [1\n", &target("main"));
    assert_eq!(broken[0].finding.code, "cannot_start");
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
        let variables = table_of_variables().iter().any(|row| row.0 == rule.code);
        assert!(variables || table.iter().any(|row| row.0 == rule.code), "{} has no files", rule.code);
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
    assert_eq!(done.code, 6, "{}", done.stderr);
    assert!(done.stdout.contains(":4:12: warning[timeout_capped]: "), "{}", done.stdout);
    assert!(
        done.stdout.contains("  callbackBeforeCreateGroupCommand  beforeCreateGroup\n"),
        "{}",
        done.stdout
    );
    assert_eq!(lint(&["--fail-on", "error"]).code, 0);
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

#[test]
fn variables_of_a_file_and_a_test_case_for_each_rule_in_junit() {
    let dir = tempfile::tempdir().unwrap();
    let [file, env, xml] = ["webhooks.yml", "openim.env", "lint.xml"].map(|name| dir.path().join(name));
    std::fs::write(&file, on("beforeCreateGroup", 5)).unwrap();
    std::fs::write(&env, "A=b\nIMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=20\n").unwrap();
    let done = run(bench()
        .arg("lint")
        .arg(&file)
        .args(["--version", "main", "--format", "json", "--env"])
        .arg(&env)
        .arg("--junit")
        .arg(&xml));
    assert_eq!(done.code, 6, "{}", done.stderr);
    let capped =
        done.json()["findings"].as_array().unwrap().iter().find(|f| f["code"] == "timeout_capped").cloned();
    let capped = capped.unwrap();
    assert!(capped["file"].as_str().unwrap().ends_with("openim.env") && capped["line"] == 2, "{capped}");
    let xml = std::fs::read_to_string(&xml).unwrap();
    let xml = roxmltree::Document::parse(&xml).unwrap();
    let cases: Vec<_> = xml.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), all_rules().count());
    let failed = |case: &&roxmltree::Node<'_, '_>| case.children().any(|child| child.has_tag_name("failure"));
    let names: Vec<_> = cases.iter().filter(failed).filter_map(|case| case.attribute("name")).collect();
    assert_eq!(names, ["timeout_capped", "caller_budget"]);
}

/// The standard's schema, which a test dependency brings along; it is not kept here.
#[test]
fn sarif_holds_to_the_schema_of_the_standard() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let file =
        root.join("target/test-npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    let Ok(schema) = std::fs::read_to_string(file) else {
        let why = "no SARIF schema; scripts/install-test-deps.sh installs it";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
        println!("skipped: {why}");
        return;
    };
    // A bracket without its partner in a pattern stands for itself, which not every reader of patterns takes.
    let schema = schema.replace("{2}]?$", r"{2}\\]?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (good, bad) = (dir.path().join("good.yml"), dir.path().join("a b:配置?.yml"));
    std::fs::write(&good, on("beforeCreateGroup", 5)).unwrap();
    std::fs::write(&bad, FAULTY).unwrap();
    let mut results = 0;
    for (file, arguments) in
        [(&good, &["--lang", "en"]), (&bad, &["--lang", "en"]), (&bad, &["--lang", "zh"])]
    {
        let done = run(bench()
            .arg("lint")
            .arg(file)
            .args(["--version", "3.7.0", "--format", "sarif"])
            .args(arguments));
        let log = done.json();
        let errors: Vec<_> =
            validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        results += log["runs"][0]["results"].as_array().unwrap().len();
    }
    assert!(results >= 2);
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})), "the schema judges nothing");
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
