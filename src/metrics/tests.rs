//! Names, buckets, labels and what the events of a run come to.

use super::names::{BUCKETS, CALLBACK_DURATION, FAMILIES, Kind};
use super::*;
use crate::ids::{OperationId, RunTag};
use crate::port::{
    CallbackDone, EventSink, Outcome, ReplyKind, ResourceSample, RunEvent, UpstreamStamps, VecSink,
};
use crate::units::Stamp;
use crate::wire::FailureKind;
use crate::wire::api::Operation;

const KEY: WebhookKey = WebhookKey::BeforeCreateGroup;

/// The value of a series, by its name with labels as it is written out.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|l| l.strip_prefix(series)?.strip_prefix(' '))?;
    line.parse().ok()
}

fn of(text: &str, outcome: &str) -> Option<f64> {
    let series =
        format!("openim_bench_callbacks_total{{webhook=\"beforeCreateGroup\",outcome=\"{outcome}\"}}");
    value(text, &series)
}

#[test]
fn keys_are_numbered_in_the_order_of_their_list() {
    for (at, key) in WebhookKey::ALL.iter().enumerate() {
        assert_eq!(*key as usize, at);
    }
}

#[test]
fn names_keep_to_prometheus_conventions() {
    for family in FAMILIES {
        assert!(family.name.starts_with("openim_bench_"), "{}", family.name);
        assert_eq!(family.name.ends_with("_total"), family.kind == Kind::Counter, "{}", family.name);
        if family.kind == Kind::Histogram {
            assert!(family.name.ends_with("_seconds"), "{}", family.name);
        }
        assert!(family.help.ends_with('.'), "{}", family.help);
    }
}

#[test]
fn every_whole_second_that_a_timeout_can_take_is_a_bucket() {
    let (meter, handle) = Meter::new("test");
    meter.callback(KEY, Some(4.5), CallbackEnd::Answered);
    let text = handle.render();
    for second in 1..=15 {
        assert!(BUCKETS.contains(&f64::from(second)));
        let series = format!("{}_bucket{{webhook=\"{KEY}\",le=\"{second}\"}}", CALLBACK_DURATION.name);
        assert_eq!(value(&text, &series), Some(f64::from(u8::from(second >= 5))), "{series}\n{text}");
    }
    assert!(BUCKETS.is_sorted() && names::FINE_BUCKETS.is_sorted());
}

