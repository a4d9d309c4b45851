//! What `lint` prints.

use std::path::Path;

use serde_json::{Value, json};

use super::LintRequest;
use crate::app::{Failure, out};
use crate::finding::Severity;
use crate::lint::{Hit, Judged, Target, all_rules};
use crate::say;
use crate::text::{Lang, Text};
use crate::wire::failure::printable;
use crate::wire::webhooks_yml::Source;

pub(super) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

pub(super) fn lines(value: &Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::bug)?;
    Ok(text + "\n")
}

/// The file in which a finding stands, as typed.
fn path<'a>(request: &'a LintRequest, hit: &Hit) -> &'a Path {
    match hit.place.source {
        Source::File => &request.file,
        Source::Environment => request.env.as_deref().unwrap_or(&request.file),
    }
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

pub(super) fn terminal(request: &LintRequest, target: &Target, judged: &Judged, lang: Lang) -> String {
    let Judged { hits, routes } = judged;
    let version = target.version.text.as_str();
    let mut text = String::new();
    for hit in hits {
        let file = shown(path(request, hit));
        let (place, severity) = (hit.place, word(hit.finding.severity));
        let (line, column, code) = (place.line, place.column, &hit.finding.code);
        text.push_str(&format!("{file}:{line}:{column}: {severity}[{code}]: "));
        text.push_str(&format!("{}\n", out::lines(&hit.finding).join("\n")));
    }
    if hits.is_empty() {
        let file = shown(&request.file);
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
pub(super) fn github(request: &LintRequest, hit: &Hit, lang: Lang) -> String {
    let file = shown(path(request, hit));
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let kind = match hit.finding.severity {
        Severity::Info => "notice",
        other => word(other),
    };
    let (line, column) = (hit.place.line, hit.place.column);
    let (file, code) = (property(&file), property(&hit.finding.code));
    let what = escaped(&said(hit, lang));
    format!("::{kind} file={file},line={line},col={column},title={code}::{what}\n")
}

fn said(hit: &Hit, lang: Lang) -> String {
    format!("{} {}", hit.finding.what.of(lang), hit.finding.do_next.of(lang))
}

/// In English, as all JSON.
pub(super) fn as_json(request: &LintRequest, judged: &Judged) -> Value {
    let findings = judged.hits.iter().map(|hit| {
        let finding = &hit.finding;
        json!({
            "code": finding.code,
            "severity": word(finding.severity),
            "key": finding.place,
            "file": shown(path(request, hit)),
            "line": hit.place.line,
            "column": hit.place.column,
            "what": finding.what.en(),
            "why": finding.evidence.iter().map(Text::en).collect::<Vec<_>>(),
            "do_next": finding.do_next.en(),
        })
    });
    json!({
        "file": shown(&request.file),
        "version": request.target.version.text,
        "findings": findings.collect::<Vec<_>>(),
        "routes": judged.routes,
    })
}

pub(super) fn sarif(request: &LintRequest, hits: &[Hit], lang: Lang) -> Value {
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
                "artifactLocation": { "uri": uri(path(request, hit)) },
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

/// A path as a relative or absolute reference: what has a meaning of its own in a URI is escaped.
fn uri(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=@".contains(c);
    let mut uri = String::with_capacity(path.len());
    for c in path.chars() {
        match plain(c) {
            true => uri.push(c),
            false => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| uri.push_str(&format!("%{b:02X}"))),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference_without_a_scheme_of_its_own() {
        for (path, wanted) in [
            ("config/webhooks.yml", "config/webhooks.yml"),
            ("a b:c?#%[1].yml", "a%20b%3Ac%3F%23%25%5B1%5D.yml"),
            ("配置.yml", "%E9%85%8D%E7%BD%AE.yml"),
        ] {
            assert_eq!(uri(Path::new(path)), wanted);
        }
    }
}
