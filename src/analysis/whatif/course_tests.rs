use super::*;

const MEMBERS: Step = Step { timeout_s: 5.0, takes_s: 0.04, effect: Effect::Healthy };

fn scene(rate: f64, timeout_s: f64, effect: Effect, outage_s: f64) -> Scene {
    let step = Step { timeout_s, takes_s: 0.03, effect };
    let after = Step { timeout_s: 5.0, takes_s: 0.002, effect: Effect::Healthy };
    Scene {
        rate,
        kinds: vec![Kind { share: 1.0, before: vec![step, MEMBERS], own_s: 0.003, after: vec![after] }],
        outage_s,
        push_wait_s: 3.0,
        slack_s: 0.25,
    }
}

fn near(a: f64, b: f64, by: f64) -> bool {
    (a - b).abs() <= by
}

#[test]
fn without_a_fault_nothing_fails_waits_or_is_lost() {
    let course = play(&scene(60.0, 5.0, Effect::Healthy, 20.0));
    assert_eq!((course.failed, course.waited, course.lost, course.stalled), (0, 0, 0, 0));
    assert_eq!((course.pool_full_s, course.queue_full_s, course.recovery_s), (None, None, Some(0.0)));
    assert!(course.held_peak <= 8, "{course:?}");
}

#[test]
fn a_hang_fills_the_pool_when_a_hundred_calls_fit_into_a_timeout_and_else_never() {
    for (rate, timeout_s) in [(30.0, 5.0), (60.0, 5.0), (60.0, 2.0), (25.0, 5.0)] {
        let course = play(&scene(rate, timeout_s, Effect::Holds, 20.0));
        assert!(near(course.pool_full_s.unwrap(), 100.0 / rate, 2.0 / rate), "{rate} {timeout_s} {course:?}");
    }
    for (rate, timeout_s) in [(10.0, 5.0), (10.0, 2.0), (30.0, 2.0), (19.0, 5.0)] {
        let course = play(&scene(rate, timeout_s, Effect::Holds, 20.0));
        assert_eq!(course.pool_full_s, None, "{rate} {timeout_s}");
        assert!(near(course.held_peak as f64, rate * timeout_s, 3.0), "Little's law: {course:?}");
        assert!(near(course.failed as f64, rate * 20.0, 2.0), "each arrival fails: {course:?}");
        assert!(
            near(course.recovery_s.unwrap(), timeout_s, 0.2),
            "the last hung call ends after T: {course:?}"
        );
    }
}

#[test]
fn with_a_full_pool_calls_that_still_wait_at_the_end_are_saved() {
    // A connection comes free T after its call began; who waits then has waited T − 100 ÷ λ and lives 100 ÷ λ on.
    let (rate, timeout_s, outage_s) = (60.0, 5.0, 20.0);
    let course = play(&scene(rate, timeout_s, Effect::Holds, outage_s));
    let failed = 100.0 + rate * (outage_s - timeout_s);
    assert!(near(course.failed as f64, failed, 4.0), "{failed} {course:?}");
    assert!(course.waited > 150, "{course:?}");
    assert!(course.longest_s < timeout_s + 1.0);
}

#[test]
fn an_outage_shorter_than_the_timeout_fails_a_hundred_calls_a_process_at_most() {
    let course = play(&scene(200.0, 5.0, Effect::Holds, 3.0));
    assert!(near(course.failed as f64, 100.0, 10.0), "{course:?}");
}

#[test]
fn a_reset_fails_every_call_at_once_and_holds_nothing() {
    let course = play(&scene(60.0, 5.0, Effect::Fails, 10.0));
    assert!(near(course.failed as f64, 600.0, 3.0), "{course:?}");
    assert_eq!(course.pool_full_s, None);
    assert!(course.recovery_s.unwrap() < 0.1);
    let passes = play(&scene(60.0, 5.0, Effect::Passes, 10.0));
    assert_eq!((passes.failed, passes.recovery_s), (0, Some(0.0)));
}

fn after_scene(rate: f64, timeout_s: f64, outage_s: f64, push_wait_s: f64) -> Scene {
    let mut scene = scene(rate, 5.0, Effect::Healthy, outage_s);
    scene.kinds[0].after[0] = Step { timeout_s, takes_s: 0.002, effect: Effect::Holds };
    scene.push_wait_s = push_wait_s;
    scene
}

#[test]
fn a_hanging_after_webhook_fills_the_queue_and_then_loses_what_the_workers_cannot_take() {
    for (rate, timeout_s) in [(10.0, 2.0), (30.0, 5.0), (60.0, 2.0)] {
        let outage_s = 14.0;
        let course = play(&after_scene(rate, timeout_s, outage_s, 3.0));
        // Two are in the workers' hands from the beginning.
        let full = 102.0 / (rate - 2.0 / timeout_s);
        assert!(near(course.queue_full_s.unwrap(), full, 0.1 * full), "{full} {course:?}");
        assert_eq!(course.failed, 0, "a push that finds no room fails nothing");
        assert!(course.longest_s < 3.2 && (course.stalled == 0 || course.longest_s > 0.25), "{course:?}");
    }
    let never = play(&after_scene(0.9, 2.0, 60.0, 3.0));
    assert_eq!((never.queue_full_s, never.lost), (None, 0));
}

#[test]
fn lost_events_are_those_that_waited_in_vain() {
    // 30 a second come, one leaves; from 103 ÷ 29 s on every push waits, and those of the last 3 s are still waiting
    // when the queue empties.
    let course = play(&after_scene(30.0, 2.0, 12.0, 3.0));
    let lost = 29.0 * (12.0 - 102.0 / 29.0 - 3.0);
    assert!(near(course.lost as f64, lost, 0.35 * lost), "{lost} {course:?}");
    let short = play(&after_scene(30.0, 2.0, 12.0, 0.1));
    assert!(short.lost > course.lost && short.longest_s < 0.3, "{short:?}");
    assert!(course.recovery_s.unwrap() <= 2.1, "{course:?}");
}

#[test]
fn shares_of_a_mix_are_kept_evenly() {
    let mut scene = scene(40.0, 5.0, Effect::Holds, 20.0);
    scene.kinds[0].share = 0.25;
    scene.kinds.push(Kind { share: 0.75, before: Vec::new(), own_s: 0.003, after: Vec::new() });
    let course = play(&scene);
    assert!(near(course.failed as f64, 200.0, 3.0), "{course:?}");
    assert_eq!(course.pool_full_s, None);
}
