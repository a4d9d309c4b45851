//! The parsers, each as what eats bytes.

use std::path::{Path, PathBuf};

use openim_bench::analysis::explain::{Asked, explain};
use openim_bench::analysis::logs::{LogAsked, LogTally};
use openim_bench::ids::OperationId;
use openim_bench::lint::{Target, lint};
use openim_bench::logs::Records;
use openim_bench::profile::load::{LoadRequest, ProfileSource, load};
use openim_bench::record::ids::read_ids;
use openim_bench::record::{RunRecord, portrait};
use openim_bench::webhook::proxy::FaultRule;
use openim_bench::wire::api::{Envelope, Operation, accounts, created_group, groups, token};
use openim_bench::wire::callback::{command_in_target, operation_ids, parse};
use openim_bench::wire::decision::decide;
use openim_bench::wire::failure::classify;
use openim_bench::wire::webhooks_yml::{Variable, WebhooksYml, fix, outline, set_timeouts, variables};
use openim_bench::wire::{Build, OpenimVersion, WebhookKey, goread};

use super::corpus;

/// Takes a text and says something about the result, so that nothing is left out.
pub(super) type Eat = Box<dyn Fn(&[u8]) -> usize>;

/// A parser, the right texts for it, and how much of the inputs it gets.
pub(super) struct Eater {
    pub(super) name: &'static str,
    pub(super) texts: Vec<Vec<u8>>,
    pub(super) share: u64,
    /// Bytes from which growth is measured.
    pub(super) grows: usize,
    pub(super) eat: Eat,
}

fn eater(
    name: &'static str,
    share: u64,
    texts: Vec<Vec<u8>>,
    eat: impl Fn(&[u8]) -> usize + 'static,
) -> Eater {
    Eater { name, texts, share, grows: 2 << 10, eat: Box::new(eat) }
}

pub(super) fn eaters() -> Vec<Eater> {
    let mut all = vec![
        eater("webhooks.yml", 20, corpus::webhooks_ymls(), |bytes| webhooks_yml(&text(bytes))),
        eater("lint", 12, corpus::webhooks_ymls(), |bytes| judged(&text(bytes), Vec::new())),
        eater("lint --fix", 12, corpus::webhooks_ymls(), |bytes| {
            fix(&text(bytes)).map_or(0, |fixed| fixed.fixes.len())
        }),
        eater("lint --env", 6, corpus::variables(), |bytes| {
            let file = String::from_utf8(corpus::webhooks_ymls().swap_remove(0)).unwrap_or_default();
            judged(&file, variables(&text(bytes)))
        }),
        eater("profile", 14, corpus::profiles(), |bytes| profile(text(bytes))),
        eater("callback", 14, corpus::callbacks(), callback),
        eater("API answer", 14, corpus::api_answers(), api_answer),
        eater("receiver's answer", 14, corpus::receivers_answers(), receivers_answer),
        eater("explain", 14, [corpus::logs(), corpus::api_answers()].concat(), |bytes| {
            explain(Asked { text: &text(bytes), elapsed: None, version: None }).causes.len()
        }),
        eater("logs", 14, corpus::logs(), logs),
        eater("proxy --fault", 4, fault_rules(), |bytes| match text(bytes).parse::<FaultRule>() {
            Ok(rule) => usize::from(rule.check(false).is_ok()),
            Err(error) => error.text().zh().len(),
        }),
        eater("portrait", 4, portraits(), |bytes| {
            portrait::parse(bytes, Path::new("p.json")).map_or(0, |p| p.timeouts().len())
        }),
    ];
    all.extend(records());
    all
}

fn fault_rules() -> Vec<Vec<u8>> {
    let rules = [
        "hang,key=beforeCreateGroup,p=0.1,from=10s,to=70s,operation=ob",
        "status=503,to=5s,body={\"a\":1,\"b\":2}",
        "delay=2s,key=afterCreateGroup,operation=ob1",
    ];
    rules.map(|rule| rule.as_bytes().to_vec()).to_vec()
}

/// Lines of OpenIM's log to their figures.
fn logs(bytes: &[u8]) -> usize {
    let (mut records, mut tally) = (Records::default(), LogTally::new(LogAsked::default()));
    for line in bytes.split(|byte| *byte == b'\n') {
        records.line(line, &mut |entry| tally.entry(entry, &mut |_| {}));
    }
    records.finish();
    tally.finish(&mut |_| {});
    let summary = tally.summary(&records.counts);
    summary.commands.len() + summary.lines.samples.iter().map(String::len).sum::<usize>()
}

