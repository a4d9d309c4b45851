use super::*;
use crate::ids::{OperationId, RunTag};
use crate::port::UpstreamFailure;
use crate::record::model::{CallbackCounts, tag};

const KEY: WebhookKey = WebhookKey::BeforeCreateGroup;
const S: u64 = 1_000_000;
const MS: u64 = 1_000;

fn done(received: u64, took: u64) -> CallbackDone {
    CallbackDone {
        key: KEY,
        operations: vec![OperationId::new(RunTag::from_number(1), 0, 1)],
        connection: 1,
        accepted_at: None,
        received_at: Stamp(received),
        started_at: None,
        replied_at: Some(Stamp(received + took)),
        aborted_at: None,
        reply: ReplyKind::Upstream,
        crowded_at: None,
        operation_text: Some("a-caller-of-theirs".into()),
        upstream: Some(UpstreamStamps {
            sent_at: Stamp(received + 100),
            replied_at: Some(Stamp(received + took - 200)),
            status: Some(200),
            request_bytes: 500,
            answer_bytes: 80,
            reused: true,
            failed: None,
        }),
    }
}

fn aborted(received: u64, after: u64, answered_after_abort: Option<u64>) -> CallbackDone {
    let mut done = done(received, after);
    done.replied_at = None;
    done.aborted_at = Some(Stamp(received + after));
    if let Some(upstream) = &mut done.upstream {
        upstream.replied_at = answered_after_abort.map(|us| Stamp(received + after + us));
    }
    done
}

/// Rows added up, series added up, slow ones in order.
fn whole(observer: Observer<Vec<Flush>>) -> (SecondRow, BTreeMap<String, Series>, Vec<Exceedance>) {
    let (mut rows, mut series, mut slow) = (SecondRow::default(), BTreeMap::new(), Vec::new());
    for flush in observer.into_recorder() {
        flush.rows.into_iter().for_each(|row| rows.add(row));
        for (tag, part) in flush.series {
            series.entry(tag).or_insert_with(new_series).add(&part).unwrap();
        }
        slow.extend(flush.exceedances);
    }
    (rows, series, slow)
}

fn feed(
    callbacks: impl IntoIterator<Item = CallbackDone>,
) -> (SecondRow, BTreeMap<String, Series>, Vec<Exceedance>) {
    let mut observer = Observer::new(Vec::new());
    callbacks.into_iter().for_each(|done| observer.handle(RunEvent::Callback(done)).unwrap());
    observer.finish(Stamp(100 * S)).unwrap();
    whole(observer)
}

fn counts(rows: &SecondRow) -> CallbackCounts {
    rows.callbacks.get(&KEY).copied().unwrap_or_default()
}

#[test]
fn what_the_proxy_added_is_no_part_of_the_time_and_stands_beside_it() {
    let mut fresh = done(3 * S, 20 * MS);
    fresh.accepted_at = Some(Stamp(3 * S - 2 * MS));
    let (rows, series, _) = feed([fresh]);
    let of = |tag: &str| series[tag].max();
    assert_eq!(of(tag::PROXY_ADDED), 300);
    let near = |us: u64, expected: u64| us.abs_diff(expected) <= expected / 500;
    assert!(near(of(&tag::callback(KEY, CallbackSeries::Handler)), 19_700));
    assert!(near(of(&tag::callback(KEY, CallbackSeries::RoundTripNear)), 21_700));
    assert_eq!((counts(&rows).arrived, counts(&rows).replied, counts(&rows).fresh), (1, 1, 1));
}

#[test]
fn an_aborted_callback_is_slower_than_everything_and_its_late_answer_is_remembered() {
    let (rows, series, slow) = feed([
        aborted(3 * S, 5 * S, Some(10 * MS)),
        aborted(4 * S, 5 * S, Some(900 * MS)),
        aborted(5 * S, 5 * S, None),
    ]);
    assert_eq!((counts(&rows).arrived, counts(&rows).cut, counts(&rows).replied), (3, 3, 0));
    assert!(slow.len() == 3 && slow.iter().all(|e| e.cut && e.low_us == 5 * S));
    assert!(!series.contains_key(&tag::callback(KEY, CallbackSeries::Handler)));
    let upstream = &rows.upstream[&KEY];
    assert_eq!((upstream.aborted_answered, upstream.aborted_at_once), (2, 1));
    assert!(rows.samples.len() == 3 && rows.samples[0].operation_id == "a-caller-of-theirs");
}

#[test]
fn a_callback_that_the_upstream_refused_or_a_fault_spoilt_says_nothing_about_a_timeout() {
    let mut refused = done(3 * S, MS);
    if let Some(upstream) = &mut refused.upstream {
        (upstream.replied_at, upstream.status) = (None, None);
        upstream.failed = Some(UpstreamFailure::Refused);
    }
    let spoilt = CallbackDone { reply: ReplyKind::Fault, ..done(3 * S, 9 * S) };
    let (rows, _, slow) = feed([refused, spoilt]);
    assert_eq!(counts(&rows), CallbackCounts::default());
    assert!(slow.is_empty());
    let upstream = &rows.upstream[&KEY];
    assert_eq!((upstream.faults, upstream.failures["refused"]), (1, 1));
}

#[test]
fn slow_callbacks_are_written_in_order_of_arrival_although_they_end_out_of_order() {
    let mut observer = Observer::new(Vec::new());
    for second in 0..300_u64 {
        observer.tick(Stamp(second * S)).unwrap();
        // One that began up to a minute ago ends now.
        let began = (second * S).saturating_sub(second * 7_919 % 60 * S);
        observer.handle(RunEvent::Callback(done(began, second * S - began + 300 * MS))).unwrap();
    }
    observer.finish(Stamp(301 * S)).unwrap();
    let (rows, _, slow) = whole(observer);
    assert_eq!((slow.len(), counts(&rows).arrived), (300, 300));
    assert!(slow.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

#[test]
fn memory_does_not_grow_with_the_number_of_callbacks() {
    let mut observer = Observer::new(Vec::new());
    let mut most = [0_usize; 2];
    let (rate, seconds) = (40_u64, 3_600_u64);
    for second in 0..seconds {
        for n in 0..rate {
            let at = second * S + n * S / rate;
            // Every fiftieth is slow, and every thousandth aborted; commands that nobody knows come as well.
            let callback = match n + second * rate {
                i if i % 1_000 == 0 => aborted(at, 5 * S, None),
                i if i % 50 == 0 => done(at, 400 * MS),
                _ => done(at, 5 * MS),
            };
            observer.handle(RunEvent::Callback(callback)).unwrap();
        }
        let command = format!("callback{second}Command");
        observer.handle(RunEvent::Stranger(Stranger { command, known: false, forwarded: true })).unwrap();
        observer.tick(Stamp((second + 1) * S)).unwrap();
        let half = usize::from(second > seconds / 2);
        most[half] = most[half].max(observer.held());
        // What is written is no longer ours.
        observer.recorder.clear();
    }
    assert!(most[1] <= most[0] && most[0] < 300, "held at most {most:?}");
    assert_eq!(observer.seen().keys[&KEY][0], rate * seconds);
}
