//! Tests of the way from a profile to a plan.

use super::*;
use crate::profile::load::{LoadRequest, ProfileSource, load};
use crate::wire::Build;
use crate::wire::webhooks_yml::KeyConfig;

fn loaded(text: &str, sets: &[&str]) -> Loaded {
    load(LoadRequest {
        source: ProfileSource::Text { name: "mine.toml".to_owned(), text: text.to_owned() },
        sets: sets.iter().map(|s| (*s).to_owned()).collect(),
        ..LoadRequest::default()
    })
    .unwrap()
}

fn context() -> ResolveContext<'static> {
    ResolveContext::new("run-1", RunTag::from_number(1))
}

fn plan(text: &str, sets: &[&str]) -> RunPlan {
    resolve(&loaded(text, sets), context()).unwrap_or_else(|e| panic!("{e}"))
}

fn refused(sets: &[&str]) -> String {
    resolve(&loaded("", sets), context()).unwrap_err().to_string()
}

const REAL: &str = "target.url=http://127.0.0.1:10002";

fn yml() -> WebhooksYml {
    let config = |enable, timeout| KeyConfig { enable, timeout, failed_continue: None };
    WebhooksYml {
        url: "http://127.0.0.1:10006/cb".to_owned(),
        keys: BTreeMap::from([
            ("beforeCreateGroup".to_owned(), config(true, 3600)),
            ("afterCreateGroup".to_owned(), config(true, 3)),
            ("beforeMemberJoinGroup".to_owned(), config(false, 4)),
            ("beforeSendSingleMsg".to_owned(), config(true, 5)),
        ]),
    }
}

#[test]
fn the_defaults_make_a_plan_with_the_warm_up_first() {
    let plan = plan("", &[]);
    let kinds: Vec<_> = plan.phases.iter().map(|p| (p.kind, p.start_s, p.measured)).collect();
    assert_eq!(kinds, [(PhaseKind::Warmup, 0.0, false), (PhaseKind::Steady, 2.0, true)]);
    assert_eq!(plan.expected_arrivals, 220);
    assert_eq!(plan.basis, Basis::Simulated);
    assert_eq!(plan.timeouts.values().collect::<Vec<_>>(), [&5, &5, &5]);
    assert_eq!(plan.expect.unwrap().len(), 3);
}

#[test]
fn phases_follow_each_other_and_outages_are_not_measured() {
    let text = "
        [load]
        warmup = \"4s\"
        [[load.phase]]
        kind = \"ramp\"
        from = 10
        rate = 30
        duration = \"10s\"
        [[load.phase]]
        kind = \"outage\"
        rate = 30
        duration = \"5s\"
        [[load.phase]]
        kind = \"spike\"
        from = 10
        rate = 40
        duration = \"30s\"
        [[load.phase]]
        kind = \"steps\"
        from = 0
        rate = 20
        duration = \"10s\"
    ";
    let plan = plan(text, &[]);
    let starts: Vec<f64> = plan.phases.iter().map(|p| p.start_s).collect();
    assert_eq!(starts, [0.0, 4.0, 14.0, 19.0, 49.0]);
    let measured: Vec<bool> = plan.phases.iter().map(|p| p.measured).collect();
    assert_eq!(measured, [false, true, false, true, true]);
    assert_eq!(plan.phases[0].rate, 10.0, "the warm-up runs at the rate that the ramp begins with");
    assert_eq!(plan.phases[2].source, Some(1));
    // 4·10 + 10·20 + 5·30 + 30·20 + 10·10
    assert_eq!(plan.expected_arrivals, 40 + 200 + 150 + 600 + 100);
}

#[test]
fn a_warm_up_phase_of_its_own_replaces_the_default_one() {
    let text = "[[load.phase]]\nkind = \"warmup\"\n[[load.phase]]\nkind = \"steady\"\n";
    assert_eq!(plan(text, &[]).phases.len(), 2);
    assert_eq!(plan(text, &["load.warmup=1s"]).phases.len(), 3);
}

