//! What must be seen: answers, callbacks, and whatever else must hold.

use crate::wire::{FailureKind, WebhookKey};

/// What must be seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expect {
    /// One a step, in order; steps beyond are not looked at. For a step with many calls it
    /// holds for each of them.
    pub answers: &'static [Want],
    /// Callbacks of each step that is made once, in order; steps beyond are not looked at.
    pub called: &'static [&'static [Called]],
    /// Whatever else must hold.
    pub facts: &'static [Fact],
}

impl Expect {
    /// These answers.
    #[must_use]
    pub const fn answers(answers: &'static [Want]) -> Expect {
        Expect { answers, called: &[], facts: &[] }
    }

    /// And these callbacks.
    #[must_use]
    pub const fn called(mut self, called: &'static [&'static [Called]]) -> Expect {
        self.called = called;
        self
    }

    /// And this.
    #[must_use]
    pub const fn facts(mut self, facts: &'static [Fact]) -> Expect {
        self.facts = facts;
        self
    }
}

/// What an answer must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Want {
    /// Whatever it is.
    Anything,
    /// errCode 0, and what was asked for is there.
    Success,
    /// errCode 0 of a call whose reply has no fields: `data` is null up to 3.8.0, missing later.
    Done,
    /// This failure. 3.8.3 may hide the cause of a 90004.
    Failure(FailureKind),
    /// This errCode, whatever the texts.
    Code(i64),
    /// Exactly this errCode, errMsg and errDlt, and no group.
    Says(i64, &'static str, &'static str),
    /// An error that the API process raises itself: code, its name, text. Up to 3.8.0 the text
    /// stands in errDlt with code and name behind it, 3.8.3 loses it, later it stands alone.
    Local(i64, &'static str, &'static str),
    /// An error of a process behind the API: code, its name, text. Up to 3.8.0 both errMsg and
    /// errDlt are the text with code and name behind it.
    Remote(i64, &'static str, &'static str),
    /// errCode 0 with a `groupInfo` that is null: a rejection that looks like a success.
    NoGroup,
    /// This HTTP status, without an envelope.
    Status(u16),
    /// 90004 when the key's timeout (or the 15 s cap) has passed, neither sooner nor much later.
    TimedOut(WebhookKey),
    /// The same while the answer's body is awaited.
    BodyTimedOut(WebhookKey),
    /// Success once a callback of this key was answered after `ms`; on 3.7 that is once a
    /// member. A timeout where the key's timeout is shorter.
    Slow {
        /// Key.
        key: WebhookKey,
        /// Handler time.
        ms: u32,
        /// Members in all.
        members: u32,
    },
    /// The caller gave up before.
    GaveUp,
    /// One of these: a race.
    AnyOf(&'static [Want]),
}

/// Callbacks of a step. Keys that are not enabled are not expected; before-callbacks come in
/// the order given, after-callbacks behind them in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called {
    /// One.
    Once(WebhookKey),
    /// One if the step succeeded, else none.
    IfDone(WebhookKey),
    /// From so many to so many: a race, or redirects.
    Times(WebhookKey, u32, u32),
    /// `beforeMemberJoinGroup` for so many members: one a member on 3.7, one in all later.
    Members(u32),
}

impl Called {
    /// The key.
    #[must_use]
    pub const fn key(self) -> WebhookKey {
        match self {
            Called::Once(key) | Called::IfDone(key) | Called::Times(key, _, _) => key,
            Called::Members(_) => WebhookKey::BeforeMemberJoinGroup,
        }
    }
}

/// Whatever else must hold. Steps are counted from 0; a step that was not made is not looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// Callbacks carry the headers of Go's client in its spelling and order.
    GoHeaders,
    /// Callback bodies end with a newline, which `Content-Length` counts.
    Newline,
    /// A callback body of the key contains this text, byte for byte.
    Raw(WebhookKey, &'static str),
    /// The last callback of the key has this JSON value (written as JSON) at this pointer.
    Field(WebhookKey, &'static str, &'static str),
    /// Every callback's path contains this.
    Target(&'static str),
    /// The answer of a step has this JSON value (written as JSON) at this pointer.
    Reply(usize, &'static str, &'static str),
    /// The answer of a step has at the first pointer what its request had at the second.
    ReplyAsSent(usize, &'static str, &'static str),
    /// The answer of a step has something other than null at this pointer, or (`false`) has not.
    ReplyHas(usize, &'static str, bool),
    /// The answer of a step has this header, or (`false`) has not.
    Header(usize, &'static str, bool),
    /// `memberCount` of a create by the app admin is one more than its members.
    OneTooMany(usize),
    /// `afterCreateGroup` lists owner and admins twice, and the app admin.
    ListedTwice(usize),
    /// A second `afterDismissGroup` has no members.
    SecondHasNoMembers,
    /// The answer of a step came before the key's timeout.
    Sooner(usize, WebhookKey),
    /// The callback of the key was cut at the key's timeout.
    Cut(WebhookKey),
    /// A redirect was followed with this method, so often at least.
    Followed(&'static str, u32),
    /// Callbacks that follow each other share a connection.
    SharedConnections,
    /// Many at once: connections are not all kept; of a burst at most 2 (a sending process).
    FewIdle,
    /// `calls` creates at once, answered after `ms` with a rejection: 100 connections (a sending
    /// process), the others wait for one inside their own timeout.
    Pool {
        /// Calls.
        calls: u32,
        /// Handler time.
        ms: u32,
    },
    /// `calls` creates, one every `every_ms`, with an after-handler of `ms`: the queue of 100
    /// slots and 2 workers fills, creates wait for it, events are lost, no error anywhere.
    Overflow {
        /// Calls.
        calls: u32,
        /// Distance.
        every_ms: u32,
        /// Handler time.
        ms: u32,
    },
}
