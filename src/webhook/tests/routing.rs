//! Which callback is whose, and what it gets.

use super::*;
use crate::ids::{WORKER_CLEANUP, WORKER_PREFLIGHT};
use crate::port::Stranger;

fn strangers(server: &Fixture) -> Vec<Stranger> {
    let other = |event| if let RunEvent::Stranger(stranger) = event { Some(stranger) } else { None };
    server.sink.events().into_iter().filter_map(other).collect()
}

/// Answers ours with status 299, so that who answered can be told.
fn marked() -> impl Responder {
    Scripted::new(|_| async {
        let content_type = "application/json".to_owned();
        Reply::Answer { status: 299, content_type, body: "{}".into(), kind: ReplyKind::Custom }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joined_operation_ids_all_belong_to_the_callback() {
    let server = start(marked(), config()).await;
    let foreign = OperationId::new(RunTag::from_number(77), 0, 9);
    let joined = format!("{}$someone${}${foreign}", op(1), op(2));
    let answer = server.client().await.post("/cb/callbackAfterDisMissGroupCommand", &joined, "{}").await;
    assert_eq!(answer.status, 299);
    let done = server.ended(1).await.remove(0);
    assert_eq!(done.key, WebhookKey::AfterDismissGroup);
    let wanted: Vec<_> = [1, 2].map(|seq| OperationId::new(tag(), 0, seq)).into();
    assert_eq!(done.operations, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_body_tells_whose_it_is_where_the_header_does_not() {
    let server = start(marked(), config()).await;
    let body = format!("{{\"operationID\":\"{}\"}}", op(5));
    let mut client = server.client().await;
    assert_eq!(client.post(&format!("/cb/{CREATE}"), "", &body).await.status, 299);
    assert_eq!(server.ended(1).await[0].operations[0].seq, 5);
    // The header's spelling does not matter.
    let lower = request(&format!("/cb/{CREATE}"), &op(6), "{}").replace("Operationid", "operationID");
    client.send(&lower).await;
    assert_eq!(client.answer().await.status, 299);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_and_our_own_outside_the_load_are_answered_at_once() {
    let server = host(HandlerSection {
        answer: crate::profile::model::Answer::Reject {
            code: 4001,
            message: String::new(),
            detail: String::new(),
        },
        ..takes(60_000)
    })
    .await;
    let mut client = server.client().await;
    let foreign = OperationId::new(RunTag::from_number(77), 0, 9).to_string();
    for operation in ["", "abc", foreign.as_str()] {
        // A delayed or rejected answer would fail here; the handler takes a minute.
        assert_eq!(client.create(operation).await.json()["nextCode"], 0, "{operation}");
    }
    for worker in [WORKER_PREFLIGHT, WORKER_CLEANUP] {
        let operation = OperationId::new(tag(), worker, 1).to_string();
        assert_eq!(client.create(&operation).await.json()["nextCode"], 0, "{operation}");
    }
    let done = server.ended(2).await;
    assert!(done.iter().all(|d| d.reply == ReplyKind::Neutral && d.replied_at.is_some()), "{done:?}");
    until(|| strangers(&server).len() == 3).await;
    let told = strangers(&server);
    assert!(told.iter().all(|s| s.known && !s.forwarded && s.command == CREATE), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn set_group_info_of_others_gets_its_fields_back() {
    let server = start(marked(), config()).await;
    let body = r#"{"groupID":"7","groupName":"n","introduction":"i","faceURL":"f","ex":"e"}"#;
    let answer = server.client().await.post("/cb/callbackBeforeSetGroupInfoCommand", "", body).await.json();
    for (name, value) in [("groupID", "7"), ("groupName", "n"), ("introduction", "i"), ("faceURL", "f")] {
        assert_eq!(answer[name], value, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_command_is_answered_neutrally_and_named() {
    let server = start(marked(), config()).await;
    let mut client = server.client().await;
    let answer = client.post("/cb/callbackBeforeSendGroupMsgCommand", &op(1), "{}").await;
    assert_eq!((answer.status, &answer.json()["nextCode"]), (200, &0.into()));
    // With a query in `url`, OpenIM puts the command behind it.
    client.post(&format!("/cb?key=1/{CREATE}"), &op(1), "{}").await;
    until(|| strangers(&server).len() == 2).await;
    let told = strangers(&server);
    assert_eq!(told[0].command, "callbackBeforeSendGroupMsgCommand");
    assert_eq!(told[1].command, format!("cb?key=1/{CREATE}"));
    assert!(told.iter().all(|s| !s.known));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trailing_slash_in_the_url_is_accepted_and_another_path_is_counted() {
    let server = start(marked(), config()).await;
    let mut client = server.client().await;
    assert_eq!(client.post(&format!("/cb//{CREATE}"), &op(1), "{}").await.status, 299);
    assert_eq!((server.stats.other_paths(), server.stats.other_path()), (0, None));
    assert_eq!(client.post(&format!("/old/hook/{CREATE}"), &op(2), "{}").await.status, 299);
    assert_eq!((server.stats.other_paths(), server.stats.other_path()), (1, Some("/old/hook".to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chunked_body_is_read_whole() {
    let server =
        start(Scripted::new(|c| async move { Reply::json(c.body.to_vec(), ReplyKind::Custom) }), config())
            .await;
    let mut client = server.client().await;
    client
        .send(&format!(
            "POST /cb/{CREATE} HTTP/1.1\r\nHost: x\r\nOperationid: {}\r\nTransfer-Encoding: chunked\r\n\r\n\
             5\r\n{{\"a\":\r\n2\r\n1}}\r\n0\r\n\r\n",
            op(1)
        ))
        .await;
    assert_eq!(client.answer().await.json()["a"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anything_but_a_post_is_refused_with_a_hint() {
    let server = start(marked(), config()).await;
    let mut client = server.client().await;
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 405);
    assert!(answer.head.to_lowercase().contains("allow: post"), "{}", answer.head);
    assert!(String::from_utf8_lossy(&answer.body).contains("POST requests to /cb/<command>"));
    until(|| server.bad_requests() == ["GET / instead of POST"]).await;
    assert_eq!(client.create(&op(1)).await.status, 299, "the connection lives on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_forwarded_and_get_the_answer_of_their_server() {
    // Their server is one like ours, of another run.
    let theirs = RunTag::from_number(77);
    let script = Scripted::new(|c| async move {
        let content_type = c.headers["content-type"].to_str().unwrap().to_owned();
        Reply::Answer { status: 418, content_type, body: c.body, kind: ReplyKind::Custom }
    });
    let other = start(script, ServerConfig::new("/theirs", theirs)).await;
    let forward_others = Some(format!("http://{}/theirs/", other.addr));
    let server = start(marked(), ServerConfig { forward_others, ..config() }).await;
    let mut client = server.client().await;
    let foreign = OperationId::new(theirs, 0, 9).to_string();
    let answer = client.post(&format!("/cb/{CREATE}"), &foreign, "{\"x\":1}").await;
    assert_eq!((answer.status, &answer.json()["x"]), (418, &1.into()));
    assert!(answer.head.contains("application/json; charset=utf-8"), "{}", answer.head);
    assert_eq!(other.ended(1).await[0].operations[0].seq, 9);
    assert_eq!(other.stats.other_paths(), 0);
    until(|| strangers(&server).iter().any(|s| s.forwarded)).await;
    assert_eq!(client.create(&op(1)).await.status, 299, "ours are not forwarded");
    // Their server gone: the connection ends, as it would without us.
    other.stop().await;
    client.send_create(&foreign).await;
    assert_eq!(client.rest().await.unwrap(), b"");
    until(|| server.bad_requests().iter().any(|why| why.contains("webhook.forward_others"))).await;
}

#[tokio::test]
async fn a_forward_url_that_is_none_is_refused_before_serving() {
    let forward_others = Some("127.0.0.1:9".to_owned());
    let server = start(marked(), ServerConfig { forward_others, ..config() }).await;
    let error = timeout(PATIENCE, server.task).await.unwrap().unwrap().unwrap_err().to_string();
    assert!(error.contains("webhook.forward_others"), "{error}");
}
