//! Does a server answer *because* an API call has ended? The test for re-entrant starvation from
//! `OpenIM`'s side alone.
//!
//! A server whose workers are all held by their own API calls takes up a callback only when such
//! a call ends; a slow one answers when it is done, whatever the API does. Two things are asked:
//!
//! 1. Did the answers that came after their callback was given up come shortly after the end of
//!    a call? Answers in one burst (a worker on its way through a queue) count once, by their
//!    first. Each is held against moments drawn evenly between the answer before and the one
//!    after it; so a server under load, which is always near some end, proves nothing.
//! 2. Was the end of a call, while such callbacks were open, shortly followed by an answer or by
//!    the next call (the freed worker took the next one in its queue)? At a slow server most are
//!    followed by nothing.
//!
//! The stand-in holds its failures back by a random time, so that a server's own regular waits
//! (a time limit of 5 s, say) do not fall on the ends of calls by habit. "Shortly" must be short
//! against that time, and without it nothing is ever sure.

use statrs::distribution::{Binomial, DiscreteCDF};

/// "Shortly" is tried at these, µs; the least likely one counts, times their number.
const WITHIN_US: [u64; 5] = [10_000, 50_000, 250_000, 1_000_000, 4_000_000];
/// "Shortly" is at most this part of the longest time for which an answer is held back: of the
/// second half of it, in which an end falls, it is a quarter.
const PART: u64 = 8;
/// Tried where nothing is held back, µs.
const UNHELD_US: u64 = 50_000;
/// A freed worker may take so long before it shows, µs.
const NEXT_US: u64 = 100_000;

/// An answer that came after its callback was given up. All times µs of one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// Since when it would have been late.
    pub from: u64,
    /// Until when it was waited for; after `from`.
    pub to: u64,
    /// When it came.
    pub at: u64,
}

/// How far answers follow the ends of calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Following {
    /// Bursts of late answers.
    pub bursts: usize,
    /// Of them, those that began within `within_us` after the end of a call.
    pub shortly: usize,
    /// That limit, µs.
    pub within_us: u64,
    /// Probability of as many or more if answers did not care, several limits tried.
    pub chance: f64,
    /// Ends of calls while late callbacks were open.
    pub ends: usize,
    /// Of them, those that something followed.
    pub ends_followed: usize,
    held: bool,
}

impl Following {
    /// Most of it fits, and chance explains it in one case of 20 at most.
    pub fn is_sure(&self) -> bool {
        self.held && self.fits() && self.chance <= 0.05
    }

    /// The same, for one case of 4: worth another try.
    pub fn is_likely(&self) -> bool {
        self.fits() && self.chance <= 0.25
    }

    fn fits(&self) -> bool {
        self.shortly > 0 && 2 * self.shortly >= self.bursts && 3 * self.ends_followed >= 2 * self.ends
    }
}

/// The longest "shortly" where answers are held back by up to `hold`, µs.
pub fn widest(hold: u64) -> u64 {
    if hold == 0 { UNHELD_US } else { hold / PART }
}

/// Holds late answers against the ends and the beginnings of calls (both sorted), which were held
/// back by up to `hold`, µs.
pub fn following(late: &[Late], ends: &[u64], begins: &[u64], hold: u64) -> Option<Following> {
    let mut late = late.to_vec();
    late.sort_unstable_by_key(|l| l.at);
    let limits: Vec<u64> = WITHIN_US.into_iter().filter(|us| *us <= widest(hold)).collect();
    let found = limits.iter().map(|within| {
        let within = *within;
        let bursts = bursts(&late, within);
        let shortly = bursts.iter().filter(|b| is_shortly_after(b.at, ends, within)).count();
        let share = bursts.iter().map(|b| covered(b, ends, within)).sum::<f64>() / bursts.len().max(1) as f64;
        let chance = (at_least(shortly, bursts.len(), share) * limits.len() as f64).min(1.0);
        let (ends, ends_followed) = followed(&late, ends, begins, within.max(NEXT_US));
        Following {
            bursts: bursts.len(),
            shortly,
            within_us: within,
            chance,
            ends,
            ends_followed,
            held: hold > 0,
        }
    });
    // Where several are equally unlikely, the narrowest.
    found.min_by(|a, b| a.chance.total_cmp(&b.chance)).filter(|_| !late.is_empty())
}

/// The first of each burst, with the time in which it could have come and no other did.
fn bursts(late: &[Late], within: u64) -> Vec<Late> {
    let mut first: Vec<Late> = Vec::new();
    let mut before = None;
    for answer in late {
        if before.is_none_or(|at| answer.at - at > within) {
            if let Some(last) = first.last_mut() {
                last.to = last.to.min(answer.at);
            }
            first.push(Late { from: answer.from.max(before.unwrap_or(0)), ..*answer });
        }
        before = Some(answer.at);
    }
    first
}

fn is_shortly_after(at: u64, ends: &[u64], within: u64) -> bool {
    let before = ends.partition_point(|end| *end <= at);
    before.checked_sub(1).and_then(|i| ends.get(i)).is_some_and(|end| at - end <= within)
}

/// Share of the time in which it could have come that lies shortly after an end.
fn covered(late: &Late, ends: &[u64], within: u64) -> f64 {
    let first = ends.partition_point(|end| end.saturating_add(within) <= late.from);
    let mut sum = 0;
    let mut reached = late.from;
    for end in ends.iter().skip(first).take_while(|end| **end < late.to) {
        let (from, to) = ((*end).max(reached), end.saturating_add(within).min(late.to));
        sum += to.saturating_sub(from);
        reached = reached.max(to);
    }
    (sum as f64 / late.to.saturating_sub(late.from).max(1) as f64).clamp(0.0, 1.0)
}

