//! The READMEs against the program: commands parse, keys exist, files are there, both languages say the same.

use std::path::Path;

use openim_bench::profile::load::{LoadRequest, ProfileSource, load};

const ENGLISH: &str = "README.md";
const CHINESE: &str = "README.zh-CN.md";

fn text(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// A code block: its language and its lines.
type Fence = (String, Vec<String>);

fn fences(text: &str) -> Vec<Fence> {
    let mut all = Vec::new();
    let mut open: Option<Fence> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(language), None) => open = Some((language.to_owned(), Vec::new())),
            (Some(_), Some(fence)) => all.push(fence),
            (None, Some((language, mut lines))) => {
                lines.push(line.to_owned());
                open = Some((language, lines));
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a code block is not closed");
    all
}

fn outside_fences(text: &str) -> String {
    let mut inside = false;
    let keep = |line: &&str| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    };
    text.lines().filter(keep).collect::<Vec<_>>().join("\n")
}

/// What stands between backticks in running text.
fn inline(text: &str) -> Vec<String> {
    outside_fences(text)
        .replace('\n', " ")
        .split('`')
        .enumerate()
        .filter(|(i, _)| i % 2 == 1)
        .map(|(_, code)| code.to_owned())
        .collect()
}

fn headings(text: &str) -> Vec<usize> {
    outside_fences(text)
        .lines()
        .filter(|l| l.starts_with('#'))
        .map(|l| l.bytes().take_while(|b| *b == b'#').count())
        .collect()
}

/// A line of shell without its comment and blanks at the end.
fn bare(line: &str) -> String {
    line.split(" #").next().unwrap_or_default().trim().to_owned()
}

/// The arguments of `openim-bench` in a line, where it calls it.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = bare(line);
    let rest = line
        .strip_prefix("openim-bench ")
        .or_else(|| line.split_once("cargo run --release -- ").map(|x| x.1))?;
    let rest = rest.split(" > ").next().unwrap_or_default();
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn commands(text: &str) -> Vec<String> {
    let fenced =
        fences(text).into_iter().filter(|(language, _)| language == "sh").flat_map(|(_, lines)| lines);
    fenced.chain(inline(text)).filter(|line| arguments(line).is_some()).map(|line| bare(&line)).collect()
}

#[test]
fn every_command_in_the_readmes_is_one_that_the_program_accepts() {
    for name in [ENGLISH, CHINESE] {
        let commands = commands(&text(name));
        assert!(commands.len() >= 12, "{name}: {commands:?}");
        for command in commands {
            let arguments = arguments(&command).unwrap();
            let parsed = openim_bench::cli::command()
                .try_get_matches_from(std::iter::once("openim-bench".to_owned()).chain(arguments));
            assert!(parsed.is_ok(), "{name}: `{command}`: {}", parsed.err().unwrap());
        }
    }
}

#[test]
fn profiles_that_the_readmes_name_by_their_path_exist() {
    for name in [ENGLISH, CHINESE] {
        let text = text(name);
        for path in text
            .split(|c: char| c.is_whitespace() || "`)(".contains(c))
            .filter(|w| w.starts_with("profiles/"))
        {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(path).is_file(), "{name}: {path}");
        }
    }
}

/// A name between backticks that is a key of the profile by its look.
fn is_key(code: &str) -> bool {
    const PARTS: [&str; 8] =
        ["target.", "webhook.", "handler.", "load.", "limits.", "objective.", "recommend.", "cleanup."];
    PARTS.iter().any(|part| code.starts_with(part)) && !code.contains(' ') && !code.contains('<')
}

#[test]
fn every_profile_key_in_the_readmes_exists() {
    for name in [ENGLISH, CHINESE] {
        let inline = inline(&text(name));
        let keys: Vec<String> = inline
            .iter()
            .map(|code| code.trim_start_matches("--set "))
            .map(|code| code.split(['=', ' ']).next().unwrap_or_default().to_owned())
            .chain(inline.iter().filter_map(|code| {
                let rest = code.strip_prefix("OPENIM_BENCH__")?;
                Some(rest.split('=').next().unwrap_or_default().replace("__", ".").to_lowercase())
            }))
            .filter(|key| is_key(key))
            .collect();
        assert!(keys.len() >= 10, "{name}: {keys:?}");
        for key in keys {
            let source = ProfileSource::Text { name: "t".to_owned(), text: String::new() };
            let request = LoadRequest { source, sets: vec![format!("{key}=0")], ..LoadRequest::default() };
            let said = load(request).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(!said.contains("not a known key"), "{name}: {said}");
        }
    }
}

#[test]
fn every_file_that_a_page_links_to_exists() {
    for name in [ENGLISH, CHINESE, "CONTRIBUTING.md", "results/README.md"] {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let text = text(name);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if let Some(anchor) = link.strip_prefix('#') {
                let found = text.lines().any(|l| {
                    l.starts_with('#')
                        && l.trim_start_matches('#').trim().to_lowercase().replace(' ', "-") == anchor
                });
                assert!(found, "{name}: no heading for #{anchor}");
            } else if !link.contains("://") {
                assert!(page.parent().unwrap().join(link).exists(), "{name}: {link}");
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_sections_code_and_commands() {
    let (english, chinese) = (text(ENGLISH), text(CHINESE));
    assert_eq!(headings(&english), headings(&chinese));
    let code = |text: &str| -> Vec<(String, Vec<String>)> {
        fences(text)
            .into_iter()
            .map(|(l, lines)| (l, lines.iter().map(|line| bare(line)).collect()))
            .collect()
    };
    assert_eq!(code(&english), code(&chinese));
    let sorted = |text: &str| {
        let mut all = commands(text);
        all.sort();
        all
    };
    assert_eq!(sorted(&english), sorted(&chinese));
    let tables = |text: &str| text.lines().filter(|l| l.starts_with('|')).count();
    assert_eq!(tables(&english), tables(&chinese));
    let keys = |text: &str| {
        let mut all: Vec<String> = inline(text).into_iter().filter(|code| is_key(code)).collect();
        all.sort();
        all
    };
    assert_eq!(keys(&english), keys(&chinese));
}

/// Words of a line, so that the widths of columns do not count.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_sample_report_has_the_headings_and_columns_of_a_report() {
    let report = text("tests/it/snapshots/terminal.snap");
    let known: Vec<String> = report.lines().map(words).collect();
    let fences = fences(&text(ENGLISH));
    let sample = &fences.iter().find(|(language, _)| language == "text").unwrap().1;
    let fixed = |line: &&String| {
        !line.is_empty() && !line.starts_with(' ') && !line.contains(['.', ',', ':'])
            || line.contains("p99.9  ")
    };
    let heads: Vec<&String> =
        sample.iter().filter(fixed).filter(|l| !l.contains(['µ', '≥']) && !l.contains(" ms")).collect();
    assert!(heads.len() >= 5, "{heads:?}");
    for head in heads {
        assert!(known.contains(&words(head)), "no report has the line `{head}`");
    }
}
