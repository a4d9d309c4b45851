//! What an error says in both languages, by its type: an `Error` alone knows only its English `Display`.
//!
//! What is not ours to word, such as an error of the system or of a parser, stays as it is.

use std::error::Error;

use crate::text::{Text, Told};

/// The text of an error of ours; none where its type is not in the list.
macro_rules! text_of {
    ($error:ident, $($kind:ty),+ $(,)?) => {
        None $(.or_else(|| $error.downcast_ref::<$kind>().map(|error| error.text())))+
    };
}

/// What an error says, without its causes.
pub(super) fn told(error: &(dyn Error + 'static)) -> Text {
    if let Some(told) = error.downcast_ref::<Told>() {
        return told.text().clone();
    }
    data(error).or_else(|| rest(error)).unwrap_or_else(|| Text::plain(error.to_string()))
}

/// Layers 0 to 2.
fn data(error: &(dyn Error + 'static)) -> Option<Text> {
    text_of!(
        error,
        crate::units::SpanError,
        crate::wire::key::UnknownKey,
        crate::wire::version::UnknownVersion,
        crate::wire::webhooks_yml::YmlError,
        crate::wire::webhooks_yml::EditError,
        crate::logs::PatternError,
        crate::schedule::ScheduleError,
        crate::delay::DelayError,
        crate::profile::ProfileError,
        crate::record::read::ReadError,
        crate::record::write::WriteError,
        crate::record::store::FindError,
        crate::record::ids::IdError,
        crate::record::portrait::PortraitError,
    )
}

/// Layers 3 to 5.
fn rest(error: &(dyn Error + 'static)) -> Option<Text> {
    text_of!(
        error,
        crate::openim::AdminError,
        crate::openim::base_url::BaseUrlError,
        crate::openim::preflight::PreflightFailure,
        crate::openim::safety::SafetyError,
        crate::openim::secret::SecretError,
        crate::openim::setup_groups::SetupError,
        crate::openim::tls::TlsError,
        crate::engine::DriveError,
        crate::engine::collector::CollectorError,
        crate::engine::WorkError,
        crate::analysis::join::JoinError,
        crate::webhook::BindError,
        crate::webhook::HostError,
        crate::webhook::ServerError,
        crate::webhook::ProxyError,
        crate::webhook::proxy::FaultError,
        crate::sim::SimError,
        crate::sim::log::LogError,
        crate::metrics::MetricsError,
        crate::analysis::whatif::WhatIfError,
        crate::analysis::capacity::ConfigError,
        crate::analysis::rehearsal::ObserveError,
        crate::report::RenderError,
        crate::report::junit::JunitError,
        crate::report::png::PngError,
        crate::probe::recording::RecordingError,
        crate::check::LoadError,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io;

    use super::*;
    use crate::analysis::capacity::{ConfigError, SearchConfig};
    use crate::analysis::rehearsal::ObserveError;
    use crate::analysis::whatif::WhatIfError;
    use crate::engine::{DriveError, WorkError};
    use crate::record::ids::IdError;
    use crate::record::read::ReadError;
    use crate::record::store::FindError;
    use crate::record::write::WriteError;
    use crate::report::png::PngError;
    use crate::sim::SimError;
    use crate::sim::log::LogError;
    use crate::wire::api::Operation;
    use crate::wire::webhooks_yml::{WebhooksYml, set_timeouts};
    use crate::wire::{OpenimVersion, WebhookKey};

    fn full() -> io::Error {
        io::Error::other("disk full")
    }

    /// Told in two languages, English as `Display` has it, with `quoted` in both.
    fn holds(error: &(dyn Error + 'static), quoted: &[&str]) {
        let text = told(error);
        assert_eq!(text.en(), error.to_string());
        assert_ne!(text.en(), text.zh());
        for part in quoted {
            assert!(text.en().contains(part) && text.zh().contains(part), "`{part}`: {text:?}");
        }
    }

    #[test]
    fn an_error_of_the_system_stays_as_it_is() {
        assert_eq!(told(&full()), Text::plain("disk full"));
    }

    #[test]
    fn values_are_quoted_in_either_language() {
        holds(&"20".parse::<crate::units::Span>().unwrap_err(), &["`20`", "\"20s\""]);
        holds(&"beforeCreateGrup".parse::<WebhookKey>().unwrap_err(), &["`beforeCreateGroup`"]);
        for (version, hint) in
            [("3.6.0", "3.7.0"), ("mian", "`main`"), ("latest", "openim-server"), ("9", "`9`")]
        {
            holds(&version.parse::<OpenimVersion>().unwrap_err(), &[version, hint, "`main-standalone`"]);
        }
    }

    #[test]
    fn what_is_wrong_with_webhooks_yml_names_line_and_key_in_either_language() {
        let read = |text: &str| WebhooksYml::parse(text).unwrap_err();
        holds(&read("url: ["), &["webhooks.yml", "YAML"]);
        holds(&read("url: a\n---\nurl: b\n"), &["`---`"]);
        holds(&read("- a\n"), &["`url:`"]);
        holds(&read("url: a\nurl: b\n"), &["2", "`url`"]);
        holds(&read("beforeCreateGroup:\n  timeout: 5s\n"), &["2", "`beforeCreateGroup.timeout`", "`5s`"]);
        holds(&read("beforeCreateGroup:\n  timeout: 2.5\n"), &["2", "2.5"]);
        let wanted = BTreeMap::from([(WebhookKey::BeforeCreateGroup, 3)]);
        let edit = |text: &str| set_timeouts(text, &wanted).unwrap_err();
        holds(&edit("url: a\n"), &["`beforeCreateGroup`", "--only"]);
        holds(&edit("callback:\n  beforeCreateGroup:\n    timeout: 5\n"), &["`callback:`", "--only"]);
        holds(&edit("beforeCreateGroup:\n"), &["1", "`timeout:`"]);
    }

    #[test]
    fn what_is_wrong_with_a_record_names_its_path_in_either_language() {
        let path = || "results/x".into();
        holds(&ReadError::File { path: path(), source: full() }, &["results/x", "disk full", "<run-id>"]);
        let why = crate::say!("errors-read-newer", format = 9, known = 2);
        holds(&ReadError::Format { path: path(), why }, &["results/x", "9", "2"]);
        holds(&WriteError::File { path: path(), source: full() }, &["results/x", "disk full", "--out"]);
        holds(&WriteError::Exists { path: path() }, &["results/x", "--out"]);
        holds(&WriteError::Stopped { path: path() }, &["results/x"]);
        holds(&IdError::File { path: path(), source: full() }, &["results/x", "disk full"]);
        holds(&IdError::Format { path: path() }, &["results/x", "`tag`"]);
        let which = "run-1, run-2".to_owned();
        holds(&FindError::Ambiguous { name: "run".to_owned(), which }, &["`run`", "run-1, run-2"]);
    }

    #[test]
    fn why_nothing_can_be_predicted_or_searched_is_told_in_either_language() {
        let key = WebhookKey::AfterCreateGroup;
        let measured = "`beforeCreateGroup`".to_owned();
        holds(&WhatIfError::NotMeasured { key, measured }, &["afterCreateGroup", "`beforeCreateGroup`"]);
        holds(&WhatIfError::NoCallbacks, &[]);
        holds(&WhatIfError::NoRate, &["--rate"]);
        holds(&WhatIfError::TooLong { rate: 1.5e9 }, &["1500000000", "--outage"]);
        let read = ReadError::File { path: "results/x".into(), source: full() };
        holds(&WhatIfError::Read(read), &["results/x"]);
        holds(&ObserveError::NoOutage, &["[[load.phase]]"]);
        holds(&ObserveError::NoOperations, &["limits.operation_rows"]);
        let check = |config: SearchConfig| -> ConfigError { config.check().unwrap_err() };
        holds(&check(SearchConfig { from: -1.0, ..SearchConfig::default() }), &["-1", "--from", "--to"]);
        holds(&check(SearchConfig { width: 7.5, ..SearchConfig::default() }), &["--width", "7.5", "0.02"]);
    }

    #[test]
    fn why_a_load_or_a_server_cannot_start_is_told_in_either_language() {
        holds(&DriveError::Pacing(full()), &["disk full", "ulimit -u"]);
        let few = WorkError::TooFewUsers { have: 3, need: 9, admins: 1, members: 7 };
        holds(&few, &["3", "9", "load.users.pool"]);
        holds(&WorkError::EmptyRange { key: "members", min: 5, max: 2 }, &["load.members", "5", "2"]);
        holds(&WorkError::NoGroups { operation: Operation::Kick }, &["Kick"]);
        holds(&WorkError::BadWeights, &["load.operation"]);
        let source = crate::delay::DelayError::EmptyMixture;
        let key = WebhookKey::BeforeCreateGroup;
        holds(&crate::webhook::HostError::Delay { key, source }, &["`handler.beforeCreateGroup.delay`"]);
        holds(&SimError::Accept(full()), &["disk full", "`ulimit -n`"]);
        holds(&LogError { dir: "logs".into(), source: full() }, &["logs", "disk full"]);
        holds(&PngError::Size { width: 20.5, height: 9.0 }, &["20.5 × 9", "--format svg"]);
    }
}

#[cfg(test)]
mod openim_tests {
    use super::*;
    use crate::openim::AdminError;
    use crate::openim::admin::Unreachable;
    use crate::openim::safety::check_target;
    use crate::openim::secret::SecretError;
    use crate::openim::setup_groups::SetupError;
    use crate::openim::tls::TlsError;
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
            let text = told(error.as_ref());
            assert_eq!(text.en(), error.to_string());
            assert_ne!(text.en(), text.zh());
            assert!(text.zh().contains(quoted), "{quoted}: {}", text.zh());
            let english = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
            let words: Vec<&str> = text.zh().split(' ').collect();
            assert!(!words.windows(4).any(|run| run.iter().all(|w| english(w))), "{}", text.zh());
        }
    }

    #[test]
    fn advice_about_a_certificate_follows_what_the_handshake_said() {
        let text = crate::openim::tls::advised(Text::plain("invalid peer certificate: UnknownIssuer"));
        assert!(text.starts_with("invalid peer certificate: UnknownIssuer; name the PEM file"));
        assert!(text.zh().contains("UnknownIssuer；") && text.zh().contains("--insecure"));
    }
}
