//! How `url` is put together with the command.

use super::parts::{CREATE, FIRST, WHOLE};
use crate::probe::case::{Case, Config, Expect, Fact, For, Needs, Topic, Want};

const fn case(name: &'static str, tries: &'static str, means: &'static str) -> Case {
    Case::new(Topic::Configuration, name, tries, means).steps(&[CREATE])
}

pub(super) const CASES: &[Case] = &[
    case(
        "trailing_slash",
        "a url that ends with /",
        "Write `url` without a slash at its end: paths get two, which many routers do not find.",
    )
    .needs(Needs::keys(FIRST).config(Config::Url("{url}/")))
    .expect(&[For::every(
        Expect::answers(&[Want::Success]).called(&[WHOLE]).facts(&[Fact::Target("//callback")]),
    )]),
    case(
        "query_in_url",
        "a url with a query",
        "Write `url` without a query: the command is put behind it and your routes do not match.",
    )
    .needs(Needs::keys(FIRST).config(Config::Url("{url}?contenttype=json")))
    .expect(&[For::every(
        Expect::answers(&[Want::Success])
            .called(&[WHOLE])
            .facts(&[Fact::Target("?contenttype=json/callback")]),
    )]),
];
