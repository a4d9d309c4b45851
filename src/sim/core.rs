//! What all handlers share: configuration, store, group processes, own service time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::Semaphore;

use super::error::OpError;
use super::model::User;
use super::process::{GroupProcess, Watch, Webhooks};
use super::store::{Limits, Store};
use super::tasks::Tasks;
use super::{Fault, FaultSwitch, ServiceTime, SimConfig};
use crate::clock::{RunClock, wall_now};
use crate::wire::{Build, OpenimVersion};

pub(super) struct Sim {
    pub version: OpenimVersion,
    pub secret: String,
    pub admin: String,
    pub store: Store,
    pub tasks: Tasks,
    pub faults: FaultSwitch,
    pub watch: Watch,
    /// How long a replaced admin token of main still works.
    pub token_grace: Duration,
    accept_any_user: bool,
    /// The conversation process: connections and after-queue of its own.
    pub conversations: GroupProcess,
    webhooks: Arc<Webhooks>,
    processes: Vec<Mutex<Option<Arc<GroupProcess>>>>,
    turn: AtomicUsize,
    restart_after: Option<Duration>,
    service_time: ServiceTime,
    workers: Option<Semaphore>,
    random: Mutex<ChaCha8Rng>,
    clock: RunClock,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sim {
    pub(super) fn new(config: SimConfig, tasks: Tasks) -> Arc<Sim> {
        let webhooks = Arc::new(Webhooks::new(&config.webhooks, config.version.build));
        let watch = Watch { observer: config.observer, linger: config.linger };
        let start = || Mutex::new(Some(Arc::new(GroupProcess::start(webhooks.clone(), &watch, &tasks))));
        let processes = (0..config.processes.max(1)).map(|_| start()).collect();
        let sim = Sim {
            conversations: GroupProcess::start(webhooks.clone(), &watch, &tasks),
            store: Store::new(Limits::with_groups(config.max_groups)),
            processes,
            turn: AtomicUsize::new(0),
            restart_after: config.restart_after,
            service_time: config.service_time,
            workers: config.workers.map(|n| Semaphore::new(n.max(1) as usize)),
            random: Mutex::new(ChaCha8Rng::seed_from_u64(config.seed)),
            clock: RunClock::start(),
            version: config.version,
            secret: config.secret,
            admin: config.admin_user,
            faults: config.faults,
            watch,
            token_grace: config.token_grace,
            accept_any_user: config.accept_any_user,
            webhooks,
            tasks,
        };
        let admin = User {
            user_id: sim.admin.clone(),
            nickname: sim.admin.clone(),
            create_time: sim.now_ms(),
            app_manager_level: 1,
            ..User::default()
        };
        // The first user always finds room.
        let _ = sim.store.register(vec![admin]);
        Arc::new(sim)
    }

    pub(super) fn build(&self) -> Build {
        self.version.build
    }

    /// The user of that name; anyone where everybody is accepted.
    pub(super) fn user(&self, id: &str) -> Option<User> {
        let made = || User { user_id: id.to_owned(), nickname: id.to_owned(), ..User::default() };
        let known = self.store.user(id);
        if self.accept_any_user && !id.is_empty() { known.or_else(|| Some(made())) } else { known }
    }

    pub(super) fn all_users_exist<'a>(&self, ids: impl Iterator<Item = &'a str>) -> bool {
        self.accept_any_user || self.store.all_users_exist(ids)
    }

    pub(super) fn is_admin(&self, user: &str) -> bool {
        user == self.admin
    }

    /// Milliseconds since 1970.
    #[expect(clippy::unused_self, reason = "all times of the simulator come from one place")]
    pub(super) fn now_ms(&self) -> i64 {
        let since = wall_now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// Microseconds since the start.
    pub(super) fn now_us(&self) -> u64 {
        self.clock.now().0
    }

    pub(super) fn random_u32(&self) -> u32 {
        lock(&self.random).next_u32()
    }

    pub(super) fn random_u64(&self) -> u64 {
        lock(&self.random).next_u64()
    }

    /// The group process whose turn it is; those that are down are passed over.
    pub(super) fn process(&self) -> Option<(usize, Arc<GroupProcess>)> {
        if self.faults.is_on(Fault::GroupDown) {
            return None;
        }
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.processes.len();
        (0..count).map(|n| (first + n) % count).find_map(|at| {
            let process = lock(self.processes.get(at)?).clone()?;
            Some((at, process))
        })
    }

    /// A group process falls over; it comes back after the configured time.
    pub(super) fn kill(self: &Arc<Self>, at: usize) {
        let Some(slot) = self.processes.get(at) else { return };
        let Some(process) = lock(slot).take() else { return };
        process.died.cancel();
        let Some(after) = self.restart_after else { return };
        let sim = self.clone();
        self.tasks.spawn(async move {
            tokio::time::sleep(after).await;
            if let Some(slot) = sim.processes.get(at) {
                let started = GroupProcess::start(sim.webhooks.clone(), &sim.watch, &sim.tasks);
                *lock(slot) = Some(Arc::new(started));
            }
        });
    }

    /// How long this failure is held back for those who watch; `OpenIM` answers at once.
    pub(super) fn hold(&self, error: &OpError) -> Duration {
        let Some(linger) = self.watch.linger.filter(|_| error.is_deadline()) else { return Duration::ZERO };
        // Between half and the whole, so that no regular habit of the server falls on its end.
        let share = 0.5 + 0.5 * f64::from(self.random_u32()) / f64::from(u32::MAX);
        linger.answer.mul_f64(share)
    }

    /// The server's own part of an operation: one of the workers, for the service time.
    pub(super) async fn work(&self) {
        let _worker = match &self.workers {
            Some(workers) => workers.acquire().await.ok(),
            None => None,
        };
        let time = self.service_time.sample();
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
    }
}
