//! The page: version, what a create calls, keys, limits, answers, surprises, what is missing.

use std::collections::BTreeMap;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::facts::{
    decided_by, fate, number, redirected, rejected, seconds, timeout_source, told, told_why, unknown, yes_no,
};
use super::{layout, verdict};
use crate::record::portrait::{
    CaseVerdict, CreateCall, Fact, Growth, KeyPortrait, Outcome, Portrait, YmlSource,
};
use crate::say;
use crate::text::{Lang, Text};
use crate::wire::failure::printable;

/// Columns of a difference.
const LONGEST: usize = 160;

pub(super) fn page(p: &Portrait, lang: Lang) -> String {
    let mut page = Page { out: String::new(), lang };
    head(&mut page, p);
    create(&mut page, p);
    keys(&mut page, p);
    limits(&mut page, p);
    answers(&mut page, p);
    http(&mut page, p);
    surprises(&mut page, p);
    differing(&mut page, p);
    not_measured(&mut page, p);
    page.out
}

/// A page as it grows, in one language.
struct Page {
    out: String,
    lang: Lang,
}

impl Page {
    fn line(&mut self, text: &Text) {
        layout::wrapped(&mut self.out, "", text.of(self.lang));
    }

    fn heading(&mut self, text: &Text) {
        layout::heading(&mut self.out, text.of(self.lang));
    }

    fn item(&mut self, text: &Text) {
        layout::item(&mut self.out, text.of(self.lang));
    }

    fn row(&mut self, name: &Text, value: &Text) {
        layout::row(&mut self.out, name.of(self.lang), value.of(self.lang));
    }

    fn table(&mut self, rows: &[Vec<Text>]) {
        let row = |row: &Vec<Text>| row.iter().map(|cell| cell.of(self.lang).to_owned()).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
        layout::table(&mut self.out, &rows);
    }
}

fn head(page: &mut Page, p: &Portrait) {
    let text = Text::plain(printable(&p.version.text));
    let version = if p.version.text == p.version.build.name() {
        text
    } else {
        say!("probe-treated", version = text, build = p.version.build.name())
    };
    let why = p.version.why.map(printable);
    page.line(&if why.is_empty() {
        version.map(|version| format!("OpenIM {version}"))
    } else {
        say!("probe-head", version = version, why = why)
    });
    let (target, time, tool) = (printable(&p.target), p.made_at.as_str(), printable(&p.tool_version));
    let place = if p.simulated {
        say!("probe-place-simulator", target = target, time = time, tool = tool)
    } else {
        say!("probe-place-server", target = target, time = time, tool = tool)
    };
    let cut = p.interrupted.then(|| say!("probe-cut"));
    page.line(&Text::clauses([&place].into_iter().chain(&cut)));
}

fn create(page: &mut Page, p: &Portrait) {
    page.heading(&say!("probe-create"));
    match &p.create.commands {
        Fact::Known { value, evidence, .. } => {
            value.iter().for_each(|call| page.item(&create_call(call)));
            page.item(&evidence.map(printable));
        }
        other => page.item(&unknown(other)),
    }
}

fn create_call(call: &CreateCall) -> Text {
    let command = printable(&call.command);
    let grows = match call.grows {
        Growth::Once => say!("probe-grows-once"),
        Growth::OnceAMember => say!("probe-grows-each", n = call.calls),
        Growth::Otherwise => say!("probe-grows-otherwise", n = call.calls),
    };
    match call.key {
        Some(key) => say!("probe-call", key = key.name(), command = command, grows = grows),
        None => say!("probe-call-unknown", command = command, grows = grows),
    }
}

fn keys(page: &mut Page, p: &Portrait) {
    page.heading(&match p.webhooks_yml {
        YmlSource::Measured => say!("probe-keys-measured"),
        YmlSource::File => say!("probe-keys-file"),
        YmlSource::Simulator => say!("probe-keys-simulator"),
    });
    let mut rows = vec![vec![
        say!("probe-column-key"),
        say!("probe-column-timeout"),
        say!("probe-column-from"),
        say!("probe-column-commands"),
    ]];
    rows.extend(p.keys.iter().filter(|(_, key)| key.enabled).map(|(name, key)| key_row(name, key)));
    if rows.len() == 1 {
        page.item(&say!("probe-keys-none"));
        return;
    }
    page.table(&rows);
    let off: Vec<String> = p.keys.iter().filter(|(_, k)| !k.enabled).map(|(n, _)| printable(n)).collect();
    if !off.is_empty() {
        let head = format!("  {} ", say!("probe-keys-off").of(page.lang));
        layout::wrapped(&mut page.out, &head, &off.join(", "));
    }
}

