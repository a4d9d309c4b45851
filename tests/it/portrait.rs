//! Portraits derived from what real servers did, held against what is known of the six builds.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::sync::LazyLock;

use crate::support::english_sentence;
use openim_bench::probe::case::{CaseOutcome, CaseResult, Setting};
use openim_bench::probe::portrait::{About, derive};
use openim_bench::probe::recording::{RECORDED_KEYS, Recording, load};
use openim_bench::probe::{cases, text as page};
use openim_bench::record::portrait::{
    DecidedBy, Fact, Growth, Outcome, Portrait, TimeoutSource, parse, schema_text,
};
use openim_bench::text::{Lang, Text};
use openim_bench::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use openim_bench::wire::{Build, OpenimVersion, WebhookKey};

fn setting(build: Build) -> Setting {
    let config = KeyConfig { enable: true, timeout: 5, failed_continue: None };
    let keys = RECORDED_KEYS.iter().map(|key| (key.name().to_owned(), config.clone())).collect();
    Setting {
        version: OpenimVersion::from(build),
        webhooks: Some(WebhooksYml { url: "http://127.0.0.1/callbackExample".to_owned(), keys }),
        enabled: RECORDED_KEYS.to_vec(),
        slow: true,
        dangerous: true,
        simulator: false,
    }
}

/// A recording as the result of its case, where it has one.
fn result(recording: &Recording) -> Option<CaseResult> {
    let outcome = CaseOutcome::Seen(Box::new(recording.observation()));
    Some(CaseResult { case: cases::find(&recording.scenario)?, outcome })
}

/// Derived once for all tests.
pub fn portraits() -> &'static BTreeMap<Build, Portrait> {
    static ALL: LazyLock<BTreeMap<Build, Portrait>> = LazyLock::new(derived);
    &ALL
}

fn derived() -> BTreeMap<Build, Portrait> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let (recordings, _) = load(&root).unwrap();
    let about = About {
        target: "http://127.0.0.1:10002".to_owned(),
        version_why: Text::both("as the recording says", "如录制数据所述"),
        made_at: "2026-11-24T06:43:05Z".to_owned(),
        interrupted: false,
    };
    let of = |build: Build| {
        let own = recordings.iter().filter(|r| r.build == build && !r.folder.ends_with("-jsonlog"));
        let results: Vec<CaseResult> = own.filter_map(result).collect();
        let mut portrait = derive(&results, &setting(build), &about);
        // Recorded with a timeout of 1 s, which the configuration above does not say.
        portrait.cases.retain(|line| line.name != "failed_continue");
        (build, portrait)
    };
    Build::ALL.into_iter().map(of).collect()
}

#[test]
fn each_build_has_the_portrait_that_its_recordings_imply() {
    for (build, portrait) in portraits() {
        insta::with_settings!({ filters => vec![(r"openim-bench \d+\.\d+\.\d+", "openim-bench [VERSION]"),
            (r#""tool_version": "[^"]*""#, r#""tool_version": "[VERSION]""#)] }, {
            insta::assert_snapshot!(format!("portrait_{build}"), page::portrait(portrait, Lang::En));
            insta::assert_snapshot!(
                format!("portrait_{build}_json"),
                serde_json::to_string_pretty(portrait).unwrap()
            );
        });
        for line in page::portrait(portrait, Lang::En).lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= page::WIDTH, "{build}: {line}");
        }
    }
}

#[test]
fn a_portrait_is_read_in_chinese_without_an_english_sentence() {
    for (build, portrait) in portraits() {
        let text = page::portrait(portrait, Lang::Zh);
        if *build == Build::V370 {
            insta::with_settings!({ filters => vec![(r"openim-bench \d+\.\d+\.\d+", "openim-bench [VERSION]")] }, {
                insta::assert_snapshot!(format!("portrait_{build}_zh"), text);
            });
        }
        for line in text.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= page::WIDTH, "{build}: {line}");
        }
        assert_eq!(english_sentence(&text, &[]), None, "{build}");
        let mut differs = portrait.cases.iter().map(|line| (&line.difference, &line.means));
        assert!(
            differs.all(|(why, means)| means.zh() != means.en() && (why.is_empty() || why.zh() != why.en()))
        );
    }
}

