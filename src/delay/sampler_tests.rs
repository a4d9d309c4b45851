//! Claims about the delay models, each against its closed form.

use super::*;

const DRAWS: usize = 100_000;

fn lognormal_30_200() -> Delay {
    Delay::Model(DelayModel::Lognormal { median: Span::millis(30), p99: Span::millis(200) })
}

fn seconds(delay: &Delay, seed: u64, draws: usize) -> Vec<f64> {
    let mut sampler = DelaySampler::new(delay, seed).unwrap();
    (0..draws).map(|_| sampler.sample(Offset(0)).as_secs_f64()).collect()
}

fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * q) as usize]
}

fn share(values: &[f64], above: f64) -> f64 {
    values.iter().filter(|v| **v > above).count() as f64 / values.len() as f64
}

#[test]
fn a_log_normal_goes_through_its_median_and_its_p99() {
    let values = seconds(&lognormal_30_200(), 1, DRAWS);
    let (median, p99) = (quantile(&values, 0.5), quantile(&values, 0.99));
    assert!((median / 0.030 - 1.0).abs() < 0.02, "{median}");
    assert!((p99 / 0.200 - 1.0).abs() < 0.04, "{p99}");
}

#[test]
fn the_same_seed_gives_the_same_draws_and_another_seed_others() {
    let delay = lognormal_30_200();
    assert_eq!(seconds(&delay, 7, 100), seconds(&delay, 7, 100));
    assert_ne!(seconds(&delay, 7, 100), seconds(&delay, 8, 100));
}

#[test]
fn a_pareto_has_the_tail_of_its_formula_and_is_cut_at_its_maximum() {
    let law = |max| Delay::Model(DelayModel::Pareto { min: Span::millis(10), alpha: 1.5, max });
    let values = seconds(&law(None), 2, DRAWS);
    assert!(values.iter().all(|v| *v >= 0.0099));
    for (above, want) in [(0.02, 0.5f64.powf(1.5)), (0.1, 0.1f64.powf(1.5))] {
        let seen = share(&values, above);
        assert!((seen / want - 1.0).abs() < 0.05, "P(> {above}) = {seen}, want {want}");
    }
    let cut = seconds(&law(Some(Span::millis(50))), 2, DRAWS);
    assert!(cut.iter().all(|v| *v <= 0.05) && cut.contains(&0.05));
}

#[test]
fn a_tail_without_mean_stays_below_the_longest_delay() {
    let delay = Delay::Model(DelayModel::Pareto { min: Span::millis(10), alpha: 0.01, max: None });
    assert!(seconds(&delay, 3, 1000).iter().all(|v| *v <= MAX_DELAY.as_secs_f64()));
}

#[test]
fn a_mixture_keeps_its_shares() {
    let part = |weight, ms| MixturePart { weight, delay: Delay::Fixed(Span::millis(ms)) };
    let delay = Delay::Model(DelayModel::Mixture(vec![part(6.0, 1), part(3.0, 2), part(1.0, 3)]));
    let values = seconds(&delay, 4, DRAWS);
    assert!((share(&values, 0.0015) - 0.4).abs() < 0.01);
    assert!((share(&values, 0.0025) - 0.1).abs() < 0.005);
}

#[test]
fn a_uniform_stays_within_its_ends_and_fills_them() {
    let delay = Delay::Model(DelayModel::Uniform { min: Span::millis(10), max: Span::millis(20) });
    let values = seconds(&delay, 5, DRAWS);
    assert!(values.iter().all(|v| (0.010..=0.020).contains(v)));
    assert!((quantile(&values, 0.25) - 0.0125).abs() < 0.0003);
}

#[test]
fn who_arrives_in_a_stall_waits_for_its_end() {
    let delay = Delay::Model(DelayModel::Stall {
        base: Box::new(Delay::Fixed(Span::millis(5))),
        every: Span::secs(10),
        duration: Span::secs(1),
    });
    let mut sampler = DelaySampler::new(&delay, 6).unwrap();
    let at = |s: &mut DelaySampler, ms: u64| s.sample(Offset(ms * 1_000_000)).as_millis();
    // Nothing stalls before the first period is over; then the wait falls as a triangle.
    for (ms, want) in
        [(0, 5), (500, 5), (9_999, 5), (10_000, 1005), (10_250, 755), (10_999, 6), (11_000, 5), (20_500, 505)]
    {
        assert_eq!(at(&mut sampler, ms), want, "at {ms} ms");
    }
}

