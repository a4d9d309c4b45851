//! The webhook server of a recording: does per command what the recorded one did.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::recording::Callback;
use crate::sim::rig::read_message;

const NEUTRAL: &str = r#"{"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0}"#;

#[derive(Clone, Debug)]
struct Behaviour {
    sleep: Duration,
    status: String,
    body: String,
    content_type: String,
    close: bool,
    reset: bool,
    slow_body: Option<Duration>,
}

impl Behaviour {
    fn read(value: Option<&Value>) -> Behaviour {
        let get = |key: &str| value.and_then(|v| v.get(key));
        let span = |key: &str| get(key).and_then(Value::as_f64).map(Duration::from_secs_f64);
        let text = |key: &str, default: &str| get(key).and_then(Value::as_str).unwrap_or(default).to_owned();
        let body = match get("body") {
            None => NEUTRAL.to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(object) => object.to_string(),
        };
        Behaviour {
            sleep: span("sleep").unwrap_or_default(),
            status: text("status", "200 OK"),
            body,
            content_type: text("ct", "application/json"),
            close: get("close").and_then(Value::as_bool).unwrap_or(false),
            reset: get("reset").and_then(Value::as_bool).unwrap_or(false),
            slow_body: span("slowbody"),
        }
    }
}

/// What it has got so far.
#[derive(Clone)]
pub struct Receiver {
    behaviours: Arc<HashMap<String, Behaviour>>,
    seen: Arc<Mutex<Vec<Callback>>>,
    connections: Arc<AtomicUsize>,
    waiting: Arc<AtomicUsize>,
    most_waiting: Arc<AtomicUsize>,
    start: Instant,
}

impl Receiver {
    /// Behaves as `receiver_behaviour` of a recording says.
    pub fn new(behaviour: &Value) -> Receiver {
        let map = behaviour.as_object().into_iter().flatten();
        Receiver {
            behaviours: Arc::new(map.map(|(k, v)| (k.clone(), Behaviour::read(Some(v)))).collect()),
            seen: Arc::default(),
            connections: Arc::default(),
            waiting: Arc::default(),
            most_waiting: Arc::default(),
            start: Instant::now(),
        }
    }

    /// With its clock set to zero.
    pub fn started_now(mut self) -> Receiver {
        self.start = Instant::now();
        self
    }

    pub fn callbacks(&self) -> Vec<Callback> {
        self.seen.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub fn aborted(&self) -> usize {
        self.seen.lock().unwrap().iter().filter(|c| c.aborted.is_some()).count()
    }

    /// Connections accepted.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// The most callbacks that were here unanswered at one moment.
    pub fn most_waiting(&self) -> usize {
        self.most_waiting.load(Ordering::Relaxed)
    }

    pub async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            self.connections.fetch_add(1, Ordering::Relaxed);
            let receiver = self.clone();
            tokio::spawn(async move { receiver.converse(stream).await });
        }
    }

    async fn converse(self, mut stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let mut buffer = Vec::new();
        while let Some((line, headers, body)) = read_message(&mut stream, &mut buffer).await {
            let at = self.start.elapsed().as_secs_f64();
            let callback = Callback { line, headers, body, at, aborted: None };
            let behaviour = self.behaviours.get(callback.command()).cloned();
            let index = {
                let mut seen = self.seen.lock().unwrap();
                seen.push(callback);
                seen.len() - 1
            };
            let now = self.waiting.fetch_add(1, Ordering::Relaxed) + 1;
            self.most_waiting.fetch_max(now, Ordering::Relaxed);
            let goes_on =
                self.answer(&mut stream, index, behaviour.unwrap_or_else(|| Behaviour::read(None))).await;
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            if !goes_on {
                return;
            }
        }
    }

    /// `false` when the connection is over.
    async fn answer(&self, stream: &mut TcpStream, index: usize, behaviour: Behaviour) -> bool {
        if !self.wait(stream, index, behaviour.sleep).await {
            return false;
        }
        if behaviour.reset {
            let _ = stream.set_zero_linger();
            return false;
        }
        if behaviour.close {
            return false;
        }
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
            behaviour.status,
            behaviour.content_type,
            behaviour.body.len()
        );
        let first = if behaviour.slow_body.is_some() { behaviour.body.len().min(1) } else { 0 };
        let (early, late) = behaviour.body.split_at(first);
        if stream.write_all(format!("{head}{early}").as_bytes()).await.is_err() {
            return false;
        }
        if let Some(wait) = behaviour.slow_body
            && !self.wait(stream, index, wait).await
        {
            return false;
        }
        stream.write_all(late.as_bytes()).await.is_ok()
    }

    /// Holds the callback; `false` when the other side closed the connection meanwhile.
    async fn wait(&self, stream: &mut TcpStream, index: usize, time: Duration) -> bool {
        if time.is_zero() {
            return true;
        }
        let begun = Instant::now();
        let mut byte = [0_u8; 1];
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            _ = stream.read(&mut byte) => {
                self.seen.lock().unwrap()[index].aborted = Some(begun.elapsed().as_secs_f64());
                false
            }
        }
    }
}
