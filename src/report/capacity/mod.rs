//! The report of a search for the capacity: terminal, Markdown and JSON (`capacity.json`) with its schema.

mod lead;

pub use lead::lead;

use super::blocks::{Block, Grid, cells};
use super::charts::{self, Drawing};
use super::figures::capacity::Searched;
use super::{Format, Look, Page, RenderError, format, json};
use crate::analysis::capacity::{
    CapacityResult, Level, NeededTimeout, Objectives, TrialRecord, TrialVerdict,
};
use crate::say;
use crate::slo::Objective;
use crate::text::Text;

/// A result in a format.
///
/// # Errors
/// When the format cannot hold a figure.
pub fn rendered(result: &CapacityResult, wanted: Format, look: Look) -> Result<Vec<u8>, RenderError> {
    let (title, lead) = ("openim-bench capacity", &result.lead);
    let charts = charts::on_a_page(wanted, || drawing(result));
    Page { title, lead, charts: &charts, blocks: &blocks(result), data: result }.render(wanted, look)
}

/// Its chart; none where there was no trial.
#[must_use]
pub fn drawing(result: &CapacityResult) -> Option<Drawing> {
    Searched::of(result).as_ref().map(charts::of_capacity)
}

/// The JSON schema of `capacity.json`, indented, with a final newline.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    json::schema_of::<CapacityResult>()
}

/// Objectives in words: `p99 ≤ 1s, failed ≤ 0.10 %`.
#[must_use]
pub fn objective_words(objective: &Objective) -> Text {
    let quantiles =
        [("p50", objective.p50), ("p90", objective.p90), ("p99", objective.p99), ("p99.9", objective.p999)];
    let given =
        quantiles.into_iter().filter_map(|(name, asked)| Some(Text::plain(format!("{name} ≤ {}", asked?))));
    let failed =
        objective.failed_share.map(|share| say!("capacity-objective-failed", share = format::share(share)));
    let mut words: Vec<Text> = given.chain(failed).collect();
    words.push(say!("capacity-objective-lost"));
    Text::join(&words, &Text::both(", ", "，"))
}

/// Where the objectives come from.
#[must_use]
pub fn objectives_from(objectives: &Objectives) -> Text {
    say!("capacity-objectives-from", name = &objectives.from)
}

/// A verdict in a word.
#[must_use]
pub fn verdict_word(verdict: TrialVerdict) -> Text {
    let name = match verdict {
        TrialVerdict::Good => "good",
        TrialVerdict::Bad => "bad",
        TrialVerdict::Invalid => "invalid",
    };
    say!("capacity-verdict", name = name)
}

fn blocks(result: &CapacityResult) -> Vec<Block> {
    let mut blocks = levels(result);
    blocks.extend(breaks(result));
    blocks.push(Block::Heading(say!("capacity-trials")));
    blocks.push(Block::List(about(result)));
    if !result.trials.is_empty() {
        blocks.push(Block::Table(trials(&result.trials)));
    }
    blocks
}

fn levels(result: &CapacityResult) -> Vec<Block> {
    let shown: Vec<&Level> =
        result.levels.iter().filter(|l| l.trial.verdict != TrialVerdict::Invalid).collect();
    let mut blocks = Vec::new();
    if !shown.is_empty() || !result.left_out.is_empty() {
        blocks.push(Block::Heading(say!("capacity-levels")));
    }
    if !shown.is_empty() {
        blocks.push(Block::Table(level_table(&shown)));
        blocks.push(Block::Text(say!("capacity-needed")));
        blocks.push(Block::Table(timeout_table(&shown)));
    }
    if !result.left_out.is_empty() {
        let left_out = result.left_out.iter().map(|l| say!("capacity-left-out", what = l));
        blocks.push(Block::List(left_out.collect()));
    }
    blocks
}

fn level_table(shown: &[&Level]) -> Grid {
    let head = [
        say!("capacity-col-share"),
        say!("capacity-col-rate"),
        say!("capacity-col-seconds"),
        say!("capacity-col-verdict"),
        Text::plain("p50"),
        Text::plain("p90"),
        Text::plain("p99"),
    ];
    let rows = shown.iter().map(|level| {
        let trial = &level.trial;
        let mut row = vec![
            share(level),
            Text::plain(format::rate(trial.rate)),
            Text::plain(format!("{:.0}", trial.duration_s)),
            verdict_word(trial.verdict),
        ];
        row.extend(["0.5", "0.9", "0.99"].map(|q| Text::plain(quantile(trial, q))));
        row
    });
    Grid { rows: rows.collect(), ..Grid::new(head) }
}

fn share(level: &Level) -> Text {
    let share = format!("{:.0}", level.share * 100.0);
    if level.confirming {
        say!("capacity-share-long", share = share)
    } else {
        Text::plain(format!("{share} %"))
    }
}

/// A row a webhook, however many there are: side by side they would be wider than a terminal.
fn timeout_table(shown: &[&Level]) -> Grid {
    let mut keys: Vec<_> = shown.iter().flat_map(|l| l.trial.timeouts.keys().copied()).collect();
    keys.sort_unstable();
    keys.dedup();
    let head = std::iter::once(say!("capacity-col-timeout")).chain(shown.iter().map(|l| share(l)));
    let rows = keys.iter().map(|key| {
        let needed = shown.iter().map(|l| needed(l.trial.timeouts.get(key)));
        cells(std::iter::once(key.to_string()).chain(needed).collect())
    });
    Grid { head: head.collect(), rows: rows.collect(), spare: Vec::new() }
}

