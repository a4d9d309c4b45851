//! A webhook server that does per command what a case or a recording says, and notes all
//! that it gets: headers in wire order and spelling, connections, times.
//!
//! Speaks HTTP/1.1 on bare sockets, since a server library hides what has to be seen.
//! Promises that odd answers go only to callbacks of its own operations (`owns`); others are
//! answered neutrally. Bounded: heads of 64 KiB, bodies of 16 MiB, `MAX_SEEN` callbacks kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::observation::{Callback, Connection};
use crate::clock::RunClock;

/// Larger heads are refused.
const MAX_HEAD: usize = 64 << 10;
/// Larger bodies are refused.
const MAX_BODY: usize = 16 << 20;
/// Callbacks that are kept; later ones are answered and only counted.
const MAX_SEEN: usize = 100_000;

/// The answer that means "go on".
pub const NEUTRAL: &str = r#"{"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0}"#;

/// What is done with a callback.
#[derive(Clone, Debug, PartialEq)]
pub struct Behaviour {
    /// Held so long before anything is answered.
    pub sleep: Duration,
    /// Status line without the protocol.
    pub status: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Content-Type.
    pub content_type: String,
    /// Closed without an answer.
    pub close: bool,
    /// Reset without an answer.
    pub reset: bool,
    /// Head and first byte at once, the rest after this time.
    pub slow_body: Option<Duration>,
}

impl Default for Behaviour {
    fn default() -> Behaviour {
        Behaviour {
            sleep: Duration::ZERO,
            status: "200 OK".to_owned(),
            headers: Vec::new(),
            body: NEUTRAL.as_bytes().to_vec(),
            content_type: "application/json".to_owned(),
            close: false,
            reset: false,
            slow_body: None,
        }
    }
}

impl Behaviour {
    /// As a recording's `receiver_behaviour` words it; what is not said is neutral.
    #[must_use]
    pub fn read(value: &Value) -> Behaviour {
        let span = |key: &str| {
            value[key].as_f64().filter(|s| (0.0..=3600.0).contains(s)).map(Duration::from_secs_f64)
        };
        let flag =
            |key: &str| value[key].as_bool().unwrap_or_else(|| value[key].as_i64().is_some_and(|n| n != 0));
        let text = |key: &str, default: &str| match &value[key] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string() + " Status",
            _ => default.to_owned(),
        };
        let body = match &value["body"] {
            Value::Null => NEUTRAL.to_owned(),
            Value::String(text) => text.clone(),
            object => object.to_string(),
        };
        Behaviour {
            sleep: span("sleep").unwrap_or_default(),
            status: text("status", "200 OK"),
            headers: more_headers(value),
            body: body.into_bytes(),
            content_type: text("ct", "application/json"),
            close: flag("close"),
            reset: flag("reset"),
            slow_body: span("slowbody"),
        }
    }
}

/// Headers that a behaviour names: an object or pairs as `headers`, and `location`.
fn more_headers(value: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let named = value["headers"].as_object().into_iter().flatten();
    let named = named.filter_map(|(n, v)| Some((n.clone(), text(v)?)));
    let pairs = value["headers"].as_array().into_iter().flatten();
    let pairs = pairs.filter_map(|p| Some((text(&p[0])?, text(&p[1])?)));
    let location = text(&value["location"]).map(|l| ("Location".to_owned(), l));
    named.chain(pairs).chain(location).collect()
}

/// Behaviours by command.
#[must_use]
pub fn behaviours(receiver_behaviour: &Value) -> HashMap<String, Behaviour> {
    let map = receiver_behaviour.as_object().into_iter().flatten();
    map.map(|(command, value)| (command.clone(), Behaviour::read(value))).collect()
}

type Owns = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// The server; clones share all state.
#[derive(Clone)]
pub struct Receiver {
    state: Arc<Mutex<State>>,
    owns: Owns,
    clock: RunClock,
    released: Arc<Notify>,
}

#[derive(Default)]
struct State {
    behaviours: HashMap<String, Behaviour>,
    callbacks: Vec<Callback>,
    connections: Vec<Connection>,
    accepted: u64,
    waiting: usize,
    most_waiting: usize,
    strangers: u64,
}

