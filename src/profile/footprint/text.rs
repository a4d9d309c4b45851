//! The footprint as lines of text.

use super::{Footprint, KeyReach, Reach};
use crate::say;
use crate::text::Text;

impl Footprint {
    /// As lines of text.
    #[must_use]
    pub fn lines(&self) -> Vec<Text> {
        let mut lines = vec![say!("run-plan-target", target = &self.target)];
        let time = span(self.run_s);
        lines.push(match self.calls {
            Some(calls) => say!(
                "run-plan-calls",
                calls = grouped(calls),
                time = time,
                measured = grouped(self.measured_calls),
                measured_time = span(self.measured_s),
            ),
            None => say!("run-plan-calls-closed", time = time),
        });
        lines.extend(self.mark_lines());
        if !self.remains.is_empty() {
            lines.push(say!("run-plan-remains"));
            lines.extend(self.remains.iter().map(|remains| remains.map(|text| format!("  - {text}"))));
        }
        lines.extend(self.reach_lines());
        lines
    }

    fn mark_lines(&self) -> Vec<Text> {
        let closed = self.calls.is_none();
        let (groups, cap) = (grouped(self.groups), grouped(self.groups_cap));
        let groups = match closed {
            true => say!("run-plan-groups-closed", cap = cap),
            false => say!("run-plan-groups", groups = groups, cap = cap),
        };
        let users = match self.users {
            0 => say!("run-plan-users-given"),
            n => say!("run-plan-users", users = grouped(n)),
        };
        let mut lines = vec![groups, users];
        if !closed {
            lines.push(say!("run-plan-notices", notices = grouped(self.notices)));
            let each = self.callbacks.iter().map(|(k, n)| Text::plain(format!("{k} {}", grouped(*n))));
            let list: Vec<Text> = each.collect();
            lines.push(match list.is_empty() {
                true => say!("run-plan-callbacks-none"),
                false => say!("run-plan-callbacks", callbacks = Text::list(&list)),
            });
        }
        lines.push(match (self.dismissed, closed) {
            (false, _) => say!("run-plan-cleanup-kept"),
            (true, true) => say!("run-plan-cleanup-closed"),
            (true, false) => say!("run-plan-cleanup", time = span(self.cleanup_s)),
        });
        lines
    }

    fn reach_lines(&self) -> Vec<Text> {
        let indented = |text: Text| text.map(|text| format!("  {text}"));
        let mut lines = Vec::new();
        if self.calls.is_some() {
            lines.push(say!("run-plan-reach", misfire = percent(self.misfire)));
            lines.extend(self.reach_of_all().into_iter().map(indented));
        } else {
            lines.push(say!("run-plan-reach-closed"));
        }
        let not_fired = self.not_fired.iter().map(|key| say!("run-plan-not-fired", key = key.name()));
        lines.extend(not_fired.map(indented));
        if self.reach.is_empty() && self.not_fired.is_empty() && self.calls.is_some() {
            lines.push(indented(say!("run-plan-no-webhook")));
        }
        lines
    }

    /// Webhooks of which the same is said share a line.
    fn reach_of_all(&self) -> Vec<Text> {
        let mut said: Vec<(Text, Vec<Text>)> = Vec::new();
        for reach in &self.reach {
            let (words, key) = (reach.words(self.misfire), Text::plain(reach.key.name()));
            match said.iter_mut().find(|(known, _)| *known == words) {
                Some((_, keys)) => keys.push(key),
                None => said.push((words, vec![key])),
            }
        }
        let line = |(words, keys): (Text, Vec<Text>)| match keys.len() {
            1 => say!("run-plan-reach-key", keys = Text::list(&keys), reach = words),
            _ => say!("run-plan-reach-keys", keys = Text::list(&keys), reach = words),
        };
        said.into_iter().map(line).collect()
    }
}

impl KeyReach {
    fn words(&self, misfire: f64) -> Text {
        let n = grouped(self.measured.round() as u64);
        let (single, spells) = (percent(self.single), percent(self.spells));
        let high = minutes(self.minutes_for_high);
        match self.best {
            Reach::Low => say!(
                "run-plan-low",
                n = n,
                single = single,
                spells = spells,
                callbacks = grouped(self.callbacks_for_medium),
                medium = minutes(self.minutes_for_medium),
                high = high,
            ),
            Reach::Medium if self.spells <= misfire => {
                say!("run-plan-medium-capped", n = n, single = single, spells = spells)
            }
            Reach::Medium => say!("run-plan-medium", n = n, single = single, spells = spells, high = high),
            Reach::High => say!("run-plan-high", n = n, single = single, spells = spells),
        }
    }
}

/// `5,750`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn span(seconds: f64) -> Text {
    match seconds {
        s if !s.is_finite() => say!("run-plan-never"),
        s if s < 120.0 => Text::plain(format!("{s:.0} s")),
        s if s < 7_200.0 => Text::plain(format!("{:.0} min", s / 60.0)),
        s => Text::plain(format!("{:.1} h", s / 3_600.0)),
    }
}

/// Minutes rounded up, so that following the advice is enough.
fn minutes(minutes: f64) -> Text {
    if minutes.is_finite() {
        Text::plain(format!("{} min", grouped(minutes.ceil() as u64)))
    } else {
        say!("run-plan-minutes-unknown")
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1e5).round() / 1e3)
}
