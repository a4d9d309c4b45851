//! A module imports from lower layers only; every `use crate::` and `crate::` path is read.

use std::path::{Path, PathBuf};

/// Module, layer. Peers of one layer do not import each other, but for layers 0 to 2.
const LAYERS: &[(&str, u8)] = &[
    ("units", 0),
    ("ids", 0),
    ("clock", 0),
    ("exit", 0),
    ("text", 0),
    ("finding", 0),
    ("wire", 1),
    ("schedule", 1),
    ("delay", 1),
    ("stats", 1),
    ("slo", 1),
    ("tls", 1),
    ("profile", 2),
    ("record", 2),
    ("port", 2),
    ("lint", 2),
    ("logs", 2),
    ("engine", 3),
    ("openim", 3),
    ("webhook", 3),
    ("sim", 3),
    ("setup", 3),
    ("metrics", 3),
    ("analysis", 4),
    ("report", 5),
    ("probe", 5),
    ("check", 5),
    ("app", 6),
    ("cli", 7),
];

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == module).map(|(_, layer)| *layer)
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Modules named after `crate::` in a source text, groups included: `crate::{a::B, c}`.
fn imported(text: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            let mut first = true;
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        modules.push(std::mem::take(&mut word));
                        first = true;
                    }
                    ':' if depth == 0 => first = false,
                    c if depth == 0 && first && (c.is_alphanumeric() || c == '_') => word.push(c),
                    _ => {}
                }
            }
            modules.push(word);
        } else {
            modules.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    modules.retain(|m| !m.is_empty());
    modules
}

#[test]
fn modules_import_from_lower_layers_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 20, "sources found: {}", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let own = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        let Some(own_layer) = layer(own) else {
            assert!(matches!(own, "lib" | "main"), "`{own}` has no layer: add it to LAYERS and to lib.rs");
            continue;
        };
        for module in imported(&std::fs::read_to_string(&file).unwrap()) {
            let Some(other) = layer(&module) else { continue };
            let allowed = match own_layer {
                _ if module == own => true,
                7 => other == 6 || other <= 2,
                0..=2 => other <= own_layer,
                _ => other < own_layer,
            };
            if !allowed {
                wrong.push(format!(
                    "{}: `{own}` (layer {own_layer}) imports `{module}` ({other})",
                    relative.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the layers:\n{}", wrong.join("\n"));
}
