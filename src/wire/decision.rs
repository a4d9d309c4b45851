//! What `OpenIM` makes of a webhook server's answer.
//!
//! Pure: bytes in, decision out. The HTTP status plays no part. An answer rejects
//! if and only if actionCode is 0 and nextCode is 1; any other readable answer lets
//! the operation go on, whatever its errCode; an unreadable one fails it (90007).

use super::goread::{self, Field, Struct, Type, Value};
use super::key::WebhookKey;
use super::version::Build;

/// What an answer means.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Go on; the fields may change the operation.
    Continue(Value),
    /// The webhook server says no.
    Reject(Rejection),
    /// No JSON of the right shape: Go's text.
    BadJson(String),
}

/// A rejection, as the answer carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// errCode; 0 where absent, may be negative.
    pub code: i32,
    /// errMsg.
    pub msg: String,
    /// errDlt.
    pub dlt: String,
}

/// Reads the answer to a callback of `key` as `build` does.
#[must_use]
pub fn decide(key: WebhookKey, build: Build, body: &[u8]) -> Decision {
    let answer = match goread::unmarshal(body, &Type::Struct(shape(key, build))) {
        Ok(answer) => answer,
        Err(text) => return Decision::BadJson(text),
    };
    let number = |name| answer.int(name).unwrap_or(0);
    if number("actionCode") != 0 || number("nextCode") != 1 {
        return Decision::Continue(answer);
    }
    let text = |name| answer.text(name).unwrap_or_default().to_owned();
    let code = i32::try_from(number("errCode")).unwrap_or(0);
    Decision::Reject(Rejection { code, msg: text("errMsg"), dlt: text("errDlt") })
}

const COMMON: &[Field] = &[
    Field("actionCode", Type::Int32),
    Field("errCode", Type::Int32),
    Field("errMsg", Type::Text),
    Field("errDlt", Type::Text),
    Field("nextCode", Type::Int32),
];
const EMBEDDED: Option<(&str, &[Field])> = Some(("CommonCallbackResp", COMMON));

static BEFORE_CREATE: Struct = Struct {
    name: "callbackstruct.CallbackBeforeCreateGroupResp",
    embedded: EMBEDDED,
    fields: &[
        Field("groupID", Type::Text),
        Field("groupName", Type::Text),
        Field("notification", Type::Text),
        Field("introduction", Type::Text),
        Field("faceURL", Type::Text),
        Field("ownerUserID", Type::Text),
        Field("ex", Type::Text),
        Field("status", Type::Int32),
        Field("creatorUserID", Type::Text),
        Field("groupType", Type::Int32),
        Field("needVerification", Type::Int32),
        Field("lookMemberInfo", Type::Int32),
        Field("applyMemberFriend", Type::Int32),
    ],
};
static BEFORE_MEMBER: Struct = Struct {
    name: "callbackstruct.CallbackBeforeMemberJoinGroupResp",
    embedded: EMBEDDED,
    fields: &[
        Field("nickname", Type::Text),
        Field("faceURL", Type::Text),
        Field("roleLevel", Type::Int32),
        Field("muteEndTime", Type::Int64),
        Field("ex", Type::Text),
    ],
};
static MEMBER_ENTRY: Struct = Struct {
    name: "callbackstruct.MemberJoinGroupCallBack",
    embedded: None,
    fields: &[
        Field("userID", Type::Text),
        Field("nickname", Type::Text),
        Field("faceURL", Type::Text),
        Field("roleLevel", Type::Int32),
        Field("muteEndTime", Type::Int64),
        Field("ex", Type::Text),
    ],
};
static BEFORE_MEMBERS: Struct = Struct {
    name: "callbackstruct.CallbackBeforeMembersJoinGroupResp",
    embedded: EMBEDDED,
    fields: &[Field("memberCallbackList", Type::List(&Type::Struct(&MEMBER_ENTRY)))],
};
static BEFORE_INVITE: Struct = Struct {
    name: "callbackstruct.CallbackBeforeInviteUserToGroupResp",
    embedded: EMBEDDED,
    fields: &[Field("refusedMembersAccount", Type::List(&Type::Text))],
};
static BEFORE_APPLY: Struct =
    Struct { name: "callbackstruct.CallbackJoinGroupResp", embedded: EMBEDDED, fields: &[] };
static BEFORE_SET_INFO: Struct =
    Struct { name: "callbackstruct.CallbackBeforeSetGroupInfoResp", embedded: EMBEDDED, fields: SET_INFO };
static BEFORE_SET_INFO_EX: Struct =
    Struct { name: "callbackstruct.CallbackBeforeSetGroupInfoExResp", embedded: EMBEDDED, fields: SET_INFO };
