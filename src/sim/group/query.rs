//! Looking at groups and members.

use serde::Serialize;

use super::super::Answer;
use super::super::error::{ARGS, OpError};
use super::super::model::{GroupInfo, Member};
use super::super::request::page;
use super::super::store::{Group, OrNull};
use super::Op;
use crate::wire::gojson::go_json_text;

#[derive(Serialize)]
struct Members {
    members: OrNull<Member>,
}

impl Op<'_> {
    /// `/group/get_groups_info`; unknown groups are left out.
    pub(super) fn groups_info(&self) -> Answer {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Infos {
            group_infos: OrNull<GroupInfo>,
        }
        let ids = self.call.body.texts("groupIDs").unwrap_or_default();
        if ids.is_empty() {
            return Err(OpError::rpc(ARGS, "groupID is empty"));
        }
        let shown = |id: &String| self.sim.store.with_group(id, |g| g.shown());
        let infos = ids.iter().filter_map(shown).collect::<Vec<_>>();
        Ok(Some(go_json_text(&Infos { group_infos: infos.into() })))
    }

    /// `/group/get_group_members_info`.
    pub(super) fn members_info(&self) -> Answer {
        let group = self.group_id();
        let ids = self.call.body.texts("userIDs").unwrap_or_default();
        if ids.is_empty() {
            return Err(OpError::rpc(ARGS, "userIDs empty"));
        }
        let found = |g: &mut Group| ids.iter().filter_map(|id| g.member(id).cloned()).collect::<Vec<_>>();
        let members = self.sim.store.with_group(group, found).unwrap_or_default();
        Ok(Some(go_json_text(&Members { members: members.into() })))
    }

    /// `/group/get_group_member_list`, page by page.
    pub(super) fn member_list(&self) -> Answer {
        #[derive(Serialize)]
        struct Page {
            total: usize,
            members: OrNull<Member>,
        }
        let group = self.group_id();
        let (from, size) = page(&self.call.body);
        let keyword = self.text("keyword");
        let wanted = |m: &&Member| keyword.is_empty() || m.user_id == keyword || m.nickname == keyword;
        let found = |g: &mut Group| {
            let found = g.members.iter().filter(wanted);
            (found.clone().count(), found.skip(from).take(size).cloned().collect::<Vec<_>>())
        };
        // A group that does not exist has no members; nobody asks whether it does.
        let (total, members) = self.sim.store.with_group(group, found).unwrap_or_default();
        Ok(Some(go_json_text(&Page { total, members: members.into() })))
    }

    /// `/group/get_group_member_user_id`.
    pub(super) fn member_ids(&self) -> Answer {
        #[derive(Serialize)]
        struct Ids {
            #[serde(rename = "userIDs")]
            ids: OrNull<String>,
        }
        let group = self.group_id();
        let found = |g: &mut Group| g.members.iter().map(|m| m.user_id.clone()).collect::<Vec<_>>();
        let ids = self.sim.store.with_group(group, found).unwrap_or_default();
        Ok(Some(go_json_text(&Ids { ids: ids.into() })))
    }
}