/// Ends of calls while a callback that was answered too late was open, and how many of them were
/// followed by an answer or a call.
fn followed(late: &[Late], ends: &[u64], begins: &[u64], within: u64) -> (usize, usize) {
    let is_next = |times: &[u64], end: u64| {
        let next = times.partition_point(|t| *t < end);
        times.get(next).is_some_and(|t| t - end <= within)
    };
    let answers: Vec<u64> = late.iter().map(|l| l.at).collect();
    let while_open: Vec<u64> = ends
        .iter()
        .copied()
        .filter(|end| {
            // `late` is sorted by answer: whoever is answered later may have been open then.
            let first = answers.partition_point(|at| at < end);
            late.iter().skip(first).any(|l| l.from <= *end)
        })
        .collect();
    let used = while_open.iter().filter(|end| is_next(&answers, **end) || is_next(begins, **end)).count();
    (while_open.len(), used)
}

/// P(X ≥ k) of a binomial; with the mean share it is no less than that of unequal shares as long
/// as k is above the mean (Hoeffding 1956), and below it nothing is claimed.
fn at_least(k: usize, n: usize, share: f64) -> f64 {
    if k == 0 || share >= 1.0 {
        return 1.0;
    }
    Binomial::new(share, n as u64).map_or(1.0, |law| law.sf(k as u64 - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000;

    fn us(s: f64) -> u64 {
        (s * 1e6) as u64
    }

    fn late(given_up_s: f64, at_s: f64) -> Late {
        Late { from: us(given_up_s), to: us(given_up_s + 30.0), at: us(at_s) }
    }

    #[test]
    fn one_answer_right_after_the_end_of_the_only_call_is_enough() {
        for at in [6.603, 6.8] {
            let found = following(&[late(5.0, at)], &[6_600_000], &[], 2 * S).unwrap();
            assert!(found.is_sure() && found.shortly == 1, "{found:?}");
        }
    }

    #[test]
    fn without_holding_back_it_is_never_sure() {
        let found = following(&[late(5.0, 5.002)], &[5_000_000], &[], 0).unwrap();
        assert!(!found.is_sure() && found.is_likely(), "{found:?}");
    }

    #[test]
    fn an_answer_at_another_moment_is_not_taken_for_one_that_follows() {
        for at in [5.5, 6.5, 9.0, 20.0] {
            let found = following(&[late(5.0, at)], &[6_600_000], &[], 2 * S).unwrap();
            assert!(!found.is_likely(), "{at}: {found:?}");
        }
        assert_eq!(following(&[], &[S], &[], 2 * S), None);
    }

    #[test]
    fn a_burst_that_let_ends_pass_unused_does_not_follow_them() {
        let burst = [0.0, 0.001, 0.002, 0.003].map(|t| late(5.0 + t, 6.5 + t));
        let ends = [6.1, 6.3, 6.498, 6.9].map(us);
        let found = following(&burst, &ends, &[], 2 * S).unwrap();
        assert_eq!((found.ends, found.ends_followed), (3, 1));
        assert!(!found.is_likely(), "{found:?}");
        let found = following(&burst, &[6.498, 6.6, 6.7, 6.9].map(us), &[], 2 * S).unwrap();
        assert!(found.is_sure() && found.bursts == 1, "{found:?}");
    }

    /// Calls at `rate`, each callback answered after `handler` s, each call ended after 6 to 7 s.
    fn slow(rate: f64, handler: f64, calls: u32) -> Option<Following> {
        let starts: Vec<f64> = (0..calls).map(|i| f64::from(i) / rate).collect();
        let late: Vec<Late> = starts.iter().map(|t| late(t + 5.0, t + handler)).collect();
        let held = |i: usize| (i as u64 * 7_919_317) % S;
        let mut ends: Vec<u64> = starts.iter().enumerate().map(|(i, t)| us(t + 6.0) + held(i)).collect();
        ends.sort_unstable();
        let begins: Vec<u64> = starts.iter().map(|t| us(*t)).collect();
        following(&late, &ends, &begins, 2 * S)
    }

    #[test]
    fn a_slow_server_is_near_some_end_by_chance_and_is_not_blamed_at_any_rate() {
        for rate in [0.05, 0.3, 1.0, 3.0, 10.0, 50.0] {
            for handler in [5.1, 6.0, 6.4, 6.7, 7.0, 7.3, 10.0, 14.9] {
                let found = slow(rate, handler, 200).unwrap();
                assert!(!found.is_likely(), "{rate} a second, {handler} s: {found:?}");
            }
        }
    }

    #[test]
    fn eight_calls_on_four_workers_follow_although_the_first_four_wait_for_the_second() {
        // From 6.5 s on the first calls end and the next four start; their callbacks wait behind them.
        let ends = [6.5, 6.7, 6.8, 6.9, 13.1, 13.2, 13.4, 13.5].map(us);
        let begins = [0.0, 0.0, 0.0, 0.0, 6.501, 6.701, 6.801, 6.901].map(us);
        let first = (0..4).map(|i| late(5.0, 13.101 + f64::from(i) * 0.002));
        let second = (0..4).map(|i| late(11.6, 13.11 + f64::from(i) * 0.002));
        let late: Vec<Late> = first.chain(second).collect();
        let found = following(&late, &ends, &begins, 2 * S).unwrap();
        assert_eq!((found.ends, found.ends_followed), (5, 5), "{found:?}");
        assert!(found.is_sure(), "{found:?}");
    }
}
