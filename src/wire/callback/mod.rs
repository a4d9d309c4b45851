//! A callback as `OpenIM` sends it: command, operationID, body.
//!
//! The types read what any version sends (unknown keys are skipped, `null` is empty) and write
//! it with the keys in `OpenIM`'s order, so that the simulator's bodies are equal byte for byte.
//! Which answer to give is [`super::answer`]'s matter.

mod body;

pub use body::{
    AfterCreateGroup, AfterDismissGroup, AfterJoinGroup, AfterKickGroupMember, AfterQuitGroup,
    AfterTransferGroupOwner, BeforeApplyJoinGroup, BeforeCreateGroup, BeforeInviteUserToGroup,
    BeforeMemberJoinGroup, BeforeMembersJoinGroup, GroupChatConversations, InitMember, JoiningMember,
    SetGroupInfo, SetGroupMemberInfo, group_type_text,
};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use super::api::GroupInfo;
use super::gojson::to_go_json;
use super::key::WebhookKey;

/// A callback's body, by webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackBody {
    /// `beforeCreateGroup`.
    BeforeCreateGroup(Box<BeforeCreateGroup>),
    /// `afterCreateGroup`.
    AfterCreateGroup(Box<AfterCreateGroup>),
    /// `beforeMemberJoinGroup` of 3.7: one member.
    BeforeMemberJoinGroup(BeforeMemberJoinGroup),
    /// `beforeMemberJoinGroup` of 3.8 and later: a list.
    BeforeMembersJoinGroup(BeforeMembersJoinGroup),
    /// `beforeInviteUserToGroup`.
    BeforeInviteUserToGroup(BeforeInviteUserToGroup),
    /// `beforeApplyJoinGroup`.
    BeforeApplyJoinGroup(BeforeApplyJoinGroup),
    /// `afterJoinGroup`.
    AfterJoinGroup(AfterJoinGroup),
    /// `afterQuitGroup`.
    AfterQuitGroup(AfterQuitGroup),
    /// `afterKickGroupMember`.
    AfterKickGroupMember(AfterKickGroupMember),
    /// `afterDismissGroup`.
    AfterDismissGroup(AfterDismissGroup),
    /// `afterTransferGroupOwner`.
    AfterTransferGroupOwner(AfterTransferGroupOwner),
    /// `beforeSetGroupInfo`, `afterSetGroupInfo` and their `…Ex`.
    SetGroupInfo(Box<SetGroupInfo>),
    /// `beforeSetGroupMemberInfo`, `afterSetGroupMemberInfo`.
    SetGroupMemberInfo(SetGroupMemberInfo),
    /// `beforeCreateGroupChatConversations`, `afterCreateGroupChatConversations`.
    GroupChatConversations(Box<GroupChatConversations>),
}

/// A callback that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// No group operation sends this command.
    #[error(
        "`{}` is no command of a group operation; it is answered neutrally. Switch its key off in webhooks.yml if nobody needs it",
        super::failure::printable(command)
    )]
    UnknownCommand {
        /// As it came.
        command: String,
    },
    /// The body is not what the command promises.
    #[error(
        "the body of `{command}` cannot be read ({source}); check that it comes from OpenIM and that no proxy changes it"
    )]
    Body {
        /// A known command.
        command: &'static str,
        /// What the JSON reader says.
        source: serde_json::Error,
    },
}

/// Reads a callback's body; `command` is the last part of the URL's path.
///
/// # Errors
/// [`CallbackError`] for a command that no group operation sends, and for a body that is not
/// that command's JSON.
pub fn parse(command: &str, body: &[u8]) -> Result<CallbackBody, CallbackError> {
    let Some((key, command)) = WebhookKey::from_command(command)
        .and_then(|key| Some((key, key.commands().iter().copied().find(|c| *c == command)?)))
    else {
        return Err(CallbackError::UnknownCommand { command: command.to_owned() });
    };
    read(key, command, body).map_err(|source| CallbackError::Body { command, source })
}

