//! Facts from made-up observations: what recordings lack, and what must not be claimed.

use serde_json::json;

use super::*;
use crate::probe::cases::find;
use crate::probe::observation::{Answer, Call, Callback, Connection};
use crate::record::portrait::{Fact, Growth, Redirected, TimeoutSource};
use crate::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use crate::wire::{OpenimVersion, WebhookKey};

const GROUP: &str = r#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfo":{"groupID":"7"}}}"#;
const FIRST: &str = "callbackBeforeCreateGroupCommand";
const AFTER: &str = "callbackAfterCreateGroupCommand";

fn setting() -> Setting {
    Setting {
        version: OpenimVersion::from(Build::Patch16),
        webhooks: None,
        enabled: vec![WebhookKey::BeforeCreateGroup],
        slow: true,
        dangerous: true,
        simulator: false,
    }
}

fn result(name: &str, outcome: CaseOutcome) -> CaseResult {
    CaseResult { case: find(name).unwrap_or_else(|| panic!("no case {name}")), outcome }
}

fn seen(name: &str, observation: Observation) -> CaseResult {
    result(name, CaseOutcome::Seen(Box::new(observation)))
}

fn of(results: &[CaseResult]) -> Portrait {
    derive(results, &setting(), &About::default())
}

fn create(at: f64, seconds: f64, body: &str) -> Call {
    let answer = Answer { status: 200, headers: Vec::new(), body: body.to_owned(), seconds };
    Call {
        path: "/group/create_group".to_owned(),
        operation: String::new(),
        body: json!({"ownerUserID": "o", "memberUserIDs": ["a", "b"], "adminUserIDs": []}),
        at,
        answer: Some(answer),
    }
}

fn callback(command: &str, connection: u64, at: f64, held: f64) -> Callback {
    Callback {
        connection,
        line: format!("POST /cb/{command} HTTP/1.1"),
        at,
        replied_at: Some(at + held),
        ..Callback::default()
    }
}

#[test]
fn a_case_that_was_left_out_says_which_flag_runs_it() {
    let portrait = of(&[
        result("pool_150", CaseOutcome::NotMeasured(Text::plain("--dangerous: it holds connections"))),
        result("abandoned_caller", CaseOutcome::NotTestable(Text::plain("no webhook is enabled"))),
        result("create_ok", CaseOutcome::Failed(Text::plain("the API is gone"))),
    ]);
    assert_eq!(
        portrait.connection_limit,
        Fact::NotMeasured { needs: Text::plain("--dangerous: it holds connections") }
    );
    assert!(matches!(portrait.abandoned_call_creates, Fact::NotTestable { .. }));
    assert!(
        matches!(&portrait.create.commands, Fact::Inconclusive { why } if why.contains("the API is gone"))
    );
    assert!(
        matches!(&portrait.cap_s, Fact::NotMeasured { needs } if *needs == "the case cap_timeout_3600"),
        "{:?}",
        portrait.cap_s
    );
    let verdicts: Vec<CaseVerdict> = portrait.cases.iter().map(|l| l.verdict).collect();
    assert_eq!(verdicts, [CaseVerdict::NotMeasured, CaseVerdict::NotTestable, CaseVerdict::Failed]);
}

#[test]
fn without_any_result_everything_is_unknown_and_nothing_panics() {
    let portrait = of(&[]);
    assert!(portrait.keys.contains_key("beforeCreateGroup"));
    let empty: Vec<CaseResult> =
        crate::probe::cases::CASES.iter().map(|case| seen(case.name, Observation::default())).collect();
    let portrait_of_nothing = of(&empty);
    let json = serde_json::to_value(&portrait_of_nothing).unwrap().to_string();
    assert!(!json.contains("\"state\":\"known\""), "{json}");
    assert!(portrait.create.commands.value().is_none());
}