fn key_row(name: &str, key: &KeyPortrait) -> Vec<Text> {
    let timeout = &key.effective_timeout_s;
    let seen: Vec<String> = key.commands.iter().map(|c| printable(c)).collect();
    let (value, from) = match timeout.value() {
        Some(known) => (seconds(&known.value_s), timeout_source(known)),
        None => (Text::plain("?"), unknown_timeout(timeout)),
    };
    let seen = if seen.is_empty() { "-".to_owned() } else { seen.join(", ") };
    vec![Text::plain(printable(name)), value, from, Text::plain(seen)]
}

/// In the table there is room for a word only; the list at the end says the rest.
fn unknown_timeout<T>(fact: &Fact<T>) -> Text {
    match fact {
        Fact::NotMeasured { .. } => say!("probe-cell-not-measured"),
        Fact::NotTestable { .. } => say!("probe-cell-not-testable"),
        _ => say!("probe-cell-uncertain"),
    }
}

fn limits(page: &mut Page, p: &Portrait) {
    page.heading(&say!("probe-limits"));
    page.row(&say!("probe-limit-cap"), &told(&p.cap_s, seconds));
    let more = |n: &u32| say!("probe-limit-connections-of", n = *n);
    page.row(&say!("probe-limit-connections"), &told(&p.connection_limit, more));
    page.row(&say!("probe-limit-idle"), &told(&p.idle_connections_kept, number));
    let churn = |n: &u32| say!("probe-limit-used-of", n = *n);
    page.row(&say!("probe-limit-used"), &told(&p.connections_per_100_callbacks, churn));
    let queue = &p.after_queue;
    page.row(&say!("probe-limit-workers"), &told(&queue.workers, number));
    let slots = |n: &u32| say!("probe-limit-slots-of", n = *n);
    page.row(&say!("probe-limit-slots"), &told(&queue.slots, slots));
    let wait = |s: &f64| say!("probe-limit-push-of", seconds = s.to_string());
    page.row(&say!("probe-limit-push"), &told(&queue.push_wait_s, wait));
    page.row(&say!("probe-limit-lost"), &told_why(&queue.lost, number));
}

fn answers(page: &mut Page, p: &Portrait) {
    page.heading(&say!("probe-answers"));
    let rejection = &p.rejection;
    page.row(&say!("probe-answer-rejects"), &told(&rejection.decided_by, decided_by));
    page.row(&say!("probe-answer-over-99"), &told(&rejection.err_code_over_99, rejected));
    page.row(&say!("probe-answer-below-100"), &told(&rejection.err_code_1_to_99, rejected));
    page.row(&say!("probe-answer-0"), &told(&rejection.err_code_0, rejected));
    page.row(&say!("probe-answer-negative"), &told(&rejection.err_code_negative, rejected));
    let ignored =
        |b: &bool| if *b { say!("probe-answer-status-ignored") } else { say!("probe-answer-status-matters") };
    page.row(&say!("probe-answer-status"), &told(&p.status_ignored, ignored));
    page.row(&say!("probe-answer-302"), &told(&p.redirects.on_302, redirected));
    page.row(&say!("probe-answer-307"), &told(&p.redirects.on_307, redirected));
    page.row(&say!("probe-answer-packed"), &told(&p.gzip.webhook_answers, yes_no));
    page.row(&say!("probe-answer-continue"), &told(&p.failed_continue_honoured, yes_no));
    page.row(&say!("probe-answer-cause"), &told(&p.cause_of_failed_callback_told, yes_no));
}

fn http(page: &mut Page, p: &Portrait) {
    page.heading(&say!("probe-http"));
    page.row(&say!("probe-http-api-keeps"), &told(&p.api_keep_alive, yes_no));
    page.row(&say!("probe-http-callbacks-keep"), &told(&p.webhook_keep_alive, yes_no));
    page.row(&say!("probe-http-api-packs"), &told(&p.gzip.api_answers, yes_no));
}

/// A surprise: what it is, and the case whose meaning says why it matters.
type Surprise<'a> = (Text, &'a str);

