//! A webhook server that cannot be reached or breaks off.

use super::parts::{CREATE, FIRST, stops};
use crate::probe::case::{Case, Config, Does, Expect, Fact, For, Needs, Topic, Want};
use crate::wire::FailureKind;
use crate::wire::WebhookKey::BeforeCreateGroup;

const fn case(name: &'static str, tries: &'static str, means: &'static str) -> Case {
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
        "the connection is closed without an answer",
        "`EOF` in errDlt means that your server (or a proxy) closed a connection it should have kept: raise its keep-alive time.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Closes)])
    .expect(RESET),
    case(
        "reset",
        "the connection is reset",
        "`connection reset by peer` within milliseconds: your server died or its proxy cut the connection; OpenIM does not try again.",
    )
    .receiver(&[(BeforeCreateGroup, Does::Resets)])
    .expect(RESET),
    case(
        "refused",
        "nothing listens at the url",
        "`connection refused` within milliseconds means that nothing listens there; while your server restarts every create fails.",
    )
    .needs(Needs {
        no_listener: true,
        ..Needs::keys(FIRST).danger(
            "while the webhook server is closed every operation of other users that needs a before-callback fails",
        )
    })
    .expect(&[For::every(unreached(&[Want::Failure(FailureKind::WebhookRefused)]))]),
    case(
        "dns_failure",
        "the host of the url has no address",
        "`no such host` means that OpenIM's container cannot resolve the name in `url`.",
    )
    .needs(Needs::keys(FIRST).config(Config::Url("http://webhook.invalid:10006/callbackExample")).slow())
    .expect(&[For::every(
        Expect::answers(&[Want::Failure(FailureKind::WebhookDns)]).called(&[&[]]),
    )]),
    case(
        "no_scheme",
        "a url without http://",
        "Write `url` with http:// or https://.",
    )
    .needs(Needs::keys(FIRST).config(Config::Url("127.0.0.1:10006/callbackExample")))
    .expect(BAD_URL),
    case(
        "scheme_webhook",
        "the url that 3.7 and 3.8.0 ship",
        "The shipped url has the scheme webhook://, which nothing speaks: replace it before you enable a key.",
    )
    .needs(Needs::keys(FIRST).config(Config::Url("webhook://127.0.0.1:10006/callbackExample")))
    .expect(BAD_URL),
];
