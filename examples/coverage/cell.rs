//! One law, one run length, one arrival rate: seeded synthetic runs, what the product decides from each, and how
//! often that is true.
//!
//! The decision is `analysis::decision`, the product's own. Set-up adds nothing here (no packet is lost), and the run
//! is taken to be stationary, which is the harder case: everything else can only lower a confidence. The same seed
//! gives the same figures on any number of threads.

use openim_bench::analysis::decision::{Asked, of_table};
use openim_bench::analysis::{Confidence, SetUp, Table};
use openim_bench::profile::model::WantedConfidence;
use openim_bench::stats::bounds::SpellSample;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::laws::Law;

/// ε.
pub const MISFIRE: f64 = 0.001;
/// τ₀, seconds.
pub const SPELL_S: f64 = 1.0;
const SET_UP: SetUp = SetUp { packet_loss: 0.0, fresh_share: 1.0, second_retry_s: 3 };

/// Where a cell stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub law: &'a Law,
    pub seconds: f64,
    pub rate: f64,
}

/// What the runs of a cell gave.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    pub runs: u32,
    /// Runs in which the single bound was at least the truth, T = 1 … 15.
    pub single: [u32; 15],
    /// The same for the spell bound.
    pub in_spells: [u32; 15],
    /// Bound ÷ truth at T = 1, the median of the runs: single, spells.
    pub width: (f64, f64),
    /// Mean number of spells at T = 1.
    pub spells: f64,
    /// Runs that recommend a T with that confidence.
    pub high: Rated,
    pub medium: Rated,
    pub low: Rated,
    /// Runs with a T by the spell bound, which `recommend.confidence = "high"` makes the recommendation.
    pub wanted_high: Rated,
}

/// How many runs said so, and for how many of them the true misfire is above ε.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rated {
    pub said: u32,
    pub wrong: u32,
}

impl Rated {
    fn add(&mut self, wrong: bool) {
        self.said += 1;
        self.wrong += u32::from(wrong);
    }
}

/// A number of its own for each place, so that leaving laws out changes no other's figures (FNV-1a).
fn stream(place: &Place<'_>) -> u64 {
    let text = format!("{} {} {}", place.law.name, place.seconds, place.rate);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Draws and judges `runs` runs.
pub fn measure(place: &Place<'_>, runs: u32, seed: u64) -> Cell {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream(place));
    let mut cell = Cell { runs, ..Cell::default() };
    let mut widths = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let run = place.law.draw(&mut rng, place.seconds, place.rate);
        let sample = SpellSample { n: run.n, seconds: place.seconds, spell_s: SPELL_S };
        let table = Table::new(&run.ladder, sample, SET_UP);
        for ((row, single), in_spells) in table.rows().iter().zip(&mut cell.single).zip(&mut cell.in_spells) {
            let truth = place.law.truth(row.timeout_s);
            *single += u32::from(row.single >= truth);
            *in_spells += u32::from(row.in_spells >= truth);
        }
        if let Some(row) = table.row(1) {
            widths.0.push(row.single / place.law.truth(1));
            widths.1.push(row.in_spells / place.law.truth(1));
            cell.spells += row.spells as f64 / f64::from(runs);
        }
        decide(&mut cell, place.law, &run.ladder, &table);
    }
    cell.width = (median(&mut widths.0), median(&mut widths.1));
    cell
}

fn decide(cell: &mut Cell, law: &Law, ladder: &openim_bench::analysis::Ladder, table: &Table) {
    let wrong = |timeout_s: u32| law.truth(timeout_s) > MISFIRE;
    let asked = Asked { misfire: MISFIRE, wanted: WantedConfidence::Medium };
    let decision = of_table(ladder, table, asked, Some(true));
    if let Some(timeout_s) = decision.timeout_s {
        let rated = match decision.confidence {
            Confidence::High => &mut cell.high,
            Confidence::Medium => &mut cell.medium,
            _ => &mut cell.low,
        };
        rated.add(wrong(timeout_s));
    }
    let asked = Asked { wanted: WantedConfidence::High, ..asked };
    let decision = of_table(ladder, table, asked, Some(true));
    if let (Some(timeout_s), Confidence::High) = (decision.timeout_s, decision.confidence) {
        cell.wanted_high.add(wrong(timeout_s));
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// One claim about one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    pub name: &'static str,
    /// The share found, and what it has to reach or must not exceed.
    pub found: f64,
    pub limit: f64,
    /// Two standard errors at the limit.
    pub error: f64,
    pub holds: bool,
}

pub const SINGLE: &str = "single bound covers in >= 95 % where slow callbacks are independent";
pub const SPELLS: &str = "spell bound covers in >= 94 % where the mean spell is <= 1 s";
pub const HIGH: &str = "high is wrong in <= 5 % where the mean spell is <= 1 s";
pub const WANTED: &str = "high, when asked for, is wrong in <= 5 % where the mean spell is <= 1 s";
pub const MEDIUM: &str = "medium is wrong in <= 5 % where slow callbacks are independent";
/// All claims.
pub const CLAIMS: [&str; 5] = [SINGLE, SPELLS, HIGH, WANTED, MEDIUM];

impl Cell {
    /// The T at which a bound covered least, and in what share of the runs.
    pub fn least(&self, covered: &[u32; 15]) -> (u32, f64) {
        let least = (1..).zip(covered).min_by_key(|(_, c)| **c).unwrap_or((1, &0));
        (least.0, self.share(*least.1))
    }

    pub fn share(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.runs.max(1))
    }

    fn claim(&self, name: &'static str, found: f64, limit: f64, at_least: bool) -> Claim {
        let error = 2.0 * (limit * (1.0 - limit) / f64::from(self.runs.max(1))).sqrt();
        let holds = if at_least { found >= limit - error } else { found <= limit + error };
        Claim { name, found, limit, error, holds }
    }

    /// The claims that this cell has to meet.
    pub fn claims(&self, law: &Law) -> Vec<Claim> {
        let mut claims = Vec::new();
        if law.is_independent() {
            claims.push(self.claim(SINGLE, self.least(&self.single).1, 0.95, true));
            claims.push(self.claim(MEDIUM, self.share(self.medium.wrong), 0.05, false));
        }
        if law.within(SPELL_S) {
            claims.push(self.claim(SPELLS, self.least(&self.in_spells).1, 0.94, true));
            claims.push(self.claim(HIGH, self.share(self.high.wrong), 0.05, false));
            claims.push(self.claim(WANTED, self.share(self.wanted_high.wrong), 0.05, false));
        }
        claims
    }
}
