//! Whether the API's answers are what a build gives.

use super::Look;
use super::waits::{LATE_S, Limit, waited};
use crate::probe::case::{Expect, Want};
use crate::probe::observation::{Answer, Call};
use crate::say;
use crate::text::Text;
use crate::wire::Build;
use crate::wire::FailureKind;
use crate::wire::WebhookKey;
use crate::wire::api::{Envelope, Operation};
use crate::wire::failure::{Classified, classify};

/// The first answer that is not as expected.
pub(super) fn differ(look: &Look<'_>, expect: &Expect) -> Option<Text> {
    let wants = expect.answers.iter().enumerate();
    wants
        .flat_map(|(step, want)| look.steps.calls(look.seen, step).map(move |call| (step, want, call)))
        .find_map(|(step, want, call)| {
            let found = check(look, step, call, *want).err()?;
            Some(match look.case.steps.len() {
                1 => found,
                _ => say!("probe-judge-step", n = step + 1, path = &call.path, what = found),
            })
        })
}

/// The call's answer is as wanted.
///
/// # Errors
/// "expected …, seen …".
pub(super) fn check(look: &Look<'_>, step: usize, call: &Call, want: Want) -> Result<(), Text> {
    let one = Seen { look, step, call, class: call.answer.as_ref().map(|a| class_of(call, a)) };
    if one.fits(want) {
        return Ok(());
    }
    Err(say!("probe-judge-differs", wanted = one.wanted(want), seen = one.text()))
}

fn class_of(call: &Call, answer: &Answer) -> Classified {
    let operation = Operation::ALL.into_iter().find(|o| o.path() == call.path).unwrap_or(Operation::Dismiss);
    classify(answer.status, answer.body.as_bytes(), operation)
}

/// An answer and how it is understood.
struct Seen<'a> {
    look: &'a Look<'a>,
    step: usize,
    call: &'a Call,
    class: Option<Classified>,
}

