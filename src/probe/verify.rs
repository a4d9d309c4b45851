//! Whether a timeout counts: one callback of the key is held until `OpenIM` gives up.
//!
//! The operation that fires each key, and what the time until `OpenIM` closed the connection says: the wanted timeout, the
//! one before, the cap, another. Nothing is held beyond 18 s, which is more than any timeout lasts. Reaching a deployment
//! and printing are left to `app`.

use serde::Serialize;

use super::case::{Acting, Called, Case, Does, Expect, For, Step, Topic};
use super::observation::{Answer, Observation};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey::{self, *};
use crate::wire::api::Operation;
use crate::wire::failure::{classify, printable};
use crate::wire::{Build, FailureKind};

/// The cap of OpenIM's webhook client, s.
pub const CAP_S: u32 = 15;
/// A time so near to a whole second is that timeout, s: `OpenIM` is 3 to 10 ms late, a busy machine more.
const NEAR_S: f64 = 0.35;

const CREATE: Step = Step::new(
    "/group/create_group",
    r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"needVerification":2}}"#,
);
/// By the owner: on 3.7 an admin's invite may end the group process. The message pipeline must know the group first.
const INVITE: Step = Step::new(
    "/group/invite_user_to_group",
    r#"{"groupID":"{created}","invitedUserIDs":["{m5}"],"reason":"bench"}"#,
)
.acting(Acting::Owner)
.pause(1000);
const JOIN: Step = Step::new(
    "/group/join_group",
    r#"{"groupID":"{created}","reqMessage":"hello","joinSource":3,"inviterUserID":"{outsider}"}"#,
)
.pause(1000);
const KICK: Step =
    Step::new("/group/kick_group", r#"{"groupID":"{created}","kickedUserIDs":["{m1}"],"reason":"bench"}"#)
        .pause(1000);
const QUIT: Step = Step::new("/group/quit_group", r#"{"groupID":"{created}","userID":"{m2}"}"#).pause(1000);
const TRANSFER: Step = Step::new(
    "/group/transfer_group",
    r#"{"groupID":"{created}","oldOwnerUserID":"{owner}","newOwnerUserID":"{admin1}"}"#,
)
.pause(1000);
const DISMISS: Step =
    Step::new("/group/dismiss_group", r#"{"groupID":"{created}","deleteMember":true}"#).pause(1000);
const SET_INFO: Step = Step::new(
    "/group/set_group_info",
    r#"{"groupInfoForSet":{"groupID":"{created}","groupName":"{marker}","introduction":"changed"}}"#,
)
.pause(1000);
const SET_INFO_EX: Step = Step::new(
    "/group/set_group_info_ex",
    r#"{"groupID":"{created}","groupName":"{marker}","introduction":"changed"}"#,
)
.pause(1000);
const SET_MEMBER: Step = Step::new(
    "/group/set_group_member_info",
    r#"{"members":[{"groupID":"{created}","userID":"{m1}","nickname":"{marker}"}]}"#,
)
.pause(1000);

/// Cases that hold a key's callback: of the create itself, or of the call after it.
macro_rules! cases {
    (create: $($first:ident)+; $($step:ident: $($key:ident)+;)+) => {
        /// The case that holds a callback of this key; every key has one.
        #[must_use]
        pub fn case(key: WebhookKey) -> &'static Case {
            match key {
                $($first => {
                    static CASE: Case = held(concat!("verify_", stringify!($first)))
                        .receiver(&[($first, Does::Holds)])
                        .steps(&[CREATE])
                        .expect(&[For::every(Expect::answers(&[]).called(&[&[Called::Once($first)]]))]);
                    &CASE
                })+
                $($($key => {
                    static CASE: Case = held(concat!("verify_", stringify!($key)))
                        .receiver(&[($key, Does::Holds)])
                        .steps(&[CREATE, $step])
                        .expect(&[For::every(Expect::answers(&[]).called(&[&[], &[Called::Once($key)]]))]);
                    &CASE
                })+)+
            }
        }
    };
}

cases! {
    create: BeforeCreateGroup BeforeMemberJoinGroup AfterCreateGroup;
    INVITE: BeforeInviteUserToGroup BeforeCreateGroupChatConversations AfterCreateGroupChatConversations;
    JOIN: BeforeApplyJoinGroup AfterJoinGroup;
    QUIT: AfterQuitGroup;
    KICK: AfterKickGroupMember;
    DISMISS: AfterDismissGroup;
    TRANSFER: AfterTransferGroupOwner;
    SET_INFO: BeforeSetGroupInfo AfterSetGroupInfo;
    SET_INFO_EX: BeforeSetGroupInfoEx AfterSetGroupInfoEx;
    SET_MEMBER: BeforeSetGroupMemberInfo AfterSetGroupMemberInfo;
}

const fn held(name: &'static str) -> Case {
    Case::unlisted(Topic::Timeouts, name)
}

/// What became of one held callback.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// `OpenIM` closed the connection after so many seconds.
    Cut(f64),
    /// It was held for as long as we hold and `OpenIM` still waited.
    NotCut,
    /// It did not come; what the API answered, where that was an error.
    NotCalled(Option<String>),
    /// The group or its users are not known everywhere yet: once more in a moment.
    TooEarly,
}

/// What a case showed of its key.
#[must_use]
pub fn look(key: WebhookKey, seen: &Observation) -> Held {
    let mut own = seen.callbacks.iter().filter(|c| WebhookKey::from_command(c.command()) == Some(key));
    let Some(callback) = own.next() else {
        let error = seen.calls.iter().filter_map(|call| call.answer.as_ref()).find_map(error_of);
        return match error {
            Some((FailureKind::Api(1004 | 1101) | FailureKind::MaxSeqInvalid, _)) => Held::TooEarly,
            other => Held::NotCalled(other.map(|(_, text)| text)),
        };
    };
    callback.aborted.map_or(Held::NotCut, Held::Cut)
}

/// The failure of a call, in words.
fn error_of(answer: &Answer) -> Option<(FailureKind, String)> {
    let told = classify(answer.status, answer.body.as_bytes(), Operation::Create);
    let kind = told.result.err()?;
    let text = told.text.as_deref().map(printable).unwrap_or_default();
    Some((kind, format!("{kind}: {text}").trim_end_matches(": ").to_owned()))
}

/// What it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// `OpenIM` gives up at the wanted timeout.
    Holds,
    /// At the one before: the new one was not loaded.
    Before,
    /// At 15 s: no timeout, 0 or more than 15 is in force.
    Cap,
    /// At another one.
    Other,
    /// Sometimes at the wanted one, sometimes not: several processes, of which not all have it.
    Mixed,
    /// The webhook was not called.
    NotCalled,
    /// No timeout was told: `OpenIM` never gave up, or at no whole second.
    Unclear,
}

