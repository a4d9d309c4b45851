//! The shipped profiles and the committed schema: they resolve, they validate, and what their
//! comments say is still true.

use std::path::PathBuf;

use openim_bench::ids::RunTag;
use openim_bench::profile::footprint::Reach;
use openim_bench::profile::load::{LoadRequest, Loaded, ProfileSource, load};
use openim_bench::profile::shipped::SHIPPED;
use openim_bench::profile::{Footprint, ResolveContext, RunPlan, resolve, schema};
use openim_bench::wire::WebhookKey;

const UPDATE: &str = "OPENIM_BENCH_UPDATE_SCHEMA";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("profiles")
}

fn loaded(name: &str, sets: &[String]) -> Loaded {
    let source = ProfileSource::Named(folder().join(format!("{name}.toml")));
    load(LoadRequest { source, sets: sets.to_vec(), ..LoadRequest::default() })
        .unwrap_or_else(|e| panic!("{e}"))
}

fn plan(name: &str, sets: &[String]) -> RunPlan {
    let context = ResolveContext::new("run", RunTag::from_number(1));
    resolve(&loaded(name, sets), context).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn the_committed_schema_is_the_one_that_the_program_prints() {
    let path = folder().join("profile.schema.json");
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, schema::pretty()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == schema::pretty(),
        "profiles/profile.schema.json is out of date; run `{UPDATE}=1 cargo test --test it schema` and commit it"
    );
}

#[test]
fn every_shipped_profile_is_valid_by_the_schema() {
    let validator = jsonschema::validator_for(schema::value()).unwrap();
    for shipped in SHIPPED {
        let table: toml::Table = shipped.text.parse().unwrap();
        let json = serde_json::to_value(&table).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", shipped.name);
    }
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let validator = jsonschema::validator_for(schema::value()).unwrap();
    for text in ["[load]\nrtae = 3", "[load]\nduration = 3", "[handler.nosuch]", "[load]\narrivals = \"x\""] {
        let table: toml::Table = text.parse().unwrap();
        assert!(!validator.is_valid(&serde_json::to_value(&table).unwrap()), "{text}");
        let source = ProfileSource::Text { name: "t".to_owned(), text: text.to_owned() };
        assert!(load(LoadRequest { source, ..LoadRequest::default() }).is_err(), "{text}");
    }
}

#[test]
fn every_file_in_the_folder_is_shipped_and_has_a_title() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter_map(|n| n.strip_suffix(".toml").map(str::to_owned))
        .collect();
    files.sort();
    let mut names: Vec<String> = SHIPPED.iter().map(|s| s.name.to_owned()).collect();
    names.sort();
    assert_eq!(files, names);
    for shipped in SHIPPED {
        assert!(!shipped.title().is_empty(), "{}", shipped.name);
        assert!(shipped.text.starts_with(&format!("# {}:", shipped.name)), "{}", shipped.name);
    }
}

#[test]
fn every_shipped_profile_makes_a_plan_and_a_footprint() {
    for shipped in SHIPPED {
        let plan = plan(shipped.name, &[]);
        assert!(plan.phases.iter().any(|p| p.measured), "{}", shipped.name);
        assert!(!Footprint::of(&plan).lines().is_empty());
        if shipped.name != "real-openim" {
            assert_eq!(plan.profile.target.url, "sim", "{}", shipped.name);
            assert_eq!(plan.profile.webhook.listen, "127.0.0.1:0", "{}: ports must not clash", shipped.name);
            assert!(plan.version.is_some(), "{}", shipped.name);
        }
    }
}

/// What stands in a comment as a command must work: `--set path=value` and `name = value` lines
/// that are commented out.
#[test]
fn keys_in_comments_exist() {
    for shipped in SHIPPED {
        let comments: Vec<&str> = shipped.text.lines().filter(|l| l.trim_start().starts_with('#')).collect();
        let clean =
            |s: &str| s.split_whitespace().next().unwrap().trim_matches(['`', ',', ':', '.']).to_owned();
        for comment in &comments {
            let sets: Vec<String> = comment.split("--set ").skip(1).map(clean).collect();
            plan(shipped.name, &sets);
        }
        let text = uncommented(shipped.text);
        let source = ProfileSource::Text { name: shipped.name.to_owned(), text };
        load(LoadRequest { source, ..LoadRequest::default() })
            .unwrap_or_else(|e| panic!("{}: {e}", shipped.name));
    }
}

/// The profile with its commented keys switched on, where the key is not there already.
fn uncommented(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start_matches("# ");
        let is_key = bare.parse::<toml::Table>().is_ok_and(|t| !t.is_empty()) || bare == "[[load.phase]]";
        match line.starts_with("# ") && is_key {
            true if bare.starts_with("users =") => {}
            true => out.push(bare.to_owned()),
            false => out.push(line.to_owned()),
        }
    }
    out.join("\n")
}

#[test]
fn quickstart_gathers_enough_for_the_single_bound_within_its_limits() {
    let plan = plan("quickstart", &[]);
    let measured: f64 = plan.phases.iter().filter(|p| p.measured).map(|p| p.duration_s).sum();
    assert_eq!((plan.profile.load.rate, measured), (250.0, 20.0));
    assert_eq!(plan.profile.recommend.production_rate, Some(10.0));
    assert_eq!(Footprint::of(&plan).best_confidence(), Some(Reach::Medium));
}

#[test]
fn smoke_takes_seconds_and_reentrant_less_than_forty() {
    let length = |plan: &RunPlan| plan.phases.last().map(|p| p.start_s + p.duration_s).unwrap();
    assert!(length(&plan("smoke", &[])) <= 6.0);
    let reentrant = plan("reentrant", &[]);
    let timeout = f64::from(reentrant.timeouts[&WebhookKey::BeforeMemberJoinGroup]);
    assert!(length(&reentrant) + timeout < 40.0);
    assert!(1.0 / reentrant.profile.load.rate > timeout, "a create must be over before the next begins");
    assert!(reentrant.expected_arrivals >= 4);
    assert!(reentrant.profile.load.callers_hold_workers && reentrant.profile.limits.expect_failures);
}

#[test]
fn the_times_that_real_openim_promises_are_right() {
    let reach = |duration: &str| {
        let footprint = Footprint::of(&plan("real-openim", &[format!("load.duration={duration}")]));
        footprint.reach.iter().find(|r| r.key == WebhookKey::BeforeCreateGroup).unwrap().best
    };
    assert_eq!(reach("24m"), Reach::Low);
    assert_eq!(reach("25m"), Reach::Medium);
    assert_eq!(reach("26m"), Reach::Medium);
    assert_eq!(reach("49m"), Reach::Medium);
    assert_eq!(reach("50m"), Reach::High);
    assert_eq!(reach("52m"), Reach::High);
}

#[test]
fn soak_reaches_high_for_before_callbacks_and_medium_for_the_others() {
    for reach in Footprint::of(&plan("soak", &[])).reach {
        let expected = if reach.key.is_before() { Reach::High } else { Reach::Medium };
        assert_eq!(reach.best, expected, "{}", reach.key);
    }
}