/// `n` calls at once with `limit` connections and a handler of 2 s.
fn pool(n: u32, limit: u32) -> Observation {
    let round = |i: u32| f64::from(i / limit);
    let at = |i: u32| 0.01 + 2.0 * round(i) + 0.0001 * f64::from(i % limit) + 0.002 * round(i);
    Observation {
        calls: (0..n).map(|i| create(0.0, at(i) + 2.0, GROUP)).collect(),
        callbacks: (0..n).map(|i| callback(FIRST, u64::from(i % limit), at(i), 2.0)).collect(),
        ..Observation::default()
    }
}

#[test]
fn the_connection_limit_is_counted_and_not_assumed() {
    for limit in [100, 50, 120] {
        let portrait = of(&[seen("pool_150", pool(150, limit))]);
        assert_eq!(portrait.connection_limit.value(), Some(&limit), "{:?}", portrait.connection_limit);
    }
    let unlimited = of(&[seen("pool_150", pool(150, 150))]);
    assert!(
        matches!(unlimited.connection_limit, Fact::Inconclusive { .. }),
        "{:?}",
        unlimited.connection_limit
    );
}

#[test]
fn a_peak_that_was_only_touched_is_no_limit() {
    // One call a 40 ms, answered after 1 s: about 25 at once, never held back.
    let calls = (0..150).map(|i| create(0.04 * f64::from(i), 1.1, GROUP)).collect();
    let wobble = |i: u32| if i.is_multiple_of(7) { 0.013 } else { 0.0 };
    let callbacks = (0..150_u32)
        .map(|i| {
            callback(FIRST, u64::from(i), 0.04 * f64::from(i) + wobble(i), 1.0 + 0.001 * f64::from(i / 10))
        })
        .collect();
    let portrait = of(&[seen("pool_150", Observation { calls, callbacks, ..Observation::default() })]);
    assert!(portrait.connection_limit.value().is_none_or(|n| *n < 30), "{:?}", portrait.connection_limit);
}

/// 10 creates a second for 15 s, a handler of 2 s, so many workers and slots, calls that wait `wait` s.
fn overload(workers: usize, slots: usize, wait: f64) -> Observation {
    let mut free = vec![0.0_f64; workers];
    let (mut queue, mut calls, mut callbacks) = (Vec::<f64>::new(), Vec::new(), Vec::new());
    let mut start = |free: &mut Vec<f64>, queue: &mut Vec<f64>, now: f64| {
        while let Some(worker) = free.iter_mut().min_by(|a, b| a.total_cmp(b)).filter(|w| **w <= now)
            && !queue.is_empty()
        {
            let at = worker.max(queue.remove(0));
            callbacks.push(callback(AFTER, 1, at, 2.0));
            *worker = at + 2.0;
        }
    };
    for n in 0..150 {
        let now = 0.1 * f64::from(n);
        start(&mut free, &mut queue, now);
        let full = queue.len() >= slots;
        if !full {
            queue.push(now + 0.003);
            start(&mut free, &mut queue, now + 0.003);
        }
        calls.push(create(now, if full { 0.005 + wait } else { 0.005 }, GROUP));
    }
    start(&mut free, &mut queue, 1e6);
    Observation { calls, callbacks, ..Observation::default() }
}

#[test]
fn the_queue_is_measured_whatever_its_shape() {
    for (workers, slots, wait) in [(2, 100, 3.0), (2, 100, 0.1), (3, 40, 1.0), (2, 10, 0.5)] {
        let queue = of(&[seen("after_overload", overload(workers, slots, wait))]).after_queue;
        let what = format!("{workers} {slots} {wait}: {queue:?}");
        assert_eq!(queue.workers.value().map(|n| *n as usize), Some(workers), "{what}");
        let found = *queue.slots.value().unwrap() as usize;
        assert!(
            found <= slots && found + 3 >= slots,
            "while the last calls waited up to 3 left the queue: {what}"
        );
        assert_eq!(queue.push_wait_s.value(), Some(&wait), "{what}");
        assert!(*queue.lost.value().unwrap() > 0, "{what}");
    }
}

