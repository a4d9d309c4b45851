//! Coordinated omission over a real socket: a server that stalls is seen by the open loop
//! as the closed form says, and hardly at all by a closed loop with one connection.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use openim_bench::clock::RunClock;
use openim_bench::engine::{Drive, DriveEnd, WorkConfig, WorkSource};
use openim_bench::ids::{RunTag, user_id};
use openim_bench::port::{Attempt, CallResult, Outcome, RunEvent, Target, VecSink};
use openim_bench::profile::model::{Arrivals, Count, Loop, OperationMix, PhaseKind, Profile};
use openim_bench::profile::plan::{Basis, PlannedPhase, RunPlan};
use openim_bench::units::Offset;
use openim_bench::wire::FailureKind;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::support::{Say, Server, say, serve};

const EVERY: Duration = Duration::from_secs(4);
const STALL: Duration = Duration::from_millis(400);

/// Answers every request with its own body, but nobody in the first `STALL` of each `EVERY`.
async fn stalling(clock: RunClock) -> Server {
    serve(move |got| async move {
        let into = clock.now().0 % EVERY.as_micros() as u64;
        let left = (STALL.as_micros() as u64).saturating_sub(into);
        let after = Duration::from_micros(left);
        Say { after, ..say(200, String::from_utf8_lossy(&got.body)) }
    })
    .await
}

/// A client with as many connections as calls are open.
struct Client {
    address: SocketAddr,
    clock: RunClock,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Client {
    async fn connect(&self) -> Option<SendRequest<Full<Bytes>>> {
        let idle = self.idle.lock().unwrap().pop().filter(|sender| !sender.is_closed());
        if idle.is_some() {
            return idle;
        }
        let stream = TcpStream::connect(self.address).await.ok()?;
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(sender)
    }

    async fn ask(&self, attempt: &Attempt) -> Option<bool> {
        let mut sender = self.connect().await?;
        sender.ready().await.ok()?;
        let body = Full::new(Bytes::from(attempt.group_id.clone()));
        let request = Request::post("/").header("host", "loopback").body(body).ok()?;
        let answer = sender.send_request(request).await.ok()?.into_body().collect().await.ok()?.to_bytes();
        self.idle.lock().unwrap().push(sender);
        Some(answer == attempt.group_id)
    }
}

impl Target for Client {
    async fn call(&self, attempt: &Attempt, deadline: Duration) -> Outcome {
        let sent_at = self.clock.now();
        let result = match tokio::time::timeout(deadline, self.ask(attempt)).await {
            Ok(Some(true)) => CallResult::Succeeded,
            Ok(Some(false)) => CallResult::Failed(FailureKind::MalformedAnswer),
            Ok(None) => CallResult::Failed(FailureKind::Connect),
            Err(_) => CallResult::Failed(FailureKind::ClientDeadline),
        };
        let answered_at = self.clock.now();
        let (connect_us, err_code, post_url, text) = (None, None, None, None);
        Outcome { result, sent_at, answered_at, connect_us, err_code, post_url, text }
    }
}

fn plan(r#loop: Loop, duration_s: f64) -> RunPlan {
    let mut profile = Profile::default();
    profile.load.arrivals = Arrivals::Constant;
    profile.load.r#loop = r#loop;
    profile.limits.groups = 1_000_000;
    let (kind, from, steps, source) = (PhaseKind::Steady, 0.0, 1, None);
    let phases = vec![PlannedPhase {
        kind,
        start_s: 0.0,
        duration_s,
        rate: 200.0,
        from,
        steps,
        measured: true,
        source,
    }];
    RunPlan {
        run_id: "stall".to_owned(),
        tag: RunTag::from_number(3),
        profile,
        sources: BTreeMap::new(),
        phases,
        basis: Basis::Simulated,
        version: None,
        expect: None,
        timeouts: BTreeMap::new(),
        expected_arrivals: 800,
    }
}

struct Seen {
    end: DriveEnd,
    response_us: Vec<u64>,
    lag_us: Vec<u64>,
}

/// So many seconds of the server, from the start of a stall, driven by `r#loop`.
async fn drive(r#loop: Loop, duration_s: f64) -> Seen {
    let plan = plan(r#loop, duration_s);
    let clock = RunClock::start();
    let address = stalling(clock).await.addr;
    let sink = VecSink::default();
    let work = WorkSource::new(WorkConfig {
        tag: plan.tag,
        marker: "openim-bench stall".into(),
        seed: 1,
        members: Count::Fixed(2),
        admins: Count::Fixed(0),
        users: (0..20).map(|n| user_id(plan.tag, n)).collect(),
        operations: OperationMix::default(),
        groups: Vec::new(),
    });
    let drive = Drive {
        target: Arc::new(Client { address, clock, idle: Mutex::default() }),
        sink: sink.clone(),
        clock,
        start: Offset(20_000_000),
        work: work.unwrap(),
        reserve: Box::new(|_, _| Ok(())),
        stop: CancellationToken::new(),
        hard_stop: CancellationToken::new(),
        callers: None,
        offsets: None,
    };
    let end = drive.run(&plan).await.unwrap();
    let mut seen = Seen { end, response_us: Vec::new(), lag_us: Vec::new() };
    let mut intended = BTreeMap::new();
    for event in sink.events() {
        match event {
            RunEvent::Released { operation_id, intended_at, released_at, .. } => {
                seen.lag_us.push(released_at.since(intended_at));
                intended.insert(operation_id.seq, intended_at);
            }
            RunEvent::Ended { operation_id, outcome } => {
                assert_eq!(outcome.result, CallResult::Succeeded);
                seen.response_us.push(outcome.answered_at.since(intended[&operation_id.seq]));
            }
            _ => {}
        }
    }
    seen
}

fn share_of_stall(values: &mut [u64], q: f64) -> f64 {
    values.sort_unstable();
    values[((values.len() - 1) as f64 * q).round() as usize] as f64 / STALL.as_micros() as f64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_socket_the_open_loop_shows_the_stall_and_the_closed_loop_hides_it() {
    // A whole period; the closed loop needs only the part with the stall in it.
    let mut open = drive(Loop::Open, EVERY.as_secs_f64()).await;
    assert_eq!((open.end.scheduled, open.end.ended, open.end.shed()), (800, 800, 0));
    // Nine in ten arrivals meet no stall: what the slowest of them show is the machine's doing.
    let noise = share_of_stall(&mut open.response_us, 0.85);
    // A tenth of the arrivals wait evenly between 0 and the stall: p = 1 − (1 − q) ÷ 0.1.
    for (q, expected) in [(0.95, 0.5), (0.99, 0.9)] {
        let share = share_of_stall(&mut open.response_us, q);
        let range = expected - 0.05..expected + 0.12 + noise;
        assert!(
            range.contains(&share),
            "p{}: {share} of the stall, not {expected} (noise {noise})",
            q * 100.0
        );
    }
    assert!(share_of_stall(&mut open.response_us, 0.5) < 0.1, "most arrivals meet no stall");
    assert!(share_of_stall(&mut open.lag_us, 0.9) < 0.1 + noise, "the stall does not hold the driver up");

    let mut closed = drive(Loop::Closed, EVERY.as_secs_f64() / 2.0).await;
    let open_p99 = share_of_stall(&mut open.response_us, 0.99);
    let closed_p99 = share_of_stall(&mut closed.response_us, 0.99);
    assert!(closed_p99 < 0.05 * open_p99, "closed loop {closed_p99}, open loop {open_p99} of the stall");
    assert!(share_of_stall(&mut closed.response_us, 1.0) > 0.8, "the stall was there, met by one call");
}
