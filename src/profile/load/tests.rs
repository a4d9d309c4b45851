//! Tests of reading and merging profiles.

use super::*;
use crate::units::Span;
use crate::wire::WebhookKey;

fn request(text: &str) -> LoadRequest {
    LoadRequest {
        source: ProfileSource::Text { name: "mine.toml".to_owned(), text: text.to_owned() },
        ..LoadRequest::default()
    }
}

fn with(text: &str, env: &[(&str, &str)], sets: &[&str]) -> Result<Loaded, ProfileError> {
    load(LoadRequest {
        env: env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        sets: sets.iter().map(|s| (*s).to_owned()).collect(),
        ..request(text)
    })
}

fn message(text: &str, env: &[(&str, &str)], sets: &[&str]) -> String {
    with(text, env, sets).unwrap_err().to_string()
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_defaults() {
    let text = "[load]\nrate = 20\nseed = 7\nwarmup = \"1s\"\n";
    let env = [("OPENIM_BENCH__LOAD__RATE", "30"), ("OPENIM_BENCH__LOAD__SEED", "8"), ("HOME", "/x")];
    let loaded = with(text, &env, &["load.rate=40"]).unwrap();
    let load = &loaded.profile.load;
    assert_eq!((load.rate, load.seed, load.warmup), (40.0, 8, Span::secs(1)));
    assert_eq!(load.duration, Span::secs(20));
    let source = |key: &str| loaded.sources.get(key).map(String::as_str);
    assert_eq!(source("load.rate"), Some("flag"));
    assert_eq!(source("load.seed"), Some("environment"));
    assert_eq!(source("load.warmup"), Some("file"));
    assert_eq!(source("load.duration"), None);
    assert!(loaded.is_set("load") && !loaded.is_set("limits"));
}

#[test]
fn a_flag_of_its_own_wins_over_set() {
    let mut request = request("");
    request.sets = vec!["target.url=http://127.0.0.1:1".to_owned()];
    request.flags = vec![("target.url".to_owned(), Value::String("http://127.0.0.1:2".to_owned()))];
    assert_eq!(load(request).unwrap().profile.target.url, "http://127.0.0.1:2");
}

#[test]
fn allowed_hosts_of_flags_come_on_top_of_those_of_the_file() {
    let mut request = request("[limits]\nallowed_hosts = [\"a\"]\n");
    request.allow_hosts = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(load(request).unwrap().profile.limits.allowed_hosts, ["a", "b"]);
}

#[test]
fn a_far_name_is_not_taken_for_a_slip() {
    let text = message("", &[], &["handler.foo=1"]);
    assert!(text.contains("the nearest is `") && !text.contains("did you mean"), "{text}");
}

#[test]
fn variables_find_camel_case_keys() {
    let env = [
        ("OPENIM_BENCH__WEBHOOK__TIMEOUT__BEFORECREATEGROUP", "7"),
        ("OPENIM_BENCH__HANDLER__AFTERCREATEGROUP__DELAY", "5ms"),
        ("OPENIM_BENCH__LIMITS__IN_FLIGHT", "9"),
        ("OPENIM_BENCH__LIMITS__ALLOWED_HOSTS", "a.example, b.example"),
        ("OPENIM_BENCH__TARGET__VERSION", "3.8.0"),
    ];
    let profile = with("", &env, &[]).unwrap().profile;
    assert_eq!(profile.webhook.timeout[&WebhookKey::BeforeCreateGroup], 7);
    assert!(profile.handler.contains_key(&WebhookKey::AfterCreateGroup));
    assert_eq!(profile.limits.in_flight, 9);
    assert_eq!(profile.limits.allowed_hosts, ["a.example", "b.example"]);
    assert_eq!(profile.target.version, "3.8.0");
}

#[test]
fn a_webhook_key_in_another_case_is_the_same_key() {
    let text = "[webhook.timeout]\nBEFORECREATEGROUP = 4\n";
    let loaded = with(text, &[], &["webhook.timeout.beforeCreateGroup=6"]).unwrap();
    assert_eq!(loaded.profile.webhook.timeout.len(), 1);
    assert_eq!(loaded.profile.webhook.timeout[&WebhookKey::BeforeCreateGroup], 6);
    let twice = "[webhook.timeout]\nbeforeCreateGroup = 4\nbeforecreategroup = 5\n";
    assert!(message(twice, &[], &[]).contains("given twice"));
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_key() {
    let text = message("title = \"x\"\n[load]\nrtae = 3\n", &[], &[]);
    assert!(text.starts_with("mine.toml:3: `load.rtae` is not a known key; did you mean `rate`?"), "{text}");
    let text = message("", &[("OPENIM_BENCH__LOAD__RAT", "3")], &[]);
    assert!(text.starts_with("OPENIM_BENCH__LOAD__RAT: ") && text.contains("`rate`"), "{text}");
    let text = message("", &[], &["laod.rate=3"]);
    assert!(text.starts_with("--set laod.rate=3: ") && text.contains("`load`"), "{text}");
    let text = message("[handler.beforeCreateGruop]\ndelay = \"1ms\"\n", &[], &[]);
    assert!(text.contains("did you mean `beforeCreateGroup`?"), "{text}");
    let text = message("[handler.beforeCreateGroup]\ndelay = { lognorml = {} }\n", &[], &[]);
    assert!(text.contains("did you mean `lognormal`?"), "{text}");
    let text = message("[[load.phase]]\nkind = \"steady\"\ndurration = \"1s\"\n", &[], &[]);
    assert!(
        text.starts_with("mine.toml:3: `load.phase.0.durration`") && text.contains("`duration`"),
        "{text}"
    );
}

#[test]
fn all_mistakes_are_shown_at_once() {
    let text = message("[load]\nrate = \"fast\"\n[limits]\nin_flihgt = 1\n", &[], &["cleanup.mode=never"]);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("`load.rate` is \"fast\"; it takes a number"), "{text}");
    assert!(text.contains("`cleanup.mode` is `never`"), "{text}");
}

#[test]
fn a_duration_without_a_unit_is_refused_with_advice() {
    let text = message("[load]\nduration = 20\n", &[], &[]);
    assert!(text.starts_with("mine.toml:2: `load.duration`") && text.contains("\"20s\""), "{text}");
    let text = message("", &[], &["load.duration=20"]);
    assert!(text.contains("\"20s\""), "{text}");
    let text = message("[load]\nduration = \"20\"\n", &[], &[]);
    assert!(text.contains("not a duration"), "{text}");
    let text = message("[handler.beforeCreateGroup]\ndelay = 50\n", &[], &[]);
    assert!(text.contains("\"50ms\""), "{text}");
    let text = message("[handler.beforeCreateGroup.delay.lognormal]\nmedian = \"3ms\"\n", &[], &[]);
    assert!(text.contains("lacks `p99`"), "{text}");
}

#[test]
fn wrong_types_say_what_is_expected() {
    for (set, expected) in [
        ("limits.in_flight=-1", "whole number from 0"),
        ("limits.in_flight=1.5", "whole number"),
        ("limits.in_flight=9999999999", "limits.in_flight"),
        ("load.arrivals=posson", "did you mean `poisson`?"),
        ("load.operation=crate", "did you mean `create`?"),
        ("webhook.expect=[\"beforeCreateGrup\"]", "did you mean `beforeCreateGroup`?"),
        ("target.insecure=maybe", "true or false"),
        ("load.phase=steady", "steady"),
        ("load.members={min=1}", "lacks `max`"),
        ("load.rate=nan", "ordinary number"),
        ("load=3", "a table"),
    ] {
        let text = message("", &[], &[set]);
        assert!(text.contains(expected), "{set}: {text}");
    }
}

#[test]
fn set_reaches_into_lists_and_replaces_plain_values_by_tables() {
    let text = "[[load.phase]]\nrate = 3\n[handler.beforeCreateGroup]\ndelay = \"1ms\"\n";
    let sets = [
        "load.phase.0.rate=5",
        "handler.beforeCreateGroup.delay.uniform.min=1ms",
        "handler.beforeCreateGroup.delay.uniform.max=2ms",
    ];
    let loaded = with(text, &[], &sets).unwrap();
    assert_eq!(loaded.profile.load.phase[0].rate, 5.0);
    assert_eq!(loaded.place("load.phase.0.rate"), "--set load.phase.0.rate=5");
    assert!(message(text, &[], &["load.phase.4.rate=5"]).contains("list item that does not exist"));
    assert!(matches!(with("", &[], &["load.rate"]), Err(ProfileError::Set { .. })));
}

#[test]
fn broken_toml_names_file_and_line() {
    let text = message("[load]\nrate = \n", &[], &[]);
    assert!(text.starts_with("mine.toml:2: not valid TOML"), "{text}");
}

#[test]
fn a_name_without_a_file_is_a_shipped_profile_and_others_are_listed() {
    let named = |name: &str| {
        load(LoadRequest { source: ProfileSource::Named(name.into()), ..LoadRequest::default() })
    };
    assert_eq!(named("smoke").unwrap().profile.load.duration, Span::secs(5));
    let text = named("smokey").unwrap_err().to_string();
    assert!(text.contains("quickstart") && text.contains("profile list"), "{text}");
}

#[test]
fn paths_in_a_file_are_looked_for_beside_it_first() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users.txt"), "a\nb\n").unwrap();
    let path = folder.path().join("p.toml");
    std::fs::write(&path, "[load.users]\nfile = \"users.txt\"\n[webhook]\nyml = \"elsewhere.yml\"\n")
        .unwrap();
    let mut request = LoadRequest { source: ProfileSource::Named(path), ..LoadRequest::default() };
    let profile = load(request.clone()).unwrap().profile;
    assert_eq!(profile.load.users.file, Some(folder.path().join("users.txt")));
    assert_eq!(profile.webhook.yml, Some("elsewhere.yml".into()));
    let error = inputs::read(&profile).unwrap_err().to_string();
    assert!(error.contains("elsewhere.yml") && error.contains("`webhook.yml`"), "{error}");
    request.sets = vec!["load.users.file=users.txt".to_owned()];
    assert_eq!(load(request).unwrap().profile.load.users.file, Some("users.txt".into()));
}

