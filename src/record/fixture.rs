//! A small record for the tests of this crate.

use std::collections::BTreeMap;

use super::model::{
    CallbackCounts, End, Ended, Environment, Exceedance, Header, OperationRow, SecondRow, Seen, new_series,
    tag,
};
use super::write::Flush;
use crate::ids::RunTag;
use crate::profile::Profile;
use crate::profile::model::PhaseKind;
use crate::profile::plan::{Basis, PlannedPhase, RunPlan};
use crate::units::Stamp;
use crate::wire::api::Operation;
use crate::wire::{Build, FailureKind, WebhookKey};

/// Operations in each flush.
pub const OPERATIONS_A_FLUSH: u64 = 10;

/// A warm-up of 2 s and a measured phase of 60 s.
pub fn plan(run_id: &str) -> RunPlan {
    let phase = |kind, start_s, duration_s, measured| PlannedPhase {
        kind,
        start_s,
        duration_s,
        rate: 10.0,
        from: 0.0,
        steps: 1,
        measured,
        source: None,
    };
    RunPlan {
        run_id: run_id.to_owned(),
        tag: RunTag::from_number(1),
        profile: Profile::default(),
        sources: BTreeMap::new(),
        phases: vec![phase(PhaseKind::Warmup, 0.0, 2.0, false), phase(PhaseKind::Steady, 2.0, 60.0, true)],
        basis: Basis::Simulated,
        version: Some(Build::Main.into()),
        expect: None,
        timeouts: BTreeMap::new(),
        expected_arrivals: 620,
    }
}

/// A header with a cap on operation rows.
pub fn header(run_id: &str, operation_rows: u64) -> Header {
    let mut plan = plan(run_id);
    plan.profile.limits.operation_rows = operation_rows;
    let environment =
        Environment { started: "2026-01-02T03:04:05Z".to_owned(), cores: 2, ..Environment::default() };
    Header {
        format: super::model::FORMAT,
        plan,
        environment,
        seen: Seen { version: Some(Build::Main.into()), ..Seen::default() },
        portrait: None,
        openim_log: None,
        observed: None,
        end: None,
    }
}

/// An end.
pub fn end(how: Ended) -> End {
    let finished_at = Stamp(2);
    End { finished_at, groups_made: 3, groups_dismissed: 3, ..End::bare(how, Stamp(1)) }
}

/// What second `second` adds: one row, two series, ten operations, two exceedances.
pub fn flush(second: u64) -> Flush {
    let from = Stamp(second * 1_000_000);
    let counts = CallbackCounts { arrived: 10, replied: 9, cut: 1, ..CallbackCounts::default() };
    let row = SecondRow {
        second,
        phase: 1,
        scheduled: 10,
        released: 10,
        succeeded: 9,
        failed: BTreeMap::from([(FailureKind::Api(1202), 1)]),
        callbacks: BTreeMap::from([(WebhookKey::BeforeCreateGroup, counts)]),
        ..SecondRow::default()
    };
    let mut service = new_series();
    for n in 1..=100 {
        service.saturating_record(n * 1_000 * (second + 1));
    }
    let mut lag = new_series();
    lag.saturating_record(0);
    lag.saturating_record(second);
    Flush {
        from,
        to: from.plus_us(1_000_000),
        rows: vec![row],
        series: vec![(tag::SERVICE.to_owned(), service), (tag::DISPATCH_LAG.to_owned(), lag)],
        operations: (0..OPERATIONS_A_FLUSH).map(|n| operation(second * OPERATIONS_A_FLUSH + n)).collect(),
        exceedances: (0..2).map(|n| exceedance(from.plus_us(n), second * 2 + n)).collect(),
    }
}

fn operation(seq: u64) -> OperationRow {
    OperationRow {
        seq,
        worker: 0,
        operation: Operation::Create,
        phase: 1,
        intended_us: seq,
        released_us: seq + 1,
        sent_us: Some(seq + 2),
        answered_us: None,
        connect_us: None,
        result: FailureKind::WebhookRejected(-5).name(),
        err_code: Some(-5),
        members: 2,
        admins: 0,
        retry_of: None,
        callbacks: "beforeCreateGroup:1:2:3:4:;afterCreateGroup::2:3:4:".to_owned(),
    }
}

fn exceedance(at: Stamp, seq: u64) -> Exceedance {
    Exceedance {
        at,
        key: WebhookKey::BeforeCreateGroup,
        seq,
        low_us: 300_000,
        near_us: 300_100,
        high_us: 310_000,
        cut: seq.is_multiple_of(2),
        crowded: false,
        group_size: 3,
    }
}

