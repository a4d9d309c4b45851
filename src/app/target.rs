//! How a deployment is reached and with what credentials: the same for `run`, `cleanup` and
//! `probe`, whether it was typed or stands in a profile.

use std::path::PathBuf;
use std::time::Duration;

use super::{Failure, out};
use crate::ids::RunTag;
use crate::openim::secret::{Credentials, SecretSource};
use crate::openim::{AdminConfig, BaseUrl, TlsOptions};
use crate::profile::model::TargetSection;

/// Limit of one call of the control side.
const CONTROL_LIMIT: Duration = Duration::from_secs(30);

/// Where credentials come from and what is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// userID of an app admin.
    pub admin_user: String,
    /// Environment variable of the secret.
    pub secret_env: String,
    /// File of the secret; wins over the variable.
    pub secret_file: Option<PathBuf>,
    /// Environment variable of a ready admin token.
    pub token_env: String,
    /// PEM file of a private certificate authority.
    pub ca_file: Option<PathBuf>,
    /// Certificates are not checked.
    pub insecure: bool,
}

impl From<&TargetSection> for Access {
    fn from(target: &TargetSection) -> Access {
        Access {
            admin_user: target.admin_user.clone(),
            secret_env: target.secret_env.clone(),
            secret_file: target.secret_file.clone(),
            token_env: target.token_env.clone(),
            ca_file: target.ca_file.clone(),
            insecure: target.insecure,
        }
    }
}

impl Access {
    /// What is trusted.
    #[must_use]
    pub fn tls(&self) -> TlsOptions {
        TlsOptions { ca_file: self.ca_file.clone(), insecure: self.insecure }
    }

    /// Names of the places of secret and token.
    #[must_use]
    pub fn source(&self) -> SecretSource {
        SecretSource {
            secret_env: self.secret_env.clone(),
            secret_file: self.secret_file.clone(),
            token_env: self.token_env.clone(),
        }
    }

    /// Reads secret and token; what is odd about them is said.
    ///
    /// # Errors
    /// Exit code 2 where neither is there.
    pub fn credentials(&self) -> Result<Credentials, Failure> {
        let (credentials, findings) = self.source().load().map_err(Failure::usage)?;
        findings.iter().for_each(out::finding);
        Ok(credentials)
    }

    /// The configuration of the control side.
    #[must_use]
    pub fn admin(&self, base: BaseUrl, credentials: Credentials, tag: RunTag) -> AdminConfig {
        AdminConfig {
            base,
            tls: self.tls(),
            admin_user: self.admin_user.clone(),
            credentials,
            tag,
            timeout: CONTROL_LIMIT,
        }
    }
}
