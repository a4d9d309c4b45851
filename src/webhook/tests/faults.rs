//! Faults of an outage, seen from the socket.

use tokio::net::TcpSocket;

use super::*;
use crate::profile::model::Fault;
use crate::units::Stamp;

async fn failing(fault: Fault, keys: Option<Vec<WebhookKey>>) -> Fixture {
    let clock = RunClock::start();
    let window = FaultWindow { from: Stamp(0), to: Stamp(u64::MAX), fault, factor: 1.0, keys };
    let config_of_host = HostConfig { fault_windows: vec![window], ..HostConfig::default() };
    start_at(clock, HostResponder::new(config_of_host, clock).unwrap(), config()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hang_never_answers_and_ends_when_openim_closes_or_the_server_stops() {
    let server = failing(Fault::Hang, None).await;
    let (mut first, mut second) = (server.client().await, server.client().await);
    first.send_create(&op(1)).await;
    second.send_create(&op(2)).await;
    let silence = timeout(Duration::from_millis(200), first.0.read_u8()).await;
    assert!(silence.is_err(), "{silence:?}");
    drop(first);
    let done = server.ended(1).await.remove(0);
    assert_eq!((done.operations[0].seq, done.reply, done.replied_at), (1, ReplyKind::Fault, None));
    assert!(done.aborted_at.is_some());
    let sink = server.sink.clone();
    let end = server.stop().await;
    assert_eq!(second.rest().await.unwrap(), b"");
    let last = sink
        .events()
        .into_iter()
        .rev()
        .find_map(|e| if let RunEvent::Callback(d) = e { Some(d) } else { None });
    let last = last.unwrap();
    assert_eq!((last.operations[0].seq, last.replied_at, last.aborted_at), (2, None, None));
    assert_eq!(end.cut_short, 0, "a hang has no end to be cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_resets_and_a_close_closes() {
    for (fault, resets) in [(Fault::Reset, true), (Fault::Close, false)] {
        let server = failing(fault, None).await;
        let mut client = server.client().await;
        client.send_create(&op(1)).await;
        match client.rest().await {
            Err(error) => assert!(resets && error.kind() == std::io::ErrorKind::ConnectionReset, "{error}"),
            Ok(rest) => assert!(!resets && rest.is_empty(), "{fault:?} {rest:?}"),
        }
        let done = server.ended(1).await.remove(0);
        assert_eq!((done.reply, done.replied_at, done.aborted_at), (ReplyKind::Fault, None, None));
        assert_eq!(server.stats.cut_short(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_body_stops_after_its_first_byte() {
    let server = failing(Fault::SlowBody, None).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n{") {
        seen.push(timeout(PATIENCE, client.0.read_u8()).await.unwrap().unwrap());
    }
    let silence = timeout(Duration::from_millis(200), client.0.read_u8()).await;
    assert!(silence.is_err(), "{silence:?}");
    drop(client);
    let done = server.ended(1).await.remove(0);
    assert!(
        done.aborted_at.is_some() && done.replied_at.is_none() && done.reply == ReplyKind::Fault,
        "{done:?}"
    );
    assert!(server.stop().await.cut_short == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn error_pages_come_as_json_or_html_with_status_500() {
    for (fault, json) in [(Fault::StatusJson, true), (Fault::StatusHtml, false)] {
        let server = failing(fault, None).await;
        let answer = server.client().await.create(&op(1)).await;
        assert_eq!(answer.status, 500);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok(), json);
        let done = server.ended(1).await.remove(0);
        assert!(done.replied_at.is_some() && done.reply == ReplyKind::Fault, "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_touches_only_its_keys_and_only_the_load() {
    let server = failing(Fault::Reset, Some(vec![WebhookKey::AfterCreateGroup])).await;
    let mut client = server.client().await;
    assert_eq!(client.create(&op(1)).await.status, 200);
    let after = "/cb/callbackAfterCreateGroupCommand";
    assert_eq!(client.post(after, "somebody", "{}").await.status, 200);
    client.send(&request(after, &op(1), "{}")).await;
    assert!(client.rest().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_is_over_when_its_window_is() {
    let clock = RunClock::start();
    let window = FaultWindow { from: Stamp(0), to: Stamp(1), fault: Fault::Reset, factor: 1.0, keys: None };
    let past = HostConfig { fault_windows: vec![window], ..HostConfig::default() };
    until(|| clock.now() > Stamp(1)).await;
    let responder = Arc::new(HostResponder::new(past, clock).unwrap());
    let shared = responder.clone();
    let script = Scripted::new(move |callback| {
        let responder = shared.clone();
        async move { responder.respond(&callback).await }
    });
    let server = start_at(clock, script, config()).await;
    let mut client = server.client().await;
    assert_eq!(client.create(&op(1)).await.status, 200);
    // A window that is set later takes effect from the next arrival on.
    let now_failing =
        FaultWindow { from: clock.now(), to: Stamp(u64::MAX), fault: Fault::Close, factor: 1.0, keys: None };
    responder.set_fault_windows(vec![now_failing]);
    client.send_create(&op(2)).await;
    assert_eq!(client.rest().await.unwrap(), b"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_webhook_takes_so_many_times_its_usual_delay_and_the_others_do_not() {
    let clock = RunClock::start();
    let window = FaultWindow {
        from: Stamp(0),
        to: Stamp(u64::MAX),
        fault: Fault::Slow,
        factor: 6.0,
        keys: Some(vec![WebhookKey::BeforeCreateGroup]),
    };
    let handlers =
        [(WebhookKey::BeforeCreateGroup, takes(50)), (WebhookKey::AfterCreateGroup, takes(50))].into();
    let host = HostConfig { handlers, fault_windows: vec![window], ..HostConfig::default() };
    let server = start_at(clock, HostResponder::new(host, clock).unwrap(), config()).await;
    let mut client = server.client().await;
    assert_eq!(client.create(&op(1)).await.status, 200);
    assert_eq!(client.post("/cb/callbackAfterCreateGroupCommand", &op(1), "{}").await.status, 200);
    let done = server.ended(2).await;
    let took = |key| {
        let done = done.iter().find(|d| d.key == key).unwrap();
        assert_eq!(done.reply, ReplyKind::Neutral);
        done.replied_at.unwrap().since(done.received_at)
    };
    let (slow, usual) = (took(WebhookKey::BeforeCreateGroup), took(WebhookKey::AfterCreateGroup));
    assert!(slow >= 300_000 && usual >= 50_000, "{slow} {usual}");
    assert!(usual < slow, "{slow} {usual}");
}

async fn refused(addr: SocketAddr) -> bool {
    let refused = |e: &std::io::Error| e.kind() == std::io::ErrorKind::ConnectionRefused;
    TcpStream::connect(addr).await.is_err_and(|error| refused(&error))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shut_listener_refuses_closes_what_is_idle_and_comes_back_on_the_same_port() {
    let clock = RunClock::start();
    let handlers = [(WebhookKey::BeforeCreateGroup, takes(300))].into();
    let host = HostResponder::new(HostConfig { handlers, ..HostConfig::default() }, clock).unwrap();
    let config = config();
    let gate = config.gate.clone();
    let server = start_at(clock, host, config).await;
    let (mut idle, mut busy) = (server.client().await, server.client().await);
    assert_eq!(idle.post("/cb/callbackAfterCreateGroupCommand", "somebody", "{}").await.status, 200);
    busy.send_create(&op(1)).await;
    until(|| server.sink.events().iter().any(|e| matches!(e, RunEvent::Arrived(_)))).await;
    for _ in 0..2 {
        gate.shut();
        until(|| !gate.is_open()).await;
        assert!(refused(server.addr).await);
        // The port is not given to anybody else meanwhile.
        assert!(TcpSocket::new_v4().unwrap().bind(server.addr).is_err());
        assert!(gate.opened(PATIENCE).await);
        assert_eq!(server.client().await.post("/cb/x", "somebody", "{}").await.status, 200);
    }
    assert_eq!(idle.rest().await.unwrap(), b"");
    // What was being answered was answered.
    let done = server.ended(1).await.remove(0);
    assert!(done.replied_at.is_some() && done.aborted_at.is_none(), "{done:?}");
    assert_eq!(server.stats.accept_errors(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_stopped_while_it_is_shut_ends() {
    let config = config();
    let gate = config.gate.clone();
    let server = start(HostResponder::neutral(RunClock::start()), config).await;
    gate.shut();
    until(|| !gate.is_open()).await;
    let addr = server.addr;
    server.stop().await;
    assert!(refused(addr).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_what_the_profile_says() {
    use crate::profile::model::Answer;
    let reject = Answer::Reject { code: 4001, message: "no".into(), detail: "d".into() };
    let server = host(HandlerSection { answer: reject, ..HandlerSection::default() }).await;
    let answer = server.client().await.create(&op(1)).await.json();
    assert_eq!(
        (&answer["actionCode"], &answer["nextCode"], &answer["errCode"]),
        (&0.into(), &1.into(), &4001.into())
    );
    assert_eq!(server.ended(1).await[0].reply, ReplyKind::Rejected);
    // Statuses and types that HTTP does not allow in an answer do not break the server.
    for (status, content_type, body, seen) in
        [(204, "text/plain", "x", 204), (99, "a\nb", "x", 500), (200, "", "", 200)]
    {
        let custom = Answer::Custom { status, body: body.into(), content_type: content_type.into() };
        let server = host(HandlerSection { answer: custom, ..HandlerSection::default() }).await;
        assert_eq!(server.client().await.create(&op(1)).await.status, seen);
        assert!(server.ended(1).await[0].replied_at.is_some(), "{status}");
    }
}
