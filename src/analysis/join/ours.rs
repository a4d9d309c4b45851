//! What we know of the callbacks ourselves, read along with the log: slow ones for their group's size and whether
//! OpenIM closed first, all of them (where there is an operation log) for the check of the bracket.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::record::model::{Exceedance, OperationRow};
use crate::record::read::{ReadError, RunRecord};
use crate::record::roundtrips::{self, BracketCheck, BracketExample, RoundTrip};
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// A callback arrives at most so long after OpenIM began (it may wait for a connection), or ends its operation, µs.
const AHEAD_US: u64 = 30_000_000;
/// A row of an operation may be written so long after the call began: its after-callbacks were waited for.
const OPERATION_AHEAD_US: u64 = 90_000_000;
/// The log's clock may be behind ours, µs.
const BEHIND_US: u64 = 1_000_000;
/// Views held at a time.
const HELD: usize = 500_000;
/// Two clocks, one of them by milliseconds: what lies outside by less says nothing, µs.
const TOLERANCE_US: u64 = 5_000;
const EXAMPLES: usize = 5;

type Id = (u64, WebhookKey);

/// Our times of one callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct View {
    low_us: u64,
    high_us: Option<u64>,
    group_size: u32,
}

/// Both streams, as far as they are needed.
pub(super) struct Ours<'a> {
    slow: Box<dyn Iterator<Item = Exceedance> + 'a>,
    next_slow: Option<Exceedance>,
    by_time: BTreeMap<(u64, u64), Exceedance>,
    by_id: HashMap<Id, VecDeque<(u64, u64)>>,
    taken: u64,
    operations: Box<dyn Iterator<Item = OperationRow> + 'a>,
    views: HashMap<Id, VecDeque<View>>,
    /// When the operations of the views ended, in order of reading.
    ended: VecDeque<(u64, Id)>,
    read_until: u64,
    /// Handler ≤ round trip ≤ upper end?
    pub(super) check: BracketCheck,
}

