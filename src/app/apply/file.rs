//! A `webhooks.yml` of the user: read, new timeouts, the difference, and the writing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use similar::TextDiff;

use super::{ApplyRequest, replace};
use crate::app::{Failure, out};
use crate::exit::Exit;
use crate::report::patch::Patch;
use crate::say;
use crate::setup::timeouts;
use crate::text::Told;
use crate::wire::WebhookKey;
use crate::wire::failure::printable;
use crate::wire::webhooks_yml::{Edited, WebhooksYml, set_timeouts};

/// A larger file is no webhooks.yml.
const MAX_BYTES: u64 = 4 << 20;

/// A file that was read.
pub(super) struct File {
    path: PathBuf,
    text: String,
    yml: WebhooksYml,
}

/// Reads it as OpenIM would.
pub(super) fn read(path: &Path) -> Result<File, Failure> {
    let place = || path.display().to_string();
    let metadata = std::fs::metadata(path).with_context(place).map_err(Failure::usage)?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(Failure::usage(Told::new(say!("app-apply-not-yml", file = place()))));
    }
    let bytes = std::fs::read(path).with_context(place).map_err(Failure::usage)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage(Told::new(say!("app-apply-not-utf8", file = place()))))?;
    let yml = WebhooksYml::parse(&text).with_context(place).map_err(Failure::usage)?;
    Ok(File { path: path.to_owned(), text, yml })
}

impl File {
    /// Its path as typed.
    pub(super) fn shown(&self) -> String {
        printable(&self.path.display().to_string())
    }

    /// The numbers as they stand there.
    pub(super) fn timeouts(&self, keys: &[WebhookKey]) -> BTreeMap<WebhookKey, i64> {
        keys.iter().filter_map(|key| Some((*key, self.yml.timeout_of(*key)?))).collect()
    }

    /// With these timeouts.
    pub(super) fn edited(&self, wanted: &BTreeMap<WebhookKey, u32>) -> Result<Edited, Failure> {
        set_timeouts(&self.text, wanted).with_context(|| self.shown()).map_err(Failure::usage)
    }
}

/// Shows what changes and, where asked for, changes it; `record` is the folder of the run.
pub(super) fn apply(
    request: &ApplyRequest,
    record: &str,
    patch: &Patch,
    path: &Path,
) -> Result<Exit, Failure> {
    let file = read(path)?;
    let wanted = patch.timeouts();
    let edited = file.edited(&wanted)?;
    for key in &edited.disabled {
        out::tell(&say!("app-apply-disabled", key = key.name(), file = file.shown()));
    }
    for (key, written) in &edited.same {
        let (name, shown) = (key.name(), file.shown());
        out::tell(&match u32::try_from(*written).ok() == wanted.get(key).copied() {
            true => say!("app-apply-same", key = name, file = shown, timeout = *written),
            false => say!("app-apply-same-default", key = name, file = shown, timeout = *written),
        });
    }
    if edited.changes.is_empty() {
        out::tell(&say!("app-apply-no-change", file = file.shown()));
        return Ok(Exit::Ok);
    }
    out::result(difference(&file, &edited).as_bytes())?;
    for line in patch.lines.iter().filter(|l| edited.changes.iter().any(|c| c.key == l.key)) {
        let (key, timeout_s, why) = (line.key.name(), line.timeout_s, &line.why);
        out::tell(&match line.guess {
            true => say!("app-apply-line-guess", key = key, timeout = timeout_s, why = why),
            false => say!("app-apply-line", key = key, timeout = timeout_s, why = why),
        });
    }
    let keys: Vec<WebhookKey> = edited.changes.iter().map(|change| change.key).collect();
    if !request.write {
        out::tell(&say!("app-apply-unwritten"));
        return Ok(Exit::Ok);
    }
    let backup = replace::replace(&file.path, file.text.as_bytes(), edited.text.as_bytes())?;
    check(&file, &edited, &backup)?;
    let kept = printable(&backup.display().to_string());
    out::tell(&say!("app-apply-written", file = file.shown(), backup = kept));
    let steps = timeouts::after_file(
        &keys,
        request.deployment,
        &file.path.display().to_string(),
        Some(&backup.display().to_string()),
    );
    steps.iter().for_each(out::tell);
    out::tell(&say!("app-apply-verify", record = timeouts::quoted(record)));
    Ok(Exit::Ok)
}

/// A unified difference, as `patch` and people read it.
fn difference(file: &File, edited: &Edited) -> String {
    let name = file.shown();
    TextDiff::from_lines(&file.text, &edited.text)
        .unified_diff()
        .context_radius(3)
        .header(&name, &name)
        .to_string()
}

/// Reads what was written as OpenIM reads it.
fn check(before: &File, edited: &Edited, backup: &Path) -> Result<(), Failure> {
    let after = read(&before.path)?;
    let mut wanted = before.yml.clone();
    for change in &edited.changes {
        if let Some(config) = wanted.keys.get_mut(change.key.name()) {
            config.timeout = i64::from(change.after);
        }
    }
    if after.text == edited.text && after.yml == wanted {
        return Ok(());
    }
    let backup = backup.display().to_string();
    Err(Failure::usage(Told::new(say!("app-apply-disturbed", file = before.shown(), backup = backup))))
}
