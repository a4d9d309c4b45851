//! The message catalogue: the same messages with the same arguments in both languages, and those the sources use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use openim_bench::text::{Lang, sources};

/// Id → (area, pattern with its variables as they stand in the file).
fn messages(lang: Lang) -> BTreeMap<String, (String, String)> {
    let mut all = BTreeMap::new();
    for (area, file) in sources(lang) {
        let mut id = None;
        for line in file.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let (name, rest) = line.split_once('=').unwrap_or_else(|| panic!("{area}: {line}"));
                let name = name.trim().to_owned();
                let before = all.insert(name.clone(), (area.to_owned(), rest.to_owned()));
                assert_eq!(before, None, "{name} stands twice in {}", lang.name());
                id = Some(name);
            } else if let (Some(id), true) = (&id, line.starts_with([' ', '\t', '}'])) {
                let (_, text) = all.get_mut(id).unwrap();
                text.push('\n');
                text.push_str(line);
            } else if !line.is_empty() {
                assert!(line.starts_with('#'), "{area}: a line that belongs to no message: {line}");
            }
        }
    }
    all
}

/// Names after `$`.
fn variables(pattern: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    pattern.split('$').skip(1).map(name).collect()
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A use of `say!`: where, which message, with which arguments.
struct Said {
    place: String,
    id: String,
    arguments: BTreeSet<String>,
}

fn said() -> Vec<Said> {
    let mut all = Vec::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all
}

fn visit(dir: &Path, all: &mut Vec<Said>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            let text = std::fs::read_to_string(&path).unwrap();
            // Not the macro itself, nor where documentation names it.
            let code: String =
                text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let uses = code.split("say!(").skip(1).filter(|rest| rest.trim_start().starts_with('"'));
            all.extend(uses.map(|rest| one(&path, rest)));
        }
    }
}

fn one(path: &Path, rest: &str) -> Said {
    let inside = balanced(rest);
    let mut parts = top_level(inside).into_iter();
    let id = parts.next().unwrap_or_default().trim().trim_matches('"').to_owned();
    let arguments = parts.filter_map(|part| {
        let (name, _) = part.split_once('=')?;
        Some(name.trim().to_owned())
    });
    Said { place: path.display().to_string(), id, arguments: arguments.collect() }
}

/// Up to the parenthesis that closes the one before `text`.
fn balanced(text: &str) -> &str {
    let mut depth = 1;
    for (at, c, quoted) in outside_strings(text) {
        match c {
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// Parts between the commas that are in no bracket and no string.
fn top_level(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, c, quoted) in outside_strings(text) {
        match c {
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Each character with its place and whether it stands in a string literal.
fn outside_strings(text: &str) -> Vec<(usize, char, bool)> {
    let mut quoted = false;
    let mut escaped = false;
    let mut all = Vec::new();
    for (at, c) in text.char_indices() {
        all.push((at, c, quoted || c == '"'));
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    all
}

#[test]
fn every_message_exists_in_both_languages_with_the_same_arguments() {
    let (en, zh) = (messages(Lang::En), messages(Lang::Zh));
    let missing: Vec<_> = en.keys().filter(|id| !zh.contains_key(*id)).collect();
    assert!(missing.is_empty(), "without a Chinese text: {missing:?}");
    let missing: Vec<_> = zh.keys().filter(|id| !en.contains_key(*id)).collect();
    assert!(missing.is_empty(), "without an English text: {missing:?}");
    for (id, (area, pattern)) in &en {
        let (other_area, other) = &zh[id];
        assert!(
            area == other_area && id.starts_with(&format!("{area}-")),
            "{id} stands in {area} and {other_area}"
        );
        assert_eq!(variables(pattern), variables(other), "{id}: its arguments differ");
        assert!(!pattern.chars().any(is_chinese), "{id}: Chinese in the English text");
    }
}

#[test]
fn chinese_texts_are_chinese() {
    let english = |pattern: &str| {
        // Placeables hold names of arguments; what is left are words.
        let mut depth = 0;
        let words: String = pattern
            .chars()
            .filter(|c| {
                depth += i32::from(*c == '{') - i32::from(*c == '}');
                depth == 0
            })
            .collect();
        words.split_whitespace().filter(|w| w.len() > 2 && w.chars().all(|c| c.is_ascii_lowercase())).count()
    };
    let zh = messages(Lang::Zh);
    let untranslated: Vec<_> = zh
        .iter()
        .filter(|(_, (_, pattern))| english(pattern) > 2 && !pattern.chars().any(is_chinese))
        .map(|(id, _)| id)
        .collect();
    assert!(untranslated.is_empty(), "English in the Chinese file: {untranslated:?}");
}

#[test]
fn the_sources_use_every_message_and_give_it_its_arguments() {
    let en = messages(Lang::En);
    let mut used = BTreeSet::new();
    for Said { place, id, arguments } in said() {
        let Some((_, pattern)) = en.get(&id) else { panic!("{place}: no message `{id}`") };
        assert_eq!(arguments, variables(pattern), "{place}: arguments of `{id}`");
        used.insert(id);
    }
    let unused: Vec<_> = en.keys().filter(|id| !used.contains(*id)).collect();
    assert!(unused.is_empty(), "messages that nothing says: {unused:?}");
}
