//! Which release a served document is, and whose line it serves.

use plain::{Fragments, Language, Site};
use statements::{Line, LineError};
use wire::{LineDocument, LineId};

use crate::list::{Release, Releases};
use crate::served::{NotServed, Served};

/// Why a document is none of a release, or none of the line that it says.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotReleased {
    /// It has not the form of a document, or something stands in it that no line puts there.
    #[error(transparent)]
    Served(#[from] NotServed),
    /// With what the line put in taken out, it is none of the list.
    #[error(
        "without what the line put in it is none of the released pages: it was changed, or made by somebody else, or is newer than the list"
    )]
    Unlisted([u8; 32]),
    /// What the line says of itself in it is damaged, or not signed by those who may.
    #[error("the line in it cannot be believed: {0}")]
    Line(LineError),
    /// It is a released page, of another line than the expected one.
    #[error("it is a page of another line")]
    OtherLine,
    /// The check words that it shows are not its line's.
    #[error("the check words that it shows are not those of the line in it")]
    OtherWords,
    /// The warning that it shows is not what its line says.
    #[error("the warning that it shows is not what its line says")]
    OtherWarning,
}

/// A document of a release.
pub struct Checked {
    /// The release.
    pub release: Release,
    /// Its language: en, ko, ko-KP, ru or uk.
    pub language: &'static str,
    /// The newest release on the list.
    pub newest: Release,
    /// The line that it serves, verified; without its cards, which go beside it.
    pub line: Line,
    /// Whether its warning was compared with what the line says: only where the same version of this program made it.
    pub is_warning_compared: bool,
    served: Served,
}

/// What a line's document shows in a language, by the day that it carries.
fn fragments(line: &Line, language: &str) -> Option<Fragments> {
    let language = Language::of(language)?;
    Some(Site::of(line, line.day()).fragments(language))
}

impl Checked {
    /// Whether it is the newest release on the list. A list can itself be old.
    pub fn is_newest(&self) -> bool {
        self.release == self.newest
    }

    /// Its line's check words: language's tag → words.
    pub fn check_words(&self) -> impl Iterator<Item = (&'static str, String)> {
        let site = Site::of(&self.line, self.line.day());
        let languages = Language::all();
        languages.map(move |one| (one.tag(), site.fragments(one).check_words))
    }

    /// Whether what a person typed are its line's check words, in any of the languages.
    pub fn has_check_words(&self, typed: &str) -> bool {
        let typed = typed.to_lowercase();
        let typed: Vec<&str> = typed.split_whitespace().collect();
        self.check_words()
            .any(|(_, words)| typed == words.split(' ').collect::<Vec<_>>())
    }

    /// Whether the answers that it shows are those that this version makes of a line's signed cards. `line` comes with its cards, as a relay
    /// gives it at `/v1/line`. Another version may write them otherwise, and cards can change between the two.
    pub fn shows_cards_of(&self, line: &Line) -> bool {
        let made = fragments(line, self.language);
        line.id() == self.line.id() && made.is_some_and(|made| made.answers == self.served.answers)
    }
}

/// Finds which release any bytes are. `list` must have been verified ([`crate::Signers::verify`]); `expected` is the line id that the reader
/// already trusts, without which a page vouches for no line but the one that it names; `program` is the version of the calling program.
///
/// Not guaranteed: that an address gives the same document to everybody, or at another time; what HTTP headers say; the strings of another
/// language and the answers, which the page fetches by themselves. An older release is no error: [`Checked::is_newest`] says it.
///
/// # Errors
/// [`NotReleased`]: then nothing is to be typed into it.
pub fn check(
    document: &[u8],
    list: &Releases,
    expected: Option<&LineId>,
    program: &str,
) -> Result<Checked, NotReleased> {
    let served = Served::read(document)?;
    let unlisted = NotReleased::Unlisted(served.sum);
    let (release, file) = list.find(&served.sum).ok_or(unlisted.clone())?;
    let document = file.strip_suffix(".html").ok_or(unlisted.clone())?;
    let language = document.strip_prefix("letters-").unwrap_or(document);
    let newest = list.newest().ok_or(unlisted)?.clone();
    let said =
        LineDocument::parse(&served.line).map_err(|_| NotReleased::Line(LineError::Incomplete))?;
    let line = Line::verify(&said, expected).map_err(|error| match error {
        LineError::OtherLine => NotReleased::OtherLine,
        other => NotReleased::Line(other),
    })?;
    let made = fragments(&line, language).ok_or(NotReleased::OtherWords)?;
    if made.check_words != served.check_words {
        return Err(NotReleased::OtherWords);
    }
    let is_warning_compared = release.version == program;
    if is_warning_compared && made.warning != served.warning {
        return Err(NotReleased::OtherWarning);
    }
    Ok(Checked {
        release: release.clone(),
        language,
        newest,
        line,
        is_warning_compared,
        served,
    })
}
