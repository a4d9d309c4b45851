//! Rules about `IMENV_WEBHOOKS_*` variables.

use super::rules::Rule;
use super::{Hit, Seen, hit};
use crate::finding::Severity;
use crate::say;
use crate::text::Text;
use crate::wire::Build;
use crate::wire::failure::printable;
use crate::wire::webhooks_yml::{Standing, Variable, variable_of};

/// `beforeCreateGroup.timeout`, `url`.
fn path(key: &str, setting: &str) -> String {
    if setting.is_empty() { key.to_owned() } else { format!("{key}.{setting}") }
}

fn told(rule: &Rule, severity: Severity, variable: &Variable, what: Text) -> Hit {
    hit(rule, severity, printable(&variable.name), variable.place, what)
}

/// Variables that win over the file.
pub(super) fn wins(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let found = seen.variables.iter().filter_map(|(variable, standing)| {
        let Standing::Wins(key, setting) = standing else { return None };
        let what = say!("lint-environment-wins", name = variable.name.as_str(), setting = path(key, setting));
        Some(told(rule, rule.severity, variable, what))
    });
    found.collect()
}

/// Variables that do nothing.
pub(super) fn no_effect(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    if seen.target.version.build == Build::MainStandalone {
        let first = seen.target.environment.first();
        let count = seen.target.environment.len();
        let what = say!("lint-environment-standalone", count = count);
        return first.map(|variable| told(rule, Severity::Info, variable, what)).into_iter().collect();
    }
    let found = seen.variables.iter().filter_map(|(variable, standing)| {
        let name = printable(&variable.name);
        let what = match standing {
            Standing::NoSetting(key, setting) => {
                let nearest = variable_of(key, setting);
                say!("lint-environment-no-setting", name = name, nearest = nearest)
            }
            Standing::NotInFile(key, setting) => {
                say!("lint-environment-not-in-file", name = name, setting = path(key, setting))
            }
            Standing::Empty => say!("lint-environment-empty", name = name),
            Standing::Wins(..) | Standing::Unusable(_) => return None,
        };
        Some(told(rule, rule.severity, variable, what))
    });
    found.collect()
}

/// Variables with which `OpenIM` does not start.
pub(super) fn unusable(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let found = seen.variables.iter().filter_map(|(variable, standing)| {
        let Standing::Unusable(wanted) = standing else { return None };
        let (name, value) = (printable(&variable.name), printable(&variable.value));
        let what = say!("lint-environment-unusable", name = name, value = value, wanted = wanted.text());
        Some(told(rule, rule.severity, variable, what))
    });
    found.collect()
}