impl Receiver {
    /// Behaves so towards callbacks whose operationID `owns` accepts.
    pub fn new(
        behaviours: HashMap<String, Behaviour>,
        clock: RunClock,
        owns: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Receiver {
        let state = State { behaviours, ..State::default() };
        Receiver { state: Arc::new(Mutex::new(state)), owns: Arc::new(owns), clock, released: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> f64 {
        self.clock.now().0 as f64 / 1e6
    }

    /// From now on these behaviours.
    pub fn set(&self, behaviours: HashMap<String, Behaviour>) {
        self.lock().behaviours = behaviours;
    }

    /// Answers at once whatever is held now.
    pub fn release(&self) {
        self.released.notify_waiters();
    }

    /// Callbacks of its own operations so far, in the order of arrival.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Callback> {
        self.lock().callbacks.clone()
    }

    /// Those behind the first `skip`.
    #[must_use]
    pub fn callbacks_since(&self, skip: usize) -> Vec<Callback> {
        self.lock().callbacks.get(skip..).map(<[Callback]>::to_vec).unwrap_or_default()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().callbacks.len()
    }

    /// How many were closed by the other side while they were held.
    #[must_use]
    pub fn aborted(&self) -> usize {
        self.lock().callbacks.iter().filter(|c| c.aborted.is_some()).count()
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        self.lock().connections.clone()
    }

    /// The most callbacks that were here unanswered at one moment.
    #[must_use]
    pub fn most_waiting(&self) -> usize {
        self.lock().most_waiting
    }

    /// Callbacks of other operations, answered neutrally.
    #[must_use]
    pub fn strangers(&self) -> u64 {
        self.lock().strangers
    }

    /// Serves until `shutdown` is cancelled.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) {
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                // Out of descriptors, mostly: some will be free in a moment.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let number = self.opened();
            let (receiver, shutdown) = (self.clone(), shutdown.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = receiver.converse(stream, number) => {}
                    () = shutdown.cancelled() => {}
                }
            });
        }
    }

    fn opened(&self) -> u64 {
        let opened_at = self.now();
        let mut state = self.lock();
        state.accepted += 1;
        let number = state.accepted;
        if state.connections.len() < MAX_SEEN {
            state.connections.push(Connection { number, opened_at, closed_by_peer_at: None });
        }
        number
    }

    fn closed_by_peer(&self, number: u64) {
        let at = self.now();
        if let Some(connection) = self.lock().connections.iter_mut().find(|c| c.number == number) {
            connection.closed_by_peer_at.get_or_insert(at);
        }
    }

    async fn converse(self, mut stream: TcpStream, number: u64) {
        // Without it answers are later, not wrong.
        let _ = stream.set_nodelay(true);
        let mut buffer = Vec::new();
        while let Some(message) = read_message(&mut stream, &mut buffer).await {
            let callback = Callback {
                connection: number,
                line: message.line,
                headers: message.headers,
                body: message.body,
                at: self.now(),
                ..Callback::default()
            };
            let (index, behaviour) = self.note(callback);
            let goes_on = self.answer(&mut stream, number, index, behaviour).await;
            self.lock().waiting -= 1;
            if !goes_on {
                return;
            }
        }
        self.closed_by_peer(number);
    }

    /// Its place among the callbacks, and what is to be done.
    fn note(&self, callback: Callback) -> (Option<usize>, Behaviour) {
        let own = (self.owns)(callback.header("operationid"));
        let mut state = self.lock();
        state.waiting += 1;
        state.most_waiting = state.most_waiting.max(state.waiting);
        if !own {
            state.strangers += 1;
            return (None, neutral_for(&callback));
        }
        let behaviour = state.behaviours.get(callback.command()).cloned();
        let behaviour = behaviour.unwrap_or_else(|| neutral_for(&callback));
        let room = state.callbacks.len() < MAX_SEEN;
        if room {
            state.callbacks.push(callback);
        }
        (room.then(|| state.callbacks.len() - 1), behaviour)
    }

    /// `false` when the connection is over.
    async fn answer(
        &self,
        stream: &mut TcpStream,
        number: u64,
        index: Option<usize>,
        behaviour: Behaviour,
    ) -> bool {
        if !self.hold(stream, number, index, behaviour.sleep).await {
            return false;
        }
        if behaviour.reset {
            let _ = stream.set_zero_linger();
            return false;
        }
        if behaviour.close {
            return false;
        }
        let first = if behaviour.slow_body.is_some() { behaviour.body.len().min(1) } else { 0 };
        let (early, late) = behaviour.body.split_at(first);
        let mut head = head(&behaviour).into_bytes();
        head.extend_from_slice(early);
        if stream.write_all(&head).await.is_err() {
            return false;
        }
        if let Some(wait) = behaviour.slow_body
            && !self.hold(stream, number, index, wait).await
        {
            return false;
        }
        let written = stream.write_all(late).await.is_ok();
        let now = self.now();
        self.change(index, |c| c.replied_at = Some(now));
        written
    }

    fn change(&self, index: Option<usize>, change: impl FnOnce(&mut Callback)) {
        let mut state = self.lock();
        if let Some(callback) = index.and_then(|i| state.callbacks.get_mut(i)) {
            change(callback);
        }
    }

    /// Holds the callback; `false` when the other side closed the connection meanwhile.
    async fn hold(&self, stream: &mut TcpStream, number: u64, index: Option<usize>, time: Duration) -> bool {
        if time.is_zero() {
            return true;
        }
        let begun = self.now();
        let mut byte = [0_u8; 1];
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = self.released.notified() => true,
            _ = stream.read(&mut byte) => {
                let held = self.now() - begun;
                self.change(index, |c| c.aborted = Some(held));
                self.closed_by_peer(number);
                false
            }
        }
    }
}

