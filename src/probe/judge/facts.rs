//! What else must hold: headers, bodies, single fields, connections.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Look;
use super::limits;
use super::waits::Limit;
use crate::probe::case::Fact;
use crate::probe::observation::{Answer, Call, Callback};
use crate::wire::WebhookKey;

/// Headers of Go's client, in the order in which it writes them.
const GO_HEADERS: [&str; 6] =
    ["Host", "User-Agent", "Content-Length", "Content-Type", "Operationid", "Accept-Encoding"];
const GO_VALUES: [(&str, &str); 3] = [
    ("User-Agent", "Go-http-client/1.1"),
    ("Content-Type", "application/json; charset=utf-8"),
    ("Accept-Encoding", "gzip"),
];

/// The difference from a fact, where there is one.
pub(super) fn differ(look: &Look<'_>, fact: &Fact) -> Option<String> {
    match *fact {
        Fact::Pool { calls, ms } => limits::pool(look, calls, ms),
        Fact::Overflow { calls, every_ms, ms } => limits::overflow(look, calls, every_ms, ms),
        Fact::FewIdle => limits::few_idle(look),
        Fact::SharedConnections => limits::shared(look),
        Fact::Cut(key) => cut(look, key),
        Fact::GoHeaders => look.seen.callbacks.iter().find_map(go_headers),
        Fact::Newline => look.seen.callbacks.iter().find_map(newline),
        Fact::Raw(key, text) => raw(look, key, text),
        Fact::Field(key, pointer, json) => field(look, key, pointer, json),
        Fact::Target(text) => target(look, text),
        Fact::SecondHasNoMembers => second_has_no_members(look),
        Fact::Followed(method, times) => followed(look, method, times),
        Fact::Reply(step, ..)
        | Fact::ReplyAsSent(step, ..)
        | Fact::ReplyHas(step, ..)
        | Fact::Header(step, ..)
        | Fact::OneTooMany(step)
        | Fact::ListedTwice(step)
        | Fact::Sooner(step, _) => {
            look.steps.calls(look.seen, step).find_map(|call| of_answer(look, *fact, call))
        }
    }
}

/// Facts of a call and its answer.
fn of_answer(look: &Look<'_>, fact: Fact, call: &Call) -> Option<String> {
    let answer = call.answer.as_ref()?;
    match fact {
        Fact::Reply(_, pointer, json) => {
            let (wanted, found) = (json_of(json), answer.json().pointer(pointer).cloned());
            (found.as_ref() != Some(&wanted)).then(|| values(pointer, &wanted, found.as_ref()))
        }
        Fact::ReplyAsSent(_, pointer, sent) => {
            let wanted = call.body.pointer(sent).cloned().unwrap_or_default();
            let found = answer.json().pointer(pointer).cloned();
            (found.as_ref() != Some(&wanted)).then(|| values(pointer, &wanted, found.as_ref()))
        }
        Fact::ReplyHas(_, pointer, wanted) => {
            let has = answer.json().pointer(pointer).is_some_and(|value| !value.is_null());
            (has != wanted)
                .then(|| format!("expected {} {pointer} in the answer, seen {}", some(wanted), some(has)))
        }
        Fact::Header(_, name, wanted) => {
            let has = answer.header(name).is_some();
            (has != wanted)
                .then(|| format!("expected {} header {name} in the answer, seen {}", some(wanted), some(has)))
        }
        Fact::OneTooMany(_) => one_too_many(call, answer),
        Fact::ListedTwice(_) => listed_twice(look, call),
        Fact::Sooner(_, key) => {
            let limit = Limit::of(look.setting, key).seconds()?;
            (answer.seconds > limit * 0.95).then(|| {
                format!("expected an answer before {limit} s, seen one after {:.2} s", answer.seconds)
            })
        }
        _ => None,
    }
}

fn some(is_there: bool) -> &'static str {
    if is_there { "a" } else { "no" }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn values(pointer: &str, wanted: &Value, found: Option<&Value>) -> String {
    let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
    format!("expected {wanted} at {pointer}, seen {found}")
}

fn of_key<'a>(look: &'a Look<'_>, key: WebhookKey) -> impl DoubleEndedIterator<Item = &'a Callback> {
    look.seen.callbacks.iter().filter(move |c| WebhookKey::from_command(c.command()) == Some(key))
}

fn is_enabled(look: &Look<'_>, key: WebhookKey) -> bool {
    look.setting.enabled.contains(&key)
}

/// Members of a create: owner, admins, members.
fn members_of(call: &Call) -> usize {
    let count = |key: &str| call.body[key].as_array().map_or(0, Vec::len);
    1 + count("adminUserIDs") + count("memberUserIDs")
}

fn one_too_many(call: &Call, answer: &Answer) -> Option<String> {
    let found = answer.json().pointer("/data/groupInfo/memberCount").cloned().unwrap_or_default();
    let wanted = members_of(call) + 1;
    (found != wanted).then(|| format!("expected memberCount {wanted}, seen {found}"))
}