impl<'a> Ours<'a> {
    pub(super) fn of(record: &'a RunRecord) -> Result<Ours<'a>, ReadError> {
        let mut slow = record.exceedances.rows()?;
        Ok(Ours {
            next_slow: slow.next(),
            slow,
            by_time: BTreeMap::new(),
            by_id: HashMap::new(),
            taken: 0,
            operations: record.operations.rows()?,
            views: HashMap::new(),
            ended: VecDeque::new(),
            read_until: 0,
            check: BracketCheck::default(),
        })
    }

    /// Slow callbacks from long before `sent_us` of which the log had no line.
    pub(super) fn unlogged(&mut self, sent_us: u64) -> Vec<RoundTrip> {
        self.read(sent_us);
        let mut rows = Vec::new();
        while let Some(entry) = self.by_time.first_entry() {
            if sent_us < u64::MAX && entry.key().0.saturating_add(BEHIND_US) >= sent_us {
                break;
            }
            let (place, e) = entry.remove_entry();
            self.forget((e.seq, e.key), place);
            rows.push(unlogged(&e));
            if self.by_time.is_empty() {
                self.read(sent_us);
            }
        }
        rows
    }

    /// Adds what we know to a call of the log.
    pub(super) fn complete(&mut self, trip: &mut RoundTrip) {
        let id = (trip.seq, trip.key);
        let slow = self.slow_of(id);
        let view = self.drop_view(id).or_else(|| slow.filter(|e| !e.cut).map(|e| of_exceedance(&e)));
        if let Some(view) = view {
            trip.group_size = view.group_size;
            self.check(trip, view);
        }
        let Some(e) = slow else { return };
        trip.group_size = e.group_size;
        if trip.round_trip_us.is_none() && !trip.cut {
            trip.cut = e.cut;
            trip.round_trip_us = (!e.cut).then(|| time_of(&e));
        }
    }

    fn check(&mut self, trip: &RoundTrip, view: View) {
        let Some(us) = trip.round_trip_us.filter(|_| trip.outcome == roundtrips::OK) else { return };
        self.check.checked += 1;
        let below = us + TOLERANCE_US < view.low_us;
        let above = view.high_us.is_some_and(|high| us > high + TOLERANCE_US);
        if !below && !above {
            return;
        }
        self.check.outside += 1;
        if self.check.examples.len() < EXAMPLES {
            self.check.examples.push(BracketExample {
                operation: format!("{}-{}", trip.worker, trip.seq),
                key: trip.key,
                low_us: view.low_us,
                round_trip_us: us,
                high_us: view.high_us,
            });
        }
    }

    /// Reads ahead of a call sent then.
    fn read(&mut self, sent_us: u64) {
        let until = sent_us.saturating_add(AHEAD_US);
        while let Some(e) = self.next_slow.take_if(|e| e.at.0 <= until) {
            if self.by_time.len() >= HELD {
                self.next_slow = Some(e);
                break;
            }
            let place = (e.at.0, self.taken);
            self.taken += 1;
            self.by_id.entry((e.seq, e.key)).or_default().push_back(place);
            self.by_time.insert(place, e);
            self.next_slow = self.slow.next();
        }
        if sent_us < u64::MAX {
            self.read_operations(sent_us);
        }
    }

    fn read_operations(&mut self, sent_us: u64) {
        while let Some((_, id)) =
            self.ended.pop_front_if(|(ended, _)| ended.saturating_add(AHEAD_US) < sent_us)
        {
            self.drop_view(id);
        }
        let until = sent_us.saturating_add(OPERATION_AHEAD_US);
        while self.read_until <= until && self.ended.len() < HELD {
            let Some(row) = self.operations.next() else { return };
            let ended = row.answered_us.or(row.sent_us).unwrap_or(row.released_us);
            self.read_until = self.read_until.max(ended);
            for (key, view) in views(&row) {
                self.views.entry((row.seq, key)).or_default().push_back(view);
                self.ended.push_back((ended, (row.seq, key)));
            }
        }
    }

    fn slow_of(&mut self, id: Id) -> Option<Exceedance> {
        let place = *self.by_id.get(&id)?.front()?;
        self.forget(id, place);
        self.by_time.remove(&place)
    }

    fn forget(&mut self, id: Id, place: (u64, u64)) {
        if let Some(places) = self.by_id.get_mut(&id) {
            places.retain(|p| *p != place);
            if places.is_empty() {
                self.by_id.remove(&id);
            }
        }
    }

    /// The oldest of those with this id.
    fn drop_view(&mut self, id: Id) -> Option<View> {
        let views = self.views.get_mut(&id)?;
        let view = views.pop_front();
        if views.is_empty() {
            self.views.remove(&id);
        }
        view
    }
}

/// The time that counts of one that ended.
fn time_of(e: &Exceedance) -> u64 {
    if e.key.is_before() { e.high_us.max(e.low_us) } else { e.near_us.max(e.low_us) }
}

fn of_exceedance(e: &Exceedance) -> View {
    let high_us = e.key.is_before().then_some(e.high_us);
    View { low_us: e.low_us, high_us, group_size: e.group_size }
}

fn unlogged(e: &Exceedance) -> RoundTrip {
    RoundTrip {
        seq: e.seq,
        worker: 0,
        key: e.key,
        sent_us: e.at.0,
        round_trip_us: (!e.cut).then(|| time_of(e)),
        outcome: roundtrips::NOT_LOGGED.to_owned(),
        cut: e.cut,
        group_size: e.group_size,
    }
}

/// Brackets of an operation's callbacks in order of arrival; one that was cut has none.
fn views(row: &OperationRow) -> Vec<(WebhookKey, View)> {
    let calls: Vec<_> = row.calls().collect();
    let created = row.operation == Operation::Create;
    let group_size = if created { 1 + row.admins + row.members } else { row.members };
    let mut found = Vec::with_capacity(calls.len());
    for (n, call) in calls.iter().enumerate() {
        let Some(replied) = call.replied else {
            found.push((call.key, View { low_us: 0, high_us: None, group_size }));
            continue;
        };
        let others = || calls.iter().enumerate().filter(move |(other, _)| *other != n).map(|(_, c)| c);
        let in_path = call.key.is_before() && row.answered_us.is_none_or(|at| call.received <= at);
        let high_us = row.sent_us.filter(|_| in_path).map(|sent| {
            let replies = others().filter(|c| c.key.is_before()).filter_map(|c| c.replied);
            let before = replies.filter(|at| *at <= call.received).max().map_or(sent, |at| at.max(sent));
            let later = others().map(|c| c.received).chain(row.answered_us).filter(|at| *at >= replied);
            later.min().unwrap_or(replied).saturating_sub(before)
        });
        found.push((call.key, View { low_us: replied.saturating_sub(call.received), high_us, group_size }));
    }
    found
}
