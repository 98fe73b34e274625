//! Pictures made of pixels, for slides and word processors that take no SVG.
//!
//! The picture is the SVG, drawn by `resvg`. Letters come from a font inside the program (DejaVu Sans, see
//! `vendor/dejavu`), so that the pixels are the same everywhere; only where a text has signs that this font
//! lacks, Chinese ones for instance, the fonts of the machine are asked too.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::ReportError;

const FONT: &[u8] = include_bytes!("../../vendor/dejavu/DejaVuSans-subset.ttf");
const FAMILY: &str = "DejaVu Sans";
/// Pixels for each unit of the drawing: sharp in print.
const DENSITY: f32 = 2.0;
/// Very large pictures are drawn with fewer pixels, so that memory suffices.
const MOST_PIXELS: f32 = 6e7;

/// An SVG picture as a PNG file.
///
/// # Errors
/// When it is no picture, or has no area.
pub fn png(svg: &str) -> Result<Vec<u8>, ReportError> {
    let refused = |why: String| ReportError::Refused(format!("the picture cannot be drawn in pixels: {why}"));
    let tree = Tree::from_str(svg, &options(svg)).map_err(|error| refused(error.to_string()))?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let density = DENSITY.min((MOST_PIXELS / (width * height)).sqrt());
    let pixels = |length: f32| (length * density).ceil() as u32;
    let mut picture =
        Pixmap::new(pixels(width), pixels(height)).ok_or_else(|| refused(format!("{width} by {height}")))?;
    resvg::render(&tree, Transform::from_scale(density, density), &mut picture.as_mut());
    picture.encode_png().map_err(|error| refused(error.to_string()))
}

/// With the fonts that the texts need.
fn options(svg: &str) -> Options<'static> {
    let mut options = Options { font_family: FAMILY.to_string(), ..Options::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_source(resvg::usvg::fontdb::Source::Binary(Arc::new(FONT)));
    if !svg.chars().all(is_embedded) {
        fonts.load_system_fonts();
    }
    fonts.set_sans_serif_family(FAMILY);
    options
}

/// Whether the font inside the program has this sign.
fn is_embedded(sign: char) -> bool {
    let signs = "\u{20ac}\u{2190}\u{2191}\u{2192}\u{2193}\u{2212}\u{2248}\u{2260}\u{2264}\u{2265}";
    matches!(sign, '\n' | ' '..='\u{24f}' | '\u{370}'..='\u{4ff}' | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{203a}')
        || signs.contains(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(words: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 50\" font-family=\"sans-serif\">\n<rect \
             width=\"200\" height=\"50\" fill=\"white\"/><text x=\"10\" y=\"30\">{words}</text></svg>"
        )
    }

    /// Share of the pixels that are not white.
    fn ink(png: &[u8]) -> f64 {
        let picture = Pixmap::decode_png(png).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (400, 100));
        let dark = picture.pixels().iter().filter(|pixel| pixel.red() < 128).count();
        dark as f64 / 40_000.0
    }

    #[test]
    fn letters_are_drawn_and_always_the_same() {
        let text = picture("technology path +2.5 %");
        let drawn = png(&text).expect("drawn");
        assert!(drawn.starts_with(b"\x89PNG"));
        assert_eq!(drawn, png(&text).expect("drawn again"));
        assert!(ink(&drawn) > 0.02, "{}", ink(&drawn));
        assert!(ink(&png(&picture("")).expect("drawn")) < 1e-9);
    }

    /// Their font need not be there, but the picture must.
    #[test]
    fn signs_of_other_scripts_do_no_harm() {
        assert!(!is_embedded('\u{8def}') && is_embedded('é') && is_embedded('Ж'));
        assert!(png(&picture("\u{8def}\u{5f84}")).is_ok());
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(png("<svg").is_err() && png("").is_err());
    }

    /// The checksum that `vendor/dejavu/README.md` states is that of the file.
    #[test]
    fn the_font_is_the_one_that_was_vendored() {
        let stated = include_str!("../../vendor/dejavu/README.md");
        let hash = blake3::hash(FONT).to_hex().to_string();
        assert!(stated.contains(&hash), "{hash}");
    }
}
