//! Claims about changing timeouts in place.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::wire::WebhookKey::{AfterCreateGroup, AfterQuitGroup, BeforeCreateGroup, BeforeMemberJoinGroup};

fn wanted(timeouts: &[(WebhookKey, u32)]) -> BTreeMap<WebhookKey, u32> {
    timeouts.iter().copied().collect()
}

fn edited(text: &str, key: WebhookKey, timeout_s: u32) -> String {
    set_timeouts(text, &wanted(&[(key, timeout_s)])).unwrap_or_else(|e| panic!("{e}\n{text}")).text
}

fn refused(text: &str, key: WebhookKey) -> String {
    set_timeouts(text, &wanted(&[(key, 2)])).unwrap_err().to_string()
}

#[test]
fn however_a_number_is_written_only_its_own_bytes_change() {
    for (before, after) in [
        ("timeout: 5", "timeout: 2"),
        ("timeout:    5   # seconds, not \"5s\"", "timeout:    2   # seconds, not \"5s\""),
        ("timeout: \"5\"", "timeout: \"2\""),
        ("timeout: '5' # was 5", "timeout: '2' # was 5"),
        ("timeout: 10\t# tab", "timeout: 2\t# tab"),
        ("timeout: 0x0a", "timeout: 2"),
        ("timeout: 5.0", "timeout: 2"),
        ("timeout: -1", "timeout: 2"),
        ("timeout: ~", "timeout: 2"),
        ("timeout: &t 5", "timeout: &t 2"),
        ("timeout: !!int 5", "timeout: !!int 2"),
        ("\"timeout\": 5", "\"timeout\": 2"),
        ("TimeOut : 5", "TimeOut : 2"),
        ("timeout:\n      5", "timeout:\n      2"),
    ] {
        for (mark, end) in [("", "\n"), ("\u{feff}", "\r\n")] {
            let file = |line: &str| {
                let text = format!(
                    "# größer 超时 timeout: 5\nurl: http://h/cb\n\nbeforeCreateGroup:  # timeout: 5\n    enable: true\n    {line}\n    \
                     failedContinue: true\n\nafterCreateGroup:\n  timeout: 5"
                );
                format!("{mark}{}", text.replace('\n', end))
            };
            assert_eq!(edited(&file(before), BeforeCreateGroup, 2), file(after), "{before}");
        }
    }
}

#[test]
fn a_number_in_a_block_of_text_stays_there() {
    let text = "beforeCreateGroup:\n  timeout: |-\n    5\n";
    assert_eq!(edited(text, BeforeCreateGroup, 2), text.replace('5', "2"));
}

#[test]
fn braces_stay_braces() {
    let text = "beforeCreateGroup: {enable: true, timeout: 5} # x\nafterCreateGroup: { enable: true }\n";
    let both = wanted(&[(BeforeCreateGroup, 3), (AfterCreateGroup, 4)]);
    let edited = set_timeouts(text, &both).unwrap();
    let new =
        "beforeCreateGroup: {enable: true, timeout: 3} # x\nafterCreateGroup: { timeout: 4, enable: true }\n";
    assert_eq!(edited.text, new);
    assert_eq!(edited.changes[1].before, None);
    let wide = "{\n  beforeCreateGroup: {\n    # first\n    enable: true,\n    timeout: 5\n  }\n}\n";
    assert_eq!(super::edit_tests::edited(wide, BeforeCreateGroup, 1), wide.replace('5', "1"));
}

#[test]
fn a_key_without_a_timeout_gets_one_in_its_own_indentation() {
    for end in ["\n", "\r\n"] {
        let text = "beforeCreateGroup:\n   enable: true\nurl: http://h".replace('\n', end);
        let new = "beforeCreateGroup:\n   timeout: 2\n   enable: true\nurl: http://h".replace('\n', end);
        assert_eq!(edited(&text, BeforeCreateGroup, 2), new);
    }
    // Missing means 15 already.
    let same =
        set_timeouts("beforeCreateGroup:\n  enable: true\n", &wanted(&[(BeforeCreateGroup, 15)])).unwrap();
    assert!(same.changes.is_empty());
    assert_eq!(same.same, [(BeforeCreateGroup, 0)]);
}

