//! The rehearsal as people read it: predicted and observed side by side.

use serde::Serialize;

use super::blocks::{Block, Grid, cells};
use super::format;
use crate::analysis::rehearsal::{Line, Quantity, TOLERANCE};
use crate::profile::model::Fault;
use crate::wire::WebhookKey;

/// A rehearsal, as `run --rehearse --format json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rehearsal {
    /// Version of this format.
    pub format: u32,
    /// Folder of the healthy run that the predictions come from.
    pub healthy: String,
    /// Timeouts that were rehearsed, seconds.
    pub timeouts: std::collections::BTreeMap<WebhookKey, u32>,
    /// Arrivals a second.
    pub rate_per_s: f64,
    /// Group processes.
    pub processes: u32,
    /// Share by which a prediction may be off.
    pub tolerance: f64,
    /// One entry an outage.
    pub outages: Vec<Rehearsed>,
    /// Whether every prediction held.
    pub held: bool,
}

/// One rehearsed outage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rehearsed {
    /// How the webhooks failed.
    pub fault: Fault,
    /// Which.
    pub keys: Vec<WebhookKey>,
    /// For how long, seconds.
    pub outage_s: f64,
    /// Folder of its record.
    pub record: String,
    /// Why the run is not to be believed; none: it is.
    pub invalid: Option<String>,
    /// Predicted and observed.
    pub lines: Vec<Line>,
    /// Whether all of them held.
    pub held: bool,
}

/// The blocks of a rehearsal.
#[must_use]
pub fn blocks(rehearsal: &Rehearsal) -> Vec<Block> {
    let timeouts: Vec<String> = rehearsal.timeouts.iter().map(|(key, t)| format!("{key} = {t} s")).collect();
    let mut blocks = vec![
        Block::Heading("Rehearsal in the simulator".to_owned().into()),
        Block::Text(format!(
            "{} arrivals a second, evenly spaced, {} group process(es), timeouts {}. Predicted by what-if from the healthy run {}; basis: simulated. A prediction holds when it is off by at most {} (or 0.3 s, or 3 calls).",
            format::rate(rehearsal.rate_per_s),
            rehearsal.processes,
            timeouts.join(", "),
            rehearsal.healthy,
            format::share(TOLERANCE),
        ).into()),
        Block::Table(table(rehearsal)),
        Block::Text(verdict(rehearsal).into()),
    ];
    let invalid = rehearsal.outages.iter().filter_map(|o| {
        Some(format!("{}: this run is invalid, so nothing is said from it: {}", name(o), o.invalid.as_ref()?))
    });
    let invalid: Vec<String> = invalid.collect();
    if !invalid.is_empty() {
        blocks.push(Block::List(invalid.into_iter().map(Into::into).collect()));
    }
    blocks
}

fn table(rehearsal: &Rehearsal) -> Grid {
    let head = ["outage", "what", "predicted", "observed", "prediction"].map(str::to_owned).to_vec();
    let mut rows = Vec::new();
    for outage in rehearsal.outages.iter().filter(|o| o.invalid.is_none()) {
        for (index, line) in outage.lines.iter().enumerate() {
            let first = if index == 0 { name(outage) } else { String::new() };
            let held = if line.held { "held" } else { "did not hold" };
            let what = line.quantity.words().to_owned();
            rows.push(vec![
                first,
                what,
                value(line.quantity, line.predicted),
                value(line.quantity, line.observed),
                held.to_owned(),
            ]);
        }
    }
    Grid {
        head: head.into_iter().map(Into::into).collect(),
        rows: rows.into_iter().map(cells).collect(),
        spare: Vec::new(),
    }
}

fn name(outage: &Rehearsed) -> String {
    let fault = match outage.fault {
        Fault::Hang => "hang",
        Fault::Reset => "reset",
        Fault::Close => "close",
        Fault::StatusJson => "500 with JSON",
        Fault::StatusHtml => "500 with HTML",
        Fault::SlowBody => "slow body",
        Fault::Refuse => "refused connections",
        Fault::Slow => "slow handlers",
    };
    let of = match outage.keys.as_slice() {
        _ if outage.fault == Fault::Refuse => " of all webhooks".to_owned(),
        [only] if !only.is_before() => format!(" of {only}"),
        _ => " of before-webhooks".to_owned(),
    };
    format!("{fault}{of}, {} s", format::rate(outage.outage_s))
}

fn value(quantity: Quantity, value: Option<f64>) -> String {
    match value {
        None if quantity == Quantity::Recovery => "over 60 s".to_owned(),
        None => "never".to_owned(),
        Some(v) if quantity.is_time() => format!("{v:.2} s"),
        Some(v) => format::count(v.round() as u64),
    }
}

fn verdict(rehearsal: &Rehearsal) -> String {
    let believed = rehearsal.outages.iter().filter(|o| o.invalid.is_none());
    let missed: Vec<String> = believed.filter(|o| !o.held).map(name).collect();
    match missed.as_slice() {
        [] if rehearsal.held => "Every prediction held.".to_owned(),
        [] => "Every prediction that could be judged held.".to_owned(),
        missed => format!("Not every prediction held: {}.", missed.join("; ")),
    }
}
