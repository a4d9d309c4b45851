//! Which requests make up an operation of the load, with `wire::api`'s bodies.

use bytes::Bytes;
use serde::Serialize;

use crate::port::Attempt;
use crate::wire::api::{
    ApplicationResponse, CreateGroup, Dismiss, GROUP_TYPE_WORKING, HANDLE_AGREE, Invite, JOIN_SOURCE_SEARCH,
    Join, Kick, NewGroupInfo, Operation, Quit, path,
};

/// A request: path below `target.url`, and body.
pub(super) struct Request {
    pub(super) path: &'static str,
    pub(super) body: Bytes,
}

fn request<T: Serialize>(path: &'static str, body: &T) -> Request {
    // Our own types with string keys only: writing them cannot fail.
    Request { path, body: serde_json::to_vec(body).unwrap_or_default().into() }
}

/// The requests that make up an operation, in order.
pub(super) fn requests(attempt: &Attempt, need_verification: i32) -> Vec<Request> {
    let operation = attempt.operation;
    let (group_id, reason) = (attempt.group_id.clone(), attempt.marker.to_string());
    let one = attempt.members.first().unwrap_or(&attempt.owner).clone();
    let first = match operation {
        Operation::Create => request(operation.path(), &create(attempt, need_verification)),
        Operation::Invite => {
            let invited_user_ids = attempt.members.clone();
            request(operation.path(), &Invite { group_id, invited_user_ids, reason })
        }
        Operation::Join => request(operation.path(), &join(group_id, one, reason)),
        Operation::Apply => {
            let join = request(operation.path(), &join(group_id.clone(), one.clone(), reason.clone()));
            let answer = ApplicationResponse {
                group_id,
                from_user_id: one,
                handled_msg: reason,
                handle_result: HANDLE_AGREE,
            };
            return vec![join, request(path::APPLICATION_RESPONSE, &answer)];
        }
        Operation::Kick => {
            let kicked_user_ids = attempt.members.clone();
            request(operation.path(), &Kick { group_id, kicked_user_ids, reason })
        }
        Operation::Quit => request(operation.path(), &Quit { group_id, user_id: one }),
        Operation::Dismiss => request(operation.path(), &dismiss(&group_id)),
    };
    vec![first]
}

/// A dismissal that also removes the members: without that the after-callback comes twice.
pub(super) fn dismiss(group_id: &str) -> Dismiss {
    Dismiss { group_id: group_id.to_owned(), delete_member: true }
}

fn create(attempt: &Attempt, need_verification: i32) -> CreateGroup {
    CreateGroup {
        member_user_ids: attempt.members.clone(),
        admin_user_ids: attempt.admins.clone(),
        owner_user_id: attempt.owner.clone(),
        group_info: NewGroupInfo {
            group_id: attempt.group_id.clone(),
            group_name: attempt.marker.to_string(),
            ex: attempt.marker.to_string(),
            group_type: GROUP_TYPE_WORKING,
            need_verification,
            ..NewGroupInfo::default()
        },
    }
}

fn join(group_id: String, user: String, reason: String) -> Join {
    Join { group_id, req_message: reason, join_source: JOIN_SOURCE_SEARCH, inviter_user_id: user }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{OperationId, RunTag};
    use crate::wire::api::{VERIFY_APPLICANTS, VERIFY_NOBODY};
    use serde_json::{Value, json};

    fn bodies(operation: Operation, need_verification: i32) -> Vec<(&'static str, Value)> {
        let attempt = Attempt {
            operation_id: OperationId::new(RunTag::from_number(1), 0, 0),
            operation,
            group_id: "7".into(),
            owner: "1".into(),
            admins: Vec::new(),
            members: Vec::new(),
            marker: "m".into(),
        };
        let body = |r: Request| (r.path, serde_json::from_slice(&r.body).unwrap());
        requests(&attempt, need_verification).into_iter().map(body).collect()
    }

    #[test]
    fn a_create_without_members_still_sends_a_list_which_3_7_insists_on() {
        let (path, body) = bodies(Operation::Create, VERIFY_NOBODY).remove(0);
        assert_eq!(path, "/group/create_group");
        assert_eq!(body["memberUserIDs"], json!([]));
        assert_eq!(body["groupInfo"]["groupType"], 2);
    }

    #[test]
    fn a_group_that_anyone_may_enter_says_so_and_the_servers_own_default_is_left_out() {
        assert_eq!(bodies(Operation::Create, VERIFY_NOBODY)[0].1["groupInfo"]["needVerification"], 2);
        let default = bodies(Operation::Create, VERIFY_APPLICANTS).remove(0).1;
        assert_eq!(default["groupInfo"].get("needVerification").map_or(0, |v| v.as_i64().unwrap()), 0);
    }

    #[test]
    fn an_application_is_followed_by_its_approval() {
        let paths: Vec<_> = bodies(Operation::Apply, 0).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/group/join_group", "/group/group_application_response"]);
    }
}
