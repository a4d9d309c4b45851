//! `lint`: a file is read, judged and shown.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{FailOn, Failure, out};
use crate::exit::Exit;
use crate::finding::Severity;
use crate::lint::{Hit, Route, Target, all_rules, lint, routes, rule};
use crate::say;
use crate::text::{Lang, Text, Told};
use crate::wire::failure::printable;
use crate::wire::webhooks_yml::WebhooksYml;

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
    /// What it is judged for.
    pub target: Target,
    /// What to print.
    pub format: LintFormat,
    /// Which findings end in exit code 6.
    pub fail_on: FailOn,
}

/// Judges a file.
///
/// # Errors
/// Exit code 2 when it cannot be read.
pub fn main(request: &LintRequest) -> Result<Exit, Failure> {
    let shown = printable(&request.file.display().to_string());
    let bytes = std::fs::read(&request.file).map_err(|error| {
        Failure::usage(Told::new(say!("lint-not-readable", file = shown.as_str())).because(error))
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage(Told::new(say!("lint-not-utf8", file = shown.as_str()))))?;
    let hits = lint(&text, &request.target);
    let yml = WebhooksYml::parse(&text).unwrap_or_default();
    let routes = routes(&yml, &request.target.version);
    let lang = out::lang();
    let printed = match request.format {
        LintFormat::Terminal => terminal(&shown, &request.target, &hits, &routes, lang),
        LintFormat::Github => hits.iter().map(|hit| github(&shown, hit, lang)).collect(),
        LintFormat::Json => lines(&as_json(&shown, request, &hits, &routes))?,
        LintFormat::Sarif => lines(&sarif(&request.file.display().to_string(), &hits, lang))?,
    };
    out::result(printed.as_bytes())?;
    let fails = request.fail_on.is_reached(hits.iter().map(|hit| hit.finding.severity));
    Ok(if fails { Exit::Findings } else { Exit::Ok })
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
    let head = say!("lint-explain-severity", code = rule.code, severity = word(rule.severity));
    let (why, what_to_do) = ((rule.why)(), (rule.do_next)());
    let text = format!("{}\n{}\n{}\n", head.of(lang), why.of(lang), what_to_do.of(lang));
    out::result(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn lines(value: &Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::bug)?;
    Ok(text + "\n")
}

fn terminal(file: &str, target: &Target, hits: &[Hit], routes: &[Route], lang: Lang) -> String {
    let version = target.version.text.as_str();
    let mut text = String::new();
    for hit in hits {
        let (place, severity) = (hit.place, word(hit.finding.severity));
        let (line, column, code) = (place.line, place.column, &hit.finding.code);
        text.push_str(&format!("{file}:{line}:{column}: {severity}[{code}]: "));
        text.push_str(&format!("{}\n", out::lines(&hit.finding).join("\n")));
    }
    if hits.is_empty() {
        text.push_str(&format!("{}\n", say!("lint-clean", file = file, version = version).of(lang)));
    }
    let head = match routes.is_empty() {
        true => say!("lint-no-routes"),
        false => say!("lint-routes", version = version),
    };
    text.push_str(&format!("\n{}\n", head.of(lang)));
    text.extend(routes.iter().map(|route| format!("  {}  {}\n", route.command, route.key)));
    text
}

/// A workflow command; what would end it early is written in its escapes.
fn github(file: &str, hit: &Hit, lang: Lang) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let kind = match hit.finding.severity {
        Severity::Info => "notice",
        other => word(other),
    };
    let (line, column) = (hit.place.line, hit.place.column);
    let (file, code) = (property(file), property(&hit.finding.code));
    let what = escaped(&said(hit, lang));
    format!("::{kind} file={file},line={line},col={column},title={code}::{what}\n")
}

fn said(hit: &Hit, lang: Lang) -> String {
    format!("{} {}", hit.finding.what.of(lang), hit.finding.do_next.of(lang))
}

/// In English, as all JSON.
fn as_json(file: &str, request: &LintRequest, hits: &[Hit], routes: &[Route]) -> Value {
    let findings = hits.iter().map(|hit| {
        let finding = &hit.finding;
        json!({
            "code": finding.code,
            "severity": word(finding.severity),
            "key": finding.place,
            "line": hit.place.line,
            "column": hit.place.column,
            "what": finding.what.en(),
            "why": finding.evidence.iter().map(Text::en).collect::<Vec<_>>(),
            "do_next": finding.do_next.en(),
        })
    });
    json!({
        "file": file,
        "version": request.target.version.text,
        "findings": findings.collect::<Vec<_>>(),
        "routes": routes,
    })
}

fn sarif(file: &str, hits: &[Hit], lang: Lang) -> Value {
    let level = |severity: Severity| if severity == Severity::Info { "note" } else { word(severity) };
    let rules = all_rules().map(|rule| {
        json!({
            "id": rule.code,
            "shortDescription": { "text": (rule.why)().of(lang) },
            "help": { "text": (rule.do_next)().of(lang) },
            "defaultConfiguration": { "level": level(rule.severity) },
        })
    });
    let results = hits.iter().map(|hit| {
        json!({
            "ruleId": hit.finding.code,
            "level": level(hit.finding.severity),
            "message": { "text": said(hit, lang) },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": file.replace('%', "%25").replace(' ', "%20").replace('\\', "/") },
                "region": { "startLine": hit.place.line, "startColumn": hit.place.column },
            } }],
        })
    });
    let driver = json!({
        "name": "openim-bench",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules.collect::<Vec<_>>(),
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}
