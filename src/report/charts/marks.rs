//! What some charts draw besides lines: marks, ribbons between two lines, a legend that begins anywhere.

use plotters::prelude::{DrawingBackend, ShapeStyle, WHITE};
use plotters::style::Color as _;
use plotters::style::text_anchor::HPos;

use super::kit::{self, Ink, Pen};
use crate::text::Text;

/// Half the size of a mark, pixels.
const HALF: i32 = 4;

/// Each verdict has a shape of its own, so that it is told without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Disc,
    Ring,
    Diamond,
    /// What goes on beyond the right edge.
    Right,
    /// What goes on beyond the left edge.
    Left,
}

impl Pen<'_> {
    pub(super) fn mark(&mut self, (x, y): (i32, i32), mark: Mark, ink: Ink) {
        let whole = |colour: plotters::style::RGBColor| ShapeStyle {
            color: colour.into(),
            filled: true,
            stroke_width: 0,
        };
        let style = whole(ink.rgb());
        match mark {
            Mark::Disc | Mark::Ring => {
                self.backend.draw_circle((x, y), HALF.unsigned_abs(), &style, true).ok();
                if mark == Mark::Ring {
                    self.backend.draw_circle((x, y), HALF.unsigned_abs() - 2, &whole(WHITE), true).ok();
                }
            }
            Mark::Diamond => {
                let far = HALF + 1;
                self.backend
                    .fill_polygon([(x, y - far), (x + far, y), (x, y + far), (x - far, y)], &style)
                    .ok();
            }
            Mark::Right | Mark::Left => {
                let tip = if mark == Mark::Right { HALF + 2 } else { -HALF - 2 };
                self.backend.fill_polygon([(x, y - HALF), (x + tip, y), (x, y + HALF)], &style).ok();
            }
        }
    }

    /// A light area between two lines that both run from left to right.
    pub(super) fn ribbon(&mut self, above: &[(i32, i32)], below: &[(i32, i32)], ink: Ink, opacity: f64) {
        let style = ShapeStyle { color: ink.rgb().mix(opacity), filled: true, stroke_width: 0 };
        let round = above.iter().chain(below.iter().rev()).copied();
        self.backend.fill_polygon(round, &style).ok();
    }

    /// Samples of lines with their names, from `at` on; what does not fit before `right` goes into the next row.
    pub(super) fn legend_at(&mut self, at: (i32, i32), right: i32, entries: &[(Ink, Text)]) {
        let (mut x, mut y) = at;
        for (ink, name) in entries {
            let name = name.of(self.lang);
            let wide = 31 + kit::width(name);
            if x > at.0 && x + wide > right {
                (x, y) = (at.0, y + 16);
            }
            self.line(&[(x, y), (x + 26, y)], *ink);
            self.text((x + 31, y), 12, HPos::Left, name);
            x += wide + 16;
        }
    }

    /// Marks with what they mean, in a row from `at` on.
    pub(super) fn mark_legend(&mut self, at: (i32, i32), entries: &[(Mark, Ink, Text)]) {
        let mut x = at.0;
        for (mark, ink, name) in entries {
            let name = name.of(self.lang);
            self.mark((x + HALF, at.1), *mark, *ink);
            self.text((x + 14, at.1), 12, HPos::Left, name);
            x += 14 + kit::width(name) + 16;
        }
    }
}
