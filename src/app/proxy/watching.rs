//! What goes on beside the passing on: the observer, the heartbeat to our own listener, samples of the machine.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{Failure, out};
use crate::clock::RunClock;
use crate::engine::collector::Sampler;
use crate::engine::observer::{Observer, ObserverHandle, spawn};
use crate::metrics::{Meter, Metered};
use crate::port::{ChannelSink, EventSink, RunEvent};
use crate::record::write::RecordWriter;
use crate::say;
use crate::text::Text;
use crate::webhook::{ServerStats, heartbeat};

/// Events that may wait for the observer.
const CHANNEL: usize = 16_384;

pub(super) struct Watching {
    sink: Metered<ChannelSink>,
    handle: ObserverHandle<RecordWriter>,
    helpers: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

pub(super) fn start(
    writer: RecordWriter,
    meter: Option<Meter>,
    clock: RunClock,
    stats: Arc<ServerStats>,
    address: SocketAddr,
) -> Result<Watching, Failure> {
    let (sink, receiver) = ChannelSink::new(CHANNEL);
    let lost = Lost { total: Arc::new(AtomicU64::new(0)), channel: sink.lost(), stats };
    let sink = Metered::new(sink, meter);
    let handle = spawn(Observer::new(writer), receiver, clock, lost.total.clone()).map_err(Failure::bug)?;
    let helpers = CancellationToken::new();
    let sampling = sample(sink.clone(), clock, lost, helpers.clone());
    let beating = heartbeat::run(address, sink.clone(), clock, heartbeat::EVERY, helpers.clone());
    let mut broken = handle.broken.clone();
    let telling = async move {
        let why = broken.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        if let Some(why) = why {
            out::tell(&say!("observed-app-broken", why = why));
        }
    };
    let tasks = vec![tokio::spawn(sampling), tokio::spawn(beating), tokio::spawn(telling)];
    Ok(Watching { sink, handle, helpers, tasks })
}

impl Watching {
    pub(super) fn sink(&self) -> Metered<ChannelSink> {
        self.sink.clone()
    }

    /// Ends; gives the writer back, and why the record broke off, if it did.
    pub(super) async fn end(self, clock: RunClock) -> Result<(RecordWriter, Option<Text>), Failure> {
        let Watching { sink, handle, helpers, tasks } = self;
        helpers.cancel();
        for task in tasks.into_iter().take(2) {
            let _ = task.await;
        }
        sink.send(RunEvent::Finished { at: clock.now() }).await;
        drop(sink);
        let joined = tokio::task::spawn_blocking(move || handle.join()).await.map_err(Failure::bug)?;
        let observed = joined.map_err(Failure::bug)?;
        Ok((observed.recorder, observed.error.map(|error| error.text())))
    }
}

/// Events that found no room, wherever that was.
struct Lost {
    total: Arc<AtomicU64>,
    channel: Arc<AtomicU64>,
    stats: Arc<ServerStats>,
}

/// Once a second: CPU, memory, connections, and events that found no room.
async fn sample(sink: Metered<ChannelSink>, clock: RunClock, lost: Lost, end: CancellationToken) {
    let Lost { total, channel, stats } = lost;
    let mut sampler = Sampler::new(clock);
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            () = end.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let sample = sampler.sample(stats.open(), stats.take_peak());
        total.fetch_max(channel.load(Ordering::Relaxed) + stats.events_lost(), Ordering::Relaxed);
        sink.send(RunEvent::Sample(sample)).await;
    }
}
