//! Calls that failed and after-callbacks that were lost, as shares of all: the difference with Newcombe's interval.

use super::{Judged, JudgedShare, Quantity, Runs, Unit, Verdict};
use crate::say;
use crate::stats::newcombe::{Share, clumping, difference};
use crate::text::Text;

/// Failures and lost after-callbacks; none where one side's are not known, or nothing was expected on both.
pub(super) fn compare(base: &Runs, candidate: &Runs, margin: f64) -> Vec<Quantity> {
    let both = |name, of: fn(&Judged) -> JudgedShare| {
        quantity(name, &together(base, of)?, &together(candidate, of)?, margin)
    };
    [both("failed_share", |j| j.failed), both("after_lost", |j| j.after_lost)].into_iter().flatten().collect()
}

/// All runs of a side; the clumping is the largest of any.
fn together(side: &Runs, of: fn(&Judged) -> JudgedShare) -> Option<Share> {
    let mut sum = Share { clumping: 1.0, ..Share::default() };
    let mut runs = Vec::with_capacity(side.runs.len());
    for run in &side.runs {
        let share = of(run.judged.as_ref()?);
        sum.n += share.n;
        sum.count += share.count;
        sum.clumping = sum.clumping.max(share.clumping);
        runs.push((share.n, share.count));
    }
    // Whole runs differ as well: failures that all fall into one of them say less than as many in each.
    sum.clumping = sum.clumping.max(clumping(&runs));
    Some(sum)
}

fn quantity(name: &str, base: &Share, candidate: &Share, margin: f64) -> Option<Quantity> {
    if base.n == 0 && candidate.n == 0 {
        return None;
    }
    // A side without failures cannot show how they would come; it is taken to be like the other one.
    let clumping = base.clumping.max(candidate.clumping);
    let (base, candidate) = (&Share { clumping, ..*base }, &Share { clumping, ..*candidate });
    let interval = difference(base, candidate);
    let seen = base.value().zip(candidate.value()).map(|(a, b)| b - a);
    let verdict = interval.map_or(Verdict::CannotTell, |i| Verdict::by_margin(i, margin));
    let undecided = verdict == Verdict::CannotTell;
    Some(Quantity {
        base: base.value(),
        candidate: candidate.value(),
        difference: seen,
        low: interval.map(|i| i.0),
        high: interval.map(|i| i.1),
        verdict,
        improved: interval.is_some_and(|i| i.1 < -margin),
        needed: if undecided { needed(base, candidate, margin) } else { None },
        why: if undecided { undecided_because(base, candidate) } else { Text::default() },
        ..Quantity::new(name, Unit::Share, [base.n, candidate.n])
    })
}

fn undecided_because(base: &Share, candidate: &Share) -> Text {
    let clumping = base.clumping.max(candidate.clumping);
    let (a, of_a, b, of_b) = (base.count, base.n, candidate.count, candidate.n);
    if clumping < 1.5 {
        return say!("compare-too-few", a = a, of_a = of_a, b = b, of_b = of_b);
    }
    let clumping = format!("{clumping:.1}");
    say!("compare-too-few-together", a = a, of_a = of_a, b = b, of_b = of_b, clumping = clumping)
}

/// The fewest a side, by doubling and bisection, that decide if both shares stay what they are; none below 10⁹.
fn needed(base: &Share, candidate: &Share, margin: f64) -> Option<u64> {
    let scaled = |share: &Share, n: u64| {
        let count = (share.value().unwrap_or(0.0) * n as f64).round() as u64;
        Share { n, count, clumping: share.clumping }
    };
    let decided = |n: u64| {
        difference(&scaled(base, n), &scaled(candidate, n))
            .is_some_and(|i| Verdict::by_margin(i, margin) != Verdict::CannotTell)
    };
    let mut high = base.n.min(candidate.n).max(10);
    while !decided(high) {
        high = high.checked_mul(2).filter(|n| *n < 1_000_000_000)?;
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = low.midpoint(high);
        if decided(middle) { high = middle } else { low = middle }
    }
    Some(high)
}