#[test]
fn a_replayed_log_gives_back_its_values_in_their_shares() {
    let delay = Delay::Model(DelayModel::Hlog { file: "old.hlog".into(), tag: Some("t".into()) });
    let mut histogram = Histogram::<u64>::new(3).unwrap();
    histogram.record_n(1_000, 900).unwrap();
    histogram.record_n(50_000, 100).unwrap();
    let mut sampler = DelaySampler::with_hlogs(&delay, 9, |file, tag| {
        assert_eq!((file, tag), (Path::new("old.hlog"), Some("t")));
        Ok(histogram.clone())
    })
    .unwrap();
    let values: Vec<f64> = (0..DRAWS).map(|_| sampler.sample(Offset(0)).as_secs_f64()).collect();
    assert!((share(&values, 0.002) - 0.1).abs() < 0.005);
    assert!((quantile(&values, 0.99) / 0.050 - 1.0).abs() < 0.002);
    assert_eq!(quantile(&values, 0.5), 0.001);
}

#[test]
fn the_logs_of_nested_models_are_all_listed() {
    let hlog = |name: &str| Delay::Model(DelayModel::Hlog { file: name.into(), tag: None });
    let mix = Delay::Model(DelayModel::Mixture(vec![
        MixturePart { weight: 1.0, delay: hlog("a") },
        MixturePart { weight: 1.0, delay: Delay::default() },
        MixturePart { weight: 1.0, delay: hlog("b") },
    ]));
    let stall = Delay::Model(DelayModel::Stall {
        base: Box::new(mix),
        every: Span::secs(2),
        duration: Span::secs(1),
    });
    let files: Vec<_> = stall.hlog_files().into_iter().map(|(file, _)| file.to_owned()).collect();
    assert_eq!(files, [PathBuf::from("a"), PathBuf::from("b")]);
}

#[test]
fn an_empty_or_missing_log_is_refused_by_name() {
    let delay = Delay::Model(DelayModel::Hlog { file: "old.hlog".into(), tag: None });
    let empty = DelaySampler::with_hlogs(&delay, 1, |_, _| Ok(Histogram::new(3).unwrap())).unwrap_err();
    let missing = DelaySampler::with_hlogs(&delay, 1, |_, _| Err(Text::plain("no such file"))).unwrap_err();
    let unloaded = DelaySampler::new(&delay, 1).unwrap_err();
    for error in [empty, missing, unloaded] {
        assert!(error.to_string().contains("old.hlog"), "{error}");
    }
}

#[test]
fn a_refusal_quotes_the_same_values_in_chinese() {
    let stall = DelayError::Stall { every: Span::secs(2), duration: Span::millis(2500) };
    let file = DelayError::Hlog { file: "old.hlog".into(), why: Text::both("is gone", "已不存在") };
    for (error, quoted) in
        [(stall, ["`every`", "2s", "2s 500ms"]), (file, ["`hlog`", "old.hlog", "已不存在"])]
    {
        let text = error.text();
        assert_ne!(text.en(), text.zh());
        assert!(quoted.iter().all(|part| text.zh().contains(part)), "{}", text.zh());
    }
}

#[test]
fn models_that_make_no_sense_are_refused() {
    let ms = Span::millis;
    let weight = |w| DelayModel::Mixture(vec![MixturePart { weight: w, delay: Delay::default() }]);
    for model in [
        DelayModel::Uniform { min: ms(2), max: ms(1) },
        DelayModel::Lognormal { median: ms(0), p99: ms(1) },
        DelayModel::Lognormal { median: ms(5), p99: ms(5) },
        DelayModel::Pareto { min: ms(1), alpha: 0.0, max: None },
        DelayModel::Pareto { min: ms(1), alpha: f64::NAN, max: None },
        DelayModel::Pareto { min: ms(0), alpha: 1.0, max: None },
        DelayModel::Pareto { min: ms(2), alpha: 1.0, max: Some(ms(1)) },
        DelayModel::Mixture(Vec::new()),
        weight(0.0),
        weight(-1.0),
        weight(f64::NAN),
        weight(f64::INFINITY),
        DelayModel::Stall { base: Box::default(), every: ms(1), duration: ms(1) },
        DelayModel::Stall { base: Box::default(), every: ms(0), duration: ms(0) },
        DelayModel::Stall { base: Box::default(), every: ms(1), duration: ms(0) },
        DelayModel::Stall {
            base: Box::new(Delay::Model(DelayModel::Uniform { min: ms(2), max: ms(1) })),
            every: ms(2),
            duration: ms(1),
        },
    ] {
        assert!(DelaySampler::new(&Delay::Model(model.clone()), 1).is_err(), "{model:?}");
    }
}
