//! Inputs out of right ones: bytes flipped, parts cut, doubled, moved and exchanged, words of the formats put in.

use rand::{Rng, RngExt as _};

/// What the formats give a meaning to, and what is at the edge of a number.
const WORDS: &[&str] = &[
    "\0",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\u{feff}",
    "\u{2028}",
    "é",
    "群",
    "𝄞",
    "\u{1b}[31m",
    "\"",
    "'",
    "`",
    "\\",
    "\\u0000",
    "\\ud800",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "<<: *a\n",
    "&a ",
    "*a",
    "!!binary ",
    "!!str ",
    "--- ",
    "---\n",
    "...\n",
    "- ",
    ": ",
    ":",
    "=",
    ",",
    "# ",
    "|\n",
    ">-\n",
    "? ",
    "%YAML 1.1\n",
    "[[a]]\n",
    "[a.b]\n",
    "'''",
    "\"\"\"",
    "null",
    "~",
    "true",
    "NaN",
    ".inf",
    "1e999",
    "-0",
    "0x",
    "0o17",
    "1_000",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "2147483648",
    "4294967296",
    "1979-05-27T07:32:00Z",
    "5s",
    "-1",
    "16",
    "2.5",
    "url: http://h/a/\n",
    "beforeCreateGrup",
    "enable: true",
    "timeout: 0\n",
    "callbackBeforeCreateGroupCommand",
    "errCode",
    "90004",
    "post url=",
    "context deadline exceeded",
    "\"operationID\":\"",
    "export ",
    "IMENV_WEBHOOKS_URL=",
    "Tag=",
    "$",
    "?",
    "/",
    "//",
];

/// A mutated input: a right text with one to six changes.
pub(super) fn input(rng: &mut impl Rng, texts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = pick(rng, texts).clone();
    for _ in 0..rng.random_range(1..=6) {
        change(rng, &mut bytes, texts);
    }
    // So that no text outgrows the others by being doubled again and again.
    bytes.truncate(64 << 10);
    bytes
}

fn pick<'a, T>(rng: &mut impl Rng, all: &'a [T]) -> &'a T {
    &all[rng.random_range(0..all.len())]
}

/// A part of `length` bytes: mostly a short one.
fn part(rng: &mut impl Rng, length: usize) -> std::ops::Range<usize> {
    let start = rng.random_range(0..=length);
    let most = if rng.random_range(0..4) == 0 { length } else { 24 };
    let end = (start + rng.random_range(0..=most)).min(length);
    start..end
}

fn change(rng: &mut impl Rng, bytes: &mut Vec<u8>, texts: &[Vec<u8>]) {
    let at = part(rng, bytes.len());
    match rng.random_range(0..9) {
        0 => bytes.iter_mut().skip(at.start).take(1).for_each(|byte| *byte ^= 1 << rng.random_range(0..8)),
        1 => drop(bytes.drain(at)),
        2 => {
            let again = bytes[at.clone()].repeat(rng.random_range(1..=8));
            bytes.splice(at.start..at.start, again);
        }
        3 | 4 => drop(bytes.splice(at.start..at.start, pick(rng, WORDS).bytes())),
        5 => drop(bytes.splice(at, pick(rng, WORDS).bytes())),
        6 => {
            let other = pick(rng, texts);
            let theirs = part(rng, other.len());
            bytes.splice(at, other[theirs].iter().copied());
        }
        7 => {
            let word = pick(rng, WORDS).repeat(rng.random_range(1..=200));
            bytes.splice(at.start..at.start, word.bytes());
        }
        _ => bytes.truncate(at.start),
    }
}

/// How an input grows: to about that many bytes.
pub(super) type Grown = Box<dyn Fn(usize) -> Vec<u8>>;

/// Ways to grow: a right text again and again, and what is deep, long, many or never closed.
pub(super) fn shapes(texts: &[Vec<u8>]) -> Vec<(String, Grown)> {
    let mut all: Vec<(String, Grown)> = Vec::new();
    let longest = texts.iter().max_by_key(|text| text.len()).cloned().unwrap_or_default();
    all.push(("a right text again and again".to_owned(), repeated(longest.clone())));
    let (head, tail) = (longest.clone(), longest);
    all.push((
        "a text with a long tail".to_owned(),
        Box::new(move |size| head.iter().copied().chain(vec![b'a'; size]).collect()),
    ));
    all.push((
        "a text in the middle of blanks".to_owned(),
        Box::new(move |size| {
            let blanks = || vec![b' '; size / 2];
            blanks().into_iter().chain(tail.iter().copied()).chain(blanks()).collect()
        }),
    ));
    for word in [
        "[",
        "{",
        "{\"a\":",
        "- ",
        "? ",
        "\"",
        "\\",
        "'",
        "# ",
        " ",
        "\n",
        "\\u0041",
        "<",
        ": ",
        "a,",
        "a=1\n",
        "[a]\n",
        "a: b\n",
        "$",
        "/",
        "&a [*a",
        "\u{1b}[31m",
        "post url=http://a/b, ",
        "-> ",
        "群",
    ] {
        all.push((format!("{word:?} again and again"), repeated(word.as_bytes().to_vec())));
    }
    all.push(("many keys".to_owned(), numbered(|n| format!("key{n}: {{enable: true, timeout: 5s}}\n"))));
    all.push((
        "many variables".to_owned(),
        numbered(|n| format!("export IMENV_WEBHOOKS_A{n}_TIMEOUT=\"{n}\"\n")),
    ));
    all.push(("many TOML keys".to_owned(), numbered(|n| format!("a{n}.b = {n}\n"))));
    all.push(("many aliases".to_owned(), numbered(|n| format!("k{n}: &a{n} [*a{n}]\n"))));
    all
}

fn repeated(text: Vec<u8>) -> Grown {
    Box::new(move |size| text.repeat((size / text.len().max(1)).max(1)))
}

fn numbered(line: fn(usize) -> String) -> Grown {
    Box::new(move |size| {
        let mut text = String::new();
        for n in 0.. {
            if text.len() >= size {
                break;
            }
            text.push_str(&line(n));
        }
        text.into_bytes()
    })
}
