//! How often the bracket of a search holds the capacity: `cargo run --release --example capacity_coverage`.
//!
//! The capacity is the rate at which half of the trials are good; P(good) is logistic in log rate; 5 % of
//! the trials are invalid. The settings are the defaults throughout.

use std::io::Write as _;

use openim_bench::analysis::capacity::{EndedBy, Search, SearchConfig, Step, TrialResult, TrialVerdict};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const SEARCHES: u64 = 200;

struct Seen {
    held: u64,
    used: Vec<usize>,
    invalid: usize,
    widths: Vec<f64>,
    by_width: u64,
}

fn search(capacity: f64, width: f64, seen: &mut Seen, seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let Ok(mut search) = Search::new(SearchConfig::default()) else { return };
    let outcome = loop {
        match search.next_rate() {
            Step::Done(outcome) => break outcome,
            Step::Trial { rate, .. } => {
                let good = 1.0 / (1.0 + ((rate / capacity).ln() / width).exp());
                let verdict = match (rng.random::<f64>() < 0.05, rng.random::<f64>() < good) {
                    (true, _) => TrialVerdict::Invalid,
                    (false, true) => TrialVerdict::Good,
                    (false, false) => TrialVerdict::Bad,
                };
                search.observe(TrialResult { rate, verdict, groups: 0 });
            }
        }
    };
    let held = outcome.good.is_none_or(|g| g <= capacity) && outcome.bad.is_none_or(|b| b >= capacity);
    let confirmed = outcome.good.is_some() || outcome.bad.is_some();
    seen.held += u64::from(held && confirmed);
    seen.used.push(search.trials().len());
    seen.invalid += search.trials().iter().filter(|t| t.verdict == TrialVerdict::Invalid).count();
    seen.widths.extend(outcome.relative_width);
    seen.by_width += u64::from(outcome.ended_by == EndedBy::Width);
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{SEARCHES} searches a row; Monte Carlo error at 95 %: 1.5 points")?;
    writeln!(
        out,
        "width   capacity    holds it   trials median / 95 %   invalid   bracket   ended by width"
    )?;
    let limits = [7.3, 37.0, 412.0, f64::INFINITY, 1e-6];
    for width in [0.02, 0.05, 0.10] {
        for capacity in limits {
            let mut seen = Seen { held: 0, used: Vec::new(), invalid: 0, widths: Vec::new(), by_width: 0 };
            (0..SEARCHES).for_each(|seed| search(capacity, width, &mut seen, seed));
            seen.used.sort_unstable();
            seen.widths.sort_by(f64::total_cmp);
            let bracket = seen
                .widths
                .get(seen.widths.len() / 2)
                .map_or("one end".to_owned(), |w| format!("{:.1} %", w * 100.0));
            let name = match capacity {
                c if c.is_infinite() => "no bad".to_owned(),
                c if c < 1e-3 => "no good".to_owned(),
                c => format!("{c}/s"),
            };
            writeln!(
                out,
                "{:>4.0} %  {name:>9}    {:>5.1} %    {:>12} / {:<7}  {:>7.1} %  {bracket:>8}   {:>5.1} %",
                width * 100.0,
                seen.held as f64 / SEARCHES as f64 * 100.0,
                seen.used[seen.used.len() / 2],
                seen.used[seen.used.len() * 95 / 100],
                seen.invalid as f64 / seen.used.iter().sum::<usize>() as f64 * 100.0,
                seen.by_width as f64 / SEARCHES as f64 * 100.0
            )?;
        }
    }
    Ok(())
}
