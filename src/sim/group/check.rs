//! What the API process itself refuses, before any group process hears of it.

use super::super::Call;
use super::super::error::{ARGS, OpError};
use super::super::request::Route;
use crate::wire::goread::Value;
use crate::wire::{Build, OpenimVersion};

/// Longest list of users in one request, from v3.8.3 on.
const MAX_USERS: usize = 1000;
const WORKING_GROUP: i64 = 2;

struct Checked<'a> {
    version: &'a OpenimVersion,
    body: &'a Value,
}

/// The first field that a request lacks or has wrong, in the order in which `OpenIM` looks.
pub(in crate::sim) fn check(version: &OpenimVersion, call: &Call) -> Result<(), OpError> {
    let checked = Checked { version, body: &call.body };
    match call.route {
        Route::Create => checked.create(),
        Route::Invite => {
            checked.filled("groupID", "groupID is empty")?;
            checked.list("invitedUserIDs", "invitedUserIDs is empty", "too many InvitedUserIDs")
        }
        Route::Join => checked.join(),
        Route::Respond => {
            checked.filled("groupID", "groupID is empty")?;
            checked.filled("fromUserID", "fromUserID is empty")?;
            checked.within("handleResult", -1, 1, "handleResult is invalid")
        }
        Route::Kick => {
            checked.filled("groupID", "groupID is empty")?;
            checked.list("kickedUserIDs", "kickUserIDs is empty", "too many KickedUserIDs")
        }
        Route::Quit | Route::Dismiss => checked.filled("groupID", "groupID is empty"),
        Route::Transfer => {
            checked.filled("groupID", "groupID is empty")?;
            checked.filled("oldOwnerUserID", "oldOwnerUserID is empty")?;
            checked.filled("newOwnerUserID", "newOwnerUserID is empty")
        }
        Route::SetInfo => {
            let set = checked.body.get("groupInfoForSet").filter(|v| **v != Value::Null);
            let set = set.ok_or_else(|| OpError::api(ARGS, "GroupInfoForSets is empty"))?;
            Checked { version, body: set }.filled("groupID", "GroupID is empty")
        }
        Route::GroupsInfo => {
            let empty = if checked.is_old() { "GroupIDs" } else { "GroupIDs is empty" };
            checked.present("groupIDs", empty)
        }
        Route::MembersInfo => {
            checked.filled("groupID", "groupID is empty")?;
            checked.present("userIDs", "userIDs is empty")
        }
        Route::MemberList => checked.page(),
        Route::SetMemberInfo => checked.present("members", "Members is empty"),
        Route::Users => checked.pagination(),
        Route::MemberIds => checked.filled("groupID", "GroupID is empty"),
        _ => Ok(()),
    }
}

fn refuse<T>(text: impl Into<String>) -> Result<T, OpError> {
    Err(OpError::api(ARGS, text.into()))
}

impl Checked<'_> {
    fn is_old(&self) -> bool {
        matches!(self.version.build, Build::V370 | Build::V380)
    }

    fn filled(&self, name: &str, text: &str) -> Result<(), OpError> {
        if self.body.text(name).unwrap_or_default().is_empty() { refuse(text) } else { Ok(()) }
    }

    fn present(&self, name: &str, text: &str) -> Result<(), OpError> {
        if self.body.list(name).is_none() { refuse(text) } else { Ok(()) }
    }

    /// A list that must be there; an empty one is left to the group process.
    fn list(&self, name: &str, absent: &str, too_many: &str) -> Result<(), OpError> {
        self.present(name, absent)?;
        let count = self.body.list(name).map_or(0, <[Value]>::len);
        if count > MAX_USERS && self.version.limits_users() {
            return refuse(format!("{too_many}, need to be less than {MAX_USERS}"));
        }
        Ok(())
    }

    fn within(&self, name: &str, least: i64, most: i64, text: &str) -> Result<(), OpError> {
        let number = self.body.int(name).unwrap_or(0);
        if (least..=most).contains(&number) { Ok(()) } else { refuse(text) }
    }

    fn create(&self) -> Result<(), OpError> {
        let nobody = self.body.list("memberUserIDs").is_none() && self.body.list("adminUserIDs").is_none();
        if self.version.build == Build::V370 && nobody {
            return refuse("memberUserIDS and adminUserIDs are empty");
        }
        let info = self.body.get("groupInfo").filter(|v| **v != Value::Null);
        let Some(info) = info else { return refuse("groupInfo is empty") };
        Checked { version: self.version, body: info }.within(
            "groupType",
            0,
            WORKING_GROUP,
            "GroupType is invalid",
        )?;
        self.filled("ownerUserID", if self.is_old() { "ownerUserID" } else { "ownerUserID is empty" })?;
        if self.body.list("memberUserIDs").is_some() {
            self.list("memberUserIDs", "", "too many MemberUserIDs")?;
        }
        Ok(())
    }

    fn join(&self) -> Result<(), OpError> {
        const BY_INVITATION: i64 = 2;
        self.filled("groupID", "groupID is empty")?;
        let first = if self.is_old() { 2 } else { 1 };
        self.within("joinSource", first, 4, "joinSource is invalid")?;
        if self.body.int("joinSource") == Some(BY_INVITATION) {
            self.filled("inviterUserID", "inviterUserID is empty")?;
        }
        Ok(())
    }

    fn page(&self) -> Result<(), OpError> {
        self.filled("groupID", "groupID is empty")?;
        self.pagination()?;
        self.within("filter", 0, 5, "filter is invalid")
    }

    fn pagination(&self) -> Result<(), OpError> {
        let page = self.body.get("pagination").filter(|v| **v != Value::Null);
        let Some(page) = page else { return refuse("pagination is empty") };
        if page.int("pageNumber").unwrap_or(0) < 1 {
            return refuse("pageNumber is invalid");
        }
        Ok(())
    }
}
