//! What an outage is played with and what comes of it: OpenIM's limits, callbacks, API calls, the scene, its course.
//!
//! Data only; the rules' play is `course`.

/// Connections of a process to one host, dialling, busy and idle together.
pub const CONNECTIONS: usize = 100;
/// Slots of the after-queue.
pub const SLOTS: usize = 100;
/// Workers that empty it.
pub(in crate::analysis) const WORKERS: usize = 2;
/// So long after the outage the course is followed, seconds: four times the longest timeout.
pub(in crate::analysis) const FOLLOWED_S: f64 = 60.0;

/// What becomes of a callback that is sent while the outage lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::analysis) enum Effect {
    /// It is answered as ever.
    #[default]
    Healthy,
    /// It holds its connection until the timeout: hang, slow body.
    Holds,
    /// It fails at once: reset, close, an answer that is no JSON object.
    Fails,
    /// It is answered at once, and OpenIM goes on: an error status with a JSON object.
    Passes,
    /// It takes so many times its usual time.
    Slower(f64),
}

/// A callback as OpenIM makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::analysis) struct Step {
    /// Effective timeout, seconds.
    pub(in crate::analysis) timeout_s: f64,
    /// Mean time of a healthy one, connection set-up included, seconds.
    pub(in crate::analysis) takes_s: f64,
    /// What the outage does to it.
    pub(in crate::analysis) effect: Effect,
}

/// One API call of the load.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::analysis) struct Kind {
    /// Its share of the arrivals.
    pub(in crate::analysis) share: f64,
    /// Before-callbacks in serial order, repeated ones as often as they come.
    pub(in crate::analysis) before: Vec<Step>,
    /// Mean time of the server's own part, seconds; after the before-callbacks.
    pub(in crate::analysis) own_s: f64,
    /// After-callbacks in order.
    pub(in crate::analysis) after: Vec<Step>,
}

impl Kind {
    /// How long a healthy call takes, seconds.
    pub(in crate::analysis) fn healthy_s(&self) -> f64 {
        self.own_s + self.before.iter().map(|s| s.takes_s).sum::<f64>()
    }
}

/// What is played.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::analysis) struct Scene {
    /// Arrivals a second at this process, above 0.
    pub(in crate::analysis) rate: f64,
    /// The mix.
    pub(in crate::analysis) kinds: Vec<Kind>,
    /// The outage lasts from 0 to here, seconds.
    pub(in crate::analysis) outage_s: f64,
    /// How long a push into a full queue waits, seconds.
    pub(in crate::analysis) push_wait_s: f64,
    /// A call is disturbed when it fails or takes this much longer than a healthy one, seconds.
    pub(in crate::analysis) slack_s: f64,
}

/// What happened, at one process; times from the start of the outage.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::analysis) struct Course {
    /// When all connections were taken first, seconds.
    pub(in crate::analysis) pool_full_s: Option<f64>,
    /// When all slots of the after-queue were taken first, seconds.
    pub(in crate::analysis) queue_full_s: Option<f64>,
    /// Calls that failed.
    pub(in crate::analysis) failed: u64,
    /// Calls that had to wait for a connection and succeeded.
    pub(in crate::analysis) waited: u64,
    /// Calls that waited for a place in the after-queue for longer than the slack.
    pub(in crate::analysis) stalled: u64,
    /// After-callbacks lost.
    pub(in crate::analysis) lost: u64,
    /// Most connections held at once.
    pub(in crate::analysis) held_peak: usize,
    /// Longest response time, seconds.
    pub(in crate::analysis) longest_s: f64,
    /// From the end of the outage until the last disturbed call was answered, seconds; none where calls were still
    /// disturbed when the course was no longer followed.
    pub(in crate::analysis) recovery_s: Option<f64>,
}
