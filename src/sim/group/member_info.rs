//! set_group_member_info: who may change whom, beforeSetGroupMemberInfo once a member, the
//! write, afterSetGroupMemberInfo once a member.
//!
//! The picture cannot be changed by the caller, only by a webhook's answer.

use std::collections::HashSet;

use super::super::Answer;
use super::super::bodies;
use super::super::error::{ARGS, NO_PERMISSION, OpError};
use super::super::stack::Site;
use super::super::store::{ADMIN, Group, MEMBER, OWNER};
use super::Op;
use crate::wire::callback::SetGroupMemberInfo;
use crate::wire::goread::Value;
use crate::wire::{Build, WebhookKey};

fn read(value: &Value) -> SetGroupMemberInfo {
    let text = |name| value.text(name).map(str::to_owned);
    SetGroupMemberInfo {
        callback_command: String::new(),
        group_id: text("groupID").unwrap_or_default(),
        user_id: text("userID").unwrap_or_default(),
        nick_name: text("nickname"),
        face_url: None,
        role_level: role(value),
        ex: text("ex"),
    }
}

fn role(value: &Value) -> Option<i32> {
    value.int("roleLevel").and_then(|n| i32::try_from(n).ok())
}

/// Takes over what an answer names.
fn answered(change: &mut SetGroupMemberInfo, answer: &Value) {
    for (name, field) in
        [("nickName", &mut change.nick_name), ("faceURL", &mut change.face_url), ("ex", &mut change.ex)]
    {
        if let Some(text) = answer.text(name) {
            *field = Some(text.to_owned());
        }
    }
    if let Some(role) = role(answer) {
        change.role_level = Some(role);
    }
}

fn write(change: &SetGroupMemberInfo, group: &mut Group) {
    let Some(member) = group.members.iter_mut().find(|m| m.user_id == change.user_id) else { return };
    for (new, old) in [
        (&change.nick_name, &mut member.nickname),
        (&change.face_url, &mut member.face_url),
        (&change.ex, &mut member.ex),
    ] {
        if let Some(new) = new {
            new.clone_into(old);
        }
    }
    member.role_level = change.role_level.unwrap_or(member.role_level);
}

impl Op<'_> {
    /// `/group/set_group_member_info`.
    pub(super) async fn set_member_info(&self) -> Answer {
        let wanted = self.call.body.list("members").unwrap_or_default();
        if wanted.is_empty() {
            return Err(OpError::rpc(ARGS, "members empty"));
        }
        let mut changes: Vec<_> = wanted.iter().map(read).collect();
        for change in &changes {
            check_role(change.role_level)?;
        }
        let mut seen = HashSet::new();
        for group in changes.iter().map(|c| c.group_id.as_str()).filter(|g| seen.insert(*g)) {
            self.may_change(group, &changes.iter().filter(|c| c.group_id == group).collect::<Vec<_>>())?;
        }
        let operation = &self.call.operation;
        for change in &mut changes {
            let body = |c: &str| bodies::set_member_info(c, change);
            let key = WebhookKey::BeforeSetGroupMemberInfo;
            if let Some(answer) = self.process.ask(key, Site::SET_MEMBER_INFO, operation, body).await? {
                answered(change, &answer);
            }
        }
        self.sim.work().await;
        for change in &changes {
            self.sim.store.with_group(&change.group_id, |g| write(change, g));
            self.notice(&change.group_id);
        }
        for change in &changes {
            let body = |c: &str| bodies::set_member_info(c, change);
            self.process.tell(WebhookKey::AfterSetGroupMemberInfo, operation, body).await;
        }
        Ok(None)
    }

    /// Whether the caller may change these members of one group.
    fn may_change(&self, group: &str, changes: &[&SetGroupMemberInfo]) -> Result<(), OpError> {
        let mut users = HashSet::new();
        if let Some(twice) = changes.iter().find(|c| !users.insert(c.user_id.as_str())) {
            return Err(OpError::rpc(ARGS, format!("repeat group {group} user {}", twice.user_id)));
        }
        let me = self.call.user.as_str();
        users.insert(me);
        let roles = |g: &mut Group| {
            let found = g.members.iter().filter(|m| users.contains(m.user_id.as_str()));
            found.map(|m| (m.user_id.clone(), m.role_level)).collect::<Vec<_>>()
        };
        let found = self.sim.store.with_group(group, roles).unwrap_or_default();
        let mine = found.iter().find(|(user, _)| user == me).map(|(_, role)| *role);
        let outside = |code| Err(OpError::rpc(code, "user not in group"));
        match (users.len() - found.len(), mine) {
            (0, _) if self.is_admin() => Ok(()),
            (0, Some(role)) => {
                may_touch(role, me, &found)?;
                let own = changes.iter().find(|c| c.user_id == me).and_then(|c| c.role_level);
                if self.checks_own_role() { own.map_or(Ok(()), |own| may_become(role, own)) } else { Ok(()) }
            }
            (1, None) if self.is_admin() => Ok(()),
            (1, None) => outside(NO_PERMISSION),
            _ => outside(ARGS),
        }
    }

    /// Later builds also look at the role that the caller wants for itself.
    fn checks_own_role(&self) -> bool {
        !matches!(self.build(), Build::V370 | Build::V380)
    }
}

fn check_role(role: Option<i32>) -> Result<(), OpError> {
    match role {
        Some(OWNER) => Err(OpError::rpc(NO_PERMISSION, "cannot set ungroup owner")),
        None | Some(ADMIN | MEMBER) => Ok(()),
        Some(_) => Err(OpError::rpc(ARGS, "invalid role level")),
    }
}

/// Whether someone of that role may change the found members, itself among them.
fn may_touch(role: i32, me: &str, found: &[(String, i32)]) -> Result<(), OpError> {
    let refuse = |text: &'static str| Err(OpError::rpc(NO_PERMISSION, text));
    let has = |wrong: &dyn Fn(&str, i32) -> bool| found.iter().any(|(user, role)| wrong(user, *role));
    match role {
        OWNER => Ok(()),
        ADMIN if has(&|_, role| role == OWNER) => refuse("admin can not change group owner"),
        ADMIN if has(&|user, role| role == ADMIN && user != me) => {
            refuse("admin can not change other group admin")
        }
        ADMIN => Ok(()),
        MEMBER if has(&|user, role| role != MEMBER || user != me) => {
            refuse("ordinary users can not change other role level")
        }
        MEMBER => Ok(()),
        // A role that a webhook has given counts itself among those it may not change.
        _ => refuse("can not change higher role level"),
    }
}

fn may_become(role: i32, own: i32) -> Result<(), OpError> {
    if own > role {
        return Err(OpError::rpc(NO_PERMISSION, "can not improve role level by self"));
    }
    if role == OWNER {
        return Err(OpError::rpc(ARGS, "group owner can not change own role level"));
    }
    Ok(())
}
