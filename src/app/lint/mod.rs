//! `lint`: a file is read, corrected where that is asked for, judged and shown.

mod correct;
mod show;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{FailOn, Failure, out};
use crate::exit::Exit;
use crate::lint::{Target, all_rules, lint, rule};
use crate::report::junit;
use crate::say;
use crate::text::Told;
use crate::wire::failure::printable;
use crate::wire::webhooks_yml::variables;

/// A larger file is neither a webhooks.yml nor a file of variables.
const MAX_BYTES: u64 = 4 << 20;

/// What `lint` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintFormat {
    /// For people.
    Terminal,
    /// For scripts.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct LintRequest {
    /// The file.
    pub file: PathBuf,
    /// Variables of OpenIM's processes.
    pub env: Option<PathBuf>,
    /// Correct what can only be meant in one way.
    pub fix: bool,
    /// What it is judged for; the variables are read from `env`.
    pub target: Target,
    /// What to print.
    pub format: LintFormat,
    /// Also as JUnit XML, in this file.
    pub junit: Option<PathBuf>,
    /// Which findings end in exit code 6.
    pub fail_on: FailOn,
}

/// Judges a file.
///
/// # Errors
/// Exit code 2 when a file cannot be read or written.
pub fn main(request: &LintRequest) -> Result<Exit, Failure> {
    let mut text = read(&request.file)?;
    let mut target = request.target.clone();
    if let Some(env) = &request.env {
        target.environment = variables(&read(env)?);
    }
    if request.fix {
        text = correct::correct(request, text)?;
    }
    let judged = lint(&text, &target);
    let lang = out::lang();
    let printed = match request.format {
        LintFormat::Terminal => show::terminal(request, &target, &judged, lang),
        LintFormat::Github => judged.hits.iter().map(|hit| show::github(request, hit, lang)).collect(),
        LintFormat::Json => show::lines(&show::as_json(request, &judged))?,
        LintFormat::Sarif => show::lines(&show::sarif(request, &judged.hits, lang))?,
    };
    out::result(printed.as_bytes())?;
    if let Some(path) = &request.junit {
        let name = printable(&request.file.display().to_string());
        let xml = junit::of_lint(&name, &judged.hits, |severity| request.fail_on.is_reached([severity]));
        out::file("--junit", path, &xml.map_err(Failure::bug)?)?;
    }
    let fails = request.fail_on.is_reached(judged.hits.iter().map(|hit| hit.finding.severity));
    Ok(if fails { Exit::Findings } else { Exit::Ok })
}

/// A file's text, which may be a pipe.
fn read(path: &Path) -> Result<String, Failure> {
    let shown = printable(&path.display().to_string());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    file.map_err(|error| {
        Failure::usage(Told::new(say!("lint-not-readable", file = shown.as_str())).because(error))
    })?;
    if bytes.len() as u64 > MAX_BYTES {
        let most = MAX_BYTES >> 20;
        return Err(Failure::usage(Told::new(say!("lint-too-large", file = shown.as_str(), most = most))));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::usage(Told::new(say!("lint-not-utf8", file = shown.as_str()))))
}

/// Says what a rule is about.
///
/// # Errors
/// Exit code 2 for a code that no rule has.
pub fn explain(code: &str) -> Result<Exit, Failure> {
    let lang = out::lang();
    let Some(rule) = rule(code) else {
        let codes = all_rules().map(|rule| rule.code).collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(Told::new(say!("lint-no-code", code = printable(code), codes = codes))));
    };
    let head = say!("lint-explain-severity", code = rule.code, severity = show::word(rule.severity));
    let (why, what_to_do) = ((rule.why)(), (rule.do_next)());
    let text = format!("{}\n{}\n{}\n", head.of(lang), why.of(lang), what_to_do.of(lang));
    out::result(text.as_bytes())?;
    Ok(Exit::Ok)
}
