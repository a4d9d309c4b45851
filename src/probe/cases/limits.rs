//! Connections and the queue of after-callbacks.

use super::parts::{CREATE, CREATE_PATH, FIRST, FROM_381, OLD};
use crate::probe::case::{Case, Config, Does, Expect, Fact, For, Needs, Saying, Step, Times, Topic, Want};
use crate::say;
use crate::wire::WebhookKey::{AfterCreateGroup, BeforeCreateGroup};

const fn case(name: &'static str, tries: Saying, means: Saying) -> Case {
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
const POOL_DANGER: Saying = || say!("probe-danger-pool");
const OVERFLOW: Expect =
    Expect::answers(&[Want::Success]).facts(&[Fact::Overflow { calls: 150, every_ms: 100, ms: 2000 }]);

pub(super) const CASES: &[Case] = &[
    case("churn_reject", || say!("probe-tries-churn-reject"), || say!("probe-means-churn-reject"))
        .receiver(&[(BeforeCreateGroup, Does::SaysAfter(50, NO))])
        .steps(&[CREATE.times(Times::Callers { callers: 20, rounds: 5 })])
        .needs(Needs::keys(FIRST).slow())
        .expect(&[
            For::these(OLD, Expect::answers(OLD_NO).facts(&[Fact::FewIdle])),
            For::these(FROM_381, Expect::answers(NEW_NO).facts(&[Fact::FewIdle])),
        ]),
    case("pool_150", || say!("probe-tries-pool-150"), || say!("probe-means-pool-150"))
        .receiver(&[(BeforeCreateGroup, Does::SaysAfter(2000, NO))])
        .steps(&[CREATE.times(Times::AtOnce(150))])
        .needs(Needs::keys(FIRST).slow().danger(POOL_DANGER))
        .expect(&[For::every(
            Expect::answers(&[Want::Anything]).facts(&[Fact::Pool { calls: 150, ms: 2000 }]),
        )]),
    case("pool_150_cut", || say!("probe-tries-pool-150-cut"), || say!("probe-means-pool-150-cut"))
        .receiver(&[(BeforeCreateGroup, Does::SaysAfter(4000, NO))])
        .steps(&[CREATE.times(Times::AtOnce(150))])
        .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 5)).slow().danger(POOL_DANGER))
        .expect(&[For::every(
            Expect::answers(&[Want::Anything]).facts(&[Fact::Pool { calls: 150, ms: 4000 }]),
        )]),
    case("after_overload", || say!("probe-tries-after-overload"), || say!("probe-means-after-overload"))
        .receiver(&[(AfterCreateGroup, Does::After(2000))])
        .steps(&[
            SMALL.times(Times::Every { count: 150, ms: 100 }),
            // Until the queue is empty: 102 events at one a second.
            Step::new("/group/get_groups_info", r#"{"groupIDs":["{created}"]}"#).pause(112_000),
        ])
        .needs(Needs::keys(&[AfterCreateGroup]).slow().danger(|| say!("probe-danger-overload")))
        .expect(&[For::every(OVERFLOW)]),
];
