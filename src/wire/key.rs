//! Webhook keys of `webhooks.yml` that group operations fire, and their commands.
//!
//! The key stays the same in all versions; the command (last part of the URL path)
//! of `beforeMemberJoinGroup` changed with 3.8.0, from one call a member to one call
//! with a list.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::version::Build;
use crate::text::Text;
use crate::{displays_english, say};

/// Whether `OpenIM` waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// In the request path: the API call waits, a failure fails the operation.
    Before,
    /// Queued afterwards: 2 workers and 100 slots a sending process.
    After,
}

macro_rules! webhook_keys {
    ($($variant:ident, $key:literal, $kind:ident, [$($command:literal),+];)+) => {
        /// A webhook key that group operations fire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum WebhookKey { $(#[doc = $key] $variant,)+ }

        impl WebhookKey {
            /// All keys, before-keys of the create path first.
            pub const ALL: &'static [WebhookKey] = &[$(WebhookKey::$variant,)+];

            /// The name in `webhooks.yml`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(WebhookKey::$variant => $key,)+ }
            }

            /// Before- or after-callback.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(WebhookKey::$variant => Kind::$kind,)+ }
            }

            /// Every command that any version sends for it.
            #[must_use]
            pub const fn commands(self) -> &'static [&'static str] {
                match self { $(WebhookKey::$variant => &[$($command),+],)+ }
            }
        }
    };
}

webhook_keys! {
    BeforeCreateGroup, "beforeCreateGroup", Before, ["callbackBeforeCreateGroupCommand"];
    BeforeMemberJoinGroup, "beforeMemberJoinGroup", Before,
        ["callbackBeforeMembersJoinGroupCommand", "callbackBeforeMemberJoinGroupCommand"];
    AfterCreateGroup, "afterCreateGroup", After, ["callbackAfterCreateGroupCommand"];
    BeforeInviteUserToGroup, "beforeInviteUserToGroup", Before, ["callbackBeforeInviteJoinGroupCommand"];
    BeforeApplyJoinGroup, "beforeApplyJoinGroup", Before, ["callbackBeforeJoinGroupCommand"];
    AfterJoinGroup, "afterJoinGroup", After, ["callbackAfterJoinGroupCommand"];
    AfterQuitGroup, "afterQuitGroup", After, ["callbackAfterQuitGroupCommand"];
    AfterKickGroupMember, "afterKickGroupMember", After, ["callbackAfterKickGroupCommand"];
    AfterDismissGroup, "afterDismissGroup", After, ["callbackAfterDisMissGroupCommand"];
    AfterTransferGroupOwner, "afterTransferGroupOwner", After, ["callbackAfterTransferGroupOwnerCommand"];
    BeforeSetGroupInfo, "beforeSetGroupInfo", Before, ["callbackBeforeSetGroupInfoCommand"];
    AfterSetGroupInfo, "afterSetGroupInfo", After, ["callbackAfterSetGroupInfoCommand"];
    BeforeSetGroupInfoEx, "beforeSetGroupInfoEx", Before, ["callbackBeforeSetGroupInfoExCommand"];
    AfterSetGroupInfoEx, "afterSetGroupInfoEx", After, ["callbackAfterSetGroupInfoExCommand"];
    BeforeSetGroupMemberInfo, "beforeSetGroupMemberInfo", Before, ["callbackBeforeSetGroupMemberInfoCommand"];
    AfterSetGroupMemberInfo, "afterSetGroupMemberInfo", After, ["callbackAfterSetGroupMemberInfoCommand"];
    BeforeCreateGroupChatConversations, "beforeCreateGroupChatConversations", Before,
        ["callbackBeforeCreateGroupChatConversationsCommand"];
    AfterCreateGroupChatConversations, "afterCreateGroupChatConversations", After,
        ["callbackAfterCreateGroupChatConversationsCommand"];
}

impl WebhookKey {
    /// The command that `build` sends for this key.
    #[must_use]
    pub fn command(self, build: Build) -> &'static str {
        match self {
            WebhookKey::BeforeMemberJoinGroup if build.one_callback_a_member() => self.commands()[1],
            _ => self.commands()[0],
        }
    }

    /// The key a command belongs to, whatever the version; exact spelling.
    #[must_use]
    pub fn from_command(command: &str) -> Option<WebhookKey> {
        WebhookKey::ALL.iter().copied().find(|k| k.commands().contains(&command))
    }

    /// The key of that name; upper and lower case are the same, as for `OpenIM`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<WebhookKey> {
        WebhookKey::ALL.iter().copied().find(|k| k.name().eq_ignore_ascii_case(name))
    }

    /// Whether `OpenIM` waits for its answer.
    #[must_use]
    pub fn is_before(self) -> bool {
        self.kind() == Kind::Before
    }
}

impl fmt::Display for WebhookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no webhook key of a group operation.
#[derive(Debug, thiserror::Error)]
pub struct UnknownKey {
    name: String,
    nearest: &'static str,
}

impl UnknownKey {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("errors-unknown-key", name = &self.name, nearest = self.nearest)
    }
}

displays_english!(UnknownKey);

impl FromStr for WebhookKey {
    type Err = UnknownKey;

    fn from_str(name: &str) -> Result<WebhookKey, UnknownKey> {
        WebhookKey::from_name(name).ok_or_else(|| UnknownKey {
            name: name.to_owned(),
            nearest: WebhookKey::ALL
                .iter()
                .map(|k| k.name())
                .min_by_key(|k| strsim::damerau_levenshtein(k, name))
                .unwrap_or("beforeCreateGroup"),
        })
    }
}

impl Serialize for WebhookKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for WebhookKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WebhookKey, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for WebhookKey {
    fn schema_name() -> Cow<'static, str> {
        "WebhookKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = WebhookKey::ALL.iter().map(|k| k.name()).collect();
        json_schema!({ "type": "string", "enum": names, "description": "a key of webhooks.yml that group operations fire" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_member_command_is_singular_on_3_7_and_plural_later() {
        let key = WebhookKey::BeforeMemberJoinGroup;
        assert_eq!(key.command(Build::V370), "callbackBeforeMemberJoinGroupCommand");
        assert_eq!(key.command(Build::V380), "callbackBeforeMembersJoinGroupCommand");
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_nearest_one_in_either_language() {
        let text = "beforeCreateGrup".parse::<WebhookKey>().unwrap_err().text();
        assert_ne!(text.en(), text.zh());
        for part in ["`beforeCreateGrup`", "`beforeCreateGroup`"] {
            assert!(text.en().contains(part) && text.zh().contains(part), "{text:?}");
        }
    }

    #[test]
    fn every_command_leads_back_to_its_key() {
        for key in WebhookKey::ALL {
            for command in key.commands() {
                assert_eq!(WebhookKey::from_command(command), Some(*key));
            }
        }
    }
}
