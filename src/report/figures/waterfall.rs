//! Where the time of single creates went: a typical one, one near the 99 % quantile, and the slowest.

use super::operations::Held;
use crate::analysis::Window;
use crate::ids::{OperationId, RunTag};
use crate::profile::model::PhaseKind;
use crate::record::calls::Call;
use crate::record::model::{OperationRow, tag};
use crate::record::read::RunRecord;
use crate::report::Summary;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;
use crate::wire::flow::flow;

/// Bars of a row are joined where less than this part of the whole lies between them: a webhook that is called once a
/// member can have a thousand.
const JOINED: u64 = 100;

/// From and to, µs since the call was due.
pub type Span = (u64, u64);

/// Why a create is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Nearest to the median.
    Typical,
    /// Nearest to the 99 % quantile.
    P99,
    /// The slowest.
    Slowest,
}

/// Bars of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bars {
    /// Where they lie.
    pub spans: Vec<Span>,
    /// How many there were before some were joined.
    pub n: u64,
    /// What they take together, µs.
    pub us: u64,
}

/// An after-callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The webhook.
    pub key: WebhookKey,
    /// From the answer to its arrival, where it came later.
    pub delivery: Option<Span>,
    /// Its handler; no bar where it never came.
    pub handler: Bars,
}

/// A create that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// Why it is shown.
    pub which: Which,
    /// operationID.
    pub id: String,
    /// From when it was due to when it was sent, µs.
    pub lag_us: u64,
    /// From when it was sent to its answer.
    pub call: Span,
    /// Parts of `call` in which no before-callback was with us.
    pub between: Bars,
    /// Handlers of its before-callbacks, in order of arrival.
    pub before: Vec<(WebhookKey, Bars)>,
    /// Its after-callbacks.
    pub after: Vec<After>,
}

/// A part of a create's response time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Before it was sent.
    Lag,
    /// In OpenIM and on the network.
    Between,
    /// With a webhook's handler.
    Handler(WebhookKey),
}

/// The creates that are shown, the slowest last.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// One to three.
    pub creates: Vec<Create>,
    /// How much of the run they were chosen from.
    pub held: Held,
}

impl Create {
    /// Its response time, µs.
    #[must_use]
    pub fn total_us(&self) -> u64 {
        self.call.1
    }

    /// The part that took most, and how long, µs.
    #[must_use]
    pub fn largest(&self) -> (Part, u64) {
        // A handler can outlive the call that gave up on it.
        let handlers =
            self.before.iter().map(|(key, bars)| (Part::Handler(*key), bars.us.min(self.total_us())));
        [(Part::Lag, self.lag_us), (Part::Between, self.between.us)]
            .into_iter()
            .chain(handlers)
            .max_by_key(|(_, us)| *us)
            .unwrap_or((Part::Between, 0))
    }

    /// The end of what is drawn, µs.
    #[must_use]
    pub fn end_us(&self) -> u64 {
        let bars = self.after.iter().flat_map(|after| &after.handler.spans);
        bars.chain(self.before.iter().flat_map(|(_, bars)| &bars.spans))
            .map(|span| span.1)
            .fold(self.call.1, u64::max)
    }

    fn of(which: Which, row: &OperationRow, tag: RunTag, after: &[WebhookKey]) -> Create {
        let since = |at: u64| at.saturating_sub(row.intended_us);
        let sent = since(row.sent_us.unwrap_or(row.released_us));
        let call = (sent, since(row.answered_us.unwrap_or(0)).max(sent));
        let span =
            |c: &Call| (since(c.received), since(c.ended().unwrap_or(c.received)).max(since(c.received)));
        let calls: Vec<(WebhookKey, Span)> = row.calls().map(|c| (c.key, span(&c))).collect();
        let within = call.1.max(1) / JOINED;
        let bars =
            |key: WebhookKey| Bars::of(calls.iter().filter(|c| c.0 == key).map(|c| c.1).collect(), within);
        let mut keys: Vec<WebhookKey> = Vec::new();
        for key in calls.iter().map(|c| c.0).chain(after.iter().copied()) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let (before, after): (Vec<_>, Vec<_>) =
            keys.into_iter().map(|key| (key, bars(key))).partition(|(key, _)| key.is_before());
        let with_us = calls.iter().filter(|c| c.0.is_before()).map(|c| c.1).collect();
        Create {
            which,
            id: OperationId::new(tag, row.worker, row.seq).to_string(),
            lag_us: sent,
            call,
            between: Bars::of(gaps(with_us, call), within),
            before,
            after: after.into_iter().map(|(key, handler)| After::of(key, handler, call.1)).collect(),
        }
    }
}

