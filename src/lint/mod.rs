//! `webhooks.yml` judged: what a version of `OpenIM` makes of it, and what a person should change.
//!
//! A rule is a function over the file and a row of [`RULES`]; a rule sees a file that can be read, the
//! one exception, `cannot_start`, is the file that cannot.

mod environment;
mod filters;
mod keys;
mod rules;

use crate::finding::{Finding, Severity};
use crate::text::Text;
use crate::units::Span;
use crate::wire::webhooks_yml::{Item, Overlay, Place, Standing, Variable, WebhooksYml, YmlError, outline};
use crate::wire::{Build, OpenimVersion};

pub use keys::{Route, is_wired, routes};
pub use rules::{RULES, Rule};

/// What the file is judged for.
#[derive(Clone, Debug)]
pub struct Target {
    /// The version that reads it.
    pub version: OpenimVersion,
    /// `OpenIM` runs in a container: its loopback is not the machine's.
    pub container: bool,
    /// Creations a second, where known.
    pub create_rate: Option<f64>,
    /// How long callers wait; default: the SDK's limit of the version.
    pub caller_budget: Option<Span>,
    /// The version that is left behind.
    pub upgrade_from: Option<OpenimVersion>,
    /// Variables of the processes, which win over the file.
    pub environment: Vec<Variable>,
}

/// A file that can be read, for the rules.
pub(crate) struct Seen<'a> {
    pub(crate) yml: &'a WebhooksYml,
    pub(crate) items: &'a [Item],
    pub(crate) target: &'a Target,
    pub(crate) variables: &'a [(Variable, Standing)],
}

/// A finding and where it stands.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What was found; its place is the key.
    pub finding: Finding,
    /// Line and column.
    pub place: Place,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Findings, in the order of the file; those in the file of variables last.
    pub hits: Vec<Hit>,
    /// What the receiver has to route.
    pub routes: Vec<Route>,
}

/// Judges a file's text.
#[must_use]
pub fn lint(text: &str, target: &Target) -> Judged {
    let read = WebhooksYml::parse(text).and_then(|yml| Ok((yml, outline(text)?)));
    let (yml, items) = match read {
        Ok(read) => read,
        Err(error) => return Judged { hits: vec![unreadable(text, &error)], routes: Vec::new() },
    };
    let standalone = target.version.build == Build::MainStandalone;
    let read = if standalone { &[][..] } else { &target.environment };
    let Overlay { yml, items, told } = Overlay::new(yml, items, read);
    let seen = Seen { yml: &yml, items: &items, target, variables: &told };
    let mut hits: Vec<Hit> = RULES.iter().flat_map(|rule| (rule.find)(rule, &seen)).collect();
    hits.extend(environment::unusable(&rules::CANNOT_START, &seen));
    hits.sort_by_key(|hit| hit.place);
    Judged { hits, routes: routes(&yml, &target.version) }
}

fn unreadable(text: &str, error: &YmlError) -> Hit {
    let rule = &rules::CANNOT_START;
    let place = error.place().map(|place| place.within(text)).unwrap_or_default();
    let place = Place::at(place.line.max(1), place.column.max(1));
    hit(rule, rule.severity, String::new(), place, error.text())
}

/// A finding of a rule, with why it matters and what to do from its row.
pub(crate) fn hit(rule: &Rule, severity: Severity, key: String, place: Place, what: Text) -> Hit {
    let finding = Finding::new(rule.code, severity, key, what, (rule.do_next)());
    Hit { finding: finding.with_evidence(vec![(rule.why)()]), place }
}

/// The row of a code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    all_rules().find(|rule| rule.code == code)
}

/// Every row, the one for files that cannot be read first.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    std::iter::once(&rules::CANNOT_START).chain(RULES)
}