fn read(key: WebhookKey, command: &str, body: &[u8]) -> serde_json::Result<CallbackBody> {
    use WebhookKey as K;
    Ok(match key {
        K::BeforeCreateGroup => CallbackBody::BeforeCreateGroup(object(body)?),
        K::AfterCreateGroup => CallbackBody::AfterCreateGroup(object(body)?),
        K::BeforeMemberJoinGroup if command == BeforeMemberJoinGroup::COMMAND => {
            CallbackBody::BeforeMemberJoinGroup(object(body)?)
        }
        K::BeforeMemberJoinGroup => CallbackBody::BeforeMembersJoinGroup(object(body)?),
        K::BeforeInviteUserToGroup => CallbackBody::BeforeInviteUserToGroup(object(body)?),
        K::BeforeApplyJoinGroup => CallbackBody::BeforeApplyJoinGroup(object(body)?),
        K::AfterJoinGroup => CallbackBody::AfterJoinGroup(object(body)?),
        K::AfterQuitGroup => CallbackBody::AfterQuitGroup(object(body)?),
        K::AfterKickGroupMember => CallbackBody::AfterKickGroupMember(object(body)?),
        K::AfterDismissGroup => CallbackBody::AfterDismissGroup(object(body)?),
        K::AfterTransferGroupOwner => CallbackBody::AfterTransferGroupOwner(object(body)?),
        K::BeforeSetGroupInfo | K::AfterSetGroupInfo | K::BeforeSetGroupInfoEx | K::AfterSetGroupInfoEx => {
            CallbackBody::SetGroupInfo(object(body)?)
        }
        K::BeforeSetGroupMemberInfo | K::AfterSetGroupMemberInfo => {
            CallbackBody::SetGroupMemberInfo(object(body)?)
        }
        K::BeforeCreateGroupChatConversations | K::AfterCreateGroupChatConversations => {
            CallbackBody::GroupChatConversations(object(body)?)
        }
    })
}

/// A JSON object; a list of the values, which derived readers take as well, is refused.
fn object<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    if body.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
        return Err(serde::de::Error::custom("not a JSON object"));
    }
    serde_json::from_slice(body)
}

