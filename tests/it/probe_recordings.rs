//! Recordings of real servers, judged by the cases that the probe runs.

use std::path::PathBuf;
use std::sync::OnceLock;

use openim_bench::probe::case::{Case, Config, Setting, Verdict};
use openim_bench::probe::cases::{CASES, NO_CASE, find};
use openim_bench::probe::judge::{judge, label};
use openim_bench::probe::observation::Observation;
use openim_bench::probe::recording::{RECORDED_KEYS, Recording, load};
use openim_bench::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use openim_bench::wire::{Build, WebhookKey};

fn folder() -> PathBuf {
    let named = std::env::var_os("OPENIM_RECORDINGS").filter(|v| !v.is_empty());
    named.map_or_else(|| PathBuf::from("tests/recordings"), PathBuf::from)
}

/// The recorded configuration, with the difference that the case asks for.
fn setting(build: Build, case: &Case) -> Setting {
    let mut webhooks =
        WebhooksYml { url: "http://127.0.0.1:1/callbackExample".to_owned(), ..Default::default() };
    for key in RECORDED_KEYS {
        let config = KeyConfig { enable: true, timeout: 5, failed_continue: None };
        webhooks.keys.insert(key.name().to_owned(), config);
    }
    let changed = match case.needs.config {
        Some(Config::Timeout(key, timeout)) => Some((key, timeout)),
        // Recorded with a timeout of 1 s.
        Some(Config::FailedContinue(key)) => Some((key, 1)),
        _ => None,
    };
    if let Some((key, timeout)) = changed {
        webhooks.keys.get_mut(key.name()).unwrap().timeout = timeout;
    }
    Setting {
        version: build.into(),
        webhooks: Some(webhooks),
        enabled: RECORDED_KEYS.to_vec(),
        slow: true,
        dangerous: true,
        simulator: true,
    }
}

fn recording(build: Build, name: &str) -> Recording {
    static ALL: OnceLock<Vec<Recording>> = OnceLock::new();
    let all = ALL.get_or_init(|| load(&PathBuf::from("tests/recordings")).unwrap().0);
    all.iter().find(|r| r.build == build && r.scenario == name).unwrap().clone()
}

fn judged(build: Build, name: &str, seen: &Observation) -> Verdict {
    let case = find(name).unwrap();
    judge(case, seen, &setting(build, case))
}

