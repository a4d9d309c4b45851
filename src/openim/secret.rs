//! Secrets: read from the environment or a file, never printed.
//!
//! `Secret` redacts itself in `Debug` and has no `Display`; `scrub` takes secrets out of
//! texts that a server sends back (v3.8.3 repeats a malformed token in its error).

use std::fmt;
use std::path::{Path, PathBuf};

use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;

/// A secret or token.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself; only for what is sent to the API.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// Replaces every occurrence of the secrets in `text`.
#[must_use]
pub fn scrub(text: &str, secrets: &[&Secret]) -> String {
    secrets
        .iter()
        .filter(|s| !s.0.is_empty())
        .fold(text.to_owned(), |text, secret| text.replace(&secret.0, "[redacted]"))
}

/// Where secret and token come from (names, never values).
#[derive(Clone, Debug)]
pub struct SecretSource {
    /// Environment variable that holds the secret of share.yml.
    pub secret_env: String,
    /// File that holds it instead; wins over the variable.
    pub secret_file: Option<PathBuf>,
    /// Environment variable that may hold a ready admin token.
    pub token_env: String,
}

/// What the admin API is opened with.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// A ready-made token: used as it is, none is minted.
    pub token: Option<Secret>,
    /// The secret of share.yml.
    pub secret: Option<Secret>,
    /// The name of the variable or file that the secret came from (or should come from).
    pub secret_place: String,
    /// The name of the variable that the token came from.
    pub token_place: String,
}

/// Why no credentials could be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Neither a secret nor a token.
    Missing {
        /// `target.secret_env`.
        secret_env: String,
        /// `target.token_env`.
        token_env: String,
    },
    /// The file cannot be read.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It holds nothing.
    Empty {
        /// Variable or file.
        place: String,
    },
    /// It holds characters that cannot be sent.
    Control {
        /// Variable or file.
        place: String,
    },
}

impl SecretError {
    /// What it says, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            SecretError::Missing { secret_env, token_env } => {
                say!("preflight-secret-missing", secret = secret_env, token = token_env)
            }
            SecretError::File { path, source } => {
                let path = path.display().to_string();
                say!("preflight-secret-file", path = path, why = source.to_string())
            }
            SecretError::Empty { place } => say!("preflight-secret-empty", place = place),
            SecretError::Control { place } => say!("preflight-secret-control", place = place),
        }
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

impl SecretSource {
    /// Reads secret and token from the process environment and the file.
    ///
    /// # Errors
    /// When neither is there, or one cannot be used.
    pub fn load(&self) -> Result<(Credentials, Vec<Finding>), SecretError> {
        self.load_with(|name| std::env::var(name).ok())
    }

    /// The same with another environment; for tests.
    ///
    /// # Errors
    /// As `load`.
    pub fn load_with(
        &self,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<(Credentials, Vec<Finding>), SecretError> {
        let mut findings = Vec::new();
        let token = env(&self.token_env).filter(|t| !t.trim().is_empty()).map(|t| t.trim().to_owned());
        let (place, raw) = match &self.secret_file {
            Some(path) => (path.display().to_string(), Some(read_file(path)?)),
            None => (self.secret_env.clone(), env(&self.secret_env)),
        };
        let secret = raw.map(|raw| without_final_newline(&raw).to_owned());
        if let Some(secret) = &secret {
            check(secret, &place)?;
            findings.extend(suspicion(secret, &place));
        }
        if let Some(token) = &token {
            check(token, &self.token_env)?;
        }
        if token.is_none() && secret.is_none() {
            return Err(SecretError::Missing {
                secret_env: self.secret_env.clone(),
                token_env: self.token_env.clone(),
            });
        }
        let credentials = Credentials {
            token: token.map(Secret),
            secret: secret.map(Secret),
            secret_place: place,
            token_place: self.token_env.clone(),
        };
        Ok((credentials, findings))
    }
}

fn read_file(path: &Path) -> Result<String, SecretError> {
    std::fs::read_to_string(path).map_err(|source| SecretError::File { path: path.to_owned(), source })
}

/// Editors and `echo` end a file with a newline that is not part of the secret.
fn without_final_newline(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn check(text: &str, place: &str) -> Result<(), SecretError> {
    if text.is_empty() {
        return Err(SecretError::Empty { place: place.to_owned() });
    }
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(SecretError::Control { place: place.to_owned() });
    }
    Ok(())
}

fn suspicion(secret: &str, place: &str) -> Option<Finding> {
    let what = if secret.contains(" #") {
        say!("preflight-secret-comment", place = place)
    } else if secret.chars().any(char::is_whitespace) {
        say!("preflight-secret-blank", place = place)
    } else {
        return None;
    };
    let do_next = say!("preflight-secret-do");
    Some(Finding::new("secret_suspicious", Severity::Warning, place, what, do_next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> SecretSource {
        SecretSource {
            secret_env: "OPENIM_SECRET".to_owned(),
            secret_file: None,
            token_env: "OPENIM_TOKEN".to_owned(),
        }
    }

    #[test]
    fn a_secret_with_an_env_file_comment_is_named_without_being_shown() {
        for text in ["openIM123 # prod", "openIM123 "] {
            let (credentials, findings) =
                source().load_with(|n| (n == "OPENIM_SECRET").then(|| text.to_owned())).unwrap();
            assert_eq!(findings.len(), 1, "{text}");
            assert_eq!(findings[0].code, "secret_suspicious");
            let shown = format!("{findings:?} {credentials:?}");
            assert!(!shown.contains("openIM123"), "{shown}");
        }
    }

    #[test]
    fn one_final_newline_of_a_file_is_not_part_of_the_secret() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "openIM123\n").unwrap();
        let with_file = SecretSource { secret_file: Some(file.path().to_owned()), ..source() };
        let (credentials, findings) = with_file.load_with(|_| None).unwrap();
        assert_eq!(credentials.secret, Some(Secret::new("openIM123")));
        assert!(findings.is_empty());
        std::fs::write(file.path(), "two\nlines\n").unwrap();
        let error = with_file.load_with(|_| None).unwrap_err().to_string();
        assert!(error.contains("line break") && !error.contains("two"), "{error}");
    }

    #[test]
    fn without_secret_and_token_the_error_names_both_variables() {
        let error = source().load_with(|_| None).unwrap_err().to_string();
        assert!(error.contains("OPENIM_SECRET") && error.contains("OPENIM_TOKEN"), "{error}");
        let (credentials, _) =
            source().load_with(|n| (n == "OPENIM_TOKEN").then(|| "t0k".to_owned())).unwrap();
        assert!(credentials.secret.is_none() && credentials.token.is_some());
    }

    #[test]
    fn a_server_that_repeats_the_token_is_scrubbed() {
        let token = Secret::new("abc.def");
        assert_eq!(scrub("jwt parse error, token=abc.def", &[&token]), "jwt parse error, token=[redacted]");
    }
}
