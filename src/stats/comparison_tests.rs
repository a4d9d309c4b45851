//! Simulated pairs: how often the verdicts are right. `examples/compare_power.rs` prints the full table.

use rand_distr::{Distribution, LogNormal};

use super::*;

/// A run: `rate` log-normal values (σ = 0.5) a second, all of them `factor` as long.
fn run(seconds: u64, rate: u64, factor: f64, seed: u64) -> Timeline {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let law = LogNormal::new((30_000.0 * factor).ln(), 0.5).unwrap();
    let mut line = Timeline::new(seconds);
    for second in 0..seconds {
        (0..rate).for_each(|_| line.record(second, law.sample(&mut rng).round() as u64, 1));
    }
    line
}

fn quick(seed: u64) -> Draws {
    Draws { resamples: 200, seed }
}

fn verdicts(factor: f64, seconds: u64, rate: u64, seed: u64) -> Vec<Verdict> {
    let pair = (run(seconds, rate, 1.0, 2 * seed), run(seconds, rate, factor, 2 * seed + 1));
    let found = compare(&[pair.0], &[pair.1], quick(seed));
    found.iter().map(|d| d.verdict(MARGIN)).collect()
}

#[test]
fn two_runs_of_one_plan_are_hardly_ever_called_worse() {
    let wrong = (0..20).filter(|seed| verdicts(1.0, 60, 50, *seed).contains(&Verdict::Worse)).count();
    assert!(wrong <= 1, "{wrong} of 20");
}

#[test]
fn ten_percent_slower_is_worse_at_the_median_and_at_p90_with_20_000_calls() {
    const PAIRS: u64 = 15;
    let all: Vec<_> = (0..PAIRS).map(|seed| verdicts(1.1, 100, 200, seed)).collect();
    let worse = |index: usize| all.iter().filter(|v| v[index] == Verdict::Worse).count();
    assert!(worse(0) >= 15, "p50: {} of {PAIRS}", worse(0));
    assert!(worse(1) >= 13, "p90: {} of {PAIRS}", worse(1));
    assert!(worse(3) < 10, "p99.9 cannot be that sure: {}", worse(3));
}

#[test]
fn what_cannot_be_told_says_how_many_calls_would_tell_and_they_do() {
    let (a, b) = (run(100, 20, 1.0, 1), run(100, 20, 1.1, 2));
    let found = compare(&[a], &[b], quick(1));
    let p99 = &found[2];
    assert_eq!(p99.verdict(MARGIN), Verdict::CannotTell, "{p99:?}");
    let needed = p99.calls_needed(MARGIN).unwrap_or(u64::MAX);
    assert!(needed > 2_000, "{needed}");
    // p99.9 of 2,000 calls is not even printed.
    let p999 = &found[3];
    assert_eq!((p999.quantiles_us, p999.interval, p999.calls_needed(MARGIN)), (None, None, None));
    assert_eq!(p999.supporting_calls(), 9_151);
}

#[test]
fn the_calls_needed_follow_the_square_of_the_width() {
    let with = |half: f64| Difference {
        p: 0.99,
        calls: (5_000, 6_000),
        quantiles_us: Some((1.0, 1.2)),
        relative: Some(0.2),
        interval: Some((1.2 * (-half).exp() - 1.0, 1.2 * half.exp() - 1.0)),
    };
    let (narrow, wide) = (with(0.2).calls_needed(0.05).unwrap(), with(0.4).calls_needed(0.05).unwrap());
    assert!((wide as f64 / narrow as f64 - 4.0).abs() < 0.01, "{narrow} {wide}");
    assert_eq!(with(0.05).verdict(0.05), Verdict::Worse);
    assert_eq!(with(0.05).calls_needed(0.05), None);
    let at_the_margin = Difference { relative: Some(0.05), interval: Some((0.0, 0.1)), ..with(0.1) };
    assert_eq!(at_the_margin.calls_needed(0.05), None);
}

