//! `compare` from end to end: records written as a run writes them, the binary, its exit codes and outputs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use openim_bench::ids::RunTag;
use openim_bench::profile::load::{LoadRequest, ProfileSource, load};
use openim_bench::profile::{ResolveContext, resolve};
use openim_bench::record::model::tag::{self, CallbackSeries};
use openim_bench::record::model::{CallbackCounts, End, Ended, Environment, FORMAT, Header, Seen, Series};
use openim_bench::record::write::{Flush, Recorder as _};
use openim_bench::record::{Exceedance, RecordWriter, SecondRow};
use openim_bench::report::comparison;
use openim_bench::units::Stamp;
use openim_bench::wire::{Build, FailureKind, WebhookKey};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, LogNormal};
use serde_json::Value;

use crate::support::{Done, bench, run};

const RATE: u64 = 50;
const SECONDS: u64 = 60;
const WARMUP_S: u64 = 2;
const KEY: WebhookKey = WebhookKey::BeforeCreateGroup;

/// A run to be made.
#[derive(Clone)]
struct Made {
    id: &'static str,
    seed: u64,
    /// Response times are so many times as long.
    factor: f64,
    /// Callbacks of 2.4 s in all.
    slow: u64,
    /// Calls that fail in every second.
    failing: u64,
    /// Arrivals that were not started: makes the run invalid.
    shed: u64,
    sets: Vec<&'static str>,
}

/// Two digits make a record quick to write in a debug build.
fn small() -> Series {
    Series::new_with_bounds(1, 10_000_000, 2).unwrap()
}

fn made(id: &'static str, seed: u64) -> Made {
    Made { id, seed, factor: 1.0, slow: 0, failing: 0, shed: 0, sets: Vec::new() }
}

impl Made {
    fn header(&self) -> Header {
        let text = "title = \"Staging\"\n[webhook]\nexpect = [\"beforeCreateGroup\"]\ntimeout = { beforeCreateGroup = 15 }\n\
                    [load]\nrate = 50.0\nwarmup = \"2s\"\nduration = \"60s\"\n[recommend]\nproduction_rate = 5.0\n";
        let source = ProfileSource::Text { name: "staging".to_owned(), text: text.to_owned() };
        let mut sets = vec![format!("load.seed={}", self.seed)];
        sets.extend(self.sets.iter().map(|s| (*s).to_owned()));
        let loaded = load(LoadRequest { source, sets, ..LoadRequest::default() }).unwrap();
        let tag = RunTag::from_number(self.seed + 1);
        let plan = resolve(&loaded, ResolveContext::new(self.id, tag)).unwrap();
        Header {
            format: FORMAT,
            environment: Environment {
                started: format!("2026-01-02T03:04:{:02}Z", self.seed % 60),
                host: "ci-1".to_owned(),
                cores: 4,
                kernel: "Linux 6.8.0".to_owned(),
                optimised: true,
                ..Environment::default()
            },
            seen: Seen {
                version: Some(Build::Patch16.into()),
                expect: vec![KEY],
                same_host: true,
                ..Seen::default()
            },
            plan,
            portrait: None,
            openim_log: None,
            observed: None,
            end: None,
        }
    }

