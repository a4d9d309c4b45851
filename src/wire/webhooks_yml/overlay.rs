//! Environment variables over a `webhooks.yml`: `IMENV_WEBHOOKS_<KEY>_<SETTING>`.
//!
//! Several processes read them, a single one does not; they count for settings that stand in the file only, their names
//! are upper case, and an empty value is none.

use super::outline::{Item, ListItem, Place, Source};
use super::parse::{Wanted, go_integer, go_truth};
use super::{WebhooksYml, names};

/// What the names begin with.
const PREFIX: &str = "IMENV_WEBHOOKS_";
/// What is taken for a misspelt name of one.
const LIKE: &str = "IMENV_WEBHOOK";
/// Characters of a name that are compared.
const LONGEST_NAME: usize = 64;

/// A variable of a file of variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where its name stands.
    pub place: Place,
}

/// What a variable does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It wins over the file, as which setting.
    Wins(&'static str, &'static str),
    /// Its value cannot become what the setting needs.
    Unusable(Wanted),
    /// No setting has that name; the nearest one has this.
    NoSetting(&'static str, &'static str),
    /// The setting does not stand in the file.
    NotInFile(&'static str, &'static str),
    /// It is empty.
    Empty,
}

/// A file with variables over it.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// What takes effect.
    pub yml: WebhooksYml,
    /// The same, with places; those of variables in the file of variables.
    pub items: Vec<Item>,
    /// What each variable does.
    pub told: Vec<(Variable, Standing)>,
}

/// The variables for webhooks in a file of `NAME=value` lines, with or without `export`; quotes around a value are none
/// of it, and of a name that stands twice the last one counts.
#[must_use]
pub fn variables(text: &str) -> Vec<Variable> {
    let mut all: Vec<Variable> =
        text.lines().zip(1..).filter_map(|(line, number)| variable(line, number)).collect();
    let mut seen = std::collections::BTreeSet::new();
    all.reverse();
    all.retain(|variable| seen.insert(variable.name.clone()));
    all.reverse();
    all
}

fn variable(line: &str, number: u64) -> Option<Variable> {
    let start = line.trim_start();
    let bare = start.strip_prefix("export ").map_or(start, str::trim_start);
    let (name, value) = bare.split_once('=')?;
    let name = name.trim();
    let is_one = name.get(..LIKE.len()).is_some_and(|head| head.eq_ignore_ascii_case(LIKE));
    let value = value.trim();
    let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let column = line.chars().count() - bare.chars().count() + 1;
    let place =
        Place { source: Source::Environment, line: number, column: u64::try_from(column).unwrap_or(1) };
    is_one.then(|| Variable { name: name.to_owned(), value: inner.unwrap_or(value).to_owned(), place })
}

impl Overlay {
    /// Puts variables over a file.
    #[must_use]
    pub fn new(yml: WebhooksYml, items: Vec<Item>, variables: &[Variable]) -> Overlay {
        let mut overlay = Overlay { yml, items, told: Vec::new() };
        for variable in variables {
            let standing = overlay.put(variable);
            overlay.told.push((variable.clone(), standing));
        }
        overlay
    }

    fn put(&mut self, variable: &Variable) -> Standing {
        let Some((key, setting)) = named(&variable.name) else {
            let (key, setting) = nearest(&variable.name);
            return Standing::NoSetting(key, setting);
        };
        let wanted = if key == "url" { "url" } else { key };
        let item = self.items.iter_mut().find(|item| item.name.eq_ignore_ascii_case(wanted));
        let (value, place) = (variable.value.as_str(), variable.place);
        if key == "url" {
            let Some(item) = item else { return Standing::NotInFile(key, setting) };
            if value.is_empty() {
                return Standing::Empty;
            }
            item.value = place;
            self.yml.url = value.to_owned();
            return Standing::Wins(key, setting);
        }
        let found = item
            .and_then(|item| item.settings.iter_mut().find(|found| found.name.eq_ignore_ascii_case(setting)));
        let (Some(found), Some(config)) = (found, self.yml.keys.get_mut(key)) else {
            return Standing::NotInFile(key, setting);
        };
        if value.is_empty() {
            return Standing::Empty;
        }
        let usable = match setting {
            "enable" => go_truth(value).map(|truth| config.enable = truth).ok_or(Wanted::Truth),
            "failedContinue" => {
                go_truth(value).map(|truth| config.failed_continue = Some(truth)).ok_or(Wanted::Truth)
            }
            "timeout" => go_integer(value).map(|seconds| config.timeout = seconds).ok_or(Wanted::Seconds),
            _ => {
                let is_number = value.split(',').all(|part| go_integer(part).is_some());
                found.list = Some(vec![ListItem { text: value.to_owned(), place, is_number }]);
                Ok(())
            }
        };
        found.value = place;
        usable.map_or_else(Standing::Unusable, |()| Standing::Wins(key, setting))
    }
}

/// The setting of a variable's name, which has no lower case.
fn named(name: &str) -> Option<(&'static str, &'static str)> {
    let rest = name.strip_prefix(PREFIX).filter(|rest| !rest.bytes().any(|b| b.is_ascii_lowercase()))?;
    if rest == "URL" {
        return Some(("url", ""));
    }
    let (key, setting) = rest.split_once('_')?;
    let setting = names::SETTINGS.iter().find(|known| known.eq_ignore_ascii_case(setting))?;
    Some((names::canonical(key)?, setting))
}

/// The name of a setting's variable.
#[must_use]
pub fn variable_of(key: &str, setting: &str) -> String {
    let underscore = if setting.is_empty() { "" } else { "_" };
    format!("{PREFIX}{}{underscore}{}", key.to_uppercase(), setting.to_uppercase())
}

/// The setting whose name is nearest, its parts compared one by one.
fn nearest(name: &str) -> (&'static str, &'static str) {
    let rest =
        name.get(LIKE.len()..).unwrap_or_default().trim_start_matches(['S', 's']).trim_start_matches('_');
    let (key, setting) = rest.split_once('_').unwrap_or((rest, "enable"));
    if rest == key && strsim::damerau_levenshtein("url", &short(key)) <= 1 {
        return ("url", "");
    }
    let distance = |known: &&&str| strsim::damerau_levenshtein(&known.to_ascii_lowercase(), &short(setting));
    let setting = names::SETTINGS.iter().min_by_key(distance).copied().unwrap_or("enable");
    (names::nearest(key), setting)
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect::<String>().to_ascii_lowercase()
}