#[test]
fn enabled_keys_and_effective_timeouts_come_from_webhooks_yml_unless_the_profile_says_otherwise() {
    let yml = yml();
    let with = |sets: &[&str]| {
        resolve(&loaded("", sets), ResolveContext { webhooks_yml: Some(&yml), ..context() }).unwrap()
    };
    let plan = with(&[REAL]);
    assert_eq!(plan.expect, Some(vec![WebhookKey::BeforeCreateGroup, WebhookKey::AfterCreateGroup]));
    assert_eq!(plan.timeouts[&WebhookKey::BeforeCreateGroup], 15, "3600 is capped");
    assert_eq!(plan.timeouts[&WebhookKey::BeforeMemberJoinGroup], 4);
    let plan = with(&[REAL, "webhook.timeout.beforeCreateGroup=6", "webhook.expect=[]"]);
    assert_eq!(plan.expect, Some(vec![]));
    assert_eq!(plan.timeouts[&WebhookKey::BeforeCreateGroup], 6);
}

#[test]
fn without_a_file_a_real_target_leaves_keys_and_timeouts_to_preflight() {
    let plan = plan("", &[REAL]);
    assert_eq!((plan.expect, plan.timeouts.len(), plan.basis), (None, 0, Basis::Modelled));
}

#[test]
fn the_basis_is_replay_only_when_every_handler_replays() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let hlog = |key: &str| {
        format!("handler.{key}.delay={{ hlog = {{ file = {:?} }} }}", file.path().display().to_string())
    };
    let (before, after) = (hlog("beforeCreateGroup"), hlog("afterCreateGroup"));
    let expect = "webhook.expect=beforeCreateGroup,afterCreateGroup";
    assert_eq!(plan("", &[REAL, expect, &before, &after]).basis, Basis::Replay);
    assert_eq!(plan("", &[REAL, expect, &before]).basis, Basis::Modelled);
    assert_eq!(plan("", &[expect, &before, &after]).basis, Basis::Simulated);
}

#[test]
fn a_version_is_parsed_and_auto_is_left_to_preflight() {
    assert_eq!(plan("", &["target.version=v3.7.0"]).version.unwrap().build, Build::V370);
    assert_eq!(plan("", &[]).version, None);
    assert!(refused(&["target.version=3.6"]).contains("`target.version`"));
}

#[test]
fn a_load_that_needs_more_groups_than_the_cap_is_refused_with_both_numbers() {
    let text = refused(&["load.rate=1000", "load.arrivals=constant"]);
    assert!(text.contains("allows 10000 groups") && text.contains("--set limits.groups=22000"), "{text}");
    plan("", &["load.rate=1000", "load.arrivals=constant", "limits.groups=22000"]);
    plan("", &["load.rate=1000", "load.operation=kick"]);
    plan("", &["load.rate=1000", "load.loop=closed"]);
}

#[test]
fn a_foreign_host_is_refused_unless_allowed() {
    let text = refused(&["target.url=https://im.example.com/api"]);
    assert!(text.contains("--allow-host im.example.com") && text.contains("10000 groups"), "{text}");
    plan("", &["target.url=https://im.example.com/api", "limits.allowed_hosts=im.example.com"]);
    for url in ["http://localhost:10002", "https://127.3.2.1/x", "http://[::1]:10002"] {
        plan("", &[&format!("target.url={url}")]);
    }
    for url in [
        "127.0.0.1:10002",
        "http://",
        "http://h:x",
        "ftp://h",
        "http://h?x=1",
        "http://u:p@127.0.0.1",
        "simm",
    ] {
        assert!(refused(&[&format!("target.url={url}")]).contains("`target.url`"), "{url}");
    }
}

#[test]
fn a_proxy_needs_to_know_its_upstream_and_nothing_that_answers_in_its_place() {
    assert!(refused(&["webhook.mode=proxy"]).contains("upstream = \"http://host:port\""));
    let with = |more| ["webhook.mode=proxy", "webhook.upstream=http://127.0.0.1:1", more];
    for more in [
        "webhook.workers=2",
        "webhook.forward_others=http://127.0.0.1:2",
        "handler.beforeCreateGroup.workers=1",
    ] {
        let text = refused(&with(more));
        assert!(text.contains("no meaning"), "{more}: {text}");
    }
}

