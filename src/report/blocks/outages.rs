//! Each outage beside the time before and after it.

use super::super::{Summary, format};
use super::{Block, Grid, heading, serde_name};
use crate::analysis::{GroupsMade, Outage, OutageCallbacks, OutagePart, Recovery, RecoveryState};
use crate::wire::WebhookKey;

pub(super) fn outages(summary: &Summary) -> Vec<Block> {
    if summary.outages.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![heading("Outages")];
    for outage in &summary.outages {
        blocks.push(Block::Text(title(outage)));
        blocks.push(Block::Table(table(outage)));
        blocks.push(Block::List(sentences(outage)));
    }
    blocks
}

fn title(outage: &Outage) -> String {
    let fault = outage.fault.as_ref().map_or_else(|| "outage".to_owned(), serde_name);
    let factor =
        outage.factor.map_or_else(String::new, |k| format!(" ({} times the usual delay)", format::rate(k)));
    let keys: Vec<&str> = outage.keys.iter().map(|k| k.name()).collect();
    let keys = if keys.is_empty() { "all webhooks".to_owned() } else { keys.join(", ") };
    let cut = if outage.cut_short { "; the run was stopped in it" } else { "" };
    format!(
        "{fault}{factor} of {keys}, from {} s to {} s of the run{cut}",
        format::rate(outage.from_s),
        format::rate(outage.to_s)
    )
}

/// The three parts, side by side; a dash where there is none.
struct Parts<'a>([Option<&'a OutagePart>; 3]);

impl Parts<'_> {
    fn row(&self, name: impl Into<String>, cell: impl Fn(&OutagePart) -> String) -> Vec<String> {
        let cells = self.0.map(|part| part.map_or_else(|| "–".to_owned(), &cell));
        std::iter::once(name.into()).chain(cells).collect()
    }

    fn counts(&self, name: impl Into<String>, count: impl Fn(&OutagePart) -> u64) -> Vec<String> {
        self.row(name, |part| format::count(count(part)))
    }

    fn any(&self, count: impl Fn(&OutagePart) -> u64) -> bool {
        self.0.iter().flatten().any(|part| count(part) > 0)
    }
}

fn table(outage: &Outage) -> Grid {
    let parts = Parts([outage.before.as_ref(), Some(&outage.during), outage.after.as_ref()]);
    let mut rows = calls(&parts);
    rows.extend(times(&parts));
    rows.extend(callbacks(&parts));
    Grid { rows, ..Grid::new(["", "before", "during", "after"]) }
}

fn calls(parts: &Parts<'_>) -> Vec<Vec<String>> {
    let mut rows = vec![
        parts.row("lasted", |p| format!("{} s", format::rate(p.to_s - p.from_s))),
        parts.counts("calls asked for", |p| p.asked),
        parts.counts("succeeded", |p| p.succeeded),
        parts.counts("failed", |p| p.failed_total),
    ];
    let mut kinds: Vec<&String> = parts.0.iter().flatten().flat_map(|p| p.failed.keys()).collect();
    kinds.sort();
    kinds.dedup();
    let of = |p: &OutagePart, kind: &str| p.failed.get(kind).copied().unwrap_or(0);
    rows.extend(kinds.into_iter().map(|kind| parts.counts(format!("  {kind}"), |p| of(p, kind))));
    let rare: [(&str, fn(&OutagePart) -> u64); 3] = [
        ("given up by us", |p| p.censored),
        ("shed (not started)", |p| p.shed),
        ("in flight at the kill", |p| p.unknown),
    ];
    let rare = rare.into_iter().filter(|(_, count)| parts.any(count));
    rows.extend(rare.map(|(name, count)| parts.counts(name, count)));
    rows
}

