//! Answers that fail an operation, callbacks that cannot be made, requests refused.

use openim_bench::wire::Build;
use serde_json::json;

use super::rig::{Behaviour, Rig, usual, yml};

const BEFORE_CREATE: &str = "callbackBeforeCreateGroupCommand";

#[tokio::test]
async fn an_answer_that_is_no_json_object_is_90007() {
    for (body, text) in [
        ("", "unexpected end of JSON input"),
        ("ok", "invalid character 'o' looking for beginning of value"),
        ("<!doctype html>", "invalid character '<' looking for beginning of value"),
        (
            "[]",
            "json: cannot unmarshal array into Go value of type callbackstruct.CallbackBeforeCreateGroupResp",
        ),
    ] {
        let old = Rig::new(Build::V370).await;
        old.receiver.set(BEFORE_CREATE, Behaviour::body(body));
        let answer = old.create("op-1").await;
        assert_eq!(
            (answer.code(), answer.dlt()),
            (90007, format!("90007 DataError {text} response format error"))
        );
        let new = Rig::new(Build::Main).await;
        new.receiver.set(BEFORE_CREATE, Behaviour { status: "500 Oops", ..Behaviour::body(body) });
        let answer = new.create("op-1").await;
        assert_eq!((answer.code(), answer.dlt()), (90007, format!("{text} response format error")));
    }
}

#[tokio::test]
async fn the_http_status_of_an_answer_does_not_matter() {
    let rig = Rig::new(Build::V383).await;
    for status in ["404 Not Found", "500 Internal Server Error"] {
        rig.receiver.set(BEFORE_CREATE, Behaviour { status, ..Behaviour::body("{}") });
        assert_eq!(rig.create("op-1").await.code(), 0, "{status}");
    }
}

#[tokio::test]
async fn a_rejection_creates_nothing_and_reads_as_each_build_words_it() {
    for build in Build::ALL {
        let rig = Rig::new(build).await;
        let mut body = usual();
        body["groupInfo"]["groupID"] = json!("g1");
        for (code, expected) in [(4001, 4001), (0, if is_main(build) { 0 } else { 500 })] {
            let text = format!(r#"{{"errCode":{code},"errMsg":"M","errDlt":"D","nextCode":1}}"#);
            rig.receiver.set(BEFORE_CREATE, Behaviour::body(&text));
            let answer = rig.call("/group/create_group", "op-1", body.clone()).await;
            assert_eq!(answer.code(), expected, "{build}: {}", answer.text);
        }
        let found = rig.call("/group/get_groups_info", "op-2", json!({"groupIDs": ["g1"]})).await.json();
        assert!(found["data"]["groupInfos"].is_null(), "{build}");
    }
}

fn is_main(build: Build) -> bool {
    matches!(build, Build::Main | Build::MainStandalone)
}

#[tokio::test]
async fn a_connection_that_breaks_is_90004_with_its_cause() {
    let rig = Rig::new(Build::Main).await;
    rig.receiver.set(BEFORE_CREATE, Behaviour { close: true, ..Behaviour::default() });
    let closed = rig.create("op-1").await.dlt();
    assert!(
        closed.contains("/callbackBeforeCreateGroupCommand\": EOF HTTP request failed | -> "),
        "{closed}"
    );
    rig.receiver.set(BEFORE_CREATE, Behaviour { reset: true, ..Behaviour::default() });
    let reset = rig.create("op-1").await.dlt();
    assert!(reset.contains(": read: connection reset by peer HTTP request failed"), "{reset}");
    assert!(reset.contains("\": read tcp 127.0.0.1:"), "{reset}");
    assert_eq!(rig.receiver.commands().len(), 2, "nothing is sent twice");
}

#[tokio::test]
async fn a_webhook_url_that_leads_nowhere_is_90004_at_once() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (url, cause) in [
        (
            format!("http://{free}/cb"),
            format!(
                "HTTP request failed: Post \"http://{free}/cb/{BEFORE_CREATE}\": dial tcp {free}: connect: connection refused, post url=http://{free}/cb/{BEFORE_CREATE}: 90004 NetworkError"
            ),
        ),
        (
            "webhook://h/cb".to_owned(),
            format!(
                "HTTP request failed: Post \"webhook://h/cb/{BEFORE_CREATE}\": unsupported protocol scheme \"webhook\", post url=webhook://h/cb/{BEFORE_CREATE}: 90004 NetworkError"
            ),
        ),
        (
            "127.0.0.1:1/cb".to_owned(),
            format!(
                "NewRequestWithContext failed, url=127.0.0.1:1/cb/{BEFORE_CREATE}, method=POST: parse \"127.0.0.1:1/cb/{BEFORE_CREATE}\": first path segment in URL cannot contain colon, post url=127.0.0.1:1/cb/{BEFORE_CREATE}: 90004 NetworkError"
            ),
        ),
    ] {
        let rig = Rig::with(Build::V370, |c| c.webhooks = yml(&url, 5)).await;
        let answer = rig.create("op-1").await;
        assert_eq!((answer.code(), answer.dlt()), (90004, cause));
    }
    let rig = Rig::with(Build::Main, |c| c.webhooks = yml("http://webhook.invalid:1", 5)).await;
    let dlt = rig.create("op-1").await.dlt();
    assert!(dlt.contains("dial tcp: lookup webhook.invalid on ") && dlt.contains(": no such host"), "{dlt}");
}

