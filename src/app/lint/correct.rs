//! `lint --fix`: shows the difference, then replaces the file, with a backup beside it.

use similar::TextDiff;

use super::{LintFormat, LintRequest};
use crate::app::apply::replace::replace;
use crate::app::{Failure, out};
use crate::say;
use crate::wire::failure::printable;
use crate::wire::webhooks_yml::fix;

/// The text to judge: the corrected one, which is in the file by then. A file that cannot be read is left alone; the
/// rules tell why.
pub(super) fn correct(request: &LintRequest, text: String) -> Result<String, Failure> {
    let name = printable(&request.file.display().to_string());
    let fixed = match fix(&text) {
        Ok(fixed) if !fixed.fixes.is_empty() => fixed,
        _ => {
            out::tell(&say!("lint-fix-nothing", file = name));
            return Ok(text);
        }
    };
    let difference = TextDiff::from_lines(&text, &fixed.text)
        .unified_diff()
        .context_radius(3)
        .header(&name, &name)
        .to_string();
    // What is for a program is one document, and the difference is none of it.
    match request.format {
        LintFormat::Terminal => out::result(format!("{difference}\n").as_bytes())?,
        _ => out::note(difference.trim_end()),
    }
    let backup = replace(&request.file, text.as_bytes(), fixed.text.as_bytes())?;
    fixed.fixes.iter().for_each(|fix| out::tell(&fix.text()));
    let backup = printable(&backup.display().to_string());
    out::tell(&say!("lint-fix-written", file = name, backup = backup));
    Ok(fixed.text)
}
