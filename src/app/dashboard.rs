//! `run --live`: the load on a full terminal, drawn anew four times a second.
//!
//! Draws on standard error, so that the report on standard output stays a report. The terminal is put back when the
//! load ends, on an error, on a panic and before the process leaves early (`restore`). Keys are read here,
//! since a terminal in raw mode sends no signal for Ctrl-C: it and `q` stop the run as the signal would.

use std::collections::{BTreeMap, VecDeque};
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
use crate::wire::WebhookKey;

/// How often the screen is drawn anew.
pub const EVERY: Duration = Duration::from_millis(250);
/// Seconds that the sparkline can show at most.
const SECONDS: usize = 240;
/// Lines of the log that are kept.
const LINES: usize = 100;
/// Lines of counts.
const COUNTS: u16 = 6;
/// On a lower terminal the last counts give way to the table and the log.
const LOW: u16 = 22;
/// On a still lower one failures and log give way to the table; what the log says is said again after the run.
const LOWEST: u16 = 18;
/// Columns that the counts need; where little is left beside them they have all there are.
const BESIDE: u16 = 44;
const NARROW: u16 = BESIDE + 36;
/// Columns of the table and how wide they are.
const COLUMNS: [(&str, u16); 7] =
    [("", 24), ("n", 9), ("/s", 6), ("p50", 8), ("p90", 8), ("p99", 8), ("max", 9)];
/// Those that are left out on a narrow terminal, the first one first: a figure cut in half is another figure.
const SPARE: [usize; 4] = [4, 3, 1, 2];

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

/// What happened in a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rates {
    /// Arrivals asked for.
    pub asked: f64,
    /// Arrivals let go.
    pub achieved: f64,
    /// Calls that ended, whatever the answer.
    pub ended: f64,
    /// Callbacks that arrived.
    pub callbacks: BTreeMap<WebhookKey, f64>,
}

impl Rates {
    fn between(before: &Progress, now: &Progress, passed_us: u64) -> Rates {
        let a_second = |was: u64, is: u64| is.saturating_sub(was) as f64 / (passed_us.max(1) as f64 / 1e6);
        let callbacks = now.callbacks.iter().map(|(key, n)| {
            let was = before.callbacks.get(key).copied().unwrap_or(0);
            (*key, a_second(was, *n))
        });
        let ended = |p: &Progress| p.succeeded + p.failed_total() + p.censored;
        Rates {
            asked: a_second(before.scheduled, now.scheduled),
            achieved: a_second(before.released, now.released),
            ended: a_second(ended(before), ended(now)),
            callbacks: callbacks.collect(),
        }
    }
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
    /// What happened in the last second; none before it has passed.
    pub rates: Option<Rates>,
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
            self.rates = Some(Rates::between(before, &now, passed));
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
    let rows = rows_of(view, lang);
    let height = frame.area().height;
    let counts = if height < LOW { COUNTS - 2 } else { COUNTS } + 2;
    let below = if height < LOWEST { 0 } else { 3 };
    let series = (rows.len() as u16 + 3).min(height.saturating_sub(counts + 1 + below));
    let parts = [
        Constraint::Length(1),
        Constraint::Length(counts),
        Constraint::Length(series),
        Constraint::Min(below),
    ];
    let [head, top, table, log] = Layout::vertical(parts).areas(frame.area());
    heading(frame, head, view, lang);
    let beside = if top.width < NARROW { top.width } else { BESIDE };
    let [counts, line] = Layout::horizontal([Constraint::Length(beside), Constraint::Fill(1)]).areas(top);
    frame.render_widget(boxed(&say!("live-calls"), counts_of(view), lang), counts);
    sparkline(frame, line, view, lang);
    frame.render_widget(quantiles(rows, table.width, lang), table);
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
    // The title last: it may be long.
    let text =
        format!(" {} · {} · {}", state.of(lang), say!("live-keys").of(lang), format::printable(&view.title));
    frame.render_widget(Line::from(text).style(Style::new().add_modifier(Modifier::REVERSED)), area);
}

fn boxed(title: &Text, lines: Vec<Text>, lang: Lang) -> Paragraph<'static> {
    let lines: Vec<Line<'static>> = lines.iter().map(|line| Line::from(line.of(lang).to_owned())).collect();
    Paragraph::new(lines).block(Block::bordered().title(title.of(lang).to_owned()))
}

