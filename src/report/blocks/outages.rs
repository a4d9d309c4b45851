//! Each outage beside the time before and after it.

use super::super::format;
use super::{Block, Grid, serde_name};
use crate::analysis::{GroupsMade, Outage, OutageCallbacks, OutagePart, Recovery, RecoveryState};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

pub(super) fn outages(outages: &[Outage]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for outage in outages {
        blocks.push(Block::Heading(title(outage)));
        blocks.push(Block::Table(table(outage)));
        blocks.push(Block::List(sentences(outage)));
    }
    blocks
}

fn title(outage: &Outage) -> Text {
    let fault = outage
        .fault
        .as_ref()
        .map_or_else(|| say!("report-outage-unknown"), |fault| Text::plain(serde_name(fault)));
    let fault = match outage.factor {
        Some(k) => say!("report-outage-factor", fault = fault, factor = format::rate(k)),
        None => fault,
    };
    let keys: Vec<Text> = outage.keys.iter().map(|k| Text::plain(k.name())).collect();
    let keys = if keys.is_empty() { say!("report-outage-all") } else { Text::list(&keys) };
    let (from, to) = (format::rate(outage.from_s), format::rate(outage.to_s));
    if outage.cut_short {
        say!("report-outage-cut", fault = fault, keys = keys, from = from, to = to)
    } else {
        say!("report-outage", fault = fault, keys = keys, from = from, to = to)
    }
}

/// A count with its name.
type Named<T> = (Text, fn(&T) -> u64);

/// The three parts, side by side; a dash where there is none.
struct Parts<'a>([Option<&'a OutagePart>; 3]);

impl Parts<'_> {
    fn row(&self, name: Text, cell: impl Fn(&OutagePart) -> Text) -> Vec<Text> {
        let cells = self.0.map(|part| part.map_or_else(|| Text::plain("–"), &cell));
        std::iter::once(name).chain(cells).collect()
    }

    fn counts(&self, name: Text, count: impl Fn(&OutagePart) -> u64) -> Vec<Text> {
        self.row(name, |part| Text::plain(format::count(count(part))))
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
    let head = [Text::plain(""), say!("report-before"), say!("report-during"), say!("report-after")];
    Grid { rows, ..Grid::new(head) }
}

fn calls(parts: &Parts<'_>) -> Vec<Vec<Text>> {
    let mut rows = vec![
        parts.row(say!("report-lasted"), |p| Text::plain(format!("{} s", format::rate(p.to_s - p.from_s)))),
        parts.counts(say!("report-asked-for"), |p| p.asked),
        parts.counts(say!("report-succeeded"), |p| p.succeeded),
        parts.counts(say!("report-failed"), |p| p.failed_total),
    ];
    let mut kinds: Vec<&String> = parts.0.iter().flatten().flat_map(|p| p.failed.keys()).collect();
    kinds.sort();
    kinds.dedup();
    let of = |p: &OutagePart, kind: &str| p.failed.get(kind).copied().unwrap_or(0);
    rows.extend(
        kinds.into_iter().map(|kind| parts.counts(Text::plain(format!("  {kind}")), |p| of(p, kind))),
    );
    let rare: [Named<OutagePart>; 3] = [
        (say!("report-given-up"), |p| p.censored),
        (say!("report-shed"), |p| p.shed),
        (say!("report-in-flight-kill"), |p| p.unknown),
    ];
    let rare = rare.into_iter().filter(|(_, count)| parts.any(count));
    rows.extend(rare.map(|(name, count)| parts.counts(name, count)));
    rows
}

fn times(parts: &Parts<'_>) -> Vec<Vec<Text>> {
    let quantile = |p: &OutagePart, q: &str| Text::plain(super::calls::quantile(&p.response, q));
    let longest = |p: &OutagePart| match (p.response.unfinished, p.response.count) {
        (0, 0) => Text::plain("–"),
        (0, _) => Text::plain(format::duration_us(p.response.max_us)),
        _ => say!("report-no-end"),
    };
    vec![
        parts.row(say!("report-response", quantile = "p50"), |p| quantile(p, "0.5")),
        parts.row(say!("report-response", quantile = "p90"), |p| quantile(p, "0.9")),
        parts.row(say!("report-response", quantile = "p99"), |p| quantile(p, "0.99")),
        parts.row(say!("report-response", quantile = "max"), longest),
        parts.counts(say!("report-in-flight"), |p| p.in_flight),
        parts.counts(say!("report-connections"), |p| u64::from(p.connections)),
    ]
}

