//! After the load: the groups are dismissed, the record gets its end.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::Signals;
use super::load::Loaded;
use super::made::{self, Answers};
use super::stage::Stage;
use crate::app::live::Display;
use crate::app::plan::Prepared;
use crate::app::{Failure, out, told};
use crate::engine::collector::{FailedNumbers, Progress};
use crate::exit::Exit;
use crate::ids::{self, RunTag};
use crate::openim::Admin;
use crate::openim::cleanup::{CleanupConfig, CleanupReport, dismiss_all};
use crate::profile::model::CleanupMode;
use crate::profile::plan::Basis;
use crate::profile::resolve::operation_shares;
use crate::record::ids::{IdLog, export_csv, read_ids};
use crate::record::model::{End, Ended};
use crate::say;
use crate::text::Text;
use crate::wire::FailureKind;
use crate::wire::api::Operation;

/// groupIDs that are worked on at once; bounds the memory of a long clean-up.
const CHUNK: u64 = 10_000;
/// groupIDs that the record names of those that are left.
const NAMED: usize = 20;

/// Cleans up and ends the record; gives its folder.
pub async fn finish(
    prepared: &Prepared,
    stage: &Stage,
    mut loaded: Loaded,
    signals: &Signals,
    display: &Display,
) -> Result<PathBuf, Failure> {
    let plan = &prepared.plan;
    let answers = ask(stage, plan.tag, &loaded.failed_creates, display).await;
    let kept = plan.profile.cleanup.mode == CleanupMode::Keep;
    let creates = operation_shares(&plan.profile.load.operation).contains_key(&Operation::Create);
    let numbers = if creates { loaded.drive.released } else { 0 };
    let doubtful = given_up(&loaded.progress) > 0;
    let swept = if kept {
        let made = loaded.progress.groups_made + loaded.groups.len() as u64;
        Swept { left_count: made, ..Swept::default() }
    } else {
        let rate = plan.profile.cleanup.rate;
        let sweep = Sweep { doubtful, admin: &stage.admin, tag: plan.tag, rate, display };
        sweep.all(&loaded.groups, numbers, &mut loaded.ids).await
    };
    let folder = loaded.writer.dir().to_owned();
    if let Some(finding) = swept.report(&folder, plan.basis) {
        display.warn(&finding);
    }
    if let Some(line) = may_come_yet(&loaded.progress, &swept, &folder, plan.basis) {
        display.warn(&line);
    }
    let end = End {
        how: ended(signals, loaded.abort.is_some()),
        why: loaded.abort.clone().unwrap_or_default(),
        schedule_ended_at: loaded.drive.schedule_ended_at,
        finished_at: stage.clock.now(),
        groups_made: loaded.progress.groups_made + loaded.groups.len() as u64,
        groups_dismissed: swept.dismissed,
        groups_left: swept.left,
        groups_left_count: swept.left_count,
        token_renewals: stage.client.token_renewals(),
        connection_retries: stage.client.connection_retries(),
        duplicates: answers.complete().then(|| loaded.failed_attempts.duplicates(&answers.made)),
        failed_creates: answers.phases,
    };
    // A record without its end is still read, as a partial one.
    if let Err(error) = loaded.writer.finish(end) {
        display.warn(&say!("run-record-unfinished", error = told(&error)));
    }
    drop(loaded.ids);
    let exported =
        read_ids(&folder).map_err(anyhow::Error::new).and_then(|list| Ok(export_csv(&folder, &list)?));
    if let Err(error) = exported {
        display.warn(&say!("run-ids-csv", error = Failure::usage(error).text()));
    }
    Ok(folder)
}

/// Calls of which nobody knows what OpenIM made of them: it goes on after its caller has gone.
fn given_up(progress: &Progress) -> u64 {
    let unheard = [FailureKind::ClientDeadline, FailureKind::ConnectionLost];
    progress.censored + unheard.iter().filter_map(|kind| progress.failed.get(kind)).sum::<u64>()
}

/// A line for the person where groups may be made after the clean-up.
fn may_come_yet(progress: &Progress, swept: &Swept, folder: &std::path::Path, basis: Basis) -> Option<Text> {
    let given_up = given_up(progress);
    (given_up > 0 && swept.gone > 0 && basis != Basis::Simulated)
        .then(|| say!("run-may-come-yet", n = given_up, folder = folder.display().to_string()))
}

