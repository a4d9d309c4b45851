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
        crate::schedule::ScheduleError,
        crate::delay::DelayError,
        crate::profile::ProfileError,
        crate::record::read::ReadError,
        crate::record::write::WriteError,
        crate::record::store::FindError,
        crate::record::ids::IdError,
    )
}

/// Layers 3 to 5.
fn rest(error: &(dyn Error + 'static)) -> Option<Text> {
    text_of!(
        error,
        crate::engine::DriveError,
        crate::engine::collector::CollectorError,
        crate::engine::WorkError,
        crate::webhook::BindError,
        crate::webhook::HostError,
        crate::webhook::ServerError,
        crate::sim::SimError,
        crate::sim::log::LogError,
        crate::analysis::whatif::WhatIfError,
        crate::analysis::capacity::ConfigError,
        crate::analysis::rehearsal::ObserveError,
        crate::report::RenderError,
        crate::report::junit::JunitError,
        crate::report::png::PngError,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_lower_layer_is_told_in_chinese_and_one_of_the_system_as_it_is() {
        let error = "20".parse::<crate::units::Span>().unwrap_err();
        assert_eq!(told(&error), error.text());
        assert_ne!(told(&error).zh(), told(&error).en());
        assert_eq!(told(&std::io::Error::other("disk full")), Text::plain("disk full"));
    }
}
