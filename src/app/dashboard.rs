//! `run --live`: the load on a full terminal, drawn anew four times a second.
//!
//! Draws on standard error, so that the report on standard output stays a report. The terminal is put back when the
//! load ends, on an error, on a panic and before the process leaves early (`restore`). Keys are read here,
//! since a terminal in raw mode sends no signal for Ctrl-C: it and `q` stop the run as the signal would.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Cell, Paragraph, Row, Sparkline, Table};

use crate::engine::collector::Progress;
use crate::record::model::tag;
use crate::report::format;
use crate::say;
use crate::text::{Lang, Text};

/// How often the screen is drawn anew.
pub const EVERY: Duration = Duration::from_millis(250);
/// Seconds that the sparkline can show at most.
const SECONDS: usize = 240;
/// Lines of the log that are kept.
const LINES: usize = 100;

/// The screen is ours, and has to be given back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back, where it was taken; anything may call it at any time.
pub fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = disable_raw_mode();
        let _ = execute!(io::stderr(), LeaveAlternateScreen, cursor::Show);
    }
}

/// The terminal while the dashboard is on it.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<io::Stderr>>,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When standard error is no terminal that can be drawn on.
    pub fn take() -> io::Result<Screen> {
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let taken = execute!(io::stderr(), EnterAlternateScreen, cursor::Hide)
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stderr())));
        match taken {
            Ok(terminal) => Ok(Screen { terminal }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Draws the view; a terminal that was resized is drawn on as it is now.
    ///
    /// # Errors
    /// When the terminal has gone away.
    pub fn draw(&mut self, view: &View, lang: Lang) -> io::Result<()> {
        self.terminal.draw(|frame| draw(frame, view, lang)).map(drop)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Whether a key asked to stop since the last time.
///
/// # Errors
/// When the terminal has gone away.
pub fn asked_to_stop() -> io::Result<bool> {
    let mut asked = false;
    while event::poll(Duration::ZERO)? {
        if let Event::Key(key) = event::read()? {
            asked |= stops(key);
        }
    }
    Ok(asked)
}

fn stops(key: KeyEvent) -> bool {
    let pressed = key.kind == KeyEventKind::Press;
    let ctrl_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    pressed && (ctrl_c || key.code == KeyCode::Char('q'))
}

/// What the screen shows.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Title of the profile.
    pub title: String,
    /// Name of the phase.
    pub phase: Text,
    /// End of the schedule, seconds.
    pub end_s: f64,
    /// The latest snapshot.
    pub now: Progress,
    /// Arrivals asked for and let go, a second.
    pub rates: Option<(f64, f64)>,
    /// p99 of the response time of each second, µs.
    history: VecDeque<u64>,
    /// What was said meanwhile.
    log: VecDeque<Text>,
    before: Option<Progress>,
}

impl View {
    /// Nothing seen yet of a plan of that title that ends so many seconds after its start.
    #[must_use]
    pub fn new(title: &str, end_s: f64) -> View {
        View { title: title.to_owned(), end_s, ..View::default() }
    }

    /// Takes a snapshot; several within a second count as one.
    pub fn take(&mut self, now: Progress) {
        let before = self.before.get_or_insert_with(|| now.clone());
        let passed = now.at.since(before.at);
        if passed >= 1_000_000 {
            let a_second = |n: u64, was: u64| n.saturating_sub(was) as f64 / (passed as f64 / 1e6);
            self.rates =
                Some((a_second(now.scheduled, before.scheduled), a_second(now.released, before.released)));
            self.history.push_back(now.recent_p99_us.unwrap_or(0));
            self.before = Some(now.clone());
        }
        while self.history.len() > SECONDS {
            self.history.pop_front();
        }
        self.now = now;
    }

    /// Adds a line to the log.
    pub fn say(&mut self, text: &Text) {
        let lines = |lang: Lang| text.of(lang).lines().map(format::printable);
        // One language may say it in fewer lines than the other.
        let longest = Lang::ALL.map(|lang| lines(lang).count()).into_iter().max().unwrap_or(0);
        let line = |lang: Lang, n: usize| lines(lang).nth(n).unwrap_or_default();
        self.log.extend((0..longest).map(|n| Text::both(line(Lang::En, n), line(Lang::Zh, n))));
        while self.log.len() > LINES {
            self.log.pop_front();
        }
    }
}

/// Draws the view into whatever room there is.
pub fn draw(frame: &mut Frame<'_>, view: &View, lang: Lang) {
    let series = view.now.series.len() as u16;
    let rows = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(6),
        Constraint::Length(series + 3),
        Constraint::Min(3),
    ]);
    let [head, top, table, log] = rows.areas(frame.area());
    heading(frame, head, view, lang);
    let [counts, line] = Layout::horizontal([Constraint::Percentage(50), Constraint::Fill(1)]).areas(top);
    frame.render_widget(boxed(&say!("live-calls"), counts_of(view), lang), counts);
    sparkline(frame, line, view, lang);
    frame.render_widget(quantiles(view, lang), table);
    let [failures, said] = Layout::horizontal([Constraint::Length(34), Constraint::Fill(1)]).areas(log);
    frame.render_widget(boxed(&say!("live-failures"), failures_of(view), lang), failures);
    let room = usize::from(said.height.saturating_sub(2));
    let lines = view.log.iter().rev().take(room).rev().cloned().collect();
    frame.render_widget(boxed(&say!("live-log"), lines, lang), said);
}

