//! Before a deployment is asked anything: whether it may be probed, with what credentials; and
//! how it is said that it cannot.

use anyhow::Context as _;

use super::Job;
use crate::app::{Failure, out};
use crate::finding::Finding;
use crate::openim::safety::{self, SafetyError};
use crate::openim::secret::{Credentials, SecretError};
use crate::say;
use crate::text::Told;
use crate::wire::webhooks_yml::WebhooksYml;

/// Loopback, or a host that was named.
pub(super) fn allow(job: &Job<'_>, groups: u64) -> Result<(), Failure> {
    match safety::check_target(&job.request.target, &job.request.allow_hosts, groups) {
        Ok(()) => Ok(()),
        Err(SafetyError::NotAllowed { host, groups_cap }) => {
            Err(Failure::usage(Told::new(say!("probe-not-allowed", host = host, groups = groups_cap))))
        }
        Err(other) => Err(Failure::usage(anyhow::Error::new(other).context("--target"))),
    }
}

pub(super) fn credentials(job: &Job<'_>) -> Result<Credentials, Failure> {
    let (credentials, findings) = job.request.access.source().load().map_err(|error| match error {
        SecretError::Missing { secret_env, token_env } => {
            Failure::usage(Told::new(say!("probe-no-secret", secret = secret_env, token = token_env)))
        }
        other => Failure::usage(anyhow::Error::new(other).context("--secret-file")),
    })?;
    findings.iter().for_each(out::finding);
    Ok(credentials)
}

pub(super) fn read_yml(path: &std::path::Path) -> Result<WebhooksYml, Failure> {
    let place = || format!("--webhooks {}", path.display());
    let text = std::fs::read_to_string(path).with_context(place).map_err(Failure::usage)?;
    WebhooksYml::parse(&text).with_context(place).map_err(Failure::usage)
}

/// Every line of the finding on standard error, the first one first.
pub(super) fn target(finding: &Finding) -> Failure {
    out::note(&out::lines(finding).join("\n"));
    Failure::target(Told::new(say!("probe-cannot-probe", code = &finding.code)))
}
