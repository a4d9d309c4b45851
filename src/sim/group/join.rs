//! How users come into a group: by invitation, directly, by application and approval.

use super::super::Answer;
use super::super::bodies::{self, Application};
use super::super::error::{ARGS, HANDLED, NO_PERMISSION, NOT_FOUND, OpError, full};
use super::super::model::Member;
use super::super::stack::Site;
use super::super::store::{self, ADMIN, Group, MEMBER, distinct};
use super::{Op, is_ordinary};
use crate::wire::{Build, WebhookKey};

/// Everyone needs approval, except whom owner or admin invite.
const ALL_NEED_APPROVAL: i32 = 1;
/// Anyone may enter.
const FREE_ENTRY: i32 = 2;
const BY_INVITATION: i32 = 2;

/// What the checks need of a group, taken in one step.
struct Seen {
    ex: String,
    group_type: i32,
    verification: i32,
    role: Option<i32>,
}

impl Op<'_> {
    fn look(&self, group: &str, user: &str, gone: &'static str) -> Result<Seen, OpError> {
        self.living_group(group, gone, |g: &mut Group| Seen {
            ex: g.info.ex.clone(),
            group_type: g.info.group_type,
            verification: g.info.need_verification,
            role: g.role(user),
        })
    }

    /// Adds members; none when one of them is there already.
    fn add_members(&self, group: &str, members: Vec<Member>) -> Result<(), OpError> {
        let most = self.sim.store.limits.members;
        if self.with_group(group, |g| g.members.len())? + members.len() > most {
            return Err(full("members of a group", most));
        }
        let added = self.with_group(group, |g| {
            let new = members.iter().all(|m| g.member(&m.user_id).is_none());
            if new {
                g.members.extend(members);
            }
            new
        })?;
        if added { Ok(()) } else { Err(self.duplicate_member()) }
    }

    /// Stores an application of each of the users.
    fn apply(&self, group: &str, users: &[String], application: &store::Application) -> Result<(), OpError> {
        let most = self.sim.store.limits.applications;
        self.with_group(group, |g| {
            for user in users {
                g.apply(user, application.clone(), most);
            }
        })
    }

    fn duplicate_member(&self) -> OpError {
        let (msg, dlt) = match self.build() {
            Build::V370 | Build::V380 => {
                ("500 mongo insert many mongo insert many", "500 mongo insert many mongo insert many")
            }
            Build::V383 | Build::Patch16 => ("mongo insert many", "mongo insert many"),
            Build::Main | Build::MainStandalone => (
                "ServerInternalError",
                "bulk write exception: write errors: [E11000 duplicate key error collection: openim_v3.group_member]",
            ),
        };
        OpError::Raw { code: 500, msg: msg.to_owned(), dlt: dlt.to_owned() }
    }

    /// `/group/invite_user_to_group`.
    pub(super) async fn invite(&self) -> Answer {
        let group = self.group_id();
        let invited = self.call.body.texts("invitedUserIDs").unwrap_or_default();
        let seen = self.check_invite(group, &invited)?;
        let (operation, reason) = (&self.call.operation, self.text("reason"));
        let body = |c: &str| bodies::before_invite(c, operation, group, reason, &invited);
        self.process.ask(WebhookKey::BeforeInviteUserToGroup, Site::INVITE, operation, body).await?;
        if seen.verification == ALL_NEED_APPROVAL && !self.is_admin() && is_ordinary(seen.role) {
            let inviter = self.call.user.clone();
            let request = store::Application { open: true, source: BY_INVITATION, inviter, number: 0 };
            self.apply(group, &invited, &request)?;
            return Ok(None);
        }
        let mut members: Vec<Member> =
            invited.iter().map(|user| self.new_member(group, user, MEMBER, BY_INVITATION)).collect();
        if self.build() == Build::V383 && self.is_admin() {
            // That build records no inviter where the app admin invites.
            for member in &mut members {
                member.operator_user_id.clear();
                member.inviter_user_id.clear();
            }
        }
        if self.build().one_callback_a_member() {
            self.ask_inviter(group, &seen.ex, invited.len()).await?;
        } else {
            self.ask_members(Site::INVITE_MEMBERS, group, &seen.ex, &mut members).await?;
        }
        self.sim.work().await;
        let newcomers = members.len();
        self.add_members(group, members)?;
        match self.make_conversations(group, newcomers).await {
            // Main leaves an invite's failure here unsaid.
            Err(_) if matches!(self.build(), Build::Main | Build::MainStandalone) => {}
            made => made?,
        }
        self.notice(group);
        Ok(None)
    }

    fn check_invite(&self, group: &str, invited: &[String]) -> Result<Seen, OpError> {
        if invited.is_empty() {
            return Err(OpError::rpc(ARGS, "user empty"));
        }
        if !distinct(invited.iter().map(String::as_str)) {
            return Err(OpError::rpc(ARGS, "userID duplicate"));
        }
        let gone = "group dismissed checking group status found it dismissed";
        let seen = self.look(group, &self.call.user, gone)?;
        let outsider =
            || OpError::rpc(NO_PERMISSION, format!("user {} is not a group member", self.call.user));
        let may = self.is_admin() || seen.role.is_some();
        let permission_first = matches!(self.build(), Build::Main | Build::MainStandalone);
        if permission_first && !may {
            return Err(outsider());
        }
        if !self.sim.all_users_exist(invited.iter().map(String::as_str)) {
            return Err(match self.build() {
                Build::V370 | Build::V380 => self.sim.unknown_user(),
                _ => OpError::rpc(NOT_FOUND, "user not found"),
            });
        }
        if may { Ok(seen) } else { Err(outsider()) }
    }

    /// v3.7 asks about the inviter, once an invitee, and its answers change the inviter's
    /// row; for the app admin, who has none, it falls over.
    async fn ask_inviter(&self, group: &str, group_ex: &str, times: usize) -> Result<(), OpError> {
        if !self.process.is_enabled(WebhookKey::BeforeMemberJoinGroup) {
            return Ok(());
        }
        let inviter = self.with_group(group, |g| g.member(&self.call.user).cloned())?;
        let Some(mut inviter) = inviter else { return Err(OpError::Panic(Site::INVITE_MEMBERS)) };
        for _ in 0..times {
            let one = std::slice::from_mut(&mut inviter);
            self.ask_members(Site::INVITE_MEMBERS, group, group_ex, one).await?;
        }
        Ok(())
    }

    /// `/group/join_group`; `inviterUserID` is the applicant.
    pub(super) async fn join(&self) -> Answer {
        let group = self.group_id();
        // Within 1 to 4 by now.
        let source = self.call.body.int("joinSource").and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
        let user = self.text("inviterUserID");
        let (message, ex) = (self.text("reqMessage"), self.text("ex"));
        let application = Application { group, user, message, source, ex };
        if self.sim.user(user).is_none() {
            return Err(self.sim.unknown_user());
        }
        let seen = self.look(group, user, "")?;
        let operation = &self.call.operation;
        let body = |c: &str| bodies::before_apply(c, seen.group_type, &application);
        self.process.ask(WebhookKey::BeforeApplyJoinGroup, Site::JOIN, operation, body).await?;
        if seen.role.is_some() {
            return Err(OpError::rpc(ARGS, ""));
        }
        if seen.verification != FREE_ENTRY {
            self.sim.work().await;
            let request = store::Application { open: true, source, inviter: String::new(), number: 0 };
            self.apply(group, &[user.to_owned()], &request)?;
            self.notice(group);
            return Ok(None);
        }
        // Its row names the applicant as inviter, and no source.
        let member = self.new_member(group, user, MEMBER, 0);
        let member = Member { inviter_user_id: user.to_owned(), ..member };
        self.enter(Site::JOIN_MEMBERS, group, &seen.ex, member).await?;
        self.notice(group);
        let body = |c: &str| bodies::after_join(c, operation, &application);
        self.process.tell(WebhookKey::AfterJoinGroup, operation, body).await;
        Ok(None)
    }

    /// One user comes in: beforeMemberJoinGroup, the write, the conversation.
    async fn enter(&self, site: Site, group: &str, group_ex: &str, member: Member) -> Result<(), OpError> {
        let mut members = [member];
        self.ask_members(site, group, group_ex, &mut members).await?;
        self.sim.work().await;
        self.add_members(group, members.into())?;
        let main = matches!(self.build(), Build::Main | Build::MainStandalone);
        // An approval on main makes none in the request.
        if main && site == Site::APPROVE_MEMBERS { Ok(()) } else { self.make_conversations(group, 1).await }
    }

    /// `/group/group_application_response`.
    pub(super) async fn respond(&self) -> Answer {
        const AGREE: i64 = 1;
        const REFUSE: i64 = -1;
        let group = self.group_id();
        let user = self.text("fromUserID");
        let result = self.call.body.int("handleResult").unwrap_or(0);
        if !matches!(result, AGREE | REFUSE) {
            return Err(OpError::rpc(ARGS, "HandleResult unknown"));
        }
        let (ex, role) = self.with_group(group, |g| (g.info.ex.clone(), g.role(&self.call.user)))?;
        if !self.is_admin() && role.is_none_or(|role| role < ADMIN) {
            return Err(OpError::rpc(NO_PERMISSION, "no group owner or admin"));
        }
        let found = self.with_group(group, |g| (g.application(user).cloned(), g.member(user).is_some()))?;
        let (Some(request), inside) = found else {
            return Err(OpError::rpc(NOT_FOUND, "group request not found"));
        };
        if !request.open {
            return Err(OpError::rpc(HANDLED, "group request already processed"));
        }
        if result == AGREE && !inside {
            let member = self.new_member(group, user, MEMBER, request.source);
            let member = Member { inviter_user_id: request.inviter.clone(), ..member };
            self.enter(Site::APPROVE_MEMBERS, group, &ex, member).await?;
        }
        let answered = store::Application { open: false, ..request };
        self.apply(group, &[user.to_owned()], &answered)?;
        self.notice(group);
        Ok(None)
    }
}