const SET_INFO: &[Field] = &[
    Field("groupID", Type::Text),
    Field("groupName", Type::Text),
    Field("notification", Type::Text),
    Field("introduction", Type::Text),
    Field("faceURL", Type::Text),
    Field("ex", Type::Text),
    Field("needVerification", Type::Int32),
    Field("lookMemberInfo", Type::Int32),
    Field("applyMemberFriend", Type::Int32),
];
static BEFORE_SET_MEMBER_INFO: Struct = Struct {
    name: "callbackstruct.CallbackBeforeSetGroupMemberInfoResp",
    embedded: EMBEDDED,
    fields: &[
        Field("ex", Type::Text),
        Field("nickName", Type::Text),
        Field("faceURL", Type::Text),
        Field("roleLevel", Type::Int32),
    ],
};
static BEFORE_CONVERSATIONS: Struct = Struct {
    name: "callbackstruct.CallbackBeforeCreateGroupChatConversationsResp",
    embedded: EMBEDDED,
    fields: &[
        Field("recvMsgOpt", Type::Int32),
        Field("isPinned", Type::Bool),
        Field("isPrivateChat", Type::Bool),
        Field("burnDuration", Type::Int32),
        Field("groupAtType", Type::Int32),
        Field("attachedInfo", Type::Text),
        Field("ex", Type::Text),
    ],
};
static OTHER: Struct = Struct { name: "callbackstruct.CommonCallbackResp", embedded: None, fields: COMMON };

fn shape(key: WebhookKey, build: Build) -> &'static Struct {
    match key {
        WebhookKey::BeforeCreateGroup => &BEFORE_CREATE,
        WebhookKey::BeforeMemberJoinGroup if build.one_callback_a_member() => &BEFORE_MEMBER,
        WebhookKey::BeforeMemberJoinGroup => &BEFORE_MEMBERS,
        WebhookKey::BeforeInviteUserToGroup => &BEFORE_INVITE,
        WebhookKey::BeforeApplyJoinGroup => &BEFORE_APPLY,
        WebhookKey::BeforeSetGroupInfo => &BEFORE_SET_INFO,
        WebhookKey::BeforeSetGroupInfoEx => &BEFORE_SET_INFO_EX,
        WebhookKey::BeforeSetGroupMemberInfo => &BEFORE_SET_MEMBER_INFO,
        WebhookKey::BeforeCreateGroupChatConversations => &BEFORE_CONVERSATIONS,
        _ => &OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(body: &str) -> Decision {
        decide(WebhookKey::BeforeCreateGroup, Build::Main, body.as_bytes())
    }

    #[test]
    fn only_action_code_0_with_next_code_1_rejects() {
        for body in [
            "{}",
            "null",
            r#"{"nextCode":0,"errCode":4001}"#,
            r#"{"actionCode":1,"nextCode":1,"errCode":4001}"#,
            r#"{"actionCode":0,"nextCode":2}"#,
            r#"{"nextCode":null}"#,
        ] {
            assert!(matches!(create(body), Decision::Continue(_)), "{body}");
        }
        assert_eq!(
            create(r#"{"nextCode":1,"errCode":-5,"errMsg":"no","errDlt":"why"}"#),
            Decision::Reject(Rejection { code: -5, msg: "no".to_owned(), dlt: "why".to_owned() })
        );
        assert!(matches!(create(r#"{"NEXTCODE":1}"#), Decision::Reject(_)), "keys match in any case");
    }

    #[test]
    fn an_answer_of_another_shape_is_bad_json_in_gos_words() {
        assert_eq!(
            create(r#"{"actionCode":"0"}"#),
            Decision::BadJson(
                "json: cannot unmarshal string into Go struct field CallbackBeforeCreateGroupResp.CommonCallbackResp.actionCode of type int32"
                    .to_owned()
            )
        );
        assert_eq!(
            create("[]"),
            Decision::BadJson(
                "json: cannot unmarshal array into Go value of type callbackstruct.CallbackBeforeCreateGroupResp"
                    .to_owned()
            )
        );
        assert!(matches!(create(r#"{"errCode":4294967296,"nextCode":1}"#), Decision::BadJson(_)));
        assert!(matches!(create(""), Decision::BadJson(_)));
        assert!(matches!(create("{}{}"), Decision::BadJson(_)));
    }

    #[test]
    fn the_fields_of_an_answer_that_goes_on_can_be_read() {
        let Decision::Continue(answer) = create(r#"{"groupID":"7","groupType":0}"#) else {
            panic!("it goes on")
        };
        assert_eq!((answer.text("groupID"), answer.int("groupType")), (Some("7"), Some(0)));
    }
}