impl Seen<'_> {
    fn envelope(&self) -> Option<Envelope> {
        Envelope::parse(self.call.answer.as_ref()?.body.as_bytes()).ok()
    }

    fn is_old(&self) -> bool {
        matches!(self.look.build, Build::V370 | Build::V380)
    }

    fn kind(&self) -> Option<FailureKind> {
        self.class.as_ref()?.result.err()
    }

    fn fits(&self, want: Want) -> bool {
        match want {
            Want::Anything => true,
            Want::GaveUp => self.class.is_none(),
            Want::AnyOf(wants) => wants.iter().any(|one| self.fits(*one)),
            Want::Success => self.succeeded(),
            Want::Done => self.succeeded() && self.no_data(),
            Want::Code(code) => self.class.as_ref().and_then(|c| c.err_code) == Some(code),
            Want::Failure(kind) => self.failed(kind),
            Want::Says(code, message, detail) => self.says(code, message, detail),
            Want::Local(code, name, text) => self.local(code, name, text),
            Want::Remote(code, name, text) if self.is_old() => {
                let whole = format!("{text}: {code} {name}");
                self.says(code, &whole, &whole)
            }
            Want::Remote(code, name, text) => self.says(code, name, text),
            Want::NoGroup => self.no_group(),
            Want::Status(status) => {
                self.envelope().is_none()
                    && self.call.answer.as_ref().is_some_and(|answer| answer.status == status)
            }
            Want::TimedOut(key) => self.timed_out(key, None),
            Want::BodyTimedOut(key) => self.timed_out(key, Some(FailureKind::WebhookBodyRead)),
            Want::Slow { key, ms, members } => self.slow(key, ms, members),
        }
    }

    fn succeeded(&self) -> bool {
        match &self.class {
            Some(class) if self.look.seen.summary => class.err_code == Some(0),
            Some(class) => class.result.is_ok(),
            None => false,
        }
    }

    /// Releases between 3.8.0 and 3.8.3 were not read: either form will do.
    fn no_data(&self) -> bool {
        let json = self.call.answer.as_ref().map(Answer::json).unwrap_or_default();
        let (is_null, is_missing) =
            (json.get("data").is_some_and(serde_json::Value::is_null), json.get("data").is_none());
        match self.look.build {
            Build::V370 | Build::V380 => is_null,
            Build::V383 if self.is_unread_release() => is_null || is_missing,
            _ => is_missing,
        }
    }

    fn is_unread_release(&self) -> bool {
        let version = &self.look.setting.version;
        version.build == Build::V383 && version.text != "3.8.3"
    }

    fn failed(&self, kind: FailureKind) -> bool {
        let Some(found) = self.kind() else { return false };
        let hidden = found == FailureKind::WebhookCauseHidden
            && self.look.build == Build::V383
            && (kind.is_90004() || kind == FailureKind::WebhookBadAnswer);
        (found == kind || hidden) && self.worded()
    }

    /// Errors of a callback: both texts alike up to 3.8.0, name and text later.
    fn worded(&self) -> bool {
        let Some(envelope) = self.envelope() else { return true };
        let name = match envelope.err_code {
            90004 => "NetworkError",
            90007 => "DataError",
            _ => return true,
        };
        match self.is_old() {
            _ if self.look.seen.summary => true,
            true => envelope.err_msg == envelope.err_dlt && envelope.err_msg != name,
            false => envelope.err_msg == name,
        }
    }

    fn says(&self, code: i64, message: &str, detail: &str) -> bool {
        let Some(envelope) = self.envelope() else { return false };
        if self.look.seen.summary {
            return envelope.err_code == code && envelope.err_dlt == detail;
        }
        envelope.err_code == code
            && envelope.err_msg == message
            && envelope.err_dlt == detail
            && envelope.data.is_none_or(|data| data.is_null())
    }

    fn local(&self, code: i64, name: &str, text: &str) -> bool {
        match self.look.build {
            Build::V370 | Build::V380 => self.says(code, name, &format!("{text}: {code} {name}")),
            Build::V383 if self.is_unread_release() => {
                self.says(code, name, "") || self.says(code, name, text)
            }
            Build::V383 => self.says(code, name, ""),
            _ => self.says(code, name, text),
        }
    }

    fn no_group(&self) -> bool {
        let json = self.call.answer.as_ref().map(Answer::json).unwrap_or_default();
        let silent = json["errMsg"] == "" && json["errDlt"] == "";
        json["errCode"] == 0
            && silent
            && json.pointer("/data/groupInfo").is_some_and(serde_json::Value::is_null)
    }

    fn timed_out(&self, key: WebhookKey, body: Option<FailureKind>) -> bool {
        let limit = Limit::of(self.look.setting, key);
        let Some(kind) = self.kind() else { return false };
        let hidden = kind == FailureKind::WebhookCauseHidden && self.look.build == Build::V383;
        let fits = match body {
            Some(wanted) => kind == wanted,
            None => limit.fits_kind(kind) || hidden,
        };
        fits && waited(self.look, self.step, self.call, key, limit) && self.worded()
    }

    fn slow(&self, key: WebhookKey, ms: u32, members: u32) -> bool {
        let once = f64::from(ms) / 1000.0;
        if Limit::of(self.look.setting, key).seconds().is_some_and(|limit| limit <= once) {
            return self.timed_out(key, None);
        }
        let times = if self.look.build.one_callback_a_member() { f64::from(members) } else { 1.0 };
        let seconds = self.call.answer.as_ref().map_or(0.0, |answer| answer.seconds);
        self.succeeded() && (once * times - 0.01..once * times + LATE_S).contains(&seconds)
    }

    /// What is wanted, in words.
    fn wanted(&self, want: Want) -> Text {
        let limit = |key| Limit::of(self.look.setting, key).text();
        match want {
            Want::Anything => say!("probe-judge-anything"),
            Want::GaveUp => say!("probe-judge-no-answer-in-time"),
            Want::AnyOf(wants) => wants
                .iter()
                .map(|one| self.wanted(*one))
                .reduce(|one, other| say!("probe-judge-or", one = one, other = other))
                .unwrap_or_default(),
            Want::Success => say!("probe-judge-success"),
            Want::Done if self.is_old() => say!("probe-judge-success-null"),
            Want::Done => say!("probe-judge-success-without-data"),
            Want::Code(code) => Text::plain(format!("errCode {code}")),
            Want::Failure(kind) => Text::plain(kind.name()),
            Want::Says(code, message, detail) => Text::plain(format!("{code} `{message}` `{detail}`")),
            Want::Local(code, name, text) | Want::Remote(code, name, text) => {
                let build = self.look.build.name();
                say!("probe-judge-worded", code = code, name = name, text = text, build = build)
            }
            Want::NoGroup => say!("probe-judge-no-group"),
            Want::Status(status) => Text::plain(format!("HTTP {status}")),
            Want::TimedOut(key) => say!("probe-judge-timed-out", limit = limit(key), key = key.name()),
            Want::BodyTimedOut(key) => {
                say!("probe-judge-body-timed-out", limit = limit(key), key = key.name())
            }
            Want::Slow { ms, members, .. } if self.look.build.one_callback_a_member() => {
                success_after(ms * members)
            }
            Want::Slow { ms, .. } => success_after(ms),
        }
    }

    /// What is there, in words.
    fn text(&self) -> Text {
        let (Some(answer), Some(class)) = (&self.call.answer, &self.class) else {
            return say!("probe-judge-no-answer");
        };
        let seconds = format!("{:.2}", answer.seconds);
        match (class.result, self.envelope()) {
            (Ok(()), Some(envelope)) => {
                let code = envelope.err_code;
                match answer.json().get("data") {
                    None => say!("probe-judge-seen-without-data", code = code, seconds = seconds),
                    Some(serde_json::Value::Null) => {
                        say!("probe-judge-seen-null", code = code, seconds = seconds)
                    }
                    Some(_) => say!("probe-judge-seen-data", code = code, seconds = seconds),
                }
            }
            (Err(kind), Some(envelope)) => {
                let (code, text) = (envelope.err_code, class.text.clone().unwrap_or_default());
                say!(
                    "probe-judge-seen-failed",
                    kind = kind.name(),
                    code = code,
                    text = text,
                    seconds = seconds
                )
            }
            (_, None) => say!("probe-http-bare", status = answer.status),
        }
    }
}

fn success_after(ms: u32) -> Text {
    say!("probe-judge-success-after", seconds = (f64::from(ms) / 1000.0).to_string())
}
