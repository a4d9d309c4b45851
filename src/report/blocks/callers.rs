//! Callers who ask again: what they got, what it cost OpenIM, and how to ask again safely.

use super::super::{Summary, format};
use super::Block;
use super::calls::quantile;
use crate::analysis::CallerFigures;
use crate::profile::model::RetryGroup;
use crate::say;
use crate::text::Text;

pub(super) fn callers(summary: &Summary) -> Vec<Block> {
    let Some(callers) = &summary.callers else { return Vec::new() };
    let ended = say!(
        "report-callers-ended",
        creates = format::count(callers.creates),
        first = format::count(callers.counts.at_first),
        later = format::count(callers.counts.later),
        existed = format::count(callers.counts.existed),
        gave_up = format::count(callers.counts.gave_up),
        unfinished = format::count(callers.counts.unfinished)
    );
    let mut list = vec![ended, load(callers)];
    if !callers.response_us.quantiles_us.is_empty() {
        let at = |q| quantile(&callers.response_us, q);
        list.push(say!("report-callers-waited", p50 = at("0.5"), p90 = at("0.9"), p99 = at("0.99")));
    }
    list.push(twice(callers));
    vec![Block::Heading(say!("report-callers")), Block::List(list)]
}

fn load(callers: &CallerFigures) -> Text {
    let Some(factor) = callers.amplification else { return say!("report-callers-no-create") };
    let (attempts, creates) = (format::count(callers.counts.attempts), format::count(callers.creates));
    let factor = format!("{factor:.2}");
    match callers.peak_retries_per_s {
        0 => say!("report-callers-load", attempts = attempts, creates = creates, factor = factor),
        n => say!(
            "report-callers-load-peak",
            attempts = attempts,
            creates = creates,
            factor = factor,
            retries = format::count(n),
            arrivals = format::count(callers.arrivals_in_peak)
        ),
    }
}

/// Groups made twice, and what keeps them from being made twice.
fn twice(callers: &CallerFigures) -> Text {
    let found = match callers.duplicates {
        Some(0) => say!("report-twice-none"),
        Some(n) => say!("report-twice-some", n = n, count = format::count(n)),
        None => say!("report-twice-unknown"),
    };
    match callers.group_id {
        RetryGroup::Same => say!("report-twice-same", found = found),
        RetryGroup::New => say!("report-twice-new", found = found),
    }
}
