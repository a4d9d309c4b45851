//! What one answer is, and what `OpenIM` makes of it.

use crate::sim::{Answered, Hop};
use crate::wire::decision::{Decision, Rejection, decide};
use crate::wire::failure::printable;
use crate::wire::goread::Value;
use crate::wire::{Build, WebhookKey};

/// What `OpenIM` does with the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Goes on; these fields of the answer change the operation.
    Continues(Vec<String>),
    /// Refuses it.
    Rejects(Rejection),
    /// 90007, with Go's text.
    BadAnswer(String),
    /// 90004, with Go's text.
    NotAnswered(String),
}

/// What is wrong, or worth knowing; ordered by how early it stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// No connection.
    NotReached,
    /// No answer in time.
    Deadline,
    /// The connection broke, or what came is no HTTP.
    Broken,
    /// Led to a login page.
    LoginRedirect,
    /// Led elsewhere.
    Redirected,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 419.
    Csrf,
    /// 429.
    Throttled,
    /// 404 or 405.
    NotRouted,
    /// A page.
    Html,
    /// Nothing.
    Empty,
    /// A byte order mark.
    Bom,
    /// No JSON.
    NotJson,
    /// JSON of another shape.
    WrongShape,
    /// An error status with an answer that `OpenIM` reads.
    StatusIgnored,
    /// Rejects the operation.
    Rejects,
    /// Rejects with errCode 0 or below.
    RejectsZero,
    /// Rejects with a code that main turns into 500.
    RejectsSmall,
    /// An errCode that does nothing.
    CodeWithoutRejection,
    /// An object with none of the keys that `OpenIM` knows.
    NoKnownKey,
    /// A set-info answer that blanks what it does not repeat.
    NotEchoed,
    /// An entry without userID.
    EntryWithoutUser,
    /// Fields that are read and not used.
    FieldsIgnored,
    /// Fields that change the operation.
    Changes,
}

/// An answer, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What `OpenIM` does.
    pub effect: Effect,
    /// What to tell of it.
    pub faults: Vec<Fault>,
    /// HTTP status, of the last answer.
    pub status: Option<u16>,
}

impl Judged {
    /// Whether it seems that nothing is there for the webhook: no route, a page or nothing for an answer.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        let seen = |fault: &Fault| {
            matches!(
                fault,
                Fault::NotRouted | Fault::Html | Fault::Empty | Fault::NotJson | Fault::Redirected
            )
        };
        self.faults.iter().any(seen)
    }

    /// Whether a handler of the webhook's own answered: nothing stood in the way, as far as can be seen.
    #[must_use]
    pub fn is_routed(&self) -> bool {
        matches!(self.effect, Effect::Continues(_) | Effect::Rejects(_))
            && !self.faults.iter().any(|fault| *fault <= Fault::StatusIgnored)
    }
}

/// Judges an answer to a callback of `key` as `build` reads it.
#[must_use]
pub fn judge(key: WebhookKey, build: Build, answered: &Answered) -> Judged {
    let status = answered.hops.last().map(|hop| hop.status);
    let body = match &answered.body {
        Ok(body) => body,
        Err(text) => {
            let faults = vec![redirect(&answered.hops).unwrap_or_else(|| transport(text))];
            return Judged { effect: Effect::NotAnswered(printable(text)), faults, status };
        }
    };
    let decision = decide(key, build, body);
    let in_the_way = redirect(&answered.hops).or_else(|| by_status(status, &decision));
    let in_the_way = in_the_way.or_else(|| unreadable(body, &decision));
    let mut faults: Vec<Fault> = in_the_way.into_iter().collect();
    let effect = match decision {
        Decision::BadJson(text) => Effect::BadAnswer(printable(&text)),
        Decision::Reject(rejection) => {
            faults.extend(key.is_before().then(|| rejecting(rejection.code, build)));
            Effect::Rejects(rejection)
        }
        Decision::Continue(answer) => {
            if key.is_before() && faults.is_empty() {
                faults.extend(within(key, build, &answer));
            }
            Effect::Continues(if key.is_before() { applied(key, build, &answer) } else { Vec::new() })
        }
    };
    Judged { effect, faults, status }
}

fn transport(text: &str) -> Fault {
    let has = |part: &str| text.contains(part);
    if has("context deadline exceeded") {
        Fault::Deadline
    } else if has("dial tcp") || has("unsupported protocol") || has("tls:") || has("x509") {
        Fault::NotReached
    } else {
        Fault::Broken
    }
}