/// What is known of each build beyond its recordings' folder, in the order of `Build::ALL`: 3.7.0, 3.8.0,
/// 3.8.3, 3.8.3-patch.16, main, main-standalone. `None`: the recordings do not show it.
fn holds<T: PartialEq + Debug>(what: &str, fact: impl Fn(&Portrait) -> &Fact<T>, expected: [Option<T>; 6]) {
    for ((build, portrait), expected) in portraits().iter().zip(expected) {
        assert_eq!(fact(portrait).value(), expected.as_ref(), "{what} of {build}: {:?}", fact(portrait));
    }
}

/// The same on every build that shows it.
fn same<T: PartialEq + Debug + Clone>(
    what: &str,
    fact: impl Fn(&Portrait) -> &Fact<T>,
    value: T,
    shown: [bool; 6],
) {
    holds(what, fact, shown.map(|s| s.then(|| value.clone())));
}

const ALL: [bool; 6] = [true; 6];

fn fails(err_code: i64) -> Outcome {
    Outcome { http_status: 200, err_code: Some(err_code), done: false, group_process_died: false }
}

#[test]
fn rejections_differ_between_the_builds_as_known() {
    let all = |code| [code; 6].map(|c| Some(fails(c)));
    holds("errCode 4001", |p| &p.rejection.err_code_over_99, all(4001));
    // main as several processes makes 500 of what is below 100.
    let below_100 = [50, 50, 50, 50, 500, 50].map(|c| Some(fails(c)));
    holds("errCode 50", |p| &p.rejection.err_code_1_to_99, below_100);
    // Both shapes of main report success with nothing created.
    let zero = [500, 500, 500, 500, 0, 0].map(|c| Some(fails(c)));
    holds("errCode 0", |p| &p.rejection.err_code_0, zero);
    same("decided by", |p| &p.rejection.decided_by, DecidedBy::ActionCode0AndNextCode1, ALL);
    same("status ignored", |p| &p.status_ignored, true, ALL);
}

#[test]
fn only_3_7_calls_once_a_member_and_by_the_singular_name() {
    for (build, portrait) in portraits() {
        let calls = portrait.create.commands.value().unwrap();
        let keys: Vec<_> = calls.iter().map(|c| c.key.unwrap()).collect();
        let order =
            [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup, WebhookKey::AfterCreateGroup];
        assert_eq!(keys, order, "{build}");
        let members = &calls[1];
        let old = *build == Build::V370;
        assert_eq!(members.grows == Growth::OnceAMember, old, "{build}");
        assert_eq!(members.calls, if old { 4 } else { 1 }, "{build}");
        assert_eq!(members.command.contains("Members"), !old, "{build}");
        assert!([&calls[0], &calls[2]].iter().all(|c| c.grows == Growth::Once), "{build}");
    }
}

#[test]
fn timeouts_are_measured_to_the_second_and_the_cap_is_15_s() {
    for (build, portrait) in portraits() {
        for key in ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup"] {
            let timeout = portrait.keys[key].effective_timeout_s.value().unwrap();
            assert_eq!((timeout.value_s, timeout.source), (5.0, TimeoutSource::Measured), "{key} of {build}");
        }
        let read = portrait.keys["afterQuitGroup"].effective_timeout_s.value().unwrap();
        assert_eq!((read.value_s, read.source), (5.0, TimeoutSource::WebhooksYml), "{build}");
        assert!(portrait.timeouts().len() == 9 && portrait.timeouts().values().all(|t| *t == 5), "{build}");
    }
    same("cap", |p| &p.cap_s, 15.0, [true, false, false, false, false, true]);
    same("failedContinue", |p| &p.failed_continue_honoured, false, [true, false, false, false, false, true]);
}

