//! Everything that eats foreign bytes, on mutated inputs: nothing panics, and neither time nor memory grows faster than
//! the input.
//!
//! The inputs are made of recorded and shipped texts. `OPENIM_BENCH_INPUTS` says how many there are over all parsers,
//! `OPENIM_BENCH_SEED` which; what fails is printed with its parser and can be made again from both.

mod corpus;
mod eaters;
mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;

use eaters::{Eater, eaters};

/// A few seconds' worth.
const INPUTS: u64 = 2000;
/// Bytes of memory at once that a byte of input may cost, and what may be needed for nothing.
const PER_BYTE: u64 = 4096;
const FOR_NOTHING: u64 = 2 << 20;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: {text}")))
}

/// Most bytes in use at once while `eater` eats.
fn peak(eater: &Eater, input: &[u8]) -> u64 {
    allocation_counter::measure(|| {
        std::hint::black_box((eater.eat)(input));
    })
    .bytes_max
}

fn shortened(input: &[u8]) -> String {
    let text = input.escape_ascii().to_string();
    let cut: String = text.chars().take(4000).collect();
    if cut.len() < text.len() { format!("{cut}… ({} bytes)", input.len()) } else { cut }
}

/// Eats `count` mutated inputs; the most memory for a byte of input, in tenths.
fn feed(eater: &Eater, count: u64, seed: u64) -> u64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut most = 0;
    // What is made once and kept, such as the catalogue of messages, is nobody's input.
    eater.texts.iter().take(50).for_each(|text| {
        (eater.eat)(text);
    });
    for nth in 0..count {
        let input = mutate::input(&mut rng, &eater.texts);
        let eaten = catch_unwind(AssertUnwindSafe(|| peak(eater, &input)));
        let Ok(bytes) = eaten else {
            panic!("{} panics on input {nth} of seed {seed}: {}", eater.name, shortened(&input));
        };
        let allowed = PER_BYTE * input.len() as u64 + FOR_NOTHING;
        assert!(bytes <= allowed, "{} takes {bytes} bytes for {}", eater.name, shortened(&input));
        most = most.max(bytes * 10 / (input.len() as u64 + 100));
    }
    most
}

#[test]
fn no_mutated_input_makes_a_parser_panic_or_take_more_memory_than_its_size_allows() {
    let (inputs, seed) = (number("OPENIM_BENCH_INPUTS", INPUTS), number("OPENIM_BENCH_SEED", 1));
    let eaters = eaters();
    let shares: u64 = eaters.iter().map(|eater| eater.share).sum();
    let mut total = 0;
    for eater in &eaters {
        let count = (inputs * eater.share).div_ceil(shares);
        let start = Instant::now();
        let most = feed(eater, count, seed);
        let (tenths, seconds) = (most % 10, start.elapsed().as_secs_f64());
        println!("{}: {count} inputs, {seconds:.1} s, at most {}.{tenths} B a byte", eater.name, most / 10);
        total += count;
    }
    println!("{total} inputs in all, seed {seed}");
    assert!(total >= inputs);
}

fn took(eater: &Eater, input: &[u8]) -> Duration {
    let start = Instant::now();
    std::hint::black_box((eater.eat)(input));
    start.elapsed()
}

/// Eight times the input: eight times the time and memory would be linear, 64 times the square.
const TIMES: usize = 8;
const AT_MOST: u32 = 32;

#[test]
fn time_and_memory_grow_no_faster_than_the_input() {
    let mut faster = Vec::new();
    for eater in &eaters() {
        println!("{}", eater.name);
        for (shape, grown) in mutate::shapes(&eater.texts) {
            let (small, large) = (grown(eater.grows), grown(eater.grows * TIMES));
            let (few, many) = (peak(eater, &small), peak(eater, &large));
            if many > few * u64::from(AT_MOST) + FOR_NOTHING {
                faster.push(format!("{}, {shape}: {few} bytes, then {many}", eater.name));
            }
            let (short, long) = (took(eater, &small), took(eater, &large));
            let too_long =
                |short: Duration, long: Duration| long > short * AT_MOST + Duration::from_millis(20);
            // A busy machine is no fault: only what is slow three times is.
            let again = || too_long(took(eater, &small), took(eater, &large));
            if too_long(short, long) && again() && again() {
                faster.push(format!("{}, {shape}: {short:?}, then {long:?}", eater.name));
            }
        }
    }
    assert!(faster.is_empty(), "for {TIMES} times the input: {faster:#?}");
}

#[test]
fn the_same_seed_makes_the_same_inputs() {
    let texts = vec![b"a: 1\nb: [2, 3]\n".to_vec(), b"{\"c\": true}".to_vec()];
    let some = |seed: u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..50).map(|_| mutate::input(&mut rng, &texts)).collect::<Vec<_>>()
    };
    assert_eq!(some(7), some(7));
    assert_ne!(some(7), some(8));
}
