//! The page: version, what a create calls, keys, limits, answers, surprises, what is missing.

use std::collections::BTreeMap;

use super::facts::{
    decided_by, fate, redirected, rejected, say, say_why, seconds, timeout_source, unknown, yes_no,
};
use super::layout::{heading, item, row, table, wrapped};
use super::verdict;
use crate::record::portrait::{
    CaseVerdict, CreateCall, Fact, Growth, KeyPortrait, Outcome, Portrait, YmlSource,
};
use crate::wire::failure::printable;

/// Characters of a difference.
const LONGEST: usize = 160;

pub(super) fn page(p: &Portrait) -> String {
    let mut out = String::new();
    head(&mut out, p);
    create(&mut out, p);
    keys(&mut out, p);
    limits(&mut out, p);
    answers(&mut out, p);
    http(&mut out, p);
    surprises(&mut out, p);
    differing(&mut out, p);
    not_measured(&mut out, p);
    out
}

fn head(out: &mut String, p: &Portrait) {
    let version = &p.version;
    let treated = if version.text == version.build.name() {
        String::new()
    } else {
        format!(", treated as {}", version.build)
    };
    let why = printable(&version.why);
    let why = if why.is_empty() { why } else { format!(": {why}") };
    wrapped(out, "", &format!("OpenIM {}{treated}{why}", printable(&version.text)));
    let what = if p.simulated { "the simulator" } else { "a server" };
    let cut = if p.interrupted { "; INTERRUPTED: some cases were not reached" } else { "" };
    let tool = printable(&p.tool_version);
    let target = printable(&p.target);
    wrapped(out, "", &format!("{what} at {target}, probed {} by openim-bench {tool}{cut}", p.made_at));
}

fn create(out: &mut String, p: &Portrait) {
    heading(out, "What a create calls, in this order");
    match &p.create.commands {
        Fact::Known { value, evidence, .. } => {
            value.iter().for_each(|call| item(out, &create_call(call)));
            item(out, &printable(evidence));
        }
        other => item(out, &unknown(other)),
    }
}

fn create_call(call: &CreateCall) -> String {
    let command = printable(&call.command);
    let key = call.key.map_or_else(String::new, |key| format!("{key} as "));
    let grows = match call.grows {
        Growth::Once => "once".to_owned(),
        Growth::OnceAMember => format!("once a member, owner and admins too ({} here)", call.calls),
        Growth::Otherwise => format!("{} times", call.calls),
    };
    format!("{key}{command}, {grows}")
}

fn keys(out: &mut String, p: &Portrait) {
    let from = match p.webhooks_yml {
        YmlSource::Measured => "no webhooks.yml was given",
        YmlSource::File => "webhooks.yml was given",
        YmlSource::Simulator => "webhooks.yml is the simulator's",
    };
    heading(out, &format!("Webhooks and how long they are waited for ({from})"));
    let mut rows = vec![["key", "timeout", "known from", "commands seen"].map(str::to_owned).to_vec()];
    rows.extend(p.keys.iter().filter(|(_, key)| key.enabled).map(|(name, key)| key_row(name, key)));
    if rows.len() == 1 {
        item(out, "none is known to be enabled");
        return;
    }
    table(out, &rows);
    let off: Vec<String> = p.keys.iter().filter(|(_, k)| !k.enabled).map(|(n, _)| printable(n)).collect();
    if !off.is_empty() {
        wrapped(out, "  off: ", &off.join(", "));
    }
}

fn key_row(name: &str, key: &KeyPortrait) -> Vec<String> {
    let timeout = &key.effective_timeout_s;
    let seen: Vec<String> = key.commands.iter().map(|c| printable(c)).collect();
    let (value, from) = match timeout.value() {
        Some(known) => (seconds(&known.value_s), timeout_source(known).to_owned()),
        None => ("?".to_owned(), unknown_timeout(timeout)),
    };
    let seen = if seen.is_empty() { "-".to_owned() } else { seen.join(", ") };
    vec![printable(name), value, from, seen]
}

/// In the table there is room for a word only; the list at the end says the rest.
fn unknown_timeout<T>(fact: &Fact<T>) -> String {
    match fact {
        Fact::NotMeasured { .. } => "not measured",
        Fact::NotTestable { .. } => "not testable",
        _ => "not certain",
    }
    .to_owned()
}

fn limits(out: &mut String, p: &Portrait) {
    heading(out, "Limits of one sending process");
    row(out, "longest wait, any timeout", &say(&p.cap_s, seconds));
    row(
        out,
        "callbacks at once",
        &say(&p.connection_limit, |n| format!("{n}; more wait inside their timeout")),
    );
    row(out, "idle connections kept", &say(&p.idle_connections_kept, u32::to_string));
    let churn = |n: &u32| format!("{n} for 100 callbacks, 20 at a time");
    row(out, "connections used", &say(&p.connections_per_100_callbacks, churn));
    let queue = &p.after_queue;
    row(out, "after-callbacks at once", &say(&queue.workers, u32::to_string));
    row(out, "after-callbacks waiting", &say(&queue.slots, |n| format!("{n}; more are lost")));
    let wait = |s: &f64| format!("{s} s in the API call, then the callback is dropped");
    row(out, "wait for a full queue", &say(&queue.push_wait_s, wait));
    row(out, "lost in the overload case", &say_why(&queue.lost, u32::to_string));
}