#[test]
fn values_that_make_no_sense_are_refused_by_key() {
    for (set, word) in [
        ("load.rate=0", "above 0"),
        ("load.rate=-1", "above 0"),
        ("load.duration=0s", "longer"),
        ("limits.in_flight=0", "at least 1"),
        ("limits.abort_failures=0", "share"),
        ("recommend.misfire=1", "share"),
        ("recommend.misfire=0", "share"),
        ("recommend.margin=15", "at most 14"),
        ("recommend.caller_budget=0s", "longer"),
        ("recommend.packet_loss=1", "share"),
        ("recommend.production_rate=0", "above 0"),
        ("recommend.spell=0s", "longer"),
        ("cleanup.rate=0", "above 0"),
        ("webhook.keep_host=true", "proxy"),
        ("webhook.upstream=http://127.0.0.1:1", "proxy"),
        ("webhook.listen=localhost", "127.0.0.1:10006"),
        ("webhook.path=callback", "start with"),
        ("webhook.path=/callback/", "start with"),
        ("webhook.processes=0", "at least 1"),
        ("webhook.workers=0", "at least 1"),
        ("load.members=1001", "1000"),
        ("load.users.pool=2", "up to 3"),
        ("load.members={min=3,max=2}", "min must not be above"),
        ("load.arrivals=replay", "offsets_file"),
        ("load.callers_hold_workers=true", "webhook.workers"),
        ("load.operation={create=0}", "not above 0"),
        ("load.operation={}", "nothing"),
        ("load.phase=[{kind=\"outage\"}]", "not measured"),
        ("load.phase=[{kind=\"ramp\",rate=0}]", "both 0"),
        ("load.phase=[{kind=\"steps\",steps=0}]", "at least 1"),
        ("load.phase=[{rate=0}]", "above 0"),
        (
            "load.phase=[{},{kind=\"outage\",fault=\"refuse\",keys=[\"beforeCreateGroup\"]}]",
            "all webhooks share one listener",
        ),
        ("load.phase=[{},{kind=\"outage\",fault=\"slow\"}]", "none of the webhooks that fail has a delay"),
        ("load.phase=[{},{kind=\"outage\",fault=\"hang\",factor=2.0}]", "fault = \"slow\""),
        ("load.phase=[{},{kind=\"outage\",fault=\"slow\",factor=0.5}]", "is 0.5"),
        ("load.phase=[{keys=[\"beforeCreateGroup\"]}]", "kind `outage`"),
        ("load.phase=[{},{kind=\"outage\",keys=[\"afterQuitGroup\"]}]", "afterQuitGroup"),
        ("objective.failed_share=2", "from 0 to 1"),
        ("objective={p50=\"2s\",p99=\"1s\"}", "cannot be faster"),
        ("handler.beforeCreateGroup.workers=0", "at least 1"),
        ("handler.beforeCreateGroup.delay={lognormal={median=\"2s\",p99=\"1s\"}}", "above the median"),
        ("handler.beforeCreateGroup.delay={uniform={min=\"2s\",max=\"1s\"}}", "min must not"),
        ("handler.beforeCreateGroup.delay={pareto={min=\"1s\",alpha=0}}", "above 0"),
        ("handler.beforeCreateGroup.delay={mixture=[]}", "parts"),
        ("handler.beforeCreateGroup.delay={stall={every=\"1s\",duration=\"1s\"}}", "less than `every`"),
        ("handler.beforeCreateGroup.delay={hlog={file=\"/no/such\"}}", "not a file"),
        ("target.sim.service_time={uniform={min=\"2s\",max=\"1s\"}}", "min must not"),
    ] {
        let text = refused(&[set]);
        let key: String = set.chars().take_while(|c| !"=.{".contains(*c)).collect();
        assert!(text.contains(word) && text.contains(&format!("`{key}.")), "{set}: {text}");
        assert!(text.contains(&format!("--set {set}")), "{set}: {text}");
    }
    let closed = refused(&["load.loop=closed", "load.callers=0"]);
    assert!(closed.contains("`load.callers`"), "{closed}");
}

