//! `lint --fix`: what it changes, what it leaves to a person, and that a second time finds nothing.

use openim_bench::wire::webhooks_yml::{Fix, WebhooksYml, fix};
use proptest::prelude::*;

use crate::lint::{lint, target};
use crate::support::{bench, run};

pub const FAULTY: &str = "# Kopf\r\nurl: \"http://receiver/a//\" # Adresse\nbeforeCreateGrup:   # vertippt\n    enable: true\n    \
                      timeout: 30 # zu lang\nafterCreateGroup: {enable: true, timeout: '5s'}\nafterJoinGroup:\n  enable: true\n\
                      afterQuitGroup:\n  timeout: 0\n  enable: false\n";

#[test]
fn a_fix_changes_these_bytes_only_and_says_each() {
    let fixed = fix(FAULTY).unwrap();
    let wanted = FAULTY
        .replace("/a//", "/a")
        .replace("beforeCreateGrup:", "beforeCreateGroup:")
        .replace("timeout: 30", "timeout: 15")
        .replace("'5s'", "'5'")
        .replace("Group:\n  enable: true\n", "Group:\n  timeout: 15\n  enable: true\n");
    assert_eq!(fixed.text, wanted);
    assert_eq!(fixed.fixes.len(), 5, "{:?}", fixed.fixes);
    let hits = lint(&fixed.text, &target("main"));
    assert!(hits.iter().all(|hit| hit.finding.code == "caller_budget"), "{hits:?}");
}

#[test]
fn seconds_with_a_unit_become_a_number_with_and_without_quotes_and_never_above_15() {
    for (written, becomes) in
        [("5s", "5"), ("'5s'", "'5'"), ("\"7s\" # seven", "\"7\" # seven"), ("30s", "15")]
    {
        let of = |timeout: &str| format!("beforeCreateGroup:\n  enable: true\n  timeout: {timeout}\n");
        let fixed = fix(&of(written)).unwrap();
        assert_eq!((fixed.text, fixed.fixes.len()), (of(becomes), 1), "{written}");
    }
}

#[test]
fn what_could_be_meant_in_two_ways_is_left_alone() {
    for text in [
        // Two candidates, one that is in the file, two that would become the same, no webhook.
        "beforeSendGroupMsgs: {enable: true, timeout: 5}\nbeforeSendGroupMsg: {enable: true, timeout: 5}\n",
        "beforeCreateGrup: {enable: true, timeout: 5}\nbeforeCreatGroup: {enable: true, timeout: 5}\n",
        "beforeCreateGrup: {enable: true, color: red}\n",
        "beforeCreateGrup: yes\n",
        // A number that others share, half seconds, minutes, a list.
        "a: &t 20\nbeforeCreateGroup: {enable: true, timeout: *t}\n",
        "beforeCreateGroup: {enable: true, timeout: 2.5}\n",
        "beforeCreateGroup: {enable: true, timeout: 1m}\n",
        "beforeCreateGroup: {enable: true, timeout: 0s}\n",
        "beforeCreateGroup: {enable: true, timeout: [5]}\n",
        // Nothing takes effect there; the person may be about to write it.
        "beforeCreateGroup: {enable: false, timeout: 0}\n",
        "url: http://receiver/a?b=/\n",
        "url: http://\n",
        "url: http:///\n",
    ] {
        let fixed = fix(text).unwrap();
        assert_eq!((fixed.text.as_str(), fixed.fixes.len()), (text, 0));
    }
    assert!(fix("- a\n").is_err());
}

#[test]
fn the_program_corrects_the_file_shows_the_difference_and_then_has_nothing_left_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("webhooks.yml");
    std::fs::write(&file, FAULTY).unwrap();
    let lint = |arguments: &[&str]| {
        run(bench().arg("lint").arg(&file).args(["--version", "main", "--fix"]).args(arguments))
    };
    let first = lint(&[]);
    assert!(
        ["\n-    timeout: 30 # zu lang\n", "\n+    timeout: 15 # zu lang\n"]
            .iter()
            .all(|line| first.stdout.contains(line)),
        "{}",
        first.stdout
    );
    assert!(first.stderr.contains("`beforeCreateGrup` is now `beforeCreateGroup`"), "{}", first.stderr);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), fix(FAULTY).unwrap().text);
    let backup =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).find(|path| *path != file);
    assert_eq!(std::fs::read_to_string(backup.unwrap()).unwrap(), FAULTY);
    let second = lint(&["--format", "json"]);
    assert!(second.stderr.contains("nothing to correct"), "{}", second.stderr);
    assert_eq!(second.json()["findings"][0]["code"], "caller_budget");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
}

/// Lines from which files are put together, right ones and wrong ones.
fn file_of_lines() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        "(before|after)(Create|Creat|Quit|Join)Gro?up",
        Just("beforeMemberJoinGroup".to_owned()),
        Just("Url".to_owned()),
    ];
    let timeout =
        prop_oneof!["-?[0-9]{1,2}s?", Just("\"20\"".to_owned()), Just("*a".to_owned()), Just(String::new())];
    let item = (key, any::<bool>(), proptest::option::of(timeout), "[ ]{0,2}#[a-z ]{0,6}").prop_map(
        |(key, on, timeout, comment)| {
            let timeout = timeout.map_or_else(String::new, |t| format!("  timeout: {t}{comment}\n"));
            format!("{key}:{comment}\n  enable: {on}\n{timeout}")
        },
    );
    let url = prop_oneof![Just("url: http://a/b//  # c\n".to_owned()), Just("url: &a 20\n".to_owned())];
    (url, proptest::collection::vec(item, 0..5)).prop_map(|(url, items)| url + &items.concat())
}

proptest! {
    #[test]
    fn a_second_fix_finds_nothing_and_comments_stay(text in file_of_lines()) {
        if let Ok(first) = fix(&text) {
            let again = fix(&first.text).unwrap();
            prop_assert_eq!(&again.text, &first.text);
            prop_assert!(again.fixes.is_empty());
            let comments = |text: &str| text.lines().filter_map(|l| Some(l.split_once('#')?.1.to_owned())).collect::<Vec<_>>();
            prop_assert_eq!(comments(&text), comments(&first.text));
            prop_assert_eq!(text == first.text, first.fixes.is_empty());
            let renamed = first.fixes.iter().any(|fix| matches!(fix, Fix::Renamed { .. }));
            if let (Ok(old), Ok(new), false) = (WebhooksYml::parse(&text), WebhooksYml::parse(&first.text), renamed) {
                for (name, config) in &old.keys {
                    prop_assert_eq!(config.effective_timeout_s(), new.keys[name].effective_timeout_s());
                    prop_assert_eq!(config.enable, new.keys[name].enable);
                }
            }
        }
    }
}
