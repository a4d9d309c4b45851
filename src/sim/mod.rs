//! An `OpenIM` server in this process, behind a socket: group API and webhooks as the
//! recorded builds behave.
//!
//! Promises what a caller and a webhook server can see: answers and their wording,
//! callbacks, their order, bytes and headers, connections, deadlines, the after-queue,
//! and the defects of each build that a measurement meets. State is in memory and
//! bounded: groups as configured, 1,000,000 users, 100,000 members and 10,000
//! applications a group, 100,000 tokens of users and as many of admins. How long the server's own part takes is the configuration's choice; the
//! real server's times are not imitated. Not spoken: messages, conversations,
//! rate limits. Log files in `OpenIM`'s layout: `log`.

pub mod bodies;
mod client;
mod core;
mod error;
mod event;
mod fault;
mod group;
mod http;
pub mod log;
mod model;
mod process;
mod queue;
mod request;
mod stack;
mod store;
mod tasks;
mod users;

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

pub use self::client::{Answered, GoClient, Hop};
use self::core::Sim;
use self::error::OpError;
pub use self::event::{HttpSeen, Observer, Refusal, Rpc, SimEvent, TokenOwner};
pub use self::fault::{Fault, FaultSwitch};
use self::request::Route;
use self::tasks::Tasks;
use crate::text::Text;
use crate::wire::OpenimVersion;
use crate::wire::goread::Value;
use crate::wire::webhooks_yml::WebhooksYml;
use crate::{displays_english, say};

/// How long the server's own part of an operation takes, drawn anew for each.
#[derive(Clone)]
pub struct ServiceTime(Arc<Mutex<dyn FnMut() -> Duration + Send>>);

impl ServiceTime {
    /// Drawn from `sample`, which is called once an operation.
    #[must_use]
    pub fn new(sample: impl FnMut() -> Duration + Send + 'static) -> ServiceTime {
        ServiceTime(Arc::new(Mutex::new(sample)))
    }

    /// Always the same.
    #[must_use]
    pub fn constant(time: Duration) -> ServiceTime {
        ServiceTime::new(move || time)
    }

    fn sample(&self) -> Duration {
        (self.0.lock().unwrap_or_else(PoisonError::into_inner))()
    }
}

impl fmt::Debug for ServiceTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceTime")
    }
}

/// What to simulate.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// Which `OpenIM`.
    pub version: OpenimVersion,
    /// `webhooks.yml`, as the group processes read it at their start.
    pub webhooks: WebhooksYml,
    /// Group processes, each with its own connections and after-queue; at least 1.
    pub processes: u32,
    /// Seed of groupIDs, tokens and the time of second dismissals.
    pub seed: u64,
    /// The server's own part of each changing group operation.
    pub service_time: ServiceTime,
    /// How many operations may be in their own part at once, first come first served;
    /// without a limit where `None`.
    pub workers: Option<u32>,
    /// The secret that mints tokens.
    pub secret: String,
    /// The app admin, registered at the start.
    pub admin_user: String,
    /// When a group process that fell over is back; never where `None`.
    pub restart_after: Option<Duration>,
    /// Groups kept; beyond it the oldest dismissed one is forgotten, else the oldest.
    pub max_groups: usize,
    /// Every userID exists, registered or not: for a server whose users are not known here.
    pub accept_any_user: bool,
    /// How long main accepts an admin token after a newer one was minted.
    pub token_grace: Duration,
    /// Faults of `OpenIM` itself; keep a clone to switch them while it runs.
    pub faults: FaultSwitch,
    /// Told of what happens.
    pub observer: Observer,
    /// For an observer that wants to know more than `OpenIM` would; needs one.
    pub linger: Option<Linger>,
}

/// Where a stand-in departs from `OpenIM` to see what becomes of a callback that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linger {
    /// How long its connection stays open after its deadline (`OpenIM` closes it at once). The
    /// connection does not count among the 100, and at most 512 a process stay.
    pub connection: Duration,
    /// How long the API's answer to a call that failed so is held back at most (at least half of
    /// it; drawn anew for each). `OpenIM` answers at once.
    pub answer: Duration,
}

impl SimConfig {
    /// One process, no service time, `OpenIM`'s default secret and admin.
    #[must_use]
    pub fn new(version: impl Into<OpenimVersion>, webhooks: WebhooksYml) -> SimConfig {
        SimConfig {
            version: version.into(),
            webhooks,
            processes: 1,
            seed: 1,
            service_time: ServiceTime::constant(Duration::ZERO),
            workers: None,
            secret: "openIM123".to_owned(),
            admin_user: "imAdmin".to_owned(),
            restart_after: None,
            max_groups: 100_000,
            accept_any_user: false,
            token_grace: Duration::from_secs(300),
            faults: FaultSwitch::default(),
            observer: Observer::default(),
            linger: None,
        }
    }
}

/// Why the simulator ended before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The listener no longer accepts connections.
    Accept(#[source] io::Error),
}

impl SimError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        let SimError::Accept(error) = self;
        say!("errors-sim-accept", why = error.to_string())
    }
}

displays_english!(SimError);

/// A call that has passed the door.
struct Call {
    route: Route,
    path: String,
    operation: String,
    /// The user inside the token; empty where none is needed.
    user: String,
    body: Value,
}

impl Call {
    /// As those who watch see it.
    fn rpc(&self) -> Rpc<'_> {
        Rpc { operation: &self.operation, path: &self.path, request: &self.body }
    }
}

/// The data of a success as JSON (`None` where there is none), or why there is none.
type Answer = Result<Option<String>, OpError>;

/// How often in a row accepting may fail before the simulator gives up.
const MAX_ACCEPT_FAILURES: u32 = 100;

/// Serves until `shutdown` is cancelled; then ends all of its tasks and returns.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    config: SimConfig,
    shutdown: CancellationToken,
) -> Result<(), SimError> {
    // Our own token, so that a failing listener ends the tasks as well.
    let stop = shutdown.child_token();
    let (tasks, all_ended) = Tasks::new(stop.clone());
    let sim = Sim::new(config, tasks);
    let result = accept(&listener, &sim, &shutdown).await;
    stop.cancel();
    drop(sim);
    all_ended.wait().await;
    result
}

async fn accept(
    listener: &TcpListener,
    sim: &Arc<Sim>,
    shutdown: &CancellationToken,
) -> Result<(), SimError> {
    let mut failures = 0;
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, remote)) => {
                failures = 0;
                sim.tasks.spawn(converse(sim.clone(), stream, remote));
            }
            Err(error) => {
                failures += 1;
                if failures >= MAX_ACCEPT_FAILURES {
                    return Err(SimError::Accept(error));
                }
                // Out of file descriptors, mostly: some will be free in a moment.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

async fn converse(sim: Arc<Sim>, stream: TcpStream, remote: SocketAddr) {
    // Answers are small: do not wait for more. Without it they are later, not wrong.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let sim = sim.clone();
        async move { Ok::<_, Infallible>(http::handle(sim, request, remote).await) }
    });
    // A connection that breaks is the caller's business.
    let _ =
        http1::Builder::new().title_case_headers(true).serve_connection(TokioIo::new(stream), service).await;
}