fn all_surprises(p: &Portrait) -> Vec<Surprise<'_>> {
    let rejection = &p.rejection;
    let each = |calls: &Vec<CreateCall>| calls.iter().any(|c| c.grows == Growth::OnceAMember);
    let list = [
        on(&p.abandoned_call_creates, |b| *b, say!("probe-surprise-abandoned")),
        on(&p.failed_continue_honoured, |b| !*b, say!("probe-surprise-continue")),
        on(&p.status_ignored, |b| *b, say!("probe-surprise-status")),
        on(&rejection.err_code_0, nothing_told, say!("probe-surprise-zero")),
        on(&rejection.err_code_1_to_99, |o| o.err_code == Some(500), say!("probe-surprise-below-100")),
        on(&p.create.commands, each, say!("probe-surprise-each")),
        on(&p.cause_of_failed_callback_told, |b| !*b, say!("probe-surprise-cause")),
        on(&p.duplicate_group_id_fires_before_create, |b| *b, say!("probe-surprise-duplicate")),
        on(&p.second_dismissal, |s| s.comes, say!("probe-surprise-dismissal")),
        on(&p.operation_ids_joined, |b| *b, say!("probe-surprise-joined", sign = "$")),
        on(&p.after_queue.lost, |n| *n > 0, say!("probe-surprise-lost")),
        on(&p.gzip.webhook_answers, |b| !*b, say!("probe-surprise-packed")),
    ];
    let fates = [
        fatal(&p.member_entry_without_user_id, |fate| say!("probe-surprise-entry", fate = fate)),
        fatal(&p.admin_invite, |fate| say!("probe-surprise-invite", fate = fate)),
    ];
    list.into_iter().chain(fates).flatten().collect()
}

fn surprises(page: &mut Page, p: &Portrait) {
    let all = all_surprises(p);
    if all.is_empty() {
        return;
    }
    page.heading(&say!("probe-surprises"));
    let mut explained = Vec::new();
    for (what, case) in all {
        let means = p.case(case).map(|line| line.means.map(printable)).unwrap_or_default();
        // Two facts of one case are explained once.
        if means.is_empty() || explained.contains(&case) {
            page.item(&what);
        } else {
            explained.push(case);
            page.item(&say!("probe-surprise-means", what = what, means = means));
        }
    }
}

fn on<T>(fact: &Fact<T>, when: impl Fn(&T) -> bool, what: Text) -> Option<Surprise<'_>> {
    fact.value().filter(|value| when(value)).map(|_| (what, fact.case()))
}

fn nothing_told(outcome: &Outcome) -> bool {
    outcome.err_code == Some(0) && !outcome.done
}

fn fatal(fact: &Fact<Outcome>, what: impl Fn(Text) -> Text) -> Option<Surprise<'_>> {
    let outcome = fact.value().filter(|o| o.group_process_died || !o.done)?;
    Some((what(fate(outcome)), fact.case()))
}

fn differing(page: &mut Page, p: &Portrait) {
    let of = |verdict: CaseVerdict| p.cases.iter().filter(move |line| line.verdict == verdict);
    if of(CaseVerdict::Differs).next().is_none() && of(CaseVerdict::Failed).next().is_none() {
        return;
    }
    page.heading(&say!("probe-unlike"));
    for line in of(CaseVerdict::Differs).chain(of(CaseVerdict::Failed)) {
        let what = verdict(line).map(shortened);
        page.item(&say!("probe-named", name = printable(&line.name), what = what));
    }
}

/// At most two lines of the page; the whole text is in the case's line and in the JSON.
fn shortened(text: &str) -> String {
    if text.width() <= LONGEST {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= LONGEST
    };
    text.chars().take_while(fits).chain(['\u{2026}']).collect()
}

/// The cases that were left out, by what has them run.
fn not_measured(page: &mut Page, p: &Portrait) {
    let mut by_need: BTreeMap<Text, Vec<String>> = BTreeMap::new();
    for line in p.cases.iter().filter(|line| line.verdict == CaseVerdict::NotMeasured) {
        by_need.entry(line.difference.map(printable)).or_default().push(printable(&line.name));
    }
    if by_need.is_empty() {
        return;
    }
    page.heading(&say!("probe-unmeasured-list"));
    for (needs, cases) in by_need {
        page.item(&say!("probe-named", name = needs, what = cases.join(", ")));
    }
}
