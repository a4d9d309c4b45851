//! Invite, join, approval, kick, quit, transfer, dismiss; a group process that dies.

use std::time::Duration;

use openim_bench::sim::ServiceTime;
use openim_bench::wire::Build;
use serde_json::json;

use super::rig::{Rig, usual};

const DISMISS: &str = "callbackAfterDisMissGroupCommand";

/// A group and how many callbacks it caused.
async fn group(rig: &Rig, verification: i32) -> (String, usize) {
    let mut body = usual();
    body["groupInfo"]["needVerification"] = json!(verification);
    let group = rig.call("/group/create_group", "op-create", body).await.group_id();
    let members = if rig.receiver.commands().iter().any(|c| c.contains("MemberJoin")) { 4 } else { 1 };
    let n = 2 + members;
    rig.receiver.wait_for(n).await;
    // Later notices are then no longer sent together with the one of the creation.
    tokio::time::sleep(Duration::from_millis(150)).await;
    (group, n)
}

#[tokio::test]
async fn a_dismissal_that_keeps_members_is_told_twice_and_one_that_deletes_them_once() {
    let rig = Rig::new(Build::Main).await;
    let (kept, n) = group(&rig, 0).await;
    let body = json!({"groupID": kept, "deleteMember": false});
    assert_eq!(rig.call("/group/dismiss_group", "op-1", body.clone()).await.code(), 0);
    assert_eq!(rig.call("/group/dismiss_group", "op-2", body).await.code(), 1204);
    let seen = rig.receiver.wait_for(n + 2).await;
    let [first, second] = &seen[n..] else { panic!("{seen:?}") };
    assert_eq!((first.command(), second.command()), (DISMISS, DISMISS));
    assert!(first.body.contains(
        r#""ownerID":"u0000","groupType":"\u0002","membersID":["u0000","u0003","u0001","u0002"]}"#
    ));
    assert!(second.body.contains(r#""membersID":[]}"#), "{}", second.body);
    assert_eq!(second.header("Operationid"), "op-1");
    assert!(second.at.duration_since(first.at) >= Duration::from_millis(90));
    let (gone, _) = group(&rig, 0).await;
    let n = rig.receiver.callbacks().len();
    let body = json!({"groupID": gone, "deleteMember": true});
    assert_eq!(rig.call("/group/dismiss_group", "op-3", body.clone()).await.code(), 0);
    tokio::time::sleep(Duration::from_millis(1400)).await;
    let seen = rig.receiver.callbacks();
    assert_eq!(seen.len(), n + 1);
    assert!(seen[n].body.contains(r#""membersID":[]}"#));
    assert_eq!(rig.call("/group/dismiss_group", "op-4", body).await.code(), 1004);
}

#[tokio::test]
async fn notices_close_together_join_their_operation_ids_in_the_second_dismissal() {
    let rig = Rig::new(Build::V380).await;
    let created = rig.create("op-1").await.group_id();
    rig.call("/group/dismiss_group", "op-2", json!({"groupID": created})).await;
    let seen = rig.receiver.wait_for(5).await;
    assert_eq!(seen[4].header("Operationid"), "op-1$op-2");
}

#[tokio::test]
async fn every_operation_calls_back_with_its_body() {
    let rig = Rig::new(Build::Main).await;
    let (group, n) = group(&rig, 2).await;
    for (path, body) in [
        ("invite_user_to_group", json!({"groupID": group, "invitedUserIDs": ["u0005"], "reason": "bench"})),
        (
            "join_group",
            json!({"groupID": group, "reqMessage": "hello", "joinSource": 3, "inviterUserID": "u0011"}),
        ),
        ("kick_group", json!({"groupID": group, "kickedUserIDs": ["u0001"], "reason": "bench"})),
        ("quit_group", json!({"groupID": group, "userID": "u0002"})),
        ("transfer_group", json!({"groupID": group, "oldOwnerUserID": "u0000", "newOwnerUserID": "u0003"})),
    ] {
        let before = rig.receiver.callbacks().len();
        let answer = rig.call(&format!("/group/{path}"), path, body).await;
        assert_eq!(answer.code(), 0, "{path}: {}", answer.text);
        rig.receiver
            .wait_for(
                before
                    + match path {
                        "invite_user_to_group" => 2,
                        "join_group" => 3,
                        _ => 1,
                    },
            )
            .await;
    }
    let bodies: Vec<String> =
        rig.receiver.callbacks()[n..].iter().map(|c| c.body.replace(&group, "G")).collect();
    assert_eq!(
        bodies,
        [
            r#"{"callbackCommand":"callbackBeforeInviteJoinGroupCommand","operationID":"invite_user_to_group","groupID":"G","reason":"bench","invitedUserIDs":["u0005"]}"#,
            r#"{"callbackCommand":"callbackBeforeMembersJoinGroupCommand","groupID":"G","memberList":[{"userID":"u0005","ex":""}],"groupEx":""}"#,
            r#"{"callbackCommand":"callbackBeforeJoinGroupCommand","groupID":"G","groupType":"\u0002","applyID":"u0011","reqMessage":"hello","ex":""}"#,
            r#"{"callbackCommand":"callbackBeforeMembersJoinGroupCommand","groupID":"G","memberList":[{"userID":"u0011","ex":""}],"groupEx":""}"#,
            r#"{"callbackCommand":"callbackAfterJoinGroupCommand","operationID":"join_group","groupID":"G","reqMessage":"hello","joinSource":3,"inviterUserID":"u0011"}"#,
            r#"{"callbackCommand":"callbackAfterKickGroupCommand","groupID":"G","kickedUserIDs":["u0001"],"reason":"bench"}"#,
            r#"{"callbackCommand":"callbackAfterQuitGroupCommand","groupID":"G","userID":"u0002"}"#,
            r#"{"callbackCommand":"callbackAfterTransferGroupOwnerCommand","groupID":"G","oldOwnerUserID":"u0000","newOwnerUserID":"u0003"}"#,
        ]
        .map(|b| format!("{b}\n"))
    );
    let info = rig.call("/group/get_groups_info", "op", json!({"groupIDs": [group]})).await.json();
    let info = &info["data"]["groupInfos"][0];
    assert_eq!((info["ownerUserID"].as_str(), info["memberCount"].as_u64()), (Some("u0003"), Some(4)));
}

#[tokio::test]
async fn an_application_adds_a_member_only_when_it_is_approved() {
    let rig = Rig::new(Build::V370).await;
    let (group, _) = group(&rig, 1).await;
    let apply = json!({"groupID": group, "joinSource": 3, "inviterUserID": "u0012"});
    assert_eq!(rig.call("/group/join_group", "op-1", apply).await.code(), 0);
    let ids = || rig.call("/group/get_group_member_user_id", "op-2", json!({"groupID": group}));
    assert!(!ids().await.text.contains("u0012"));
    let agree = json!({"groupID": group, "fromUserID": "u0012", "handleResult": 1});
    assert_eq!(rig.call("/group/group_application_response", "op-3", agree.clone()).await.code(), 0);
    assert!(ids().await.text.contains("u0012"));
    assert_eq!(rig.call("/group/group_application_response", "op-4", agree).await.code(), 1206);
}

#[tokio::test]
async fn patch_16_writes_the_rows_and_reports_an_error() {
    let rig = Rig::new(Build::Patch16).await;
    let (group, _) = group(&rig, 2).await;
    let invite = json!({"groupID": group, "invitedUserIDs": ["u0005"]});
    let answer = rig.call("/group/invite_user_to_group", "op-1", invite).await;
    assert_eq!(answer.text, r#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"maxSeq is invalid"}"#);
    let ids = rig.call("/group/get_group_member_user_id", "op-2", json!({"groupID": group})).await;
    assert!(ids.text.contains("u0005"));
}

#[tokio::test]
async fn an_invitation_by_the_admin_kills_the_group_process_of_3_7() {
    let rig = Rig::with(Build::V370, |c| c.restart_after = Some(Duration::from_millis(300))).await;
    let (group, n) = group(&rig, 0).await;
    let invite = json!({"groupID": group, "invitedUserIDs": ["u0005", "u0006"]});
    let answer = rig.call("/group/invite_user_to_group", "op-1", invite.clone()).await;
    assert_eq!(answer.code(), 14);
    assert!(answer.text.contains("error reading from server: EOF"), "{}", answer.text);
    assert_eq!(rig.create("op-2").await.code(), 14);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(rig.create("op-3").await.code(), 0, "it is back");
    let seen = rig.receiver.wait_for(n + 1 + 6).await.len();
    let owner = rig.mint("u0000").await;
    assert_eq!(rig.call_as(&owner, "/group/invite_user_to_group", "op-4", invite).await.code(), 0);
    let callbacks = rig.receiver.callbacks();
    let members = callbacks[seen..].iter().filter(|c| c.command() == "callbackBeforeMemberJoinGroupCommand");
    assert!(members.clone().all(|c| c.body.contains(r#""userID":"u0000""#)), "it asks about the inviter");
    assert_eq!(members.count(), 2);
}

#[tokio::test]
async fn several_processes_take_turns_and_one_that_died_is_passed_over() {
    let rig = Rig::with(Build::V370, |c| c.processes = 2).await;
    let (group, _) = group(&rig, 0).await;
    let invite = json!({"groupID": group, "invitedUserIDs": ["u0005"]});
    assert_eq!(rig.call("/group/invite_user_to_group", "op-1", invite.clone()).await.code(), 14);
    assert_eq!(rig.create("op-2").await.code(), 0);
    assert_eq!(rig.create("op-3").await.code(), 0);
}

#[tokio::test]
async fn the_service_time_is_spent_and_workers_queue_for_it() {
    let time = Duration::from_millis(100);
    let rig = Rig::with(Build::Main, |c| {
        c.service_time = ServiceTime::constant(time);
        c.workers = Some(1);
    })
    .await;
    let (a, b) = tokio::join!(rig.create("op-1"), rig.create("op-2"));
    assert!(a.took.max(b.took) >= 2 * time);
    assert!(a.took.min(b.took) >= time);
}

#[tokio::test]
async fn a_shutdown_ends_what_is_under_way() {
    let rig = Rig::new(Build::Main).await;
    rig.receiver
        .set("callbackBeforeCreateGroupCommand", super::rig::Behaviour::sleep(Duration::from_secs(60)));
    let mut stream = tokio::net::TcpStream::connect(&rig.api).await.unwrap();
    let body = usual().to_string();
    let head = format!(
        "POST /group/create_group HTTP/1.1\r\nHost: h\r\noperationID: o\r\ntoken: {}\r\nContent-Length: {}\r\n\r\n{body}",
        rig.token,
        body.len()
    );
    tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await.unwrap();
    rig.receiver.wait_for(1).await;
    rig.stop.cancel();
    let served = tokio::time::timeout(Duration::from_secs(5), rig.served).await;
    served.expect("it returns").unwrap().unwrap();
}

#[tokio::test]
async fn main_makes_conversations_during_an_invite_and_after_a_create() {
    const BEFORE: &str = "callbackBeforeCreateGroupChatConversationsCommand";
    let rig = Rig::with(Build::Main, |c| {
        let on = c.webhooks.keys["beforeCreateGroup"].clone();
        for key in ["beforeCreateGroupChatConversations", "afterCreateGroupChatConversations"] {
            c.webhooks.keys.insert(key.to_owned(), on.clone());
        }
    })
    .await;
    let (group, n) = group(&rig, 0).await;
    rig.receiver.wait_for(n + 2).await;
    let of = |from: usize| {
        rig.receiver.callbacks()[from..].iter().map(|c| c.command().to_owned()).collect::<Vec<_>>()
    };
    assert!(of(n).contains(&BEFORE.to_owned()), "{:?}", of(n));
    let invite = json!({"groupID": group, "invitedUserIDs": ["u0005"]});
    assert_eq!(rig.call("/group/invite_user_to_group", "op-1", invite).await.code(), 0);
    rig.receiver.wait_for(n + 2 + 4).await;
    assert_eq!(of(n + 2)[2], BEFORE, "{:?}", of(n + 2));
}

#[tokio::test]
async fn a_kick_that_follows_the_create_at_once_is_done_and_regretted_on_3_8_3() {
    let rig = Rig::new(Build::V383).await;
    let (group, n) = group(&rig, 2).await;
    let kick = |user: &str| json!({"groupID": group, "kickedUserIDs": [user], "reason": "bench"});
    let answer = rig.call("/group/kick_group", "op-1", kick("u0001")).await;
    if answer.code() == 0 {
        return; // A machine so busy that the notice was faster.
    }
    assert_eq!(answer.text, r#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"maxSeq is invalid"}"#);
    let ids = rig.call("/group/get_group_member_user_id", "op-2", json!({"groupID": group})).await;
    assert!(!ids.text.contains("u0001"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(rig.call("/group/kick_group", "op-3", kick("u0002")).await.code(), 0);
    assert_eq!(rig.receiver.wait_for(n + 1).await.len(), n + 1, "the regretted one calls nobody");
}
