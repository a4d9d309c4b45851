//! Group operations, as a group process serves them.

mod check;
mod conversation;
mod create;
mod join;
mod leave;
mod member_info;
mod query;
mod set_info;

use std::sync::Arc;

use tokio::time::Instant;

use super::core::Sim;
use super::error::{DISMISSED, NOT_FOUND, OpError};
use super::event::Refusal;
use super::model::Member;
use super::process::GroupProcess;
use super::request::Route;
use super::stack::Site;
use super::store::{Group, MEMBER};
use super::{Answer, Call, SimEvent, bodies};
use crate::wire::goread::Value;
use crate::wire::{Build, WebhookKey};
pub(super) use check::check;

/// A group call at work in one process.
struct Op<'a> {
    sim: &'a Arc<Sim>,
    process: &'a GroupProcess,
    call: &'a Call,
}

/// Serves a group call in the process whose turn it is.
pub(super) async fn serve(sim: &Arc<Sim>, call: &Call) -> Answer {
    let Some((at, process)) = sim.process() else { return Err(OpError::ProcessDown) };
    let op = Op { sim, process: &process, call };
    let begun = Instant::now();
    sim.watch.observer.tell(&SimEvent::RpcBegun { rpc: call.rpc(), process: at });
    let answer = tokio::select! {
        biased;
        answer = op.run() => {
            let result = answer.as_ref().map(Option::as_deref).map_err(Refusal);
            let (rpc, took) = (call.rpc(), begun.elapsed());
            sim.watch.observer.tell(&SimEvent::RpcEnded { rpc, process: at, took, result });
            answer
        }
        () = process.died.cancelled() => Err(OpError::ProcessDied),
    };
    if matches!(answer, Err(OpError::Panic(_))) && sim.version.panic_ends_process() {
        sim.kill(at);
    }
    answer
}

impl Op<'_> {
    async fn run(&self) -> Answer {
        match self.call.route {
            Route::Create => self.create().await,
            Route::Invite => self.invite().await,
            Route::Join => self.join().await,
            Route::Respond => self.respond().await,
            Route::Quit => self.quit().await,
            Route::Kick => self.kick().await,
            Route::Dismiss => self.dismiss().await,
            Route::Transfer => self.transfer().await,
            Route::SetInfo | Route::SetInfoEx => self.set_info().await,
            Route::SetMemberInfo => self.set_member_info().await,
            Route::GroupsInfo => self.groups_info(),
            Route::MembersInfo => self.members_info(),
            Route::MemberList => self.member_list(),
            Route::MemberIds => self.member_ids(),
            _ => Err(OpError::ProcessDown),
        }
    }

    fn build(&self) -> Build {
        self.sim.build()
    }

    fn text(&self, name: &str) -> &str {
        self.call.body.text(name).unwrap_or_default()
    }

    /// The groupID of the request.
    fn group_id(&self) -> &str {
        self.text("groupID")
    }

    fn is_admin(&self) -> bool {
        self.sim.is_admin(&self.call.user)
    }

    /// Reads or changes a group that must exist.
    fn with_group<T>(&self, id: &str, f: impl FnOnce(&mut Group) -> T) -> Result<T, OpError> {
        let none = || OpError::rpc(NOT_FOUND, format!("group {id} not found"));
        self.sim.store.with_group(id, f).ok_or_else(none)
    }

    /// A group that must exist and not be dismissed; `gone` is what an invitation to a
    /// dismissed one is told, others are told nothing.
    fn living_group<T>(
        &self,
        id: &str,
        gone: &'static str,
        f: impl FnOnce(&mut Group) -> T,
    ) -> Result<T, OpError> {
        let alive = |group: &mut Group| (!group.is_dismissed()).then(|| f(group));
        self.with_group(id, alive)?.ok_or_else(|| OpError::rpc(DISMISSED, gone))
    }

    /// Notes the notice that the operation sends into the group's conversation.
    fn notice(&self, group: &str) {
        let now = self.sim.now_us();
        self.sim.store.with_group(group, |g| g.notice(&self.call.operation, now));
    }

    /// A new member as it is before the webhook server has had its say.
    fn new_member(&self, group: &str, user: &str, role_level: i32, join_source: i32) -> Member {
        let known = self.sim.user(user).unwrap_or_default();
        Member {
            group_id: group.to_owned(),
            user_id: user.to_owned(),
            role_level,
            join_time: self.sim.now_ms(),
            nickname: known.nickname,
            face_url: known.face_url,
            join_source,
            operator_user_id: self.call.user.clone(),
            inviter_user_id: self.call.user.clone(),
            ..Member::default()
        }
    }

    /// beforeMemberJoinGroup for new members: one call each, one after another (v3.7), or
    /// one call with the list. Answers change the members.
    async fn ask_members(
        &self,
        site: Site,
        group: &str,
        group_ex: &str,
        members: &mut [Member],
    ) -> Result<(), OpError> {
        let key = WebhookKey::BeforeMemberJoinGroup;
        let operation = &self.call.operation;
        if self.build().one_callback_a_member() {
            for member in members {
                let body = |c: &str| bodies::before_member(c, group, &member.user_id, &member.ex, group_ex);
                if let Some(answer) = self.process.ask(key, site, operation, body).await? {
                    member.apply(&answer);
                }
            }
            return Ok(());
        }
        let body = |c: &str| bodies::before_members(c, group, members, group_ex);
        let Some(answer) = self.process.ask(key, site, operation, body).await? else { return Ok(()) };
        for entry in answer.list("memberCallbackList").unwrap_or_default() {
            apply_entry(entry, members).ok_or(OpError::Panic(site))?;
        }
        Ok(())
    }
}

/// `None` where the build trips over an entry without userID; unknown users are skipped.
fn apply_entry(entry: &Value, members: &mut [Member]) -> Option<()> {
    let user = entry.text("userID")?;
    if let Some(member) = members.iter_mut().find(|m| m.user_id == user) {
        member.apply(entry);
    }
    Some(())
}

/// Whether `role` is that of an ordinary member.
fn is_ordinary(role: Option<i32>) -> bool {
    role == Some(MEMBER)
}
