//! What an observer of the simulator is told, over real sockets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use openim_bench::sim::{Linger, Observer, SimEvent};
use openim_bench::wire::{Build, WebhookKey};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::rig::{Behaviour, Rig, usual};

/// An event, kept.
#[derive(Clone, Debug)]
struct Told {
    what: &'static str,
    operation: String,
    key: Option<WebhookKey>,
    took: Duration,
    connected: Option<Duration>,
    dialed: bool,
    text: String,
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Told>>>);

impl Notes {
    fn observer(&self) -> Observer {
        let notes = self.clone();
        Observer::new(move |event| notes.0.lock().unwrap().push(told(event)))
    }

    fn of(&self, operation: &str) -> Vec<Told> {
        self.0.lock().unwrap().iter().filter(|t| t.operation == operation).cloned().collect()
    }

    async fn wait_for(&self, operation: &str, what: &str, n: usize) -> Vec<Told> {
        for _ in 0..1000 {
            if self.of(operation).iter().filter(|t| t.what == what).count() >= n {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.of(operation)
    }
}

fn told(event: &SimEvent<'_>) -> Told {
    let plain = |what, operation: &str| Told {
        what,
        operation: operation.to_owned(),
        key: None,
        took: Duration::ZERO,
        connected: None,
        dialed: false,
        text: String::new(),
    };
    let text = |result: &Result<&[u8], &str>| match result {
        Ok(body) => String::from_utf8_lossy(body).into_owned(),
        Err(cause) => (*cause).to_owned(),
    };
    match event {
        SimEvent::Called { operation, path, .. } => {
            Told { text: (*path).to_owned(), ..plain("called", operation) }
        }
        SimEvent::Answered { operation, took, body, .. } => {
            Told { took: *took, text: (*body).to_owned(), ..plain("answered", operation) }
        }
        SimEvent::CallbackWanted { operation, key, url, .. } => {
            Told { key: Some(*key), text: (*url).to_owned(), ..plain("wanted", operation) }
        }
        SimEvent::CallbackEnded { operation, key, connected_after, dialed, took, result, .. } => Told {
            key: Some(*key),
            took: *took,
            connected: *connected_after,
            dialed: *dialed,
            text: text(result),
            ..plain("ended", operation)
        },
        SimEvent::CallbackLate { operation, key, took, result } => {
            Told { key: Some(*key), took: *took, text: text(result), ..plain("late", operation) }
        }
        SimEvent::CallerLeft { operation, after, .. } => Told { took: *after, ..plain("left", operation) },
        SimEvent::CallbackLost { operation, key } => Told { key: Some(*key), ..plain("lost", operation) },
        // Those inside the server are for its log.
        _ => plain("inside", ""),
    }
}

#[tokio::test]
async fn a_create_is_told_in_order_with_times_that_fit_on_every_build() {
    for build in Build::ALL {
        let notes = Notes::default();
        let rig = Rig::with(build, |config| config.observer = notes.observer()).await;
        let answer = rig.create("op-1").await;
        assert_eq!(answer.code(), 0, "{build}: {}", answer.text);
        let members = if build.one_callback_a_member() { 4 } else { 1 };
        let all = notes.wait_for("op-1", "ended", 2 + members).await;
        // The after-callback is sent by a worker, before or after the answer.
        let before: Vec<_> =
            all.iter().filter(|t| t.key != Some(WebhookKey::AfterCreateGroup)).map(|t| t.what).collect();
        let mut expected = vec!["called"];
        for _ in 0..=members {
            expected.extend(["wanted", "ended"]);
        }
        expected.push("answered");
        assert_eq!(before, expected, "{build}");
        let answered = all.iter().find(|t| t.what == "answered").unwrap();
        assert!(answered.text.contains("\"errCode\":0"), "{build}: {answered:?}");
        for ended in all.iter().filter(|t| t.what == "ended") {
            assert!(ended.connected.unwrap() <= ended.took, "{build}: {ended:?}");
            assert!(ended.text.contains("actionCode"), "{build}: {ended:?}");
            if ended.key != Some(WebhookKey::AfterCreateGroup) {
                assert!(ended.took <= answered.took, "{build}: {ended:?}");
            }
        }
        assert!(all.iter().find(|t| t.what == "ended").unwrap().dialed, "{build}: the first one dials");
        assert!(all.iter().any(|t| t.what == "ended" && !t.dialed), "{build}: a later one need not");
        rig.stop.cancel();
    }
}

#[tokio::test]
async fn an_after_callback_that_finds_no_room_is_told_as_lost() {
    let notes = Notes::default();
    let rig = Rig::with(Build::V370, |config| config.observer = notes.observer()).await;
    rig.receiver.set("callbackAfterCreateGroupCommand", Behaviour::sleep(Duration::from_secs(30)));
    for n in 0..103 {
        assert_eq!(rig.create(&format!("op-{n}")).await.code(), 0);
    }
    let lost: Vec<_> = notes.0.lock().unwrap().iter().filter(|t| t.what == "lost").cloned().collect();
    assert_eq!(lost.len(), 1, "two workers hold one each, a hundred wait");
    assert_eq!((lost[0].operation.as_str(), lost[0].key), ("op-102", Some(WebhookKey::AfterCreateGroup)));
    rig.stop.cancel();
}

#[tokio::test]
async fn a_caller_who_goes_away_is_told_and_the_call_is_answered_all_the_same() {
    let notes = Notes::default();
    let rig = Rig::with(Build::Main, |config| config.observer = notes.observer()).await;
    rig.receiver.set("callbackBeforeCreateGroupCommand", Behaviour::sleep(Duration::from_millis(300)));
    let mut stream = TcpStream::connect(&rig.api).await.unwrap();
    let body = usual().to_string();
    let request = format!(
        "POST /group/create_group HTTP/1.1\r\nHost: a\r\noperationID: gone\r\ntoken: {}\r\nContent-Length: {}\r\n\r\n{body}",
        rig.token,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    notes.wait_for("gone", "wanted", 1).await;
    drop(stream);
    let all = notes.wait_for("gone", "answered", 1).await;
    let place = |what| all.iter().position(|t| t.what == what).unwrap();
    assert!(place("left") < place("answered"), "{all:?}");
    assert!(all[place("left")].took <= all[place("answered")].took);
    rig.stop.cancel();
}

/// A server that answers after 1.4 s, with a timeout of 1 s.
async fn given_up(linger: Option<Linger>) -> (Vec<Told>, Duration) {
    let notes = Notes::default();
    let rig = Rig::with(Build::Patch16, |config| {
        config.observer = notes.observer();
        config.linger = linger;
        for key in config.webhooks.keys.values_mut() {
            key.timeout = 1;
        }
    })
    .await;
    let command = "callbackBeforeCreateGroupCommand";
    rig.receiver.set(command, Behaviour::sleep(Duration::from_millis(1400)));
    let answer = rig.create("slow").await;
    assert_eq!(answer.code(), 90004, "{}", answer.text);
    assert!(answer.text.contains("context deadline exceeded HTTP request failed"), "{}", answer.text);
    let wait = if linger.is_some() { 1 } else { 0 };
    let all = notes.wait_for("slow", "late", wait).await;
    rig.stop.cancel();
    (all, answer.took)
}

#[tokio::test]
async fn a_stand_in_sees_what_comes_after_the_deadline_and_openim_closes_the_connection() {
    let time = Duration::from_secs(5);
    let (seen, took) = given_up(Some(Linger { connection: time, answer: Duration::from_millis(200) })).await;
    let late = seen.iter().find(|t| t.what == "late").expect("it comes");
    let ended = seen.iter().find(|t| t.what == "ended").unwrap();
    assert!(late.text.contains("actionCode"), "{late:?}");
    assert!(late.took >= Duration::from_millis(1400) && ended.took < late.took, "{seen:?}");
    assert!(took >= Duration::from_millis(1100), "at least half of it is held back: {took:?}");
    let (seen, _) = given_up(None).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(seen.iter().all(|t| t.what != "late"), "{seen:?}");
}
