//! Guards the coverage of the bounds and of the confidence classes with fewer runs than `examples/coverage` has; the
//! laws, the runs and the claims are the example's own.

#[path = "../../examples/coverage/cell.rs"]
mod cell;
#[path = "../../examples/coverage/laws.rs"]
mod laws;

use cell::{CLAIMS, Cell, Place, SPELL_S, measure};
use laws::{Law, laws};

/// Of the claims that must hold in each cell, those that fail.
///
/// Two standard errors are too little here: of the hundreds of cells some would fail by chance. Four leave one chance
/// in 30,000 each, and still catch what is really wrong: without its second term the compound bound covers a third.
fn broken(law: &Law, seconds: f64, rate: f64, runs: u32) -> Vec<String> {
    let place = Place { law, seconds, rate };
    let cell = measure(&place, runs, 1);
    let claims = cell.claims(law);
    assert!(claims.iter().all(|c| CLAIMS.contains(&c.name)));
    let fails = claims.into_iter().filter(|c| (c.found - c.limit).abs() > 2.0 * c.error && !c.holds);
    fails.map(|c| format!("{}, {seconds} s, {rate}/s: {}: {:.3}", law.name, c.name, c.found)).collect()
}

#[test]
fn bounds_cover_and_classes_hold_under_every_law() {
    let mut failed = Vec::new();
    for law in laws() {
        for (seconds, rate, runs) in [(20.0, 250.0, 60), (300.0, 50.0, 60), (3_000.0, 50.0, 15)] {
            failed.extend(broken(&law, seconds, rate, runs));
        }
    }
    assert_eq!(failed, Vec::<String>::new());
}

#[test]
fn the_laws_are_those_that_a_release_is_staked_on() {
    let laws = laws();
    let named = |part: &str| laws.iter().filter(|l| l.name.contains(part)).count();
    assert_eq!(named("independent"), 3);
    assert_eq!(
        (named("log-normal 100 ms"), named("Pareto"), named("mixture"), named("Markov")),
        (1, 1, 1, 4)
    );
    for lengths in ["constant", "exponential", "log-normal"] {
        for mean in ["0.2 s", "1 s", "2 s"] {
            assert!(named(&format!("spells {lengths} {mean}")) >= 2, "{lengths} {mean}");
        }
        for (alone, mean, share) in [("0.02", "0.2", "0.1"), ("0.05", "1", "0.2"), ("0.05", "0.2", "0.1")] {
            assert_eq!(named(&format!("{alone} % and stalls {lengths} {mean} s, {share} %")), 1);
        }
    }
    let mut names: Vec<_> = laws.iter().map(|l| &l.name).collect();
    names.dedup();
    assert_eq!(names.len(), laws.len());
}

#[test]
fn synthetic_runs_have_the_share_of_slow_callbacks_that_their_law_says() {
    use rand::SeedableRng;
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
    for law in laws() {
        let (mut n, mut slow) = (0, [0; 3]);
        for _ in 0..120 {
            let run = law.draw(&mut rng, 300.0, 50.0);
            n += run.n;
            (1..).zip(&mut slow).for_each(|(t, sum)| *sum += run.ladder.spells(t).exceed);
        }
        assert!((n as f64 / (120.0 * 300.0 * 50.0) - 1.0).abs() < 0.01, "{}: {n}", law.name);
        for (timeout_s, slow) in (1..).zip(slow) {
            let truth = law.truth(timeout_s);
            let (found, mean) = (slow as f64 / n as f64, law.spells.map_or(0.02, |s| 2.0 * s.mean_s));
            // Spells of this mean are worth so many seconds of information; four standard errors, roughly.
            let error = 4.0 * (truth * mean / (120.0 * 300.0)).sqrt() * (1.0 + f64::from(timeout_s));
            assert!((found - truth).abs() < error, "{} at {timeout_s} s: {found} and {truth}", law.name);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_figures_whatever_else_is_measured() {
    let laws = laws();
    let at = |law| measure(&Place { law, seconds: 20.0, rate: 50.0 }, 20, 3);
    let (a, _, again): (Cell, Cell, Cell) = (at(&laws[0]), at(&laws[1]), at(&laws[0]));
    assert_eq!(
        (a.single, a.in_spells, a.medium, a.width.0),
        (again.single, again.in_spells, again.medium, again.width.0)
    );
    assert!(laws[0].within(SPELL_S) && laws[0].is_independent());
}
