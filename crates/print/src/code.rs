//! QR codes that a telephone reads from paper.

use qrcode::{Color, EcLevel, QrCode};

use crate::NotPrinted;
use crate::sheets::mm;

/// How many modules of white stand around a code (ISO/IEC 18004, section 9.1).
const QUIET: f32 = 4.0;

/// How large codes are on a sheet, in points.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// The side of a code at most, without the white around it.
    side: f32,
    /// The smallest module that is still read.
    smallest: f32,
    /// The largest that is drawn, so that short addresses do not shout.
    largest: f32,
}

impl Size {
    /// Read from the hand.
    pub(crate) const LEAFLET: Size = Size {
        side: mm(34.0),
        smallest: mm(0.8),
        largest: mm(1.1),
    };
    /// Read from a wall.
    pub(crate) const POSTER: Size = Size {
        side: mm(50.0),
        smallest: mm(1.2),
        largest: mm(1.5),
    };
    /// The same, where it is the only one.
    pub(crate) const ALONE: Size = Size {
        side: mm(62.0),
        largest: mm(2.2),
        ..Size::POSTER
    };
}

/// A code with error correction of level M, which bears a fold or a stain over 15 % of it.
#[derive(Clone)]
pub(crate) struct Code {
    width: usize,
    dark: Vec<bool>,
    module: f32,
}

impl Code {
    /// The code of an address, which reads back as that address, byte for byte.
    pub(crate) fn of(address: &str, size: Size) -> Result<Code, NotPrinted> {
        let too_dense = || NotPrinted::TooDense(address.to_owned());
        let code =
            QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| too_dense())?;
        let width = code.width();
        let module = (size.side / modules(width)).min(size.largest);
        if module < size.smallest {
            return Err(too_dense());
        }
        let dark = code.to_colors().into_iter().map(|c| c == Color::Dark);
        Ok(Code {
            width,
            dark: dark.collect(),
            module,
        })
    }

    /// The side without the white around it, in points.
    pub(crate) fn side(&self) -> f32 {
        self.module * modules(self.width)
    }

    /// How much white it needs around it, in points.
    pub(crate) fn quiet(&self) -> f32 {
        self.module * QUIET
    }

    /// Its dark runs from left to right: x, y, width and height from its corner, in points.
    pub(crate) fn runs(&self) -> Vec<[f32; 4]> {
        let mut runs = Vec::new();
        for (row, colours) in self.dark.chunks(self.width.max(1)).enumerate() {
            let mut column = 0;
            for run in colours.chunk_by(|one, other| one == other) {
                if run.first() == Some(&true) {
                    let place = [column, row, run.len(), 1];
                    runs.push(place.map(|count| self.module * modules(count)));
                }
                column += run.len();
            }
        }
        runs
    }
}

#[allow(clippy::cast_precision_loss, reason = "at most 177")]
fn modules(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_onion_address_is_read_from_both_and_a_long_path_from_neither() {
        let onion = format!("http://{}.onion/", "a".repeat(56));
        for size in [Size::LEAFLET, Size::POSTER] {
            let code = Code::of(&onion, size).unwrap();
            assert!(code.module >= size.smallest && code.side() <= size.side + 0.01);
            let long = format!("https://line.example/{}", "a".repeat(120));
            assert_eq!(
                Code::of(&long, size).err(),
                Some(NotPrinted::TooDense(long))
            );
        }
    }
}
