//! create_group on each build: callbacks, bodies, headers, answers.

use std::time::Duration;

use openim_bench::wire::Build;
use serde_json::json;

use super::rig::{Behaviour, Rig, usual};

const INFO_AS_SENT: &str = concat!(
    r#""groupID":"","groupName":"bench","notification":"","introduction":"","faceURL":"","ownerUserID":"","#,
    r#""createTime":0,"memberCount":0,"ex":"","status":0,"creatorUserID":"","groupType":2,"#,
    r#""needVerification":0,"lookMemberInfo":0,"applyMemberFriend":0,"notificationUpdateTime":0,"#,
    r#""notificationUserID":"","#
);

fn expected_bodies(build: Build, group: &str, time: i64) -> Vec<(String, String)> {
    let four = r#"{"userID":"u0000","roleLevel":100},{"userID":"u0003","roleLevel":60}"#;
    let before = format!(
        r#"{{"operationID":"op-1","callbackCommand":"callbackBeforeCreateGroupCommand",{INFO_AS_SENT}"initMemberList":[{four},{{"userID":"u0001","roleLevel":20}},{{"userID":"u0002","roleLevel":20}}]}}"#
    );
    let mut all = vec![("callbackBeforeCreateGroupCommand".to_owned(), before)];
    if build == Build::V370 {
        for user in ["u0000", "u0003", "u0001", "u0002"] {
            let command = "callbackBeforeMemberJoinGroupCommand";
            let body = format!(
                r#"{{"callbackCommand":"{command}","groupID":"{group}","userID":"{user}","ex":"","groupEx":""}}"#
            );
            all.push((command.to_owned(), body));
        }
    } else {
        let command = "callbackBeforeMembersJoinGroupCommand";
        let body = format!(
            r#"{{"callbackCommand":"{command}","groupID":"{group}","memberList":[{{"userID":"u0000","ex":""}},{{"userID":"u0003","ex":""}},{{"userID":"u0001","ex":""}},{{"userID":"u0002","ex":""}}],"groupEx":""}}"#
        );
        all.push((command.to_owned(), body));
    }
    let stored = INFO_AS_SENT
        .replace(r#""groupID":"""#, &format!(r#""groupID":"{group}""#))
        .replace(r#""ownerUserID":"""#, r#""ownerUserID":"u0000""#)
        .replace(r#""createTime":0"#, &format!(r#""createTime":{time}"#))
        .replace(r#""memberCount":0"#, r#""memberCount":5"#);
    let again: Vec<String> = ["u0001", "u0002", "u0003", "u0000", "imAdmin"]
        .iter()
        .map(|u| format!(r#"{{"userID":"{u}","roleLevel":20}}"#))
        .collect();
    let after = format!(
        r#"{{"callbackCommand":"callbackAfterCreateGroupCommand",{stored}"initMemberList":[{four},{}]}}"#,
        again.join(",")
    );
    all.push(("callbackAfterCreateGroupCommand".to_owned(), after));
    all
}

#[tokio::test]
async fn each_build_calls_back_in_its_order_with_its_bodies() {
    for build in Build::ALL {
        let rig = Rig::new(build).await;
        let answer = rig.create("op-1").await;
        assert_eq!(answer.code(), 0, "{build}: {}", answer.text);
        let info = &answer.json()["data"]["groupInfo"];
        assert_eq!((info["memberCount"].as_u64(), info["ownerUserID"].as_str()), (Some(5), Some("u0000")));
        let time = info["createTime"].as_i64().unwrap();
        let expected = expected_bodies(build, &answer.group_id(), time);
        let seen = rig.receiver.wait_for(expected.len()).await;
        assert_eq!(seen.len(), expected.len(), "{build}");
        for (callback, (command, body)) in seen.iter().zip(&expected) {
            assert_eq!(callback.line, format!("POST /callbackExample/{command} HTTP/1.1"), "{build}");
            assert_eq!(callback.body, format!("{body}\n"), "{build}");
        }
    }
}

#[tokio::test]
async fn headers_come_in_gos_order_and_spelling() {
    let rig = Rig::new(Build::Main).await;
    rig.create("op-1").await;
    let seen = rig.receiver.wait_for(3).await;
    let first = &seen[0];
    let names: Vec<&str> = first.headers.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(
        names,
        ["Host", "User-Agent", "Content-Length", "Content-Type", "Operationid", "Accept-Encoding"]
    );
    assert_eq!(first.header("User-Agent"), "Go-http-client/1.1");
    assert_eq!(first.header("Content-Type"), "application/json; charset=utf-8");
    assert_eq!(first.header("Operationid"), "op-1");
    assert_eq!(first.header("Content-Length"), first.body.len().to_string());
    assert!(seen.iter().all(|c| c.connection == first.connection), "one connection is kept and used again");
}

#[tokio::test]
async fn the_envelope_has_its_keys_in_order_and_main_adds_an_http_id() {
    for build in Build::ALL {
        let rig = Rig::new(build).await;
        let answer = rig.create("op-1").await;
        assert!(
            answer
                .text
                .starts_with(r#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfo":{"groupID":""#)
        );
        let main = matches!(build, Build::Main | Build::MainStandalone);
        assert_eq!(answer.head.contains("X-Http-Id: "), main, "{build}");
        assert!(answer.head.contains("Content-Type: application/json\r\n"));
        let group = answer.group_id();
        // A quit that follows the create at once is regretted by some builds.
        tokio::time::sleep(Duration::from_millis(250)).await;
        let quit = rig.call("/group/quit_group", "op-2", json!({"groupID": group, "userID": "u0001"})).await;
        let old = matches!(build, Build::V370 | Build::V380);
        let expected = if old {
            r#"{"errCode":0,"errMsg":"","errDlt":"","data":null}"#
        } else {
            r#"{"errCode":0,"errMsg":"","errDlt":""}"#
        };
        assert_eq!(quit.text, expected, "{build}");
    }
}

#[tokio::test]
async fn the_answer_of_before_create_group_replaces_fields_and_not_the_owner() {
    let rig = Rig::new(Build::Patch16).await;
    rig.receiver.set(
        "callbackBeforeCreateGroupCommand",
        Behaviour::body(
            r#"{"groupID":"forced","groupName":"forced name","groupType":0,"needVerification":2,"ex":"forced-ex","ownerUserID":"u0009"}"#,
        ),
    );
    let answer = rig.create("op-1").await.json();
    let info = &answer["data"]["groupInfo"];
    assert_eq!(
        (info["groupID"].as_str(), info["groupName"].as_str(), info["ex"].as_str()),
        (Some("forced"), Some("forced name"), Some("forced-ex"))
    );
    assert_eq!((info["groupType"].as_i64(), info["needVerification"].as_i64()), (Some(0), Some(2)));
    assert_eq!(info["ownerUserID"], "u0000");
    let members = &rig.receiver.callbacks()[1].body;
    assert!(members.contains(r#""groupEx":"forced-ex""#), "{members}");
}

#[tokio::test]
async fn a_taken_group_id_is_refused_after_the_callback() {
    let rig = Rig::new(Build::V370).await;
    let mut body = usual();
    body["groupInfo"]["groupID"] = json!("g1");
    assert_eq!(rig.call("/group/create_group", "op-1", body.clone()).await.code(), 0);
    let before = rig.receiver.wait_for(6).await.len();
    let again = rig.call("/group/create_group", "op-2", body).await;
    assert_eq!(
        again.text,
        r#"{"errCode":1202,"errMsg":"group id existed g1: 1202 GroupIDExisted","errDlt":"group id existed g1: 1202 GroupIDExisted"}"#
    );
    assert_eq!(rig.receiver.commands()[before..], ["callbackBeforeCreateGroupCommand"]);
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_stop_the_creation() {
    let rig = Rig::new(Build::Main).await;
    rig.receiver
        .set("callbackBeforeCreateGroupCommand", Behaviour::sleep(std::time::Duration::from_millis(300)));
    let mut body = usual();
    body["groupInfo"]["groupID"] = json!("g1");
    let call = rig.call("/group/create_group", "op-1", body);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(100), call).await.is_err());
    rig.receiver.wait_for(3).await;
    let found = rig.call("/group/get_groups_info", "op-2", json!({"groupIDs": ["g1"]})).await.json();
    assert_eq!(found["data"]["groupInfos"][0]["groupID"], "g1");
}

#[tokio::test]
async fn members_take_over_what_the_webhook_server_says_about_them() {
    let rig = Rig::new(Build::Main).await;
    rig.receiver.set(
        "callbackBeforeMembersJoinGroupCommand",
        Behaviour::body(
            r#"{"memberCallbackList":[{"userID":"u0001","nickname":"Nick","roleLevel":60,"ex":"x"},{"userID":"nobody"}]}"#,
        ),
    );
    let group = rig.create("op-1").await.group_id();
    let found = rig
        .call("/group/get_group_members_info", "op-2", json!({"groupID": group, "userIDs": ["u0001"]}))
        .await;
    assert!(found.text.contains(r#""userID":"u0001","roleLevel":60,"joinTime":"#), "{}", found.text);
    assert!(
        found.text.contains(
            r#""nickname":"Nick","faceURL":"","appMangerLevel":0,"joinSource":2,"operatorUserID":"imAdmin","ex":"x","muteEndTime":0,"inviterUserID":"imAdmin"}"#
        ),
        "{}",
        found.text
    );
}