/// Owner and admins, then everybody as members, the app admin as well.
fn listed_twice(look: &Look<'_>, call: &Call) -> Option<String> {
    if !is_enabled(look, WebhookKey::AfterCreateGroup) {
        return None;
    }
    let list = of_key(look, WebhookKey::AfterCreateGroup).next_back().map(Callback::json).unwrap_or_default();
    let list: Vec<&str> = list["initMemberList"]
        .as_array()
        .map_or_else(Vec::new, |list| list.iter().filter_map(|m| m["userID"].as_str()).collect());
    let different: BTreeSet<&str> = list.iter().copied().collect();
    let admins = call.body["adminUserIDs"].as_array().map_or(0, Vec::len);
    let wanted = (members_of(call) + admins + 2, members_of(call) + 1);
    ((list.len(), different.len()) != wanted).then(|| {
        format!(
            "expected {} entries for {} users in initMemberList, seen {} for {}",
            wanted.0,
            wanted.1,
            list.len(),
            different.len()
        )
    })
}

fn go_headers(callback: &Callback) -> Option<String> {
    let names: Vec<&str> = callback.headers.iter().map(|(name, _)| name.as_str()).collect();
    if names != GO_HEADERS {
        return Some(format!("expected headers {}, seen {}", GO_HEADERS.join(", "), names.join(", ")));
    }
    let wrong = GO_VALUES.into_iter().find(|(name, value)| callback.header(name) != *value);
    wrong.map(|(name, value)| format!("expected {name}: {value}, seen {}", callback.header(name)))
}

fn newline(callback: &Callback) -> Option<String> {
    let counted = callback.header("content-length").parse() == Ok(callback.body.len());
    (!callback.body.ends_with("}\n") || !counted).then(|| {
        format!("expected a body that ends with a newline, counted, seen {:?}", callback.body.chars().last())
    })
}

fn raw(look: &Look<'_>, key: WebhookKey, text: &str) -> Option<String> {
    if !is_enabled(look, key) || of_key(look, key).any(|callback| callback.body.contains(text)) {
        return None;
    }
    let found = of_key(look, key).next().map_or("no such callback", |callback| callback.body.trim_end());
    Some(format!("expected {text} in the body of {key}, seen {found}"))
}

fn field(look: &Look<'_>, key: WebhookKey, pointer: &str, json: &str) -> Option<String> {
    if !is_enabled(look, key) {
        return None;
    }
    let found = of_key(look, key).next_back().and_then(|callback| callback.json().pointer(pointer).cloned());
    let wanted = json_of(json);
    (found.as_ref() != Some(&wanted)).then(|| format!("{key}: {}", values(pointer, &wanted, found.as_ref())))
}

fn target(look: &Look<'_>, text: &str) -> Option<String> {
    let other = look.seen.callbacks.iter().find(|callback| !callback.target().contains(text))?;
    Some(format!("expected {text} in the path, seen {}", other.target()))
}

/// The last of several callbacks of one dismissal.
fn second_has_no_members(look: &Look<'_>) -> Option<String> {
    let members = |callback: &Callback| callback.json()["membersID"].as_array().map_or(0, Vec::len);
    (0..look.case.steps.len()).find_map(|step| {
        let callbacks = look.steps.callbacks(look.seen, step);
        let key = Some(WebhookKey::AfterDismissGroup);
        let mut all = callbacks.filter(|c| WebhookKey::from_command(c.command()) == key).skip(1);
        let other = all.find(|callback| members(callback) > 0)?;
        Some(format!("expected no members in the second afterDismissGroup, seen {}", members(other)))
    })
}

/// Requests of that method behind the first one.
fn followed(look: &Look<'_>, method: &str, times: u32) -> Option<String> {
    let is_after =
        |callback: &&Callback| WebhookKey::from_command(callback.command()).is_none_or(WebhookKey::is_before);
    let first = of_key(look, WebhookKey::BeforeCreateGroup).next()?.target().to_owned();
    let others = look.seen.callbacks.iter().skip(1).filter(is_after);
    let is_followed = |callback: &&Callback| {
        let known = WebhookKey::from_command(callback.command());
        callback.line.starts_with(method)
            && (known.is_none() || known == Some(WebhookKey::BeforeCreateGroup))
            && (method == "GET" || callback.target() != first)
    };
    let count = others.filter(is_followed).count();
    (count < times as usize)
        .then(|| format!("expected a redirect to be followed with {method} {times} times, seen {count}"))
}

/// Cut by `OpenIM` at the key's timeout.
fn cut(look: &Look<'_>, key: WebhookKey) -> Option<String> {
    if !is_enabled(look, key) {
        return None;
    }
    let limit = Limit::of(look.setting, key);
    let held = of_key(look, key).next_back().and_then(|callback| callback.aborted);
    match held {
        Some(seconds) if limit.fits_held(seconds) => None,
        Some(seconds) => {
            Some(format!("expected {key} to be cut {}, seen after {seconds:.2} s", limit.text()))
        }
        None => Some(format!("expected {key} to be cut {}, seen no cut", limit.text())),
    }
}
