//! Rows in words: what `OpenIM` would do, and where.

use super::{Effect, Fault, Row, Variant};
use crate::say;
use crate::text::Text;
use crate::wire::Build;

/// A time as people read it.
#[must_use]
pub fn time(ms: f64) -> String {
    if ms >= 1_000.0 {
        format!("{:.2} s", ms / 1e3)
    } else if ms >= 10.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{ms:.1} ms")
    }
}

/// In what a body is odd.
#[must_use]
pub fn variant(variant: Variant) -> Text {
    match variant {
        Variant::Plain => say!("check-variant-plain"),
        Variant::Unicode => say!("check-variant-unicode"),
        Variant::Thousand => say!("check-variant-thousand"),
        Variant::Empty => say!("check-variant-empty"),
        Variant::Extra => say!("check-variant-extra"),
    }
}

/// What `OpenIM` would do.
#[must_use]
pub fn effect(row: &Row) -> Text {
    if !row.key.is_before() {
        return discarded(row);
    }
    match &row.judged.effect {
        Effect::Continues(fields) if fields.is_empty() => say!("check-effect-continues"),
        Effect::Continues(fields) => say!("check-effect-continues-with", fields = fields.join(", ")),
        Effect::BadAnswer(why) => say!("check-effect-bad", why = why),
        Effect::NotAnswered(why) => say!("check-effect-not-answered", why = why),
        Effect::Rejects(rejection) => rejects(rejection.code, row.build),
    }
}

/// After-callbacks: the answer is read and thrown away; the event may be lost.
fn discarded(row: &Row) -> Text {
    match &row.judged.effect {
        Effect::Continues(_) => say!("check-effect-discarded"),
        Effect::Rejects(_) => say!("check-effect-discarded-rejection"),
        Effect::BadAnswer(why) => say!("check-effect-discarded-bad", why = why),
        Effect::NotAnswered(why) => say!("check-effect-lost", why = why),
    }
}

/// What the API's caller gets, as measured.
fn rejects(code: i32, build: Build) -> Text {
    let is_main = matches!(build, Build::Main | Build::MainStandalone);
    match code {
        0 if is_main => say!("check-effect-rejects-success", code = code),
        ..0 if build == Build::MainStandalone => say!("check-effect-rejects", code = code),
        ..=0 => say!("check-effect-rejects-500", code = code),
        1..=99 if build == Build::Main => say!("check-effect-rejects-500", code = code),
        _ => say!("check-effect-rejects", code = code),
    }
}

/// A line for rows that are alike but for body and version.
#[must_use]
pub fn spot(rows: &[&Row]) -> Text {
    let Some(first) = rows.first() else { return Text::default() };
    let mut seen: Vec<Variant> = rows.iter().map(|row| row.variant).collect();
    seen.sort_unstable();
    seen.dedup();
    let mut versions: Vec<&str> = rows.iter().map(|row| row.version.as_str()).collect();
    versions.dedup();
    let texts: Vec<Text> = seen.into_iter().map(variant).collect();
    let (variants, versions) = (Text::list(&texts), versions.join(", "));
    let (command, effect) = (first.command, effect(first));
    match first.judged.status {
        Some(status) => say!(
            "check-spot",
            command = command,
            variants = variants,
            versions = versions,
            status = status,
            effect = effect
        ),
        None => say!(
            "check-spot-no-status",
            command = command,
            variants = variants,
            versions = versions,
            effect = effect
        ),
    }
}

/// Rows with a fault, those alike together.
#[must_use]
pub fn alike<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Vec<&'a Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        let same = |group: &Vec<&Row>| {
            group.first().is_some_and(|first| {
                first.command == row.command && first.judged == row.judged && effect(first) == effect(row)
            })
        };
        match groups.iter_mut().find(|group| same(group)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// Whether a row has it.
#[must_use]
pub fn has(row: &Row, fault: Fault) -> bool {
    row.judged.faults.contains(&fault)
}
