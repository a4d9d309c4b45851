//! How often are the bounds and the confidence classes right? Seeded synthetic runs of laws whose truth is known.
//!
//! ```text
//! cargo run --release --example coverage -- [--runs 2000] [--seed 1] [--only NAME]
//! ```
//!
//! prints a line for each law, run length and arrival rate, then which claims hold; exit code 1 when one does not.
//! A claim allows two standard errors of the Monte Carlo draw. The laws are in `laws`, the runs in `cell`; the
//! decision is the library's. `tests/it/coverage.rs` guards the same claims with fewer runs.

mod cell;
mod laws;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Parser;

use cell::{CLAIMS, Cell, Place, Rated, SPELL_S, measure};
use laws::Law;

/// Run lengths and arrival rates. Only the last run is long enough to call a T `high` that lies near the slow
/// callbacks: 3,000 s exclude 0.1 % of spells of 1 s only where not one callback was beyond it.
const RUNS: [(f64, f64); 7] = [
    (20.0, 50.0),
    (20.0, 250.0),
    (300.0, 50.0),
    (300.0, 250.0),
    (3_000.0, 50.0),
    (3_000.0, 250.0),
    (12_000.0, 50.0),
];

/// Coverage of the bounds and of the confidence classes, by seeded synthetic runs.
#[derive(Clone, Debug, Parser)]
struct Args {
    /// Runs of each law, run length and arrival rate.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    runs: u32,
    /// Seed of the draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only laws whose name contains this.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody reads any more, or nothing was asked for.
            let _ = writeln!(io::stderr(), "coverage: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> io::Result<bool> {
    let all = laws::laws();
    let wanted = |law: &&Law| args.only.as_deref().is_none_or(|name| law.name.contains(name));
    let laws: Vec<&Law> = all.iter().filter(wanted).collect();
    if laws.is_empty() {
        let names: Vec<_> = all.iter().map(|law| law.name.as_str()).collect();
        return Err(io::Error::other(format!(
            "no law is called so; --only takes a part of one of: {}",
            names.join("; ")
        )));
    }
    let mut out = io::stdout().lock();
    head(&mut out, args)?;
    let places: Vec<Place<'_>> =
        laws.iter().flat_map(|law| RUNS.map(|(seconds, rate)| Place { law, seconds, rate })).collect();
    let cells = measure_all(&places, args);
    for (place, cell) in places.iter().zip(&cells) {
        line(&mut out, place, cell)?;
    }
    verdicts(&mut out, &places, &cells)
}

/// Measures all places on all cores.
fn measure_all(places: &[Place<'_>], args: &Args) -> Vec<Cell> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![Cell::default(); places.len()]));
    let work = || {
        while let Some((index, place)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|index| Some((index, places.get(index)?)))
        {
            let cell = measure(place, args.runs, args.seed);
            if let Ok(mut cells) = done.lock() {
                cells[index] = cell;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn head(out: &mut impl Write, args: &Args) -> io::Result<()> {
    writeln!(
        out,
        "{} runs a line, seed {}; misfire asked 0.1 %, excluded mean spell {SPELL_S} s, no packet loss; every run taken as",
        args.runs, args.seed
    )?;
    writeln!(
        out,
        "stationary. Coverage is that of the T from 1 to 15 s at which it is least, in % (at T); a standard"
    )?;
    writeln!(
        out,
        "error near 95 % is {:.2} %. Width is bound / truth at T = 1, the median; K the mean number of spells there.",
        100.0 * (0.05 * 0.95 / f64::from(args.runs)).sqrt()
    )?;
    writeln!(
        out,
        "Classes: % of the runs that say so (and % of the runs that say so of a T that is too short);"
    )?;
    writeln!(out, "asked: the T of the spell bound, which recommend.confidence = \"high\" recommends.\n")?;
    writeln!(
        out,
        "{:<44} {:>5} {:>4} {:>7} | {:>9} {:>9} | {:>7} {:>7} {:>8} | {:>11} {:>11} {:>11} {:>11}",
        "law",
        "D, s",
        "1/s",
        "truth %",
        "single",
        "spells",
        "w.singl",
        "w.spell",
        "K",
        "high",
        "medium",
        "low",
        "asked"
    )
}

fn line(out: &mut impl Write, place: &Place<'_>, cell: &Cell) -> io::Result<()> {
    let covered = |(timeout_s, share): (u32, f64)| format!("{:.1} ({timeout_s})", share * 100.0);
    let rated = |r: Rated| format!("{:.1} ({:.1})", 100.0 * cell.share(r.said), 100.0 * cell.share(r.wrong));
    writeln!(
        out,
        "{:<44} {:>5} {:>4} {:>7.3} | {:>9} {:>9} | {:>7.2} {:>7.2} {:>8.1} | {:>11} {:>11} {:>11} {:>11}",
        place.law.name,
        place.seconds,
        place.rate,
        100.0 * place.law.truth(1),
        covered(cell.least(&cell.single)),
        covered(cell.least(&cell.in_spells)),
        cell.width.0,
        cell.width.1,
        cell.spells,
        rated(cell.high),
        rated(cell.medium),
        rated(cell.low),
        rated(cell.wanted_high),
    )
}

/// Prints which claims hold; false when one does not.
fn verdicts(out: &mut impl Write, places: &[Place<'_>], cells: &[Cell]) -> io::Result<bool> {
    let judged: Vec<_> = places
        .iter()
        .zip(cells)
        .flat_map(|(place, cell)| cell.claims(place.law).into_iter().map(move |claim| (place, claim)))
        .collect();
    let mut all_hold = true;
    writeln!(out)?;
    for name in CLAIMS {
        let of_name: Vec<_> = judged.iter().filter(|(_, claim)| claim.name == name).collect();
        let Some((_, first)) = of_name.first() else { continue };
        let failed: Vec<_> = of_name.iter().filter(|(_, claim)| !claim.holds).collect();
        let worst = of_name.iter().map(|(_, c)| (c.found - c.limit).abs().copysign(c.found - c.limit));
        let worst = match first.limit > 0.5 {
            true => worst.fold(f64::INFINITY, f64::min),
            false => worst.fold(f64::NEG_INFINITY, f64::max),
        };
        writeln!(
            out,
            "{}: {name}; {} of {} lines, worst {:.2} %, allowed for the draw {:.2} % (2 standard errors)",
            if failed.is_empty() { "holds" } else { "FAILS" },
            of_name.len() - failed.len(),
            of_name.len(),
            100.0 * (first.limit + worst),
            100.0 * first.error
        )?;
        for (place, claim) in &failed {
            let (law, seconds, rate) = (&place.law.name, place.seconds, place.rate);
            writeln!(out, "    {law}, {seconds} s, {rate}/s: {:.2} %", 100.0 * claim.found)?;
        }
        all_hold &= failed.is_empty();
    }
    out.flush()?;
    Ok(all_hold)
}
