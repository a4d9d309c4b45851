//! set_group_info and set_group_info_ex: beforeSetGroupInfo(Ex), the write,
//! afterSetGroupInfo(Ex).
//!
//! An answer to the before-callback replaces groupID, name, picture and introduction
//! whether it has them or not, so that one which does not echo them breaks the operation.

use super::super::Answer;
use super::super::bodies;
use super::super::error::{ARGS, DISMISSED, NO_PERMISSION, OpError};
use super::super::model::GroupInfo;
use super::super::request::Route;
use super::super::stack::Site;
use super::super::store::{ADMIN, Group};
use super::Op;
use crate::wire::WebhookKey;
use crate::wire::callback::SetGroupInfo;
use crate::wire::goread::Value;

/// What is asked for: the callback without its command.
impl SetGroupInfo {
    fn read(value: &Value) -> SetGroupInfo {
        let text = |name| value.text(name).map(str::to_owned);
        let number = |name| value.int(name).and_then(|n| i32::try_from(n).ok());
        SetGroupInfo {
            group_id: text("groupID").unwrap_or_default(),
            group_name: text("groupName"),
            notification: text("notification"),
            introduction: text("introduction"),
            face_url: text("faceURL"),
            ex: text("ex"),
            need_verification: number("needVerification"),
            look_member_info: number("lookMemberInfo"),
            apply_member_friend: number("applyMemberFriend"),
            ..SetGroupInfo::default()
        }
    }

    /// An absent text of set_group_info is the empty one.
    fn filled(mut self) -> SetGroupInfo {
        for text in [&mut self.group_name, &mut self.notification, &mut self.introduction, &mut self.face_url]
        {
            text.get_or_insert_default();
        }
        self
    }

    /// Takes over an answer. The notice stays as it was asked for.
    fn answered(&mut self, answer: &Value, is_ex: bool) {
        let said = SetGroupInfo::read(answer);
        let said = if is_ex { said } else { said.filled() };
        self.group_id = said.group_id;
        self.group_name = said.group_name;
        self.face_url = said.face_url;
        self.introduction = said.introduction;
        if is_ex || said.ex.is_some() {
            self.ex = said.ex;
        }
        for (mine, said) in [
            (&mut self.need_verification, said.need_verification),
            (&mut self.look_member_info, said.look_member_info),
            (&mut self.apply_member_friend, said.apply_member_friend),
        ] {
            if is_ex || said.is_some() {
                *mine = said;
            }
        }
    }

    /// Nothing is asked for; an empty text asks for nothing in set_group_info.
    fn is_empty(&self, is_ex: bool) -> bool {
        let texts = [&self.group_name, &self.notification, &self.introduction, &self.face_url];
        let asks = |t: &&Option<String>| t.as_ref().is_some_and(|t| is_ex || !t.is_empty());
        let numbers = [self.need_verification, self.look_member_info, self.apply_member_friend];
        !texts.iter().any(asks) && self.ex.is_none() && numbers.iter().all(Option::is_none)
    }

    fn write(&self, info: &mut GroupInfo, is_ex: bool, user: &str, now_ms: i64) {
        let texts = [
            (&self.group_name, &mut info.group_name),
            (&self.introduction, &mut info.introduction),
            (&self.face_url, &mut info.face_url),
        ];
        for (new, old) in texts {
            if let Some(new) = new.as_ref().filter(|t| is_ex || !t.is_empty()) {
                new.clone_into(old);
            }
        }
        if let Some(notice) = self.notification.as_ref().filter(|t| is_ex || !t.is_empty()) {
            notice.clone_into(&mut info.notification);
            info.notification_update_time = now_ms;
            user.clone_into(&mut info.notification_user_id);
        }
        if let Some(ex) = &self.ex {
            ex.clone_into(&mut info.ex);
        }
        let numbers = [
            (self.need_verification, &mut info.need_verification),
            (self.look_member_info, &mut info.look_member_info),
            (self.apply_member_friend, &mut info.apply_member_friend),
        ];
        for (new, old) in numbers {
            *old = new.unwrap_or(*old);
        }
    }
}

impl Op<'_> {
    /// `/group/set_group_info` and `/group/set_group_info_ex`.
    pub(super) async fn set_info(&self) -> Answer {
        let is_ex = self.call.route == Route::SetInfoEx;
        let body = &self.call.body;
        let wanted = if is_ex { body } else { body.get("groupInfoForSet").unwrap_or(body) };
        let change = SetGroupInfo::read(wanted);
        let mut change = if is_ex { change } else { change.filled() };
        self.may_set(&change.group_id)?;
        let (before, after, site) = if is_ex {
            (WebhookKey::BeforeSetGroupInfoEx, WebhookKey::AfterSetGroupInfoEx, Site::SET_INFO_EX)
        } else {
            (WebhookKey::BeforeSetGroupInfo, WebhookKey::AfterSetGroupInfo, Site::SET_INFO)
        };
        let operation = &self.call.operation;
        let asked = |c: &str| bodies::before_set_info(c, &change, is_ex);
        if let Some(answer) = self.process.ask(before, site, operation, asked).await? {
            change.answered(&answer, is_ex);
        }
        let dismissed = self.with_group(&change.group_id, |g: &mut Group| g.is_dismissed())?;
        if dismissed {
            return Err(OpError::rpc(DISMISSED, ""));
        }
        if is_ex && change.group_name.as_ref().is_some_and(|n| n.trim().is_empty()) {
            return Err(OpError::rpc(ARGS, "group name is empty"));
        }
        if change.is_empty(is_ex) {
            return Ok(None);
        }
        self.sim.work().await;
        let now = self.sim.now_ms();
        self.with_group(&change.group_id, |g| change.write(&mut g.info, is_ex, &self.call.user, now))?;
        self.notice(&change.group_id);
        self.process.tell(after, operation, |c| bodies::set_info(c, &change)).await;
        Ok(None)
    }

    fn may_set(&self, group: &str) -> Result<(), OpError> {
        if self.is_admin() {
            return Ok(());
        }
        let role = self.with_group(group, |g| g.role(&self.call.user))?;
        if role.is_some_and(|role| role >= ADMIN) {
            return Ok(());
        }
        Err(OpError::rpc(NO_PERMISSION, "no group owner or admin"))
    }
}