/// Go on; the set-info callbacks must echo what they got.
fn neutral_for(callback: &Callback) -> Behaviour {
    if !callback.command().starts_with("callbackBeforeSetGroupInfo") {
        return Behaviour::default();
    }
    let mut body = callback.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("callbackCommand");
        fields.remove("operationID");
    }
    Behaviour { body: body.to_string().into_bytes(), ..Behaviour::default() }
}

fn head(behaviour: &Behaviour) -> String {
    let more: String = behaviour.headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
    format!(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{more}\r\n",
        behaviour.status,
        behaviour.content_type,
        behaviour.body.len()
    )
}

/// A request as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Request line.
    pub line: String,
    /// Headers in wire order and spelling.
    pub headers: Vec<(String, String)>,
    /// Body; chunks are put together.
    pub body: String,
}

/// The next request of a connection; `None` at its end, or where it is no HTTP/1.1 request
/// with a length or chunks.
pub async fn read_message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Message> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if buffer.len() > MAX_HEAD || stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> =
        lines.filter_map(|l| l.split_once(':')).map(|(n, v)| (n.to_owned(), v.trim().to_owned())).collect();
    buffer.drain(..end + 4);
    let header = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v);
    let chunked = header("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
    let body = if chunked {
        read_chunks(stream, buffer).await?
    } else {
        let length: usize = header("content-length").map_or(Some(0), |v| v.parse().ok())?;
        take(stream, buffer, length).await?
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    Some(Message { line, headers, body })
}

/// The next `length` bytes.
async fn take(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> Option<Vec<u8>> {
    if length > MAX_BODY {
        return None;
    }
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    Some(buffer.drain(..length).collect())
}

/// The next line, without its end.
async fn take_line(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = buffer.windows(2).position(|w| w == b"\r\n") {
            let line: Vec<u8> = buffer.drain(..end + 2).collect();
            return Some(String::from_utf8_lossy(&line[..end]).into_owned());
        }
        if buffer.len() > MAX_HEAD || stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// A body in chunks, to the end of its trailers.
async fn read_chunks(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = take_line(stream, buffer).await?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            break;
        }
        if size > MAX_BODY || body.len() + size > MAX_BODY {
            return None;
        }
        body.extend(take(stream, buffer, size).await?);
        take_line(stream, buffer).await?;
    }
    while !take_line(stream, buffer).await?.is_empty() {}
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_behaviour_is_read_however_it_is_worded() {
        let read = |text: &str| Behaviour::read(&serde_json::from_str(text).unwrap());
        assert_eq!(read("{}"), Behaviour::default());
        let moved = read(r#"{"status":302,"location":"/x","headers":{"X-A":"1"},"close":1,"sleep":-1}"#);
        assert!(moved.status.starts_with("302 ") && moved.close && moved.sleep.is_zero());
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        assert_eq!(moved.headers, [pair("X-A", "1"), pair("Location", "/x")]);
    }

    #[tokio::test]
    async fn requests_are_read_one_after_another_whether_in_chunks_or_not() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        let text = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nT: 1\r\n\r\n\
                    POST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nfg\
                    POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx";
        sender.write_all(text.as_bytes()).await.unwrap();
        let mut buffer = Vec::new();
        let first = read_message(&mut stream, &mut buffer).await.unwrap();
        assert_eq!((first.line.as_str(), first.body.as_str()), ("POST /a HTTP/1.1", "abcde"));
        assert_eq!(read_message(&mut stream, &mut buffer).await.unwrap().body, "fg");
        assert_eq!(read_message(&mut stream, &mut buffer).await, None);
    }
}
