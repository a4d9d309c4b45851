//! How the recordings ended, as a table a person reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::outcome::Outcome;
use crate::text::Text;

/// A recording and how it ended.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub folder: String,
    pub scenario: String,
    pub outcome: Outcome,
    /// What it ended with before it was tried again.
    pub before: Option<Outcome>,
}

/// How all recordings ended.
#[derive(Clone, Debug, Default)]
pub struct ReplayReport {
    pub(super) rows: Vec<Row>,
    pub(super) left_out: Vec<Text>,
}

impl ReplayReport {
    fn count(&self, is: fn(&Outcome) -> bool) -> usize {
        self.rows.iter().filter(|r| is(&r.outcome)).count()
    }

    /// How many recordings there are.
    #[must_use]
    pub fn recordings(&self) -> usize {
        self.rows.len()
    }

    /// How many recordings the simulator differs from, or that could not be played.
    #[must_use]
    pub fn differing(&self) -> usize {
        self.count(|o| matches!(o, Outcome::Differs(_) | Outcome::Unusable(_)))
    }

    /// How many are equal, races aside.
    #[must_use]
    pub fn equal(&self) -> usize {
        self.count(|o| matches!(o, Outcome::Equal(_)))
    }

    /// How many were not run.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|o| matches!(o, Outcome::Skipped(_)))
    }

    /// Folders and files that are no recordings, each with the reason.
    #[must_use]
    pub fn left_out(&self) -> &[Text] {
        &self.left_out
    }

    /// A row a scenario, a column a server: `=` equal, `~` equal but for a named race, `-`
    /// not run, `X` different, `!` cannot be played, blank where there is no recording; then
    /// the reasons and the first differences.
    #[must_use]
    pub fn table(&self) -> String {
        let folders: BTreeSet<&str> = self.rows.iter().map(|r| r.folder.as_str()).collect();
        let mut rows: BTreeMap<&str, BTreeMap<&str, &Outcome>> = BTreeMap::new();
        for row in &self.rows {
            rows.entry(&row.scenario).or_default().insert(&row.folder, &row.outcome);
        }
        let width = rows.keys().map(|s| s.chars().count()).max().unwrap_or(0).max(32);
        let mut text = String::from("scenario × version\n");
        for (n, folder) in folders.iter().enumerate() {
            let _ = writeln!(text, "  column {}: {folder}", n + 1);
        }
        let numbers: String = (1..=folders.len()).map(|n| format!("{n:>4}")).collect();
        let _ = writeln!(text, "{:<width$}{numbers}", "");
        for (scenario, cells) in &rows {
            let marks: String =
                folders.iter().map(|f| format!("{:>4}", mark(cells.get(f).copied()))).collect();
            let _ = writeln!(text, "{scenario:<width$}{}", marks.trim_end());
        }
        for note in self.notes() {
            let _ = writeln!(text, "{note}");
        }
        let _ = write!(
            text,
            "{} recordings: {} equal, {} different, {} not run",
            self.rows.len(),
            self.equal(),
            self.differing(),
            self.skipped()
        );
        text
    }

    fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.rows.iter().filter_map(note).collect();
        notes.sort();
        notes.extend(self.left_out.iter().map(|reason| format!("left out: {}", reason.en())));
        notes
    }
}

fn note(row: &Row) -> Option<String> {
    let place = format!("{}/{}", row.folder, row.scenario);
    let again = row.before.as_ref().map_or_else(String::new, |before| match before {
        Outcome::Differs(what) if *before != row.outcome => format!(" (at the second try; at first {what})"),
        _ => " (twice)".to_owned(),
    });
    match &row.outcome {
        Outcome::Equal(races) if races.is_empty() && again.is_empty() => None,
        Outcome::Equal(races) => {
            let races: Vec<&str> = races.iter().copied().collect();
            Some(format!("~ {place}: {}{again}", races.join(", ")))
        }
        Outcome::Differs(what) => Some(format!("X {place}: {what}{again}")),
        Outcome::Skipped(why) => Some(format!("- {place}: {why}")),
        Outcome::Unusable(why) => Some(format!("! {place}: {why}")),
    }
}

fn mark(outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        None => "",
        Some(Outcome::Equal(races)) if races.is_empty() => "=",
        Some(Outcome::Equal(_)) => "~",
        Some(Outcome::Differs(_)) => "X",
        Some(Outcome::Skipped(_)) => "-",
        Some(Outcome::Unusable(_)) => "!",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_every_recording_and_every_reason() {
        let row = |folder: &str, scenario: &str, outcome: Outcome| Row {
            folder: folder.to_owned(),
            scenario: scenario.to_owned(),
            outcome,
            before: None,
        };
        let report = ReplayReport {
            rows: vec![
                row("main", "a", Outcome::Equal(BTreeSet::new())),
                row("main", "b", Outcome::Differs("errCode: 1 recorded, 0 here".to_owned())),
                row("v3.8.0", "a", Outcome::Skipped("takes 30 s".to_owned())),
                row("v3.8.0", "b", Outcome::Equal([super::super::outcome::PIPELINE].into())),
                row("v3.8.0", "c", Outcome::Unusable("no calls".to_owned())),
            ],
            left_out: vec![Text::plain("x: no version")],
        };
        assert_eq!((report.equal(), report.differing(), report.skipped()), (2, 2, 1));
        let table = report.table();
        for line in [
            "   =   -\n",
            "   X   ~\n",
            "       !\n",
            "X main/b: errCode: 1 recorded, 0 here\n",
            "~ v3.8.0/b: message pipeline\n",
            "! v3.8.0/c: no calls\n",
            "left out: x: no version\n",
        ] {
            assert!(table.contains(line), "{line:?} in {table}");
        }
    }
}