    fn flush(&self, second: u64, rng: &mut ChaCha8Rng) -> Flush {
        let law = LogNormal::new((30_000.0 * self.factor).ln(), 0.2).unwrap();
        let from = Stamp(second * 1_000_000);
        let measured = second >= WARMUP_S;
        // Seconds 20, 21, …: one slow callback each, so that they do not come in one spell.
        let slow = measured && (20..20 + self.slow).contains(&second);
        let counts =
            CallbackCounts { arrived: RATE, replied: RATE, fresh: RATE, ..CallbackCounts::default() };
        let failing = if measured { self.failing } else { 0 };
        let mut row = SecondRow {
            second,
            phase: u16::from(measured),
            scheduled: RATE,
            released: RATE,
            succeeded: RATE - failing,
            callbacks: BTreeMap::from([(KEY, counts)]),
            own_cpu_s: second as f64 * 0.1,
            idle_share: Some(0.8),
            ..SecondRow::default()
        };
        if failing > 0 {
            row.failed.insert(FailureKind::Api(1202), failing);
        }
        if second == 30 {
            row.shed = self.shed;
            row.scheduled += self.shed;
        }
        let mut response = small();
        (0..RATE).for_each(|_| response.saturating_record(law.sample(rng) as u64));
        let mut callback = small();
        callback.record_n(5_000, RATE - u64::from(slow)).unwrap();
        if slow {
            callback.saturating_record(2_400_000);
        }
        let mut series =
            vec![(tag::RESPONSE.to_owned(), response.clone()), (tag::SERVICE.to_owned(), response)];
        for what in [CallbackSeries::Handler, CallbackSeries::RoundTripNear, CallbackSeries::RoundTripHigh] {
            series.push((tag::callback(KEY, what), callback.clone()));
        }
        let exceedance = Exceedance {
            at: from.plus_us(500_000),
            key: KEY,
            seq: second,
            low_us: 2_400_000,
            near_us: 2_400_100,
            high_us: 2_401_000,
            cut: false,
            crowded: false,
            group_size: 3,
        };
        let prefix = if measured { "" } else { tag::WARMUP };
        Flush {
            from,
            to: from.plus_us(1_000_000),
            rows: vec![row],
            series: series.into_iter().map(|(tag, s)| (format!("{prefix}{tag}"), s)).collect(),
            operations: Vec::new(),
            exceedances: if slow { vec![exceedance] } else { Vec::new() },
        }
    }

    /// Writes the record; gives its folder.
    fn write(&self, out: &Path) -> PathBuf {
        let mut writer = RecordWriter::create(out, self.header()).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        for second in 0..WARMUP_S + SECONDS {
            writer.flush(self.flush(second, &mut rng)).unwrap();
        }
        let at = Stamp((WARMUP_S + SECONDS) * 1_000_000);
        writer.finish(End::bare(Ended::Complete, at)).unwrap();
        writer.dir().to_owned()
    }
}

fn compare(out: &Path, args: &[&str]) -> Done {
    run(bench().arg("compare").args(args).arg("--out").arg(out))
}

fn quantity<'a>(comparison: &'a Value, name: &str) -> &'a Value {
    comparison["candidates"][0]["quantities"]
        .as_array()
        .and_then(|all| all.iter().find(|q| q["name"] == name))
        .unwrap_or_else(|| panic!("no {name} in {comparison:#}"))
}

