//! A chart as PNG, drawn from its SVG.
//!
//! Latin text is set in a font that is part of the program (Noto Sans, reduced; licence beside it), so that it looks the
//! same everywhere. Chinese comes from a font of the system; whether there is one is asked before (`Fonts::write`),
//! since without it every character would be an empty box.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Group, Node, Options, Tree, fontdb};

use crate::text::{Lang, Text};
use crate::{displays_english, say};

const LATIN: &[u8] = include_bytes!("NotoSans-Latin.ttf");
/// Its family name.
const FAMILY: &str = "Noto Sans";
/// Pixels a unit of the drawing: sharp on the screens of today.
const SCALE: f32 = 2.0;
/// Edge beyond which nothing is drawn, pixels.
const LARGEST: f32 = 16_384.0;

/// Why a chart could not be drawn as PNG.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The drawing is no SVG.
    Svg(#[from] resvg::usvg::Error),
    /// No room for the picture.
    Size {
        /// Pixels.
        width: f32,
        /// Pixels.
        height: f32,
    },
    /// The picture cannot be written as PNG.
    Png(String),
}

impl PngError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            PngError::Svg(error) => say!("errors-png-svg", why = error.to_string()),
            PngError::Size { width, height } => {
                say!("errors-png-size", width = width.to_string(), height = height.to_string())
            }
            PngError::Png(why) => say!("errors-png", why = why),
        }
    }
}

displays_english!(PngError);

/// The fonts that pictures are set in.
#[derive(Clone, Debug)]
pub struct Fonts {
    database: Arc<fontdb::Database>,
}

impl Fonts {
    /// The font of the program, and for Chinese those of the system.
    #[must_use]
    pub fn load(lang: Lang) -> Fonts {
        let mut database = fontdb::Database::new();
        database.load_font_data(LATIN.to_vec());
        if lang == Lang::Zh {
            database.load_system_fonts();
            // Whatever has the character is taken; beside this Latin it must be neither a serif face nor a bold one.
            let unlike = |face: &&fontdb::FaceInfo| {
                face.weight > fontdb::Weight::MEDIUM
                    || face.families.iter().any(|(name, _)| name.contains("Serif"))
            };
            let unlike: Vec<fontdb::ID> = database.faces().filter(unlike).map(|face| face.id).collect();
            unlike.into_iter().for_each(|id| database.remove_face(id));
        }
        for set in [
            fontdb::Database::set_sans_serif_family::<String>,
            fontdb::Database::set_serif_family,
            fontdb::Database::set_monospace_family,
        ] {
            set(&mut database, FAMILY.to_owned());
        }
        Fonts { database: Arc::new(database) }
    }

    /// Whether `text` can be written with these fonts.
    #[must_use]
    pub fn write(&self, text: &str) -> bool {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text y=\"5\">{escaped}</text></svg>"
        );
        let Ok(tree) = Tree::from_str(&svg, &self.options()) else { return false };
        let mut glyphs = 0;
        all_written(tree.root(), &mut glyphs) && glyphs > 0
    }

    /// The picture of a drawing, twice as many pixels as it has units.
    ///
    /// # Errors
    /// When the drawing is no SVG, or too large.
    pub fn draw(&self, svg: &str) -> Result<Vec<u8>, PngError> {
        let tree = Tree::from_str(svg, &self.options())?;
        let (width, height) = (tree.size().width() * SCALE, tree.size().height() * SCALE);
        let too_large = || PngError::Size { width, height };
        if width > LARGEST || height > LARGEST {
            return Err(too_large());
        }
        let mut pixels = Pixmap::new(width.ceil() as u32, height.ceil() as u32).ok_or_else(too_large)?;
        resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| PngError::Png(error.to_string()))
    }

    fn options(&self) -> Options<'static> {
        Options { font_family: FAMILY.to_owned(), fontdb: self.database.clone(), ..Options::default() }
    }
}

/// Whether no glyph of the texts below is the one that stands for a missing character; counts them.
fn all_written(group: &Group, glyphs: &mut usize) -> bool {
    group.children().iter().all(|node| match node {
        Node::Group(group) => all_written(group, glyphs),
        Node::Text(text) => text.layouted().iter().flat_map(|span| &span.positioned_glyphs).all(|glyph| {
            *glyphs += 1;
            glyph.id.0 != 0
        }),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 60 20\" width=\"60\" height=\"20\">\
        <rect width=\"60\" height=\"20\" fill=\"#fff\"/><text x=\"2\" y=\"15\" font-size=\"14\" fill=\"#000\" \
        font-family=\"system-ui, 'Noto Sans', sans-serif\">p99 ≤ 5</text></svg>";

    #[test]
    fn a_picture_has_twice_the_units_and_shows_the_text() {
        let png = Fonts::load(Lang::En).draw(SVG).unwrap();
        let picture = Pixmap::decode_png(&png).unwrap();
        assert_eq!((picture.width(), picture.height()), (120, 40));
        let dark = picture.pixels().iter().filter(|p| p.red() < 100).count();
        assert!(dark > 80, "{dark} dark pixels: the text is missing");
    }

    #[test]
    fn what_no_font_can_write_is_known_before() {
        let fonts = Fonts::load(Lang::En);
        assert!(fonts.write("p99 ≤ 5 s − ε, λ, µs → & <b> ≈ × · – …"));
        assert!(!fonts.write("超时"), "the built-in font has no Chinese");
    }

    #[test]
    fn what_is_no_svg_is_an_error() {
        let error = Fonts::load(Lang::En).draw("<p>").unwrap_err();
        assert!(matches!(error, PngError::Svg(_)));
        assert_ne!(error.text().en(), error.text().zh());
    }
}
