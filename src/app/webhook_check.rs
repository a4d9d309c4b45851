//! `webhook check`: a receiver is sent what `OpenIM` would send, and what came of it is shown.

mod page;

use std::path::PathBuf;
use std::time::Duration;

use super::{FailOn, Failure, Format, out, runtime};
pub use crate::check::Load;
use crate::check::{self, Asked, Outcome, check, default_keys, may_delete, sent_keys};
use crate::clock::wall_seconds;
use crate::exit::Exit;
use crate::finding::Severity;
use crate::ids::RunTag;
use crate::openim::safety::{self, SafetyError};
use crate::report::junit;
use crate::say;
use crate::text::{Text, Told};
use crate::wire::failure::printable;
use crate::wire::{OpenimVersion, WebhookKey};

/// Which commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commands {
    /// Those whose handlers delete nothing.
    Default,
    /// All.
    All,
    /// These, by key or command.
    Named(Vec<String>),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// As `url` in `webhooks.yml`.
    pub url: String,
    /// Versions that would send.
    pub versions: Vec<OpenimVersion>,
    /// What they would send.
    pub commands: Commands,
    /// Seconds.
    pub timeout_s: u32,
    /// A load.
    pub load: Option<Load>,
    /// What to print.
    pub format: Format,
    /// Where to write JUnit XML.
    pub junit: Option<PathBuf>,
    /// Which findings end in exit code 6.
    pub fail_on: FailOn,
    /// Hosts besides loopback.
    pub allow_hosts: Vec<String>,
}

/// How long connections are left idle.
const IDLES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5)];
/// As many callbacks at once as are tried.
const AT_ONCE: u32 = 32;

/// Checks and prints.
///
/// # Errors
/// Exit code 2 for a host that is not allowed and for wrong arguments. A receiver that cannot be reached ends in exit
/// code 3, after the report.
pub fn main(request: &CheckRequest) -> Result<Exit, Failure> {
    allow(request)?;
    let tag = tag();
    let keys = keys(&request.commands)?;
    for version in &request.versions {
        if sent_keys(&keys, version).is_empty() {
            let version = version.text.as_str();
            return Err(Failure::usage(Told::new(say!("check-not-sent", version = version))));
        }
    }
    let asked = Asked {
        url: request.url.clone(),
        versions: request.versions.clone(),
        keys,
        tag,
        timeout_s: request.timeout_s,
        idles: IDLES.to_vec(),
        most_at_once: AT_ONCE,
        load: request.load,
    };
    if request.commands != Commands::Default {
        announce(&asked);
    }
    let outcome = runtime()?.block_on(check(&asked, |phase| out::tell(&phase.text())));
    let outcome = outcome.map_err(Failure::usage)?;
    let bytes = page::rendered(&asked, &outcome, request.format).map_err(Failure::bug)?;
    out::result(&bytes)?;
    if let Some(path) = &request.junit {
        let xml = junit::of_cases("openim-bench webhook check", cases(&asked, &outcome, request.fail_on));
        out::file("--junit", path, &xml.map_err(Failure::bug)?)?;
    }
    let fails = request.fail_on.is_reached(outcome.findings.iter().map(|finding| finding.severity));
    let found = if fails { Exit::Findings } else { Exit::Ok };
    Ok(if outcome.reached { found } else { Exit::Target })
}

/// Loopback, or a host that was named.
fn allow(request: &CheckRequest) -> Result<(), Failure> {
    match safety::check_target(&request.url, &request.allow_hosts, 0) {
        Ok(()) => Ok(()),
        Err(SafetyError::NotAllowed { host, .. }) => {
            Err(Failure::usage(Told::new(say!("check-host-not-allowed", host = host))))
        }
        Err(other) => Err(Failure::usage(anyhow::Error::new(other).context("--url"))),
    }
}

fn keys(commands: &Commands) -> Result<Vec<WebhookKey>, Failure> {
    let names = match commands {
        Commands::Default => return Ok(default_keys()),
        Commands::All => return Ok(WebhookKey::ALL.to_vec()),
        Commands::Named(names) => names,
    };
    let mut keys = Vec::new();
    for name in names {
        let Some(key) = WebhookKey::from_command(name).or_else(|| WebhookKey::from_name(name)) else {
            let text = printable(name);
            return Err(Failure::usage(Told::new(say!("check-unknown-command", text = text))));
        };
        if may_delete(key) {
            return Err(Failure::usage(Told::new(say!("check-needs-all", key = key.name()))));
        }
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Says what will be sent, before it is.
fn announce(asked: &Asked) {
    out::tell(&say!("check-will-send", url = printable(&asked.url)));
    let mut deleting = Vec::new();
    for version in &asked.versions {
        for key in sent_keys(&asked.keys, version) {
            let command = key.command(version.build);
            out::note(&format!("  {}  {command}", version.text));
            if may_delete(key) && !deleting.contains(&command) {
                deleting.push(command);
            }
        }
    }
    if !deleting.is_empty() {
        let commands = deleting.join(", ");
        out::tell(&say!("check-will-delete", tag = asked.tag.to_string(), commands = commands));
    }
}

/// A case a command and version, and one for each of the server's own properties.
fn cases(asked: &Asked, outcome: &Outcome, fail_on: FailOn) -> Vec<junit::Case> {
    let mut cases = Vec::new();
    for row in outcome.rows.iter().filter(|row| !row.foreign) {
        let class = format!("openim-bench.webhook check.{}", row.version.replace('.', " "));
        let name = format!("{} {}", row.command, row.variant.name());
        let worst = row.judged.faults.iter().filter_map(|fault| fault.rule());
        let failing = worst.filter(|rule| fail_on.is_reached([rule.severity]));
        let texts: Vec<Text> = failing.map(|rule| (rule.what)(1)).collect();
        let failure = (!texts.is_empty()).then(|| Text::sentences(&texts).en().to_owned());
        cases.push(junit::Case { class, name, failure });
    }
    let coded = |code: &str| check::RULES.iter().any(|rule| rule.code == code);
    for finding in outcome.findings.iter().filter(|finding| !coded(&finding.code)) {
        let fails = fail_on.is_reached([finding.severity]);
        let class = "openim-bench.webhook check.receiver".to_owned();
        let name = format!("{} {}", finding.code, finding.place);
        let failure = fails.then(|| finding.what.en().to_owned());
        cases.push(junit::Case { class, name, failure });
    }
    if cases.is_empty() {
        // An empty file counts as a mistake.
        let name = printable(&asked.url);
        cases.push(junit::Case { class: "openim-bench.webhook check".to_owned(), name, failure: None });
    }
    cases
}

/// Different for two checks of one second.
fn tag() -> RunTag {
    let micros = (wall_seconds() * 1e6) as u64;
    let mixed =
        micros.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(std::process::id()).wrapping_mul(0xC2B2_AE3D);
    RunTag::from_number(mixed >> 7)
}

/// How many findings are of a severity.
fn count(outcome: &Outcome, severity: Severity) -> u64 {
    outcome.findings.iter().filter(|finding| finding.severity == severity).count() as u64
}