/// What matters most comes first: a low terminal does not show the last ones.
fn counts_of(view: &View) -> Vec<Text> {
    let now = &view.now;
    let rate = |of: fn(&Rates) -> f64| short(view.rates.as_ref().map(of));
    let callbacks = now.callbacks.values().sum();
    vec![
        say!("live-rate", asked = rate(|r| r.asked), achieved = rate(|r| r.achieved)),
        say!("live-in-flight", n = format::count(now.in_flight), shed = format::count(now.shed)),
        say!(
            "live-ended",
            succeeded = format::count(now.succeeded),
            failed = format::count(now.failed_total()),
            censored = format::count(now.censored)
        ),
        say!("live-callbacks", n = format::count(callbacks), rate = rate(|r| r.callbacks.values().sum())),
        say!("live-others", strangers = format::count(now.strangers), unknown = format::count(now.unknown)),
        say!("live-channel", share = format!("{:.0} %", now.channel_fullness * 100.0)),
    ]
}

/// A rate with one decimal at most.
fn short(rate: Option<f64>) -> String {
    match rate {
        None => "–".to_owned(),
        Some(n) if n >= 100.0 => format!("{n:.0}"),
        Some(n) => format!("{n:.1}").trim_end_matches(".0").to_owned(),
    }
}

fn sparkline(frame: &mut Frame<'_>, area: Rect, view: &View, lang: Lang) {
    let highest = view.history.iter().max().copied().unwrap_or(0);
    let title = say!("live-p99", highest = format::duration_us(highest));
    let room = usize::from(area.width.saturating_sub(2));
    let shown: Vec<u64> = view.history.iter().rev().take(room).rev().copied().collect();
    let line = Sparkline::default().data(shown).block(Block::bordered().title(title.of(lang).to_owned()));
    frame.render_widget(line, area);
}

fn quantiles(rows: Vec<[String; COLUMNS.len()]>, width: u16, lang: Lang) -> Table<'static> {
    let shown = columns(width.saturating_sub(2));
    let widths: Vec<Constraint> = shown.iter().map(|c| Constraint::Length(COLUMNS[*c].1)).collect();
    let head: Vec<Cell<'_>> = shown.iter().map(|c| cell(*c, COLUMNS[*c].0.to_owned())).collect();
    let head = Row::new(head).style(Style::new().add_modifier(Modifier::BOLD));
    let rows = rows.into_iter().map(|row| {
        let shown = row.into_iter().enumerate().filter(|(c, _)| shown.contains(c));
        Row::new(shown.map(|(c, text)| cell(c, text)).collect::<Vec<_>>())
    });
    let title = say!("live-series").of(lang).to_owned();
    Table::new(rows.collect::<Vec<_>>(), widths).header(head).block(Block::bordered().title(title))
}

/// Figures stand below each other.
fn cell(column: usize, text: String) -> Cell<'static> {
    let line = Line::from(text);
    Cell::from(if column == 0 { line } else { line.right_aligned() })
}

/// The columns that fit side by side.
fn columns(width: u16) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..COLUMNS.len()).collect();
    for spare in SPARE {
        let wanted: u16 = shown.iter().map(|c| COLUMNS[*c].1 + 1).sum();
        if wanted <= width + 1 {
            break;
        }
        shown.retain(|c| *c != spare);
    }
    shown
}

/// A row for each series, and for each webhook that called and was not answered yet.
fn rows_of(view: &View, lang: Lang) -> Vec<[String; COLUMNS.len()]> {
    let series = view.now.series.iter().map(|s| {
        let [p50, p90, p99, max] = [s.p50_us, s.p90_us, s.p99_us, s.max_us].map(format::duration_us);
        [name(&s.tag).of(lang).to_owned(), format::count(s.n), rate_of(view, &s.tag), p50, p90, p99, max]
    });
    let answered: Vec<WebhookKey> = view.now.series.iter().filter_map(|s| key(&s.tag)).collect();
    let waiting = view.now.callbacks.keys().filter(|key| !answered.contains(key)).map(|key| {
        let rate = view.rates.as_ref().and_then(|r| r.callbacks.get(key)).copied();
        let [p50, p90, p99, max] = ["–"; 4].map(str::to_owned);
        [key.name().to_owned(), "0".to_owned(), short(rate), p50, p90, p99, max]
    });
    series.chain(waiting).collect()
}

