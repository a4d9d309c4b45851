//! Set-info callbacks, member lists, compressed answers, tokens, faults of OpenIM itself.

use std::io::Read as _;
use std::time::Duration;

use openim_bench::sim::{Fault, FaultSwitch};
use openim_bench::wire::Build;
use openim_bench::wire::webhooks_yml::KeyConfig;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::rig::{Behaviour, Rig};

async fn with_set_info(build: Build) -> Rig {
    Rig::with(build, |c| {
        for key in ["beforeSetGroupInfo", "afterSetGroupInfo", "beforeSetGroupInfoEx", "afterSetGroupInfoEx"]
        {
            let config = KeyConfig { enable: true, timeout: 5, failed_continue: None };
            c.webhooks.keys.insert(key.to_owned(), config);
        }
    })
    .await
}

#[tokio::test]
async fn set_group_info_fails_when_the_answer_does_not_echo_the_group_id() {
    for build in Build::ALL {
        let rig = with_set_info(build).await;
        let group = rig.create("op-1").await.group_id();
        let body = json!({"groupInfoForSet": {"groupID": group, "groupName": "new", "ex": "e"}});
        let refused = rig.call("/group/set_group_info", "op-2", body.clone()).await;
        assert_eq!(refused.code(), 1004, "{build}: {}", refused.text);
        let echo = format!(r#"{{"groupID":"{group}","groupName":"other","needVerification":1}}"#);
        rig.receiver.set("callbackBeforeSetGroupInfoCommand", Behaviour::body(&echo));
        let before = rig.receiver.callbacks().len();
        let done = rig.call("/group/set_group_info", "op-3", body).await;
        assert_eq!(done.code(), 0, "{build}: {}", done.text);
        let seen = rig.receiver.wait_for(before + 2).await;
        let texts: Vec<String> = seen[before..].iter().map(|c| c.body.replace(&group, "G")).collect();
        assert_eq!(
            texts,
            [
                "{\"callbackCommand\":\"callbackBeforeSetGroupInfoCommand\",\"operationID\":\"\",\"groupID\":\"G\",\"groupName\":\"new\",\"notification\":\"\",\"introduction\":\"\",\"faceURL\":\"\",\"ex\":\"e\",\"needVerification\":0,\"lookMemberInfo\":0,\"applyMemberFriend\":0}\n",
                "{\"callbackCommand\":\"callbackAfterSetGroupInfoCommand\",\"operationID\":\"\",\"groupID\":\"G\",\"groupName\":\"other\",\"notification\":\"\",\"introduction\":\"\",\"faceURL\":\"\",\"ex\":\"e\",\"needVerification\":1,\"lookMemberInfo\":null,\"applyMemberFriend\":null}\n",
            ],
            "{build}"
        );
        let info = rig.call("/group/get_groups_info", "op-4", json!({"groupIDs": [group]})).await.json();
        let info = &info["data"]["groupInfos"][0];
        assert_eq!((info["groupName"].as_str(), info["ex"].as_str()), (Some("other"), Some("e")), "{build}");
        assert_eq!(info["needVerification"], 1, "{build}");
    }
}

#[tokio::test]
async fn set_group_info_ex_is_newer_and_drops_what_is_not_echoed() {
    let old = with_set_info(Build::V380).await;
    let none = old.call("/group/set_group_info_ex", "op-1", json!({"groupID": "g"})).await;
    assert_eq!(none.status, 404);
    let rig = with_set_info(Build::Main).await;
    let group = rig.create("op-1").await.group_id();
    let echo = format!(r#"{{"groupID":"{group}","introduction":"told"}}"#);
    rig.receiver.set("callbackBeforeSetGroupInfoExCommand", Behaviour::body(&echo));
    let body = json!({"groupID": group, "groupName": "new", "notification": "notice"});
    assert_eq!(rig.call("/group/set_group_info_ex", "op-2", body).await.code(), 0);
    let seen = rig.receiver.wait_for(5).await;
    assert!(seen[3].body.contains(r#""groupName":"new","notification":"notice","introduction":null,"faceURL":null,"ex":null,"needVerification":null"#));
    assert!(seen[4].body.contains(r#""groupName":null,"notification":"notice","introduction":"told""#));
    let info = rig.call("/group/get_groups_info", "op-3", json!({"groupIDs": [group]})).await.json();
    let info = &info["data"]["groupInfos"][0];
    assert_eq!((info["groupName"].as_str(), info["introduction"].as_str()), (Some("bench"), Some("told")));
    assert_eq!(info["notificationUserID"], "imAdmin");
    let blank = json!({"groupID": group, "groupName": " "});
    rig.receiver.set(
        "callbackBeforeSetGroupInfoExCommand",
        Behaviour::body(&format!(r#"{{"groupID":"{group}","groupName":" "}}"#)),
    );
    assert_eq!(rig.call("/group/set_group_info_ex", "op-4", blank).await.dlt(), "group name is empty");
}

#[tokio::test]
async fn members_are_listed_page_by_page_and_by_keyword() {
    let rig = Rig::new(Build::V383).await;
    let group = rig.create("op-1").await.group_id();
    let page = |number: i64, keyword: &str| json!({"groupID": group, "keyword": keyword, "pagination": {"pageNumber": number, "showNumber": 3}});
    let path = "/group/get_group_member_list";
    let ids = |answer: &serde_json::Value| -> Vec<String> {
        let members = answer["data"]["members"].as_array().cloned().unwrap_or_default();
        members.iter().map(|m| m["userID"].as_str().unwrap().to_owned()).collect()
    };
    let first = rig.call(path, "op-2", page(1, "")).await.json();
    let second = rig.call(path, "op-3", page(2, "")).await.json();
    assert_eq!(
        (first["data"]["total"].as_u64(), ids(&first), ids(&second)),
        (Some(4), vec!["u0000".to_owned(), "u0003".to_owned(), "u0001".to_owned()], vec!["u0002".to_owned()],)
    );
    assert_eq!(ids(&rig.call(path, "op-4", page(1, "u0001")).await.json()), ["u0001"]);
    let new = Rig::new(Build::Main).await;
    assert_eq!(new.call(path, "op-5", json!({"groupID": "g"})).await.dlt(), "pagination is empty");
    let zero = json!({"groupID": "g", "pagination": {"pageNumber": 0}});
    assert_eq!(new.call(path, "op-6", zero).await.dlt(), "pageNumber is invalid");
}

/// Head and raw body of an answer.
async fn raw(rig: &Rig, encoding: &str) -> (String, Vec<u8>) {
    let mut stream = tokio::net::TcpStream::connect(&rig.api).await.unwrap();
    let body = r#"{"groupIDs":["none"]}"#;
    let request = format!(
        "POST /group/get_groups_info HTTP/1.1\r\nHost: h\r\nConnection: close\r\noperationID: o\r\ntoken: {}\r\nAccept-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n{body}",
        rig.token,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    (String::from_utf8(bytes[..end].to_vec()).unwrap(), bytes[end + 4..].to_vec())
}

#[tokio::test]
async fn answers_are_packed_from_3_8_1_on_when_the_caller_asks_for_it() {
    for build in Build::ALL {
        let rig = Rig::new(build).await;
        let (head, body) = raw(&rig, "gzip, br").await;
        let packed = head.contains("Content-Encoding: gzip");
        assert_eq!(packed, !matches!(build, Build::V370 | Build::V380), "{build}: {head}");
        let mut text = String::new();
        if packed {
            flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
        } else {
            text = String::from_utf8(body).unwrap();
        }
        assert_eq!(text, r#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfos":null}}"#, "{build}");
        assert!(!raw(&rig, "identity").await.0.contains("Content-Encoding"), "{build}");
    }
}

#[tokio::test]
async fn main_forgets_an_admin_token_some_time_after_a_newer_one() {
    for build in [Build::Patch16, Build::Main] {
        let grace = Duration::from_millis(300);
        let rig = Rig::with(build, |c| c.token_grace = grace).await;
        let first = rig.token.clone();
        let second = rig.mint("imAdmin").await;
        let look = |token: String| {
            let rig = &rig;
            async move {
                rig.call_as(&token, "/group/get_groups_info", "op", json!({"groupIDs": ["g"]})).await.code()
            }
        };
        assert_eq!(look(first.clone()).await, 0, "{build}: still known");
        tokio::time::sleep(2 * grace).await;
        assert_eq!(look(first).await, if build == Build::Main { 1507 } else { 0 }, "{build}");
        assert_eq!(look(second).await, 0, "{build}");
    }
}

#[tokio::test]
async fn a_user_token_acts_for_its_user_until_it_is_logged_out() {
    for build in Build::ALL {
        let rig = Rig::new(build).await;
        let owner = rig.mint("u0000").await;
        let created = rig.call_as(&owner, "/group/create_group", "op-1", super::rig::usual()).await;
        assert_eq!(created.json()["data"]["groupInfo"]["memberCount"], 4, "{build}: {}", created.text);
        let parsed = rig.call("/auth/parse_token", "op-2", json!({"token": owner})).await.json();
        assert_eq!(parsed["data"]["userID"], "u0000", "{build}");
        let platform = parsed["data"]["platformID"].clone();
        let group = json!({"groupID": created.group_id(), "deleteMember": true});
        let stranger = rig.mint("u0009").await;
        assert_eq!(rig.call_as(&stranger, "/group/dismiss_group", "op-3", group.clone()).await.code(), 1002);
        let out = json!({"userID": "u0000", "platformID": platform});
        assert_eq!(rig.call_as(&stranger, "/auth/force_logout", "op-4", out.clone()).await.code(), 1002);
        assert_eq!(rig.call("/auth/force_logout", "op-5", out).await.code(), 0, "{build}");
        assert_eq!(rig.call_as(&owner, "/group/dismiss_group", "op-6", group).await.code(), 1506, "{build}");
    }
}

#[tokio::test]
async fn faults_of_openim_itself_are_switched_while_it_runs() {
    let faults = FaultSwitch::default();
    let rig = Rig::with(Build::Main, |c| c.faults = faults.clone()).await;
    faults.set(Some(Fault::Api500));
    let broken = rig.raw("POST", "/group/create_group", &[("operationID", "o")], "{}").await;
    assert_eq!((broken.status, broken.text.as_str()), (500, ""));
    faults.set(Some(Fault::TokenRefused));
    assert_eq!(rig.create("op-1").await.code(), 1506);
    faults.set(Some(Fault::GroupDown));
    let down = rig.create("op-2").await;
    assert_eq!(down.code(), 500);
    assert!(down.text.contains("grpc service group-rpc-service down"), "{}", down.text);
    faults.set(Some(Fault::ApiHang));
    let hangs = tokio::time::timeout(Duration::from_millis(300), rig.create("op-3")).await;
    assert!(hangs.is_err());
    faults.set(None);
    assert_eq!(rig.create("op-4").await.code(), 0);
    assert_eq!(rig.receiver.wait_for(3).await.len(), 3, "nobody was called back for what failed");
}

#[tokio::test]
async fn anyone_exists_where_everybody_is_accepted() {
    let rig = Rig::with(Build::Main, |c| c.accept_any_user = true).await;
    let body = json!({"memberUserIDs": ["stranger"], "ownerUserID": "boss", "groupInfo": {"groupType": 2}});
    let created = rig.call("/group/create_group", "op-1", body.clone()).await;
    assert_eq!(created.code(), 0, "{}", created.text);
    let strict = Rig::new(Build::Main).await;
    assert_eq!(strict.call("/group/create_group", "op-1", body).await.code(), 1101);
}

#[tokio::test]
async fn the_api_process_checks_fields_before_a_group_process_is_needed() {
    let rig = Rig::with(Build::Main, |c| c.faults.set(Some(Fault::GroupDown))).await;
    for (path, body, text) in [
        ("create_group", json!({"ownerUserID": "u0000"}), "groupInfo is empty"),
        (
            "create_group",
            json!({"ownerUserID": "u0000", "groupInfo": {"groupType": 3}}),
            "GroupType is invalid",
        ),
        ("invite_user_to_group", json!({"groupID": "g"}), "invitedUserIDs is empty"),
        (
            "invite_user_to_group",
            json!({"groupID": "g", "invitedUserIDs": vec!["u"; 1001]}),
            "too many InvitedUserIDs, need to be less than 1000",
        ),
        ("join_group", json!({"groupID": "g", "joinSource": 5}), "joinSource is invalid"),
        ("kick_group", json!({"groupID": "g"}), "kickUserIDs is empty"),
        ("dismiss_group", json!({}), "groupID is empty"),
        ("transfer_group", json!({"groupID": "g", "oldOwnerUserID": "u"}), "newOwnerUserID is empty"),
        ("set_group_info", json!({}), "GroupInfoForSets is empty"),
        ("get_groups_info", json!({}), "GroupIDs is empty"),
    ] {
        let answer = rig.call(&format!("/group/{path}"), "op", body).await;
        assert_eq!((answer.code(), answer.dlt()), (1001, text.to_owned()), "{path}");
    }
}