#[test]
fn quantiles_are_those_of_the_values() {
    let mut line = Timeline::new(10);
    (0..10).for_each(|s| (1..=2_000).for_each(|v| line.record(s, v * 100, 1)));
    let found = compare(std::slice::from_ref(&line), std::slice::from_ref(&line), quick(1));
    for (difference, expected) in found.iter().zip([100_000.0, 180_000.0, 198_000.0, 199_800.0]) {
        let seen = difference.quantiles_us.unwrap().0;
        assert!((seen / expected - 1.0).abs() < 0.006, "{}: {seen}", difference.p);
        assert_eq!(difference.relative, Some(0.0));
        assert_eq!(difference.verdict(MARGIN), Verdict::NoWorse);
    }
}

#[test]
fn runs_that_differ_among_themselves_make_the_interval_longer() {
    let side = |spread: [f64; 3], seed: u64| -> Vec<Timeline> {
        (seed..).zip(spread).map(|(seed, factor)| run(30, 50, factor, seed)).collect()
    };
    let width = |spread: [f64; 3]| {
        let found = compare(&side(spread, 10), &side(spread, 20), quick(3));
        let (low, high) = found[0].interval.unwrap();
        high - low
    };
    let (alike, apart) = (width([1.0; 3]), width([0.8, 1.0, 1.25]));
    assert!(apart > 2.0 * alike, "{alike} {apart}");
}

#[test]
fn slow_spells_of_many_seconds_make_the_interval_longer_than_single_slow_calls() {
    let line = |together: bool| {
        let mut line = run(120, 50, 1.0, 5);
        for i in 0..12 {
            let second = if together { 50 + i } else { 10 * i };
            line.record(second, 400_000, 20);
        }
        line
    };
    let width = |together: bool| {
        let found = compare(&[line(together)], &[line(together)], quick(2));
        let (low, high) = found[1].interval.unwrap();
        high - low
    };
    assert!(width(true) > 1.3 * width(false), "{} {}", width(true), width(false));
}

#[test]
fn calls_that_never_ended_are_slower_than_everything() {
    let mut candidate = run(30, 100, 1.0, 1);
    candidate.record_unfinished(300);
    let found = compare(&[run(30, 100, 1.0, 2)], &[candidate.clone()], quick(1));
    assert_eq!(found[2].relative, Some(f64::INFINITY));
    // They all hang on one moment of the run, so a resample may well miss them.
    assert_ne!(found[2].verdict(MARGIN), Verdict::NoWorse);
    let back = compare(&[candidate], &[run(30, 100, 1.0, 2)], quick(1));
    assert_ne!(back[2].verdict(MARGIN), Verdict::Worse);
}

#[test]
fn too_short_and_empty_sides_cannot_be_told() {
    let good = run(30, 100, 1.0, 1);
    for other in [vec![], vec![Timeline::new(30)], vec![run(7, 500, 2.0, 1)]] {
        for found in [
            compare(std::slice::from_ref(&good), &other, quick(1)),
            compare(&other, std::slice::from_ref(&good), quick(1)),
        ] {
            assert!(found.iter().all(|d| d.verdict(MARGIN) == Verdict::CannotTell), "{found:?}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_interval_and_swapped_sides_the_opposite_one() {
    let (a, b) = (run(60, 50, 1.0, 1), run(60, 50, 1.1, 2));
    let one = compare(std::slice::from_ref(&a), std::slice::from_ref(&b), quick(4));
    assert_eq!(one, compare(std::slice::from_ref(&a), std::slice::from_ref(&b), quick(4)));
    let other = compare(&[b], &[a], quick(4));
    let (forth, back) = (one[0].relative.unwrap(), other[0].relative.unwrap());
    assert!(((1.0 + forth) * (1.0 + back) - 1.0).abs() < 1e-9);
    assert!(one[0].interval.unwrap().0 > 0.0 && other[0].interval.unwrap().1 < 0.0);
}
