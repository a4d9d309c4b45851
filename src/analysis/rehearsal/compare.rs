//! Predicted and observed side by side, and whether the prediction held.

use schemars::JsonSchema;
use serde::Serialize;

use super::OutageFacts;
use crate::say;
use crate::text::Text;

/// A prediction holds when it is off by this share of it at most.
pub const TOLERANCE: f64 = 0.15;
/// Or by so many seconds: a call counts as disturbed from 0.25 s on, so no time is known better than that.
const SECONDS: f64 = 0.3;
/// Or by so many calls: those that are under way when an outage begins or ends.
const CALLS: f64 = 3.0;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Until all connections were held, seconds.
    PoolFull,
    /// Until the after-queue was full, seconds.
    QueueFull,
    /// Failed calls.
    Failed,
    /// Lost after-callbacks.
    Lost,
    /// Until the last disturbed call was answered, seconds.
    Recovery,
}

impl Quantity {
    /// In words.
    #[must_use]
    pub fn words(self) -> Text {
        match self {
            Quantity::PoolFull => say!("whatif-exhausted-after"),
            Quantity::QueueFull => say!("whatif-queue-full-after"),
            Quantity::Failed => say!("whatif-failed-calls"),
            Quantity::Lost => say!("whatif-lost-after"),
            Quantity::Recovery => say!("whatif-felt-after-end"),
        }
    }

    /// Whether it is a time; else a number of calls.
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(self, Quantity::PoolFull | Quantity::QueueFull | Quantity::Recovery)
    }
}

/// One line of the comparison; none is `never` for a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Line {
    /// What.
    pub quantity: Quantity,
    /// By what-if.
    pub predicted: Option<f64>,
    /// In the run.
    pub observed: Option<f64>,
    /// Whether the prediction held.
    pub held: bool,
}

/// All quantities; where the webhooks of requests fail the queue is left out unless it filled, and so is the pool where
/// those of the after-queue fail.
#[must_use]
pub fn compare(predicted: &OutageFacts, observed: &OutageFacts, before: bool) -> Vec<Line> {
    let count = |n: u64| Some(n as f64);
    let lines = [
        line(Quantity::PoolFull, predicted.pool_full_after_s, observed.pool_full_after_s),
        line(Quantity::QueueFull, predicted.queue_full_after_s, observed.queue_full_after_s),
        line(Quantity::Failed, count(predicted.failed), count(observed.failed)),
        line(Quantity::Lost, count(predicted.lost), count(observed.lost)),
        line(Quantity::Recovery, predicted.recovery_s, observed.recovery_s),
    ];
    let usual = |line: &Line| match line.quantity {
        Quantity::PoolFull => before,
        Quantity::QueueFull | Quantity::Lost => !before,
        Quantity::Failed | Quantity::Recovery => true,
    };
    let nothing = |v: Option<f64>| v.is_none_or(|v| v <= 0.0);
    lines.into_iter().filter(|l| usual(l) || !nothing(l.predicted) || !nothing(l.observed)).collect()
}

fn line(quantity: Quantity, predicted: Option<f64>, observed: Option<f64>) -> Line {
    let floor = if quantity.is_time() { SECONDS } else { CALLS };
    let held = match (predicted, observed) {
        (None, None) => true,
        (Some(p), Some(o)) => (p - o).abs() <= (TOLERANCE * p).max(floor),
        _ => false,
    };
    Line { quantity, predicted, observed, held }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prediction_holds_within_fifteen_percent_and_never_only_with_never() {
        for (predicted, observed, held) in [
            (Some(100.0), Some(114.0), true),
            (Some(100.0), Some(116.0), false),
            (Some(100.0), Some(84.0), false),
            (None, None, true),
            (None, Some(3.0), false),
            (Some(3.0), None, false),
            (Some(0.0), Some(0.2), true),
        ] {
            assert_eq!(
                line(Quantity::PoolFull, predicted, observed).held,
                held,
                "{predicted:?} {observed:?}"
            );
        }
        assert!(line(Quantity::Failed, Some(0.0), Some(2.0)).held);
        assert!(!line(Quantity::Failed, Some(0.0), Some(20.0)).held);
    }

    #[test]
    fn what_an_outage_has_nothing_to_do_with_is_shown_only_where_it_happened() {
        let nothing = OutageFacts { recovery_s: Some(0.0), ..OutageFacts::default() };
        let of = |lines: Vec<Line>| lines.iter().map(|l| l.quantity).collect::<Vec<_>>();
        let before = of(compare(&nothing, &nothing, true));
        assert_eq!(before, [Quantity::PoolFull, Quantity::Failed, Quantity::Recovery]);
        let lost = OutageFacts { lost: 5, ..nothing };
        assert!(of(compare(&nothing, &lost, true)).contains(&Quantity::Lost));
        assert!(!of(compare(&nothing, &nothing, false)).contains(&Quantity::PoolFull));
    }
}