#[test]
fn all_problems_come_back_together() {
    let error = resolve(&loaded("", &["load.rate=0", "cleanup.rate=0"]), context()).unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert_eq!(error.exit(), crate::exit::Exit::Usage);
}

#[test]
fn a_replay_counts_its_offsets_and_ends_after_the_last() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let set = format!("load.offsets_file={}", file.path().display());
    let loaded = loaded("", &["load.arrivals=replay", &set]);
    let offsets = [0.5, 1.0, 2.5, 7.0].map(Offset::from_secs_f64);
    let plan = resolve(&loaded, ResolveContext { offsets: Some(&offsets), ..context() }).unwrap();
    assert_eq!(plan.expected_arrivals, 4);
    let end = plan.phases[1].start_s + plan.phases[1].duration_s;
    assert!(end > 7.0 && end < 7.1, "{end}");
    assert_eq!(plan.phases[0].rate, 1.0);
    let early = [Offset::from_secs_f64(0.5)];
    let error = resolve(&loaded, ResolveContext { offsets: Some(&early), ..context() }).unwrap_err();
    assert!(error.to_string().contains("nothing would be measured"), "{error}");
}

#[test]
fn a_users_file_must_hold_enough_users_for_one_group() {
    let loaded = loaded("", &["load.users.file=u.txt", "load.members=3"]);
    let with = |n| resolve(&loaded, ResolveContext { users_in_file: Some(n), ..context() });
    assert!(with(4).is_ok());
    assert!(with(3).unwrap_err().to_string().contains("`load.users.file`"));
}

#[test]
fn the_shares_of_a_mix_add_up_to_one() {
    let plan = plan("", &["load.operation={create=1,kick=3}"]);
    let shares = operation_shares(&plan.profile.load.operation);
    assert_eq!(shares[&Operation::Kick], 0.75);
    assert_eq!(shares.values().sum::<f64>(), 1.0);
    assert!(plan.expect.unwrap().contains(&WebhookKey::AfterKickGroupMember));
}

#[test]
fn a_portrait_gives_only_the_timeouts_that_the_profile_and_webhooks_yml_leave_open() {
    let yml = yml();
    let timeouts = BTreeMap::from([
        (WebhookKey::BeforeCreateGroup, 7),
        (WebhookKey::AfterCreateGroup, 8),
        (WebhookKey::AfterQuitGroup, 9),
    ]);
    let portrait = PortraitDefaults { version: Build::V380.into(), timeouts };
    let with = |sets: &[&str], webhooks_yml| {
        let context = ResolveContext { webhooks_yml, portrait: Some(portrait.clone()), ..context() };
        resolve(&loaded("", sets), context).unwrap()
    };
    let plan = with(&[REAL, "webhook.timeout.beforeCreateGroup=2"], Some(&yml));
    let timeout = |key| plan.timeouts[&key];
    assert_eq!(timeout(WebhookKey::BeforeCreateGroup), 2, "webhook.timeout");
    assert_eq!(timeout(WebhookKey::AfterCreateGroup), 3, "webhook.yml");
    assert_eq!(timeout(WebhookKey::AfterQuitGroup), 9, "portrait");
    let by_portrait: Vec<_> =
        plan.sources.iter().filter(|(_, s)| *s == FROM_PORTRAIT).map(|(k, _)| k).collect();
    assert_eq!(by_portrait, ["webhook.timeout.afterQuitGroup"]);
    assert_eq!(plan.version, None, "of a deployment preflight tells");
    let simulated = with(&[], None);
    assert_eq!(simulated.version.unwrap().build, Build::V380, "the simulator imitates it");
    assert_eq!(simulated.timeouts[&WebhookKey::BeforeCreateGroup], 7);
    assert_eq!(simulated.timeouts[&WebhookKey::BeforeMemberJoinGroup], 5, "the rest is as shipped");
    let given = with(&["target.version=main"], None);
    assert_eq!(given.version.unwrap().build, Build::Main, "target.version is first");
}
