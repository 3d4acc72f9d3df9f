//! Why something was not printed.

/// Why something was not printed. Each says what to do; none holds anything but what stands on paper anyway.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotPrinted {
    /// There are no texts in that language.
    #[error("there is no paper in the language {0:?}; choose en, ko, ru or uk")]
    Language(String),
    /// The line has no readable card set, or none of its cards stands on the day and has a text in the language.
    #[error(
        "no card stands on {date} in the language {tag}: publish cards that are checked and translated, or choose another language"
    )]
    NoCards {
        /// The language.
        tag: &'static str,
        /// The day, as a date.
        date: String,
    },
    /// The line has no list of entrances that is to be trusted on the day.
    #[error(
        "the line has no list of entrances that is to be trusted on {0}: let the coordinators sign a new one, then print again"
    )]
    NoEntrances(String),
    /// An address would become a QR code that telephones cannot read from paper.
    #[error(
        "the address {0} is too long for a QR code that can be read from paper: take it off the list of entrances, or give it a shorter path"
    )]
    TooDense(String),
    /// A text has characters that the font lacks.
    #[error("the font lacks {} in {place}: write that text without them", named(.characters))]
    Characters {
        /// Where: a card by its id, or what else it is.
        place: String,
        /// The characters, each once.
        characters: Vec<char>,
    },
    /// It needs more room than there is.
    #[error("{0} does not fit onto its paper: shorten the texts or the list of entrances")]
    DoesNotFit(&'static str),
    /// The PDF could not be written. A fault of the program, not of the line.
    #[error("the PDF could not be written ({0}); this is a fault of the program: please report it")]
    Fault(String),
}

/// Characters by number, since some show nothing, or something else than they are.
fn named(characters: &[char]) -> String {
    let shown = characters.iter().take(8).map(|character| {
        let number = u32::from(*character);
        match character.is_alphanumeric() {
            true => format!("{character} (U+{number:04X})"),
            false => format!("U+{number:04X}"),
        }
    });
    let mut shown: Vec<String> = shown.collect();
    if characters.len() > shown.len() {
        shown.push(format!("{} others", characters.len() - shown.len()));
    }
    shown.join(", ")
}
