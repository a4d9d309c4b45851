//! What a pasted failure can be: from an answer of the API, an error text or a log line to the causes that fit.
//!
//! Nothing but the text is needed. Where it cannot tell causes apart all of them are named, each with what rules it out; the time
//! that the call took and the version may narrow them.

mod elapsed;
mod fitting;
mod notes;
mod read;
mod table;

use serde::Serialize;

use crate::text::Text;
use crate::wire::callback::command_in_target;
use crate::wire::failure::{FailureKind, webhook_in};
use crate::wire::{OpenimVersion, WebhookKey};

pub use elapsed::{Elapsed, ElapsedError};

/// Format of the JSON.
const FORMAT: u32 = 1;
/// Longest text that is looked at, bytes: an answer with its stack is far shorter.
const LONGEST: usize = 1 << 20;

/// What a failure can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Cause {
    // A timeout passed.
    Reentrant,
    SlowHandler,
    PoolFull,
    Unreachable,
    LateBody,
    // The callback could not be sent, or got no answer.
    Refused,
    Closed,
    Dns,
    BadUrl,
    ShippedUrl,
    Tls,
    NotHttp,
    // It was answered, wrongly.
    HtmlPage,
    TextAnswer,
    EmptyAnswer,
    WrongShape,
    IdsTaken,
    // It was answered with no.
    Rejected,
    RejectedZero,
    // OpenIM's side.
    GroupDown,
    InviteCrash,
    EntryCrash,
    MaxSeq,
    Internal,
    RateLimited,
    Other,
    // The caller's side.
    Token,
    NoPermission,
    BadRequest,
    NotFound,
    AlreadyThere,
    NotTheApi,
    ApiUnreachable,
    Success,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What was pasted.
    pub text: &'a str,
    /// How long the API call took.
    pub elapsed: Option<Elapsed>,
    /// The deployment's version.
    pub version: Option<&'a OpenimVersion>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Version of this shape.
    pub format: u32,
    /// What the text says.
    pub recognised: Recognised,
    /// What fits, the likeliest first; empty where the text is unknown.
    pub causes: Vec<Explained>,
    /// One cause is left.
    pub told_apart: bool,
    /// What to know as well.
    pub notes: Vec<Text>,
}

/// What the text says.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recognised {
    /// errCode, read or told by the words.
    pub err_code: Option<i64>,
    /// Kind of failure, named as in `summary.json`; `ok` for a success.
    pub kind: Option<String>,
    /// The error's text, shortened and printable.
    pub text: Option<String>,
    /// The URL that `OpenIM` tried to call.
    pub post_url: Option<String>,
    /// The webhook's key.
    pub webhook: Option<&'static str>,
    /// The callback's command.
    pub command: Option<String>,
    /// As given.
    pub elapsed_s: Option<f64>,
    /// As given.
    pub version: Option<String>,
    /// The recorded build that it is treated as.
    pub build: Option<&'static str>,
}

/// A cause that fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// Stable name.
    pub cause: &'static str,
    /// What it is.
    pub title: Text,
    /// How it shows.
    pub shows: Text,
    /// What rules it out.
    pub rules_out: Text,
    /// Commands to run next.
    pub next: Vec<String>,
}

/// Says what a pasted failure can be.
#[must_use]
pub fn explain(asked: Asked<'_>) -> Explanation {
    let text = head(asked.text);
    let read = read::read(text);
    let build = asked.version.map(|v| v.build);
    let mut causes = read.as_ref().map(|read| fitting::fitting(read, build)).unwrap_or_default();
    let kind = read.as_ref().and_then(|r| r.kind);
    if kind == Some(FailureKind::WebhookCauseHidden) {
        elapsed::narrow(&mut causes, asked.elapsed);
    }
    let recognised = recognised(read.as_ref(), asked);
    let notes = notes::notes(read.as_ref(), &causes, &recognised, asked);
    let causes: Vec<Explained> = causes.into_iter().filter_map(explained).collect();
    Explanation { format: FORMAT, recognised, told_apart: causes.len() == 1, causes, notes }
}

/// As much of a text as is looked at.
fn head(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn recognised(read: Option<&read::Read>, asked: Asked<'_>) -> Recognised {
    let given = Recognised {
        elapsed_s: asked.elapsed.map(Elapsed::as_secs_f64),
        version: asked.version.map(|v| v.text.clone()),
        build: asked.version.map(|v| v.build.name()),
        ..Recognised::default()
    };
    let Some(read) = read else { return given };
    let post_url = read.post_url.clone();
    let key = post_url.as_deref().and_then(webhook_in);
    Recognised {
        err_code: read.err_code,
        kind: Some(read.kind.map_or_else(|| "ok".to_owned(), FailureKind::name)),
        text: read.shown.clone(),
        webhook: key.map(WebhookKey::name),
        command: key.and(post_url.as_deref()).map(|url| command_in_target(url).to_owned()),
        post_url,
        ..given
    }
}

fn explained(cause: Cause) -> Option<Explained> {
    let row = cause.row()?;
    Some(Explained {
        cause: row.name,
        title: (row.title)(),
        shows: (row.shows)(),
        rules_out: (row.rules_out)(),
        next: row.next.iter().map(|command| (*command).to_owned()).collect(),
    })
}