#[test]
fn every_recording_is_what_its_case_expects_of_its_build() {
    let (recordings, left_out) = load(&folder()).unwrap();
    for reason in left_out {
        println!("{}", reason.en());
    }
    let (mut wrong, mut homeless) = (Vec::new(), Vec::new());
    for recording in &recordings {
        let at = format!("{:32} {:28}", recording.scenario, recording.folder);
        if let Some((_, reason)) = NO_CASE.iter().find(|(name, _)| *name == recording.scenario) {
            println!("{at} no case: {reason}");
            continue;
        }
        let Some(case) = find(&recording.scenario) else {
            homeless.push(at);
            continue;
        };
        match judge(case, &recording.observation(), &setting(recording.build, case)) {
            Verdict::Matches(builds) => println!("{at} matches {}", label(&builds).en()),
            Verdict::Differs { like, difference } => {
                println!("{at} DIFFERS (like {}): {}", label(&like).en(), difference.en());
                wrong.push(at);
            }
        }
    }
    assert!(homeless.is_empty(), "recordings without a case: {homeless:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(!recordings.is_empty());
}

#[test]
fn where_builds_differ_the_recording_of_one_does_not_fit_another() {
    use Build::{Main, MainStandalone, Patch16, V370, V380, V383};
    for (name, build, others) in [
        ("reject_0", V370, &[V383, Patch16, Main, MainStandalone][..]),
        ("reject_0", V383, &[V370, V380, Main, MainStandalone]),
        ("reject_0", Main, &[V370, V380, V383, Patch16, MainStandalone]),
        ("reject_50", V370, &[V383, Main]),
        ("reject_50", Main, &[V370, V380, V383, Patch16, MainStandalone]),
        ("reject_4001", V380, &[V383, Patch16, Main, MainStandalone]),
        ("slow_join_each", V370, &[V380, V383, Patch16, Main, MainStandalone]),
        ("slow_join_each", V383, &[V370]),
        ("create_ok", V370, &[V380, V383, Patch16, Main, MainStandalone]),
        ("create_ok", Main, &[V370]),
        ("close_without_answer", V383, &[V370, V380, Patch16, Main, MainStandalone]),
        ("answer_empty", V380, &[V383, Patch16, Main, MainStandalone]),
        ("errors_api", V370, &[V380, V383, Patch16, Main, MainStandalone]),
        ("errors_api", V383, &[V370, V380, Patch16, Main, MainStandalone]),
        ("flow_join_direct", Patch16, &[V370, V380, V383, Main, MainStandalone]),
        ("flow_join_direct", V380, &[V370, V383, Patch16, Main, MainStandalone]),
        ("after_overload", V370, &[V383, Patch16, Main, MainStandalone]),
        ("after_overload", Patch16, &[V370, V380]),
        ("join_entry_no_userid", Main, &[V370, V383, Patch16, MainStandalone]),
    ] {
        let seen = recording(build, name).observation();
        let Verdict::Matches(fitting) = judged(build, name, &seen) else { panic!("{name} {build}") };
        for other in others {
            assert!(!fitting.contains(other), "{name} of {build} fits {other}");
            let Verdict::Differs { like, difference } = judged(*other, name, &seen) else {
                panic!("{name} of {build} fits {other}")
            };
            assert!(like.contains(&build), "{name}");
            assert!(difference.contains("expected ") && difference.contains("seen "), "{difference:?}");
        }
    }
}

/// The difference that is found once something was changed.
fn after(build: Build, name: &str, change: impl FnOnce(&mut Observation)) -> String {
    let mut seen = recording(build, name).observation();
    change(&mut seen);
    match judged(build, name, &seen) {
        Verdict::Differs { difference, .. } => difference.en().to_owned(),
        Verdict::Matches(_) => panic!("{name}: the change was not found"),
    }
}

#[test]
fn another_err_code_is_found() {
    let difference = after(Build::Main, "reject_4001", |seen| {
        let answer = seen.calls[0].answer.as_mut().unwrap();
        answer.body = answer.body.replace("4001", "4002");
    });
    assert!(difference.contains("4001") && difference.contains("4002"), "{difference:?}");
}

#[test]
fn a_missing_callback_is_found() {
    for (build, place) in [(Build::V370, 2), (Build::V383, 1), (Build::Main, 2)] {
        let difference = after(build, "create_ok", |seen| drop(seen.callbacks.remove(place)));
        assert!(difference.starts_with("expected callbacks "), "{difference:?}");
    }
}

#[test]
fn a_callback_too_many_is_found() {
    let difference = after(Build::V383, "reject_4001", |seen| {
        let mut second = seen.callbacks[0].clone();
        second.line = "POST /callbackAfterCreateGroupCommand HTTP/1.1".to_owned();
        seen.callbacks.push(second);
    });
    assert!(difference.contains("afterCreateGroup"), "{difference:?}");
}

#[test]
fn another_order_of_before_callbacks_is_found() {
    let difference = after(Build::Main, "create_ok", |seen| seen.callbacks.swap(0, 1));
    assert!(difference.contains("beforeMemberJoinGroup, beforeCreateGroup"), "{difference:?}");
    let difference = after(Build::Main, "create_ok", |seen| seen.callbacks.swap(1, 2));
    assert!(difference.starts_with("expected callbacks "), "{difference:?}");
}

#[test]
fn a_wait_that_is_too_short_or_too_long_is_found() {
    for seconds in [0.01, 4.5, 9.0] {
        let difference = after(Build::Patch16, "timeout_before_create", |seen| {
            seen.calls[0].answer.as_mut().unwrap().seconds = seconds;
        });
        assert!(difference.contains("after 5 s"), "{difference:?}");
    }
    let difference = after(Build::V370, "slow_join_each", |seen| {
        seen.calls[0].answer.as_mut().unwrap().seconds = 1.5;
    });
    assert!(difference.contains("after 6 s"), "{difference:?}");
}

#[test]
fn one_connection_more_or_less_is_found() {
    let difference = after(Build::Main, "pool_150", |seen| {
        for callback in &mut seen.callbacks {
            callback.at = 0.0;
        }
    });
    assert!(difference.contains("expected 100 callbacks at once, seen 150"), "{difference:?}");
}

#[test]
fn keys_that_are_not_enabled_are_not_expected_and_others_may_call_back() {
    let mut seen = recording(Build::Main, "create_ok").observation();
    let mut other = seen.callbacks[0].clone();
    other.line = "POST /callbackBeforeCreateGroupChatConversationsCommand HTTP/1.1".to_owned();
    seen.callbacks.push(other);
    assert!(matches!(judged(Build::Main, "create_ok", &seen), Verdict::Matches(_)));

    let case = find("create_ok").unwrap();
    let mut setting = setting(Build::Main, case);
    setting.enabled.retain(|key| *key != WebhookKey::BeforeMemberJoinGroup);
    seen.callbacks.retain(|c| !c.command().contains("MembersJoin"));
    assert!(matches!(judge(case, &seen, &setting), Verdict::Matches(_)));
}

#[test]
fn a_timeout_that_nobody_knows_must_be_a_whole_number_of_seconds() {
    let case = find("timeout_before_create").unwrap();
    let mut unknown = setting(Build::V383, case);
    unknown.webhooks = None;
    let mut seen = recording(Build::V383, "timeout_before_create").observation();
    assert!(matches!(judge(case, &seen, &unknown), Verdict::Matches(_)));
    seen.calls[0].answer.as_mut().unwrap().seconds = 4.85;
    assert!(matches!(judge(case, &seen, &unknown), Verdict::Differs { .. }));
}

#[test]
fn a_timeout_of_another_length_is_held_against_the_file() {
    let case = find("timeout_before_join").unwrap();
    let seen = recording(Build::Main, "timeout_before_join").observation();
    let mut longer = setting(Build::Main, case);
    longer.webhooks.as_mut().unwrap().keys.get_mut("beforeMemberJoinGroup").unwrap().timeout = 8;
    assert!(matches!(judge(case, &seen, &longer), Verdict::Differs { .. }));
}

#[test]
fn what_belongs_to_another_case_is_judged_without_a_panic() {
    let others =
        ["create_ok", "errors_api", "pool_150"].map(|name| recording(Build::Main, name).observation());
    for case in CASES {
        let setting = setting(Build::Main, case);
        assert!(matches!(judge(case, &Observation::default(), &setting), Verdict::Differs { .. }));
        for other in &others {
            let _ = judge(case, other, &setting);
        }
    }
}
