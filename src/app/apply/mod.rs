//! `apply`: writes a run's timeouts into a `webhooks.yml`, or prints them for a deployment that has none.
//!
//! record → judged again → patch → the file's new text, shown as a diff → with `--write` backup, file, second reading.
//! Payloads (diff, YAML, variables, `ConfigMap`) go to standard output, words for people to standard error. A run that
//! must not be used is refused, and so is one in which somebody else's handler answered, unless that is wanted.

mod file;
pub(super) mod replace;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Deployment, Failure, out};
use crate::analysis::ValidityVerdict;
use crate::exit::Exit;
use crate::finding::Severity;
use crate::record::store;
use crate::report::patch::{self, Patch, Wanted};
use crate::report::{Summary, lead};
use crate::say;
use crate::setup::timeouts;
use crate::text::{Text, Told};
use crate::wire::WebhookKey;

/// What is printed where no file is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplyFormat {
    /// A fragment of `webhooks.yml`, with reasons.
    Yaml,
    /// `IMENV_WEBHOOKS_<KEY>_TIMEOUT=n` lines.
    Env,
    /// For `kubectl`.
    ConfigMap,
}

/// Which timeouts of which run.
#[derive(Clone, Debug)]
pub struct Source {
    /// Folder, prefix of a run id, or `latest`.
    pub result: String,
    /// Where records are.
    pub out: PathBuf,
    /// Plain limits on our own lateness.
    pub strict: bool,
    /// Which webhooks, and whether guesses too.
    pub wanted: Wanted,
}

/// What to apply, and where.
#[derive(Clone, Debug)]
pub struct ApplyRequest {
    /// The timeouts.
    pub source: Source,
    /// The `webhooks.yml`.
    pub file: Option<PathBuf>,
    /// Change it; else only show what would change.
    pub write: bool,
    /// Print this instead of a diff; without a file YAML.
    pub format: Option<ApplyFormat>,
    /// How OpenIM is deployed, where only its restart is to be named.
    pub deployment: Option<Deployment>,
    /// Timeouts of a handler that was not the user's too.
    pub modelled_anyway: bool,
}

/// Applies.
///
/// # Errors
/// Exit code 2 for a wrong request, a file that cannot be changed, or a modelled run; 5 for an invalid run.
pub fn main(request: &ApplyRequest) -> Result<Exit, Failure> {
    let (summary, patch) = usable(&request.source)?;
    refuse_modelled(request, &summary)?;
    for left in &patch.left {
        out::tell(&say!("app-apply-left", key = left.key.name(), why = &left.why));
    }
    if patch.left.iter().any(|left| left.guess_s.is_some()) {
        out::tell(&say!("app-apply-guesses"));
    }
    if patch.lines.is_empty() {
        out::tell(&say!("app-apply-nothing"));
        return Ok(Exit::Ok);
    }
    match (&request.file, request.format) {
        (Some(path), None) => file::apply(request, &summary.record, &patch, path),
        (path, format) => print(format.unwrap_or(ApplyFormat::Yaml), &summary, &patch, path.as_deref()),
    }
}

/// The judged run and its patch.
///
/// # Errors
/// Exit code 2 where there is no such record or webhook, 5 where the run is invalid.
pub(super) fn usable(source: &Source) -> Result<(Summary, Patch), Failure> {
    let folder = store::find(&source.out, &source.result).map_err(Failure::usage)?;
    let summary = super::report::summary(&folder, source.strict)?;
    if summary.validity.verdict == ValidityVerdict::Invalid {
        let reasons = summary.validity.reasons.iter().filter(|f| f.severity == Severity::Error);
        let reasons = Text::sentences(reasons.map(|f| &f.what));
        let record = timeouts::quoted(&folder.display().to_string());
        let told = Told::new(say!("app-apply-invalid", reasons = reasons, record = record));
        return Err(Failure { exit: Exit::Invalid, error: told.into() });
    }
    for key in &source.wanted.only {
        if !summary.recommendations.contains_key(key) {
            let names: Vec<Text> = summary.recommendations.keys().map(|k| Text::plain(k.name())).collect();
            return Err(Failure::usage(Told::new(if names.is_empty() {
                say!("app-apply-only-none", key = key.name())
            } else {
                say!("app-apply-only", key = key.name(), keys = Text::list(&names))
            })));
        }
    }
    let patch = patch::patch(&summary, &source.wanted);
    Ok((summary, patch))
}

fn refuse_modelled(request: &ApplyRequest, summary: &Summary) -> Result<(), Failure> {
    if patch::measured(summary.basis) {
        return Ok(());
    }
    if request.modelled_anyway {
        out::tell(&say!("app-warning", what = lead::whose(summary)));
        return Ok(());
    }
    Err(Failure::usage(Told::new(say!("app-apply-modelled", basis = lead::whose(summary)))))
}

fn print(
    format: ApplyFormat,
    summary: &Summary,
    patch: &Patch,
    path: Option<&Path>,
) -> Result<Exit, Failure> {
    let wanted = patch.timeouts();
    let keys: Vec<WebhookKey> = wanted.keys().copied().collect();
    let file = path.map(file::read).transpose()?;
    let before = match &file {
        Some(file) => file.timeouts(&keys),
        None => patch
            .lines
            .iter()
            .filter_map(|l| Some((l.key, i64::from(l.present_s?))))
            .collect::<BTreeMap<_, _>>(),
    };
    let (payload, steps) = match (format, &file) {
        (ApplyFormat::Yaml, _) => (
            patch::yaml(&patch.lines, patch::unfit(summary).as_ref()).of(out::lang()).to_owned(),
            vec![say!("setup-put"), Text::lines(&timeouts::after_file(&keys, None, "webhooks.yml", None))],
        ),
        (ApplyFormat::Env, _) => (timeouts::env(&wanted), timeouts::after_env(&wanted, &before)),
        (ApplyFormat::ConfigMap, None) => {
            (timeouts::variables_config_map(&wanted), timeouts::after_variables(&keys, &before))
        }
        (ApplyFormat::ConfigMap, Some(file)) => {
            let edited = file.edited(&wanted)?;
            if edited.changes.is_empty() {
                out::tell(&say!("app-apply-has-them", file = file.shown()));
                return Ok(Exit::Ok);
            }
            (timeouts::file_config_map(&edited.text), timeouts::after_file_config_map(&keys, &file.shown()))
        }
    };
    out::result(payload.as_bytes())?;
    steps.iter().for_each(out::tell);
    Ok(Exit::Ok)
}
