//! Reads an HdrHistogram interval log into one histogram, for the `hlog` delay.
//!
//! Takes logs of any HdrHistogram implementation (format V1 or V2, plain or
//! compressed); values are taken as microseconds, as this tool writes them.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

use crate::say;
use crate::text::Text;

/// All intervals of the log `file` added up; only those with `tag` when given.
///
/// # Errors
/// In words: the file cannot be read, a line is no interval, or no interval has the tag.
pub fn load(file: &Path, tag: Option<&str>) -> Result<Histogram<u64>, Text> {
    let bytes = std::fs::read(file).map_err(|e| say!("errors-hlog-unreadable", why = e.to_string()))?;
    add_up(&bytes, tag)
}

fn add_up(log: &[u8], tag: Option<&str>) -> Result<Histogram<u64>, Text> {
    let mut sum = Histogram::<u64>::new(3).map_err(|e| Text::plain(e.to_string()))?;
    let mut tags_seen: Vec<Text> = Vec::new();
    let mut intervals = 0u64;
    for (index, entry) in IntervalLogIterator::new(log).enumerate() {
        let number = index + 1;
        let unreadable = |e| say!("errors-hlog-entry-unreadable", n = number, why = format!("{e:?}"));
        let LogEntry::Interval(interval) = entry.map_err(unreadable)? else { continue };
        let seen = interval.tag().map(|t| t.as_str());
        if tag.is_some() && seen != tag {
            remember(&mut tags_seen, seen);
            continue;
        }
        let histogram = decode(interval.encoded_histogram(), number)?;
        let misfit = |why: String| say!("errors-hlog-entry-misfit", n = number, why = why);
        sum.add(&histogram).map_err(|e| misfit(e.to_string()))?;
        intervals += 1;
    }
    match (intervals, tag) {
        (0, Some(tag)) => Err(say!("errors-hlog-no-tag", tag = tag, tags = Text::list(&tags_seen))),
        (0, None) => Err(say!("errors-hlog-empty")),
        _ => Ok(sum),
    }
}

fn remember(tags: &mut Vec<Text>, seen: Option<&str>) {
    let seen = seen.map_or_else(|| say!("errors-hlog-untagged"), Text::plain);
    if tags.len() < 20 && !tags.contains(&seen) {
        tags.push(seen);
    }
}

/// The histogram of the log's entry `number`, from 1.
fn decode(text: &str, number: usize) -> Result<Histogram<u64>, Text> {
    let no_base64 = |why: String| say!("errors-hlog-entry-base64", n = number, why = why);
    let bytes = STANDARD.decode(text).map_err(|e| no_base64(e.to_string()))?;
    let no_histogram = |why: String| say!("errors-hlog-entry-histogram", n = number, why = why);
    Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|e| no_histogram(e.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use hdrhistogram::serialization::V2DeflateSerializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

    use super::*;

    fn log() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut serializer = V2DeflateSerializer::new();
        let mut builder = IntervalLogWriterBuilder::new();
        builder.with_start_time(SystemTime::UNIX_EPOCH);
        let mut writer = builder.begin_log_with(&mut bytes, &mut serializer).unwrap();
        for (second, tag, value) in [(0, "a", 1000), (1, "b", 70), (1, "a", 2000)] {
            let mut histogram = Histogram::<u64>::new(3).unwrap();
            histogram.record(value).unwrap();
            let (start, one) = (Duration::from_secs(second), Duration::from_secs(1));
            writer.write_histogram(&histogram, start, one, Tag::new(tag)).unwrap();
        }
        bytes
    }

    #[test]
    fn intervals_of_one_tag_are_added_up() {
        let sum = add_up(&log(), Some("a")).unwrap();
        assert_eq!((sum.len(), sum.min(), sum.max()), (2, 1000, 2000));
        assert_eq!(add_up(&log(), None).unwrap().len(), 3);
    }

    #[test]
    fn a_missing_tag_names_those_that_are_there() {
        let message = add_up(&log(), Some("c")).unwrap_err();
        assert!(message.contains("`c`") && message.contains("a, b"), "{message:?}");
        assert!(message.zh().contains("`c`") && message.zh().contains("a、b"), "{message:?}");
    }

    #[test]
    fn what_is_no_log_is_refused() {
        let bad = b"Tag=a,0.1,1.0,2.0,!!!notbase64\n".as_slice();
        for bytes in [b"".as_slice(), b"hello\n", bad, b"#[Comment]\n"] {
            assert!(add_up(bytes, None).is_err(), "{bytes:?}");
        }
        assert!(load(Path::new("/nonexistent/x.hlog"), None).unwrap_err().contains("cannot be read"));
    }
}
