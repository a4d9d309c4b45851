//! What to know beside the causes: what the elapsed time says, and advice that is wrong.

use super::elapsed::Near;
use super::read::Read;
use super::{Asked, Cause, Recognised};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::failure::FailureKind;

/// The notes, in the order of reading.
pub(super) fn notes(
    read: Option<&Read>,
    causes: &[Cause],
    recognised: &Recognised,
    asked: Asked<'_>,
) -> Vec<Text> {
    let Some(read) = read else { return vec![say!("explain-unknown")] };
    let mut notes = Vec::new();
    let hidden = read.kind == Some(FailureKind::WebhookCauseHidden);
    if causes.len() > 1 {
        notes.push(say!("explain-several", n = causes.len()));
    }
    if hidden {
        notes.push(say!("explain-hidden"));
    }
    notes.extend(about_time(read, asked, hidden));
    if !read.from_openim {
        notes.push(say!("explain-foreign"));
    }
    if about_a_callback(read) {
        notes.extend(about_commands(recognised, asked));
    }
    notes
}

/// Whether a callback failed, in OpenIM's words.
fn about_a_callback(read: &Read) -> bool {
    read.kind.is_some_and(|kind| kind.is_90004() || kind == FailureKind::WebhookBadAnswer)
}

fn about_time(read: &Read, asked: Asked<'_>, hidden: bool) -> Option<Text> {
    let waited = matches!(read.kind, Some(FailureKind::WebhookDeadline | FailureKind::WebhookCap));
    if !waited && !hidden {
        return None;
    }
    let Some(elapsed) = asked.elapsed else {
        return hidden.then(|| say!("explain-ask-elapsed"));
    };
    let shown = format!("{:.3} s", elapsed.as_secs_f64());
    Some(match elapsed.near() {
        Near::Limit(seconds) => say!("explain-elapsed-limit", elapsed = shown, seconds = seconds),
        Near::Cap => say!("explain-elapsed-cap", elapsed = shown),
        Near::Fast if hidden => say!("explain-elapsed-fast", elapsed = shown),
        Near::Fast => say!("explain-elapsed-contradicts", elapsed = shown),
        Near::Between => say!("explain-elapsed-between", elapsed = shown),
    })
}

fn about_commands(recognised: &Recognised, asked: Asked<'_>) -> Vec<Text> {
    let mut notes = vec![say!("explain-rename")];
    if let Some(version) = asked.version {
        let command = WebhookKey::BeforeMemberJoinGroup.command(version.build);
        notes.push(say!("explain-member-command", version = &version.text, command = command));
    }
    if let (Some(url), None) = (&recognised.post_url, recognised.webhook) {
        notes.push(say!("explain-unknown-command", url = url));
    }
    notes.push(say!("explain-fails-closed"));
    notes
}