/// Asked before the clean-up: afterwards every group is gone.
async fn ask(stage: &Stage, tag: RunTag, failed: &FailedNumbers, display: &Display) -> Answers {
    if failed.is_empty() {
        return Answers::default();
    }
    display.status(&say!("run-asking"));
    made::ask(&stage.admin, tag, failed).await
}

fn ended(signals: &Signals, aborted: bool) -> Ended {
    match signals.exit() {
        Some(Exit::Terminated) => Ended::Terminated,
        Some(_) => Ended::Interrupted,
        None if aborted => Ended::Aborted,
        None => Ended::Complete,
    }
}

/// What a clean-up came to.
#[derive(Debug, Default)]
pub struct Swept {
    /// Dismissed now.
    pub dismissed: u64,
    /// Not there (any more).
    pub gone: u64,
    /// Still there, the first of them.
    pub left: Vec<String>,
    /// Still there.
    pub left_count: u64,
    why: Option<Text>,
}

impl Swept {
    fn add(&mut self, report: CleanupReport) {
        self.dismissed += report.dismissed;
        self.gone += report.gone;
        self.left_count += report.left_count;
        let room = NAMED.saturating_sub(self.left.len());
        self.left.extend(report.left.into_iter().take(room));
        self.why = self.why.take().or(report.why);
    }

    /// A line for the person, where something is left.
    pub fn report(&self, folder: &std::path::Path, basis: Basis) -> Option<Text> {
        if self.left_count == 0 || basis == Basis::Simulated {
            return None;
        }
        let why = self.why.clone().unwrap_or_else(|| say!("run-left-kept"));
        Some(say!("run-left", n = self.left_count, why = why, folder = folder.display().to_string()))
    }
}

/// Dismisses the groups of a run.
pub struct Sweep<'a> {
    /// OpenIM may still make groups of creates that were given up: one that is not there may come yet.
    pub doubtful: bool,
    pub admin: &'a Admin,
    pub tag: RunTag,
    pub rate: f64,
    pub display: &'a Display,
}

impl Sweep<'_> {
    /// Single groups, then the load's numbers `0..numbers`, in chunks that are noted in `ids`.
    pub async fn all(&self, singles: &[String], numbers: u64, ids: &mut IdLog) -> Swept {
        let mut swept = Swept::default();
        let total = singles.len() as u64 + numbers;
        swept.add(self.some(singles, 0, total).await);
        note(|ids| singles.iter().try_for_each(|g| ids.dismissed_group(g)), ids, swept.left_count == 0);
        self.range(0, numbers, total, &mut swept, ids).await;
        swept
    }

    /// The load's numbers `from..to`.
    pub async fn range(&self, from: u64, to: u64, total: u64, swept: &mut Swept, ids: &mut IdLog) {
        let mut at = from;
        while at < to {
            let end = (at + CHUNK).min(to);
            let groups: Vec<String> = (at..end).map(|n| ids::group_id(self.tag, n)).collect();
            let report = self.some(&groups, at, total).await;
            let hopeless = report.left_count == groups.len() as u64;
            let sure = report.left_count == 0 && !(self.doubtful && report.gone > 0);
            note(|ids| ids.dismissed(at, end), ids, sure);
            swept.add(report);
            at = end;
            if hopeless {
                swept.left_count += to - end;
                return;
            }
        }
    }

    async fn some(&self, groups: &[String], before: u64, total: u64) -> CleanupReport {
        let config = CleanupConfig::at_rate(self.rate);
        let show = |done: u64| {
            self.display.status(&say!("run-cleaning", done = before + done, total = total));
        };
        dismiss_all(self.admin, groups, config, &CancellationToken::new(), show).await
    }
}

/// Notes progress in the list of IDs; a list that cannot be written only means that a later
/// clean-up tries groups that are gone.
fn note(write: impl FnOnce(&mut IdLog) -> std::io::Result<()>, ids: &mut IdLog, done: bool) {
    if done && let Err(error) = write(ids) {
        out::tell(&say!("run-ids-unnoted", error = error.to_string()));
    }
}