impl After {
    fn of(key: WebhookKey, handler: Bars, answered: u64) -> After {
        let received = handler.spans.first().map(|span| span.0);
        let delivery = received.filter(|at| *at > answered).map(|at| (answered, at));
        After { key, delivery, handler }
    }
}

impl Bars {
    fn of(mut spans: Vec<Span>, within: u64) -> Bars {
        spans.sort_unstable();
        let (n, us) = (spans.len() as u64, spans.iter().map(|(from, to)| to - from).sum());
        let mut joined: Vec<Span> = Vec::new();
        for (from, to) in spans {
            match joined.last_mut() {
                Some(last) if from <= last.1.saturating_add(within) => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Bars { spans: joined, n, us }
    }
}

/// What of `whole` none of `spans` covers.
fn gaps(mut spans: Vec<Span>, whole: Span) -> Vec<Span> {
    spans.sort_unstable();
    let mut at = whole.0;
    let mut free = Vec::new();
    for (from, to) in spans {
        if from.min(whole.1) > at {
            free.push((at, from.min(whole.1)));
        }
        at = at.max(to);
    }
    if whole.1 > at {
        free.push((at, whole.1));
    }
    free
}

/// The best row so far for one place, and how far it is from what was wanted.
#[derive(Debug)]
struct Pick {
    which: Which,
    /// The response time that is wanted, µs: the nearest is taken.
    wanted: u64,
    found: Option<(u64, OperationRow)>,
}

/// Chooses the creates while the rows pass by.
#[derive(Debug)]
pub(super) struct Picks {
    tag: RunTag,
    /// By phase: whether its calls are what the quantiles are of.
    counts: Vec<bool>,
    window: Window,
    /// After-webhooks that must call back.
    after: Vec<WebhookKey>,
    picks: Vec<Pick>,
}

impl Picks {
    pub(super) fn new(record: &RunRecord, summary: &Summary) -> Picks {
        let plan = &record.header.plan;
        let quantiles = summary.series.get(tag::RESPONSE).map(|figures| &figures.quantiles_us);
        let quantile = |name| quantiles.and_then(|all| all.get(name).copied());
        let picks = [
            (Which::Typical, quantile("0.5")),
            (Which::P99, quantile("0.99")),
            (Which::Slowest, Some(u64::MAX)),
        ];
        let build = record.header.seen.version.as_ref().map(|version| version.build);
        let expected = |key: &WebhookKey| record.header.seen.expect.contains(key);
        Picks {
            tag: plan.tag,
            counts: plan.phases.iter().map(|p| p.measured && p.kind != PhaseKind::Outage).collect(),
            window: Window::of(record),
            after: flow(Operation::Create, build).after.iter().copied().filter(expected).collect(),
            picks: picks
                .into_iter()
                .filter_map(|(which, wanted)| Some(Pick { which, wanted: wanted?, found: None }))
                .collect(),
        }
    }

    pub(super) fn see(&mut self, row: &OperationRow) {
        let counts = self.counts.get(usize::from(row.phase)).copied().unwrap_or(false);
        let Some(answered) = row.answered_us else { return };
        // The quantiles leave an outage out and the seconds in which it is still felt.
        let counts = counts && !self.window.in_outage(answered as f64 / 1e6);
        if !counts || row.operation != Operation::Create || !row.succeeded() {
            return;
        }
        let took = answered.saturating_sub(row.intended_us);
        for pick in &mut self.picks {
            let off = pick.wanted.abs_diff(took);
            if pick.found.as_ref().is_none_or(|(best, _)| off < *best) {
                pick.found = Some((off, row.clone()));
            }
        }
    }

    /// None where no create succeeded. One that is the best for two places is shown once, at the later one.
    pub(super) fn end(self, held: Held) -> Option<Waterfall> {
        let found: Vec<(Which, OperationRow)> =
            self.picks.into_iter().filter_map(|p| Some((p.which, p.found?.1))).collect();
        let again = |at: usize, seq: u64| found[at + 1..].iter().any(|(_, later)| later.seq == seq);
        let creates: Vec<Create> = found
            .iter()
            .enumerate()
            .filter(|(at, (_, row))| !again(*at, row.seq))
            .map(|(_, (which, row))| Create::of(*which, row, self.tag, &self.after))
            .collect();
        (!creates.is_empty()).then_some(Waterfall { creates, held })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(callbacks: &str) -> OperationRow {
        let mut row = crate::record::fixture::flush(0).operations.remove(0);
        "ok".clone_into(&mut row.result);
        (row.intended_us, row.released_us) = (1_000, 1_200);
        (row.sent_us, row.answered_us) = (Some(1_300), Some(9_000));
        callbacks.clone_into(&mut row.callbacks);
        row
    }

    fn create(callbacks: &str) -> Create {
        let after = [WebhookKey::AfterCreateGroup];
        Create::of(Which::Slowest, &row(callbacks), RunTag::from_number(1), &after)
    }

    #[test]
    fn the_parts_of_a_create_add_up_to_its_response_time() {
        let seen = create(
            "beforeCreateGroup:1400:2000:2000:3000:;beforeMemberJoinGroup::4000:4000:7500:;\
             afterCreateGroup::9500:9500:9900:",
        );
        let handlers: u64 = seen.before.iter().map(|(_, bars)| bars.us).sum();
        assert_eq!(seen.lag_us + seen.between.us + handlers, seen.total_us());
        assert_eq!((seen.lag_us, seen.total_us()), (300, 8_000));
        assert_eq!(seen.between.spans, [(300, 1_000), (2_000, 3_000), (6_500, 8_000)]);
        assert_eq!(seen.largest(), (Part::Handler(WebhookKey::BeforeMemberJoinGroup), 3_500));
        assert_eq!(seen.after[0].delivery, Some((8_000, 8_500)));
        assert_eq!(seen.end_us(), 8_900);
    }

    #[test]
    fn an_expected_after_callback_that_never_came_has_a_row_without_a_bar() {
        let seen = create("beforeCreateGroup::2000:2000:3000:");
        assert_eq!((seen.after[0].handler.n, seen.after[0].delivery), (0, None));
        let early = create("afterCreateGroup::8000:8000:8500:");
        assert_eq!((early.after[0].handler.n, early.after[0].delivery), (1, None));
    }

    #[test]
    fn a_thousand_callbacks_of_a_webhook_are_few_bars_with_all_their_time() {
        let calls: Vec<String> = (0..1_000)
            .map(|i| format!("beforeMemberJoinGroup::{0}:{0}:{1}:", 1_300 + 7 * i, 1_305 + 7 * i))
            .collect();
        let seen = create(&calls.join(";"));
        let (_, bars) = &seen.before[0];
        assert_eq!((bars.n, bars.us), (1_000, 5_000));
        assert!(bars.spans.len() <= 100 && seen.between.spans.len() <= 100, "{seen:?}");
    }

    #[test]
    fn a_handler_that_outlives_its_call_leaves_no_gap_after_the_answer() {
        let seen = create("beforeCreateGroup::2000:2000::12000");
        assert_eq!(seen.between.spans, [(300, 1_000)]);
        assert_eq!(seen.end_us(), 11_000);
    }
}
