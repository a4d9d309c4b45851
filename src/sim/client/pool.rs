//! Connections to one host: at most 100, 2 of them kept idle.
//!
//! A request takes an idle connection, or dials while fewer than 100 are open, and in
//! either case takes whatever comes first: its own new connection or one that another
//! request gives back. Waiters are served in order. Whoever gives up while its own
//! connection is being dialled ends the dial; a dial that is no longer needed because
//! another connection came first goes on and ends up idle.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Dialing, in use and idle together.
pub(super) const MAX_OPEN: usize = 100;
/// Kept for later.
pub(super) const MAX_IDLE: usize = 2;

/// Makes connections for a pool.
pub(super) trait Dialer: Send + Sync + 'static {
    /// A connection.
    type Conn: Send + 'static;
    /// Opens one; the error is Go's text.
    fn dial(&self) -> impl Future<Output = Result<Self::Conn, String>> + Send;
    /// Whether it can still carry a request.
    fn alive(conn: &Self::Conn) -> bool;
}

pub(super) struct Pool<D: Dialer> {
    dialer: D,
    inner: Mutex<Inner<D>>,
}

struct Inner<D: Dialer> {
    idle: Vec<D::Conn>,
    /// Want a connection, from wherever it comes.
    waiting: VecDeque<Arc<Want<D>>>,
    /// Want to dial and may not yet.
    to_dial: VecDeque<Arc<Want<D>>>,
    open: usize,
}

type Delivery<D> = Result<Lease<D>, String>;

struct Want<D: Dialer> {
    reply: Mutex<Option<oneshot::Sender<Delivery<D>>>>,
    given_up: CancellationToken,
}

impl<D: Dialer> Want<D> {
    /// Hands it over; comes back when nobody waits any more.
    fn deliver(&self, delivery: Delivery<D>) -> Result<(), Delivery<D>> {
        match self.reply.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(reply) => reply.send(delivery),
            None => Err(delivery),
        }
    }

    fn is_done(&self) -> bool {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_none_or(|r| r.is_closed())
    }
}

/// A connection in use; closes it when dropped without `give_back`.
pub(super) struct Lease<D: Dialer> {
    conn: Option<D::Conn>,
    pool: Arc<Pool<D>>,
    /// Has carried a request before.
    pub reused: bool,
    /// Whether its place was given back before the connection ended, where that may happen.
    vacated: Option<Arc<AtomicBool>>,
}

/// The place of a leased connection among those that may be open.
pub(super) struct Slot<D: Dialer> {
    pool: Arc<Pool<D>>,
    vacated: Arc<AtomicBool>,
}

impl<D: Dialer> Slot<D> {
    /// Others may have it; the connection no longer counts and is closed after use.
    pub(super) fn give_back(self) {
        if !self.vacated.swap(true, Ordering::SeqCst) {
            self.pool.closed(1);
        }
    }
}

impl<D: Dialer> Lease<D> {
    /// The connection.
    pub(super) fn conn(&mut self) -> Option<&mut D::Conn> {
        self.conn.as_mut()
    }

    /// Its place, which may be given back before the connection ends.
    pub(super) fn slot(&mut self) -> Slot<D> {
        let vacated = self.vacated.get_or_insert_default().clone();
        Slot { pool: self.pool.clone(), vacated }
    }

    /// Takes the place from whoever holds a `Slot` of it; `false` where it was given back.
    fn keeps_place(&self) -> bool {
        self.vacated.as_ref().is_none_or(|vacated| !vacated.swap(true, Ordering::SeqCst))
    }

    /// Its answer is read whole: the next one may have it.
    pub(super) fn give_back(mut self) {
        if !self.keeps_place() {
            self.conn = None;
        }
        self.vacated = None;
        if let Some(conn) = self.conn.take() {
            self.pool.clone().put(conn);
        }
    }
}

impl<D: Dialer> Drop for Lease<D> {
    fn drop(&mut self) {
        if self.conn.take().is_some() && self.keeps_place() {
            self.pool.closed(1);
        }
    }
}