#[test]
fn limits_are_the_same_but_for_the_wait_for_a_full_queue() {
    let overloaded = [true, false, true, true, true, true];
    // The others reached 83 to 100 at once too briefly to tell.
    same("connections", |p| &p.connection_limit, 100, [true, false, false, false, true, true]);
    same("idle", |p| &p.idle_connections_kept, 2, ALL);
    same("workers", |p| &p.after_queue.workers, 2, overloaded);
    same("slots", |p| &p.after_queue.slots, 100, overloaded);
    // 3.8.3 and main-standalone were recorded on storage that slowed down meanwhile.
    let waits = [Some(0.1), None, None, Some(3.0), Some(3.0), None];
    holds("wait for a full queue", |p| &p.after_queue.push_wait_s, waits);
    let lost = [Some(34), None, Some(24), Some(32), Some(30), Some(28)];
    holds("lost", |p| &p.after_queue.lost, lost);
    for (build, portrait) in portraits() {
        let used = *portrait.connections_per_100_callbacks.value().unwrap();
        assert!((44..=73).contains(&used), "{build}: {used}");
    }
}

#[test]
fn flows_differ_between_the_builds_as_known() {
    same("abandoned", |p| &p.abandoned_call_creates, true, ALL);
    same("duplicate", |p| &p.duplicate_group_id_fires_before_create, true, ALL);
    same("webhook keep-alive", |p| &p.webhook_keep_alive, true, ALL);
    same("API keep-alive", |p| &p.api_keep_alive, true, ALL);
    // 3.8.3 hides why a callback failed.
    let told = [true, true, false, true, true, true].map(Some);
    holds("cause told", |p| &p.cause_of_failed_callback_told, told);
    let dead = |err_code, http_status, died| {
        Some(Outcome { http_status, err_code, done: false, group_process_died: died })
    };
    let entry = [
        None,
        None,
        dead(Some(14), 200, true),
        dead(Some(2), 200, false),
        dead(Some(500), 200, false),
        dead(None, 500, false),
    ];
    holds("entry without userID", |p| &p.member_entry_without_user_id, entry);
    // Elsewhere it was not recorded, or the group was dismissed again before it could come.
    let comes = [true, false, false, false, false, true];
    for ((build, portrait), comes) in portraits().iter().zip(comes) {
        let second = portrait.second_dismissal.value();
        assert_eq!(second.is_some_and(|s| s.comes && s.after_s.is_some_and(|t| t > 0.0)), comes, "{build}");
    }
}

#[test]
fn no_two_builds_have_the_same_portrait() {
    let facts = |p: &Portrait| {
        let mut json = serde_json::to_value(p).unwrap();
        for about in ["version", "cases", "connections_per_100_callbacks"] {
            json.as_object_mut().unwrap().remove(about);
        }
        json.to_string()
    };
    let all: Vec<String> = portraits().values().map(facts).collect();
    for (n, one) in all.iter().enumerate() {
        assert!(all[n + 1..].iter().all(|other| other != one), "{}", Build::ALL[n]);
    }
}

fn schema_file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results/portrait.schema.json")
}

/// Set to write the committed schema anew.
const UPDATE: &str = "OPENIM_BENCH_UPDATE_SCHEMA";

#[test]
fn the_committed_schema_of_the_portrait_is_the_one_that_the_program_prints() {
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(schema_file(), schema_text()).unwrap();
    }
    assert!(
        std::fs::read_to_string(schema_file()).unwrap_or_default() == schema_text(),
        "results/portrait.schema.json is out of date; run `{UPDATE}=1 cargo test --test it schema` and commit it"
    );
}

#[test]
fn every_portrait_is_valid_by_its_schema_and_read_back_as_it_was() {
    let schema: serde_json::Value = serde_json::from_str(&schema_text()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (build, portrait) in portraits() {
        let json = serde_json::to_value(portrait).unwrap();
        let problems: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
        assert!(problems.is_empty(), "{build}: {problems:?}");
        let bytes = serde_json::to_vec(portrait).unwrap();
        // Of both languages a file keeps the English one.
        let back = parse(&bytes, Path::new("p.json")).unwrap();
        assert_eq!(serde_json::to_value(back).unwrap(), json, "{build}");
    }
}
