//! Findings: what, below it the evidence, then what to do.

use super::super::{Summary, format};
use super::{Block, Point, evidence, heading};
use crate::finding::{Finding, Severity};

pub(super) fn findings(summary: &Summary) -> Vec<Block> {
    let own = &summary.findings;
    // A reason that only points at the finding of the same name says nothing of its own.
    let reasons = summary.validity.reasons.iter().filter(|r| own.iter().all(|f| f.code != r.code));
    let mut all: Vec<&Finding> = reasons.chain(own).collect();
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    if all.is_empty() {
        return vec![heading("Findings"), Block::Text("none".to_owned().into())];
    }
    vec![heading("Findings"), Block::Points(all.into_iter().map(point).collect())]
}

fn point(finding: &Finding) -> Point {
    let label = match finding.severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "ERROR",
    };
    let place = if finding.place.is_empty() { String::new() } else { format!(" {}", finding.place) };
    let mut lines: Vec<String> =
        evidence::lines(&finding.evidence.iter().map(|e| e.en().to_owned()).collect::<Vec<_>>())
            .iter()
            .map(|line| format::printable(line))
            .collect();
    lines.extend(finding.do_next.en().lines().map(|line| format!("→ {}", format::printable(line))));
    Point {
        head: format!("{label}{place} [{}]: {}", finding.code, format::printable(finding.what.en())).into(),
        lines: lines.into_iter().map(Into::into).collect(),
    }
}
