//! How many calls took how long at which time of the run: at most 120 × 40 cells.

use super::time::Time;
use crate::record::encoded::Cells as Interval;

/// Columns at most.
const MOST_COLUMNS: u64 = 120;
/// Rows at most.
const MOST_ROWS: usize = 40;
/// Rows that a decade of time has before thinning.
const ROWS_A_DECADE: f64 = 10.0;
/// Runs of equal shade at most: each is an element of the drawing.
const MOST_RUNS: usize = 400;
/// Shades of a cell.
pub const SHADES: u8 = 5;

/// Counts by column and fine row.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    column_s: u64,
    end_s: u64,
    columns: Vec<Vec<u64>>,
}

/// Cells of equal shade, side by side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// From and to, seconds of the run.
    pub time_s: (f64, f64),
    /// From and to, µs.
    pub latency_us: (f64, f64),
    /// 1 (few calls) to `SHADES`, by the logarithm of the count.
    pub shade: u8,
}

/// The heat map.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// The time axis.
    pub time: Time,
    /// What is drawn.
    pub runs: Vec<Run>,
    /// Calls in the fullest cell.
    pub most: u64,
    /// Smallest and largest time that a cell holds, µs.
    pub range_us: (f64, f64),
}

fn row_of(us: u64) -> usize {
    (us.max(1) as f64).log10().mul_add(ROWS_A_DECADE, 1e-9) as usize
}

fn edge_us(row: usize) -> f64 {
    10_f64.powf(row as f64 / ROWS_A_DECADE)
}

impl Cells {
    pub(super) fn new(time: &Time) -> Cells {
        let column_s = time.end_s.div_ceil(MOST_COLUMNS).max(1);
        let columns = usize::try_from(time.end_s.div_ceil(column_s)).unwrap_or(0);
        Cells { column_s, end_s: time.end_s, columns: vec![Vec::new(); columns] }
    }

    pub(super) fn add(&mut self, second: u64, interval: &Interval) {
        let at = usize::try_from(second / self.column_s.max(1)).unwrap_or(usize::MAX);
        let Some(column) = self.columns.get_mut(at) else { return };
        for cell in interval.iter() {
            let row = row_of(cell.highest_us);
            if column.len() <= row {
                column.resize(row + 1, 0);
            }
            column[row] += cell.count;
        }
    }

    /// None where no call was answered.
    pub(super) fn heat(&self, time: &Time) -> Option<Heat> {
        let filled = |column: &Vec<u64>| column.iter().position(|n| *n > 0);
        let low = self.columns.iter().filter_map(filled).min()?;
        let high = self.columns.iter().map(Vec::len).max()?;
        let mut rows = (high - low).div_ceil(MOST_ROWS).max(1);
        let mut columns = 1;
        loop {
            let (runs, most) = self.runs(low, high, rows, columns);
            let coarse = columns >= self.columns.len() && rows >= high - low;
            if runs.len() <= MOST_RUNS || coarse {
                let top = low + (high - low).div_ceil(rows) * rows;
                return Some(Heat { time: time.clone(), runs, most, range_us: (edge_us(low), edge_us(top)) });
            }
            // Times keep their detail longer than latencies: when something happened is what the map is for.
            if rows < 2 {
                rows *= 2
            } else if columns < 4 {
                columns *= 2
            } else {
                (rows, columns) = (rows * 2, columns * 2)
            }
        }
    }

    /// Runs of the grid in which a cell is `rows` fine rows high and `columns` columns wide.
    fn runs(&self, low: usize, high: usize, rows: usize, columns: usize) -> (Vec<Run>, u64) {
        let count = |group: &[Vec<u64>], from: usize| -> u64 {
            group.iter().flat_map(|column| column.iter().skip(from).take(rows)).sum()
        };
        let levels: Vec<usize> = (low..high).step_by(rows).collect();
        let grid: Vec<Vec<u64>> = levels
            .iter()
            .map(|from| self.columns.chunks(columns).map(|group| count(group, *from)).collect())
            .collect();
        let most = grid.iter().flatten().copied().max().unwrap_or(0);
        let wide_s = (self.column_s * columns as u64) as f64;
        let mut runs: Vec<Run> = Vec::new();
        for (from, line) in levels.iter().zip(&grid) {
            let latency_us = (edge_us(*from), edge_us(from + rows));
            for (at, n) in line.iter().enumerate().filter(|(_, n)| **n > 0) {
                let from_s = at as f64 * wide_s;
                let time_s = (from_s, (from_s + wide_s).min(self.end_s as f64));
                let shade = shade(*n, most);
                match runs.last_mut() {
                    Some(last)
                        if last.time_s.1 == from_s
                            && last.latency_us == latency_us
                            && last.shade == shade =>
                    {
                        last.time_s.1 = time_s.1;
                    }
                    _ => runs.push(Run { time_s, latency_us, shade }),
                }
            }
        }
        (runs, most)
    }
}

fn shade(n: u64, most: u64) -> u8 {
    let share = (n.max(1) as f64).ln() / (most.max(2) as f64).ln();
    1 + (share * f64::from(SHADES - 1)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::model::new_series;

    fn filled(seconds: u64, values: impl Fn(u64) -> Vec<u64>) -> Heat {
        let time = Time { end_s: seconds, bin_s: 1, ..Time::default() };
        let mut cells = Cells::new(&time);
        for second in 0..seconds {
            let mut series = new_series();
            values(second).into_iter().for_each(|us| series.saturating_record(us));
            cells.add(second, &Interval::of(&series));
        }
        cells.heat(&time).unwrap()
    }

    #[test]
    fn equal_seconds_are_one_run_and_a_slow_one_stands_alone() {
        let heat = filled(60, |s| if s == 30 { vec![1_000_000] } else { vec![20_000] });
        assert_eq!(heat.runs.len(), 3);
        assert_eq!(heat.runs[2].time_s, (30.0, 31.0));
        assert_eq!(heat.runs[0].shade, 1);
    }

    #[test]
    fn a_wild_hour_has_no_more_runs_than_allowed() {
        let heat =
            filled(3_600, |s| (0..50).map(|i| 1 + (s * 7_919 + i * i * 104_729) % 50_000_000).collect());
        assert!(heat.runs.len() <= MOST_RUNS, "{}", heat.runs.len());
        assert!(heat.runs.iter().all(|r| (1..=SHADES).contains(&r.shade)));
    }
}
