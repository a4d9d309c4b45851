//! create_group: checks, beforeCreateGroup, groupID, beforeMemberJoinGroup, the write,
//! afterCreateGroup.

use serde::Serialize;

use super::super::bodies::{self, Founders};
use super::super::error::{ARGS, DATA, GROUP_EXISTS, NO_PERMISSION, OpError};
use super::super::model::{GroupInfo, Member};
use super::super::stack::Site;
use super::super::store::{Group, distinct};
use super::super::{Answer, Call};
use super::Op;
use crate::wire::WebhookKey;
use crate::wire::gojson::go_json_text;

const WORKING_GROUP: i32 = 2;
/// Created with the group: counts as invited.
const JOINED_BY_INVITATION: i32 = 2;
const ID_ATTEMPTS: usize = 10;

/// What the caller asks for.
struct Wish {
    owner: String,
    admins: Vec<String>,
    members: Vec<String>,
    info: GroupInfo,
    /// The acting user, where it is none of the above.
    extra: Option<String>,
}

impl Wish {
    fn founders(&self) -> Founders<'_> {
        Founders { owner: &self.owner, admins: &self.admins, members: &self.members }
    }

    fn everyone(&self) -> impl Iterator<Item = &str> {
        self.founders().in_order().map(|(id, _)| id).chain(self.extra.as_deref())
    }
}

impl Op<'_> {
    pub(super) async fn create(&self) -> Answer {
        let mut wish = read(self.call);
        self.check(&wish)?;
        let body = |c: &str| bodies::before_create(c, &self.call.operation, &wish.info, &wish.founders());
        let asked =
            self.process.ask(WebhookKey::BeforeCreateGroup, Site::CREATE, &self.call.operation, body).await?;
        if let Some(answer) = asked {
            wish.info.apply(&answer);
        }
        let create_time = self.sim.now_ms();
        wish.info.group_id = self.free_group_id(&wish.info.group_id)?;
        let members = self.admit(&wish).await?;
        self.sim.work().await;
        let shown = self.write(&wish, create_time, members)?;
        self.notice(&shown.group_id);
        let body = |c: &str| bodies::after_create(c, &shown, &wish.founders(), wish.extra.as_deref());
        self.process.tell(WebhookKey::AfterCreateGroup, &self.call.operation, body).await;
        self.conversation_later(&shown.group_id);
        Ok(Some(reply(&shown)))
    }

    fn check(&self, wish: &Wish) -> Result<(), OpError> {
        if wish.info.group_type != WORKING_GROUP {
            return Err(OpError::rpc(ARGS, "group type only supports 2"));
        }
        if wish.owner != self.call.user && !self.is_admin() {
            return Err(OpError::rpc(NO_PERMISSION, "ownerUserID"));
        }
        if !distinct(wish.everyone()) {
            return Err(OpError::rpc(ARGS, "group member repeated"));
        }
        if !self.sim.all_users_exist(wish.everyone()) {
            return Err(self.sim.unknown_user());
        }
        Ok(())
    }

    /// The wanted groupID if it is free, or an invented one.
    fn free_group_id(&self, wanted: &str) -> Result<String, OpError> {
        if !wanted.is_empty() {
            if self.sim.store.group_exists(wanted) {
                return Err(OpError::rpc(GROUP_EXISTS, format!("group id existed {wanted}")));
            }
            return Ok(wanted.to_owned());
        }
        (0..ID_ATTEMPTS)
            .map(|_| self.sim.random_u32().to_string())
            .find(|id| !self.sim.store.group_exists(id))
            .ok_or_else(|| OpError::rpc(DATA, "group id gen error"))
    }

    /// The members, after the webhook server has had its say.
    async fn admit(&self, wish: &Wish) -> Result<Vec<Member>, OpError> {
        let group = &wish.info.group_id;
        let new = |(user, role)| self.new_member(group, user, role, JOINED_BY_INVITATION);
        let mut members: Vec<Member> = wish.founders().in_order().map(new).collect();
        self.ask_members(Site::CREATE_MEMBERS, group, &wish.info.ex, &mut members).await?;
        Ok(members)
    }

    /// Stores the group and returns it as reply and callback show it.
    fn write(&self, wish: &Wish, create_time: i64, members: Vec<Member>) -> Result<GroupInfo, OpError> {
        let info = GroupInfo { create_time, ..wish.info.clone() };
        let shown = GroupInfo {
            owner_user_id: wish.owner.clone(),
            // Counts the acting user even when it does not become a member.
            member_count: u32::try_from(wish.everyone().count()).unwrap_or(u32::MAX),
            ..info.clone()
        };
        if !self.sim.store.add_group(Group::new(info, members)) {
            return Err(OpError::rpc(GROUP_EXISTS, format!("group id existed {}", shown.group_id)));
        }
        Ok(shown)
    }
}

fn reply(info: &GroupInfo) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Data<'a> {
        group_info: &'a GroupInfo,
    }
    go_json_text(&Data { group_info: info })
}

/// The request.
fn read(call: &Call) -> Wish {
    let texts = |name| call.body.texts(name).unwrap_or_default();
    let (members, admins) = (texts("memberUserIDs"), texts("adminUserIDs"));
    let owner = call.body.text("ownerUserID").unwrap_or_default().to_owned();
    let info = call.body.get("groupInfo").map(GroupInfo::read).unwrap_or_default();
    let involved = call.user == owner || members.contains(&call.user) || admins.contains(&call.user);
    let extra = (!involved).then(|| call.user.clone());
    Wish { owner, admins, members, info, extra }
}
