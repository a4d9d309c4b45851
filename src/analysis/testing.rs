//! Records made in memory, for the tests of this layer.

use std::collections::BTreeMap;

use crate::ids::RunTag;
use crate::profile::RunPlan;
use crate::profile::model::{PhaseKind, Profile};
use crate::profile::plan::{Basis, PlannedPhase};
use crate::record::model::tag::{self, CallbackSeries};
use crate::record::model::{
    CallbackCounts, End, Ended, Environment, FORMAT, Header, Seen, Series, new_series,
};
use crate::record::read::{Interval, RunRecord, Stream};
use crate::record::{Exceedance, SecondRow};
use crate::units::Stamp;
use crate::wire::{Build, WebhookKey};

pub(super) const BEFORE: WebhookKey = WebhookKey::BeforeCreateGroup;
pub(super) const MEMBERS: WebhookKey = WebhookKey::BeforeMemberJoinGroup;
pub(super) const AFTER: WebhookKey = WebhookKey::AfterCreateGroup;
pub(super) const KEYS: [WebhookKey; 3] = [BEFORE, MEMBERS, AFTER];

/// Seconds of warm-up.
pub(super) const WARMUP_S: u64 = 2;

/// A phase of `rate` from `start_s` for `duration_s`.
pub(super) fn phase(kind: PhaseKind, start_s: f64, duration_s: f64, rate: f64) -> PlannedPhase {
    let measured = !matches!(kind, PhaseKind::Warmup | PhaseKind::Outage);
    PlannedPhase { kind, start_s, duration_s, rate, from: 0.0, steps: 1, measured, source: None }
}

fn plan(phases: Vec<PlannedPhase>) -> RunPlan {
    let mut profile = Profile::default();
    profile.recommend.production_rate = Some(10.0);
    RunPlan {
        run_id: "test".to_owned(),
        tag: RunTag::from_number(1),
        profile,
        sources: BTreeMap::new(),
        phases,
        basis: Basis::Simulated,
        version: Some(Build::Main.into()),
        expect: None,
        timeouts: KEYS.iter().map(|k| (*k, 5)).collect(),
        expected_arrivals: 0,
    }
}

fn header(phases: Vec<PlannedPhase>, end_s: u64) -> Header {
    let at = Stamp(end_s * 1_000_000);
    Header {
        format: FORMAT,
        plan: plan(phases),
        environment: Environment { cores: 4, kernel: "Linux 6.8.0".to_owned(), ..Environment::default() },
        seen: Seen {
            version: Some(Build::Main.into()),
            expect: KEYS.to_vec(),
            same_host: true,
            ..Seen::default()
        },
        portrait: None,
        openim_log: None,
        observed: None,
        end: Some(End::bare(Ended::Complete, at)),
    }
}

/// A healthy run: warm-up, then `seconds` at `rate` creates a second, callbacks around 30 ms.
pub(super) fn healthy(seconds: u64, rate: u64) -> RunRecord {
    let phases = vec![
        phase(PhaseKind::Warmup, 0.0, WARMUP_S as f64, rate as f64),
        phase(PhaseKind::Steady, WARMUP_S as f64, seconds as f64, rate as f64),
    ];
    with_phases(phases, rate)
}

/// A healthy run of any phases.
pub(super) fn with_phases(phases: Vec<PlannedPhase>, rate: u64) -> RunRecord {
    let end_s = phases.iter().map(|p| (p.start_s + p.duration_s) as u64).max().unwrap_or(0);
    let mut record = RunRecord {
        header: header(phases.clone(), end_s),
        rows: Vec::new(),
        totals: BTreeMap::new(),
        intervals: Stream::Memory(Vec::new()),
        exceedances: Stream::Memory(Vec::new()),
        operations: Stream::Memory(Vec::new()),
        round_trips: Stream::Memory(Vec::new()),
        partial: false,
        unreadable_lines: 0,
    };
    for (index, phase) in (0..).zip(&phases) {
        let from = phase.start_s as u64;
        for second in from..from + phase.duration_s as u64 {
            record.rows.push(row(second, index, rate));
            if phase.measured {
                add_second(&mut record, second, rate);
            }
        }
    }
    record
}

fn row(second: u64, phase: u16, rate: u64) -> SecondRow {
    let counts = CallbackCounts { arrived: rate, replied: rate, fresh: rate, ..CallbackCounts::default() };
    SecondRow {
        second,
        phase,
        scheduled: rate,
        released: rate,
        succeeded: rate,
        callbacks: KEYS.iter().map(|k| (*k, counts)).collect(),
        own_cpu_s: second as f64 * 0.4,
        idle_share: Some(0.8),
        ..SecondRow::default()
    }
}

fn add_second(record: &mut RunRecord, second: u64, rate: u64) {
    // The same spread in every second: 20 to 40 ms.
    let spread = |i: u64| 20_000 + 20_000 * i / rate.max(1);
    let mut tags: Vec<_> = [tag::RESPONSE, tag::SERVICE].iter().map(|t| ((*t).to_owned(), 60_000)).collect();
    tags.push((tag::OWN.to_owned(), 5_000));
    for key in KEYS {
        for what in [CallbackSeries::Handler, CallbackSeries::RoundTripNear, CallbackSeries::RoundTripHigh] {
            tags.push((tag::callback(key, what), 0));
        }
    }
    for (tag, extra) in tags {
        // One digit is enough here, and lets an hour fit into memory.
        let mut histogram = Series::new_with_bounds(1, 1_000_000, 1).unwrap();
        let total = record.totals.entry(tag.clone()).or_insert_with(new_series);
        for i in 0..rate {
            histogram.saturating_record(spread(i) + extra);
            total.saturating_record(spread(i) + extra);
        }
        if let Stream::Memory(intervals) = &mut record.intervals {
            intervals.push(Interval { second, tag, histogram });
        }
    }
    for (tag, us) in [(tag::DISPATCH_LAG, 200), (tag::RECEIVER_LAG, 300)] {
        let series = record.totals.entry(tag.to_owned()).or_insert_with(new_series);
        (0..rate).for_each(|_| series.saturating_record(us));
    }
}

/// Adds a slow callback of the operation `seq`.
pub(super) fn slow(record: &mut RunRecord, key: WebhookKey, at_s: f64, seq: u64, seconds: f64) {
    let us = (seconds * 1e6) as u64;
    let at = Stamp((at_s * 1e6) as u64);
    push(
        record,
        Exceedance {
            at,
            key,
            seq,
            low_us: us,
            near_us: us,
            high_us: us,
            cut: false,
            crowded: false,
            group_size: 3,
        },
    );
}

/// Adds an exceedance in its place.
pub(super) fn push(record: &mut RunRecord, e: Exceedance) {
    if let Stream::Memory(all) = &mut record.exceedances {
        all.push(e);
        all.sort_by_key(|e| e.at);
    }
}

/// Rows of the measured phases.
pub(super) fn measured(record: &mut RunRecord) -> impl Iterator<Item = &mut SecondRow> {
    record.rows.iter_mut().filter(|r| r.phase > 0)
}

/// Adds a callback that OpenIM cut, or that never came.
pub(super) fn cut(record: &mut RunRecord, key: WebhookKey, at_s: f64, seq: u64) {
    let at = Stamp((at_s * 1e6) as u64);
    let e = Exceedance {
        at,
        key,
        seq,
        low_us: 0,
        near_us: 0,
        high_us: 0,
        cut: true,
        crowded: false,
        group_size: 3,
    };
    push(record, e);
}
