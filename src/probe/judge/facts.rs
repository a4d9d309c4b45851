//! What else must hold: headers, bodies, single fields, connections.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Look;
use super::limits;
use super::waits::Limit;
use crate::probe::case::Fact;
use crate::probe::observation::{Answer, Call, Callback};
use crate::say;
use crate::text::Text;
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
pub(super) fn differ(look: &Look<'_>, fact: &Fact) -> Option<Text> {
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
fn of_answer(look: &Look<'_>, fact: Fact, call: &Call) -> Option<Text> {
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
            (has != wanted).then(|| match wanted {
                true => say!("probe-judge-reply-missing", pointer = pointer),
                false => say!("probe-judge-reply-unwanted", pointer = pointer),
            })
        }
        Fact::Header(_, name, wanted) => {
            let has = answer.header(name).is_some();
            (has != wanted).then(|| match wanted {
                true => say!("probe-judge-header-missing", name = name),
                false => say!("probe-judge-header-unwanted", name = name),
            })
        }
        Fact::OneTooMany(_) => one_too_many(call, answer),
        Fact::ListedTwice(_) => listed_twice(look, call),
        Fact::Sooner(_, key) => {
            let limit = Limit::of(look.setting, key).seconds()?;
            (answer.seconds > limit * 0.95).then(|| {
                let seconds = format!("{:.2}", answer.seconds);
                say!("probe-judge-not-sooner", limit = limit.to_string(), seconds = seconds)
            })
        }
        _ => None,
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn values(pointer: &str, wanted: &Value, found: Option<&Value>) -> Text {
    let seen = found.map_or_else(|| say!("probe-judge-nothing"), |found| Text::plain(found.to_string()));
    say!("probe-judge-value", wanted = wanted.to_string(), pointer = pointer, seen = seen)
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

fn one_too_many(call: &Call, answer: &Answer) -> Option<Text> {
    let found = answer.json().pointer("/data/groupInfo/memberCount").cloned().unwrap_or_default();
    let wanted = members_of(call) + 1;
    (found != wanted).then(|| say!("probe-judge-member-count", wanted = wanted, seen = found.to_string()))
}

/// Owner and admins, then everybody as members, the app admin as well.
fn listed_twice(look: &Look<'_>, call: &Call) -> Option<Text> {
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
        say!(
            "probe-judge-listed",
            entries = wanted.0,
            users = wanted.1,
            seen = list.len(),
            seen_users = different.len()
        )
    })
}

fn go_headers(callback: &Callback) -> Option<Text> {
    let names: Vec<&str> = callback.headers.iter().map(|(name, _)| name.as_str()).collect();
    if names != GO_HEADERS {
        return Some(say!("probe-judge-headers", wanted = GO_HEADERS.join(", "), seen = names.join(", ")));
    }
    let wrong = GO_VALUES.into_iter().find(|(name, value)| callback.header(name) != *value);
    wrong.map(|(name, value)| {
        say!("probe-judge-header", name = name, wanted = value, seen = callback.header(name))
    })
}

fn newline(callback: &Callback) -> Option<Text> {
    let counted = callback.header("content-length").parse() == Ok(callback.body.len());
    (!callback.body.ends_with("}\n") || !counted)
        .then(|| say!("probe-judge-newline", last = format!("{:?}", callback.body.chars().last())))
}

fn raw(look: &Look<'_>, key: WebhookKey, text: &str) -> Option<Text> {
    if !is_enabled(look, key) || of_key(look, key).any(|callback| callback.body.contains(text)) {
        return None;
    }
    let seen = match of_key(look, key).next() {
        Some(callback) => Text::plain(callback.body.trim_end()),
        None => say!("probe-judge-no-such-callback"),
    };
    Some(say!("probe-judge-raw", text = text, key = key.name(), seen = seen))
}

fn field(look: &Look<'_>, key: WebhookKey, pointer: &str, json: &str) -> Option<Text> {
    if !is_enabled(look, key) {
        return None;
    }
    let found = of_key(look, key).next_back().and_then(|callback| callback.json().pointer(pointer).cloned());
    let wanted = json_of(json);
    (found.as_ref() != Some(&wanted)).then(|| {
        let what = values(pointer, &wanted, found.as_ref());
        say!("probe-judge-of-key", key = key.name(), what = what)
    })
}

fn target(look: &Look<'_>, text: &str) -> Option<Text> {
    let other = look.seen.callbacks.iter().find(|callback| !callback.target().contains(text))?;
    Some(say!("probe-judge-path", text = text, seen = other.target()))
}

/// The last of several callbacks of one dismissal.
fn second_has_no_members(look: &Look<'_>) -> Option<Text> {
    let members = |callback: &Callback| callback.json()["membersID"].as_array().map_or(0, Vec::len);
    (0..look.case.steps.len()).find_map(|step| {
        let callbacks = look.steps.callbacks(look.seen, step);
        let key = Some(WebhookKey::AfterDismissGroup);
        let mut all = callbacks.filter(|c| WebhookKey::from_command(c.command()) == key).skip(1);
        let other = all.find(|callback| members(callback) > 0)?;
        Some(say!("probe-judge-second-members", n = members(other)))
    })
}

/// Requests of that method behind the first one.
fn followed(look: &Look<'_>, method: &str, times: u32) -> Option<Text> {
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
    (count < times as usize).then(|| say!("probe-judge-followed", method = method, times = times, n = count))
}

/// Cut by `OpenIM` at the key's timeout.
fn cut(look: &Look<'_>, key: WebhookKey) -> Option<Text> {
    if !is_enabled(look, key) {
        return None;
    }
    let limit = Limit::of(look.setting, key);
    let held = of_key(look, key).next_back().and_then(|callback| callback.aborted);
    match held {
        Some(seconds) if limit.fits_held(seconds) => None,
        Some(seconds) => {
            let seconds = format!("{seconds:.2}");
            Some(say!("probe-judge-cut-otherwise", key = key.name(), limit = limit.text(), seconds = seconds))
        }
        None => Some(say!("probe-judge-not-cut", key = key.name(), limit = limit.text())),
    }
}