#[test]
fn a_queue_that_never_filled_or_has_not_run_empty_tells_nothing() {
    let queue = of(&[seen("after_overload", overload(2, 1000, 3.0))]).after_queue;
    assert_eq!(queue.lost.value(), Some(&0));
    assert!(queue.slots.value().is_none() && queue.push_wait_s.value().is_none(), "{queue:?}");
    let mut cut = overload(2, 100, 3.0);
    cut.callbacks.last_mut().unwrap().replied_at = None;
    let queue = of(&[seen("after_overload", cut)]).after_queue;
    assert!(queue.lost.value().is_none() && queue.slots.value().is_none(), "{queue:?}");
}

#[test]
fn a_server_that_slows_down_by_itself_is_not_taken_for_the_queue() {
    let mut slow = overload(2, 100, 3.0);
    for (n, call) in slow.calls.iter_mut().enumerate() {
        call.answer.as_mut().unwrap().seconds += 0.05 * n as f64;
    }
    let queue = of(&[seen("after_overload", slow)]).after_queue;
    assert!(queue.push_wait_s.value().is_none(), "{queue:?}");
}

#[test]
fn a_timeout_is_what_was_measured_else_what_the_file_says() {
    let held = |name: &str, s: f64| {
        let mut gone = callback(FIRST, 1, 0.0, 0.0);
        (gone.replied_at, gone.aborted) = (None, Some(s));
        seen(name, Observation { callbacks: vec![gone], ..Observation::default() })
    };
    let timeout = |results: &[CaseResult], setting: &Setting| {
        derive(results, setting, &About::default()).keys["beforeCreateGroup"].effective_timeout_s.clone()
    };
    let measured = timeout(&[held("timeout_before_create", 4.97)], &setting());
    assert_eq!(measured.value().map(|t| (t.value_s, t.source)), Some((5.0, TimeoutSource::Measured)));
    assert!(
        matches!(&measured, Fact::Known { evidence, .. } if evidence.contains("4.970 s")),
        "the raw figure too"
    );
    let odd = timeout(&[held("timeout_before_create", 7.42)], &setting());
    assert_eq!(odd.value().map(|t| t.value_s), Some(7.42));
    // A case with a webhooks.yml of its own says nothing of the deployment's.
    let other = timeout(&[held("timeout_1", 1.0), held("cap_timeout_0", 15.0)], &setting());
    assert!(matches!(other, Fact::NotMeasured { .. }), "{other:?}");
    let mut with_file = setting();
    let config = KeyConfig { enable: true, timeout: 3600, failed_continue: None };
    with_file.webhooks =
        Some(WebhooksYml { url: String::new(), keys: [("beforeCreateGroup".to_owned(), config)].into() });
    let read = timeout(&[], &with_file);
    assert_eq!(read.value().map(|t| (t.value_s, t.source)), Some((15.0, TimeoutSource::WebhooksYml)));
    assert_eq!(read.case(), "");
}

#[test]
fn redirects_and_packing_are_told_by_what_came() {
    let redirect = |next: Option<&str>| {
        let mut callbacks = vec![callback(FIRST, 1, 0.0, 0.0)];
        callbacks.extend(next.map(|method| Callback {
            line: format!("{method} /cb/moved/{FIRST} HTTP/1.1"),
            at: 0.1,
            ..Callback::default()
        }));
        callbacks.push(callback(AFTER, 1, 0.2, 0.0));
        Observation { callbacks, calls: vec![create(0.0, 0.1, GROUP)], ..Observation::default() }
    };
    for (next, expected) in [
        (Some("GET"), Redirected::AsGet),
        (Some("POST"), Redirected::AsPost),
        (None, Redirected::NotFollowed),
    ] {
        let portrait = of(&[seen("redirect_302", redirect(next)), seen("redirect_307", redirect(next))]);
        assert_eq!(portrait.redirects.on_302.value(), Some(&expected));
        assert_eq!(portrait.redirects.on_307.value(), Some(&expected));
    }
    let mut packed = create(0.0, 0.1, GROUP);
    packed.answer.as_mut().unwrap().headers = vec![("content-encoding".to_owned(), "gzip".to_owned())];
    for (call, expected) in [(packed, true), (create(0.0, 0.1, GROUP), false)] {
        let one = |call: &Call| Observation { calls: vec![call.clone()], ..Observation::default() };
        let portrait = of(&[seen("api_gzip", one(&call)), seen("answer_gzip", one(&call))]);
        assert_eq!(portrait.gzip.api_answers.value(), Some(&expected));
        assert_eq!(portrait.gzip.webhook_answers.value(), Some(&true));
    }
}