/// A verdict with its words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The webhook.
    pub key: WebhookKey,
    /// The timeout that should count, seconds.
    pub wanted_s: u32,
    /// The one before, where known.
    pub before_s: Option<u32>,
    /// What was seen, seconds until `OpenIM` gave up.
    pub held_s: Vec<f64>,
    /// The verdict.
    pub verdict: Verdict,
    /// In words.
    pub what: Text,
    /// What to do; empty where nothing is.
    pub do_next: Text,
}

/// Which timeout a time until the connection was closed stands for; none where it is at no whole second from 1 to 15.
#[must_use]
pub fn whole(held_s: f64) -> Option<u32> {
    let near = (held_s - held_s.round()).abs() <= NEAR_S;
    (near && (0.5..f64::from(CAP_S) + 0.5).contains(&held_s)).then(|| held_s.round() as u32)
}

/// Judges what was seen of one key, at least once.
#[must_use]
pub fn judge(
    key: WebhookKey,
    wanted_s: u32,
    before_s: Option<u32>,
    seen: &[Held],
    build: Option<Build>,
) -> Judged {
    let held_s: Vec<f64> =
        seen.iter().filter_map(|h| if let Held::Cut(s) = h { Some(*s) } else { None }).collect();
    let times: Vec<Option<u32>> = held_s.iter().map(|s| whole(*s)).collect();
    let all = |t: u32| held_s.len() == seen.len() && times.iter().all(|time| *time == Some(t));
    let verdict = if seen.iter().any(|h| matches!(h, Held::NotCalled(_) | Held::TooEarly)) {
        Verdict::NotCalled
    } else if all(wanted_s) {
        Verdict::Holds
    } else if times.contains(&Some(wanted_s)) {
        Verdict::Mixed
    } else if before_s.is_some_and(all) {
        Verdict::Before
    } else if all(CAP_S) {
        Verdict::Cap
    } else if held_s.len() == seen.len() && times.iter().all(Option::is_some) {
        Verdict::Other
    } else {
        Verdict::Unclear
    };
    let (what, do_next) = words(key, wanted_s, before_s, seen, &held_s, verdict, build);
    let held_s = held_s.iter().map(|s| (s * 1e3).round() / 1e3).collect();
    Judged { key, wanted_s, before_s, held_s, verdict, what, do_next }
}