fn answers(out: &mut String, p: &Portrait) {
    heading(out, "What answers of a webhook server mean");
    let rejection = &p.rejection;
    row(out, "it rejects by", &say(&rejection.decided_by, decided_by));
    row(out, "rejected, errCode over 99", &say(&rejection.err_code_over_99, rejected));
    row(out, "rejected, errCode 1 to 99", &say(&rejection.err_code_1_to_99, rejected));
    row(out, "rejected, errCode 0", &say(&rejection.err_code_0, rejected));
    row(out, "rejected, negative errCode", &say(&rejection.err_code_negative, rejected));
    let ignored = |b: &bool| if *b { "ignored: the body decides" } else { "matters" }.to_owned();
    row(out, "HTTP status", &say(&p.status_ignored, ignored));
    row(out, "redirect 302", &say(&p.redirects.on_302, redirected));
    row(out, "redirect 307", &say(&p.redirects.on_307, redirected));
    row(out, "packed answers understood", &say(&p.gzip.webhook_answers, yes_no));
    row(out, "failedContinue honoured", &say(&p.failed_continue_honoured, yes_no));
    row(out, "cause of a failure told", &say(&p.cause_of_failed_callback_told, yes_no));
}

fn http(out: &mut String, p: &Portrait) {
    heading(out, "HTTP");
    row(out, "API keeps connections", &say(&p.api_keep_alive, yes_no));
    row(out, "callbacks keep connections", &say(&p.webhook_keep_alive, yes_no));
    row(out, "API packs answers (gzip)", &say(&p.gzip.api_answers, yes_no));
}

/// A surprise: what it is, and the case whose meaning says why it matters.
type Surprise<'a> = (String, &'a str);

fn surprises(out: &mut String, p: &Portrait) {
    let list = [
        on(&p.abandoned_call_creates, |b| *b, "a caller that gives up gets its group all the same"),
        on(
            &p.failed_continue_honoured,
            |b| !*b,
            "failedContinue: true does nothing: a failed callback fails the call",
        ),
        on(&p.status_ignored, |b| *b, "an answer with HTTP status 500 means \"go on\" when its body says so"),
        on(
            &p.rejection.err_code_0,
            nothing_told,
            "a rejection with errCode 0 looks like success to the caller",
        ),
        on(
            &p.rejection.err_code_1_to_99,
            |o| o.err_code == Some(500),
            "a rejection with an errCode below 100 reaches the caller as 500",
        ),
        on(
            &p.create.commands,
            |c| c.iter().any(|c| c.grows == Growth::OnceAMember),
            "a create calls once a member, one after another",
        ),
        on(
            &p.cause_of_failed_callback_told,
            |b| !*b,
            "the API does not say why a callback failed: only the time tells a timeout",
        ),
        on(
            &p.duplicate_group_id_fires_before_create,
            |b| *b,
            "beforeCreateGroup is called for a groupID that is then refused",
        ),
        on(&p.second_dismissal, |s| s.comes, "afterDismissGroup comes twice when the members are kept"),
        on(&p.operation_ids_joined, |b| *b, "one callback can carry several operationIDs, joined by $"),
        on(
            &p.after_queue.lost,
            |n| *n > 0,
            "after-callbacks are lost without a word when their handler is slow",
        ),
        on(&p.gzip.webhook_answers, |b| !*b, "a packed answer of the webhook server is not understood"),
    ];
    let fates = [
        fatal(&p.member_entry_without_user_id, "a memberCallbackList entry without userID"),
        fatal(&p.admin_invite, "an invite by the app admin"),
    ];
    let all: Vec<Surprise<'_>> = list.into_iter().chain(fates).flatten().collect();
    if all.is_empty() {
        return;
    }
    heading(out, "What surprises");
    let mut explained = Vec::new();
    for (what, case) in all {
        let means = p.case(case).map(|line| printable(&line.means)).unwrap_or_default();
        // Two facts of one case are explained once.
        if means.is_empty() || explained.contains(&case) {
            item(out, &what);
        } else {
            explained.push(case);
            item(out, &format!("{what}. {means}"));
        }
    }
}

fn on<'a, T>(fact: &'a Fact<T>, when: impl Fn(&T) -> bool, what: &str) -> Option<Surprise<'a>> {
    fact.value().filter(|value| when(value)).map(|_| (what.to_owned(), fact.case()))
}

fn nothing_told(outcome: &Outcome) -> bool {
    outcome.err_code == Some(0) && !outcome.done
}

fn fatal<'a>(fact: &'a Fact<Outcome>, what: &str) -> Option<Surprise<'a>> {
    let outcome = fact.value().filter(|o| o.group_process_died || !o.done)?;
    Some((format!("{what} gets {}", fate(outcome)), fact.case()))
}

fn differing(out: &mut String, p: &Portrait) {
    let of = |verdict: CaseVerdict| p.cases.iter().filter(move |line| line.verdict == verdict);
    if of(CaseVerdict::Differs).next().is_none() && of(CaseVerdict::Failed).next().is_none() {
        return;
    }
    heading(out, "Not as this version is known to behave");
    for line in of(CaseVerdict::Differs).chain(of(CaseVerdict::Failed)) {
        item(out, &format!("{}: {}", printable(&line.name), shortened(&verdict(line))));
    }
}

/// At most two lines of the page; the whole text is in the case's line and in the JSON.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['\u{2026}']).collect()
}

/// The cases that were left out, by what has them run.
fn not_measured(out: &mut String, p: &Portrait) {
    let mut by_need: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in p.cases.iter().filter(|line| line.verdict == CaseVerdict::NotMeasured) {
        by_need.entry(printable(&line.difference)).or_default().push(printable(&line.name));
    }
    if by_need.is_empty() {
        return;
    }
    heading(out, "Not measured, and what has it measured");
    for (needs, cases) in by_need {
        item(out, &format!("{needs}: {}", cases.join(", ")));
    }
}
