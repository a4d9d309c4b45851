use std::collections::BTreeSet;

use super::*;
use crate::probe::case::Fact;
use crate::wire::Build;

#[test]
fn every_build_is_in_exactly_one_entry_of_every_case() {
    for case in CASES {
        for build in Build::ALL {
            let entries = case.expect.iter().filter(|f| f.builds.contains(&build)).count();
            assert_eq!(entries, 1, "{} {build}", case.name);
        }
    }
}

#[test]
fn names_are_unique_and_lower_snake_case_and_every_case_says_what_it_means() {
    let names: BTreeSet<&str> = CASES.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), CASES.len());
    for case in CASES {
        assert!(
            case.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
            "{}",
            case.name
        );
        let (tries, means) = ((case.tries)(), (case.means)());
        assert!(means.en().ends_with('.') && means.en().len() > 20, "{}", case.name);
        assert!(means.zh().ends_with('。') && means.zh() != means.en(), "{}", case.name);
        assert!(!tries.is_empty() && !case.steps.is_empty(), "{}", case.name);
    }
    assert!(names.len() > 90);
}

#[test]
fn cases_are_listed_topic_by_topic() {
    assert!(CASES.is_sorted_by_key(|case| case.topic));
}

#[test]
fn expectations_have_no_more_entries_than_the_case_has_steps() {
    for case in CASES {
        for entry in case.expect {
            assert!(entry.expect.answers.len() <= case.steps.len(), "{}", case.name);
            assert!(entry.expect.called.len() <= case.steps.len(), "{}", case.name);
            for fact in entry.expect.facts {
                if let Fact::Reply(step, ..) | Fact::Header(step, ..) | Fact::ReplyHas(step, ..) = fact {
                    assert!(*step < case.steps.len(), "{}", case.name);
                }
            }
        }
    }
}

#[test]
fn a_key_that_is_answered_oddly_is_a_key_that_the_case_needs() {
    for case in CASES {
        for (key, _) in case.receiver {
            assert!(case.needs.keys.contains(key), "{} {key}", case.name);
        }
    }
}

#[test]
fn what_can_harm_a_deployment_says_so() {
    for name in
        ["invite_by_admin", "join_entry_no_userid", "pool_150", "pool_150_cut", "after_overload", "refused"]
    {
        assert!(find(name).unwrap().needs.danger.is_some(), "{name}");
    }
    assert!(CASES.iter().filter(|c| c.needs.no_listener).all(|c| c.needs.danger.is_some()));
}