impl<D: Dialer> Pool<D> {
    pub(super) fn new(dialer: D) -> Arc<Pool<D>> {
        let inner = Inner { idle: Vec::new(), waiting: VecDeque::new(), to_dial: VecDeque::new(), open: 0 };
        Arc::new(Pool { dialer, inner: Mutex::new(inner) })
    }

    fn lock(&self) -> MutexGuard<'_, Inner<D>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection; waits for as long as it takes.
    ///
    /// # Errors
    /// Go's text when dialling failed.
    pub(super) async fn get(self: &Arc<Self>) -> Result<Lease<D>, String> {
        if let Some(conn) = self.take_idle() {
            return Ok(Lease { conn: Some(conn), pool: self.clone(), reused: true, vacated: None });
        }
        let (reply, answer) = oneshot::channel();
        let given_up = CancellationToken::new();
        let want = Arc::new(Want { reply: Mutex::new(Some(reply)), given_up: given_up.clone() });
        self.enqueue(&want);
        let guard = given_up.drop_guard();
        let delivery = answer.await;
        guard.disarm();
        delivery.unwrap_or_else(|_| Err("http: no connection".to_owned()))
    }

    fn take_idle(self: &Arc<Self>) -> Option<D::Conn> {
        let mut dead = 0;
        let found = {
            let mut inner = self.lock();
            loop {
                match inner.idle.pop() {
                    Some(conn) if D::alive(&conn) => break Some(conn),
                    Some(_) => dead += 1,
                    None => break None,
                }
            }
        };
        self.closed(dead);
        found
    }

    fn enqueue(self: &Arc<Self>, want: &Arc<Want<D>>) {
        let mut inner = self.lock();
        // Those whose own dial served them never leave otherwise.
        while inner.waiting.front().is_some_and(|w| w.is_done()) {
            inner.waiting.pop_front();
        }
        inner.waiting.push_back(want.clone());
        if inner.open < MAX_OPEN {
            inner.open += 1;
            self.start_dial(want.clone());
        } else {
            inner.to_dial.push_back(want.clone());
        }
    }