/// A base, one like it, one half as slow again with slow callbacks and failures, and one that shed: written once,
/// copied for each test.
pub(crate) fn results() -> tempfile::TempDir {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compare");
        let _ = std::fs::remove_dir_all(&dir);
        made("base", 1).write(&dir);
        made("same", 2).write(&dir);
        Made { factor: 1.5, slow: 12, failing: 2, ..made("slower", 3) }.write(&dir);
        Made { shed: 5, ..made("sick", 4) }.write(&dir);
        dir
    });
    let dir = tempfile::tempdir().unwrap();
    for record in std::fs::read_dir(made).unwrap().flatten() {
        let to = dir.path().join(record.file_name());
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(record.path()).unwrap().flatten() {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    dir
}

#[test]
fn two_runs_of_one_plan_pass_and_a_slower_one_fails_with_what_is_worse() {
    let dir = results();
    let same = compare(dir.path(), &["base", "same", "--format", "json"]);
    assert_eq!(same.code, 0, "{}", same.stderr);
    let found = same.json();
    assert_ne!(found["verdict"], "worse", "{found:#}");
    assert_eq!(quantity(&found, "p50")["verdict"], "no_worse");
    assert_eq!(quantity(&found, "timeout.beforeCreateGroup")["verdict"], "no_worse");
    let p999 = quantity(&found, "p999");
    assert_eq!((&p999["verdict"], p999["needed"].as_u64()), (&Value::from("cannot_tell"), Some(9_151)));
    let strict = compare(dir.path(), &["base", "same", "--fail-on", "cannot-tell"]);
    assert_eq!(strict.code, 4, "p99.9 cannot be told: {}", strict.stdout);
    let narrowed = compare(dir.path(), &["base", "same", "--fail-on", "cannot-tell", "--gate", "p50,p90"]);
    assert_eq!(narrowed.code, 0, "{}", narrowed.stdout);

    let slower = compare(dir.path(), &["base", "slower", "--format", "json"]);
    assert_eq!(slower.code, 4, "{}", slower.stderr);
    let found = slower.json();
    for name in ["p50", "p90", "failed_share", "timeout.beforeCreateGroup"] {
        assert_eq!(quantity(&found, name)["verdict"], "worse", "{found:#}");
    }
    let drift = quantity(&found, "timeout.beforeCreateGroup");
    let why = drift["why"].as_str().unwrap();
    assert!(why.contains("T would go from 1 to 3 s because 12 of 3000 callbacks"), "{why}");
    let never = compare(dir.path(), &["base", "slower", "--fail-on", "never"]);
    assert_eq!(never.code, 0);
    let back = compare(dir.path(), &["slower", "base"]);
    assert_eq!(back.code, 0, "{}", back.stdout);
    assert!(back.stdout.contains("(better)"), "{}", back.stdout);
}

#[test]
fn what_must_not_be_compared_is_refused_with_the_reason() {
    let dir = results();
    Made { sets: vec!["load.rate=60", "handler.beforeCreateGroup.delay=\"5ms\""], ..made("other", 5) }
        .write(dir.path());
    let sets = vec![
        "title=\"B\"",
        "limits.groups=9000",
        "cleanup.rate=9",
        "objective.p50=\"1s\"",
        "webhook.listen=\"127.0.0.1:7\"",
    ];
    Made { sets, ..made("renamed", 6) }.write(dir.path());

    let other = compare(dir.path(), &["base", "other"]);
    assert_eq!(other.code, 2);
    for word in ["load.rate (50.0 and 60.0)", "handler.beforeCreateGroup.delay", "--allow-diff"] {
        assert!(other.stderr.contains(word), "lacks {word}: {}", other.stderr);
    }
    let half = compare(dir.path(), &["base", "other", "--allow-diff", "load.rate"]);
    assert!(half.code == 2 && !half.stderr.contains("load.rate ("), "{}", half.stderr);
    let allowed =
        compare(dir.path(), &["base", "other", "--allow-diff", "load.rate", "--allow-diff", "handler"]);
    assert_eq!(allowed.code, 0, "{}", allowed.stderr);
    assert!(allowed.stdout.contains("the plans differ in load.rate"), "{}", allowed.stdout);
    assert_eq!(compare(dir.path(), &["base", "renamed"]).code, 0, "names and limits do not matter");

    for args in [["base", "sick"], ["sick", "base"]] {
        let sick = compare(dir.path(), &args);
        assert_eq!(sick.code, 5, "{}", sick.stderr);
        assert!(sick.stderr.contains("sick is invalid"), "{}", sick.stderr);
    }
    for (args, advice) in [
        (&["base", "no-such"][..], "no-such"),
        (&["base"][..], "candidate"),
        (&["base,base", "same"][..], "twice"),
        (&[",", "same"][..], "names no run"),
        (&["base", "same", "--gate", "p95"][..], "failed_share"),
        (&["base", "same", "--margin", "lots"][..], "5%"),
        (&["base", "same", "--target", "sim"][..], "--interleave"),
        (&["base", "same", "--junit", "/no/such/folder/x.xml"][..], "--junit"),
    ] {
        let done = compare(dir.path(), args);
        assert_eq!(done.code, 2, "{args:?}: {}", done.stderr);
        assert!(done.stderr.contains(advice), "{args:?} lacks {advice}: {}", done.stderr);
    }
}

#[test]
fn a_missing_base_lets_the_first_pipeline_pass_only_where_that_is_said() {
    let dir = results();
    let missing = compare(dir.path(), &["baseline", "same"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("--base-missing ok"), "{}", missing.stderr);
    let junit = dir.path().join("compare.xml");
    let junit = junit.to_str().unwrap();
    let first = compare(
        dir.path(),
        &["baseline", "same", "--base-missing", "ok", "--format", "json", "--junit", junit],
    );
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.json()["base"].is_null() && first.json()["verdict"].is_null());
    assert!(std::fs::read_to_string(junit).unwrap().contains("<skipped"));
    assert_eq!(compare(dir.path(), &["baseline", "sick", "--base-missing", "ok"]).code, 5);
    assert_eq!(compare(dir.path(), &["baseline", "nor-this", "--base-missing", "ok"]).code, 2);
    // A base that is there but broken is no missing base.
    std::fs::create_dir(dir.path().join("broken")).unwrap();
    std::fs::write(dir.path().join("broken/run.json"), "{").unwrap();
    assert_eq!(compare(dir.path(), &["broken", "same", "--base-missing", "ok"]).code, 2);
}

/// Keeps only what a comparison needs.
fn cut_down(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if !["run.json", "intervals.hlog"].contains(&entry.file_name().to_str().unwrap()) {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
}

#[test]
fn a_base_of_only_run_json_and_intervals_gives_the_same_verdicts() {
    let dir = results();
    for args in [["base", "slower"], ["slower", "base"]] {
        let whole = compare(dir.path(), &[&args[..], &["--format", "json"]].concat());
        let (base, out) = (dir.path().join(args[0]), tempfile::tempdir().unwrap());
        // `report` judges, and so keeps its judgement in run.json, as `run` does at its end.
        run(bench().arg("report").arg(&base).args(["--fail-on", "never"]));
        let kept = out.path().join("baseline");
        std::fs::create_dir(&kept).unwrap();
        for file in ["run.json", "intervals.hlog"] {
            std::fs::copy(base.join(file), kept.join(file)).unwrap();
        }
        let kept = kept.to_str().unwrap();
        let small = compare(dir.path(), &[kept, args[1], "--format", "json"]);
        assert_eq!(small.code, whole.code, "{}", small.stderr);
        let (small, whole) = (small.json(), whole.json());
        assert_eq!(small["candidates"][0]["quantities"], whole["candidates"][0]["quantities"]);
        assert_eq!(small["base"]["runs"][0]["known"], "kept");
    }
}

#[test]
fn a_cut_down_record_that_was_never_judged_is_refused_unless_unchecked() {
    let dir = results();
    cut_down(&dir.path().join("base"));
    let refused = compare(dir.path(), &["base", "same"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--unchecked"), "{}", refused.stderr);
    let unchecked = compare(dir.path(), &["base", "same", "--unchecked", "--format", "json"]);
    assert_eq!(unchecked.code, 0, "{}", unchecked.stderr);
    let names: Vec<&str> = unchecked.json()["candidates"][0]["quantities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| q["name"].as_str().unwrap().to_owned().leak() as &str)
        .collect();
    assert_eq!(names, ["p50", "p90", "p99", "p999"], "failures and timeouts are not known");
    // Judging what was cut down would keep nonsense: `report` leaves its run.json as it is.
    let header = std::fs::read(dir.path().join("base/run.json")).unwrap();
    run(bench().arg("report").arg(dir.path().join("base")));
    assert_eq!(std::fs::read(dir.path().join("base/run.json")).unwrap(), header);
}

#[test]
fn several_runs_a_side_are_one_comparison_and_several_candidates_are_several() {
    let dir = tempfile::tempdir().unwrap();
    for (id, seed) in [("a1", 11), ("a2", 12), ("a3", 13), ("b1", 14), ("b2", 15), ("b3", 16)] {
        let factor = if id.starts_with('b') { 1.5 } else { 1.0 };
        Made { factor, ..made(id, seed) }.write(dir.path());
    }
    let sides = compare(dir.path(), &["a1,a2,a3", "b1,b2,b3", "--format", "json", "--margin", "10%"]);
    assert_eq!(sides.code, 4, "{}", sides.stderr);
    let found = sides.json();
    assert_eq!(quantity(&found, "p50")["n"], serde_json::json!([9_000, 9_000]));
    assert_eq!(quantity(&found, "p50")["verdict"], "worse");
    assert_eq!(found["base"]["runs"].as_array().unwrap().len(), 3);
    let several = compare(dir.path(), &["a1", "a2", "b1", "--format", "markdown"]);
    assert_eq!(several.code, 4);
    assert!(several.stdout.contains("## a2") && several.stdout.contains("## b1"), "{}", several.stdout);
}

#[test]
fn junit_has_a_case_for_each_quantity_and_each_objective() {
    let dir = results();
    let xml = dir.path().join("out.xml");
    let path = xml.to_str().unwrap();
    let slower = compare(dir.path(), &["base", "slower", "--junit", path]);
    assert_eq!(slower.code, 4);
    let text = std::fs::read_to_string(&xml).unwrap();
    for word in
        ["name=\"response p50\"", "<failure", "<skipped", "name=\"T beforeCreateGroup\"", "failures=\"5\""]
    {
        assert!(text.contains(word), "lacks {word}: {text}");
    }
    Made {
        sets: vec!["objective.p50=\"1ms\"", "objective.p90=\"39ms\"", "objective.p999=\"1s\""],
        ..made("held", 7)
    }
    .write(dir.path());
    let report = run(bench().args(["report", "held", "--junit", path, "--out"]).arg(dir.path()));
    assert_eq!(report.code, 4, "{}", report.stderr);
    let text = std::fs::read_to_string(&xml).unwrap();
    for word in
        ["tests=\"4\"", "failures=\"1\"", "errors=\"1\"", "at most 1.00 ms was asked for", "inconclusive"]
    {
        assert!(text.contains(word), "lacks {word}: {text}");
    }
}

#[test]
fn interleaved_runs_alternate_and_are_compared_with_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let fast = [
        "--set",
        "load.duration=\"2s\"",
        "--set",
        "load.warmup=\"500ms\"",
        "--set",
        "load.rate=20",
        "--quiet",
    ];
    let done = compare(
        dir.path(),
        &[&["smoke", "smoke", "--interleave", "2", "--format", "json"][..], &fast].concat(),
    );
    // On a busy machine a run may be invalid: then nothing is compared, and that is said.
    if done.code == 5 {
        assert!(done.stderr.contains("nothing is compared"), "{}", done.stderr);
        return;
    }
    assert_eq!(done.code, 0, "{}", done.stderr);
    let found = done.json();
    let began = |side: &Value| -> Vec<String> {
        side["runs"].as_array().unwrap().iter().map(|r| r["run_id"].as_str().unwrap().to_owned()).collect()
    };
    let (a, b) = (began(&found["base"]), began(&found["candidates"][0]["side"]));
    let mut order = vec![a[0].clone(), b[0].clone(), a[1].clone(), b[1].clone()];
    // Run ids begin with the second of their start.
    let seconds: Vec<String> = order.iter().map(|id| id[..16].to_owned()).collect();
    assert!(seconds.is_sorted(), "{seconds:?}");
    order.dedup();
    assert_eq!(order.len(), 4);

    let differing = dir.path().join("b.toml");
    std::fs::write(&differing, "[load]\nrate = 7.0\n").unwrap();
    let refused = compare(dir.path(), &["smoke", differing.to_str().unwrap(), "--interleave", "2"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("load.rate (40.0 and 7.0)"), "{}", refused.stderr);
    let lonely = compare(dir.path(), &["smoke", "--interleave", "2"]);
    assert!(lonely.code == 2 && lonely.stderr.contains("--target URL --target URL"), "{}", lonely.stderr);
}

const UPDATE: &str = "OPENIM_BENCH_UPDATE_SCHEMA";

#[test]
fn the_committed_schema_of_comparisons_is_the_one_that_the_program_prints_and_they_are_valid_by_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/comparison.schema.json");
    let printed = run(bench().args(["compare", "--schema"]));
    assert_eq!((printed.code, printed.stdout.as_str()), (0, comparison::schema().unwrap().as_str()));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&file, &printed.stdout).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap_or_default() == printed.stdout,
        "results/comparison.schema.json is out of date; run `{UPDATE}=1 cargo test --test it schema` and commit it"
    );
    let schema: Value = serde_json::from_str(&printed.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let dir = results();
    let found = compare(dir.path(), &["base", "slower", "--format", "json"]).json();
    let errors: Vec<String> =
        validator.iter_errors(&found).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_comparison_is_read_by_people() {
    let dir = results();
    let done = compare(dir.path(), &["base", "slower"]);
    assert!(done.stdout.lines().all(|line| line.chars().count() <= 100), "{}", done.stdout);
    for words in [
        "worse than base in: response p50, response p90",
        "Candidate against base",
        "response p99.9: cannot tell",
        "at least 9,151 calls a side are needed",
        "T would go from 1 to 3 s because",
    ] {
        let plain = done.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(words), "lacks `{words}`: {}", done.stdout);
    }
}
