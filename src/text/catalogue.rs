//! The messages, one Fluent file a language and area, built into the program.
//!
//! A message that is missing or lacks an argument is a defect: `tests/it/messages.rs` compares the files with each other and with
//! the sources, and a debug build stops at it. A release build shows the id with its arguments instead.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::{LanguageIdentifier, langid};

use super::{Lang, Text, Value};

macro_rules! areas {
    ($($area:literal),* $(,)?) => {
        /// Area, English file, Chinese file.
        const AREAS: &[(&str, &str, &str)] = &[
            $(($area, include_str!(concat!("en/", $area, ".ftl")), include_str!(concat!("zh/", $area, ".ftl")))),*
        ];
    };
}

areas![
    "common",
    "validity",
    "diagnosis",
    "recommendation",
    "timeouts",
    "report",
    "lead",
    "calls",
    "whatif",
    "capacity",
    "compare",
    "preflight",
    "setup",
    "run",
    "probe",
    "standin",
    "html",
    "charts",
    "live",
    "results",
    "errors",
    "profile",
    "app",
    "explain",
    "lint",
    "check",
    "join",
    "logs",
    "observed",
    "upstream",
    "metrics",
];

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| Lang::ALL.map(bundle));

fn bundle(lang: Lang) -> Bundle {
    const EN: LanguageIdentifier = langid!("en");
    const ZH: LanguageIdentifier = langid!("zh");
    let language = match lang {
        Lang::En => EN,
        Lang::Zh => ZH,
    };
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // The marks around arguments are for mixed writing directions, of which there are none here.
    bundle.set_use_isolating(false);
    for (_, file) in sources(lang) {
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(read, errors)| {
            debug_assert!(errors.is_empty(), "{errors:?}");
            read
        });
        if let Err(errors) = bundle.add_resource(resource) {
            debug_assert!(errors.is_empty(), "{errors:?}");
        }
    }
    bundle
}

/// Area and text of each file of a language.
pub fn sources(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    AREAS.iter().map(move |(area, en, zh)| match lang {
        Lang::En => (*area, *en),
        Lang::Zh => (*area, *zh),
    })
}

/// The message of that id in both languages; [`say!`](crate::say) calls it.
#[must_use]
pub fn message(id: &str, args: &[(&str, Value<'_>)]) -> Text {
    let [en, zh] = Lang::ALL.map(|lang| {
        let bundle = &BUNDLES[lang as usize];
        format(bundle, lang, id, args)
    });
    Text::both(en, zh)
}

fn format(bundle: &Bundle, lang: Lang, id: &str, args: &[(&str, Value<'_>)]) -> String {
    let mut given = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        given.set(*name, value.of(lang));
    }
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        debug_assert!(false, "no message `{id}` in {}", lang.name());
        return format!("{id} {:?}", args.iter().map(|(_, v)| v).collect::<Vec<_>>());
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned();
    debug_assert!(errors.is_empty(), "`{id}` in {}: {errors:?}", lang.name());
    text
}

#[cfg(test)]
mod tests {
    use crate::say;

    #[test]
    fn a_number_chooses_the_plural_and_a_text_comes_in_its_language() {
        let minutes = say!("common-minutes", n = 1);
        assert_eq!((minutes.en(), minutes.zh()), ("1 minute", "1 分钟"));
        assert_eq!(say!("common-minutes", n = 2).en(), "2 minutes");
        let more = say!("common-at-most", value = &minutes);
        assert_eq!((more.en(), more.zh()), ("at most 1 minute", "最多 1 分钟"));
    }
}
