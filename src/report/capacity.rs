//! The report of a search for the capacity: terminal, Markdown and JSON (`capacity.json`) with its schema.

use super::blocks::{Block, Grid, cells};
use super::html::Html;
use super::markdown::Markdown;
use super::terminal::{self, Terminal};
use super::{Format, Look, RenderError, format};
use crate::analysis::capacity::{CapacityResult, Level, NeededTimeout, TrialRecord, TrialVerdict};
use crate::slo::Objective;
use crate::text::Text;

/// A result in a format.
///
/// # Errors
/// When the format cannot hold a figure.
pub fn rendered(result: &CapacityResult, wanted: Format, look: Look) -> Result<Vec<u8>, RenderError> {
    Ok(match wanted {
        Format::Json => {
            let mut bytes = serde_json::to_vec_pretty(result)?;
            bytes.push(b'\n');
            bytes
        }
        Format::Terminal => {
            let mut text = String::new();
            for sentence in &result.lead {
                text.push_str(&terminal::wrapped(
                    &format::printable(sentence),
                    "",
                    "",
                    look.width.clamp(40, terminal::WIDTH),
                ));
            }
            text.push_str(&Terminal::new(look).blocks(&blocks(result)));
            text.into_bytes()
        }
        Format::Html => Html { lang: look.lang }.page(
            "openim-bench capacity",
            &result.lead.iter().map(|l| Text::plain(l.as_str())).collect::<Vec<_>>(),
            &blocks(result),
        )?,
        Format::Markdown => Markdown { lang: look.lang }
            .page(
                "openim-bench capacity",
                &result.lead.iter().map(|l| Text::plain(l.as_str())).collect::<Vec<_>>(),
                &blocks(result),
            )
            .into_bytes(),
    })
}

/// The JSON schema of `capacity.json`, indented, with a final newline.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(CapacityResult))?;
    text.push('\n');
    Ok(text)
}

/// Objectives in words: `p99 ≤ 1s, failed ≤ 0.10 %`.
#[must_use]
pub fn objective_words(objective: &Objective) -> String {
    let quantiles =
        [("p50", objective.p50), ("p90", objective.p90), ("p99", objective.p99), ("p99.9", objective.p999)];
    let given = quantiles.into_iter().filter_map(|(name, asked)| Some(format!("{name} ≤ {}", asked?)));
    let failed = objective.failed_share.map(|share| format!("failed ≤ {}", format::share(share)));
    let mut words: Vec<String> = given.chain(failed).collect();
    words.push("no after-callback lost".to_owned());
    words.join(", ")
}

fn blocks(result: &CapacityResult) -> Vec<Block> {
    let mut blocks = levels(result);
    blocks.extend(breaks(result));
    blocks.push(Block::Heading("Trials".to_owned().into()));
    blocks.push(Block::List(about(result).into_iter().map(Into::into).collect()));
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
        blocks.push(Block::Heading("Load, latency, timeout needed".to_owned().into()));
    }
    if !shown.is_empty() {
        let mut keys: Vec<_> = shown.iter().flat_map(|l| l.trial.timeouts.keys().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut head: Vec<String> =
            ["of good end", "rate /s", "s", "verdict", "p50", "p90", "p99"].map(str::to_owned).to_vec();
        head.extend(keys.iter().map(ToString::to_string));
        let rows = shown.iter().map(|level| {
            let trial = &level.trial;
            let mut row = vec![
                format!("{:.0} %{}", level.share * 100.0, if level.confirming { " (long)" } else { "" }),
                format::rate(trial.rate),
                format!("{:.0}", trial.duration_s),
                word(&trial.verdict),
            ];
            row.extend(["0.5", "0.9", "0.99"].map(|q| quantile(trial, q)));
            row.extend(keys.iter().map(|key| needed(trial.timeouts.get(key))));
            cells(row)
        });
        let rows = rows.collect();
        blocks.push(Block::Table(Grid {
            head: head.into_iter().map(Into::into).collect(),
            rows,
            spare: vec![4, 2, 5],
        }));
        blocks.push(Block::Text(
            "Under each webhook: the timeout needed at that load; with ? the trial is too short to show it, and the figure is the best guess from what was seen.".to_owned().into(),
        ));
    }
    if !result.left_out.is_empty() {
        blocks.push(Block::List(
            result.left_out.iter().map(|l| Text::plain(format!("left out: {l}"))).collect(),
        ));
    }
    blocks
}

fn breaks(result: &CapacityResult) -> Vec<Block> {
    if result.breaks_first.is_empty() {
        return Vec::new();
    }
    let lines = result.breaks_first.iter().map(|c| {
        format!(
            "{} in {} of {} bad trials, from {}/s on: {}",
            c.code,
            c.trials,
            c.of,
            format::rate(c.from_rate),
            format::printable(&c.what)
        )
    });
    vec![Block::Heading("What breaks first".to_owned().into()), Block::List(lines.map(Text::plain).collect())]
}

fn about(result: &CapacityResult) -> Vec<String> {
    let counts = result.trials_by_verdict;
    let mut lines = vec![
        format!(
            "{} good, {} bad, {} invalid (repeated, not counted); {:.0} s each after {:.0} s of warm-up; {} of {} groups",
            counts.good,
            counts.bad,
            counts.invalid,
            result.trial_s,
            result.warmup_s,
            format::count(result.groups),
            format::count(result.groups_allowed)
        ),
        format!(
            "good: {} (objectives: {})",
            objective_words(&result.objectives.objective),
            result.objectives.from
        ),
        format!(
            "capacity: the rate at which {} of the trials are bad (exceed ratio)",
            format::share(result.exceed_ratio)
        ),
    ];
    for (name, end) in [("good", result.good_end), ("bad", result.bad_end)] {
        lines.extend(end.map(|e| {
            format!("{name} end: {}/s, {} of {} trials bad", format::rate(e.rate), e.bad, e.trials)
        }));
    }
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
        vec![
            format::rate(rate),
            count(TrialVerdict::Good),
            count(TrialVerdict::Bad),
            count(TrialVerdict::Invalid),
            median,
        ]
    });
    let rows = rows.map(cells);
    let head = ["rate /s", "good", "bad", "invalid", "p99"].map(str::to_owned).to_vec();
    Grid { head: head.into_iter().map(Into::into).collect(), rows: rows.collect(), spare: Vec::new() }
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

fn word(verdict: &TrialVerdict) -> String {
    match verdict {
        TrialVerdict::Good => "good",
        TrialVerdict::Bad => "bad",
        TrialVerdict::Invalid => "invalid",
    }
    .to_owned()
}
