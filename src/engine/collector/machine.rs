//! What concerns no single operation: foreign callbacks, heartbeats, the machine, the channel.

use super::Collector;
use super::buckets::SeriesId;
use crate::port::{ResourceSample, Stranger};
use crate::record::write::Recorder;
use crate::units::Stamp;

/// Connections at our listener from which on `OpenIM` may have waited for one.
const CROWDED_CONNECTIONS: u32 = 90;
/// Foreign command names kept apart in a run.
pub(super) const NAMES: usize = 32;
const MORE: &str = "(more)";

impl<R: Recorder> Collector<R> {
    /// Notes how full the event channel is, and events that found no room in it.
    pub fn channel(&mut self, fullness: f64, lost: u64) {
        self.out.tally.channel(fullness);
        let row = self.row_now();
        row.channel_fullness = row.channel_fullness.max(fullness);
        row.lost_events += lost;
    }

    pub(super) fn stranger(&mut self, stranger: &Stranger) {
        let name = if self.stranger_names.contains(&stranger.command) {
            stranger.command.clone()
        } else if self.stranger_names.len() < NAMES {
            self.stranger_names.push(stranger.command.clone());
            stranger.command.clone()
        } else {
            MORE.to_owned()
        };
        self.out.tally.progress.strangers += 1;
        self.out.tally.progress.unknown += u64::from(!stranger.known);
        let row = self.row_now();
        let names = if stranger.known { &mut row.strangers } else { &mut row.unknown_commands };
        *names.entry(name).or_default() += 1;
    }

    pub(super) fn heartbeat(&mut self, at: Stamp, took_us: u64, fresh: bool) {
        let all = &mut self.heartbeats[usize::from(fresh)];
        all.saturating_record(took_us);
        let beyond = took_us.saturating_sub(all.value_at_quantile(0.5));
        let ended = at.plus_us(took_us);
        let measured = self.ctx.measured(self.ctx.phase_at(at));
        self.out.buckets.record(ended, measured, SeriesId::ReceiverLag, beyond);
        self.see(ended);
    }

    pub(super) fn sample(&mut self, sample: &ResourceSample) {
        self.see(sample.at);
        let phase = self.ctx.phase_at(sample.at);
        let row = self.out.buckets.row(sample.at.second(), phase);
        row.own_cpu_s = row.own_cpu_s.max(sample.own_cpu_s);
        row.idle_share = Some(row.idle_share.map_or(sample.idle_share, |idle| idle.min(sample.idle_share)));
        row.peak_connections = row.peak_connections.max(sample.peak_connections);
        row.resident_bytes = row.resident_bytes.max(sample.resident_bytes);
        row.wall_drift_s = sample.wall_drift_s;
        if sample.peak_connections.max(sample.open_connections) >= CROWDED_CONNECTIONS {
            self.out.crowded_at = self.out.crowded_at.max(Some(sample.at));
        }
    }
}
