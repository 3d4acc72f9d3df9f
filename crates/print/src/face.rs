//! The two fonts, and how a text becomes glyphs of known width.

use harfrust::{Direction, FontRef, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::NotPrinted;

const REGULAR: &[u8] = include_bytes!("../fonts/Pretendard-Regular.otf");
const BOLD: &[u8] = include_bytes!("../fonts/Pretendard-Bold.otf");

/// One weight of the font. Widths are in ems.
pub(crate) struct Face {
    read: FontRef<'static>,
    shaping: ShaperData,
    embedded: Font,
}

impl Face {
    fn of(bytes: &'static [u8]) -> Result<Face, NotPrinted> {
        let fault = || NotPrinted::Fault("a font cannot be read".into());
        let read = FontRef::new(bytes).map_err(|_| fault())?;
        Ok(Face {
            shaping: ShaperData::new(&read),
            embedded: Font::new(bytes.into(), 0).ok_or_else(fault)?,
            read,
        })
    }

    /// What the PDF embeds.
    pub(crate) fn embedded(&self) -> &Font {
        &self.embedded
    }

    /// The glyphs of a text, from left to right, each with the bytes of the text that it shows.
    #[allow(clippy::cast_precision_loss, reason = "font units are small")]
    pub(crate) fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = self.shaping.shaper(&self.read).build().shape(buffer, &[]);
        let starts: Vec<usize> = shaped
            .glyph_infos()
            .iter()
            .map(|info| info.cluster as usize)
            .collect();
        let em = |units: i32| units as f32 / self.embedded.units_per_em();
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        glyphs
            .map(|(info, place)| {
                let start = info.cluster as usize;
                let after = starts.partition_point(|other| *other <= start);
                let end = starts.get(after).copied().unwrap_or(text.len());
                let id = GlyphId::new(info.glyph_id);
                let (x, y) = (em(place.x_offset), em(place.y_offset));
                KrillaGlyph::new(
                    id,
                    em(place.x_advance),
                    x,
                    y,
                    em(place.y_advance),
                    start..end,
                    None,
                )
            })
            .collect()
    }

    /// The width of a text.
    pub(crate) fn width(&self, text: &str) -> f32 {
        self.shape(text).iter().map(|glyph| glyph.x_advance).sum()
    }

    /// The characters of a text for which it has no glyph, each once.
    pub(crate) fn lacks(&self, text: &str) -> Vec<char> {
        let glyphs = self.shape(text).into_iter();
        let missing = glyphs.filter(|glyph| glyph.glyph_id.to_u32() == 0);
        let missing = missing.filter_map(|glyph| text.get(glyph.text_range));
        let mut characters: Vec<char> = missing.flat_map(str::chars).collect();
        characters.sort_unstable();
        characters.dedup();
        characters
    }
}

/// How a text looks. Sizes in points; ink from 0, black, to 255.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) is_bold: bool,
    pub(crate) size: f32,
    /// From one line to the next.
    pub(crate) leading: f32,
    pub(crate) ink: u8,
}

impl Style {
    /// Black, in lines that are as far apart as reading needs.
    pub(crate) const fn regular(size: f32) -> Style {
        Style {
            is_bold: false,
            size,
            leading: size * 1.38,
            ink: 0,
        }
    }

    /// The same, bold and closer.
    pub(crate) const fn bold(size: f32) -> Style {
        Style {
            is_bold: true,
            leading: size * 1.24,
            ..Style::regular(size)
        }
    }

    /// The same, in grey that a copier still keeps.
    pub(crate) const fn grey(self) -> Style {
        Style { ink: 90, ..self }
    }
}

/// Both weights.
pub(crate) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    /// Reads the fonts.
    pub(crate) fn read() -> Result<Faces, NotPrinted> {
        Ok(Faces {
            regular: Face::of(REGULAR)?,
            bold: Face::of(BOLD)?,
        })
    }

    /// The weight of a style.
    pub(crate) fn of(&self, style: Style) -> &Face {
        match style.is_bold {
            true => &self.bold,
            false => &self.regular,
        }
    }

    /// Bold, in the largest size of a range in which a text stands in one line of a width; in another if it does in none.
    pub(crate) fn fitting(
        &self,
        text: &str,
        width: f32,
        sizes: (f32, f32),
        otherwise: f32,
    ) -> Style {
        let (smallest, largest) = sizes;
        // A hair less, since lines are broken by the same sum.
        let size = width / self.bold.width(text).max(1.0) * 0.998;
        match size < smallest {
            true => Style::bold(otherwise),
            false => Style::bold(size.min(largest)),
        }
    }

    /// Refuses a text with characters that the font lacks. Both weights have the same.
    pub(crate) fn check(&self, place: &str, text: &str) -> Result<(), NotPrinted> {
        let characters = self.regular.lacks(text);
        match characters.is_empty() {
            true => Ok(()),
            false => Err(NotPrinted::Characters {
                place: place.to_owned(),
                characters,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_all_languages_is_there_and_what_is_not_is_named() {
        let faces = Faces::read().unwrap();
        let mut needed: String = (0xac00..=0xd7a3).filter_map(char::from_u32).collect();
        needed.extend((0x401..=0x45f).filter_map(char::from_u32));
        needed.extend(' '..='~');
        needed.push_str("ҐґІіЇїЄє’“”„«»《》–—…•·№");
        for list in words::List::ALL {
            needed.extend(list.words().flat_map(str::chars));
        }
        assert_eq!(faces.regular.lacks(&needed), Vec::<char>::new());
        assert_eq!(faces.bold.lacks(&needed), Vec::<char>::new());
        let refused = faces.check("card a", "漢 a ש 漢").unwrap_err();
        let NotPrinted::Characters { characters, .. } = refused else {
            panic!("{refused}");
        };
        assert_eq!(characters, vec!['ש', '漢']);
    }

    #[test]
    fn glyphs_cover_their_text() {
        let faces = Faces::read().unwrap();
        let text = "AV й 한글 z\u{301}";
        let glyphs = faces.regular.shape(text);
        let mut end = 0;
        for glyph in &glyphs {
            assert!(glyph.text_range.start <= end && glyph.text_range.end >= end);
            end = glyph.text_range.end;
        }
        assert_eq!(end, text.len());
        assert!(faces.regular.width("AV") < faces.regular.width("A") + faces.regular.width("V"));
    }
}
