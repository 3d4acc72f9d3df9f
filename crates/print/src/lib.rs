//! A line's cards and addresses on paper: a leaflet and a poster, as PDF.
//!
//! Pure: "today" is an argument, and the same line, day and language give the same bytes, so that nothing in a file tells who made it,
//! where, or when. Both need a [`statements::Line`], which verified back to its root: paper cannot be called back, so nothing goes onto it
//! that a coordinator did not sign. Only cards that stand on the day are printed,
//! and the day is never earlier than the relay's or the card set's own: a clock that is set back revives nothing.
//!
//! A text on its way to paper is cleaned (`clean`), shaped (`face`), broken into rows (`stack`), put onto pages (`sheets`) and written
//! (`pdf`). What goes onto paper at all is collected in `matter`; how it is arranged, in `leaflet` and `poster`.

mod clean;
mod code;
mod face;
mod flow;
mod leaflet;
mod matter;
mod pdf;
mod poster;
mod refusal;
mod saying;
mod sheets;
mod stack;

pub use refusal::NotPrinted;

use statements::Line;
use wire::Day;

/// A leaflet in the language of a tag (`en`, `ko`, `ko-KP`, `ru`, `uk`; of `ko-KR` the first part decides): A4 pages with the check words, the
/// addresses as text and as QR codes (modules of 0.8 mm at least), and each card that stands on `today` and has a text in that language,
/// as the bytes of one PDF. Its first page and its title look like notes. Nothing is to be trusted after the last day of the list of
/// entrances, and of the printed card whose check ends first.
///
/// # Errors
/// [`NotPrinted`], which says what to do; nothing is printed in part.
pub fn leaflet(line: &Line, today: Day, tag: &str) -> Result<Vec<u8>, NotPrinted> {
    leaflet::print(line, today, tag)
}

/// A poster in the language of a tag, as for [`leaflet`]: one A4 page with what the line is, up to three addresses as text and as QR codes
/// (modules of 1.2 mm at least), the check words, known fakes as far as there is room, and the day after which it is not to be trusted,
/// which is the last of the list of entrances. It has no cards and needs none.
///
/// # Errors
/// [`NotPrinted`], which says what to do; `DoesNotFit` when one page is too small.
pub fn poster(line: &Line, today: Day, tag: &str) -> Result<Vec<u8>, NotPrinted> {
    poster::print(line, today, tag)
}