fn words(
    key: WebhookKey,
    wanted_s: u32,
    before_s: Option<u32>,
    seen: &[Held],
    held_s: &[f64],
    verdict: Verdict,
    build: Option<Build>,
) -> (Text, Text) {
    let times = held_s.iter().map(|s| Text::plain(format!("{s:.2} s"))).collect::<Vec<_>>();
    let times = Text::list(&times);
    let variable = || format!("IMENV_WEBHOOKS_{}_TIMEOUT", key.name().to_uppercase());
    match verdict {
        Verdict::Holds if before_s == Some(wanted_s) => {
            (say!("probe-verify-holds-as-before", times = times, wanted = wanted_s), Text::default())
        }
        Verdict::Holds => (say!("probe-verify-holds", times = times), Text::default()),
        Verdict::Before => (
            say!("probe-verify-before", times = times),
            say!("probe-verify-before-next", variable = variable()),
        ),
        Verdict::Cap => {
            (say!("probe-verify-cap", times = times), say!("probe-verify-cap-next", variable = variable()))
        }
        Verdict::Other => (
            say!("probe-verify-other", times = times),
            say!("probe-verify-other-next", variable = variable()),
        ),
        Verdict::Mixed => (say!("probe-verify-mixed", times = times), say!("probe-verify-mixed-next")),
        Verdict::NotCalled => not_called(key, seen, build),
        Verdict::Unclear if held_s.is_empty() => {
            (say!("probe-verify-never"), say!("probe-verify-never-next"))
        }
        Verdict::Unclear => (say!("probe-verify-unclear", times = times), say!("probe-verify-unclear-next")),
    }
}

