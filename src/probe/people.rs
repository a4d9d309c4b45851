//! The users of the probe: few, the same for every probe of a deployment, since `OpenIM`
//! cannot delete users.

use std::collections::BTreeSet;

use super::case::{Acting, Case, Does};
use crate::ids::{self, RunTag};

/// Tag of the userIDs; the same for every probe.
const TAG: u64 = 37_080_383;
/// Number of a user that is never registered.
const NOBODY: u64 = 999_999_999;

/// What a place holder of a user stands for, by number.
const ROLES: [(&str, u64, u64); 4] = [("owner", 0, 0), ("outsider", 1, 1), ("admin", 11, 19), ("m", 21, 29)];

/// The userID of `{owner}`, `{outsider}`, `{admin1}` … `{admin9}`, `{m1}` … `{m9}`, `{nobody}`;
/// `None` for anything else.
#[must_use]
pub fn user_id(place_holder: &str) -> Option<String> {
    let tag = RunTag::from_number(TAG);
    if place_holder == "nobody" {
        return Some(ids::user_id(tag, NOBODY));
    }
    let number = ROLES.iter().find_map(|(role, first, last)| {
        let rest = place_holder.strip_prefix(role)?;
        match (first == last, rest) {
            (true, "") => Some(*first),
            (false, digit) if digit.len() == 1 => {
                digit.parse().ok().filter(|n| (1..=9_u64).contains(n)).map(|n| first + n - 1)
            }
            _ => None,
        }
    })?;
    Some(ids::user_id(tag, number))
}

/// The userIDs that these cases need registered.
#[must_use]
pub fn needed<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Vec<String> {
    let mut names: BTreeSet<&str> = BTreeSet::from(["owner"]);
    for case in cases {
        for step in case.steps {
            names.extend(place_holders(step.body));
            if step.acting == Acting::Member {
                names.insert("m1");
            }
        }
        for (_, does) in case.receiver {
            if let Does::Says(text) | Does::Answers(_, _, text) | Does::SaysAfter(_, text) = does {
                names.extend(place_holders(text));
            }
        }
    }
    names.remove("nobody");
    names.into_iter().filter_map(user_id).collect()
}

/// What stands between braces, where it is a word.
pub(super) fn place_holders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| {
        let (word, _) = rest.split_once('}')?;
        (!word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::cases::CASES;

    #[test]
    fn users_are_few_digits_only_and_the_same_in_every_probe() {
        let users = needed(CASES.iter().copied());
        assert!((10..=20).contains(&users.len()), "{}", users.len());
        assert!(users.iter().all(|u| u.parse::<i64>().is_ok()));
        assert_eq!(users, needed(CASES.iter().copied()));
        assert!(!users.contains(&user_id("nobody").unwrap()));
    }

    #[test]
    fn every_user_of_a_case_has_a_user_id_of_its_own() {
        let all =
            ["owner", "outsider", "nobody", "admin1", "admin9", "m1", "m9"].map(|n| user_id(n).unwrap());
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        for other in ["admin0", "m10", "m", "owner1", "marker", ""] {
            assert_eq!(user_id(other), None, "{other}");
        }
    }
}
