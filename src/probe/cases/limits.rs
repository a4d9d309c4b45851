//! Connections and the queue of after-callbacks.

use super::parts::{CREATE, CREATE_PATH, FIRST, FROM_381, OLD};
use crate::probe::case::{Case, Config, Does, Expect, Fact, For, Needs, Step, Times, Topic, Want};
use crate::wire::WebhookKey::{AfterCreateGroup, BeforeCreateGroup};

const fn case(name: &'static str, tries: &'static str, means: &'static str) -> Case {
    Case::new(Topic::Limits, name, tries, means)
}

/// One member: as many creates as fit.
const SMALL: Step = Step::new(
    CREATE_PATH,
    r#"{"memberUserIDs":["{m1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#,
);
const NO: &str = r#"{"actionCode":0,"errCode":4001,"errMsg":"no","errDlt":"no","nextCode":1}"#;
const OLD_NO: &[Want] = &[Want::Says(4001, "4001 no no", "4001 no no")];
const NEW_NO: &[Want] = &[Want::Says(4001, "no", "no")];
const POOL_DANGER: &str = "for as long as it runs OpenIM has no connection left for the callbacks of other users, whose operations wait or fail with 90004";
const OVERFLOW: Expect =
    Expect::answers(&[Want::Success]).facts(&[Fact::Overflow { calls: 150, every_ms: 100, ms: 2000 }]);

pub(super) const CASES: &[Case] = &[
    case(
        "churn_reject",
        "20 callers at once, five times each",
        "OpenIM keeps 2 idle connections: with more callbacks at once nearly each one is a new connection; a TLS handshake would be paid every time.",
    )
    .receiver(&[(BeforeCreateGroup, Does::SaysAfter(50, NO))])
    .steps(&[CREATE.times(Times::Callers { callers: 20, rounds: 5 })])
    .needs(Needs::keys(FIRST).slow())
    .expect(&[
        For::these(OLD, Expect::answers(OLD_NO).facts(&[Fact::FewIdle])),
        For::these(FROM_381, Expect::answers(NEW_NO).facts(&[Fact::FewIdle])),
    ]),
    case(
        "pool_150",
        "150 creates at once, refused after 2 s",
        "OpenIM opens 100 connections to a host; the 101st callback waits for one, and its timeout runs meanwhile.",
    )
    .receiver(&[(BeforeCreateGroup, Does::SaysAfter(2000, NO))])
    .steps(&[CREATE.times(Times::AtOnce(150))])
    .needs(Needs::keys(FIRST).slow().danger(POOL_DANGER))
    .expect(&[For::every(Expect::answers(&[Want::Anything]).facts(&[Fact::Pool { calls: 150, ms: 2000 }]))]),
    case(
        "pool_150_cut",
        "150 creates at once, refused after 4 s, timeout 5",
        "More than 100 slow callbacks at once fail although your handler is within its timeout: keep rate × handler time below 100.",
    )
    .receiver(&[(BeforeCreateGroup, Does::SaysAfter(4000, NO))])
    .steps(&[CREATE.times(Times::AtOnce(150))])
    .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 5)).slow().danger(POOL_DANGER))
    .expect(&[For::every(Expect::answers(&[Want::Anything]).facts(&[Fact::Pool { calls: 150, ms: 4000 }]))]),
    case(
        "after_overload",
        "10 creates a second with an after-handler of 2 s",
        "All after-callbacks share 2 workers and 100 slots: a slow handler first delays every call, then events are lost without a word. Answer first, work later.",
    )
    .receiver(&[(AfterCreateGroup, Does::After(2000))])
    .steps(&[
        SMALL.times(Times::Every { count: 150, ms: 100 }),
        // Until the queue is empty: 102 events at one a second.
        Step::new("/group/get_groups_info", r#"{"groupIDs":["{created}"]}"#).pause(112_000),
    ])
    .needs(Needs::keys(&[AfterCreateGroup]).slow().danger(
        "for two minutes after-callbacks of other users' operations are late, and some never come",
    ))
    .expect(&[For::every(OVERFLOW)]),
];
