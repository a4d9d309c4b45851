//! What is sent: bodies as `OpenIM`'s, correct ones and the odd ones that it sends now and then.

use bytes::Bytes;

use crate::ids::{OperationId, RunTag, WORKER_PREFLIGHT, group_id, user_id};
use crate::sim::bodies::{self, Application, Founders};
use crate::wire::callback::{
    BeforeMembersJoinGroup, CallbackBody, GroupInfo, JoiningMember, SetGroupInfo, SetGroupMemberInfo,
};
use crate::wire::{Build, WebhookKey};

/// In what a body is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// In nothing.
    Plain,
    /// Texts of all scripts, and what Go escapes.
    Unicode,
    /// 1,000 members.
    Thousand,
    /// Empty lists and texts.
    Empty,
    /// Keys of a later version.
    Extra,
}

impl Variant {
    /// All.
    pub const ALL: [Variant; 5] =
        [Variant::Plain, Variant::Unicode, Variant::Thousand, Variant::Empty, Variant::Extra];

    /// Stable name, for JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Variant::Plain => "plain",
            Variant::Unicode => "unicode",
            Variant::Thousand => "1000_members",
            Variant::Empty => "empty",
            Variant::Extra => "extra_keys",
        }
    }

    /// Whether a body of the command can be odd in this: a list of members is needed for some.
    fn fits(self, key: WebhookKey, build: Build) -> bool {
        use WebhookKey as K;
        let has_list = match key {
            K::BeforeMemberJoinGroup => !build.one_callback_a_member(),
            K::BeforeCreateGroup
            | K::AfterCreateGroup
            | K::BeforeInviteUserToGroup
            | K::AfterKickGroupMember
            | K::AfterDismissGroup => true,
            _ => false,
        };
        self != Variant::Thousand || has_list
    }
}

/// A callback that will be sent.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Its key.
    pub key: WebhookKey,
    /// Last part of the path.
    pub command: &'static str,
    /// In what it is odd.
    pub variant: Variant,
    /// As on the wire.
    pub body: Bytes,
    /// The header.
    pub operation: String,
}

/// Gives out IDs and makes bodies.
#[derive(Debug)]
pub struct Maker {
    tag: RunTag,
    made: u64,
}

const NAME: &str = "openim-bench 群组 \u{1f680} é\u{301} \u{5e9} <b>&\"\\\u{2028}";

impl Maker {
    /// With IDs of this run.
    #[must_use]
    pub fn new(tag: RunTag) -> Maker {
        Maker { tag, made: 0 }
    }

    /// The probes of a key.
    pub fn probes(&mut self, key: WebhookKey, build: Build) -> Vec<Probe> {
        let fitting = Variant::ALL.into_iter().filter(|variant| variant.fits(key, build));
        fitting.map(|variant| self.probe(key, build, variant)).collect()
    }

    /// One probe.
    pub fn probe(&mut self, key: WebhookKey, build: Build, variant: Variant) -> Probe {
        let n = self.made;
        self.made += 1;
        let operation = OperationId::new(self.tag, WORKER_PREFLIGHT, n).to_string();
        let command = key.command(build);
        let case = Case::new(self.tag, n, variant, &operation);
        let mut body = case.body(key, build, command);
        if variant == Variant::Extra {
            body = with_extra(body);
        }
        Probe { key, command, variant, body: body.into(), operation }
    }
}

/// The same object with keys that no version of today sends.
fn with_extra(body: Vec<u8>) -> Vec<u8> {
    let Some(end) = body.iter().rposition(|b| *b == b'}') else { return body };
    let mut longer = body;
    longer.truncate(end);
    longer.extend_from_slice(b",\"openimBenchExtra\":{\"list\":[1,null,\"x\"]},\"openimBenchFlag\":true}\n");
    longer
}

/// Who and what a body is about.
struct Case<'a> {
    operation: &'a str,
    variant: Variant,
    group: String,
    owner: String,
    admins: Vec<String>,
    members: Vec<String>,
    name: &'a str,
}

