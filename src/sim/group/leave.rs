//! How users leave a group, and how a group ends or changes hands.

use std::sync::Arc;
use std::time::Duration;

use super::super::core::Sim;
use super::super::error::{ARGS, DISMISSED, NO_PERMISSION, NOT_FOUND, OpError, USER_NOT_FOUND};
use super::super::process::GroupProcess;
use super::super::store::{ADMIN, Group, MEMBER, OWNER, STATUS_DISMISSED, distinct};
use super::super::{Answer, bodies};
use super::Op;
use crate::wire::{Build, WebhookKey};

/// The message pipeline's second dismissal comes this long after the first.
const SECOND_DISMISSAL_MS: std::ops::RangeInclusive<u64> = 100..=1200;

impl Op<'_> {
    /// `/group/quit_group`.
    pub(super) async fn quit(&self) -> Answer {
        let group = self.group_id();
        let user = match self.text("userID") {
            "" => self.call.user.as_str(),
            other if other == self.call.user || self.is_admin() => other,
            _ => return Err(OpError::rpc(NO_PERMISSION, "ownerUserID")),
        };
        let role = self.with_group(group, |g| g.role(user))?;
        match role {
            None => return Err(OpError::rpc(NOT_FOUND, "group member not found")),
            Some(OWNER) => return Err(OpError::rpc(NO_PERMISSION, "group owner can't quit")),
            Some(_) => {}
        }
        self.sim.work().await;
        self.with_group(group, |g| g.members.retain(|m| m.user_id != user))?;
        self.leave_conversation(group)?;
        self.notice(group);
        let body = |c: &str| bodies::after_quit(c, group, user);
        self.process.tell(WebhookKey::AfterQuitGroup, &self.call.operation, body).await;
        Ok(None)
    }

    /// `/group/kick_group`.
    pub(super) async fn kick(&self) -> Answer {
        let group = self.group_id();
        let kicked = self.call.body.texts("kickedUserIDs").unwrap_or_default();
        self.check_kick(group, &kicked)?;
        self.sim.work().await;
        self.with_group(group, |g| g.members.retain(|m| !kicked.contains(&m.user_id)))?;
        self.leave_conversation(group)?;
        self.notice(group);
        let reason = match self.build() {
            // Never filled in by these.
            Build::V370 | Build::V380 => "",
            _ => self.text("reason"),
        };
        let body = |c: &str| bodies::after_kick(c, group, &kicked, reason);
        self.process.tell(WebhookKey::AfterKickGroupMember, &self.call.operation, body).await;
        Ok(None)
    }

    fn check_kick(&self, group: &str, kicked: &[String]) -> Result<(), OpError> {
        if kicked.is_empty() {
            return Err(OpError::rpc(ARGS, "KickedUserIDs empty"));
        }
        if !distinct(kicked.iter().map(String::as_str)) {
            return Err(OpError::rpc(ARGS, "KickedUserIDs duplicate"));
        }
        if kicked.contains(&self.call.user) {
            return Err(OpError::rpc(ARGS, "opUserID in KickedUserIDs"));
        }
        let (mine, roles) = self.with_group(group, |g| {
            (g.role(&self.call.user), kicked.iter().map(|id| g.role(id)).collect::<Vec<_>>())
        })?;
        if self.build() != Build::V370 && roles.contains(&Some(OWNER)) {
            return Err(OpError::rpc(ARGS, "ownerUID can not Kick"));
        }
        if let Some(at) = roles.iter().position(Option::is_none) {
            let user = kicked.get(at).map_or("", String::as_str);
            return Err(OpError::rpc(USER_NOT_FOUND, user.to_owned()));
        }
        let highest = roles.iter().flatten().max().copied().unwrap_or(MEMBER);
        match mine {
            _ if self.is_admin() => Ok(()),
            Some(OWNER) => Ok(()),
            Some(ADMIN) if highest < ADMIN => Ok(()),
            Some(ADMIN) => Err(OpError::rpc(
                NO_PERMISSION,
                "group admins cannot remove the group owner and other admins",
            )),
            Some(_) => Err(OpError::rpc(NO_PERMISSION, "opUserID no permission")),
            None => Err(OpError::rpc(NO_PERMISSION, "opUserID no in group")),
        }
    }

    /// `/group/dismiss_group`.
    pub(super) async fn dismiss(&self) -> Answer {
        let group = self.group_id();
        let delete_member = self.call.body.flag("deleteMember");
        let owner = find_owner(self.sim, group)?;
        if owner != self.call.user && !self.is_admin() {
            return Err(OpError::rpc(NO_PERMISSION, "not group owner"));
        }
        self.sim.work().await;
        let now = self.sim.now_us();
        let joined = self.with_group(group, |g| {
            let refused = !delete_member && g.is_dismissed();
            (!refused).then(|| g.notice(&self.call.operation, now))
        })?;
        let Some(joined) = joined else {
            return Err(OpError::rpc(DISMISSED, "group status is dismissed"));
        };
        end(self.sim, self.process, group, &owner, &self.call.operation, delete_member).await;
        if !delete_member {
            dismiss_again(self.sim.clone(), group.to_owned(), joined);
        }
        Ok(None)
    }

    /// `/group/transfer_group`.
    pub(super) async fn transfer(&self) -> Answer {
        let group = self.group_id();
        let (old, new) = (self.text("oldOwnerUserID"), self.text("newOwnerUserID"));
        let roles = self.living_group(group, "", |g: &mut Group| (g.role(old), g.role(new)))?;
        if new == old {
            return Err(OpError::rpc(ARGS, "OldOwnerUserID == NewOwnerUserID"));
        }
        let outside = [(old, roles.0), (new, roles.1)].into_iter().filter(|(_, role)| role.is_none());
        let outside = outside.map(|(user, _)| user).collect::<Vec<_>>();
        if !outside.is_empty() {
            return Err(OpError::rpc(ARGS, format!("user not in group {}", outside.join(","))));
        }
        if !self.is_admin() && (self.call.user != old || roles.0 != Some(OWNER)) {
            return Err(OpError::rpc(NO_PERMISSION, "no permission transfer group owner"));
        }
        self.sim.work().await;
        self.with_group(group, |g| {
            for member in &mut g.members {
                if member.user_id == new {
                    member.role_level = OWNER;
                } else if member.user_id == old {
                    // They change places.
                    member.role_level = roles.1.unwrap_or(MEMBER);
                }
            }
        })?;
        self.notice(group);
        let body = |c: &str| bodies::after_transfer(c, group, old, new);
        self.process.tell(WebhookKey::AfterTransferGroupOwner, &self.call.operation, body).await;
        Ok(None)
    }
}

