//! Claims about reading `webhooks.yml`.

use proptest::prelude::*;

use super::*;

const FILE: &str = "\
# where the business server listens
url: http://10.0.0.5:10006/callbackExample
beforeCreateGroup:
  enable: true   # on
  timeout: 5
  failedContinue: true
beforeMemberJoinGroup: {enable: true, timeout: \"7\"}
afterCreateGroup:
  enable: false
  timeout: 5
  attentionIds: []
beforeSendSingleMsg:
  enable: true
  timeout: 5
  deniedTypes: [1, 200-500]
";

fn error(text: &str) -> String {
    WebhooksYml::parse(text).unwrap_err().to_string()
}

#[test]
fn a_usual_file_is_read_whole() {
    let yml = WebhooksYml::parse(FILE).unwrap();
    assert_eq!(yml.url, "http://10.0.0.5:10006/callbackExample");
    assert_eq!(yml.enabled_group_keys(), [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup]);
    assert_eq!(yml.timeout_of(WebhookKey::BeforeCreateGroup), Some(5));
    assert_eq!(yml.timeout_of(WebhookKey::BeforeMemberJoinGroup), Some(7), "a number in quotes counts");
    assert_eq!(yml.timeout_of(WebhookKey::AfterQuitGroup), None);
    assert_eq!(yml.keys["beforeCreateGroup"].failed_continue, Some(true));
    assert_eq!(yml.keys["afterCreateGroup"].failed_continue, None);
    assert_eq!(yml.keys.len(), 4);
    assert!(yml.unknown_keys().is_empty());
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
    assert_eq!(WebhooksYml::parse(&windows).unwrap(), WebhooksYml::parse(FILE).unwrap());
}

#[test]
fn key_names_have_no_case() {
    let yml =
        WebhooksYml::parse("URL: http://a\nBEFORECREATEGROUP:\n  Enable: true\n  TimeOut: 3\n").unwrap();
    assert_eq!(yml.url, "http://a");
    assert_eq!(yml.enabled_group_keys(), [WebhookKey::BeforeCreateGroup]);
    assert_eq!(yml.timeout_of(WebhookKey::BeforeCreateGroup), Some(3));
    assert!(error("afterQuitGroup: {}\nafterquitgroup: {}\n").contains("line 2: `afterquitgroup`"));
}

#[test]
fn an_outer_mapping_switches_everything_off_without_an_error() {
    let nested: String =
        std::iter::once("callback:\n".to_owned()).chain(FILE.lines().map(|l| format!("  {l}\n"))).collect();
    let yml = WebhooksYml::parse(&nested).unwrap();
    assert!(yml.enabled_group_keys().is_empty());
    assert_eq!((yml.url.as_str(), yml.unknown_keys()), ("", vec!["callback"]));
}

#[test]
fn unknown_keys_may_hold_anything_and_are_kept() {
    let yml = WebhooksYml::parse("beforeCreateGrup:\n  enable: true\n  timeout: 5s\nfoo: [1]\n").unwrap();
    assert_eq!(yml.unknown_keys(), ["beforeCreateGrup", "foo"]);
    assert!(yml.enabled_group_keys().is_empty());
}

#[test]
fn a_missing_timeout_is_zero_and_an_empty_file_has_no_key() {
    let yml = WebhooksYml::parse("beforeCreateGroup:\n  enable: true\nafterQuitGroup:\n").unwrap();
    assert_eq!(yml.timeout_of(WebhookKey::BeforeCreateGroup), Some(0));
    assert_eq!(yml.keys["beforeCreateGroup"].effective_timeout_s(), 15);
    assert_eq!(yml.timeout_of(WebhookKey::AfterQuitGroup), Some(0));
    for empty in ["", "# nothing\n", "---\n", "\r\n\r\n"] {
        assert_eq!(WebhooksYml::parse(empty).unwrap(), WebhooksYml::default(), "{empty:?}");
    }
}

#[test]
fn a_timeout_that_is_no_whole_number_is_refused_with_line_and_key() {
    for value in ["5s", "500ms", "\"5 \"", "five", "[5]", "{s: 5}", "0x", "1__0", "99999999999999999999"] {
        let text =
            error(&format!("url: http://a\n\nbeforeCreateGroup:\n  enable: true\n  timeout: {value}\n"));
        assert!(text.contains("line 5: `beforeCreateGroup.timeout`"), "{value}: {text}");
        assert!(text.contains("would not start"), "{value}: {text}");
    }
    let text = error("beforeCreateGroup:\n  timeout: 2.5\n");
    assert!(text.contains("line 2: `beforeCreateGroup.timeout` is 2.5"), "{text}");
}

#[test]
fn nothing_negative_and_more_than_15_take_effect_as_15_seconds() {
    for (configured, effective) in [(1, 1), (15, 15), (0, 15), (-1, 15), (16, 15), (i64::MAX, 15)] {
        assert_eq!(effective_timeout_s(configured), effective, "{configured}");
    }
}

#[test]
fn numbers_are_read_as_go_reads_them() {
    for (value, timeout) in [
        ("5", 5),
        ("\"5\"", 5),
        ("'-3'", -3),
        ("\"0x10\"", 16),
        ("\"010\"", 8),
        ("010", 8),
        ("\"\"", 0),
        ("~", 0),
        ("3600", 3600),
        ("true", 1),
        ("5.0", 5),
    ] {
        let yml = WebhooksYml::parse(&format!("beforeCreateGroup: {{timeout: {value}}}\n")).unwrap();
        assert_eq!(yml.timeout_of(WebhookKey::BeforeCreateGroup), Some(timeout), "{value}");
    }
}

#[test]
fn enable_takes_what_go_takes_for_true_and_refuses_yes() {
    for (value, on) in [
        ("true", true),
        ("\"true\"", true),
        ("1", true),
        ("T", true),
        ("false", false),
        ("0", false),
        ("", false),
    ] {
        let yml = WebhooksYml::parse(&format!("beforeCreateGroup:\n  enable: {value}\n")).unwrap();
        assert_eq!(yml.keys["beforeCreateGroup"].enable, on, "{value}");
    }
    for value in ["yes", "on", "[]"] {
        let text = error(&format!("beforeCreateGroup:\n  enable: {value}\n"));
        assert!(text.contains("line 2: `beforeCreateGroup.enable`"), "{text}");
    }
}

#[test]
fn what_no_yaml_reader_takes_is_refused() {
    for text in
        ["url: [", "beforeCreateGroup:\n\tenable: true\n", "beforeCreateGroup:\n  enable: true\n enable: x\n"]
    {
        assert!(error(text).contains("would not start"), "{text}");
    }
    assert!(error("url: a\nurl: b\n").contains("line 2: `url`"));
    assert!(matches!(WebhooksYml::parse("url: a\n---\nurl: b\n"), Err(YmlError::SeveralDocuments { .. })));
    for text in ["- a\n", "just text\n"] {
        assert!(matches!(WebhooksYml::parse(text), Err(YmlError::NotAMapping)), "{text}");
    }
    assert!(error("beforeCreateGroup: true\n").contains("line 1: `beforeCreateGroup`"));
    assert!(error("url: {a: 1}\n").contains("`url` is a mapping"));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(?s).{0,200}") {
        let _ = WebhooksYml::parse(&text);
    }

    #[test]
    fn no_change_of_a_usual_file_makes_the_reader_panic(at in 0..FILE.len(), put in ".{0,3}", cut in 0..8usize) {
        let mut text = FILE.to_owned();
        let end = (at + cut).min(text.len());
        text.replace_range(at..end, &put);
        let _ = WebhooksYml::parse(&text);
    }
}