impl<'a> Case<'a> {
    fn new(tag: RunTag, n: u64, variant: Variant, operation: &'a str) -> Case<'a> {
        let members = match variant {
            Variant::Thousand => 998,
            Variant::Empty => 0,
            _ => 3,
        };
        let name = match variant {
            Variant::Unicode => NAME,
            Variant::Empty => "",
            _ => "openim-bench",
        };
        Case {
            operation,
            variant,
            group: group_id(tag, n),
            owner: user_id(tag, 0),
            admins: if members == 0 { Vec::new() } else { vec![user_id(tag, 1)] },
            members: (0..members).map(|i| user_id(tag, 2 + i)).collect(),
            name,
        }
    }

    fn info(&self, stored: bool) -> GroupInfo {
        let text = self.name.to_owned();
        let asked = GroupInfo {
            group_name: text.clone(),
            introduction: text.clone(),
            notification: if self.variant == Variant::Unicode { text.clone() } else { String::new() },
            ex: text,
            group_type: 2,
            ..GroupInfo::default()
        };
        if !stored {
            return asked;
        }
        let count = u32::try_from(self.members.len() + self.admins.len() + 1).unwrap_or(u32::MAX);
        GroupInfo {
            group_id: self.group.clone(),
            owner_user_id: self.owner.clone(),
            creator_user_id: self.owner.clone(),
            create_time: 1_700_000_000_000,
            member_count: count,
            ..asked
        }
    }

    fn body(&self, key: WebhookKey, build: Build, command: &str) -> Vec<u8> {
        use WebhookKey as K;
        let founders = Founders { owner: &self.owner, admins: &self.admins, members: &self.members };
        let (group, owner) = (self.group.as_str(), self.owner.as_str());
        match key {
            K::BeforeCreateGroup => {
                bodies::before_create(command, self.operation, &self.info(false), &founders)
            }
            K::AfterCreateGroup => bodies::after_create(command, &self.info(true), &founders, None),
            K::BeforeMemberJoinGroup if build.one_callback_a_member() => {
                bodies::before_member(command, group, owner, "", self.name)
            }
            K::BeforeMemberJoinGroup => self.members_join(command),
            K::BeforeInviteUserToGroup => {
                bodies::before_invite(command, self.operation, group, self.name, &self.members)
            }
            K::BeforeApplyJoinGroup => bodies::before_apply(command, 2, &self.application()),
            K::AfterJoinGroup => bodies::after_join(command, self.operation, &self.application()),
            K::AfterQuitGroup => bodies::after_quit(command, group, owner),
            K::AfterKickGroupMember => {
                // The reason is empty in 3.7 and 3.8.0.
                let early = matches!(build, Build::V370 | Build::V380);
                bodies::after_kick(command, group, &self.members, if early { "" } else { self.name })
            }
            K::AfterDismissGroup => bodies::after_dismiss(command, group, owner, 2, &self.members),
            K::AfterTransferGroupOwner => {
                let new = self.admins.first().map_or(owner, String::as_str);
                bodies::after_transfer(command, group, owner, new)
            }
            K::BeforeSetGroupInfo => bodies::before_set_info(command, &self.change(), false),
            K::BeforeSetGroupInfoEx => bodies::before_set_info(command, &self.change(), true),
            K::AfterSetGroupInfo | K::AfterSetGroupInfoEx => bodies::set_info(command, &self.change()),
            K::BeforeSetGroupMemberInfo | K::AfterSetGroupMemberInfo => {
                bodies::set_member_info(command, &self.member_change())
            }
            K::BeforeCreateGroupChatConversations | K::AfterCreateGroupChatConversations => {
                bodies::conversation(command, group, None)
            }
        }
    }

    fn members_join(&self, command: &str) -> Vec<u8> {
        let everyone = std::iter::once(&self.owner).chain(&self.admins).chain(&self.members);
        let everyone = everyone.filter(|_| self.variant != Variant::Empty);
        let body = CallbackBody::BeforeMembersJoinGroup(BeforeMembersJoinGroup {
            callback_command: command.to_owned(),
            group_id: self.group.clone(),
            member_list: everyone
                .map(|id| JoiningMember { user_id: id.clone(), ex: String::new() })
                .collect(),
            group_ex: self.name.to_owned(),
        });
        // This type cannot fail to be written.
        body.to_bytes().unwrap_or_default()
    }

    fn application(&self) -> Application<'_> {
        Application { group: &self.group, user: &self.owner, message: self.name, source: 3, ex: "" }
    }

    fn change(&self) -> SetGroupInfo {
        let set = |text: &str| (self.variant != Variant::Empty).then(|| text.to_owned());
        SetGroupInfo {
            group_id: self.group.clone(),
            group_name: set(self.name),
            introduction: set(self.name),
            notification: set(""),
            face_url: set(""),
            ..SetGroupInfo::default()
        }
    }

    fn member_change(&self) -> SetGroupMemberInfo {
        SetGroupMemberInfo {
            group_id: self.group.clone(),
            user_id: self.owner.clone(),
            nick_name: (self.variant != Variant::Empty).then(|| self.name.to_owned()),
            ..SetGroupMemberInfo::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::callback::parse;

    #[test]
    fn every_body_of_every_version_is_one_that_a_receiver_can_read() {
        let mut maker = Maker::new(RunTag::from_number(7));
        for build in Build::ALL {
            for key in WebhookKey::ALL {
                for probe in maker.probes(*key, build) {
                    let body = parse(probe.command, &probe.body).unwrap();
                    assert_eq!(body.command(), probe.command);
                    assert!(probe.body.ends_with(b"}\n"), "{}", probe.command);
                }
            }
        }
    }

    #[test]
    fn odd_bodies_are_odd_in_what_they_say() {
        let mut maker = Maker::new(RunTag::from_number(7));
        let mut text = |variant| {
            let probe = maker.probe(WebhookKey::BeforeCreateGroup, Build::Main, variant);
            String::from_utf8(probe.body.to_vec()).unwrap()
        };
        assert_eq!(text(Variant::Thousand).matches("\"userID\":").count(), 1_000);
        assert_eq!(text(Variant::Empty).matches("\"userID\":").count(), 1, "a group has an owner");
        assert!(
            text(Variant::Unicode).contains("群组") && text(Variant::Unicode).contains("\\u003cb\\u003e")
        );
        assert!(text(Variant::Extra).contains("openimBenchExtra"));
        let mut maker = Maker::new(RunTag::from_number(7));
        let join = maker.probe(WebhookKey::BeforeApplyJoinGroup, Build::V370, Variant::Plain);
        assert!(String::from_utf8(join.body.to_vec()).unwrap().contains(r#""groupType":"\u0002""#));
    }
}