fn heading(frame: &mut Frame<'_>, area: Rect, view: &View, lang: Lang) {
    let passed = format!("{:.0}", (view.now.at.0 as f64 / 1e6).min(view.end_s));
    let end = format!("{:.0}", view.end_s);
    let state = if view.now.draining {
        say!("live-draining", n = view.now.in_flight, callbacks = view.now.awaiting_callbacks)
    } else {
        say!("live-phase", phase = &view.phase, passed = passed, end = end)
    };
    let text =
        format!(" {} · {} · {}", format::printable(&view.title), state.of(lang), say!("live-keys").of(lang));
    frame.render_widget(Line::from(text).style(Style::new().add_modifier(Modifier::REVERSED)), area);
}

fn boxed(title: &Text, lines: Vec<Text>, lang: Lang) -> Paragraph<'static> {
    let lines: Vec<Line<'static>> = lines.iter().map(|line| Line::from(line.of(lang).to_owned())).collect();
    Paragraph::new(lines).block(Block::bordered().title(title.of(lang).to_owned()))
}

fn counts_of(view: &View) -> Vec<Text> {
    let now = &view.now;
    let rate = |n: f64| format::rate((n * 10.0).round() / 10.0);
    let (asked, achieved) =
        view.rates.map_or_else(|| ("–".to_owned(), "–".to_owned()), |(a, b)| (rate(a), rate(b)));
    vec![
        say!("live-rate", asked = asked, achieved = achieved),
        say!("live-in-flight", n = format::count(now.in_flight), shed = format::count(now.shed)),
        say!(
            "live-ended",
            succeeded = format::count(now.succeeded),
            failed = format::count(now.failed_total()),
            censored = format::count(now.censored)
        ),
        say!(
            "live-callbacks",
            n = format::count(now.callbacks.values().sum()),
            strangers = format::count(now.strangers)
        ),
    ]
}

fn sparkline(frame: &mut Frame<'_>, area: Rect, view: &View, lang: Lang) {
    let highest = view.history.iter().max().copied().unwrap_or(0);
    let title = say!("live-p99", highest = format::duration_us(highest));
    let room = usize::from(area.width.saturating_sub(2));
    let shown: Vec<u64> = view.history.iter().rev().take(room).rev().copied().collect();
    let line = Sparkline::default().data(shown).block(Block::bordered().title(title.of(lang).to_owned()));
    frame.render_widget(line, area);
}