#[test]
fn several_keys_change_together_and_each_change_names_its_line() {
    let text = "afterCreateGroup:\n  timeout: 5\n  enable: false\nbeforeCreateGroup:\n  enable: true\n  timeout: 12\n\
                beforeMemberJoinGroup:\n  enable: true\n  timeout: 3\n";
    let all = wanted(&[(BeforeCreateGroup, 1), (BeforeMemberJoinGroup, 3), (AfterCreateGroup, 10)]);
    let edited = set_timeouts(text, &all).unwrap();
    let change = |key, line, before, after| TimeoutChange { key, line, before: Some(before), after };
    assert_eq!(edited.changes, [change(AfterCreateGroup, 2, 5, 10), change(BeforeCreateGroup, 6, 12, 1)]);
    assert_eq!(edited.same, [(BeforeMemberJoinGroup, 3)]);
    assert_eq!(edited.disabled, [AfterCreateGroup]);
    assert_eq!(set_timeouts(&edited.text, &all).unwrap().text, edited.text, "a second time changes nothing");
}

#[test]
fn what_cannot_be_changed_alone_is_refused_with_its_line() {
    let file = |rest: &str| format!("url: http://h\n{rest}");
    for (text, words) in [
        ("afterCreateGroup:\n  enable: true\n", "no `beforeCreateGroup` at its left margin, so"),
        ("callback:\n  beforeCreateGroup:\n    timeout: 5\n", "but everything below `callback:`"),
        ("beforeCreateGroup:\n", "line 2: `beforeCreateGroup` has no settings"),
        ("beforeCreateGroup: {}\n", "has no settings"),
        ("beforeCreateGroup:\n  timeout:\n  enable: true\n", "write `timeout: 2` there by hand"),
        ("beforeCreateGroup:\n  timeout: \"\\x35\"\n", "by hand"),
        ("afterCreateGroup: &a\n  timeout: 5\nbeforeCreateGroup: *a\n", "taken over from line"),
        ("afterCreateGroup:\n  timeout: &t 5\nbeforeCreateGroup:\n  timeout: *t\n", "taken over from line 3"),
        ("beforeCreateGroup: &a\n  timeout: 5\nafterCreateGroup: *a\n", "`afterCreateGroup` would change"),
        ("beforeCreateGroup:\n  timeout: 5s\n", "whole number of seconds"),
        ("beforeCreateGroup:\n  timeout: 5\n  timeout: 6\n", "second time"),
        ("beforeCreateGroup:\n  timeout: 5\nBeforeCreateGroup:\n  timeout: 5\n", "second time"),
        ("beforeCreateGroup: 5\n", "must be a mapping"),
    ] {
        let said = refused(&file(text), BeforeCreateGroup);
        assert!(said.contains(words), "{text}: {said}");
    }
    let merged = "base: &b\n  timeout: 5\nafterQuitGroup:\n  <<: *b\n  enable: true\n";
    assert!(set_timeouts(merged, &wanted(&[(AfterQuitGroup, 2)])).is_err());
}