fn redirect(hops: &[Hop]) -> Option<Fault> {
    const LOGIN: [&str; 6] = ["login", "signin", "sign-in", "sign_in", "auth", "sso"];
    let is_redirect = |hop: &&Hop| matches!(hop.status, 301 | 302 | 303 | 307 | 308);
    let location = hops.iter().filter(is_redirect).find_map(|hop| hop.location.as_deref())?;
    let location = location.to_ascii_lowercase();
    let login = LOGIN.iter().any(|word| location.contains(word));
    Some(if login { Fault::LoginRedirect } else { Fault::Redirected })
}

fn by_status(status: Option<u16>, decision: &Decision) -> Option<Fault> {
    let readable = !matches!(decision, Decision::BadJson(_));
    match status? {
        401 => Some(Fault::Unauthorized),
        403 => Some(Fault::Forbidden),
        419 => Some(Fault::Csrf),
        429 => Some(Fault::Throttled),
        404 | 405 if !readable => Some(Fault::NotRouted),
        400.. if readable => Some(Fault::StatusIgnored),
        _ => None,
    }
}

fn unreadable(body: &[u8], decision: &Decision) -> Option<Fault> {
    let Decision::BadJson(text) = decision else { return None };
    let trimmed = body.trim_ascii_start();
    Some(if trimmed.is_empty() {
        Fault::Empty
    } else if body.starts_with(b"\xef\xbb\xbf") {
        Fault::Bom
    } else if trimmed.first() == Some(&b'<') {
        Fault::Html
    } else if text.contains("cannot unmarshal") {
        Fault::WrongShape
    } else {
        Fault::NotJson
    })
}

fn rejecting(code: i32, build: Build) -> Fault {
    match code {
        ..=0 => Fault::RejectsZero,
        1..=99 if build == Build::Main => Fault::RejectsSmall,
        _ => Fault::Rejects,
    }
}

const COMMON: [&str; 5] = ["actionCode", "errCode", "errMsg", "errDlt", "nextCode"];

/// Fields of an answer that change the operation, and fields that are read and not used.
fn fields(key: WebhookKey, build: Build) -> (&'static [&'static str], &'static [&'static str]) {
    use WebhookKey as K;
    const CREATE: &[&str] = &[
        "groupID",
        "groupName",
        "notification",
        "introduction",
        "faceURL",
        "ex",
        "status",
        "creatorUserID",
        "groupType",
        "needVerification",
        "lookMemberInfo",
    ];
    const CONVERSATIONS: &[&str] =
        &["recvMsgOpt", "isPinned", "isPrivateChat", "burnDuration", "groupAtType", "attachedInfo", "ex"];
    match key {
        K::BeforeCreateGroup => (CREATE, &["ownerUserID", "applyMemberFriend"]),
        K::BeforeMemberJoinGroup if build.one_callback_a_member() => {
            (&["nickname", "faceURL", "roleLevel", "muteEndTime", "ex"], &["memberCallbackList"])
        }
        K::BeforeMemberJoinGroup => (&["memberCallbackList"], &["nickname", "roleLevel", "muteEndTime"]),
        K::BeforeInviteUserToGroup => (&[], &["refusedMembersAccount"]),
        K::BeforeSetGroupInfo | K::BeforeSetGroupInfoEx => {
            (&["ex", "needVerification", "lookMemberInfo", "applyMemberFriend"], &[])
        }
        K::BeforeSetGroupMemberInfo => (&["ex", "nickName", "faceURL", "roleLevel"], &[]),
        K::BeforeCreateGroupChatConversations => (CONVERSATIONS, &[]),
        _ => (&[], &[]),
    }
}

fn named(answer: &Value, names: &[&str]) -> Vec<String> {
    let set = |name: &&&str| match answer.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    };
    names.iter().filter(set).map(|name| (*name).to_owned()).collect()
}

/// Fields of the answer that `OpenIM` takes over.
fn applied(key: WebhookKey, build: Build, answer: &Value) -> Vec<String> {
    named(answer, fields(key, build).0)
}