#[test]
fn every_key_with_a_default_can_be_given_by_the_environment() {
    fn leaves(value: &Value, name: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Table(table) if !table.is_empty() => {
                for (key, inner) in table {
                    leaves(inner, &format!("{name}__{}", key.to_uppercase()), found);
                }
            }
            Value::Table(_) => {}
            Value::String(text) => found.push((name.to_owned(), text.clone())),
            other => found.push((name.to_owned(), other.to_string())),
        }
    }
    let mut env = Vec::new();
    leaves(&Value::try_from(Profile::default()).unwrap(), ENV_PREFIX.trim_end_matches("__"), &mut env);
    assert!(env.len() > 30, "{env:?}");
    let loaded = load(LoadRequest { env: env.clone(), ..LoadRequest::default() }).unwrap();
    assert_eq!(loaded.profile, Profile::default());
    assert_eq!(loaded.sources.len(), env.len());
}

#[test]
fn an_outage_that_names_no_end_ends_after_a_minute() {
    let text = "[[load.phase]]\nrate = 1.0\n[[load.phase]]\nkind = \"outage\"\n[[load.phase]]\nkind = \"outage\"\n\
                duration = \"3s\"\n";
    let lengths = |loaded: &Loaded| loaded.profile.load.phase.iter().map(|p| p.duration).collect::<Vec<_>>();
    let loaded = with(text, &[], &[]).unwrap();
    assert_eq!(lengths(&loaded), [Span::secs(10), Span::secs(60), Span::secs(3)]);
    let set = with("", &[], &["load.phase=[{},{kind=\"outage\",fault=\"refuse\"}]"]).unwrap();
    assert_eq!(lengths(&set), [Span::secs(10), Span::secs(60)]);
}
