//! What breaks first: errors that were seen, then the upper limits with the least room.

use crate::finding::Severity;
use crate::report::Summary;
use crate::say;
use crate::text::Text;

/// Limits that are named.
const LIMITS: usize = 3;

pub(super) fn first(summary: &Summary) -> Vec<Text> {
    let errors = summary.findings.iter().filter(|f| f.severity == Severity::Error).map(|f| f.what.clone());
    let mut all: Vec<Text> = errors.collect();
    all.extend(ways_out(summary));
    all.extend(limits(summary));
    all
}

/// Where no timeout satisfies everything.
fn ways_out(summary: &Summary) -> impl Iterator<Item = Text> {
    summary
        .recommendations
        .iter()
        .filter(|(_, r)| !r.ways_out.is_empty())
        .map(|(key, r)| say!("html-no-timeout-fits", key = key.name(), ways = Text::sentences(&r.ways_out)))
}

/// The closest limit of each webhook, the closest of all first.
fn limits(summary: &Summary) -> Vec<Text> {
    let written = summary.recommendations.iter().filter(|(_, r)| r.timeout_s.is_some());
    let closest = written.filter_map(|(key, r)| {
        let with_slack = r.upper_limits.iter().filter_map(|limit| Some((limit.slack_s?, limit)));
        let (slack, limit) = with_slack.min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((slack, *key, limit))
    });
    let mut closest: Vec<_> = closest.collect();
    closest.sort_by(|a, b| a.0.total_cmp(&b.0));
    let line = |(slack, key, limit): &(f64, crate::wire::WebhookKey, &crate::analysis::UpperLimit)| {
        let spare = if *slack < 0.0 { format!("−{:.1}", -slack) } else { format!("{slack:.1}") };
        say!("html-limit", key = key.name(), spare = spare, why = &limit.why)
    };
    closest.iter().take(LIMITS).map(line).collect()
}
