//! Properties of the schedules, over random profiles.

use proptest::prelude::*;

use super::*;

fn all(mut schedule: impl Schedule) -> Vec<Offset> {
    std::iter::from_fn(|| schedule.next_intended()).take(1_000_000).collect()
}

/// Up to six segments, some of them silent, some with gaps between them.
fn segments() -> impl Strategy<Value = Vec<Segment>> {
    let rate = prop_oneof![1 => Just(0.0), 4 => 0.1..400.0f64];
    prop::collection::vec((0.0..2.0f64, 0.0..8.0f64, rate.clone(), rate, any::<bool>()), 1..6).prop_map(
        |raw| {
            let mut at = 0.0;
            let mut segments = Vec::new();
            for (gap, duration_s, from_rate, to_rate, flat) in raw {
                let start_s = at + if gap > 1.0 { gap } else { 0.0 };
                let to_rate = if flat { from_rate } else { to_rate };
                segments.push(Segment { start_s, duration_s, from_rate, to_rate });
                at = start_s + duration_s;
            }
            segments
        },
    )
}

fn inside_a_segment_with_arrivals(segments: &[Segment], at: Offset) -> bool {
    segments.iter().any(|s| {
        let start = Offset::from_secs_f64(s.start_s);
        let end = Offset::from_secs_f64(s.start_s + s.duration_s);
        start <= at && at < end && s.from_rate + s.to_rate > 0.0
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_schedule_is_strictly_increasing_and_inside_its_phases(segments in segments(), seed: u64) {
        for offsets in [
            all(RateSchedule::constant_of(&segments).unwrap()),
            all(RateSchedule::poisson_of(&segments, seed).unwrap()),
        ] {
            prop_assert!(offsets.windows(2).all(|w| w[0] < w[1]));
            for at in offsets {
                prop_assert!(inside_a_segment_with_arrivals(&segments, at), "{at:?} of {segments:?}");
            }
        }
    }

    #[test]
    fn even_arrivals_hit_the_integral_at_every_phase_end(segments in segments()) {
        let offsets = all(RateSchedule::constant_of(&segments).unwrap());
        let rate = RateProfile::new(&segments).unwrap();
        for s in &segments {
            let end_s = s.start_s + s.duration_s;
            let seen = offsets.iter().filter(|o| o.as_secs_f64() < end_s).count() as f64;
            prop_assert!((seen - rate.count_at(end_s)).abs() <= 1.0, "{seen} against {}", rate.count_at(end_s));
        }
    }

    #[test]
    fn poisson_arrivals_hit_the_integral_within_six_sigma(segments in segments(), seed: u64) {
        let offsets = all(RateSchedule::poisson_of(&segments, seed).unwrap());
        let rate = RateProfile::new(&segments).unwrap();
        for s in &segments {
            let end_s = s.start_s + s.duration_s;
            let expected = rate.count_at(end_s);
            let seen = offsets.iter().filter(|o| o.as_secs_f64() < end_s).count() as f64;
            // The tail of a small mean is longer than the normal one: hence the 6 on top.
            prop_assert!((seen - expected).abs() <= 6.0 * expected.sqrt() + 6.0, "{seen} against {expected}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_times_and_another_does_not(seed: u64) {
        let segments = Segment::steady(0.0, 10.0, 50.0);
        let times = |seed| all(RateSchedule::poisson_of(&segments, seed).unwrap());
        prop_assert_eq!(times(seed), times(seed));
        prop_assert_ne!(times(seed), times(seed.wrapping_add(1)));
    }

    #[test]
    fn the_integral_and_its_inverse_agree(segments in segments(), share in 0.0..1.0f64) {
        let rate = RateProfile::new(&segments).unwrap();
        let count = rate.total() * share;
        if let Some((_, at)) = rate.place_of(count) {
            prop_assert!((rate.count_at(at) - count).abs() <= 1e-6 * (1.0 + rate.total()));
        }
    }

    #[test]
    fn a_replay_gives_back_what_was_written(gaps in prop::collection::vec(0u64..5_000_000, 1..200)) {
        let mut at = 0;
        let times: Vec<u64> = gaps.iter().map(|g| { at += g; at }).collect();
        let text: String = times.iter().map(|t| format!("{}.{:06}\n", t / 1_000_000, t % 1_000_000)).collect();
        let offsets = all(Replay::new(parse_offsets(&text).unwrap()));
        prop_assert_eq!(offsets.len(), times.len());
        prop_assert!(offsets.windows(2).all(|w| w[0] < w[1]));
        for (offset, t) in offsets.iter().zip(&times) {
            // Ties move by a nanosecond each, 200 at most; decimals round to one.
            prop_assert!(offset.0.abs_diff(t * 1_000) <= 201);
        }
    }
}

#[test]
fn constant_arrivals_begin_after_half_an_interval() {
    let offsets = all(RateSchedule::constant_of(&Segment::steady(0.0, 2.0, 250.0)).unwrap());
    assert_eq!(offsets.len(), 500);
    assert_eq!(offsets[0], Offset(2_000_000));
    assert_eq!(offsets[1], Offset(6_000_000));
    assert_eq!(offsets[499], Offset(1_998_000_000));
}

#[test]
fn poisson_gaps_have_the_mean_and_the_spread_of_an_exponential() {
    let offsets = all(RateSchedule::poisson_of(&Segment::steady(0.0, 1_000.0, 100.0), 7).unwrap());
    let gaps: Vec<f64> = offsets.windows(2).map(|w| w[1].as_secs_f64() - w[0].as_secs_f64()).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let variance = gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
    assert!((mean / 0.01 - 1.0).abs() < 0.02, "{mean}");
    assert!((variance.sqrt() / mean - 1.0).abs() < 0.03, "{variance}");
}

#[test]
fn a_ramp_has_a_quarter_of_its_arrivals_in_its_first_half() {
    let offsets = all(RateSchedule::constant_of(&Segment::ramp(0.0, 10.0, 0.0, 200.0)).unwrap());
    assert_eq!(offsets.len(), 1_000);
    let early = offsets.iter().filter(|o| o.as_secs_f64() < 5.0).count();
    assert!((249..=251).contains(&early), "{early}");
}

#[test]
fn steps_go_from_the_first_rate_to_the_last_in_equal_plateaus() {
    let steps = Segment::steps(3.0, 10.0, 10.0, 50.0, 5);
    let rates: Vec<f64> = steps.iter().map(|s| s.to_rate).collect();
    assert_eq!(rates, [10.0, 20.0, 30.0, 40.0, 50.0]);
    assert!((RateProfile::new(&steps).unwrap().total() - 300.0).abs() < 1e-9);
    assert!((Segment::steps(0.0, 1.0, 10.0, 50.0, 1)[0].from_rate - 50.0).abs() < f64::EPSILON);
}

#[test]
fn a_spike_is_its_middle_third() {
    let offsets = all(RateSchedule::constant_of(&Segment::spike(0.0, 9.0, 10.0, 100.0)).unwrap());
    let middle = offsets.iter().filter(|o| (3.0..6.0).contains(&o.as_secs_f64())).count();
    assert_eq!((offsets.len(), middle), (360, 300));
}

#[test]
fn a_silent_phase_holds_no_arrival() {
    let mut segments = Segment::steady(0.0, 1.0, 100.0);
    segments.extend(Segment::steady(1.0, 1.0, 0.0));
    segments.extend(Segment::steady(2.0, 1.0, 100.0));
    for seed in 0..20 {
        let offsets = all(RateSchedule::poisson_of(&segments, seed).unwrap());
        assert!(offsets.iter().all(|o| !(1.0..2.0).contains(&o.as_secs_f64())));
    }
    assert!(all(RateSchedule::constant_of(&Segment::steady(0.0, 5.0, 0.0)).unwrap()).is_empty());
}

#[test]
fn a_profile_that_makes_no_sense_is_refused_by_name() {
    let error = |segments: Vec<Segment>| RateProfile::new(&segments).unwrap_err().to_string();
    assert!(error(Segment::steady(0.0, 1.0, -1.0)).contains("load.rate"));
    assert!(error(Segment::steady(0.0, f64::NAN, 1.0)).contains("load.duration"));
    assert!(error(Segment::steady(0.0, 1.0, 2e6)).contains("load.rate"));
    let mut overlapping = Segment::steady(0.0, 2.0, 1.0);
    overlapping.extend(Segment::steady(1.0, 2.0, 1.0));
    assert_eq!(RateProfile::new(&overlapping), Err(ScheduleError::Overlap { index: 1 }));
}

#[test]
fn a_replay_file_may_have_comments_and_names_its_bad_line() {
    let offsets = parse_offsets("# from the log\n0.5\n\n0.5 # twice\n 1.25\r\n").unwrap();
    assert_eq!(offsets, [Offset(500_000_000), Offset(500_000_001), Offset(1_250_000_000)]);
    assert_eq!(parse_offsets("1\n2\n1.5\n"), Err(ScheduleError::Unsorted { line: 3 }));
    for bad in ["x", "-1", "NaN", "inf", "1,5", "1e300"] {
        let error = parse_offsets(&format!("0\n{bad}\n")).unwrap_err();
        assert_eq!(error, ScheduleError::BadOffset { line: 2, text: bad.to_owned() });
    }
    assert_eq!(parse_offsets("# nothing\n"), Err(ScheduleError::NoOffsets));
}

#[test]
fn a_refusal_quotes_the_same_values_in_chinese() {
    let text = ScheduleError::TooFast { rate: 2e9, limit: 1e6 }.text();
    assert_ne!(text.en(), text.zh());
    for part in ["2000000000", "1000000", "load.rate"] {
        assert!(text.en().contains(part) && text.zh().contains(part), "{text:?}");
    }
}