/// The owner, which a dismissal asks for first, whether there is a group or not.
fn find_owner(sim: &Sim, group: &str) -> Result<String, OpError> {
    let owner = sim.store.with_group(group, |g| g.owner().map(str::to_owned)).flatten();
    owner.ok_or_else(|| OpError::rpc(NOT_FOUND, format!("group {group} owner not found")))
}

/// Marks the group dismissed and tells the webhook server who is left in it.
async fn end(
    sim: &Sim,
    process: &GroupProcess,
    group: &str,
    owner: &str,
    operation: &str,
    delete_member: bool,
) {
    let ended = sim.store.with_group(group, |g| {
        g.info.status = STATUS_DISMISSED;
        if delete_member {
            g.members.clear();
        }
        (g.info.group_type, g.members.iter().map(|m| m.user_id.clone()).collect::<Vec<_>>())
    });
    let Some((group_type, left)) = ended else { return };
    sim.store.note_dismissed(group);
    let body = |c: &str| bodies::after_dismiss(c, group, owner, group_type, &left);
    process.tell(WebhookKey::AfterDismissGroup, operation, body).await;
}

/// The message pipeline dismisses a group whose members were kept once more, to clear
/// them, under the operationIDs of all notices that it handled together.
fn dismiss_again(sim: Arc<Sim>, group: String, operation: String) {
    let spread = SECOND_DISMISSAL_MS.end() - SECOND_DISMISSAL_MS.start() + 1;
    let wait = Duration::from_millis(SECOND_DISMISSAL_MS.start() + sim.random_u64() % spread);
    let tasks = sim.tasks.clone();
    tasks.spawn(async move {
        tokio::time::sleep(wait).await;
        let Some((_, process)) = sim.process() else { return };
        // Whoever cleared the members in the meantime leaves nothing to do.
        if let Ok(owner) = find_owner(&sim, &group) {
            end(&sim, &process, &group, &owner, &operation, true).await;
        }
    });
}
