//! Timeouts: which hold, what they cover, where the cap is.

use super::parts::{CREATE, CREATE_KEYS, FIRST, GOES_ON, ONLY_FIRST, UP_TO_JOIN, WHOLE, stops};
use crate::probe::case::{Case, Config, Does, Expect, Fact, For, Needs, Topic, Want};
use crate::wire::WebhookKey::{AfterCreateGroup, BeforeCreateGroup, BeforeMemberJoinGroup};

const fn case(name: &'static str, tries: &'static str, means: &'static str) -> Case {
    Case::new(Topic::Timeouts, name, tries, means).steps(&[CREATE]).needs(Needs::keys(FIRST).slow())
}

const TIMED_OUT: &[For] =
    &[For::every(stops(&[Want::TimedOut(BeforeCreateGroup)]).facts(&[Fact::Cut(BeforeCreateGroup)]))];

pub(super) const CASES: &[Case] = &[
    case(
        "slow_but_in_time",
        "beforeCreateGroup is answered just before its timeout",
        "An answer in time is used, however late; the caller waits all the while.",
    )
    .receiver(&[(BeforeCreateGroup, Does::InTime)])
    .expect(GOES_ON),
    case(
        "timeout_before_create",
        "beforeCreateGroup is not answered",
        "A handler slower than `timeout` fails the create with 90004; your work goes on unheard, so undo it yourself.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .expect(TIMED_OUT),
    case(
        "timeout_before_join",
        "beforeMemberJoinGroup is not answered",
        "The failure users report most: errCode 90004 after exactly `timeout` seconds, while the callback came at once.",
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::Holds)])
    .needs(Needs::keys(&[BeforeMemberJoinGroup]).slow())
    .expect(&[For::every(
        Expect::answers(&[Want::TimedOut(BeforeMemberJoinGroup)])
            .called(&[UP_TO_JOIN])
            .facts(&[Fact::Cut(BeforeMemberJoinGroup)]),
    )]),
    case(
        "timeout_body",
        "head at once, body late",
        "The timeout covers the whole answer: sending the head early does not help.",
    )
    .receiver(&[(BeforeCreateGroup, Does::HoldsBody)])
    .expect(&[For::every(Expect::answers(&[Want::BodyTimedOut(BeforeCreateGroup)]).called(&[ONLY_FIRST]))]),
    case(
        "timeout_after",
        "afterCreateGroup is not answered",
        "A slow after-callback does not delay its own call, but it holds one of two workers until its timeout.",
    )
    .receiver(&[(AfterCreateGroup, Does::Holds)])
    .needs(Needs::keys(&[AfterCreateGroup]).slow())
    .expect(&[For::every(
        Expect::answers(&[Want::Success])
            .called(&[WHOLE])
            .facts(&[Fact::Sooner(0, AfterCreateGroup), Fact::Cut(AfterCreateGroup)]),
    )]),
    case(
        "slow_join_each",
        "beforeMemberJoinGroup takes 1.5 s",
        "On 3.7 every member costs a handler time; later versions ask once for all.",
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::After(1500))])
    .needs(Needs::keys(CREATE_KEYS).slow())
    .expect(&[For::every(Expect::answers(&[Want::Slow {
        key: BeforeMemberJoinGroup,
        ms: 1500,
        members: 4,
    }]))]),
    case("timeout_1", "timeout 1", "`timeout: 1` is one second, to the millisecond.")
        .receiver(&[(BeforeCreateGroup, Does::Holds)])
        .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 1)))
        .expect(TIMED_OUT),
    case(
        "timeout_quoted",
        "timeout written as \"5\"",
        "A number in quotes is read as a number; a duration such as 5s keeps OpenIM from starting.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .needs(Needs::keys(FIRST).config(Config::TimeoutText(BeforeCreateGroup, "\"5\"")).slow())
    .expect(TIMED_OUT),
    case(
        "cap_timeout_0",
        "timeout 0",
        "`timeout: 0` (and a missing one) means 15 s, not no limit.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 0)).slow())
    .expect(TIMED_OUT),
    case(
        "cap_timeout_3600",
        "timeout 3600",
        "Nothing above 15 s takes effect: a handler that needs longer must answer first and work afterwards.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, 3600)).slow())
    .expect(TIMED_OUT),
    case(
        "cap_timeout_negative",
        "timeout -1",
        "A negative timeout means 15 s as well.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .needs(Needs::keys(FIRST).config(Config::Timeout(BeforeCreateGroup, -1)).slow())
    .expect(TIMED_OUT),
    case(
        "failed_continue",
        "failedContinue: true",
        "failedContinue does nothing from 3.7 on: a callback that fails fails the operation.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Holds)])
    .needs(Needs::keys(FIRST).config(Config::FailedContinue(BeforeCreateGroup)).slow())
    .expect(TIMED_OUT),
];