/// What is to be told of a readable answer that lets the operation go on.
fn within(key: WebhookKey, build: Build, answer: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (used, unused) = fields(key, build);
    if answer.int("errCode").unwrap_or(0) != 0 {
        faults.push(Fault::CodeWithoutRejection);
    }
    if let Value::Object(pairs) = answer {
        let echoed: &[&str] = &["groupID", "groupName", "notification", "introduction", "faceURL"];
        let known = COMMON.iter().chain(used).chain(unused).chain(echoed);
        let known: Vec<&&str> = known.collect();
        let is_known = |name: &str| known.iter().any(|k| k.eq_ignore_ascii_case(name));
        if !pairs.is_empty() && !pairs.iter().any(|(name, _)| is_known(name)) {
            faults.push(Fault::NoKnownKey);
        }
    }
    let sets_info = matches!(key, WebhookKey::BeforeSetGroupInfo | WebhookKey::BeforeSetGroupInfoEx);
    if sets_info && answer.text("groupID").is_none_or(str::is_empty) {
        faults.push(Fault::NotEchoed);
    }
    let entries = answer.list("memberCallbackList").unwrap_or_default();
    let nameless = |entry: &Value| entry.get("userID").is_none_or(|id| *id == Value::Null);
    if key == WebhookKey::BeforeMemberJoinGroup
        && !build.one_callback_a_member()
        && entries.iter().any(nameless)
    {
        faults.push(Fault::EntryWithoutUser);
    }
    if !named(answer, unused).is_empty() {
        faults.push(Fault::FieldsIgnored);
    }
    if !sets_info && !applied(key, build, answer).is_empty() {
        faults.push(Fault::Changes);
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answered(status: u16, body: &str) -> Answered {
        let hop = Hop { status, location: None, content_type: None };
        let took = Duration::from_millis(1);
        Answered { body: Ok(body.to_owned().into()), hops: vec![hop], dialed: Some(true), took }
    }

    fn faults(key: WebhookKey, build: Build, status: u16, body: &str) -> Vec<Fault> {
        judge(key, build, &answered(status, body)).faults
    }

    #[test]
    fn each_kind_of_answer_has_its_name() {
        let create = |status, body: &str| faults(WebhookKey::BeforeCreateGroup, Build::Main, status, body);
        for (status, body, fault) in [
            (404, "<html>", Fault::NotRouted),
            (405, "", Fault::NotRouted),
            (404, r#"{"message":"Not Found"}"#, Fault::StatusIgnored),
            (401, "{}", Fault::Unauthorized),
            (403, "x", Fault::Forbidden),
            (419, "<html>", Fault::Csrf),
            (429, "slow down", Fault::Throttled),
            (500, " <!doctype html>", Fault::Html),
            (200, "", Fault::Empty),
            (200, "\u{feff}{}", Fault::Bom),
            (200, "success", Fault::NotJson),
            (200, "[]", Fault::WrongShape),
            (200, r#"{"nextCode":"0"}"#, Fault::WrongShape),
            (200, r#"{"nextCode":1,"errCode":4001}"#, Fault::Rejects),
            (200, r#"{"nextCode":1,"errCode":50}"#, Fault::RejectsSmall),
            (200, r#"{"nextCode":1}"#, Fault::RejectsZero),
            (200, r#"{"errCode":4001}"#, Fault::CodeWithoutRejection),
            (200, r#"{"code":0,"msg":"ok"}"#, Fault::NoKnownKey),
            (200, r#"{"ownerUserID":"1"}"#, Fault::FieldsIgnored),
            (200, r#"{"groupName":"x"}"#, Fault::Changes),
        ] {
            assert_eq!(create(status, body), [fault], "{status} {body}");
        }
        for body in ["{}", "null", r#"{"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0}"#] {
            assert_eq!(create(200, body), [], "{body}");
        }
    }

    #[test]
    fn what_a_member_list_or_a_set_info_answer_lacks_is_named() {
        let list = r#"{"memberCallbackList":[{"nickname":"x"}]}"#;
        let of = |build| faults(WebhookKey::BeforeMemberJoinGroup, build, 200, list);
        assert!(of(Build::Main).contains(&Fault::EntryWithoutUser));
        assert!(!of(Build::V370).contains(&Fault::EntryWithoutUser), "3.7 reads no list");
        let set = |body| faults(WebhookKey::BeforeSetGroupInfo, Build::Main, 200, body);
        assert_eq!(set("{}"), [Fault::NotEchoed]);
        assert_eq!(set(r#"{"groupID":"7"}"#), []);
    }

    #[test]
    fn a_redirect_is_named_before_the_page_that_it_leads_to() {
        let mut answer = answered(200, "<html>");
        answer.hops.insert(0, Hop { status: 302, location: Some("/Login".to_owned()), content_type: None });
        let of = |answer: &Answered| judge(WebhookKey::BeforeCreateGroup, Build::Main, answer).faults;
        assert_eq!(of(&answer), [Fault::LoginRedirect]);
        answer.hops[0].location = Some("/elsewhere/".to_owned());
        assert_eq!(of(&answer), [Fault::Redirected]);
    }

    #[test]
    fn after_callbacks_are_not_judged_by_a_decision_that_is_discarded() {
        assert_eq!(faults(WebhookKey::AfterCreateGroup, Build::Main, 200, r#"{"nextCode":1}"#), []);
        assert_eq!(faults(WebhookKey::AfterCreateGroup, Build::Main, 404, "no"), [Fault::NotRouted]);
    }
}