fn callbacks(parts: &Parts<'_>) -> Vec<Vec<Text>> {
    let mut keys: Vec<WebhookKey> =
        parts.0.iter().flatten().flat_map(|p| p.callbacks.keys().copied()).collect();
    keys.sort();
    keys.dedup();
    let of = |p: &OutagePart, key| p.callbacks.get(&key).copied().unwrap_or_default();
    let mut rows = Vec::new();
    for key in keys {
        rows.push(parts.counts(say!("report-arrived", key = key.name()), |p| of(p, key).arrived));
        let worse: [Named<OutageCallbacks>; 2] =
            [(say!("report-cut"), |c| c.cut), (say!("report-lost"), |c| c.lost)];
        let worse = worse.into_iter().filter(|(_, count)| parts.any(|p| count(&of(p, key))));
        rows.extend(worse.map(|(name, count)| parts.counts(name, |p| count(&of(p, key)))));
    }
    rows
}

fn sentences(outage: &Outage) -> Vec<Text> {
    let mut list = Vec::new();
    let open = outage.open_at_start;
    if open.calls > 0 {
        let (calls, failed) = (format::count(open.calls), format::count(open.failed));
        list.push(say!("report-open-calls", calls = calls, failed = failed));
    }
    if open.callbacks_lost > 0 {
        list.push(say!("report-open-callbacks", n = format::count(open.callbacks_lost)));
    }
    list.push(recovery(&outage.recovery));
    list.extend(groups(&outage.groups));
    if outage.group_id_taken > 0 {
        list.push(say!("report-id-taken", n = format::count(outage.group_id_taken)));
    }
    list
}

fn recovery(recovery: &Recovery) -> Text {
    let limit = |us: Option<u64>| us.map_or_else(|| "–".to_owned(), format::duration_us);
    let (median, p90) = (limit(recovery.median_limit_us), limit(recovery.p90_limit_us));
    let band = say!("report-recovery-band", median = median, p90 = p90);
    match (recovery.state, recovery.after_s) {
        (RecoveryState::Recovered, Some(after_s)) if after_s < 1.0 => {
            say!("report-recovery-at-once", band = band)
        }
        (RecoveryState::Recovered, after_s) => {
            say!("report-recovery-after", after = format::rate(after_s.unwrap_or_default()), band = band)
        }
        (RecoveryState::NotWithinRun, _) => say!("report-recovery-never", band = band),
        (RecoveryState::Unknown, _) => say!("report-recovery-unknown", why = &recovery.why),
    }
}

