//! The simulator's log files against the lines of real servers.

mod flow;
pub mod lines;
mod rules;

use std::collections::BTreeMap;

use openim_bench::sim::log::Formatter;

use self::lines::{CUT, all, left_out, parse, version};

/// Every recorded line that is of a kind the simulator writes, and every other one too, is what
/// the formatter makes of its fields.
#[test]
fn recorded_lines_taken_apart_are_put_together_byte_for_byte() {
    let (mut equal, mut ours, mut total) = (0, 0, 0);
    let mut others: BTreeMap<&str, u32> = BTreeMap::new();
    for (folder, scenarios) in all() {
        for (scenario, lines) in scenarios {
            for line in lines.into_iter().filter(|line| line != CUT) {
                let parsed = parse(&line);
                let formatter = Formatter::new(&version(&folder), parsed.layout);
                let written = formatter.format(&parsed.record);
                assert_eq!(written, format!("{line}\n"), "{folder}/{scenario}");
                equal += 1;
                total += 1;
                match left_out(&parsed) {
                    None => ours += 1,
                    Some(why) => *others.entry(why).or_default() += 1,
                }
            }
        }
    }
    println!("{equal} of {total} recorded lines re-formatted; {ours} are of kinds that the simulator writes");
    for (why, count) in others {
        println!("  not written: {count:>5}  {why}");
    }
    assert!(ours >= 500, "too few lines to mean anything: {ours}");
}
