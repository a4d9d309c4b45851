//! How `url` is put together with the command.

use super::parts::{CREATE, FIRST, WHOLE};
use crate::probe::case::{Case, Config, Expect, Fact, For, Needs, Saying, Topic, Want};
use crate::say;

const fn case(name: &'static str, tries: Saying, means: Saying) -> Case {
    Case::new(Topic::Configuration, name, tries, means).steps(&[CREATE])
}

pub(super) const CASES: &[Case] = &[
    case("trailing_slash", || say!("probe-tries-trailing-slash"), || say!("probe-means-trailing-slash"))
        .needs(Needs::keys(FIRST).config(Config::Url("{url}/")))
        .expect(&[For::every(
            Expect::answers(&[Want::Success]).called(&[WHOLE]).facts(&[Fact::Target("//callback")]),
        )]),
    case("query_in_url", || say!("probe-tries-query-in-url"), || say!("probe-means-query-in-url"))
        .needs(Needs::keys(FIRST).config(Config::Url("{url}?contenttype=json")))
        .expect(&[For::every(
            Expect::answers(&[Want::Success])
                .called(&[WHOLE])
                .facts(&[Fact::Target("?contenttype=json/callback")]),
        )]),
];
