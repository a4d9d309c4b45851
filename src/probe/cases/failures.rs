//! A webhook server that cannot be reached or breaks off.

use super::parts::{CREATE, FIRST, stops};
use crate::probe::case::{Case, Config, Does, Expect, Fact, For, Needs, Saying, Topic, Want};
use crate::say;
use crate::wire::FailureKind;
use crate::wire::WebhookKey::BeforeCreateGroup;

const fn case(name: &'static str, tries: Saying, means: Saying) -> Case {
    Case::new(Topic::Failures, name, tries, means).steps(&[CREATE]).needs(Needs::keys(FIRST))
}

/// Nothing arrives, the call fails at once.
const fn unreached(answers: &'static [Want]) -> Expect {
    Expect::answers(answers).called(&[&[]]).facts(&[Fact::Sooner(0, BeforeCreateGroup)])
}

const RESET: &[For] = &[For::every(
    stops(&[Want::Failure(FailureKind::WebhookReset)]).facts(&[Fact::Sooner(0, BeforeCreateGroup)]),
)];
const BAD_URL: &[For] = &[For::every(unreached(&[Want::Failure(FailureKind::WebhookBadUrl)]))];

pub(super) const CASES: &[Case] = &[
    case(
        "close_without_answer",
        || say!("probe-tries-close-without-answer"),
        || say!("probe-means-close-without-answer"),
    )
    .receiver(&[(BeforeCreateGroup, Does::Closes)])
    .expect(RESET),
    case("reset", || say!("probe-tries-reset"), || say!("probe-means-reset"))
        .receiver(&[(BeforeCreateGroup, Does::Resets)])
        .expect(RESET),
    case("refused", || say!("probe-tries-refused"), || say!("probe-means-refused"))
        .needs(Needs { no_listener: true, ..Needs::keys(FIRST).danger(|| say!("probe-danger-refused")) })
        .expect(&[For::every(unreached(&[Want::Failure(FailureKind::WebhookRefused)]))]),
    case("dns_failure", || say!("probe-tries-dns-failure"), || say!("probe-means-dns-failure"))
        .needs(Needs::keys(FIRST).config(Config::Url("http://webhook.invalid:10006/callbackExample")).slow())
        .expect(&[For::every(Expect::answers(&[Want::Failure(FailureKind::WebhookDns)]).called(&[&[]]))]),
    case("no_scheme", || say!("probe-tries-no-scheme"), || say!("probe-means-no-scheme"))
        .needs(Needs::keys(FIRST).config(Config::Url("127.0.0.1:10006/callbackExample")))
        .expect(BAD_URL),
    case("scheme_webhook", || say!("probe-tries-scheme-webhook"), || say!("probe-means-scheme-webhook"))
        .needs(Needs::keys(FIRST).config(Config::Url("webhook://127.0.0.1:10006/callbackExample")))
        .expect(BAD_URL),
];