    fn start_dial(self: &Arc<Self>, want: Arc<Want<D>>) {
        let pool = self.clone();
        // Without a runtime the program is ending and nobody waits any more.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let dialled = tokio::select! {
                dialled = pool.dialer.dial() => dialled,
                () = want.given_up.cancelled() => Err(String::new()),
            };
            match dialled {
                Ok(conn) => {
                    let lease = Lease { conn: Some(conn), pool: pool.clone(), reused: false, vacated: None };
                    if let Err(Ok(lease)) = want.deliver(Ok(lease)) {
                        lease.give_back();
                    }
                }
                Err(text) => {
                    let _ = want.deliver(Err(text));
                    pool.closed(1);
                }
            }
        });
    }

    fn put(self: Arc<Self>, conn: D::Conn) {
        if !D::alive(&conn) {
            self.closed(1);
            return;
        }
        let mut lease = Lease { conn: Some(conn), pool: self.clone(), reused: true, vacated: None };
        loop {
            let Some(want) = self.lock().waiting.pop_front() else { break };
            match want.deliver(Ok(lease)) {
                Ok(()) => return,
                Err(Ok(back)) => lease = back,
                Err(Err(_)) => return,
            }
        }
        let mut inner = self.lock();
        let before = inner.idle.len();
        inner.idle.retain(|c| D::alive(c));
        let dead = before - inner.idle.len();
        if inner.idle.len() < MAX_IDLE
            && let Some(conn) = lease.conn.take()
        {
            inner.idle.push(conn);
        }
        drop(inner);
        self.closed(dead);
        drop(lease);
    }

    /// `n` connections are gone; those who wait to dial may.
    fn closed(self: &Arc<Self>, n: usize) {
        if n == 0 {
            return;
        }
        let mut inner = self.lock();
        inner.open = inner.open.saturating_sub(n);
        while inner.open < MAX_OPEN {
            let Some(want) = inner.to_dial.pop_front() else { break };
            if !want.is_done() {
                inner.open += 1;
                self.start_dial(want);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;

    #[derive(Default)]
    struct Fake {
        dialled: Arc<AtomicUsize>,
    }

    impl Dialer for Fake {
        type Conn = usize;

        async fn dial(&self) -> Result<usize, String> {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Ok(self.dialled.fetch_add(1, Ordering::Relaxed))
        }

        fn alive(_: &usize) -> bool {
            true
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_101st_request_waits_until_a_connection_comes_back() {
        let dialled = Arc::new(AtomicUsize::new(0));
        let pool = Pool::new(Fake { dialled: dialled.clone() });
        let mut leases = Vec::new();
        for _ in 0..MAX_OPEN {
            leases.push(pool.get().await.unwrap());
        }
        let waits = tokio::time::timeout(Duration::from_secs(60), pool.get()).await;
        assert!(waits.is_err(), "there is no 101st connection");
        let (pool2, first) = (pool.clone(), leases.pop().unwrap());
        let next = tokio::spawn(async move { pool2.get().await.unwrap().reused });
        tokio::time::sleep(Duration::from_secs(1)).await;
        first.give_back();
        assert!(next.await.unwrap(), "the one that came back is handed over");
        assert_eq!(dialled.load(Ordering::Relaxed), MAX_OPEN);
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_connection_lets_the_next_one_dial() {
        let pool = Pool::new(Fake::default());
        let mut leases = Vec::new();
        for _ in 0..MAX_OPEN {
            leases.push(pool.get().await.unwrap());
        }
        let pool2 = pool.clone();
        let next = tokio::spawn(async move { pool2.get().await.unwrap().reused });
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(leases.pop());
        assert!(!next.await.unwrap(), "it is a new one");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_given_back_early_lets_the_next_one_dial_and_is_not_given_back_twice() {
        let pool = Pool::new(Fake::default());
        let mut leases = Vec::new();
        for _ in 0..MAX_OPEN {
            leases.push(pool.get().await.unwrap());
        }
        let (mut dropped, mut used) = (leases.pop().unwrap(), leases.pop().unwrap());
        dropped.slot().give_back();
        used.slot().give_back();
        let _new = (pool.get().await.unwrap(), pool.get().await.unwrap());
        drop(dropped);
        used.give_back();
        assert_eq!(pool.lock().open, MAX_OPEN);
        assert!(pool.lock().idle.is_empty(), "it is closed after use");
    }

    #[tokio::test(start_paused = true)]
    async fn at_most_two_connections_are_kept_idle() {
        let dialled = Arc::new(AtomicUsize::new(0));
        let pool = Pool::new(Fake { dialled: dialled.clone() });
        for round in 1..=3 {
            let mut leases = Vec::new();
            for _ in 0..10 {
                leases.push(pool.get().await.unwrap());
            }
            leases.into_iter().for_each(Lease::give_back);
            assert_eq!(pool.lock().open, MAX_IDLE);
            assert_eq!(dialled.load(Ordering::Relaxed), 10 + 8 * (round - 1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waiters_are_served_in_order_and_those_who_gave_up_are_passed_over() {
        let pool = Pool::new(Fake::default());
        let mut leases = Vec::new();
        for _ in 0..MAX_OPEN {
            leases.push(pool.get().await.unwrap());
        }
        let gave_up = tokio::time::timeout(Duration::from_millis(5), pool.get()).await;
        assert!(gave_up.is_err());
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiters = Vec::new();
        for n in 0..3 {
            let (pool, order) = (pool.clone(), order.clone());
            waiters.push(tokio::spawn(async move {
                let lease = pool.get().await.unwrap();
                order.lock().unwrap().push(n);
                lease.give_back();
            }));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        leases.pop().unwrap().give_back();
        for waiter in waiters {
            waiter.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2]);
        drop(leases);
        assert!(pool.lock().open <= MAX_IDLE);
    }
}
