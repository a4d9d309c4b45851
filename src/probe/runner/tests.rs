//! The runner against simulators of several builds, with cases of its own.

use std::time::Duration;

use tokio::net::TcpListener;

use super::*;
use crate::clock::RunClock;
use crate::openim::secret::Credentials;
use crate::openim::{AdminConfig, BaseUrl, TlsOptions};
use crate::probe::case::{Acting, Does, Needs, Step, Times, Topic};
use crate::probe::people;
use crate::sim::{SimConfig, serve};
use crate::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use crate::wire::{Build, WebhookKey};

const CREATE: Step = Step::new(
    "/group/create_group",
    r#"{"memberUserIDs":["{m1}","{m2}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#,
);
const CHOSEN: Step = Step::new(
    "/group/create_group",
    r#"{"memberUserIDs":["{m1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"groupID":"{group}"}}"#,
);
const REJECTS: Does =
    Does::Says(r#"{"actionCode":0,"errCode":4001,"errMsg":"no","errDlt":"no","nextCode":1}"#);
const FIRST: WebhookKey = WebhookKey::BeforeCreateGroup;

/// A simulator with the rig; ends when dropped.
struct Stage {
    rig: Rig,
    setting: Setting,
    stop: CancellationToken,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Stage {
    async fn set(build: Build, timeout: i64) -> Stage {
        let hooks = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let enabled = vec![FIRST, WebhookKey::BeforeMemberJoinGroup, WebhookKey::AfterCreateGroup];
        let key = |k: &WebhookKey| {
            (k.name().to_owned(), KeyConfig { enable: true, timeout, failed_continue: None })
        };
        let url = format!("http://{}/cb", hooks.local_addr().unwrap());
        let yml = WebhooksYml { url, keys: enabled.iter().map(key).collect() };
        let api = BaseUrl::parse(&format!("http://{}", socket.local_addr().unwrap())).unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(serve(socket, SimConfig::new(build, yml.clone()), stop.clone()));
        let (clock, tag) = (RunClock::start(), RunTag::from_number(77));
        let own = prefix(tag);
        let receiver = Receiver::new(HashMap::new(), clock, move |header| owns(&own, header));
        tokio::spawn(receiver.clone().serve(hooks, stop.clone()));
        let secret = Secret::new("openIM123");
        let config = AdminConfig {
            base: api.clone(),
            tls: TlsOptions::default(),
            admin_user: "imAdmin".to_owned(),
            credentials: Credentials { secret: Some(secret.clone()), ..Credentials::default() },
            tag,
            timeout: Duration::from_secs(10),
        };
        let admin = Admin::new(config, clock).unwrap();
        let mut rig =
            Rig::new(Arc::new(Api::new(api, &TlsOptions::default(), clock).unwrap()), admin, receiver, tag);
        rig.secret = Some(secret);
        rig.path = "/cb".to_owned();
        rig.cleanup_rate = 500.0;
        let users: Vec<String> = ["owner", "m1", "m2"].iter().filter_map(|n| people::user_id(n)).collect();
        rig.admin.register(&users, "u").await.unwrap();
        let setting = Setting {
            version: build.into(),
            webhooks: Some(yml),
            enabled,
            slow: true,
            dangerous: true,
            simulator: true,
        };
        Stage { rig, setting, stop }
    }

    async fn run(&self, case: &'static Case) -> Observation {
        match self.rig.run_case(case, &self.setting, &CancellationToken::new()).await {
            CaseOutcome::Seen(seen) => *seen,
            other => panic!("{other:?}"),
        }
    }

    /// Those of the calls' groups that are not dismissed.
    async fn there(&self, seen: &Observation) -> usize {
        let made = |call: &Call| call.answer.as_ref()?.json().pointer("/data/groupInfo/groupID").cloned();
        let chosen = |call: &Call| call.body.pointer("/groupInfo/groupID").cloned();
        let ids = seen.calls.iter().flat_map(|call| [made(call), chosen(call)]).flatten();
        let ids: Vec<String> = ids.filter_map(|id| id.as_str().map(str::to_owned)).collect();
        assert!(!ids.is_empty());
        let groups = self.rig.admin.groups_info(&ids).await.unwrap();
        groups.iter().filter(|group| group.status != 2).count()
    }
}

const fn case(name: &'static str, steps: &'static [Step], receiver: &'static [(WebhookKey, Does)]) -> Case {
    Case::unlisted(Topic::Answers, name).steps(steps).receiver(receiver).needs(Needs::keys(&[FIRST]))
}

static PLAIN: Case = case("plain", &[CREATE], &[]);
static REJECTED: Case = case("rejected", &[CREATE], &[(FIRST, REJECTS)]);

fn code(seen: &Observation, call: usize) -> Option<i64> {
    seen.calls[call].answer.as_ref().and_then(crate::probe::observation::Answer::err_code)
}

#[tokio::test]
async fn a_plain_create_is_seen_whole_on_every_build_and_leaves_no_group() {
    for build in Build::ALL {
        let stage = Stage::set(build, 5).await;
        let seen = stage.run(&PLAIN).await;
        assert_eq!(code(&seen, 0), Some(0), "{build}: {seen:?}");
        let members = if build.one_callback_a_member() { 3 } else { 1 };
        assert_eq!(seen.callbacks.len(), 2 + members, "{build}");
        assert!(seen.callbacks.iter().all(|c| c.operation() == seen.calls[0].operation));
        assert!(seen.calls[0].operation.starts_with(&format!("{}plain-", prefix(stage.rig.tag))));
        assert!(seen.calls[0].at >= 0.0 && seen.callbacks.iter().all(|c| c.at >= seen.calls[0].at));
        assert_eq!(stage.there(&seen).await, 0, "{build}");
        assert!(stage.rig.left().is_empty());
    }
}

#[tokio::test]
async fn a_rejection_reaches_the_caller_and_the_next_case_is_answered_neutrally() {
    let stage = Stage::set(Build::Patch16, 5).await;
    let seen = stage.run(&REJECTED).await;
    assert_eq!((code(&seen, 0), seen.callbacks.len()), (Some(4001), 1));
    assert_eq!(code(&stage.run(&PLAIN).await, 0), Some(0));
}

static HELD: Case = case("held", &[CREATE], &[(FIRST, Does::Holds)]);

#[tokio::test]
async fn what_is_held_is_waited_for_until_openim_gives_up() {
    let stage = Stage::set(Build::V380, 1).await;
    let seen = stage.run(&HELD).await;
    assert_eq!(code(&seen, 0), Some(90004));
    let held = seen.callbacks[0].aborted.expect("the callback is seen to be cut");
    assert!((0.5..10.0).contains(&held), "{held}");
    assert!(seen.connections[0].closed_by_peer_at.is_some());
}

static HELD_AFTER: Case = case("held_after", &[CREATE], &[(WebhookKey::AfterCreateGroup, Does::Holds)]);

#[tokio::test]
async fn an_after_callback_is_waited_for_although_the_call_is_over() {
    let stage = Stage::set(Build::Main, 1).await;
    let seen = stage.run(&HELD_AFTER).await;
    assert_eq!(code(&seen, 0), Some(0));
    let after = seen.callbacks.iter().find(|c| c.command().contains("After")).unwrap();
    assert!(after.aborted.is_some(), "{after:?}");
}

static CLOSES: Case = case("closes", &[CREATE], &[(FIRST, Does::Closes)]);
static RESETS: Case = case("resets", &[CREATE], &[(FIRST, Does::Resets)]);
static GZIP: Case = case("gzip", &[CREATE, Step { gzip: true, ..CREATE }], &[(FIRST, Does::Gzip)]);
static MOVED: Case = case("moved", &[CREATE], &[(FIRST, Does::Redirects("302 Found"))]);
static ENDLESS: Case = case("endless", &[CREATE], &[(FIRST, Does::RedirectsAlways("302 Found"))]);

#[tokio::test]
async fn broken_packed_and_moved_answers_are_what_the_case_says() {
    let stage = Stage::set(Build::Patch16, 5).await;
    for broken in [&CLOSES, &RESETS, &ENDLESS] {
        assert_eq!(code(&stage.run(broken).await, 0), Some(90004), "{}", broken.name);
    }
    let packed = stage.run(&GZIP).await;
    assert_eq!((code(&packed, 0), code(&packed, 1)), (Some(0), Some(0)));
    let header =
        |call: usize| packed.calls[call].answer.as_ref().unwrap().header("content-encoding").is_some();
    assert_eq!((header(0), header(1)), (false, true));
    let moved = stage.run(&MOVED).await;
    assert_eq!(code(&moved, 0), Some(0));
    assert!(
        moved.callbacks.iter().any(|c| c.line.starts_with("GET /cb/redirected ")),
        "{:?}",
        moved.callbacks
    );
}

static ABANDONED: Case = case("abandoned", &[CHOSEN.give_up(150)], &[(FIRST, Does::After(400))]);

#[tokio::test]
async fn a_caller_that_gives_up_leaves_a_call_without_answer_and_no_group() {
    let stage = Stage::set(Build::V383, 5).await;
    let seen = stage.run(&ABANDONED).await;
    assert!(seen.calls[0].answer.is_none());
    // Its group came into being all the same, and was dismissed.
    assert!(seen.callbacks.iter().any(|c| c.command() == "callbackAfterCreateGroupCommand"), "{seen:?}");
    assert_eq!(stage.there(&seen).await, 0);
}

static CROWD: Case = case("crowd", &[CHOSEN.times(Times::AtOnce(12))], &[]);
static CALLERS: Case = case("callers", &[CREATE.times(Times::Callers { callers: 3, rounds: 4 })], &[]);
static RHYTHM: Case =
    case("rhythm", &[CREATE.times(Times::Every { count: 4, ms: 40 })], &[(FIRST, Does::After(200))]);

#[tokio::test]
async fn many_calls_come_in_the_rhythm_that_is_asked_for() {
    let stage = Stage::set(Build::Main, 5).await;
    let crowd = stage.run(&CROWD).await;
    assert_eq!(crowd.calls.len(), 12);
    let ids: BTreeSet<String> =
        crowd.calls.iter().map(|c| c.body["groupInfo"]["groupID"].to_string()).collect();
    assert_eq!(ids.len(), 12, "each call has a groupID of its own");
    assert_eq!(stage.there(&crowd).await, 0);
    let callers = stage.run(&CALLERS).await;
    assert_eq!((callers.calls.len(), callers.callbacks.len()), (12, 36));
    assert!(callers.calls.is_sorted_by(|a, b| a.at <= b.at));
    let rhythm = stage.run(&RHYTHM).await;
    let (first, last) = (&rhythm.calls[0], &rhythm.calls[3]);
    assert!(last.at - first.at >= 0.11, "{} {}", first.at, last.at);
    assert!(last.at < first.at + first.answer.as_ref().unwrap().seconds, "calls do not wait for each other");
}

static WHO: Case = case(
    "who",
    &[CREATE.acting(Acting::Owner), CREATE.acting(Acting::Nobody), CREATE.acting(Acting::Stranger)],
    &[],
);
static SECRETIVE: Case =
    case("secretive", &[Step::new("/user/user_register", r#"{"secret":"{secret}","users":[]}"#)], &[]);

#[tokio::test]
async fn tokens_are_those_of_whoever_acts_and_no_secret_is_noted() {
    for build in [Build::V370, Build::V380, Build::Patch16] {
        let stage = Stage::set(build, 5).await;
        let seen = stage.run(&WHO).await;
        let codes: Vec<Option<i64>> = (0..3).map(|n| code(&seen, n)).collect();
        assert_eq!(codes[..2], [Some(0), Some(1001)], "{build}");
        assert!(matches!(codes[2], Some(1501..=1507)), "{build}: {codes:?}");
        let noted = format!("{:?}", stage.run(&SECRETIVE).await);
        assert!(!noted.contains("openIM123"), "{noted}");
    }
}

#[tokio::test]
async fn odd_answers_do_not_reach_callbacks_of_other_operations() {
    let stage = Stage::set(Build::Patch16, 5).await;
    stage.rig.receiver.set(HashMap::from([(
        FIRST.commands()[0].to_owned(),
        crate::probe::receiver::Behaviour { close: true, ..Default::default() },
    )]));
    let token = stage.rig.admin.token().await.unwrap().secret().clone();
    let send = async |operation: &str| {
        let filled = fill(CREATE.body, &stage.rig.values(), &stage.rig.groups).unwrap();
        let request = crate::probe::api::Request {
            path: CREATE.path.to_owned(),
            body: filled.text,
            operation: Some(operation.to_owned()),
            token: Some(token.clone()),
            ..Default::default()
        };
        stage.rig.api.send(&request, Duration::from_secs(10)).await.result.unwrap().err_code()
    };
    assert_eq!(send("somebody-elses").await, Some(0));
    assert_eq!(send(&format!("{}x-0", prefix(stage.rig.tag))).await, Some(90004));
    assert!(stage.rig.receiver.strangers() >= 2);
}

#[test]
fn an_operation_is_owned_also_where_several_are_joined() {
    let own = prefix(RunTag::from_number(5));
    assert!(owns(&own, &format!("{own}a-1")) && owns(&own, &format!("ob1-1-1${own}a-1")));
    assert!(!owns(&own, "probe-1-a-1") && !owns(&own, "") && !owns(&own, &format!("x{own}")));
}

static LONG: Case = case(
    "long",
    &[CREATE, CHOSEN, CREATE],
    &[(WebhookKey::BeforeMemberJoinGroup, Does::SaysAfter(4_000, "{}"))],
);

#[tokio::test]
async fn an_interrupted_case_ends_soon_and_leaves_no_group() {
    let stage = Stage::set(Build::Patch16, 15).await;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stopping.cancel();
    });
    let begun = stage.rig.api.clock().now();
    let outcome = stage.rig.run_case(&LONG, &stage.setting, &stop).await;
    let took_us = stage.rig.api.clock().now().since(begun);
    assert!(matches!(&outcome, CaseOutcome::NotMeasured(why) if *why == "interrupted"), "{outcome:?}");
    assert!(took_us < 8_000_000, "three creates of 4 s each would take longer: {took_us}");
    assert!(stage.rig.left().is_empty());
    // The one that was held was let go, so its group became known.
    let created = stage.rig.receiver.callbacks().into_iter().find(|c| c.command().contains("AfterCreate"));
    let id = created.expect("the held create went on").json()["groupID"].as_str().unwrap().to_owned();
    let groups = stage.rig.admin.groups_info(&[id]).await.unwrap();
    assert!(groups.iter().all(|group| group.status == 2), "{groups:?}");
}

static IN_TIME: Case = case("in_time", &[CREATE], &[(FIRST, Does::InTime)]);

#[tokio::test]
async fn an_answer_in_time_is_in_time_and_is_not_tried_where_the_timeout_is_not_known() {
    let mut stage = Stage::set(Build::V380, 1).await;
    let seen = stage.run(&IN_TIME).await;
    assert_eq!(code(&seen, 0), Some(0));
    assert!(seen.calls[0].answer.as_ref().unwrap().seconds >= 0.5);
    stage.setting.webhooks = None;
    let outcome = stage.rig.run_case(&IN_TIME, &stage.setting, &CancellationToken::new()).await;
    assert!(matches!(&outcome, CaseOutcome::NotMeasured(why) if why.contains("--webhooks")), "{outcome:?}");
}

#[tokio::test]
async fn groups_that_cannot_be_dismissed_are_told() {
    let stage = Stage::set(Build::Patch16, 5).await;
    stage.rig.note(["712345".to_owned()].into_iter());
    // The API goes away.
    stage.stop.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(stage.rig.clean_up().await.is_some());
    assert_eq!(stage.rig.left(), ["712345"]);
}

#[tokio::test]
async fn an_api_that_is_gone_fails_the_case() {
    let stage = Stage::set(Build::Patch16, 5).await;
    stage.rig.admin.token().await.unwrap();
    stage.stop.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let outcome = stage.rig.run_case(&PLAIN, &stage.setting, &CancellationToken::new()).await;
    assert!(matches!(outcome, CaseOutcome::Failed(_)), "{outcome:?}");
}
