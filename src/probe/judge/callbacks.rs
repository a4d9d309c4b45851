//! Whether the callbacks of each step are those that a build sends.

use super::Look;
use super::steps::is_single;
use crate::probe::case::{Called, Expect};
use crate::probe::observation::Callback;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Keys that a case looks at even where it does not name them: nothing of them may come
/// unasked. Others may be enabled for reasons of their own.
const WATCHED: [WebhookKey; 9] = [
    WebhookKey::BeforeCreateGroup,
    WebhookKey::AfterCreateGroup,
    WebhookKey::BeforeMemberJoinGroup,
    WebhookKey::BeforeInviteUserToGroup,
    WebhookKey::BeforeApplyJoinGroup,
    WebhookKey::AfterJoinGroup,
    WebhookKey::AfterQuitGroup,
    WebhookKey::AfterKickGroupMember,
    WebhookKey::AfterDismissGroup,
];

/// The first step whose callbacks are not as expected.
pub(super) fn differ(look: &Look<'_>, expect: &Expect) -> Option<Text> {
    let steps = expect.called.iter().enumerate();
    let judged = steps.filter(|(step, _)| is_single(look.case, *step) && look.steps.made(look.case, *step));
    let mut found = judged.filter_map(|(step, called)| {
        let difference = step_differs(look, expect, step, called)?;
        Some(match look.case.steps.len() {
            1 => difference,
            _ => say!("probe-judge-step", n = step + 1, path = look.case.steps[step].path, what = difference),
        })
    });
    found.next().or_else(|| strangers(look, expect))
}

/// A callback of no call of the case.
fn strangers(look: &Look<'_>, expect: &Expect) -> Option<Text> {
    if look.seen.summary || expect.called.is_empty() {
        return None;
    }
    let owned: usize =
        (0..look.case.steps.len()).map(|step| look.steps.callbacks(look.seen, step).count()).sum();
    let others = look.seen.callbacks.len().saturating_sub(owned);
    (others > 0).then(|| say!("probe-judge-strangers", n = others))
}

fn step_differs(look: &Look<'_>, expect: &Expect, step: usize, called: &[Called]) -> Option<Text> {
    let is_named = |key: WebhookKey| expect.called.iter().flat_map(|c| c.iter()).any(|c| c.key() == key);
    let known = |callback: &&Callback| {
        let key = WebhookKey::from_command(callback.command());
        key.is_some_and(|key| WATCHED.contains(&key) || is_named(key))
    };
    let callbacks: Vec<&Callback> = look.steps.callbacks(look.seen, step).filter(known).collect();
    if let Some(other) = callbacks.iter().find(|c| wrong_command(look, c)) {
        return Some(say!("probe-judge-command", wanted = command_of(look, other), seen = other.command()));
    }
    let keys: Vec<WebhookKey> =
        callbacks.iter().filter_map(|c| WebhookKey::from_command(c.command())).collect();
    let wanted: Vec<(WebhookKey, u32, u32)> =
        called.iter().map(|c| count_of(look, step, *c)).filter(|(k, _, _)| is_enabled(look, *k)).collect();
    if fits(&keys, &wanted) {
        return None;
    }
    Some(say!("probe-judge-callbacks", wanted = wanted_text(&wanted), seen = seen_text(&keys)))
}

fn wrong_command(look: &Look<'_>, callback: &Callback) -> bool {
    command_of(look, callback) != callback.command()
}

fn command_of(look: &Look<'_>, callback: &Callback) -> &'static str {
    WebhookKey::from_command(callback.command()).map_or("", |key| key.command(look.build))
}

fn is_enabled(look: &Look<'_>, key: WebhookKey) -> bool {
    look.setting.enabled.contains(&key)
}

/// Key, at least, at most.
fn count_of(look: &Look<'_>, step: usize, called: Called) -> (WebhookKey, u32, u32) {
    let key = called.key();
    match called {
        Called::Once(_) => (key, 1, 1),
        Called::Times(_, least, most) => (key, least, most),
        Called::Members(count) if look.build.one_callback_a_member() => (key, count, count),
        Called::Members(_) => (key, 1, 1),
        Called::IfDone(_) => {
            let done = look
                .steps
                .calls(look.seen, step)
                .all(|call| call.answer.as_ref().is_some_and(|answer| answer.err_code() == Some(0)));
            let count = u32::from(done);
            (key, count, count)
        }
    }
}

/// Before-callbacks in the order wanted, after-callbacks behind them in any order.
fn fits(seen: &[WebhookKey], wanted: &[(WebhookKey, u32, u32)]) -> bool {
    let first_after = seen.iter().position(|key| !key.is_before()).unwrap_or(seen.len());
    let (before, after) = seen.split_at(first_after);
    if after.iter().any(|key| key.is_before()) {
        return false;
    }
    let mut rest = before;
    for (key, least, most) in wanted.iter().filter(|(key, _, _)| key.is_before()) {
        let run = rest.iter().take_while(|k| *k == key).count();
        if !(*least as usize..=*most as usize).contains(&run) {
            return false;
        }
        rest = &rest[run..];
    }
    let after_fits = |(key, least, most): &(WebhookKey, u32, u32)| {
        (*least as usize..=*most as usize).contains(&after.iter().filter(|k| *k == key).count())
    };
    let is_wanted = |key: &WebhookKey| wanted.iter().any(|(k, _, _)| k == key);
    rest.is_empty()
        && wanted.iter().filter(|(key, _, _)| !key.is_before()).all(after_fits)
        && after.iter().all(is_wanted)
}

fn wanted_text(wanted: &[(WebhookKey, u32, u32)]) -> Text {
    let one = |(key, least, most): &(WebhookKey, u32, u32)| match (*least, *most) {
        (1, 1) => Text::plain(key.name()),
        (least, most) if least == most => Text::plain(format!("{least} × {key}")),
        (least, most) => say!("probe-judge-range", least = least, most = most, key = key.name()),
    };
    join(&wanted.iter().filter(|(_, _, most)| *most > 0).map(one).collect::<Vec<_>>())
}

fn seen_text(keys: &[WebhookKey]) -> Text {
    let one = |run: &[WebhookKey]| match run {
        [key] => Text::plain(key.name()),
        run => Text::plain(format!("{} × {}", run.len(), run[0])),
    };
    join(&keys.chunk_by(|a, b| a == b).map(one).collect::<Vec<_>>())
}

fn join(names: &[Text]) -> Text {
    if names.is_empty() { say!("probe-judge-none") } else { Text::list(names) }
}
