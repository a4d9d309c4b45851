//! What a case says of the webhook server, as behaviours of the receiver.

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::case::{Case, Does};
use super::receiver::{Behaviour, NEUTRAL};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// The longest that anything is held.
pub const HOLD: Duration = Duration::from_secs(18);
/// An answer in time comes so long before the timeout,
const SPARE: Duration = Duration::from_millis(700);
/// The last part of the path that redirects lead to.
const REDIRECTED: &str = "redirected";

/// Behaviours by command. `text` fills place holders, `timeout_s` gives a key's timeout,
/// `path` is what stands before the command in URLs.
///
/// # Errors
/// Why the case cannot be carried out: a place holder or a timeout that is not known.
pub fn behaviours(
    case: &Case,
    path: &str,
    timeout_s: impl Fn(WebhookKey) -> Option<u32>,
    mut text: impl FnMut(&str) -> Result<String, Text>,
) -> Result<HashMap<String, Behaviour>, Text> {
    let mut map = HashMap::new();
    for (key, does) in case.receiver {
        let in_time = || {
            let timeout = timeout_s(*key).map(just_before);
            timeout.ok_or_else(|| say!("probe-timeout-unknown", key = key.name()))
        };
        let behaviour = behaviour(*does, path, in_time, &mut text)?;
        if let Does::RedirectsAlways(_) = does {
            map.insert(REDIRECTED.to_owned(), behaviour.clone());
        }
        for command in key.commands() {
            map.insert((*command).to_owned(), behaviour.clone());
        }
    }
    Ok(map)
}

/// Half of it where it is short.
fn just_before(timeout_s: u32) -> Duration {
    let timeout = Duration::from_secs(u64::from(timeout_s));
    timeout.saturating_sub(SPARE).max(timeout / 2)
}

fn behaviour(
    does: Does,
    path: &str,
    in_time: impl FnOnce() -> Result<Duration, Text>,
    text: &mut impl FnMut(&str) -> Result<String, Text>,
) -> Result<Behaviour, Text> {
    let neutral = Behaviour::default();
    let mut says = |body: &str| text(body).map(String::into_bytes);
    Ok(match does {
        Does::Says(body) => Behaviour { body: says(body)?, ..neutral },
        Does::SaysAfter(ms, body) => {
            Behaviour { body: says(body)?, sleep: Duration::from_millis(ms), ..neutral }
        }
        Does::Answers(status, content_type, body) => Behaviour {
            status: status.to_owned(),
            content_type: content_type.to_owned(),
            body: says(body)?,
            ..neutral
        },
        Does::Gzip => Behaviour {
            body: packed(NEUTRAL.as_bytes()),
            headers: vec![("Content-Encoding".to_owned(), "gzip".to_owned())],
            ..neutral
        },
        Does::Redirects(status) | Does::RedirectsAlways(status) => Behaviour {
            status: status.to_owned(),
            headers: vec![("Location".to_owned(), format!("{}/{REDIRECTED}", path.trim_end_matches('/')))],
            ..neutral
        },
        Does::After(ms) => Behaviour { sleep: Duration::from_millis(ms), ..neutral },
        Does::InTime => Behaviour { sleep: in_time()?, ..neutral },
        Does::Holds => Behaviour { sleep: HOLD, ..neutral },
        Does::HoldsBody => Behaviour { slow_body: Some(HOLD), ..neutral },
        Does::Closes => Behaviour { close: true, ..neutral },
        Does::Resets => Behaviour { reset: true, ..neutral },
    })
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing into memory cannot fail.
    let _ = packer.write_all(bytes);
    packer.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::case::Topic;
    use crate::wire::WebhookKey::{BeforeCreateGroup, BeforeMemberJoinGroup};

    fn of(
        receiver: &'static [(WebhookKey, Does)],
        timeout: Option<u32>,
    ) -> Result<HashMap<String, Behaviour>, Text> {
        let case = Case::unlisted(Topic::Answers, "x").receiver(receiver);
        behaviours(&case, "/cb/", |_| timeout, |text| Ok(text.replace("{m1}", "1")))
    }

    #[test]
    fn both_commands_of_a_key_behave_alike() {
        let map = of(&[(BeforeMemberJoinGroup, Does::Says("{m1}"))], None).unwrap();
        assert_eq!(map.len(), 2);
        assert!(map.values().all(|b| b.body == b"1"));
    }

    #[test]
    fn an_answer_in_time_needs_a_known_timeout_and_lies_below_it() {
        let unknown = of(&[(BeforeCreateGroup, Does::InTime)], None).unwrap_err();
        assert!(unknown.contains("beforeCreateGroup") && unknown.contains("--webhooks"), "{unknown:?}");
        for timeout in [1, 5, 15] {
            let map = of(&[(BeforeCreateGroup, Does::InTime)], Some(timeout)).unwrap();
            let sleep = map["callbackBeforeCreateGroupCommand"].sleep;
            assert!(sleep < Duration::from_secs(timeout.into()) && sleep >= Duration::from_millis(500));
        }
    }

    #[test]
    fn a_redirect_without_end_leads_to_itself_and_another_to_a_neutral_answer() {
        let endless = of(&[(BeforeCreateGroup, Does::RedirectsAlways("302 Found"))], None).unwrap();
        assert_eq!(endless["redirected"].headers, [("Location".to_owned(), "/cb/redirected".to_owned())]);
        assert!(
            !of(&[(BeforeCreateGroup, Does::Redirects("302 Found"))], None)
                .unwrap()
                .contains_key("redirected")
        );
    }
}
