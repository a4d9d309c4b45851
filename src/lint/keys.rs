//! Which keys a version acts upon, and the command that it sends for each.

use crate::wire::webhooks_yml::{WebhooksYml, is_key};
use crate::wire::{Build, OpenimVersion, WebhookKey};

/// What a receiver has to route.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Route {
    /// The key of `webhooks.yml`.
    pub key: String,
    /// The last part of the URL's path.
    pub command: String,
}

/// The commands of the keys that are on and that the version acts upon.
#[must_use]
pub fn routes(yml: &WebhooksYml, version: &OpenimVersion) -> Vec<Route> {
    let on = yml.keys.iter().filter(|(name, config)| config.enable && is_wired(name, version));
    let known = on.filter(|(name, _)| is_key(name));
    known.map(|(name, _)| Route { key: name.clone(), command: command(name, version) }).collect()
}

/// The command for a key in its usual spelling.
pub(super) fn command(name: &str, version: &OpenimVersion) -> String {
    if name == "afterRevokeMsg" {
        return "callbackBeforeAfterMsgCommand".to_owned();
    }
    if let Some(key) = WebhookKey::from_name(name) {
        return key.command(version.build).to_owned();
    }
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).into_iter();
    format!("callback{}Command", first.chain(letters).collect::<String>())
}

/// Whether the version sends anything for the key.
#[must_use]
pub fn is_wired(name: &str, version: &OpenimVersion) -> bool {
    let build = version.build;
    let is_main = matches!(build, Build::Main | Build::MainStandalone);
    match name {
        "afterUserKickOff" | "afterGroupMsgRevoke" => false,
        "afterUserOnline" | "afterUserOffline" => build != Build::V380,
        "beforeAddBlack" | "afterRemoveBlack" => !matches!(build, Build::V370 | Build::V380),
        "beforeSetGroupInfoEx" | "afterSetGroupInfoEx" | "afterAddFriendAgree" => version.limits_users(),
        "afterMsgSaveDB"
        | "beforeCreateSingleChatConversations"
        | "afterCreateSingleChatConversations"
        | "beforeCreateGroupChatConversations"
        | "afterCreateGroupChatConversations" => is_main,
        _ => true,
    }
}
