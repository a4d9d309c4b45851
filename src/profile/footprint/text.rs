//! The footprint as lines of text.

use super::{Footprint, KeyReach, Reach};

impl Footprint {
    /// As lines of text.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("target     {}", self.target)];
        lines.push(match self.calls {
            Some(calls) => format!(
                "calls      about {} in {} (measured: {} in {})",
                grouped(calls),
                span(self.run_s),
                grouped(self.measured_calls),
                span(self.measured_s)
            ),
            None => format!(
                "calls      as many as are answered in {} (closed loop: the number is not known beforehand)",
                span(self.run_s)
            ),
        });
        lines.extend(self.mark_lines());
        if !self.remains.is_empty() {
            lines.push("cannot be removed afterwards:".to_owned());
            lines.extend(self.remains.iter().map(|r| format!("  - {r}")));
        }
        lines.extend(self.reach_lines());
        lines
    }

    fn mark_lines(&self) -> Vec<String> {
        let closed = self.calls.is_none();
        let groups = match closed {
            true => format!("groups     at most {} (`limits.groups`)", grouped(self.groups_cap)),
            false => {
                format!("groups     about {} (at most {})", grouped(self.groups), grouped(self.groups_cap))
            }
        };
        let users = match self.users {
            0 => "users      none made: existing ones from `load.users.file`".to_owned(),
            n => format!("users      {} registered", grouped(n)),
        };
        let mut lines = vec![groups, users];
        if !closed {
            lines.push(format!("notices    about {}", grouped(self.notices)));
            let list: Vec<_> = self.callbacks.iter().map(|(k, n)| format!("{k} {}", grouped(*n))).collect();
            let list = if list.is_empty() { "none expected".to_owned() } else { list.join(", ") };
            lines.push(format!("callbacks  about {list}"));
        }
        lines.push(match (self.dismissed, closed) {
            (false, _) => "clean-up   none: the groups are kept (`cleanup.mode`)".to_owned(),
            (true, true) => "clean-up   dismisses every group".to_owned(),
            (true, false) => format!("clean-up   dismisses every group, about {}", span(self.cleanup_s)),
        });
        lines
    }

    fn reach_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.calls.is_some() {
            lines.push(format!(
                "best confidence that this plan can reach (misfire share {}, if no callback is slower than T):",
                percent(self.misfire)
            ));
            lines.extend(self.reach_of_all());
        } else {
            lines.push("confidence: no recommendation can be promised for a closed loop".to_owned());
        }
        lines
            .extend(self.not_fired.iter().map(|k| format!("  {k}: not fired by this load, so not measured")));
        if self.reach.is_empty() && self.not_fired.is_empty() && self.calls.is_some() {
            lines.push("  no webhook is expected: a plain API load, no timeout is recommended".to_owned());
        }
        lines
    }

    /// Webhooks of which the same is said share a line.
    fn reach_of_all(&self) -> Vec<String> {
        let mut said: Vec<(String, Vec<&str>)> = Vec::new();
        for reach in &self.reach {
            let words = reach.words(self.misfire);
            match said.iter_mut().find(|(known, _)| *known == words) {
                Some((_, keys)) => keys.push(reach.key.name()),
                None => said.push((words, vec![reach.key.name()])),
            }
        }
        let each = |keys: &[&str]| if keys.len() > 1 { ", each" } else { "" };
        said.into_iter()
            .map(|(words, keys)| format!("  {}{}: {words}", keys.join(", "), each(&keys)))
            .collect()
    }
}

impl KeyReach {
    fn words(&self, misfire: f64) -> String {
        let head = format!(
            "{}, from {} callbacks: single bound {}, spell bound {}",
            self.best.name(),
            grouped(self.measured.round() as u64),
            percent(self.single),
            percent(self.spells)
        );
        let medium = format!(
            "medium needs {} callbacks ({} at this rate)",
            grouped(self.callbacks_for_medium),
            minutes(self.minutes_for_medium)
        );
        let high = format!("high needs {} measured", minutes(self.minutes_for_high));
        match self.best {
            Reach::Low => format!("{head}; {medium}, {high}"),
            Reach::Medium if self.spells <= misfire => {
                format!(
                    "{head}; high needs OpenIM's own log, since an after-callback's round trip is not seen from here"
                )
            }
            Reach::Medium => format!("{head}; {high}"),
            Reach::High => head,
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

fn span(seconds: f64) -> String {
    match seconds {
        s if !s.is_finite() => "never".to_owned(),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3_600.0),
    }
}

/// Minutes rounded up, so that following the advice is enough.
fn minutes(minutes: f64) -> String {
    if minutes.is_finite() {
        format!("{} min", grouped(minutes.ceil() as u64))
    } else {
        "callbacks".to_owned()
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1e5).round() / 1e3)
}