impl CallbackBody {
    /// The body as `OpenIM` would send it: keys in its order, Go's escapes, a final line feed.
    ///
    /// # Errors
    /// None that these types can cause.
    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        self.visit(ToBytes)
    }

    /// `callbackCommand`; equal to the last part of the path.
    #[must_use]
    pub fn command(&self) -> &str {
        self.visit(Command)
    }

    /// The group it is about; empty where `OpenIM` has not chosen one yet.
    #[must_use]
    pub fn group_id(&self) -> &str {
        match self {
            CallbackBody::BeforeCreateGroup(b) => &b.group.group_id,
            CallbackBody::AfterCreateGroup(b) => &b.group.group_id,
            CallbackBody::BeforeMemberJoinGroup(b) => &b.group_id,
            CallbackBody::BeforeMembersJoinGroup(b) => &b.group_id,
            CallbackBody::BeforeInviteUserToGroup(b) => &b.group_id,
            CallbackBody::BeforeApplyJoinGroup(b) => &b.group_id,
            CallbackBody::AfterJoinGroup(b) => &b.group_id,
            CallbackBody::AfterQuitGroup(b) => &b.group_id,
            CallbackBody::AfterKickGroupMember(b) => &b.group_id,
            CallbackBody::AfterDismissGroup(b) => &b.group_id,
            CallbackBody::AfterTransferGroupOwner(b) => &b.group_id,
            CallbackBody::SetGroupInfo(b) => &b.group_id,
            CallbackBody::SetGroupMemberInfo(b) => &b.group_id,
            CallbackBody::GroupChatConversations(b) => &b.group_id,
        }
    }

    /// The operationID in the body, for the few commands that carry one.
    #[must_use]
    pub fn operation_id(&self) -> Option<&str> {
        let id = match self {
            CallbackBody::BeforeCreateGroup(b) => &b.operation_id,
            CallbackBody::BeforeInviteUserToGroup(b) => &b.operation_id,
            CallbackBody::AfterJoinGroup(b) => &b.operation_id,
            CallbackBody::SetGroupInfo(b) => &b.operation_id,
            _ => return None,
        };
        Some(id.as_str()).filter(|id| !id.is_empty())
    }

    fn visit<'a, V: Visit<'a>>(&'a self, visitor: V) -> V::Output {
        match self {
            CallbackBody::BeforeCreateGroup(b) => visitor.body(&**b, &b.callback_command),
            CallbackBody::AfterCreateGroup(b) => visitor.body(&**b, &b.callback_command),
            CallbackBody::BeforeMemberJoinGroup(b) => visitor.body(b, &b.callback_command),
            CallbackBody::BeforeMembersJoinGroup(b) => visitor.body(b, &b.callback_command),
            CallbackBody::BeforeInviteUserToGroup(b) => visitor.body(b, &b.callback_command),
            CallbackBody::BeforeApplyJoinGroup(b) => visitor.body(b, &b.callback_command),
            CallbackBody::AfterJoinGroup(b) => visitor.body(b, &b.callback_command),
            CallbackBody::AfterQuitGroup(b) => visitor.body(b, &b.callback_command),
            CallbackBody::AfterKickGroupMember(b) => visitor.body(b, &b.callback_command),
            CallbackBody::AfterDismissGroup(b) => visitor.body(b, &b.callback_command),
            CallbackBody::AfterTransferGroupOwner(b) => visitor.body(b, &b.callback_command),
            CallbackBody::SetGroupInfo(b) => visitor.body(&**b, &b.callback_command),
            CallbackBody::SetGroupMemberInfo(b) => visitor.body(b, &b.callback_command),
            CallbackBody::GroupChatConversations(b) => visitor.body(&**b, &b.callback_command),
        }
    }
}

/// Something done to a body whatever its type.
trait Visit<'a> {
    type Output;
    fn body<T: Serialize>(self, body: &'a T, command: &'a str) -> Self::Output;
}

struct ToBytes;

impl<'a> Visit<'a> for ToBytes {
    type Output = serde_json::Result<Vec<u8>>;

    fn body<T: Serialize>(self, body: &'a T, _: &'a str) -> Self::Output {
        to_go_json(body)
    }
}

struct Command;

impl<'a> Visit<'a> for Command {
    type Output = &'a str;

    fn body<T: Serialize>(self, _: &'a T, command: &'a str) -> &'a str {
        command
    }
}

/// The command in a request target or URL. `OpenIM` appends `/command` to whatever `url` is:
/// after a query in `url` the command is inside the query, and `main` may append `?key=…`.
#[must_use]
pub fn command_in_target(target: &str) -> &str {
    let last = |part: &'_ str| part.rfind('/').map_or(0, |at| at + 1);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let in_path = &path[last(path)..];
    let in_query = &query[last(query)..];
    let is_command = |text: &str| text.starts_with("callback") && text.ends_with("Command");
    if !is_command(in_path) && is_command(in_query) { in_query } else { in_path }
}

/// The operationIDs that a callback belongs to: the header's, else the body's. Notices of one
/// conversation are batched, which joins their operationIDs with `$`.
pub fn operation_ids<'a>(
    header: Option<&'a str>,
    body: Option<&'a CallbackBody>,
) -> impl Iterator<Item = &'a str> {
    let header = header.map(str::trim).filter(|h| !h.is_empty());
    header
        .or_else(|| body.and_then(CallbackBody::operation_id))
        .unwrap_or_default()
        .split('$')
        .filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests;