fn not_called(key: WebhookKey, seen: &[Held], build: Option<Build>) -> (Text, Text) {
    let told = seen.iter().find_map(|h| if let Held::NotCalled(Some(text)) = h { Some(text) } else { None });
    let what = match told {
        Some(text) => say!("probe-verify-not-called-told", text = text),
        None => say!("probe-verify-not-called"),
    };
    let next = if key == AfterJoinGroup && build == Some(Build::Patch16) {
        say!("probe-verify-never-sent")
    } else {
        say!("probe-verify-not-called-next")
    };
    (what, next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::observation::{Call, Callback};

    fn verdict(wanted: u32, before: Option<u32>, seen: &[Held]) -> Verdict {
        judge(BeforeCreateGroup, wanted, before, seen, None).verdict
    }

    #[test]
    fn the_time_until_openim_gives_up_tells_which_timeout_counts() {
        for (held, before, expected) in [
            (2.004, Some(5), Verdict::Holds),
            (1.72, Some(5), Verdict::Holds),
            (2.3, Some(5), Verdict::Holds),
            (5.006, Some(5), Verdict::Before),
            (15.01, Some(5), Verdict::Cap),
            (15.01, Some(15), Verdict::Before),
            (5.0, None, Verdict::Other),
            (9.0, Some(5), Verdict::Other),
            (2.5, Some(5), Verdict::Unclear),
            (0.01, Some(5), Verdict::Unclear),
            (17.0, Some(5), Verdict::Unclear),
        ] {
            let judged = judge(BeforeCreateGroup, 2, before, &[Held::Cut(held)], None);
            assert_eq!(judged.verdict, expected, "{held}");
            assert_eq!(judged.do_next.is_empty(), expected == Verdict::Holds);
        }
        assert_eq!(verdict(2, None, &[Held::NotCut]), Verdict::Unclear);
        assert_eq!(verdict(2, None, &[Held::NotCalled(None)]), Verdict::NotCalled);
    }

    #[test]
    fn processes_that_disagree_are_told_from_one_that_was_not_restarted() {
        let cut = |seconds: &[f64]| seconds.iter().map(|s| Held::Cut(*s)).collect::<Vec<_>>();
        assert_eq!(verdict(2, Some(5), &cut(&[2.0, 5.0])), Verdict::Mixed);
        assert_eq!(verdict(2, Some(5), &cut(&[5.0, 5.0])), Verdict::Before);
        assert_eq!(verdict(2, Some(5), &cut(&[5.0, 15.0])), Verdict::Other);
        assert_eq!(verdict(2, Some(5), &cut(&[2.0, 2.01])), Verdict::Holds);
    }

    #[test]
    fn a_timeout_that_did_not_change_proves_nothing_about_the_file() {
        let judged = judge(BeforeCreateGroup, 5, Some(5), &[Held::Cut(5.0)], None);
        assert_eq!(judged.verdict, Verdict::Holds);
        assert!(judged.what.contains("as well"), "{}", judged.what.en());
    }

    #[test]
    fn every_key_has_a_case_that_holds_it_and_ends_with_the_call_that_fires_it() {
        for key in WebhookKey::ALL.iter().copied() {
            let case = case(key);
            assert_eq!(case.receiver, [(key, Does::Holds)]);
            let last = case.steps.last().unwrap();
            let firing: Vec<&str> =
                crate::wire::flow::operations_firing(key, Some(Build::Main)).map(Operation::path).collect();
            assert!(firing.is_empty() || firing.contains(&last.path), "{key}: {}", last.path);
        }
    }

    #[test]
    fn a_callback_that_did_not_come_is_told_with_the_answer_of_the_api() {
        let answer = Answer {
            status: 200,
            body: r#"{"errCode":90004,"errMsg":"NetworkError","errDlt":"dial tcp 127.0.0.1:1: connect: connection refused"}"#.to_owned(),
            ..Answer::default()
        };
        let call = Call { path: "/group/create_group".to_owned(), answer: Some(answer), ..Call::default() };
        let seen = Observation { calls: vec![call], ..Observation::default() };
        let Held::NotCalled(Some(text)) = look(BeforeCreateGroup, &seen) else { panic!() };
        assert!(text.contains("refused"), "{text}");
        let line = "POST /cb/callbackBeforeCreateGroupCommand HTTP/1.1".to_owned();
        let callback = Callback { line, aborted: Some(2.0), ..Callback::default() };
        let seen = Observation { callbacks: vec![callback], ..seen };
        assert_eq!(look(BeforeCreateGroup, &seen), Held::Cut(2.0));
        assert!(matches!(look(AfterCreateGroup, &seen), Held::NotCalled(_)));
    }
}
