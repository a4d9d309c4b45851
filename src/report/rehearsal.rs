//! A rehearsal, predicted and observed side by side: terminal, Markdown, HTML, JSON with its schema.

use schemars::JsonSchema;
use serde::Serialize;

use super::blocks::{Block, Grid};
use super::{Format, Look, Page, RenderError, format, json};
use crate::analysis::rehearsal::{Line, Quantity, TOLERANCE};
use crate::profile::model::Fault;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// A rehearsal, as `run --rehearse --format json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
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
    pub invalid: Option<Text>,
    /// Predicted and observed.
    pub lines: Vec<Line>,
    /// Whether all of them held.
    pub held: bool,
}

/// A rehearsal in a format.
///
/// # Errors
/// When the format cannot hold a figure.
pub fn rendered(rehearsal: &Rehearsal, wanted: Format, look: Look) -> Result<Vec<u8>, RenderError> {
    let title = "openim-bench run --rehearse";
    Page { title, lead: &[], charts: &[], blocks: &blocks(rehearsal), data: rehearsal }.render(wanted, look)
}

/// The JSON schema of a rehearsal, indented, with a final newline.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    json::schema_of::<Rehearsal>()
}

fn blocks(rehearsal: &Rehearsal) -> Vec<Block> {
    let timeouts: Vec<Text> =
        rehearsal.timeouts.iter().map(|(key, t)| Text::plain(format!("{key} = {t} s"))).collect();
    let setting = say!(
        "whatif-rehearsal-setting",
        rate = format::rate(rehearsal.rate_per_s),
        processes = rehearsal.processes,
        timeouts = Text::list(&timeouts),
        healthy = &rehearsal.healthy,
        tolerance = format::share(TOLERANCE),
    );
    let mut blocks =
        vec![Block::Heading(say!("whatif-rehearsal")), Block::Text(setting), Block::Text(verdict(rehearsal))];
    let invalid = rehearsal
        .outages
        .iter()
        .filter_map(|o| Some(say!("whatif-rehearsal-invalid", outage = name(o), why = o.invalid.as_ref()?)));
    let invalid: Vec<Text> = invalid.collect();
    if !invalid.is_empty() {
        blocks.push(Block::List(invalid));
    }
    for outage in believed(rehearsal) {
        blocks.push(Block::Heading(name(outage)));
        blocks.push(Block::Table(table(outage)));
    }
    blocks
}

/// Outages whose runs say something.
fn believed(rehearsal: &Rehearsal) -> impl Iterator<Item = &Rehearsed> {
    rehearsal.outages.iter().filter(|o| o.invalid.is_none())
}

fn table(outage: &Rehearsed) -> Grid {
    let head = [
        say!("whatif-col-what"),
        say!("whatif-col-predicted"),
        say!("whatif-col-observed"),
        say!("whatif-col-prediction"),
    ];
    let rows = outage.lines.iter().map(|line| {
        vec![
            line.quantity.words(),
            value(line.quantity, line.predicted),
            value(line.quantity, line.observed),
            if line.held { say!("whatif-held") } else { say!("whatif-not-held") },
        ]
    });
    Grid { rows: rows.collect(), ..Grid::new(head) }
}

/// How webhooks fail, in words.
#[must_use]
pub fn fault_words(fault: Fault) -> Text {
    match fault {
        Fault::Hang => say!("whatif-fault-hang"),
        Fault::Reset => say!("whatif-fault-reset"),
        Fault::Close => say!("whatif-fault-close"),
        Fault::StatusJson => say!("whatif-fault-status-json"),
        Fault::StatusHtml => say!("whatif-fault-status-html"),
        Fault::SlowBody => say!("whatif-fault-slow-body"),
        Fault::Refuse => say!("whatif-fault-refuse"),
        Fault::Slow => say!("whatif-fault-slow"),
    }
}

fn name(outage: &Rehearsed) -> Text {
    let (fault, time) = (fault_words(outage.fault), format::rate(outage.outage_s));
    match outage.keys.as_slice() {
        _ if outage.fault == Fault::Refuse => say!("whatif-fault-of-all", fault = fault, time = time),
        [only] if !only.is_before() => {
            say!("whatif-fault-of-one", fault = fault, key = only.name(), time = time)
        }
        _ => say!("whatif-fault-of-before", fault = fault, time = time),
    }
}

fn value(quantity: Quantity, value: Option<f64>) -> Text {
    match value {
        None if quantity == Quantity::Recovery => say!("whatif-over-a-minute"),
        None => say!("whatif-never"),
        Some(v) if quantity.is_time() => Text::plain(format!("{v:.2} s")),
        Some(v) => Text::plain(format::count(v.round() as u64)),
    }
}

fn verdict(rehearsal: &Rehearsal) -> Text {
    let missed: Vec<Text> = believed(rehearsal).filter(|o| !o.held).map(name).collect();
    match missed.as_slice() {
        [] if rehearsal.held => say!("whatif-all-held"),
        [] => say!("whatif-judged-held"),
        missed => say!("whatif-some-missed", outages = Text::clauses(missed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_rehearsal_reads_in_either_language() {
        let line = Line { quantity: Quantity::PoolFull, predicted: Some(2.5), observed: None, held: false };
        let outage = Rehearsed {
            fault: Fault::Hang,
            keys: vec![WebhookKey::BeforeCreateGroup],
            outage_s: 6.0,
            record: "r".to_owned(),
            invalid: None,
            lines: vec![line],
            held: false,
        };
        let rehearsal = Rehearsal {
            format: 1,
            healthy: "h".to_owned(),
            timeouts: [(WebhookKey::BeforeCreateGroup, 3)].into(),
            rate_per_s: 40.0,
            processes: 1,
            tolerance: TOLERANCE,
            outages: vec![outage],
            held: false,
        };
        let read = |lang| {
            String::from_utf8(rendered(&rehearsal, Format::Markdown, Look::file(lang)).unwrap()).unwrap()
        };
        let (en, zh) = (read(Lang::En), read(Lang::Zh));
        assert!(en.contains("Not every prediction held: hang of before-webhooks, 6 s."), "{en}");
        assert!(en.contains("connections exhausted after") && en.contains("did not hold"), "{en}");
        assert!(zh.contains("并非所有预测都成立：前置 webhook：挂起，6 s。"), "{zh}");
        assert!(zh.contains("连接耗尽用时") && zh.contains("不发生") && zh.contains("不成立"), "{zh}");
    }
}