fn portraits() -> Vec<Vec<u8>> {
    crate::portrait::portraits().values().map(|portrait| serde_json::to_vec(portrait).unwrap()).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn webhooks_yml(text: &str) -> usize {
    let wanted = [(WebhookKey::BeforeCreateGroup, 7), (WebhookKey::AfterCreateGroup, 15)];
    let edited = set_timeouts(text, &wanted.into_iter().collect());
    let items = outline(text).map_or(0, |items| items.len());
    let read = WebhooksYml::parse(text);
    // What may be wrong is told in both languages.
    let told = read.as_ref().err().map_or(0, |error| error.text().zh().len());
    let edited = edited.map_or_else(|error| error.text().en().len(), |edited| edited.text.len());
    items + told + edited + read.map_or(0, |yml| yml.enabled_group_keys().len() + yml.unknown_keys().len())
}

fn judged(text: &str, environment: Vec<Variable>) -> usize {
    let version = OpenimVersion { text: "3.8.0".to_owned(), build: Build::V380 };
    let target = Target {
        version: OpenimVersion { text: "main".to_owned(), build: Build::Main },
        container: true,
        create_rate: Some(20.0),
        caller_budget: None,
        upgrade_from: Some(version),
        environment,
    };
    let judged = lint(text, &target);
    assert!(judged.hits.iter().all(|hit| hit.place.line >= 1 && hit.place.column >= 1), "{judged:?}");
    judged.hits.len() + judged.routes.len()
}

fn profile(text: String) -> usize {
    let source = ProfileSource::Text { name: "mine.toml".to_owned(), text };
    match load(LoadRequest { source, ..LoadRequest::default() }) {
        Ok(loaded) => loaded.sources.len(),
        Err(error) => error.to_string().len(),
    }
}

fn callback(bytes: &[u8]) -> usize {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (target, body) = (text(&bytes[..at]), bytes.get(at + 1..).unwrap_or_default());
    let read = parse(command_in_target(&target), body);
    let ids = operation_ids(Some(&target), read.as_ref().ok()).count();
    let joined = OperationId::parse_joined(&target).len();
    match read {
        Ok(read) => ids + joined + read.to_bytes().map_or(0, |bytes| bytes.len()) + read.group_id().len(),
        Err(error) => ids + joined + error.to_string().len(),
    }
}

fn api_answer(bytes: &[u8]) -> usize {
    let all = [200, 429, 500].into_iter().map(|status| {
        let answer = classify(status, bytes, Operation::Create);
        answer.text.map_or(0, |text| text.len()) + answer.post_url.map_or(0, |url| url.len())
    });
    let text: usize = all.sum();
    let Ok(envelope) = Envelope::parse(bytes) else { return text };
    let users = accounts(&envelope).map_or(0, |accounts| accounts.len());
    let groups = groups(&envelope).map_or(0, |groups| groups.len());
    text + users
        + groups
        + created_group(&envelope).map_or(0, str::len)
        + usize::from(token(&envelope).is_some())
}

fn receivers_answer(bytes: &[u8]) -> usize {
    let read = goread::parse(bytes).map_or_else(|error| error.len(), |_| 1);
    let keys =
        [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup, WebhookKey::BeforeSetGroupInfo];
    let all = keys
        .iter()
        .flat_map(|key| Build::ALL.iter().map(|build| format!("{:?}", decide(*key, *build, bytes)).len()));
    read + all.sum::<usize>()
}

/// The files of a record, one of them changed at a time.
fn records() -> Vec<Eater> {
    let kept = corpus::folder("tests/recordings/record-v1");
    let file = |name: &str| std::fs::read(kept.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let plain = |name: &str| zstd::decode_all(file(name).as_slice()).unwrap();
    let make = |name: &'static str, file_name: &'static str, texts: Vec<Vec<u8>>, packed: bool| {
        let dir = copy_of(&kept);
        let mut eater = eater(name, 1, texts, move |bytes| {
            let bytes = if packed { zstd::encode_all(bytes, 1).unwrap() } else { bytes.to_vec() };
            std::fs::write(dir.path().join(file_name), bytes).unwrap();
            record(dir.path())
        });
        // Unpacking and opening cost more than the few lines.
        eater.grows = 8 << 10;
        eater
    };
    vec![
        make("run.json", "run.json", vec![file("run.json")], false),
        make("seconds.jsonl", "seconds.jsonl", vec![file("seconds.jsonl")], false),
        make("intervals.hlog", "intervals.hlog", vec![file("intervals.hlog")], false),
        make("operations.csv", "operations.csv.zst", vec![plain("operations.csv.zst")], true),
        make("exceedances.csv", "exceedances.csv.zst", vec![plain("exceedances.csv.zst")], true),
        make("operations.csv.zst", "operations.csv.zst", vec![file("operations.csv.zst")], false),
        ids(),
    ]
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        std::fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
    }
    dir
}

fn record(folder: &Path) -> usize {
    let record = match RunRecord::open(folder) {
        Ok(record) => record,
        Err(error) => return error.to_string().len(),
    };
    let mut count = record.rows.len() + record.totals.len();
    // A file that cannot be read to its end is an error, and no panic.
    let _ = record.for_each_operation(|_| count += 1);
    let _ = record.for_each_exceedance(|_| count += 1);
    let _ = record.for_each_interval_of(
        |_| true,
        |_, _, cells| count += usize::try_from(cells.count()).unwrap_or(0) % 7,
    );
    count
}

fn ids() -> Eater {
    let dir = tempfile::tempdir().unwrap();
    let right = "# IDs\nrun 20260101-1\ntag 01234567\ngroups 0 100\nusers 0 10\ngroup g1\ndismissed 0 2\n";
    eater("IDs of a run", 1, vec![right.as_bytes().to_vec()], move |bytes| {
        let path = dir.path().join("ids.txt");
        std::fs::write(&path, bytes).unwrap();
        read_ids(&path).map_or_else(
            |error| error.to_string().len(),
            |list| list.left().len() + list.user_ids().take(9).count(),
        )
    })
}