/// A file in `OpenIM`'s layout, and the same with `{n}` in the place of each timeout.
fn file() -> impl Strategy<Value = (String, Vec<(WebhookKey, Option<i64>)>)> {
    let comment = prop_oneof![
        Just(String::new()),
        Just("# timeout: 9\n".to_owned()),
        Just("\n".to_owned()),
        Just("   # größer, 超时\t: {x}\n\n".to_owned()),
    ];
    let key = (
        proptest::sample::select(WebhookKey::ALL.to_vec()),
        comment.clone(),
        1..7_usize,
        any::<bool>(),
        proptest::option::of(-2..40_i64),
        0..5_u8,
        proptest::sample::select(vec!["", "  # s", "\t# \"5\"", "   "]),
        any::<bool>(),
    );
    let keys = proptest::collection::vec(key, 1..12);
    (keys, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(keys, mark, windows, end)| {
        let mut text = "url: \"http://127.0.0.1:10006/cb\"\n".to_owned();
        let mut there: Vec<(WebhookKey, Option<i64>)> = Vec::new();
        for (key, comment, indent, first, timeout, style, behind, more) in keys {
            if there.iter().any(|(k, _)| *k == key) {
                continue;
            }
            there.push((key, timeout));
            text.push_str(&comment);
            let number = timeout.map(|t| match style {
                0 => format!("timeout: \"{t}\""),
                1 => format!("timeout:   '{t}'"),
                2 => format!("Timeout: {t}"),
                _ => format!("timeout: {t}"),
            });
            let pad = " ".repeat(indent);
            let mut lines = vec!["enable:  true".to_owned()];
            lines.extend(number);
            if first {
                lines.reverse();
            }
            if style == 4 {
                text.push_str(&format!("{}: {{ {} }}{behind}\n", key.name(), lines.join(", ")));
                continue;
            }
            if more {
                lines.push("failedContinue: true".to_owned());
                lines.push("# timeout: 1".to_owned());
                lines.push("attentionIds: [ \"timeout: 1\", 5 ]".to_owned());
            }
            text.push_str(&format!("{}:{behind}\n", key.name()));
            lines.iter().for_each(|line| text.push_str(&format!("{pad}{line}{behind}\n")));
        }
        if !end {
            text.truncate(text.trim_end_matches('\n').len());
        }
        if windows {
            text = text.replace('\n', "\r\n");
        }
        if mark {
            text.insert(0, '\u{feff}');
        }
        (text, there)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn only_the_numbers_change_and_only_those_timeouts_are_read_otherwise(
        (text, there) in file(), new in 1..=15_u32, which in any::<u16>(),
    ) {
        let picked = |i: usize| which >> (i % 16) & 1 == 1;
        let keys: Vec<_> = there.iter().enumerate().filter(|(i, _)| picked(*i)).map(|(_, k)| *k).collect();
        let edited = set_timeouts(&text, &wanted(&keys.iter().map(|(k, _)| (*k, new)).collect::<Vec<_>>())).unwrap();
        let (before, after) = (WebhooksYml::parse(&text).unwrap(), WebhooksYml::parse(&edited.text).unwrap());
        for (name, config) in &before.keys {
            let mut wanted = config.clone();
            if let Some(change) = edited.changes.iter().find(|c| c.key.name() == name) {
                prop_assert!(keys.iter().any(|(k, _)| *k == change.key));
                wanted.timeout = new.into();
            }
            prop_assert_eq!(&after.keys[name], &wanted);
        }
        for (key, _) in &keys {
            prop_assert_eq!(after.keys[key.name()].effective_timeout_s(), new);
        }
        // Taking the changed numbers out of both leaves the same bytes.
        let (old_lines, new_lines): (Vec<&str>, Vec<&str>) =
            (text.split('\n').collect(), edited.text.split('\n').collect());
        let inserted: Vec<usize> =
            edited.changes.iter().filter(|c| c.before.is_none() && !new_lines[c.line - 1].contains('{')).map(|c| c.line).collect();
        let mut old = old_lines.into_iter();
        for (i, line) in new_lines.iter().enumerate() {
            if inserted.contains(&(i + 1)) {
                prop_assert_eq!(line.trim(), format!("timeout: {new}"));
                continue;
            }
            let was = old.next().unwrap();
            match edited.changes.iter().find(|c| c.line == i + 1) {
                None => prop_assert_eq!(*line, was),
                Some(TimeoutChange { before: Some(b), .. }) => {
                    let (head, tail) = was.split_at(was.to_lowercase().find("timeout:").unwrap() + 8);
                    let expected = format!("{head}{}", tail.replacen(&b.to_string(), &new.to_string(), 1));
                    prop_assert_eq!(*line, expected);
                }
                Some(_) => prop_assert_eq!(line.replacen(&format!("timeout: {new}, "), "", 1), was),
            }
        }
        prop_assert!(old.next().is_none());
    }

    #[test]
    fn any_text_is_changed_or_refused_without_a_panic(text in "[a-zC\\n :{}\"'&*~\\-5]{0,60}") {
        let _ = set_timeouts(&text, &wanted(&[(BeforeCreateGroup, 2)]));
        let _ = set_timeouts(&format!("beforeCreateGroup:\n  enable: true\n  timeout: {text}"), &wanted(&[(BeforeCreateGroup, 2)]));
    }
}
