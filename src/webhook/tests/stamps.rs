//! The four stamps of a callback.

use super::*;
use crate::units::Stamp;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_takes_exactly_d_gives_a_handler_time_and_a_round_trip_of_at_least_d() {
    let server = host(takes(40)).await;
    let mut client = server.client().await;
    for seq in 0..2 {
        let sent_at = server.clock.now();
        let answer = client.create(&op(seq)).await;
        let round_trip = server.clock.now().since(sent_at);
        assert_eq!((answer.status, &answer.json()["nextCode"]), (200, &0.into()));
        let done = server.ended(seq as usize + 1).await.remove(seq as usize);
        let handler = done.replied_at.unwrap().since(done.received_at);
        assert!(handler >= 40_000 && round_trip >= handler, "{handler} {round_trip}");
        assert_eq!(done.started_at, Some(done.received_at), "nobody waits without a worker limit");
        // Only the first request of a connection has seen it being accepted.
        assert_eq!(done.accepted_at.is_some(), seq == 0);
        assert!(done.accepted_at.is_none_or(|at| at <= done.received_at));
        assert_eq!((done.aborted_at, done.reply, done.connection), (None, ReplyKind::Neutral, 1));
    }
    let end = server.stop().await;
    assert_eq!((end.accepted, end.cut_short, end.events_lost), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_arrival_is_told_before_the_handler_ends() {
    let server = host(takes(60_000)).await;
    let mut client = server.client().await;
    client.send_create(&op(3)).await;
    until(|| matches!(server.sink.events().as_slice(), [RunEvent::Arrived(a)] if a.operations[0].seq == 3))
        .await;
    assert!(server.callbacks().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_counts_as_sent_only_when_its_last_byte_is_with_the_kernel() {
    // More than the sockets of both sides hold, to a client that does not read at first.
    let body = "x".repeat(64 << 20);
    let answer =
        crate::profile::model::Answer::Custom { status: 200, body, content_type: "text/plain".into() };
    let server = host(HandlerSection { answer, ..HandlerSection::default() }).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    until(|| !server.sink.events().is_empty()).await;
    sleep(Duration::from_millis(150)).await;
    let reading_from = server.clock.now();
    assert!(server.callbacks().is_empty(), "ended while most of the answer was still here");
    let answer = client.answer().await;
    let read_at = server.clock.now();
    let done = server.ended(1).await.remove(0);
    let replied_at = done.replied_at.unwrap();
    assert_eq!((answer.body.len(), done.reply), (64 << 20, ReplyKind::Custom));
    assert!(replied_at > reading_from && replied_at <= read_at, "{replied_at:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_and_a_reset_are_noticed_while_the_handler_waits() {
    for reset in [false, true] {
        let server = host(takes(60_000)).await;
        let mut client = server.client().await;
        client.send_create(&op(1)).await;
        until(|| !server.sink.events().is_empty()).await;
        sleep(Duration::from_millis(20)).await;
        let closing_at = server.clock.now();
        if reset {
            client.reset()
        } else {
            drop(client)
        }
        // The handler has a minute to go, so it is not its end that tells.
        let done = server.ended(1).await.remove(0);
        let aborted_at = done.aborted_at.unwrap();
        assert!(aborted_at >= closing_at && aborted_at <= server.clock.now(), "{aborted_at:?}");
        assert!(
            aborted_at.since(closing_at) < 2_000_000,
            "noticed late: {aborted_at:?} after {closing_at:?}"
        );
        assert_eq!((done.replied_at, done.started_at), (None, Some(done.received_at)));
        assert_eq!(server.stats.cut_short(), 0);
        until(|| server.stats.open() == 0).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_closed_connection_counts_as_closed() {
    let server = host(takes(60_000)).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    client.0.shutdown().await.unwrap();
    assert!(server.ended(1).await[0].aborted_at.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_breaks_off_is_an_aborted_callback() {
    let server = host(takes(0)).await;
    let mut client = server.client().await;
    let whole = request(&format!("/cb/{CREATE}"), &op(1), "{\"groupID\":\"7\"}\n");
    client.send(&whole[..whole.len() - 5]).await;
    until(|| !server.sink.events().is_empty()).await;
    drop(client);
    let done = server.ended(1).await.remove(0);
    assert!(done.aborted_at.is_some() && done.replied_at.is_none(), "{done:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ninety_open_connections_are_remembered_at_later_arrivals() {
    let server = host(takes(0)).await;
    let mut client = server.client().await;
    client.create(&op(1)).await;
    let mut others = Vec::new();
    for _ in 0..89 {
        others.push(server.client().await);
    }
    until(|| server.stats.open() == 90).await;
    client.create(&op(2)).await;
    drop(others);
    until(|| server.stats.open() == 1).await;
    let emptied_at = server.clock.now();
    client.create(&op(3)).await;
    let done = server.ended(3).await;
    assert_eq!(done[0].crowded_at, None);
    assert_eq!(done[1].crowded_at, Some(done[1].received_at));
    let last: Stamp = done[2].crowded_at.unwrap();
    assert!(last >= done[1].received_at && last <= emptied_at, "{last:?}");
    assert!(server.stats.take_peak() >= 90 && server.stats.take_peak() == 1);
}