fn times(parts: &Parts<'_>) -> Vec<Vec<String>> {
    let quantile = |p: &OutagePart, q: &str| super::calls::quantile(&p.response, q);
    let longest = |p: &OutagePart| match (p.response.unfinished, p.response.count) {
        (0, 0) => "–".to_owned(),
        (0, _) => format::duration_us(p.response.max_us),
        _ => "no end".to_owned(),
    };
    vec![
        parts.row("response time p50", |p| quantile(p, "0.5")),
        parts.row("response time p99", |p| quantile(p, "0.99")),
        parts.row("response time max", longest),
        parts.counts("in flight, at most", |p| p.in_flight),
        parts.counts("connections to us, at most", |p| u64::from(p.connections)),
    ]
}

fn callbacks(parts: &Parts<'_>) -> Vec<Vec<String>> {
    let mut keys: Vec<WebhookKey> =
        parts.0.iter().flatten().flat_map(|p| p.callbacks.keys().copied()).collect();
    keys.sort();
    keys.dedup();
    let of = |p: &OutagePart, key| p.callbacks.get(&key).copied().unwrap_or_default();
    let mut rows = Vec::new();
    for key in keys {
        rows.push(parts.counts(format!("{key} arrived"), |p| of(p, key).arrived));
        let worse: [(&str, fn(&OutageCallbacks) -> u64); 2] =
            [("  given up by OpenIM", |c| c.cut), ("  never came", |c| c.lost)];
        let worse = worse.into_iter().filter(|(_, count)| parts.any(|p| count(&of(p, key))));
        rows.extend(worse.map(|(name, count)| parts.counts(name, |p| count(&of(p, key)))));
    }
    rows
}

fn sentences(outage: &Outage) -> Vec<String> {
    let mut list = Vec::new();
    let open = outage.open_at_start;
    if open.calls > 0 {
        list.push(format!(
            "{} calls made before it ended in it or later, {} of them as failures; they stand in no column.",
            format::count(open.calls),
            format::count(open.failed)
        ));
    }
    list.push(recovery(&outage.recovery));
    list.extend(groups(&outage.groups));
    if outage.group_id_taken > 0 {
        list.push(format!(
            "{} calls met 1202 (groupID taken): retries of creates that had made their group.",
            format::count(outage.group_id_taken)
        ));
    }
    list
}

fn recovery(recovery: &Recovery) -> String {
    let limit = |us: Option<u64>| us.map_or_else(|| "–".to_owned(), format::duration_us);
    let band = format!(
        "a second's median up to {}, p90 up to {}, failures as before",
        limit(recovery.median_limit_us),
        limit(recovery.p90_limit_us)
    );
    match (recovery.state, recovery.after_s) {
        (RecoveryState::Recovered, Some(after_s)) if after_s < 1.0 => {
            format!(
                "Recovery: at once; the first three seconds after it were inside the earlier band ({band})."
            )
        }
        (RecoveryState::Recovered, after_s) => format!(
            "Recovery: {} s after its end response times were back inside the earlier band for 3 s in a row ({band}).",
            format::rate(after_s.unwrap_or_default())
        ),
        (RecoveryState::NotWithinRun, _) => {
            format!("Recovery: not within the run; never 3 s in a row inside the earlier band ({band}).")
        }
        (RecoveryState::Unknown, _) => format!("Recovery: not known, {}.", recovery.why),
    }
}

/// Whether failed creates made their groups; nothing where none failed.
fn groups(groups: &GroupsMade) -> Option<String> {
    if groups.failed == 0 {
        return None;
    }
    let (made, asked, failed) =
        (format::count(groups.made), format::count(groups.asked), format::count(groups.failed));
    let why =
        if groups.why.is_empty() { String::new() } else { format!(" ({})", format::printable(&groups.why)) };
    Some(if groups.asked == 0 {
        format!("Whether the {failed} failed creates had made their groups is not known{why}.")
    } else if groups.asked < groups.failed {
        format!(
            "{made} of {asked} failed creates had made their group; {failed} had failed, not all were looked up{why}."
        )
    } else {
        format!("{made} of {failed} failed creates had made their group (looked up before the clean-up).")
    })
}