/// Whether failed creates made their groups; nothing where none failed.
fn groups(groups: &GroupsMade) -> Option<Text> {
    if groups.failed == 0 {
        return None;
    }
    let (made, asked, failed) =
        (format::count(groups.made), format::count(groups.asked), format::count(groups.failed));
    let why = groups.why.map(format::printable);
    Some(match (groups.asked, why.is_empty()) {
        (0, true) => say!("report-made-unknown", failed = failed),
        (0, false) => say!("report-made-unknown-why", failed = failed, why = why),
        (n, true) if n < groups.failed => {
            say!("report-made-some", made = made, asked = asked, failed = failed)
        }
        (n, false) if n < groups.failed => {
            say!("report-made-some-why", made = made, asked = asked, failed = failed, why = why)
        }
        _ => say!("report-made", made = made, failed = failed),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::analysis::{OpenAtStart, SeriesFigures};
    use crate::profile::model::Fault;

    fn part(from_s: f64, to_s: f64, succeeded: u64, failed: u64) -> OutagePart {
        let kinds = if failed > 0 {
            BTreeMap::from([("webhook_deadline".to_owned(), failed)])
        } else {
            BTreeMap::new()
        };
        let quantiles_us = [("0.5".to_owned(), 90_000), ("0.9".to_owned(), 5_010_000)].into();
        let callbacks = OutageCallbacks { arrived: succeeded + failed, cut: failed, lost: 0 };
        OutagePart {
            from_s,
            to_s,
            asked: succeeded + failed,
            succeeded,
            failed: kinds,
            failed_total: failed,
            response: SeriesFigures {
                count: succeeded,
                max_us: 337_000,
                quantiles_us,
                ..SeriesFigures::default()
            },
            in_flight: 53,
            connections: 54,
            callbacks: [(WebhookKey::BeforeMemberJoinGroup, callbacks)].into(),
            ..OutagePart::default()
        }
    }

    fn outage() -> Outage {
        Outage {
            phase: 2,
            fault: Some(Fault::Hang),
            factor: None,
            keys: vec![WebhookKey::BeforeMemberJoinGroup],
            from_s: 18.0,
            to_s: 28.0,
            cut_short: false,
            before: Some(part(3.0, 18.0, 1_250, 0)),
            during: part(18.0, 28.0, 0, 95),
            after: None,
            open_at_start: OpenAtStart { calls: 2, failed: 1, callbacks_lost: 1 },
            recovery: Recovery { why: Text::plain("the run ended with it"), ..Recovery::default() },
            groups: GroupsMade { failed: 95, asked: 95, made: 4, why: crate::text::Text::default() },
            group_id_taken: 3,
        }
    }

    fn words(blocks: &[Block]) -> String {
        format!("{blocks:?}")
    }

    #[test]
    fn each_part_is_a_column_and_one_that_is_missing_a_dash() {
        let blocks = outages(&[outage()]);
        let Block::Heading(title) = &blocks[0] else { panic!("{blocks:?}") };
        assert_eq!(title.en(), "Outage: hang of beforeMemberJoinGroup, from 18 s to 28 s of the run");
        assert_eq!(title.zh(), "故障：beforeMemberJoinGroup 的 hang，运行的第 18 s 到第 28 s");
        let Block::Table(grid) = &blocks[1] else { panic!("{blocks:?}") };
        let row = |name: &str| grid.rows.iter().find(|r| r[0] == name).unwrap()[1..].to_vec();
        assert_eq!(row("calls asked for"), ["1,250", "95", "–"]);
        assert_eq!(row("  webhook_deadline"), ["0", "95", "–"]);
        assert_eq!(row("response time p99"), ["–", "–", "–"], "what is not supported is not printed");
        assert_eq!(row("  given up by OpenIM"), ["0", "95", "–"]);
        assert!(!grid.rows.iter().any(|r| r[0].contains("never came") || r[0].contains("shed")));
        let widest = |column: usize| grid.rows.iter().map(|r| r[column].en().chars().count()).max().unwrap();
        assert!((0..4).map(widest).sum::<usize>() + 12 <= 80);
    }

    #[test]
    fn recovery_groups_and_retries_are_said_in_words() {
        let mut outage = outage();
        let text = words(&outages(&[outage.clone()]));
        for said in [
            "2 calls made before it ended in it or later, 1 of them as failures",
            "Recovery: not known, the run ended with it.",
            "4 of 95 failed creates had made their group",
            "3 calls met 1202",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        outage.recovery = Recovery {
            state: RecoveryState::Recovered,
            after_s: Some(7.0),
            median_limit_us: Some(95_000),
            p90_limit_us: Some(150_000),
            ..Recovery::default()
        };
        outage.groups = GroupsMade { asked: 0, made: 0, why: Text::plain("no answer"), ..outage.groups };
        let text = words(&outages(&[outage]));
        assert!(text.contains("7 s after its end") && text.contains("median up to 95.0 ms"), "{text}");
        assert!(text.contains("is not known (no answer)"), "{text}");
        assert!(outages(&[]).is_empty());
    }
}