#[test]
fn connections_kept_are_those_nobody_closed() {
    let connection =
        |number: u64| Connection { number, opened_at: 0.0, closed_by_peer_at: (number > 3).then_some(1.0) };
    let connections = (1..=20).map(connection).collect();
    let portrait = of(&[seen("churn_reject", Observation { connections, ..Observation::default() })]);
    assert_eq!(portrait.idle_connections_kept.value(), Some(&3));
}

#[test]
fn growth_is_told_by_two_creates_of_different_size() {
    let create_with = |members: usize, calls: usize| {
        let mut call = create(0.0, 0.1, GROUP);
        call.body = json!({"ownerUserID": "o", "memberUserIDs": vec!["m"; members - 1]});
        let callbacks =
            (0..calls).map(|n| callback("callbackBeforeMemberJoinGroupCommand", 1, n as f64, 0.0));
        Observation { calls: vec![call], callbacks: callbacks.collect(), ..Observation::default() }
    };
    let growth = |small: usize, large: usize| {
        let results =
            [seen("create_ok", create_with(4, small)), seen("create_many_members", create_with(9, large))];
        of(&results).create.commands.value().unwrap()[0].grows
    };
    assert_eq!(growth(4, 9), Growth::OnceAMember);
    assert_eq!(growth(1, 1), Growth::Once);
    assert_eq!(growth(4, 4), Growth::Otherwise);
}

#[test]
fn a_case_with_a_file_of_its_own_is_judged_by_that_file() {
    let mut gone = callback(FIRST, 1, 0.001, 0.0);
    (gone.replied_at, gone.aborted) = (None, Some(1.0));
    let body = r#"{"errCode":90004,"errMsg":"NetworkError","errDlt":"Error: Post \"http://h/cb/callbackBeforeCreateGroupCommand\": context deadline exceeded HTTP request failed | -> a() b:1, post url=http://h/cb/callbackBeforeCreateGroupCommand"}"#;
    let observation = Observation {
        calls: vec![create(0.0, 1.003, body)],
        callbacks: vec![gone],
        ..Observation::default()
    };
    let mut with_file = setting();
    let config = KeyConfig { enable: true, timeout: 5, failed_continue: None };
    with_file.webhooks =
        Some(WebhooksYml { url: String::new(), keys: [("beforeCreateGroup".to_owned(), config)].into() });
    let line = line(&seen("timeout_1", observation), &with_file);
    assert!(!line.difference.contains("5 s"), "{line:?}");
}

#[test]
fn a_case_line_says_the_verdict_or_the_flag_in_one_line() {
    let say = |outcome| {
        let line = crate::probe::text::case_line(&result("pool_150", outcome), &setting());
        line.en().to_owned()
    };
    let not = say(CaseOutcome::NotMeasured(Text::plain("--slow")));
    assert!(not.starts_with("pool_150") && not.ends_with("not measured: --slow"), "{not}");
    let never = say(CaseOutcome::NotTestable(Text::plain("of\nno\tuse")));
    assert!(never.contains("not testable here: of") && never.lines().count() == 1, "{never}");
    let differs = say(CaseOutcome::Seen(Box::default()));
    assert!(differs.contains("differs: "), "{differs}");
}
