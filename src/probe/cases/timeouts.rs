//! Timeouts: which hold, what they cover, where the cap is.

use super::parts::{CREATE, CREATE_KEYS, FIRST, GOES_ON, ONLY_FIRST, UP_TO_JOIN, WHOLE, stops};
use crate::probe::case::{Case, Config, Does, Expect, Fact, For, Needs, Saying, Topic, Want};
use crate::say;
use crate::wire::WebhookKey::{AfterCreateGroup, BeforeCreateGroup, BeforeMemberJoinGroup};

const fn case(name: &'static str, tries: Saying, means: Saying) -> Case {
    Case::new(Topic::Timeouts, name, tries, means).steps(&[CREATE]).needs(Needs::keys(FIRST).slow())
}

const TIMED_OUT: &[For] =
    &[For::every(stops(&[Want::TimedOut(BeforeCreateGroup)]).facts(&[Fact::Cut(BeforeCreateGroup)]))];

pub(super) const CASES: &[Case] = &[
    case(
        "slow_but_in_time",
        || say!("probe-tries-slow-but-in-time"),
        || say!("probe-means-slow-but-in-time"),
    )
    .receiver(&[(BeforeCreateGroup, Does::InTime)])
    .expect(GOES_ON),
    case(
        "timeout_before_create",
        || say!("probe-tries-timeout-before-create"),
        || say!("probe-means-timeout-before-create"),
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .expect(TIMED_OUT),
    case(
        "timeout_before_join",
        || say!("probe-tries-timeout-before-join"),
        || say!("probe-means-timeout-before-join"),
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::Holds)])
    .needs(Needs::keys(&[BeforeMemberJoinGroup]).slow())
    .expect(&[For::every(
        Expect::answers(&[Want::TimedOut(BeforeMemberJoinGroup)])
            .called(&[UP_TO_JOIN])
            .facts(&[Fact::Cut(BeforeMemberJoinGroup)]),
    )]),
    case("timeout_body", || say!("probe-tries-timeout-body"), || say!("probe-means-timeout-body"))
        .receiver(&[(BeforeCreateGroup, Does::HoldsBody)])
        .expect(&[For::every(
            Expect::answers(&[Want::BodyTimedOut(BeforeCreateGroup)]).called(&[ONLY_FIRST]),
        )]),
    case("timeout_after", || say!("probe-tries-timeout-after"), || say!("probe-means-timeout-after"))
        .receiver(&[(AfterCreateGroup, Does::Holds)])
        .needs(Needs::keys(&[AfterCreateGroup]).slow())
        .expect(&[For::every(
            Expect::answers(&[Want::Success])
                .called(&[WHOLE])
                .facts(&[Fact::Sooner(0, AfterCreateGroup), Fact::Cut(AfterCreateGroup)]),
        )]),
    case("slow_join_each", || say!("probe-tries-slow-join-each"), || say!("probe-means-slow-join-each"))
        .receiver(&[(BeforeMemberJoinGroup, Does::After(1500))])
        .needs(Needs::keys(CREATE_KEYS).slow())
        .expect(&[For::every(Expect::answers(&[Want::Slow {
            key: BeforeMemberJoinGroup,
            ms: 1500,
            members: 4,
        }]))]),
    case("timeout_1", || say!("probe-tries-timeout-1"), || say!("probe-means-timeout-1"))
        .receiver(&[(BeforeCreateGroup, Does::Holds)])
        .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 1)))
        .expect(TIMED_OUT),
    case("timeout_quoted", || say!("probe-tries-timeout-quoted"), || say!("probe-means-timeout-quoted"))
        .receiver(&[(BeforeCreateGroup, Does::Holds)])
        .needs(Needs::keys(FIRST).config(Config::TimeoutText(BeforeCreateGroup, "\"5\"")).slow())
        .expect(TIMED_OUT),
    case("cap_timeout_0", || say!("probe-tries-cap-timeout-0"), || say!("probe-means-cap-timeout-0"))
        .receiver(&[(BeforeCreateGroup, Does::Holds)])
        .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 0)).slow())
        .expect(TIMED_OUT),
    case(
        "cap_timeout_3600",
        || say!("probe-tries-cap-timeout-3600"),
        || say!("probe-means-cap-timeout-3600"),
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 3600)).slow())
    .expect(TIMED_OUT),
    case(
        "cap_timeout_negative",
        || say!("probe-tries-cap-timeout-negative"),
        || say!("probe-means-cap-timeout-negative"),
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, -1)).slow())
    .expect(TIMED_OUT),
    case("failed_continue", || say!("probe-tries-failed-continue"), || say!("probe-means-failed-continue"))
        .receiver(&[(BeforeCreateGroup, Does::Holds)])
        .needs(Needs::keys(FIRST).config(Config::FailedContinue(BeforeCreateGroup)).slow())
        .expect(TIMED_OUT),
];
