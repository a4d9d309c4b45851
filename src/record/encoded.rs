//! Reads encoded intervals without unpacking each into a histogram of its own.
//!
//! An hour holds a hundred thousand intervals of some two hundred values; a histogram has 23,000 cells. Reading
//! the cells that are not empty makes the difference between a second and a minute. Format: HdrHistogram V2,
//! compressed (`V2DeflateSerializer`): a cookie, a length, a zlib stream of a 40-byte header and ZigZag LEB128
//! numbers, counts where positive and runs of empty cells where negative. What is not as our writer makes it is
//! left to the library.

use std::io::Read;

use flate2::read::ZlibDecoder;
use hdrhistogram::serialization::Deserializer;

use super::model::Series;

const COMPRESSED_COOKIE: u32 = 0x1c84_9304 | 0x10;
const COOKIE: u32 = 0x1c84_9303 | 0x10;
const COMPRESSED_HEADER: usize = 8;
const HEADER: usize = 40;
/// Cells below which a cell is 1 µs wide, with 3 significant digits; half as many in each doubling after that.
const FINE: u64 = 2_048;

/// Values that a histogram does not tell apart, and how many there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The lowest of these values, µs.
    pub lowest_us: u64,
    /// The highest of them, µs.
    pub highest_us: u64,
    /// How many were recorded; at least 1.
    pub count: u64,
}

impl Cell {
    /// The value in the middle, as the library's `median_equivalent`.
    #[must_use]
    pub const fn middle_us(&self) -> u64 {
        self.lowest_us + (self.highest_us - self.lowest_us).div_ceil(2)
    }
}

/// An interval of a series: its cells that are not empty, in order of their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(Vec<Cell>);

impl Cells {
    /// The cells of a histogram.
    #[must_use]
    pub fn of(series: &Series) -> Cells {
        let mut cells = Cells::default();
        cells.fill(series);
        cells
    }

    /// Each cell, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = &Cell> {
        self.0.iter()
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|cell| cell.count).sum()
    }

    /// Adds every value to `series`; what is too large for it counts as its largest value.
    pub fn add_to(&self, series: &mut Series) {
        for cell in &self.0 {
            series.saturating_record_n(cell.lowest_us, cell.count);
        }
    }

    fn fill(&mut self, series: &Series) {
        self.0.clear();
        self.0.extend(series.iter_recorded().map(|value| Cell {
            lowest_us: series.lowest_equivalent(value.value_iterated_to()),
            highest_us: series.highest_equivalent(value.value_iterated_to()),
            count: value.count_at_value(),
        }));
    }
}

/// Reads encoded intervals; keeps its buffers.
#[derive(Debug, Default)]
pub(super) struct Unpacker {
    unpacked: Vec<u8>,
    cells: Cells,
}

impl Unpacker {
    /// The interval in `bytes`; `None` when it cannot be read.
    pub(super) fn cells(&mut self, bytes: &[u8]) -> Option<&Cells> {
        match self.unpack(bytes) {
            Some(()) => {
                self.cells.0.clear();
                read_cells(&self.unpacked[HEADER..], &mut self.cells.0)?;
            }
            None => self.cells.fill(&Deserializer::new().deserialize(&mut &bytes[..]).ok()?),
        }
        Some(&self.cells)
    }

    /// Unpacks an interval of our own kind: lowest value 1, 3 digits.
    fn unpack(&mut self, bytes: &[u8]) -> Option<()> {
        let (head, packed) = bytes.split_at_checked(COMPRESSED_HEADER)?;
        if number(head, 0)? != COMPRESSED_COOKIE || packed.len() != number(head, 4)? as usize {
            return None;
        }
        self.unpacked.clear();
        // A series of ours has 23,000 cells of at most 9 bytes; what is longer is none.
        ZlibDecoder::new(packed).take(1 << 20).read_to_end(&mut self.unpacked).ok()?;
        let payload = self.unpacked.len().checked_sub(HEADER)?;
        let ours = number(&self.unpacked, 0)? == COOKIE
            && number(&self.unpacked, 4)? as usize == payload
            && number(&self.unpacked, 8)? == 0
            && number(&self.unpacked, 12)? == 3
            && (number(&self.unpacked, 16)?, number(&self.unpacked, 20)?) == (0, 1);
        ours.then_some(())
    }
}