#[tokio::test]
async fn requests_are_refused_with_the_texts_of_the_build() {
    let old = Rig::new(Build::V380).await;
    let body = usual().to_string();
    let path = "/group/create_group";
    assert_eq!(
        old.raw("POST", path, &[("token", &old.token)], &body).await.text,
        r#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"header must have operationID: 1001 ArgsError"}"#
    );
    let new = Rig::new(Build::Main).await;
    for (headers, path, body, expected) in [
        (
            vec![("operationID", "o")],
            path,
            body.as_str(),
            r#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"header must have token"}"#,
        ),
        (
            vec![("operationID", "o"), ("token", "abc")],
            path,
            &body,
            r#"{"errCode":1503,"errMsg":"TokenMalformedError","errDlt":""}"#,
        ),
        (vec![("operationID", "o"), ("token", &new.token)], "/group/nope", &body, "404 page not found"),
        (
            vec![("operationID", "o"), ("token", &new.token)],
            path,
            r#"{"memberUserIDs":["nobody"],"ownerUserID":"u0000","groupInfo":{"groupType":2}}"#,
            r#"{"errCode":1101,"errMsg":"UserIDNotFoundError","errDlt":"user not found"}"#,
        ),
        (
            vec![("operationID", "o"), ("token", &new.token)],
            path,
            r#"{"memberUserIDs":["u0001","u0001"],"ownerUserID":"u0000","groupInfo":{"groupType":2}}"#,
            r#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"group member repeated"}"#,
        ),
        (
            vec![("operationID", "o"), ("token", &new.token)],
            path,
            r#"{"ownerUserID":"u0000","groupInfo":{"groupType":1}}"#,
            r#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"group type only supports 2"}"#,
        ),
        (
            vec![("operationID", "o")],
            "/auth/get_admin_token",
            r#"{"secret":"wrong","userID":"imAdmin"}"#,
            r#"{"errCode":1002,"errMsg":"NoPermissionError","errDlt":"secret invalid"}"#,
        ),
        (
            vec![("operationID", "o")],
            "/auth/get_admin_token",
            r#"{"secret":"openIM123","userID":"nobody"}"#,
            r#"{"errCode":1001,"errMsg":"ArgsError","errDlt":"userID is error., userID=nobody, adminUserID=[imAdmin]"}"#,
        ),
    ] {
        assert_eq!(new.raw("POST", path, &headers, body).await.text, expected);
    }
    let cut =
        new.raw("POST", path, &[("operationID", "o"), ("token", &new.token)], "{\"memberUserIDs\":[").await;
    let msg = cut.json()["errMsg"].as_str().unwrap().to_owned();
    assert!(msg.starts_with("Error: Error: unexpected end of JSON input | -> jsonutil"), "{msg}");
}

#[tokio::test]
async fn the_way_to_a_token_tells_the_version_line() {
    for build in Build::ALL {
        let rig = Rig::new(build).await;
        let probe = rig
            .raw(
                "POST",
                "/auth/get_admin_token",
                &[("operationID", "o")],
                r#"{"secret":"openIM123","userID":"imAdmin"}"#,
            )
            .await;
        match build {
            Build::V370 => assert_eq!(probe.status, 404),
            Build::V380 => assert_eq!((probe.status, probe.code()), (200, 1001)),
            _ => assert_eq!((probe.status, probe.code()), (200, 0), "{build}"),
        }
    }
}

#[tokio::test]
async fn an_entry_without_user_id_kills_some_builds_and_not_others() {
    for (build, code, dies) in [
        (Build::V380, 14, true),
        (Build::V383, 14, true),
        (Build::Patch16, 2, false),
        (Build::Main, 500, false),
    ] {
        let rig = Rig::new(build).await;
        let command = "callbackBeforeMembersJoinGroupCommand";
        rig.receiver.set(command, Behaviour::body(r#"{"memberCallbackList":[{"nickname":"Nick"}]}"#));
        assert_eq!(rig.create("op-1").await.code(), code, "{build}");
        rig.receiver.set(command, Behaviour::default());
        assert_eq!(rig.create("op-2").await.code(), if dies { 14 } else { 0 }, "{build}");
    }
}
