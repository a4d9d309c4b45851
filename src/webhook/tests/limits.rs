//! Workers, shutdown, and what no client should be able to break.

use super::*;
use crate::port::WorkerPool;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_worker_takes_callbacks_in_the_order_of_their_arrival() {
    let server = host(HandlerSection { workers: Some(1), ..takes(30) }).await;
    let mut clients = Vec::new();
    for seq in 0..4 {
        let mut client = server.client().await;
        client.send_create(&op(seq)).await;
        until(|| {
            server.sink.events().iter().filter(|e| matches!(e, RunEvent::Arrived(_))).count() > seq as usize
        })
        .await;
        clients.push(client);
    }
    for client in &mut clients {
        assert_eq!(client.answer().await.status, 200);
    }
    let done = server.ended(4).await;
    let order: Vec<u64> = done.iter().map(|d| d.operations[0].seq).collect();
    assert_eq!(order, [0, 1, 2, 3]);
    for pair in done.windows(2) {
        let (started, before) = (pair[1].started_at.unwrap(), pair[0].started_at.unwrap());
        assert!(started.since(before) >= 30_000, "two at once: {pair:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_callback_is_still_taken_up_and_keeps_its_worker_busy() {
    let server = host(HandlerSection { workers: Some(1), ..takes(150) }).await;
    let mut first = server.client().await;
    first.send_create(&op(1)).await;
    until(|| server.sink.events().len() == 1).await;
    let mut second = server.client().await;
    second.send_create(&op(2)).await;
    until(|| server.sink.events().len() == 2).await;
    drop(second);
    let mut third = server.client().await;
    assert_eq!(third.create(&op(3)).await.status, 200);
    assert_eq!(first.answer().await.status, 200);
    let done = server.ended(3).await;
    let of = |seq| done.iter().find(|d| d.operations[0].seq == seq).unwrap();
    let (late, started) = (of(2), of(2).started_at.unwrap());
    assert!(late.aborted_at.unwrap() < started && late.replied_at.is_none(), "{late:?}");
    assert!(
        of(3).started_at.unwrap().since(started) >= 150_000,
        "the worker of the aborted one was free: {done:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_of_the_shared_pool_that_somebody_holds_starves_the_callback() {
    let clock = RunClock::start();
    let pool = WorkerPool::new(1);
    let shared = HostConfig { shared_workers: Some(pool.clone()), ..HostConfig::default() };
    let server = start_at(clock, HostResponder::new(shared, clock).unwrap(), config()).await;
    let held = pool.acquire().await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    until(|| server.sink.events().len() == 1).await;
    drop(client);
    sleep(Duration::from_millis(50)).await;
    assert!(server.callbacks().is_empty(), "told before it was taken up");
    let released_at = clock.now();
    drop(held);
    let done = server.ended(1).await.remove(0);
    assert!(done.started_at.unwrap() >= released_at && done.aborted_at.unwrap() < released_at, "{done:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_lets_open_callbacks_end_and_closes_idle_connections() {
    let server = host(takes(200)).await;
    let (mut idle, mut busy) = (server.client().await, server.client().await);
    assert_eq!(idle.post("/cb/x", "", "{}").await.status, 200);
    busy.send_create(&op(1)).await;
    until(|| server.sink.events().iter().any(|e| matches!(e, RunEvent::Arrived(_)))).await;
    let (sink, addr) = (server.sink.clone(), server.addr);
    let stopping = tokio::spawn(server.stop());
    assert_eq!(busy.answer().await.status, 200);
    assert_eq!(idle.rest().await.unwrap(), b"");
    let end = stopping.await.unwrap();
    assert_eq!((end.cut_short, end.events_lost), (0, 0));
    let replied = |e: &RunEvent| matches!(e, RunEvent::Callback(d) if d.replied_at.is_some());
    assert!(sink.events().iter().any(replied), "every event is with the sink when serving has ended");
    assert!(TcpStream::connect(addr).await.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_cuts_what_outlasts_the_drain() {
    let clock = RunClock::start();
    let handlers = [(WebhookKey::BeforeCreateGroup, takes(3_600_000))].into();
    let slow = HostResponder::new(HostConfig { handlers, ..HostConfig::default() }, clock).unwrap();
    let server = start_at(clock, slow, ServerConfig { drain: Duration::from_millis(100), ..config() }).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    until(|| server.sink.events().len() == 1).await;
    let sink = server.sink.clone();
    assert_eq!(server.stop().await.cut_short, 1);
    let cut =
        |e: &RunEvent| matches!(e, RunEvent::Callback(d) if d.replied_at.is_none() && d.aborted_at.is_none());
    assert!(sink.events().iter().any(cut));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_is_told_and_breaks_nothing() {
    let server = host(takes(0)).await;
    let mut client = server.client().await;
    let whole = request(&format!("/cb/{CREATE}"), &op(1), "{}");
    client.send(&format!("{whole}\u{1}\u{2} garbage\r\n\r\n")).await;
    assert_eq!(client.answer().await.status, 200, "what came before is answered");
    until(|| server.bad_requests().len() == 1).await;
    let mut client = server.client().await;
    client.send("POST /cb/half HTTP/1.1\r\nHost").await;
    drop(client);
    until(|| server.bad_requests().len() == 2).await;
    let mut client = server.client().await;
    client.send(&format!("POST /cb/{CREATE} HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(300_000))).await;
    until(|| server.bad_requests().len() == 3).await;
    drop(client);
    let mut client = server.client().await;
    client.send("\u{16}\u{3}\u{1}\u{0}\u{5}hello\r\n\r\n").await;
    until(|| server.bad_requests().iter().any(|why| why.contains("http://"))).await;
    // A connection without a request, as port scans and health checks make them, is no garbage.
    drop(server.client().await);
    assert_eq!(server.client().await.create(&op(2)).await.status, 200);
    assert_eq!((server.ended(2).await.len(), server.bad_requests().len()), (2, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_above_the_limit_is_refused() {
    let limit = ServerConfig { body_limit: 1000, ..config() };
    let server = start(HostResponder::neutral(RunClock::start()), limit).await;
    let mut client = server.client().await;
    let answer = client.post(&format!("/cb/{CREATE}"), &op(1), &"x".repeat(1001)).await;
    assert_eq!(answer.status, 413);
    until(|| server.bad_requests().len() == 1).await;
    assert_eq!(server.stats.cut_short(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_sent_requests_are_ended_and_idle_connections_are_not() {
    let short = ServerConfig { read_timeout: Duration::from_millis(100), ..config() };
    let server = start(HostResponder::neutral(RunClock::start()), short).await;
    let mut idle = server.client().await;
    assert_eq!(idle.create(&op(1)).await.status, 200);
    let mut unused = server.client().await;
    let mut head = server.client().await;
    head.send("POST /cb/x HTTP/1.1\r\nHo").await;
    let mut body = server.client().await;
    body.send("POST /cb/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx").await;
    assert_eq!(head.rest().await.unwrap(), b"");
    assert_eq!(body.answer().await.status, 408);
    until(|| server.bad_requests().len() == 2).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(idle.create(&op(2)).await.status, 200);
    assert_eq!(unused.create(&op(3)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heartbeats_alternate_and_leave_the_count_of_connections_alone() {
    let server = host(takes(0)).await;
    let stop = CancellationToken::new();
    let sink = VecSink::default();
    let every = Duration::from_millis(5);
    let beats = heartbeat::run(server.addr, sink.clone(), server.clock, every, stop.clone());
    let beats = tokio::spawn(beats);
    until(|| sink.events().len() >= 10).await;
    let kinds: Vec<bool> =
        sink.events().iter().map(|e| matches!(e, RunEvent::Heartbeat { fresh: true, .. })).collect();
    assert!(kinds.windows(2).all(|pair| pair[0] != pair[1]), "{kinds:?}");
    assert!(
        kinds.len() as u64 >= 10 && server.sink.events().is_empty(),
        "a heartbeat is no event of the server"
    );
    // One kept connection and a fresh one every second time, none of them counted as open.
    until(|| server.stats.open() == 0).await;
    assert!(server.stats.accepted() >= 5);
    // The listener is gone: no more heartbeats, and no end of the task either.
    let addr = server.addr;
    server.stop().await;
    until(|| std::net::TcpStream::connect(addr).is_err()).await;
    sleep(Duration::from_millis(30)).await;
    let told = sink.events().len();
    sleep(Duration::from_millis(50)).await;
    assert!(sink.events().len() == told && !beats.is_finished());
    stop.cancel();
    timeout(PATIENCE, beats).await.unwrap().unwrap();
}
