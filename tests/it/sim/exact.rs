//! What the recordings do not show: member info, lists of users, paths and methods, releases
//! between the recorded builds.

use openim_bench::wire::webhooks_yml::KeyConfig;
use openim_bench::wire::{Build, OpenimVersion};
use serde_json::{Value, json};

use super::rig::{Behaviour, Rig, usual};

fn switch_on(webhooks: &mut openim_bench::wire::webhooks_yml::WebhooksYml, keys: &[&str]) {
    for key in keys {
        let config = KeyConfig { enable: true, timeout: 5, failed_continue: None };
        webhooks.keys.insert((*key).to_owned(), config);
    }
}

async fn with_member_info(build: Build) -> Rig {
    Rig::with(build, |c| {
        c.webhooks.keys.clear();
        switch_on(&mut c.webhooks, &["beforeSetGroupMemberInfo", "afterSetGroupMemberInfo"]);
    })
    .await
}

async fn member(rig: &Rig, group: &str, user: &str) -> Value {
    let body = json!({"groupID": group, "userIDs": [user]});
    rig.call("/group/get_group_members_info", "op-look", body).await.json()["data"]["members"][0].clone()
}

#[tokio::test]
async fn set_group_member_info_calls_back_once_a_member_before_and_after() {
    for build in Build::ALL {
        let rig = with_member_info(build).await;
        let group = rig.create("op-1").await.group_id();
        rig.receiver.set(
            "callbackBeforeSetGroupMemberInfoCommand",
            Behaviour::body(r#"{"nickName":"told","faceURL":"f"}"#),
        );
        let members = json!({"members": [
            {"groupID": group, "userID": "u0001", "nickname": "asked", "faceURL": "ignored", "roleLevel": 60},
            {"groupID": group, "userID": "u0002", "ex": "e"},
        ]});
        let done = rig.call("/group/set_group_member_info", "op-2", members).await;
        assert_eq!(done.code(), 0, "{build}: {}", done.text);
        let seen = rig.receiver.wait_for(4).await;
        let mut bodies: Vec<String> = seen.iter().map(|c| c.body.replace(&group, "G")).collect();
        // Two workers send the later ones.
        bodies[2..].sort();
        let body = |when: &str, rest: &str| {
            format!(
                "{{\"callbackCommand\":\"callback{when}SetGroupMemberInfoCommand\",\"groupID\":\"G\",{rest}}}\n"
            )
        };
        assert_eq!(
            bodies,
            [
                body(
                    "Before",
                    r#""userID":"u0001","nickName":"asked","faceURL":null,"roleLevel":60,"ex":null"#
                ),
                body(
                    "Before",
                    r#""userID":"u0002","nickName":null,"faceURL":null,"roleLevel":null,"ex":"e""#
                ),
                body("After", r#""userID":"u0001","nickName":"told","faceURL":"f","roleLevel":60,"ex":null"#),
                body(
                    "After",
                    r#""userID":"u0002","nickName":"told","faceURL":"f","roleLevel":null,"ex":"e""#
                ),
            ],
            "{build}"
        );
        let changed = member(&rig, &group, "u0001").await;
        assert_eq!(
            (&changed["nickname"], &changed["faceURL"], &changed["roleLevel"]),
            (&json!("told"), &json!("f"), &json!(60)),
            "{build}"
        );
    }
}

#[tokio::test]
async fn a_rejected_change_of_member_info_changes_nobody() {
    let rig = with_member_info(Build::Main).await;
    let group = rig.create("op-1").await.group_id();
    let no = r#"{"errCode":4001,"errMsg":"M","errDlt":"D","nextCode":1}"#;
    rig.receiver.set("callbackBeforeSetGroupMemberInfoCommand", Behaviour::body(no));
    let members = json!({"members": [{"groupID": group, "userID": "u0001", "nickname": "x"}]});
    assert_eq!(rig.call("/group/set_group_member_info", "op-2", members).await.code(), 4001);
    assert_eq!(member(&rig, &group, "u0001").await["nickname"], "u0001");
}

#[tokio::test]
async fn who_may_change_whose_member_info_depends_on_both_roles() {
    let rig = Rig::new(Build::Main).await;
    let group = rig.create("op-1").await.group_id();
    let owner = rig.mint("u0000").await;
    let (leader, one, stranger) = (rig.mint("u0003").await, rig.mint("u0001").await, rig.mint("u0010").await);
    let change = |user: &str, role: Value| json!({"groupID": group, "userID": user, "roleLevel": role, "nickname": "n"});
    for (token, members, dlt) in [
        (&rig.token, vec![change("u0001", json!(100))], "cannot set ungroup owner"),
        (&rig.token, vec![change("u0001", json!(7))], "invalid role level"),
        (&rig.token, vec![change("nobody", Value::Null)], "user not in group"),
        (&leader, vec![change("u0000", Value::Null)], "admin can not change group owner"),
        (&one, vec![change("u0002", Value::Null)], "ordinary users can not change other role level"),
        (&one, vec![change("u0001", json!(60))], "can not improve role level by self"),
        (&owner, vec![change("u0000", json!(20))], "group owner can not change own role level"),
        (&stranger, vec![change("u0001", Value::Null)], "user not in group"),
        (&rig.token, vec![], "members empty"),
    ] {
        let body = json!({"members": members});
        let answer = rig.call_as(token, "/group/set_group_member_info", "op-2", body).await;
        assert_eq!(answer.dlt(), dlt, "{}", answer.text);
    }
    for (token, user) in [(&rig.token, "u0000"), (&owner, "u0003"), (&leader, "u0001"), (&one, "u0001")] {
        let body = json!({"members": [change(user, Value::Null)]});
        let answer = rig.call_as(token, "/group/set_group_member_info", "op-3", body).await;
        assert_eq!(answer.code(), 0, "{user}: {}", answer.text);
    }
    let twice = json!({"members": [change("u0001", Value::Null), change("u0001", Value::Null)]});
    let answer = rig.call("/group/set_group_member_info", "op-4", twice).await;
    assert_eq!(answer.dlt(), format!("repeat group {group} user u0001"));
    let none = rig.call("/group/set_group_member_info", "op-5", json!({})).await;
    assert_eq!(none.dlt(), "Members is empty");
}

#[tokio::test]
async fn users_are_listed_page_by_page_and_found_by_a_part_of_their_name() {
    let rig = Rig::new(Build::V383).await;
    let ask = async |body: Value| rig.call("/user/get_users", "op-1", body).await.json()["data"].clone();
    let ids = |data: &Value| -> Vec<String> {
        let users = data["users"].as_array().cloned().unwrap_or_default();
        users.iter().map(|u| u["userID"].as_str().unwrap().to_owned()).collect()
    };
    let first = ask(json!({"pagination": {"pageNumber": 1, "showNumber": 2}})).await;
    assert_eq!(
        (first["total"].as_u64(), ids(&first)),
        (Some(21), vec!["imAdmin".to_owned(), "u0000".to_owned()])
    );
    let last = ask(json!({"pagination": {"pageNumber": 11, "showNumber": 2}})).await;
    assert_eq!(ids(&last), ["u0019"]);
    let some = ask(json!({"userID": "U001", "pagination": {"pageNumber": 1, "showNumber": 3}})).await;
    assert_eq!((some["total"].as_u64(), ids(&some)[0].as_str()), (Some(10), "u0010"));
    let new = Rig::new(Build::Main).await;
    assert_eq!(new.call("/user/get_users", "op-1", json!({})).await.dlt(), "pagination is empty");
}

#[tokio::test]
async fn unknown_paths_are_refused_by_headers_first_and_other_methods_are_not_found() {
    for build in Build::ALL {
        let rig = Rig::new(build).await;
        let both = [("operationID", "o"), ("token", rig.token.as_str())];
        let bare = rig.raw("POST", "/no/such", &[], "{}").await;
        assert_eq!((bare.status, bare.code()), (200, 1001), "{build}");
        let no_token = rig.raw("POST", "/no/such", &[("operationID", "o")], "{}").await;
        let expected = if build == Build::V370 { 404 } else { 200 };
        assert_eq!(no_token.status, expected, "{build}: {}", no_token.text);
        let unknown = rig.raw("POST", "/no/such", &both, "{}").await;
        assert_eq!((unknown.status, unknown.text.as_str()), (404, "404 page not found"), "{build}");
        let get = rig.raw("GET", "/group/create_group", &[], "").await;
        assert_eq!((get.status, get.text.as_str()), (404, "404 page not found"), "{build}");
        let options = rig.raw("OPTIONS", "/group/create_group", &[], "").await;
        assert_eq!((options.status, options.text.as_str()), (200, "\"Options Request!\""), "{build}");
        let odd = [both[0], both[1], ("Content-Type", "text/plain")];
        let answer = rig.raw("POST", "/group/create_group", &odd, &usual().to_string()).await;
        assert_eq!(answer.code(), 0, "{build}: the type of a body is not looked at");
    }
}

#[tokio::test]
async fn releases_between_the_recorded_builds_answer_as_their_sources_say() {
    let version = |text: &str| text.parse::<OpenimVersion>().unwrap();
    let users: Vec<String> = (0..1001).map(|n| format!("x{n}")).collect();
    for (text, limit, entry) in [("3.8.2", false, 14), ("3.8.3", true, 14), ("3.8.3-patch.3", true, 2)] {
        let rig = Rig::with(Build::V383, |c| c.version = version(text)).await;
        let mut body = usual();
        body["memberUserIDs"] = json!(users);
        let many = rig.call("/group/create_group", "op-1", body).await;
        assert_eq!(many.code(), if limit { 1001 } else { 1101 }, "{text}: {}", many.text);
        let ex = rig.call("/group/set_group_info_ex", "op-2", json!({"groupID": "g"})).await;
        assert_eq!(ex.status, if limit { 200 } else { 404 }, "{text}");
        let command = "callbackBeforeMembersJoinGroupCommand";
        rig.receiver.set(command, Behaviour::body(r#"{"memberCallbackList":[null]}"#));
        assert_eq!(rig.create("op-3").await.code(), entry, "{text}");
        rig.receiver.set(command, Behaviour::default());
        assert_eq!(rig.create("op-4").await.code(), if entry == 14 { 14 } else { 0 }, "{text}");
    }
}

#[tokio::test]
async fn on_main_the_later_conversation_callback_carries_the_answer_to_the_earlier() {
    let keys = ["beforeCreateGroupChatConversations", "afterCreateGroupChatConversations"];
    let rig = Rig::with(Build::Main, |c| {
        c.webhooks.keys.clear();
        switch_on(&mut c.webhooks, &keys);
    })
    .await;
    let answer = r#"{"recvMsgOpt":2,"isPinned":true,"ex":"e"}"#;
    rig.receiver.set("callbackBeforeCreateGroupChatConversationsCommand", Behaviour::body(answer));
    assert_eq!(rig.create("op-1").await.code(), 0);
    let seen = rig.receiver.wait_for(2).await;
    assert!(seen[0].body.contains(r#""recvMsgOpt":0,"isPinned":false"#), "{}", seen[0].body);
    assert!(seen[1].body.contains(r#""recvMsgOpt":2,"isPinned":true"#), "{}", seen[1].body);
}

#[tokio::test]
async fn an_open_application_of_someone_who_was_invited_meanwhile_can_still_be_answered() {
    let rig = Rig::new(Build::Main).await;
    let group = rig.create("op-1").await.group_id();
    let join = json!({"groupID": group, "joinSource": 3, "inviterUserID": "u0005"});
    assert_eq!(rig.call("/group/join_group", "op-2", join).await.code(), 0);
    let invite = json!({"groupID": group, "invitedUserIDs": ["u0005"]});
    assert_eq!(rig.call("/group/invite_user_to_group", "op-3", invite).await.code(), 0);
    let agree = json!({"groupID": group, "fromUserID": "u0005", "handleResult": 1});
    assert_eq!(rig.call("/group/group_application_response", "op-4", agree.clone()).await.code(), 0);
    assert_eq!(rig.call("/group/group_application_response", "op-5", agree).await.code(), 1206);
}