#[test]
fn an_answer_after_the_timeout_in_force_is_late_and_a_left_callback_is_not_answered() {
    let (meter, handle) = Meter::new("test");
    meter.callback(KEY, Some(6.0), CallbackEnd::Answered);
    meter.timeout(KEY, 5);
    meter.callback(KEY, Some(5.0), CallbackEnd::Answered);
    meter.callback(KEY, Some(5.1), CallbackEnd::Rejected);
    meter.callback(KEY, Some(0.1), CallbackEnd::Rejected);
    meter.callback(KEY, Some(5.0), CallbackEnd::Aborted);
    meter.callback(KEY, None, CallbackEnd::Unanswered);
    let text = handle.render();
    let all = ["answered", "late", "rejected", "aborted", "unanswered", "fault"].map(|o| of(&text, o));
    assert_eq!(all, [Some(2.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(0.0)], "{text}");
    let timeout = "openim_bench_callback_timeout_seconds{webhook=\"beforeCreateGroup\"}";
    assert_eq!(value(&text, timeout), Some(5.0));
}

#[test]
fn codes_from_outside_make_no_series_of_their_own() {
    let (meter, handle) = Meter::new("test");
    for code in 0..500 {
        meter.create(CallResult::Failed(FailureKind::Api(code)), None);
        meter.create(CallResult::Failed(FailureKind::WebhookRejected(code)), None);
        meter.create(CallResult::Failed(FailureKind::HttpStatus(code as u16)), None);
        meter.callback(None, Some(0.1), CallbackEnd::Answered);
    }
    let text = handle.render();
    let series = |name: &str| text.lines().filter(|l| l.starts_with(name)).count();
    assert_eq!(series("openim_bench_creates_total{"), 3, "{text}");
    assert_eq!(value(&text, "openim_bench_creates_total{result=\"api\"}"), Some(500.0));
    assert_eq!(series("openim_bench_callbacks_total{"), OUTCOMES.len());
    assert!(text.contains("webhook=\"other\""));
}

#[test]
fn meters_do_not_see_each_other() {
    let (first, of_first) = Meter::new("test");
    let (_second, of_second) = Meter::new("test");
    first.bad_request();
    assert_eq!(value(&of_first.render(), "openim_bench_bad_requests_total"), Some(1.0));
    assert_eq!(value(&of_second.render(), "openim_bench_bad_requests_total"), Some(0.0));
}

/// Every method once, so that each family is made.
fn everything() -> String {
    let (meter, handle) = Meter::new("test");
    meter.expect(WebhookKey::AfterCreateGroup);
    meter.timeout(KEY, 5);
    meter.processes(1);
    meter.callback(KEY, Some(0.01), CallbackEnd::Answered);
    meter.after_lost(WebhookKey::AfterCreateGroup);
    meter.create(CallResult::Succeeded, Some(0.2));
    meter.create_given_up();
    meter.shed();
    meter.in_flight(1.0);
    meter.release_lag(0.001);
    meter.heartbeat(0.001);
    meter.open_connections(3);
    meter.machine_idle(0.5);
    meter.foreign();
    meter.bad_request();
    meter.upstream_failure(KEY, UpstreamFailure::Refused);
    meter.log_failure(KEY, FailureKind::WebhookDeadline.family());
    meter.added_latency(KEY, 0.000_3);
    handle.render()
}

#[test]
fn every_family_is_made_and_explained() {
    let text = everything();
    for family in FAMILIES {
        assert!(text.contains(&format!("# HELP {} {}", family.name, family.help)), "{}\n{text}", family.name);
        let kind = format!("{:?}", family.kind).to_lowercase();
        assert!(text.contains(&format!("# TYPE {} {kind}\n", family.name)), "{}\n{text}", family.name);
    }
}

fn id(n: u64) -> OperationId {
    OperationId::new(RunTag::from_number(1), 0, n)
}

fn released(n: u64, operation: Operation) -> RunEvent {
    RunEvent::Released {
        operation_id: id(n),
        operation,
        members: 1,
        admins: 0,
        intended_at: Stamp(1_000_000),
        released_at: Stamp(1_002_000),
        phase: 0,
    }
}

fn ended(n: u64) -> RunEvent {
    let outcome = Outcome {
        result: CallResult::Succeeded,
        sent_at: Stamp(1_100_000),
        answered_at: Stamp(1_250_000),
        connect_us: None,
        err_code: Some(0),
        post_url: None,
        text: None,
    };
    RunEvent::Ended { operation_id: id(n), outcome }
}

fn callback(n: u64) -> RunEvent {
    RunEvent::Callback(CallbackDone {
        key: KEY,
        operations: vec![id(n)],
        connection: 1,
        accepted_at: None,
        received_at: Stamp(1_110_000),
        started_at: None,
        replied_at: Some(Stamp(1_140_000)),
        aborted_at: None,
        reply: ReplyKind::Neutral,
        crowded_at: None,
        upstream: None,
        operation_text: None,
    })
}

#[test]
fn events_reach_the_collector_unchanged_and_count_once() {
    let (meter, handle) = Meter::new("run");
    let kept = VecSink::default();
    let sink = Metered::new(kept.clone(), Some(meter));
    let events = [
        released(1, Operation::Create),
        released(2, Operation::Create),
        released(3, Operation::Kick),
        callback(1),
        ended(1),
        ended(3),
        RunEvent::Censored { operation_id: id(2), at: Stamp(9_000_000) },
        RunEvent::Shed { intended_at: Stamp(2), phase: 0 },
        RunEvent::Sample(ResourceSample {
            open_connections: 7,
            idle_share: 0.25,
            ..ResourceSample::default()
        }),
    ];
    for event in &events {
        assert!(sink.try_send(event.clone()));
    }
    assert_eq!(format!("{:?}", kept.events()), format!("{events:?}"));
    let text = handle.render();
    for (series, wanted) in [
        ("openim_bench_creates_total{result=\"succeeded\"}", 1.0),
        ("openim_bench_creates_total{result=\"censored\"}", 1.0),
        ("openim_bench_create_response_seconds_sum", 0.25),
        ("openim_bench_create_response_seconds_count", 1.0),
        ("openim_bench_callback_duration_seconds_sum{webhook=\"beforeCreateGroup\"}", 0.03),
        ("openim_bench_release_lag_seconds_count", 3.0),
        ("openim_bench_calls_in_flight", 0.0),
        ("openim_bench_shed_total", 1.0),
        ("openim_bench_open_connections", 7.0),
        ("openim_bench_machine_idle_ratio", 0.25),
    ] {
        let found = value(&text, series).unwrap_or_else(|| panic!("{series} is missing\n{text}"));
        assert!((found - wanted).abs() < 1e-9, "{series}: {found}");
    }
    let kick = "ob1";
    assert!(!text.contains(kick) && !text.contains("10000001"), "no operationID: {text}");
}

#[test]
fn a_callback_that_was_passed_on_counts_what_that_added_and_how_the_server_behind_failed() {
    let (meter, handle) = Meter::new("proxy");
    let sink = Metered::new(VecSink::default(), Some(meter));
    let passed_on = |n, upstream, replied_at| {
        let RunEvent::Callback(done) = callback(n) else { unreachable!() };
        assert!(sink.try_send(RunEvent::Callback(CallbackDone {
            upstream: Some(upstream),
            replied_at,
            ..done
        })));
    };
    let sent_at = Stamp(1_110_200);
    let answer = UpstreamStamps { sent_at, replied_at: Some(Stamp(1_139_900)), ..UpstreamStamps::default() };
    passed_on(1, answer, Some(Stamp(1_140_000)));
    let failed =
        UpstreamStamps { sent_at, failed: Some(UpstreamFailure::LetGo), ..UpstreamStamps::default() };
    passed_on(2, failed, None);
    let text = handle.render();
    for (series, wanted) in [
        ("added_latency_seconds_sum{webhook=\"beforeCreateGroup\"}", 0.000_3),
        ("added_latency_seconds_count{webhook=\"beforeCreateGroup\"}", 1.0),
        ("upstream_failures_total{webhook=\"beforeCreateGroup\",cause=\"abandoned\"}", 1.0),
        ("upstream_failures_total{webhook=\"beforeCreateGroup\",cause=\"refused\"}", 0.0),
    ] {
        let found =
            value(&text, &format!("openim_bench_{series}")).unwrap_or_else(|| panic!("{series}\n{text}"));
        assert!((found - wanted).abs() < 1e-9, "{series}: {found}");
    }
    assert_eq!((of(&text, "answered"), of(&text, "unanswered")), (Some(1.0), Some(1.0)));
}

#[test]
fn causes_of_upstream_failures_are_one_word_and_told_apart() {
    let all = names::UPSTREAM_CAUSES;
    let unlike = all.iter().collect::<std::collections::BTreeSet<_>>().len();
    assert!(unlike == all.len() && all.iter().all(|c| c.chars().all(|c| c.is_ascii_lowercase())), "{all:?}");
    assert_eq!(names::upstream_cause(UpstreamFailure::LetGo), all.len() - 1);
}

#[test]
fn what_openim_took_as_an_answer_is_none_too_late_by_its_log() {
    let (meter, handle) = Meter::new("logs");
    meter.timeout(KEY, 5);
    meter.logged(KEY, Some(5.01), CallbackEnd::Answered);
    meter.callback(KEY, Some(5.01), CallbackEnd::Answered);
    let text = handle.render();
    assert_eq!((of(&text, "answered"), of(&text, "late")), (Some(1.0), Some(1.0)), "{text}");
}

/// Seconds for `n` calls with their callback through a sink and out of its channel, the best of some tries.
fn time(n: u64, meter: Option<&Meter>) -> f64 {
    let once = || {
        let (sink, mut receiver) = crate::port::ChannelSink::new(1024);
        let sink = Metered::new(sink, meter.cloned());
        let clock = crate::clock::RunClock::start();
        let from = clock.now();
        for i in 0..n {
            for event in [released(i, Operation::Create), callback(i), ended(i)] {
                assert!(sink.try_send(event));
            }
            while receiver.try_recv().is_ok() {}
        }
        clock.now().since(from) as f64 / 1e6
    };
    (0..5).map(|_| once()).fold(f64::INFINITY, f64::min)
}

#[test]
fn watching_costs_a_small_multiple_of_handing_an_event_on() {
    const CALLS: u64 = 2_000;
    let (meter, handle) = Meter::new("run");
    let plain = time(CALLS, None);
    let watched = time(CALLS, Some(&meter));
    handle.run_upkeep();
    assert!(watched < 15.0 * plain, "{plain} s, watched {watched} s");
}

#[test]
fn a_port_alone_is_on_loopback_and_nonsense_is_refused_in_both_languages() {
    let address = |text: &str| text.parse::<Address>();
    assert_eq!(address("9464").unwrap().to_string(), "127.0.0.1:9464");
    assert_eq!(address("0.0.0.0:9464").unwrap().to_string(), "0.0.0.0:9464");
    assert_eq!(address("[::1]:9464").unwrap().to_string(), "[::1]:9464");
    for text in ["", "localhost", "70000", ":9464", "http://127.0.0.1:9464"] {
        let told = address(text).unwrap_err();
        assert!(told.text().contains("ip:port") && told.text().zh().contains("ip:端口"), "{told:?}");
    }
}

#[tokio::test]
async fn the_listener_ends_with_its_exporter_and_a_taken_port_says_so() {
    let exporter = Exporter::start("0".parse().unwrap(), "test").unwrap();
    let url = exporter.url();
    let address = url.trim_start_matches("http://").trim_end_matches("/metrics");
    assert!(!exporter.is_beyond_loopback());
    let taken = Exporter::start(address.parse().unwrap(), "test").unwrap_err().text();
    assert!(taken.contains("another port") && taken.zh().contains(address), "{taken:?}");
    drop(exporter);
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{address} still listens");
}
