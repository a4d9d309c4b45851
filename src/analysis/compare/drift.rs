//! Would the recommended timeout be another, and is that more than chance?
//!
//! A T is a whole number of seconds that one slow callback may move. So: *worse* when the base's T is shown not to hold
//! for the candidate (the lower 95 % bound of the share of its callbacks slower than T, a spell counting as one, lies
//! above ε), *no worse*
//! when the candidate's own T is at most the base's, and else *cannot tell*.

use std::collections::{BTreeMap, BTreeSet};

use super::super::confidence::percent;
use super::{JudgedTimeout, Quantity, Runs, Unit, Verdict};
use crate::say;
use crate::stats::bounds::{single_upper, spell_lower};
use crate::stats::spells::Spells;
use crate::text::Text;
use crate::wire::WebhookKey;

/// A quantity for each webhook that was measured on either side; none where a side's timeouts are not known.
pub(super) fn compare(base: &Runs, candidate: &Runs) -> Vec<Quantity> {
    let (Some(a), Some(b)) = (timeouts(base), timeouts(candidate)) else { return Vec::new() };
    let keys: BTreeSet<&WebhookKey> = a.keys().chain(b.keys()).collect();
    keys.into_iter().map(|key| quantity(*key, a.get(key), b.get(key))).collect()
}

/// By webhook, all runs of a side together: counts added, of the timeouts the largest, and none where a run has none.
fn timeouts(side: &Runs) -> Option<BTreeMap<WebhookKey, JudgedTimeout>> {
    let mut all = BTreeMap::<WebhookKey, JudgedTimeout>::new();
    for run in &side.runs {
        for (key, t) in &run.judged.as_ref()?.timeouts {
            match all.get_mut(key) {
                None => drop(all.insert(*key, t.clone())),
                Some(sum) => add(sum, t),
            }
        }
    }
    Some(all)
}

fn add(sum: &mut JudgedTimeout, run: &JudgedTimeout) {
    if sum.timeout_s.is_some() && (run.timeout_s.is_none() || run.timeout_s > sum.timeout_s) {
        sum.binding.clone_from(&run.binding);
    }
    sum.timeout_s = sum.timeout_s.zip(run.timeout_s).map(|(a, b)| a.max(b));
    sum.n += run.n;
    sum.runs += run.runs;
    // Where one of them does not say in how many spells they came, nothing is said of all.
    if run.spells.is_empty() {
        sum.spells.clear();
    }
    for (of, from) in [(&mut sum.exceed, &run.exceed), (&mut sum.spells, &run.spells)] {
        for (timeout, count) in from {
            if let Some(held) = of.get_mut(timeout) {
                *held += count;
            }
        }
    }
    for (timeout, bound) in &run.misfire_single {
        let held = sum.misfire_single.entry(*timeout).or_insert(*bound);
        *held = held.max(*bound);
    }
}

fn quantity(key: WebhookKey, base: Option<&JudgedTimeout>, candidate: Option<&JudgedTimeout>) -> Quantity {
    let n = [base.map_or(0, |t| t.n), candidate.map_or(0, |t| t.n)];
    let blank = Quantity::new(format!("timeout.{key}"), Unit::Seconds, n);
    let (Some(base), Some(candidate)) = (base, candidate) else {
        let why = if base.is_none() {
            say!("compare-base-without-callbacks")
        } else {
            say!("compare-candidate-without-callbacks")
        };
        return Quantity { why, ..blank };
    };
    let (before, after) = (base.timeout_s.map(f64::from), candidate.timeout_s.map(f64::from));
    let verdict = verdict(base, candidate);
    Quantity {
        base: before,
        candidate: after,
        difference: before.zip(after).map(|(a, b)| b - a),
        verdict,
        improved: before.zip(after).is_some_and(|(a, b)| b < a),
        why: why(base, candidate, verdict),
        ..blank
    }
}

fn verdict(base: &JudgedTimeout, candidate: &JudgedTimeout) -> Verdict {
    let Some(before) = base.timeout_s else { return Verdict::CannotTell };
    let slower = candidate.exceed.get(&before).copied().unwrap_or(0);
    let count = candidate.spells.get(&before).copied().unwrap_or(slower);
    let spells = Spells { exceed: slower, count, ..Spells::default() };
    if spell_lower(&spells, candidate.n) > candidate.misfire {
        Verdict::Worse
    } else if candidate.timeout_s.is_some_and(|after| after <= before) {
        Verdict::NoWorse
    } else {
        Verdict::CannotTell
    }
}

fn why(base: &JudgedTimeout, candidate: &JudgedTimeout, verdict: Verdict) -> Text {
    match (base.timeout_s, candidate.timeout_s) {
        (None, None) => {
            say!("compare-no-timeouts", base = binding(base), candidate = binding(candidate))
        }
        (None, Some(after)) => say!("compare-no-base-timeout", after = after),
        (Some(before), None) => say!(
            "compare-no-candidate-timeout",
            before = before,
            binding = binding(candidate),
            why = because(before, base, candidate),
        ),
        (Some(before), Some(after)) if after != before => {
            let why = because(before.min(after), base, candidate);
            say!("compare-timeout-moves", before = before, after = after, why = why)
        }
        (Some(before), Some(_)) if verdict == Verdict::Worse => because(before, base, candidate),
        _ => Text::default(),
    }
}

fn binding(of: &JudgedTimeout) -> Text {
    of.binding.as_ref().map_or_else(|| say!("compare-refused"), Text::plain)
}

/// How many were slower than `timeout` on each side, and what that allows. Where the counts do not explain the
/// change, what decided on each side is named.
fn because(timeout: u32, base: &JudgedTimeout, candidate: &JudgedTimeout) -> Text {
    let slower = |of: &JudgedTimeout| of.exceed.get(&timeout).copied().unwrap_or(0);
    // Several runs are counted together, what connection set-up adds left out; one run has its own bound.
    let bound = |of: &JudgedTimeout| match of.runs {
        0 | 1 => of.misfire_single.get(&timeout).copied().unwrap_or(1.0),
        _ => single_upper(slower(of), of.n),
    };
    let counts = say!(
        "compare-slower",
        slower = slower(candidate),
        n = candidate.n,
        timeout = timeout,
        allows = percent(bound(candidate)),
        base_slower = slower(base),
        base_n = base.n,
        base_allows = percent(bound(base)),
        asked = percent(candidate.misfire),
    );
    let explained = (bound(base) <= base.misfire) != (bound(candidate) <= candidate.misfire);
    if explained || (base.binding == candidate.binding && base.misfire == candidate.misfire) {
        return counts;
    }
    let decided = say!("compare-decided", base = binding(base), candidate = binding(candidate));
    Text::clauses([&counts, &decided])
}
