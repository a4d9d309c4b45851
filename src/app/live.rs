//! Progress on standard error: a line that renews itself on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch;

use super::run::Signals;
use super::{dashboard, out};
use crate::engine::collector::Progress;
use crate::exit::Exit;
use crate::profile::RunPlan;
use crate::profile::model::PhaseKind;
use crate::report::format;
use crate::say;
use crate::text::Text;

/// How often a plain line is written.
const PLAIN_EVERY: Duration = Duration::from_secs(5);
/// How often the line on a terminal is renewed.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// Where progress goes.
#[derive(Clone, Debug)]
pub struct Display {
    bar: Option<ProgressBar>,
    quiet: bool,
    /// Lines that the dashboard shows instead of the terminal; `None` where there is none on it.
    log: Arc<Mutex<Option<Vec<Text>>>>,
    /// The load is to be shown on a full terminal.
    live: bool,
    /// Steps held back until preflight is over; `None` from then on.
    held: Arc<Mutex<Option<Vec<Text>>>>,
}

impl Display {
    /// A bar on a terminal, plain lines elsewhere, nothing when `quiet`.
    #[must_use]
    pub fn new(quiet: bool) -> Display {
        let dumb = std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        let bar = (!quiet && !dumb && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
            // The template is constant; should it be refused, the default style shows as well.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        let held = Arc::new(Mutex::new(Some(Vec::new())));
        Display { bar, quiet, held, log: Arc::default(), live: false }
    }

    /// The same, and the load on a full terminal, where standard error is one.
    #[must_use]
    pub fn live(quiet: bool) -> Display {
        let display = Display::new(quiet);
        let live = display.bar.is_some();
        if !live {
            out::tell(&say!("live-no-terminal"));
        }
        Display { live, ..display }
    }

    /// Keeps the line for the dashboard, where there is one.
    fn logged(&self, line: &Text) -> bool {
        let kept = self.log.lock().map(|mut log| log.as_mut().map(|lines| lines.push(line.clone())));
        matches!(kept, Ok(Some(())))
    }

    /// A step, such as preflight. Where standard error is no terminal, steps before the load are
    /// held back, so that the first line there names what is wrong, if something is.
    pub fn say(&self, line: &Text) {
        if self.logged(line) {
            return;
        }
        if let Some(bar) = &self.bar {
            bar.println(line.of(out::lang()));
        } else if !self.quiet && !self.hold(line) {
            out::tell(line);
        }
    }

    fn hold(&self, line: &Text) -> bool {
        let held = self.held.lock().map(|mut held| held.as_mut().map(|lines| lines.push(line.clone())));
        matches!(held, Ok(Some(())))
    }

    /// Preflight is over: the steps until now are shown.
    pub fn release(&self) {
        let held = self.held.lock().map(|mut held| held.take()).unwrap_or_default();
        held.into_iter().flatten().for_each(|line| out::tell(&line));
    }

    /// Something that the person must see, quiet or not; a line that renews itself stays below it.
    pub fn warn(&self, line: &Text) {
        if self.logged(line) {
            return;
        }
        match &self.bar {
            Some(bar) => bar.suspend(|| out::tell(line)),
            None => out::tell(line),
        }
    }

    /// What is going on, while a step lasts.
    pub fn status(&self, line: &Text) {
        if let Some(bar) = &self.bar {
            bar.set_message(line.of(out::lang()).to_owned());
            bar.tick();
        }
    }

    /// Removes the line from the terminal.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Shows the load's progress until the sender is gone.
    pub async fn follow(&self, plan: &RunPlan, mut progress: watch::Receiver<Progress>, signals: &Signals) {
        if self.live {
            return self.on_a_full_terminal(plan, progress, signals).await;
        }
        if self.quiet {
            return;
        }
        let every = if self.bar.is_some() { DRAW_EVERY } else { PLAIN_EVERY };
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut before: Option<Progress> = None;
        while progress.has_changed().is_ok() {
            ticks.tick().await;
            let now = progress.borrow_and_update().clone();
            let line = line(plan, &now, before.as_ref());
            match &self.bar {
                Some(_) => self.status(&line),
                None if now.scheduled > 0 => out::tell(&line),
                None => {}
            }
            if before.as_ref().is_none_or(|b| now.at.since(b.at) >= 1_000_000) {
                before = Some(now);
            }
        }
    }
}

impl Display {
    /// The dashboard, until the load is over; a terminal that cannot be drawn on is left alone.
    async fn on_a_full_terminal(
        &self,
        plan: &RunPlan,
        mut progress: watch::Receiver<Progress>,
        signals: &Signals,
    ) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let taken = Log::begin(self).and_then(|log| Ok((dashboard::Screen::take()?, log)));
        let Ok((mut screen, log)) = taken else { return };
        let end_s = plan.phases.last().map_or(0.0, |p| p.start_s + p.duration_s);
        let mut view = dashboard::View::new(&plan.profile.title, end_s);
        let mut ticks = tokio::time::interval(dashboard::EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while progress.has_changed().is_ok() {
            ticks.tick().await;
            let now = progress.borrow_and_update().clone();
            view.phase = phase_name(plan, &now);
            view.take(now);
            log.take().iter().for_each(|line| view.say(line));
            let asked = screen.draw(&view, out::lang()).and_then(|()| dashboard::asked_to_stop());
            match asked {
                Ok(true) => signals.ask(Exit::Interrupted),
                Ok(false) => {}
                // The terminal has gone away; the load goes on without it.
                Err(_) => break,
            }
        }
        drop(screen);
        drop(log);
    }
}

/// Lines go to the dashboard while this lives; afterwards they are said once more, where they stay to be read.
struct Log {
    display: Display,
    said: Mutex<Vec<Text>>,
}

impl Log {
    fn begin(display: &Display) -> std::io::Result<Log> {
        let mut log = display.log.lock().map_err(|_| std::io::Error::other("the log is broken"))?;
        *log = Some(Vec::new());
        Ok(Log { display: display.clone(), said: Mutex::default() })
    }

