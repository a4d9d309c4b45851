//! Callers who ask again: what they got, what it cost OpenIM, and how to ask again safely.

use super::super::{Summary, format};
use super::calls::quantile;
use super::{Block, heading};
use crate::analysis::CallerFigures;
use crate::profile::model::RetryGroup;

pub(super) fn callers(summary: &Summary) -> Vec<Block> {
    let Some(callers) = &summary.callers else { return Vec::new() };
    let mut list = vec![
        format!(
            "{} creates wanted: {} succeeded at the first attempt, {} at a later one, {} were found to be there \
             (1202), {} were given up, {} were unfinished at the end",
            format::count(callers.creates),
            format::count(callers.counts.at_first),
            format::count(callers.counts.later),
            format::count(callers.counts.existed),
            format::count(callers.counts.gave_up),
            format::count(callers.counts.unfinished)
        ),
        load(callers),
    ];
    if !callers.response_us.quantiles_us.is_empty() {
        list.push(format!(
            "from the first attempt to the group, retries included: p50 {}, p90 {}, p99 {} (those without a group \
             count as slower than everything)",
            quantile(&callers.response_us, "0.5"),
            quantile(&callers.response_us, "0.9"),
            quantile(&callers.response_us, "0.99")
        ));
    }
    list.push(twice(callers));
    vec![heading("Callers who ask again"), Block::List(list.into_iter().map(Into::into).collect())]
}

fn load(callers: &CallerFigures) -> String {
    let Some(factor) = callers.amplification else { return "no create was asked for".to_owned() };
    let peak = match callers.peak_retries_per_s {
        0 => String::new(),
        n => format!(
            "; at most {} retries in one second, beside {} arrivals",
            format::count(n),
            format::count(callers.arrivals_in_peak)
        ),
    };
    format!(
        "retry load: {} attempts for {} creates, amplification {factor:.2}{peak}",
        format::count(callers.counts.attempts),
        format::count(callers.creates)
    )
}

/// Groups made twice, and what keeps them from being made twice.
fn twice(callers: &CallerFigures) -> String {
    let found = match callers.duplicates {
        Some(0) => "no group was made twice".to_owned(),
        Some(1) => "1 group was made although its caller had one already".to_owned(),
        Some(n) => format!("{} groups were made although their callers had one already", format::count(n)),
        None => "whether groups were made twice was not looked up".to_owned(),
    };
    let advice = match callers.group_id {
        RetryGroup::Same => "every attempt named the same groupID, so an attempt too many meets 1202",
        RetryGroup::New => {
            "each attempt named another groupID, as when OpenIM chooses it: an attempt that fails for its caller may \
             have made a group; choose the groupID yourself, name the same one in every attempt, and take 1202 for \
             success"
        }
    };
    format!("{found}: {advice}")
}
