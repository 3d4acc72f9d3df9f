//! Rows under each other: texts broken to a width, rules and gaps.

use krilla::text::KrillaGlyph;

use crate::clean;
use crate::face::{Faces, Style};
use crate::sheets::Element;

/// What stands in one row.
#[derive(Clone)]
pub(crate) enum Kind {
    /// One line of a text.
    Text(Element, Style, String),
    /// A line across the whole width, of this ink.
    Rule(u8),
    /// Nothing.
    Gap,
}

/// One row, and its height in points.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) kind: Kind,
    pub(crate) height: f32,
}

/// Rows under each other, all of one width in points.
pub(crate) struct Stack<'f> {
    faces: &'f Faces,
    tag: &'static str,
    width: f32,
    rows: Vec<Row>,
}

impl<'f> Stack<'f> {
    /// An empty stack for texts in a language.
    pub(crate) fn new(faces: &'f Faces, tag: &'static str, width: f32) -> Stack<'f> {
        Stack {
            faces,
            tag,
            width,
            rows: Vec::new(),
        }
    }

    /// Room between rows.
    pub(crate) fn gap(mut self, height: f32) -> Self {
        self.rows.push(Row {
            kind: Kind::Gap,
            height,
        });
        self
    }

    /// A line across.
    pub(crate) fn rule(mut self, thickness: f32, ink: u8) -> Self {
        self.rows.push(Row {
            kind: Kind::Rule(ink),
            height: thickness,
        });
        self
    }

    /// A text, in as many lines as it needs: between words where that is possible, Korean too.
    pub(crate) fn text(mut self, element: Element, style: Style, text: &str) -> Self {
        for paragraph in clean::paragraphs(text) {
            let held = clean::held(&paragraph, self.tag);
            let glyphs = self.faces.of(style).shape(&held);
            for line in broken(&held, &glyphs, self.width / style.size) {
                self.rows.push(Row {
                    kind: Kind::Text(element, style, line),
                    height: style.leading,
                });
            }
        }
        self
    }

    /// Its rows.
    pub(crate) fn into_rows(self) -> Vec<Row> {
        self.rows
    }
}

/// The height of rows.
pub(crate) fn height(rows: &[Row]) -> f32 {
    rows.iter().map(|row| row.height).sum()
}

/// The lines of a paragraph of single spaces, each at most so many ems wide unless one letter is wider. A line ends at a space; within a
/// word only where the word alone is too wide. A line that ended at a space keeps it, so that who searches or copies finds two words.
fn broken(text: &str, glyphs: &[KrillaGlyph], width: f32) -> Vec<String> {
    let mut edges = Vec::with_capacity(glyphs.len() + 1);
    let mut right = 0.0;
    for glyph in glyphs {
        edges.push((glyph.text_range.start, right));
        right += glyph.x_advance;
    }
    edges.push((text.len(), right));
    // Marks stand on their letter: one edge for all glyphs of a cluster.
    edges.dedup_by_key(|(at, _)| *at);
    let mut lines = Vec::new();
    let mut start = 0;
    while let Some((_, left)) = edges.get(start).filter(|(at, _)| *at < text.len()) {
        let fits = edges.partition_point(|(_, right)| right - left <= width + 0.001) - 1;
        let fits = fits.max(start + 1).min(edges.len() - 1);
        let end = line_end(text, &edges, start, fits);
        let slice = |from: usize, to: usize| {
            let (from, to) = (edges.get(from)?.0, edges.get(to)?.0);
            text.get(from..to)
        };
        lines.push(
            slice(start, end)
                .unwrap_or_default()
                .replace(clean::FIRM_SPACE, " "),
        );
        start = end;
    }
    lines
}

/// The edge at which a line ends that may go as far as `fits`.
fn line_end(text: &str, edges: &[(usize, f32)], start: usize, fits: usize) -> usize {
    if fits + 1 >= edges.len() {
        return fits;
    }
    let at = |edge: usize| edges.get(edge).map_or(text.len(), |(at, _)| *at);
    let before = |edge: usize| text.get(..at(edge)).unwrap_or_default();
    let after = |edge: usize| text.get(at(edge)..).unwrap_or_default();
    let space = (start + 1..=fits)
        .rev()
        .find(|edge| after(*edge).starts_with(' '));
    if let Some(space) = space {
        return space + 1;
    }
    // Addresses are read more easily when they are parted where their parts meet.
    let meets = |edge: &usize| before(*edge).ends_with(['/', '-']) || after(*edge).starts_with('.');
    let half = start + (fits - start).div_ceil(2);
    (half..=fits).rev().find(meets).unwrap_or(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of a text of which each letter is one em wide.
    fn lines(text: &str, width: f32) -> Vec<String> {
        let glyphs = text.char_indices().map(|(at, c)| {
            let id = krilla::text::GlyphId::new(1);
            KrillaGlyph::new(id, 1.0, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
        });
        broken(text, &glyphs.collect::<Vec<_>>(), width)
    }

    #[test]
    fn a_line_ends_between_words_and_within_one_only_when_it_must() {
        assert_eq!(lines("one two three", 7.0), ["one two ", "three"]);
        assert_eq!(lines("one two three", 6.0), ["one ", "two ", "three"]);
        assert_eq!(
            lines("안내창구의 주소를 확인", 5.0),
            ["안내창구의 ", "주소를 ", "확인"]
        );
        assert_eq!(lines("a abcdefghij k", 4.0), ["a ", "abcd", "efgh", "ij k"]);
        assert_eq!(lines("a\u{a0}b c", 3.0), ["a b ", "c"]);
        assert_eq!(
            lines("https://abcdefgh.onion/", 18.0),
            ["https://abcdefgh", ".onion/"]
        );
        assert_eq!(lines("", 4.0), [""; 0]);
        assert_eq!(lines("글자", 0.5), ["글", "자"], "never an endless loop");
    }
}
