//! `list`, `show`, `open` and `plot` on the record of a short run against the simulator.

use std::path::Path;

use crate::support::{Done, bench, run, run_load};

fn record(out: &Path) -> Done {
    let done = run_load(|| {
        let mut command = bench();
        command.args(["run", "smoke", "--quiet", "--format", "json", "--set", "load.duration=3s"]);
        command.args(["--fail-on", "never", "--out"]).arg(out);
        command
    });
    assert!([0, 4, 5].contains(&done.code), "{}", done.stderr);
    done
}

fn on(out: &Path, args: &[&str]) -> Done {
    run(bench().args(args).arg("--out").arg(out))
}

#[test]
fn records_are_listed_shown_opened_and_drawn_by_the_beginning_of_their_name() {
    let dir = tempfile::tempdir().unwrap();
    let empty = on(dir.path(), &["list"]);
    assert_eq!((empty.code, empty.stdout.as_str()), (0, ""));
    assert!(empty.stderr.contains("openim-bench run"), "{}", empty.stderr);

    let folder = record(dir.path()).record();
    let id = folder.file_name().unwrap().to_str().unwrap().to_owned();

    let list = on(dir.path(), &["list"]);
    assert!(list.stdout.contains(&id) && list.stdout.contains("verdict"), "{}", list.stdout);
    let list = on(dir.path(), &["list", "--lang", "zh"]);
    assert!(list.stdout.contains(&id) && list.stdout.contains("结论"), "{}", list.stdout);
    let rows = on(dir.path(), &["list", "--format", "json"]).json();
    assert_eq!(rows[0]["run_id"], id.as_str());
    assert!(rows[0]["verdict"].is_string());

    std::fs::remove_file(folder.join("report.md")).unwrap();
    let shown = on(dir.path(), &["show", &id[..12], "--format", "markdown"]);
    assert!(shown.stdout.contains(&id), "{}", shown.stdout);
    assert!(!folder.join("report.md").exists(), "show writes nothing");

    let opened = run(bench().args(["open", "latest", "--out"]).arg(dir.path()).env("BROWSER", "true"));
    assert_eq!(opened.code, 0, "{}", opened.stderr);
    assert!(Path::new(opened.stdout.trim()).is_file(), "{}", opened.stdout);
    let none = run(bench()
        .args(["open", "latest", "--out"])
        .arg(dir.path())
        .env("BROWSER", "/no/such/browser")
        .env("PATH", ""));
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("BROWSER") && none.stdout.contains("report.html"), "{}", none.stderr);

    drawn(dir.path(), &folder);
}

fn drawn(records: &Path, folder: &Path) {
    let plot = |args: &[&str]| run(bench().args(["plot", "latest", "--results"]).arg(records).args(args));
    let wrong = plot(&["--chart", "pie"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("misfire"), "it names those that there are: {}", wrong.stderr);

    let all = plot(&[]);
    assert_eq!(all.code, 0, "{}", all.stderr);
    let paths: Vec<&Path> = all.stdout.lines().map(Path::new).collect();
    assert!(paths.len() >= 4, "{}", all.stdout);
    for path in paths {
        assert!(path.starts_with(folder.join("charts")));
        let text = std::fs::read_to_string(path).unwrap();
        roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    let out = folder.join("pictures");
    let one = plot(&["--chart", "misfire", "--format", "png", "--out", out.to_str().unwrap()]);
    assert_eq!(one.code, 0, "{}", one.stderr);
    let png = std::fs::read(one.stdout.trim()).unwrap();
    let picture = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
    assert!(picture.width() >= 1_000 && picture.height() >= 400);
    let inked = picture.pixels().iter().filter(|p| p.red() < 200 && p.alpha() > 0).count();
    assert!(inked > 2_000, "only {inked} pixels are drawn on");
}
