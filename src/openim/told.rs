//! Which errors of this module can be told in both languages.
//!
//! For whoever holds an error without its type. What the system or a library says is not among them: it stays as it is.

use std::error::Error;

use super::admin::AdminError;
use super::base_url::BaseUrlError;
use super::preflight::PreflightFailure;
use super::safety::SafetyError;
use super::secret::SecretError;
use super::setup_groups::SetupError;
use super::tls::TlsError;
use crate::text::Text;

type Any = dyn Error + 'static;

/// What one of our errors says; `None` for all others.
#[must_use]
pub fn told(error: &Any) -> Option<Text> {
    fn of<E: Error + 'static>(error: &Any, text: impl Fn(&E) -> Text) -> Option<Text> {
        error.downcast_ref().map(text)
    }
    of(error, AdminError::text)
        .or_else(|| of(error, BaseUrlError::text))
        .or_else(|| of(error, PreflightFailure::text))
        .or_else(|| of(error, SafetyError::text))
        .or_else(|| of(error, SecretError::text))
        .or_else(|| of(error, SetupError::text))
        .or_else(|| of(error, TlsError::text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openim::admin::Unreachable;
    use crate::openim::safety::check_target;
    use crate::say;
    use crate::wire::FailureKind;

    fn refused() -> AdminError {
        let text = Text::plain("Connection refused");
        AdminError::Unreachable { url: "http://h:1/x".to_owned(), why: Unreachable::Refused, text }
    }

    /// An error of each type, with what it quotes.
    fn all() -> Vec<(Box<dyn Error>, &'static str)> {
        let file = std::io::Error::other("no such file");
        let missing =
            SecretError::Missing { secret_env: "OPENIM_SECRET".into(), token_env: "OPENIM_TOKEN".into() };
        vec![
            (Box::new(refused()), "Connection refused"),
            (Box::new(AdminError::NoSecret { what: say!("preflight-admin-to-register") }), "OPENIM_SECRET"),
            (Box::new(AdminError::TokenRefusedAgain), "token"),
            (Box::new(crate::openim::BaseUrl::parse("ftp://h").unwrap_err()), "ftp"),
            (Box::new(check_target("http://192.0.2.7", &[], 9).unwrap_err()), "--allow-host 192.0.2.7"),
            (Box::new(check_target("127.0.0.1", &[], 9).unwrap_err()), "127.0.0.1"),
            (Box::new(missing), "OPENIM_TOKEN"),
            (Box::new(SecretError::File { path: "/s".into(), source: file }), "no such file"),
            (Box::new(TlsError::CaFile { path: "/ca".into(), why: say!("preflight-tls-file-empty") }), "/ca"),
            (Box::new(SetupError::Cancelled { made: 3, wanted: 7 }), "7"),
            (
                Box::new(SetupError::Create {
                    made: 3,
                    wanted: 7,
                    group_id: "42".to_owned(),
                    kind: FailureKind::Api(1002),
                    text: Some("not an admin".to_owned()),
                }),
                "not an admin",
            ),
        ]
    }

    #[test]
    fn each_error_is_told_in_chinese_with_what_it_quotes() {
        for (error, quoted) in all() {
            let text = told(error.as_ref()).unwrap();
            assert_eq!(text.en(), error.to_string());
            assert_ne!(text.en(), text.zh());
            assert!(text.zh().contains(quoted), "{quoted}: {}", text.zh());
            let english = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
            let words: Vec<&str> = text.zh().split(' ').collect();
            assert!(!words.windows(4).any(|run| run.iter().all(|w| english(w))), "{}", text.zh());
        }
    }

    #[test]
    fn an_error_of_the_system_is_left_as_it_is() {
        assert_eq!(told(&std::io::Error::other("disk full")), None);
    }

    #[test]
    fn advice_about_a_certificate_follows_what_the_handshake_said() {
        let text = crate::openim::tls::advised(Text::plain("invalid peer certificate: UnknownIssuer"));
        assert!(text.starts_with("invalid peer certificate: UnknownIssuer; name the PEM file"));
        assert!(text.zh().contains("UnknownIssuer；") && text.zh().contains("--insecure"));
    }
}
