//! Tests of the footprint.

use super::*;
use crate::ids::RunTag;
use crate::profile::load::{LoadRequest, ProfileSource, load};
use crate::profile::{ResolveContext, resolve};

fn footprint(name: &str, sets: &[&str]) -> Footprint {
    let sets = sets.iter().map(|s| (*s).to_owned()).collect();
    let source = ProfileSource::Named(name.into());
    let loaded = load(LoadRequest { source, sets, ..LoadRequest::default() }).unwrap();
    Footprint::of(&resolve(&loaded, ResolveContext::new("r", RunTag::from_number(1))).unwrap())
}

fn english(footprint: &Footprint) -> String {
    Text::lines(&footprint.lines()).en().to_owned()
}

fn reach(n: u32, seconds: f64) -> KeyReach {
    let source = ProfileSource::Named("quickstart".into());
    let loaded = load(LoadRequest { source, ..LoadRequest::default() }).unwrap();
    let plan = resolve(&loaded, ResolveContext::new("r", RunTag::from_number(1))).unwrap();
    key_reach(&plan, WebhookKey::BeforeCreateGroup, f64::from(n), seconds)
}

#[test]
fn the_single_bound_needs_2995_callbacks_for_one_in_a_thousand() {
    assert_eq!(reach(10, 10.0).callbacks_for_medium, 2_995);
    assert!(reach(2_995, 10.0).single <= 0.001 && reach(2_994, 10.0).single > 0.001);
    assert_eq!(reach(0, 10.0).single, 1.0);
}

#[test]
fn excluding_one_in_a_thousand_of_one_second_spells_takes_fifty_minutes_at_any_rate() {
    for rate in [1, 2, 50, 1_000] {
        let seconds = reach(rate * 10, 10.0).minutes_for_high * 60.0;
        assert!((2_995.0..2_996.0).contains(&seconds), "{rate}: {seconds}");
        let there = reach((f64::from(rate) * seconds).round() as u32, seconds);
        assert!((there.spells - 0.001).abs() < 1e-6, "{}", there.spells);
    }
    // Below one callback a spell, it is the number of callbacks that counts.
    assert!(reach(5, 10.0).minutes_for_high * 60.0 > 5_990.0);
    assert!(reach(0, 10.0).minutes_for_high.is_infinite());
}

#[test]
fn quickstart_reaches_medium_and_says_what_high_would_take() {
    let footprint = footprint("quickstart", &[]);
    assert_eq!(footprint.best_confidence(), Some(Reach::Medium));
    assert_eq!((footprint.calls, footprint.measured_calls), (Some(5_750), 5_000));
    assert_eq!(footprint.groups, 5_751);
    assert!(footprint.remains.is_empty(), "the simulator ends with the run");
    let text = english(&footprint);
    assert!(text.contains("afterCreateGroup, each: medium, from 5,000 callbacks"), "{text}");
    assert!(text.contains("high needs 50 min measured"), "{text}");
}

#[test]
fn a_real_run_of_52_minutes_reaches_high_for_before_callbacks_and_names_what_stays() {
    let footprint = footprint("real-openim", &[]);
    let best = |key| footprint.reach.iter().find(|r| r.key == key).unwrap().best;
    assert_eq!(best(WebhookKey::BeforeCreateGroup), Reach::High);
    assert_eq!(best(WebhookKey::AfterCreateGroup), Reach::Medium);
    let text = english(&footprint);
    for words in ["users: OpenIM has no call that deletes users", "groupIDs", "notices", "OpenIM's own log"] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    assert!((footprint.cleanup_s - 315.0).abs() < 1.0, "{}", footprint.cleanup_s);
}

#[test]
fn too_short_a_run_is_low_and_says_how_much_is_missing() {
    let footprint = footprint("smoke", &[]);
    assert_eq!(footprint.best_confidence(), Some(Reach::Low));
    let text = english(&footprint);
    assert!(text.contains("medium needs 2,995 callbacks (2 min at this rate)"), "{text}");
}

#[test]
fn on_3_7_every_member_has_a_callback() {
    let footprint = footprint("steady", &["target.version=3.7.0", "load.members=3", "load.admins=1"]);
    let calls = footprint.calls.unwrap();
    assert_eq!(footprint.callbacks[&WebhookKey::BeforeMemberJoinGroup], 5 * calls);
    assert_eq!(footprint.callbacks[&WebhookKey::BeforeCreateGroup], calls);
}

#[test]
fn keys_that_the_load_does_not_fire_are_named_as_not_measured() {
    let footprint = footprint("smoke", &["webhook.expect=beforeCreateGroup,afterQuitGroup"]);
    assert_eq!(footprint.not_fired, [WebhookKey::AfterQuitGroup]);
    assert!(english(&footprint).contains("afterQuitGroup: not fired by this load"));
}

#[test]
fn kept_groups_cost_no_clean_up_and_are_listed_as_staying() {
    let footprint = footprint("real-openim", &["cleanup.mode=keep"]);
    assert_eq!(footprint.cleanup_s, 0.0);
    assert!(english(&footprint).contains("`cleanup.mode` is `keep`"));
}

#[test]
fn a_closed_loop_promises_no_number() {
    let footprint = footprint("smoke", &["load.loop=closed"]);
    assert_eq!(footprint.calls, None);
    let text = english(&footprint);
    assert!(text.contains("closed loop") && text.contains("at most 500"), "{text}");
}

#[test]
fn a_plain_load_recommends_nothing() {
    let text = english(&footprint("smoke", &["webhook.expect=[]"]));
    assert!(text.contains("no timeout is recommended"), "{text}");
}

#[test]
fn no_line_is_english_in_chinese() {
    for (name, sets) in [
        ("quickstart", [].as_slice()),
        ("real-openim", &["cleanup.mode=keep"]),
        ("smoke", &["load.loop=closed"]),
        ("smoke", &["webhook.expect=beforeCreateGroup,afterQuitGroup"]),
    ] {
        for line in footprint(name, sets).lines() {
            let english = line.zh().split_whitespace().filter(|w| w.chars().all(|c| c.is_ascii_lowercase()));
            let words = english.filter(|w| w.len() > 3).count();
            assert!(line.en() != line.zh() && words < 3, "{}", line.zh());
        }
    }
}

#[test]
fn numbers_are_grouped_by_three() {
    assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
}
