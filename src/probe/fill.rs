//! Fills the place holders of bodies, and gives groupIDs away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::people;
use crate::ids::{self, RunTag};

/// groupIDs of a probe, digits only, each given once. Clones share the count.
#[derive(Clone, Debug)]
pub struct GroupIds {
    tag: RunTag,
    next: Arc<AtomicU64>,
}

impl GroupIds {
    /// From number 0 on.
    #[must_use]
    pub fn new(tag: RunTag) -> GroupIds {
        GroupIds { tag, next: Arc::default() }
    }

    /// One that was not given before.
    #[must_use]
    pub fn fresh(&self) -> String {
        ids::group_id(self.tag, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// What place holders stand for, besides users.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// `{created}`.
    pub created: Option<String>,
    /// `{same}`.
    pub same: Option<String>,
    /// `{imadmin}`.
    pub admin: String,
    /// `{marker}`.
    pub marker: String,
    /// `{secret}`.
    pub secret: Option<String>,
}

/// A text without place holders.
#[derive(Debug, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// The groupID that `{group}` stands for in it.
    pub group: Option<String>,
}

/// Fills `template`.
///
/// # Errors
/// The place holder that stands for nothing (yet).
pub fn fill(template: &str, values: &Values, groups: &GroupIds) -> Result<Filled, String> {
    let mut group = None;
    let mut text = template.to_owned();
    for name in people::place_holders(template) {
        let value = match name {
            "group" => Some(group.get_or_insert_with(|| groups.fresh()).clone()),
            "created" => values.created.clone(),
            "same" => values.same.clone(),
            "imadmin" => Some(values.admin.clone()),
            "marker" => Some(values.marker.clone()),
            "secret" => values.secret.clone(),
            user => people::user_id(user),
        };
        let value = value.ok_or_else(|| name.to_owned())?;
        text = text.replace(&format!("{{{name}}}"), &quoted(&value));
    }
    Ok(Filled { text, group })
}

/// As it stands between the quotes of JSON; a secret may hold some.
fn quoted(value: &str) -> String {
    let json = serde_json::Value::from(value).to_string();
    json.get(1..json.len() - 1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values { created: Some("7".to_owned()), marker: "m".to_owned(), ..Values::default() }
    }

    #[test]
    fn a_group_id_is_new_for_each_text_and_the_same_within_one() {
        let groups = GroupIds::new(RunTag::from_number(1));
        let first = fill(r#"{"a":"{group}","b":"{group}"}"#, &values(), &groups).unwrap();
        let second = fill("{group}", &values(), &groups).unwrap();
        let id = first.group.unwrap();
        assert_eq!(first.text, format!(r#"{{"a":"{id}","b":"{id}"}}"#));
        assert_ne!(second.text, id);
        assert!(id.parse::<i64>().is_ok());
    }

    #[test]
    fn braces_of_json_are_no_place_holders_and_what_is_not_known_is_named() {
        let groups = GroupIds::new(RunTag::from_number(1));
        let plain = r#"{"a":{"b":"{created}"},"c":{}}"#;
        assert_eq!(fill(plain, &values(), &groups).unwrap().text, r#"{"a":{"b":"7"},"c":{}}"#);
        assert_eq!(fill("{}", &values(), &groups).unwrap().text, "{}");
        assert_eq!(fill("{same}", &values(), &groups), Err("same".to_owned()));
        let secret = Values { secret: Some("a\"b".to_owned()), ..values() };
        assert_eq!(fill(r#"{"s":"{secret}"}"#, &secret, &groups).unwrap().text, r#"{"s":"a\"b"}"#);
    }
}