fn quantiles(view: &View, lang: Lang) -> Table<'static> {
    let rows = view.now.series.iter().map(|s| {
        let figures = [s.p50_us, s.p90_us, s.p99_us, s.max_us].map(format::duration_us);
        let name = name(&s.tag).of(lang).to_owned();
        Row::new([name, format::count(s.n)].into_iter().chain(figures).map(Cell::from))
    });
    let widths = [28, 9, 9, 9, 9, 9].map(Constraint::Length);
    let head =
        Row::new(["", "n", "p50", "p90", "p99", "max"]).style(Style::new().add_modifier(Modifier::BOLD));
    Table::new(rows, widths)
        .header(head)
        .block(Block::bordered().title(say!("live-series").of(lang).to_owned()))
}

fn name(series: &str) -> Text {
    match series {
        tag::RESPONSE => say!("live-response"),
        tag::SERVICE => say!("live-service"),
        tag::DISPATCH_LAG => say!("live-lag"),
        other => Text::plain(other.trim_start_matches("callback.").trim_end_matches(".handler")),
    }
}

fn failures_of(view: &View) -> Vec<Text> {
    let kinds = view.now.top_failures(8);
    if kinds.is_empty() {
        return vec![say!("live-no-failures")];
    }
    kinds.into_iter().map(|(kind, n)| Text::plain(format!("{kind} {}", format::count(n)))).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::engine::collector::LiveSeries;
    use crate::units::Stamp;
    use crate::wire::FailureKind;

    fn view() -> View {
        let mut view = View {
            title: "Staging".to_owned(),
            phase: Text::plain("steady"),
            end_s: 22.0,
            ..View::default()
        };
        for second in 0..5_u64 {
            view.take(Progress {
                at: Stamp(second * 1_000_000),
                scheduled: second * 250,
                released: second * 240,
                in_flight: 14,
                recent_p99_us: Some(100_000 + second * 50_000),
                failed: [(FailureKind::WebhookDeadline, 3)].into(),
                series: ["api.response", "api.service", "dispatch.lag", "callback.beforeCreateGroup.handler"]
                    .map(|tag| LiveSeries {
                        tag: tag.to_owned(),
                        n: 960,
                        p50_us: 83_000,
                        p90_us: 144_000,
                        p99_us: 220_000,
                        max_us: 316_000,
                    })
                    .to_vec(),
                ..Progress::default()
            });
        }
        view.say(&Text::plain("warning: \u{1b}[31mred\nsecond line"));
        view
    }

    fn shown(width: u16, height: u16, lang: Lang) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, &view(), lang)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn a_terminal_of_80_by_24_shows_rates_percentiles_failures_and_the_log() {
        let text = shown(80, 24, Lang::En);
        for part in [
            "steady  4 s of 22 s",
            "asked 250/s, achieved 240/s",
            "in flight 14",
            "dispatch lag",
            "beforeCreateGroup",
            "220 ms",
            "webhook_deadline 3",
            "second line",
            "300 ms",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "control characters from outside are not drawn");
    }

    #[test]
    fn any_size_and_language_can_be_drawn() {
        for (width, height) in [(1, 1), (20, 5), (40, 12), (200, 60)] {
            for lang in Lang::ALL {
                let text = shown(width, height, lang);
                assert_eq!(text.lines().count(), usize::from(height));
            }
        }
        assert!(shown(100, 30, Lang::Zh).replace(' ', "").contains("发出延迟"));
    }

    #[test]
    fn q_and_ctrl_c_stop_and_nothing_else_does() {
        let key = |code, modifiers| stops(KeyEvent::new(code, modifiers));
        assert!(
            key(KeyCode::Char('q'), KeyModifiers::NONE) && key(KeyCode::Char('c'), KeyModifiers::CONTROL)
        );
        assert!(!key(KeyCode::Char('c'), KeyModifiers::NONE) && !key(KeyCode::Enter, KeyModifiers::NONE));
    }
}