fn breaks(result: &CapacityResult) -> Vec<Block> {
    if result.breaks_first.is_empty() {
        return Vec::new();
    }
    let lines = result.breaks_first.iter().map(|c| {
        say!(
            "capacity-cause",
            code = &c.code,
            trials = c.trials,
            of = c.of,
            rate = format::rate(c.from_rate),
            what = c.what.map(format::printable),
        )
    });
    vec![Block::Heading(say!("capacity-breaks-first")), Block::List(lines.collect())]
}

fn about(result: &CapacityResult) -> Vec<Text> {
    let counts = result.trials_by_verdict;
    let mut lines = vec![
        say!(
            "capacity-counts",
            good = counts.good,
            bad = counts.bad,
            invalid = counts.invalid,
            trial = format!("{:.0}", result.trial_s),
            warmup = format!("{:.0}", result.warmup_s),
            groups = format::count(result.groups),
            allowed = format::count(result.groups_allowed),
        ),
        say!(
            "capacity-good-is",
            objective = objective_words(&result.objectives.objective),
            from = objectives_from(&result.objectives),
        ),
        say!("capacity-is", share = format::share(result.exceed_ratio)),
    ];
    lines.extend(
        result
            .good_end
            .map(|e| say!("capacity-good-end", rate = format::rate(e.rate), bad = e.bad, trials = e.trials)),
    );
    lines.extend(
        result
            .bad_end
            .map(|e| say!("capacity-bad-end", rate = format::rate(e.rate), bad = e.bad, trials = e.trials)),
    );
    lines
}

/// By rate: trials, bad ones, invalid ones, the median p99, what was missed.
fn trials(all: &[TrialRecord]) -> Grid {
    let mut rates: Vec<f64> = all.iter().map(|t| t.rate).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup_by(|a, b| (*a / *b - 1.0).abs() < 1e-9);
    let rows = rates.into_iter().map(|rate| {
        let here: Vec<&TrialRecord> = all.iter().filter(|t| (t.rate / rate - 1.0).abs() < 1e-9).collect();
        let count = |verdict| here.iter().filter(|t| t.verdict == verdict).count().to_string();
        let mut p99: Vec<u64> = here.iter().filter_map(|t| t.response_us.get("0.99").copied()).collect();
        p99.sort_unstable();
        let median = p99.get(p99.len() / 2).map_or_else(|| "–".to_owned(), |us| format::duration_us(*us));
        cells(vec![
            format::rate(rate),
            count(TrialVerdict::Good),
            count(TrialVerdict::Bad),
            count(TrialVerdict::Invalid),
            median,
        ])
    });
    let rows = rows.collect();
    let head = [
        say!("capacity-col-rate"),
        say!("capacity-col-good"),
        say!("capacity-col-bad"),
        say!("capacity-col-invalid"),
        Text::plain("p99"),
    ];
    Grid { rows, ..Grid::new(head) }
}

fn quantile(trial: &TrialRecord, name: &str) -> String {
    trial.response_us.get(name).map_or_else(|| "–".to_owned(), |us| format::duration_us(*us))
}

fn needed(timeout: Option<&NeededTimeout>) -> String {
    match timeout {
        Some(NeededTimeout { timeout_s: Some(t), .. }) => format!("{t} s"),
        Some(NeededTimeout { guess_s: Some(t), .. }) => format!("{t} s?"),
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn interrupted() -> CapacityResult {
        serde_json::from_value(serde_json::json!({
            "format": 1,
            "folder": "f",
            "lead": [{"en": "The capacity is below 40/s.", "zh": "容量低于 40/s。"}],
            "target": "sim",
            "basis": "simulated",
            "objectives": {"objective": {"failed_share": 0.001}, "from": "default"},
            "trial_s": 5.0,
            "warmup_s": 1.0,
            "interrupted": true,
            "outcome": null,
            "exceed_ratio": 0.5,
            "good_end": null,
            "bad_end": {"rate": 40.0, "trials": 4, "bad": 3},
            "trials_by_verdict": {"good": 1, "bad": 3, "invalid": 0},
            "groups": 1200,
            "groups_allowed": 5000,
            "breaks_first": [
                {"code": "objective", "trials": 3, "of": 3, "from_rate": 40.0, "what": {"en": "late", "zh": "太慢"}}
            ],
            "levels": [],
            "left_out": [],
            "trials": [],
        }))
        .unwrap()
    }

    #[test]
    fn a_capacity_reads_in_either_language_and_scripts_read_english() {
        let read = |format, lang| {
            String::from_utf8(rendered(&interrupted(), format, Look::file(lang)).unwrap()).unwrap()
        };
        let (en, zh) = (read(Format::Terminal, Lang::En), read(Format::Terminal, Lang::Zh));
        assert!(en.starts_with("The capacity is below 40/s."), "{en}");
        assert!(en.contains("objective in 3 of 3 bad trials, from 40/s on: late"), "{en}");
        assert!(en.contains("failed ≤ 0.10 %, no after-callback lost (objectives: default)"), "{en}");
        assert!(
            zh.starts_with("容量低于 40/s。") && zh.contains("objective：3 次不达标的试验中有 3 次"),
            "{zh}"
        );
        assert!(zh.contains("太慢") && zh.contains("（目标：默认）") && !zh.contains("trials"), "{zh}");
        let json = read(Format::Json, Lang::Zh);
        assert!(json.contains("\"The capacity is below 40/s.\"") && !json.contains("容量"), "{json}");
    }
}