/// Seconds of the long record.
pub const HOUR_S: u64 = 3_600;
const HOUR_RATE: u64 = 200;
const HOUR_KEYS: [WebhookKey; 3] =
    [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup, WebhookKey::AfterCreateGroup];

/// The header of an hour at 200 operations a second.
pub fn an_hour(run_id: &str) -> Header {
    let mut header = header(run_id, 5_000_000);
    header.plan.phases[1].duration_s = HOUR_S as f64 - 2.0;
    header.plan.expect = Some(HOUR_KEYS.to_vec());
    header.plan.timeouts = HOUR_KEYS.iter().map(|key| (*key, 15)).collect();
    header
}

/// Second `second` of it: 200 operations, three callbacks each, 1 % of them slow.
pub fn second_of_the_hour(second: u64) -> Flush {
    let from = Stamp(second * 1_000_000);
    let counts = CallbackCounts { arrived: HOUR_RATE, replied: HOUR_RATE, ..CallbackCounts::default() };
    let row = SecondRow {
        second,
        phase: u16::from(second >= 2),
        scheduled: HOUR_RATE,
        released: HOUR_RATE,
        succeeded: HOUR_RATE,
        callbacks: HOUR_KEYS.iter().map(|key| (*key, counts)).collect(),
        idle_share: Some(0.5),
        ..SecondRow::default()
    };
    let series = |scale: u64| {
        let mut series = new_series();
        // Spread like the tail of a service: no two seconds alike.
        (0..HOUR_RATE).for_each(|n| series.saturating_record(scale * (10 + (n * n + second * 7) % 997)));
        series
    };
    let mut all: Vec<_> = [tag::RESPONSE, tag::SERVICE, tag::OWN, tag::DISPATCH_LAG, tag::RECEIVER_LAG]
        .into_iter()
        .zip([900, 890, 20, 1, 1])
        .map(|(tag, scale)| (tag.to_owned(), series(scale)))
        .collect();
    for key in HOUR_KEYS {
        // That of a joined log stands in no interval.
        let written =
            tag::CallbackSeries::ALL.into_iter().filter(|w| *w != tag::CallbackSeries::RoundTripLog);
        all.extend(written.map(|what| (tag::callback(key, what), series(200))));
    }
    let prefix = if second < 2 { tag::WARMUP } else { "" };
    let slow = HOUR_RATE / 100 * HOUR_KEYS.len() as u64;
    Flush {
        from,
        to: from.plus_us(1_000_000),
        rows: vec![row],
        series: all.into_iter().map(|(tag, series)| (format!("{prefix}{tag}"), series)).collect(),
        operations: (0..HOUR_RATE).map(|n| one_of_the_hour(second, n)).collect(),
        exceedances: (0..if second < 2 { 0 } else { slow }).map(|n| slow_one(from, second, n)).collect(),
    }
}

/// One operation of it: its before-callbacks one after the other, its after-callback a little later.
fn one_of_the_hour(second: u64, n: u64) -> OperationRow {
    let seq = second * HOUR_RATE + n;
    let sent = second * 1_000_000 + n * (1_000_000 / HOUR_RATE);
    let handler = 2_000 + (n * n + second * 7) % 997 * 200;
    let [before, member, after] = [sent + 900, sent + 1_500 + handler, sent + 3_000 + 2 * handler];
    let call = |key: WebhookKey, at: u64, us: u64| format!("{key}:{}:{at}:{}:{}:", at - 90, at + 40, at + us);
    let [first, second_key, third] = HOUR_KEYS;
    OperationRow {
        phase: u16::from(second >= 2),
        intended_us: sent,
        released_us: sent + 30,
        sent_us: Some(sent + 60),
        answered_us: Some(sent + 2_500 + 2 * handler),
        result: "ok".to_owned(),
        err_code: None,
        callbacks: [
            call(first, before, handler),
            call(second_key, member, handler),
            call(third, after, 2_000),
        ]
        .join(";"),
        ..operation(seq)
    }
}

fn slow_one(from: Stamp, second: u64, n: u64) -> Exceedance {
    let us = 300_000 + (second * 31 + n * 977) % 1_500 * 1_000;
    Exceedance {
        key: HOUR_KEYS[(n % 3) as usize],
        low_us: us,
        near_us: us + 500,
        high_us: us + 5_000,
        cut: false,
        ..exceedance(from.plus_us(n * 150_000), second * HOUR_RATE + n)
    }
}
