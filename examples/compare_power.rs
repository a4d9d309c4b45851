//! How often the verdicts of `compare` are right: simulated pairs of runs, one table.
//!
//! `cargo run --release --example compare_power [PAIRS]`: log-normal response times (σ = 0.5) at 20 a second, or with
//! seconds that resemble each other (a first-order autoregression of the second's level, ρ = 0.9), or with slow spells;
//! a candidate that is as fast, 3 % or 10 % slower; one run or three a side. "covers" is how often the 95 % interval
//! holds the true difference.
#![allow(clippy::print_stdout, reason = "a table on standard output is what it is for")]

use openim_bench::stats::comparison::{Difference, Draws, MARGIN, QUANTILES, Verdict, compare};
use openim_bench::stats::timeline::Timeline;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal, StandardNormal};

const SIGMA: f64 = 0.5;

#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    seconds: u64,
    rate: u64,
    /// candidate ÷ base.
    factor: f64,
    runs: usize,
    /// Standard deviation of the second's level, in the logarithm.
    level: f64,
    /// Standard deviation between runs, in the logarithm.
    between: f64,
    /// Share of the time in spells of about 5 s in which calls take three times as long.
    spells: f64,
}

const PLAIN: Case =
    Case { name: "", seconds: 1_000, rate: 20, factor: 1.0, runs: 1, level: 0.0, between: 0.0, spells: 0.0 };

fn cases() -> Vec<Case> {
    vec![
        Case { name: "same, n = 20,000", ..PLAIN },
        Case { name: "same, 20 s at 50/s", seconds: 20, rate: 50, ..PLAIN },
        Case { name: "3 % slower, n = 20,000", factor: 1.03, ..PLAIN },
        Case { name: "10 % slower, n = 20,000", factor: 1.1, ..PLAIN },
        Case { name: "10 % slower, 100 s at 200/s", factor: 1.1, seconds: 100, rate: 200, ..PLAIN },
        Case { name: "10 % slower, n = 200,000", factor: 1.1, rate: 200, ..PLAIN },
        Case { name: "same, levels ρ = 0.9", level: 0.1, ..PLAIN },
        Case { name: "10 % slower, levels ρ = 0.9", level: 0.1, factor: 1.1, ..PLAIN },
        Case { name: "same, spells 2 %", spells: 0.02, ..PLAIN },
        Case { name: "10 % slower, spells 2 %", spells: 0.02, factor: 1.1, ..PLAIN },
        Case { name: "same, runs differ 3 %, 1 a side", between: 0.03, ..PLAIN },
        Case { name: "same, runs differ 3 %, 3 a side", between: 0.03, runs: 3, seconds: 300, ..PLAIN },
        Case {
            name: "10 % slower, runs 3 %, 3 a side",
            between: 0.03,
            runs: 3,
            seconds: 300,
            factor: 1.1,
            ..PLAIN
        },
        Case { name: "10 % slower, runs alike, 3 a side", runs: 3, seconds: 300, factor: 1.1, ..PLAIN },
    ]
}

fn run(case: &Case, factor: f64, rng: &mut ChaCha8Rng) -> Timeline {
    let normal = |rng: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(rng) };
    let own = case.between * normal(rng);
    let law = Normal::new((30_000.0 * factor).ln() + own, SIGMA).unwrap_or_else(|_| unreachable!());
    let (rho, mut level, mut slow) = (0.9_f64, normal(rng), false);
    let mut line = Timeline::new(case.seconds);
    for second in 0..case.seconds {
        level = rho * level + (1.0 - rho * rho).sqrt() * normal(rng);
        // Two states: a spell ends with 1 in 5, and begins so that `spells` of the time is in one.
        let change = if slow { 0.2 } else { 0.2 * case.spells / (1.0 - case.spells) };
        slow ^= rng.random::<f64>() < change;
        let shift = case.level * level + if slow { 3.0_f64.ln() } else { 0.0 };
        for _ in 0..case.rate {
            line.record(second, (law.sample(rng) + shift).exp().round() as u64, 1);
        }
    }
    line
}

fn pair(case: &Case, seed: u64) -> Vec<Difference> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut side =
        |factor: f64| -> Vec<Timeline> { (0..case.runs).map(|_| run(case, factor, &mut rng)).collect() };
    let (base, candidate) = (side(1.0), side(case.factor));
    compare(&base, &candidate, Draws { seed, ..Draws::default() })
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn print(case: &Case, pairs: u64) {
    let all: Vec<Vec<Difference>> = (0..pairs).map(|seed| pair(case, seed)).collect();
    let any_worse = all.iter().filter(|p| p.iter().any(|d| d.verdict(MARGIN) == Verdict::Worse)).count();
    println!("\n{}: any quantile worse in {any_worse} of {pairs}", case.name);
    println!("  quantile  worse  no worse  cannot tell  covers  half width  calls needed (median)");
    for (index, (name, _)) in QUANTILES.iter().enumerate() {
        let found: Vec<&Difference> = all.iter().map(|p| &p[index]).collect();
        let of = |verdict| found.iter().filter(|d| d.verdict(MARGIN) == verdict).count();
        let truth = case.factor - 1.0;
        let intervals: Vec<(f64, f64)> = found.iter().filter_map(|d| d.interval).collect();
        let covered = intervals.iter().filter(|(low, high)| (*low..=*high).contains(&truth)).count();
        let half = median(intervals.iter().map(|(low, high)| (high - low) / 2.0).collect());
        let needed = median(found.iter().filter_map(|d| d.calls_needed(MARGIN)).map(|n| n as f64).collect());
        let unsupported = found.first().map_or(0, |d| d.supporting_calls());
        println!(
            "  {name:8}  {:5}  {:8}  {:11}  {:>6}  {:>10}  {}",
            of(Verdict::Worse),
            of(Verdict::NoWorse),
            of(Verdict::CannotTell),
            if intervals.is_empty() { "–".to_owned() } else { format!("{covered}/{}", intervals.len()) },
            half.map_or_else(|| "–".to_owned(), |h| format!("{:.2} %", h * 100.0)),
            match needed {
                Some(n) => format!("{n:.0}"),
                None if intervals.is_empty() => format!("{unsupported} to support it"),
                None => "–".to_owned(),
            }
        );
    }
}

fn main() {
    let pairs = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100);
    println!("{pairs} pairs a case, margin {} %, 2,000 resamples, log-normal σ = {SIGMA}", MARGIN * 100.0);
    cases().iter().for_each(|case| print(case, pairs));
}