/// Calls ended or callbacks arrived in a second; of other series it says nothing.
fn rate_of(view: &View, series: &str) -> String {
    let rates = view.rates.as_ref();
    match key(series) {
        Some(key) => short(rates.and_then(|r| r.callbacks.get(&key)).copied()),
        None if series == tag::RESPONSE => short(rates.map(|r| r.ended)),
        None => String::new(),
    }
}

fn key(series: &str) -> Option<WebhookKey> {
    WebhookKey::from_name(series.strip_prefix("callback.")?.strip_suffix(".handler")?)
}

fn name(series: &str) -> Text {
    match series {
        tag::RESPONSE => say!("live-response"),
        tag::SERVICE => say!("live-service"),
        tag::DISPATCH_LAG => say!("live-lag"),
        other => Text::plain(key(other).map_or_else(|| other.to_owned(), |key| key.name().to_owned())),
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
        let title = "Staging of the group service, the second cluster, with the new handler".to_owned();
        let mut view = View { title, phase: Text::plain("steady"), end_s: 22.0, ..View::default() };
        for second in 0..5_u64 {
            view.take(Progress {
                at: Stamp(second * 1_000_000),
                scheduled: second * 250,
                released: second * 240,
                succeeded: second * 200,
                in_flight: 14,
                recent_p99_us: Some(100_000 + second * 50_000),
                failed: [(FailureKind::WebhookDeadline, second * 30)].into(),
                callbacks: [
                    (WebhookKey::BeforeCreateGroup, second * 240),
                    (WebhookKey::AfterCreateGroup, second * 33),
                ]
                .into(),
                strangers: 12,
                unknown: 3,
                channel_fullness: 0.25,
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

    /// Words of the line that begins with that name.
    fn row<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
        let line = text.lines().find(|l| l.trim_start_matches(['"', '│']).starts_with(name));
        line.unwrap_or_else(|| panic!("no {name}\n{text}")).split_whitespace().collect()
    }

    #[test]
    fn a_terminal_of_80_by_24_shows_rates_percentiles_failures_and_the_log() {
        let text = shown(80, 24, Lang::En);
        for part in [
            "steady  4 s of 22 s · q stops · Staging",
            "asked 250/s, achieved 240/s",
            "in flight 14",
            "succeeded 800, failed 120, given up 0",
            "callbacks 1,092 (273/s)",
            "of others 12, unknown 3",
            "event channel 25 % full",
            "dispatch lag",
            "webhook_deadline 120",
            "second line",
            "300 ms",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "control characters from outside are not drawn");
    }

    #[test]
    fn each_webhook_has_its_rate_and_one_that_was_never_answered_has_no_percentiles() {
        let text = shown(80, 24, Lang::En);
        let before = row(&text, "beforeCreateGroup");
        assert_eq!(before[1..10], ["960", "240", "83.0", "ms", "144", "ms", "220", "ms", "316"]);
        assert_eq!(row(&text, "afterCreateGroup")[1..6], ["0", "33", "–", "–", "–"]);
        assert_eq!(row(&text, "response time")[2..4], ["960", "230"]);
    }

    #[test]
    fn a_small_terminal_leaves_columns_and_counts_out_and_cuts_no_figure() {
        let text = shown(60, 15, Lang::En);
        for part in [
            "asked 250/s",
            "callbacks 1,092",
            "/s",
            "p99",
            "max",
            "220 ms",
            "316 ms",
            "beforeCreateGroup",
            "failed 120, given up 0",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        for part in ["p50", "p90", "event channel", "83.0", "Log"] {
            assert!(!text.contains(part), "{part}\n{text}");
        }
        assert_eq!(columns(78), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(columns(10), [0, 5, 6]);
    }

    #[test]
    fn the_view_is_in_the_language_of_the_person() {
        let text = shown(80, 24, Lang::Zh).replace(' ', "");
        for part in [
            "要求250/s，实际240/s",
            "回调请求1,092（273/s）",
            "其他来源12，未知命令3",
            "事件通道已用25%",
            "发出延迟",
            "失败",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn any_size_can_be_drawn() {
        for (width, height) in [(1, 1), (20, 5), (40, 12), (60, 15), (110, 30), (200, 60)] {
            for lang in Lang::ALL {
                let text = shown(width, height, lang);
                assert_eq!(text.lines().count(), usize::from(height));
            }
        }
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