/// A big-endian number of 4 bytes.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn read_cells(mut payload: &[u8], cells: &mut Vec<Cell>) -> Option<()> {
    let mut cell = 0_u64;
    while !payload.is_empty() {
        match take_signed(&mut payload)? {
            count @ 1.. => {
                let (lowest_us, highest_us) = values_of(cell)?;
                cells.push(Cell { lowest_us, highest_us, count: count.unsigned_abs() });
                cell += 1;
            }
            0 => cell += 1,
            empty => cell = cell.checked_add(empty.unsigned_abs())?,
        }
    }
    Some(())
}

/// The lowest and the highest value of a cell.
fn values_of(cell: u64) -> Option<(u64, u64)> {
    if cell < FINE {
        return Some((cell, cell));
    }
    let doublings = cell / (FINE / 2) - 1;
    let within = cell % (FINE / 2) + FINE / 2;
    (doublings < 50).then(|| (within << doublings, ((within + 1) << doublings) - 1))
}

/// The next ZigZag LEB128 number: seven bits a byte, the ninth byte whole.
fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let mut raw = 0_u64;
    for i in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if i == 8 {
            raw |= u64::from(*byte) << 56;
            break;
        }
        raw |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};
    use proptest::prelude::*;

    use super::*;
    use crate::record::model::{SERIES_MAX_US, new_series};

    fn encoded(series: &Series) -> Vec<u8> {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new().serialize(series, &mut bytes).unwrap();
        bytes
    }

    fn of(values: &[(u64, u64)]) -> Series {
        let mut series = new_series();
        values.iter().for_each(|(value, n)| series.saturating_record_n(*value, *n));
        series
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn cells_are_those_of_the_histogram_and_adding_them_is_adding_it(
            first in proptest::collection::vec((0..SERIES_MAX_US * 2, 1_u64..1 << 40), 0..60),
            second in proptest::collection::vec((0_u64..3_000_000, 1_u64..9), 0..200),
        ) {
            let (first, second) = (of(&first), of(&second));
            let mut unpacker = Unpacker::default();
            let mut total = new_series();
            for series in [&first, &second] {
                let bytes = encoded(series);
                prop_assert!(unpacker.unpack(&bytes).is_some(), "our own kind takes the short way");
                let cells = unpacker.cells(&bytes).unwrap();
                prop_assert_eq!(cells, &Cells::of(series));
                prop_assert_eq!(cells.count(), series.len());
                for cell in cells.iter() {
                    prop_assert_eq!(cell.middle_us(), series.median_equivalent(cell.lowest_us));
                }
                cells.add_to(&mut total);
            }
            let mut sum = first.clone();
            sum.add(&second).unwrap();
            prop_assert_eq!(&total, &sum);
            prop_assert_eq!((total.max(), total.len()), (sum.max(), sum.len()));
        }

        #[test]
        fn damaged_bytes_never_panic(cut in 0_usize..200, at in 0_usize..200, flip in 1_u8..) {
            let mut bytes = encoded(&of(&[(5, 1), (70_000, 3), (2_000_000, 1)]));
            let at = at % bytes.len();
            bytes[at] ^= flip;
            bytes.truncate(bytes.len().saturating_sub(cut % 8));
            let _ = Unpacker::default().cells(&bytes);
        }
    }

    #[test]
    fn a_histogram_of_another_kind_is_left_to_the_library() {
        let mut other = Series::new_with_bounds(1, 1_000_000, 2).unwrap();
        other.record(1_234).unwrap();
        let bytes = encoded(&other);
        let mut unpacker = Unpacker::default();
        assert!(unpacker.unpack(&bytes).is_none());
        assert_eq!(unpacker.cells(&bytes).unwrap(), &Cells::of(&other));
    }
}