    /// Lines since the last time.
    fn take(&self) -> Vec<Text> {
        let lines =
            self.display.log.lock().map(|mut log| log.as_mut().map(std::mem::take).unwrap_or_default());
        let lines = lines.unwrap_or_default();
        if let Ok(mut said) = self.said.lock() {
            said.extend(lines.iter().cloned());
        }
        lines
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        dashboard::restore();
        self.take();
        if let Ok(mut log) = self.display.log.lock() {
            *log = None;
        }
        if let Ok(said) = self.said.lock() {
            said.iter().for_each(out::tell);
        }
    }
}

/// `steady  12 s of 22 s · asked 250/s, achieved 250/s · in flight 14 · p99 210 ms · failed 3 (webhook_deadline 3)`;
/// at the end `draining · 3 calls open, 12 callbacks awaited · …`.
fn line(plan: &RunPlan, now: &Progress, before: Option<&Progress>) -> Text {
    let end = plan.phases.last().map_or(0.0, |p| p.start_s + p.duration_s);
    let mut parts = Vec::new();
    if now.draining {
        parts.push(say!("live-line-draining"));
        parts.push(say!("live-line-open", n = now.in_flight, callbacks = now.awaiting_callbacks));
    } else {
        let passed = format!("{:.0}", (now.at.0 as f64 / 1e6).min(end));
        let (phase, end) = (phase_name(plan, now), format!("{end:.0}"));
        parts.push(say!("live-phase", phase = phase, passed = passed, end = end));
        if let Some(before) = before {
            let seconds = now.at.since(before.at).max(1) as f64 / 1e6;
            let asked = now.scheduled.saturating_sub(before.scheduled) as f64 / seconds;
            let achieved = now.released.saturating_sub(before.released) as f64 / seconds;
            parts.push(say!("live-rate", asked = short_rate(asked), achieved = short_rate(achieved)));
        }
        parts.push(say!("live-line-in-flight", n = now.in_flight));
    }
    if let Some(p99) = now.response_p99_us {
        parts.push(Text::plain(format!("p99 {}", format::duration_us(p99))));
    }
    parts.push(failures(now));
    if now.shed > 0 {
        parts.push(say!("live-line-shed", n = now.shed));
    }
    if now.censored > 0 {
        parts.push(say!("live-line-given-up", n = now.censored));
    }
    Text::join(&parts, &Text::plain(" · "))
}

/// Whole numbers from 10 a second up, one decimal below.
fn short_rate(per_second: f64) -> String {
    if per_second >= 9.95 { format!("{per_second:.0}") } else { format!("{per_second:.1}") }
}

fn failures(now: &Progress) -> Text {
    let total = now.failed_total();
    if total == 0 {
        return say!("live-line-failed", n = 0);
    }
    let top = now.top_failures(2).into_iter().map(|(kind, n)| Text::plain(format!("{kind} {n}")));
    let top: Vec<Text> = top.collect();
    say!("live-line-failed-of", n = total, kinds = Text::list(&top))
}

fn phase_name(plan: &RunPlan, now: &Progress) -> Text {
    plan.phases
        .get(usize::from(now.phase))
        .map_or_else(|| say!("live-phase-load"), |phase| kind_name(phase.kind))
}

fn kind_name(kind: PhaseKind) -> Text {
    match kind {
        PhaseKind::Warmup => say!("live-phase-warmup"),
        PhaseKind::Steady => say!("live-phase-steady"),
        PhaseKind::Ramp => say!("live-phase-ramp"),
        PhaseKind::Steps => say!("live-phase-steps"),
        PhaseKind::Spike => say!("live-phase-spike"),
        PhaseKind::Outage => say!("live-phase-outage"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RunTag;
    use crate::profile::load::{LoadRequest, ProfileSource, load};
    use crate::profile::{ResolveContext, resolve};
    use crate::units::Stamp;
    use crate::wire::FailureKind;

    fn plan() -> RunPlan {
        let text = "[load]\nrate = 10.0\nwarmup = \"2s\"\nduration = \"20s\"".to_owned();
        let source = ProfileSource::Text { name: "t".to_owned(), text };
        let loaded = load(LoadRequest { source, ..LoadRequest::default() }).unwrap();
        resolve(&loaded, ResolveContext::new("run", RunTag::from_number(1))).unwrap()
    }

    #[test]
    fn the_line_shows_phase_rates_and_failures_of_the_time_since_the_last_one() {
        let before = Progress { at: Stamp(11_000_000), scheduled: 100, released: 100, ..Progress::default() };
        let now = Progress {
            at: Stamp(12_000_000),
            phase: 1,
            scheduled: 350,
            released: 340,
            in_flight: 14,
            response_p99_us: Some(210_000),
            ..Progress::default()
        };
        assert_eq!(
            line(&plan(), &now, Some(&before)),
            "steady  12 s of 22 s · asked 250/s, achieved 240/s · in flight 14 · p99 210 ms · failed 0"
        );
    }

    #[test]
    fn the_line_is_in_the_language_of_the_person() {
        let failed = [(FailureKind::WebhookDeadline, 3)].into();
        let now = Progress { at: Stamp(12_000_000), phase: 1, in_flight: 14, failed, ..Progress::default() };
        assert_eq!(
            line(&plan(), &now, None).zh(),
            "平稳  12 s / 22 s · 在途 14 · 失败 3（webhook_deadline 3）"
        );
    }

    #[test]
    fn while_draining_the_line_says_what_is_waited_for() {
        let now = Progress { draining: true, in_flight: 3, awaiting_callbacks: 12, ..Progress::default() };
        assert_eq!(line(&plan(), &now, None), "draining · 3 calls open, 12 callbacks awaited · failed 0");
    }
}
