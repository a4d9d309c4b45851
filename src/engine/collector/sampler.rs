//! What the machine and this process are doing, read once a second.
//!
//! Linux: `/proc/self/stat`, `/proc/self/statm`, `/proc/stat`. Elsewhere the readings are
//! 0 and the machine counts as idle; who reports them says so.

use std::fs;

use crate::clock::{RunClock, wall_seconds};
use crate::port::ResourceSample;

/// Takes samples; each idle share is since the one before.
#[derive(Debug)]
pub struct Sampler {
    clock: RunClock,
    /// Wall clock minus monotonic clock at the start, seconds.
    wall_base_s: f64,
    last: Option<MachineTicks>,
    own_base_s: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MachineTicks {
    idle: u64,
    total: u64,
}

impl Sampler {
    /// A sampler whose CPU time counts from now.
    #[must_use]
    pub fn new(clock: RunClock) -> Sampler {
        let wall_base_s = wall_seconds() - clock.now().0 as f64 / 1e6;
        Sampler { clock, wall_base_s, last: machine_ticks(), own_base_s: own_cpu_s() }
    }

    /// A sample; what the listener knows about its connections is passed in.
    pub fn sample(&mut self, open_connections: u32, peak_connections: u32) -> ResourceSample {
        let at = self.clock.now();
        let now = machine_ticks();
        let idle_share = idle_share(self.last, now);
        self.last = now.or(self.last);
        ResourceSample {
            at,
            own_cpu_s: (own_cpu_s() - self.own_base_s).max(0.0),
            idle_share,
            open_connections,
            peak_connections,
            resident_bytes: resident_bytes(),
            wall_drift_s: wall_seconds() - at.0 as f64 / 1e6 - self.wall_base_s,
        }
    }
}

fn idle_share(before: Option<MachineTicks>, now: Option<MachineTicks>) -> f64 {
    let (Some(before), Some(now)) = (before, now) else { return 1.0 };
    let total = now.total.saturating_sub(before.total);
    if total == 0 {
        return 1.0;
    }
    (now.idle.saturating_sub(before.idle) as f64 / total as f64).clamp(0.0, 1.0)
}

fn machine_ticks() -> Option<MachineTicks> {
    parse_machine(&fs::read_to_string("/proc/stat").ok()?)
}

/// First line of `/proc/stat`: user nice system idle iowait irq softirq steal (guest times
/// are in user already). Waiting for a disk counts as idle.
fn parse_machine(text: &str) -> Option<MachineTicks> {
    let fields = text.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = fields.split_whitespace().take(8).map(|f| f.parse().unwrap_or(0)).collect();
    let idle = ticks.get(3)? + ticks.get(4).unwrap_or(&0);
    Some(MachineTicks { idle, total: ticks.iter().sum() })
}

fn own_cpu_s() -> f64 {
    let ticks = fs::read_to_string("/proc/self/stat").ok().and_then(|text| parse_own(&text));
    ticks.map_or(0.0, |ticks| ticks as f64 / ticks_per_second())
}

/// utime + stime of `/proc/self/stat`, fields 14 and 15; the name in field 2 may hold anything.
fn parse_own(text: &str) -> Option<u64> {
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

fn resident_bytes() -> u64 {
    let text = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    pages * page_size()
}

#[cfg(target_os = "linux")]
fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second().max(1) as f64
}

#[cfg(target_os = "linux")]
fn page_size() -> u64 {
    rustix::param::page_size() as u64
}

#[cfg(not(target_os = "linux"))]
fn ticks_per_second() -> f64 {
    100.0
}

#[cfg(not(target_os = "linux"))]
fn page_size() -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_a_disk_counts_as_idle_and_guest_time_once() {
        let ticks = parse_machine("cpu  10 0 10 70 10 0 0 0 5 5\ncpu0 1 2 3 4\n").unwrap();
        assert_eq!(ticks, MachineTicks { idle: 80, total: 100 });
        assert_eq!(idle_share(Some(MachineTicks { idle: 30, total: 0 }), Some(ticks)), 0.5);
        assert_eq!(idle_share(None, Some(ticks)), 1.0);
    }

    #[test]
    fn a_process_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let text = "1 (a) b) S 1 1 1 0 -1 4194560 1 2 3 4 17 5 0 0 20 0";
        assert_eq!(parse_own(text), Some(22));
        assert_eq!(parse_own("nonsense"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_memory_and_its_cpu_time_never_goes_back() {
        let mut sampler = Sampler::new(RunClock::start());
        let first = sampler.sample(1, 2);
        let second = sampler.sample(1, 2);
        assert!(first.resident_bytes > 0 && second.own_cpu_s >= first.own_cpu_s);
        assert!((0.0..=1.0).contains(&second.idle_share));
    }
}
