//! Clean-up: dismisses a list of groups at a bounded rate.
//!
//! Promises never to exceed the rate or the parallelism, to count a group that is gone
//! already as gone, to stop soon after cancellation, and to give back every groupID that
//! may still be there. The group document itself stays in `OpenIM`: a dismissed groupID
//! can never be used again.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::admin::{Admin, AdminError};
use super::pace::{Pacer, rest};
use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;

/// How clean-up goes about it.
#[derive(Clone, Copy, Debug)]
pub struct CleanupConfig {
    /// Dismissals per second at most (`cleanup.rate`); what is not positive counts as 1.
    pub rate: f64,
    /// Dismissals in flight at most.
    pub parallel: usize,
    /// How often one is tried again.
    pub retries: u32,
    /// Pause before the first retry; doubled each time.
    pub pause: Duration,
}

impl CleanupConfig {
    /// The usual: 16 in flight, 2 retries.
    #[must_use]
    pub fn at_rate(rate: f64) -> CleanupConfig {
        CleanupConfig { rate, parallel: 16, retries: 2, pause: Duration::from_millis(300) }
    }
}

/// What clean-up came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanupReport {
    /// Dismissed now.
    pub dismissed: u64,
    /// Not there, or dismissed before.
    pub gone: u64,
    /// May still be there, in the order given.
    pub left: Vec<String>,
    /// How many are left.
    pub left_count: u64,
    /// Why one of them is left, where something failed.
    pub why: Option<Text>,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

impl CleanupReport {
    /// A warning when something is left; `command` is the command that tries again.
    #[must_use]
    pub fn finding(&self, command: &str) -> Option<Finding> {
        if self.left_count == 0 {
            return None;
        }
        let left = self.left_count;
        let what = match (&self.why, self.cancelled) {
            (Some(why), _) => say!("preflight-cleanup-left-why", left = left, why = why),
            (None, true) => say!("preflight-cleanup-left-interrupted", left = left),
            (None, false) => say!("preflight-cleanup-left", left = left),
        };
        Some(Finding::new(
            "cleanup_incomplete",
            Severity::Warning,
            "cleanup",
            what,
            say!("preflight-cleanup-left-do", command = command),
        ))
    }
}

/// After so many failures in a row without a success the rest is left: the API is down.
const HOPELESS: u32 = 20;

enum Gone {
    Now,
    Before,
}

/// Dismisses `groups`; `progress` hears the number done after each.
pub async fn dismiss_all(
    admin: &Admin,
    groups: &[String],
    config: CleanupConfig,
    cancel: &CancellationToken,
    mut progress: impl FnMut(u64),
) -> CleanupReport {
    let mut sweep = Sweep { report: CleanupReport::default(), open: vec![true; groups.len()], failures: 0 };
    let mut running: JoinSet<(usize, Result<Gone, AdminError>)> = JoinSet::new();
    let mut pacer = Pacer::new(admin.clock(), config.rate);
    let mut done = 0;
    for (index, group) in groups.iter().enumerate() {
        while running.len() >= config.parallel.max(1) {
            let Some(Ok(end)) = running.join_next().await else { break };
            sweep.take(end);
            done += 1;
            progress(done);
        }
        if sweep.failures >= HOPELESS || !pacer.turn(cancel).await {
            break;
        }
        let (admin, group, cancel) = (admin.clone(), group.clone(), cancel.clone());
        running.spawn(async move { (index, dismiss_one(&admin, &group, config, &cancel).await) });
    }
    while let Some(end) = running.join_next().await {
        if let Ok(end) = end {
            sweep.take(end);
            done += 1;
            progress(done);
        }
    }
    sweep.finish(groups, cancel.is_cancelled())
}

async fn dismiss_one(
    admin: &Admin,
    group: &str,
    config: CleanupConfig,
    cancel: &CancellationToken,
) -> Result<Gone, AdminError> {
    let mut pause = config.pause;
    let mut tries_left = config.retries;
    loop {
        match admin.dismiss(group).await {
            Ok(true) => return Ok(Gone::Now),
            Ok(false) => return Ok(Gone::Before),
            Err(error) if tries_left == 0 || cancel.is_cancelled() => return Err(error),
            Err(_) => {
                tries_left -= 1;
                rest(pause, cancel).await;
                pause *= 2;
            }
        }
    }
}

struct Sweep {
    report: CleanupReport,
    /// Which groups may still be there.
    open: Vec<bool>,
    failures: u32,
}

impl Sweep {
    fn take(&mut self, (index, end): (usize, Result<Gone, AdminError>)) {
        match end {
            Ok(gone) => {
                self.failures = 0;
                if let Some(open) = self.open.get_mut(index) {
                    *open = false;
                }
                match gone {
                    Gone::Now => self.report.dismissed += 1,
                    Gone::Before => self.report.gone += 1,
                }
            }
            Err(error) => {
                self.failures += 1;
                self.report.why.get_or_insert_with(|| error.text());
            }
        }
    }

    fn finish(mut self, groups: &[String], cancelled: bool) -> CleanupReport {
        let left = groups.iter().zip(&self.open).filter(|(_, open)| **open).map(|(group, _)| group.clone());
        self.report.left = left.collect();
        self.report.left_count = self.report.left.len() as u64;
        self.report.cancelled = cancelled && self.report.left_count > 0;
        self.report
    }
}
