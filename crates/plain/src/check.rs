//! Whether a file is a pack of a line, whoever gave it, and until when what it says is to be trusted. No network, no clock.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use record::CardSet;
use sha2::{Digest, Sha256};
use statements::{Line, LineError, PackManifest, UnverifiedStatement, Warning};
use wire::{Day, LineDocument, LineId};
use words::List;

use crate::archive::{self, Files, NotAnArchive};
use crate::cards::{Cards, State};
use crate::proof;

/// Why a file is no genuine pack. None of it is to be relied on.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAPack {
    /// It is larger than a pack can be, as it is or unpacked.
    #[error("it is larger than a pack can be")]
    TooLarge,
    /// It is damaged, cut off, or no ZIP file of a pack's form.
    #[error("it is damaged or cut off, or it is no pack at all")]
    Damaged,
    /// A file in it has a name that leads out of its folder, or that is there twice.
    #[error("a file in it has a name that no pack has")]
    Name,
    /// The list of files is missing or not of its form.
    #[error("its list of files, SHA256SUMS, is missing or damaged")]
    Sums,
    /// A file that the list has is not there.
    #[error("{0} is missing")]
    Missing(String),
    /// A file is there that the list does not have.
    #[error("{0} does not belong to it")]
    Added(String),
    /// A file is not as it was.
    #[error("{0} was changed")]
    Changed(String),
    /// A statement of the line is missing, damaged, or not signed by those who may.
    #[error("its proof does not hold: {0}")]
    Proof(LineError),
    /// It is right, and of another line than the expected one.
    #[error("it is a pack of another line")]
    OtherLine,
    /// What was signed is another list of files.
    #[error("its list of files is not the one that was signed")]
    OtherFiles,
    /// What was signed is of another card set than the one in it, such as an older one.
    #[error("it was signed for another card set than the one in it")]
    OtherCards,
}

impl From<NotAnArchive> for NotAPack {
    fn from(error: NotAnArchive) -> Self {
        match error {
            NotAnArchive::TooLarge => NotAPack::TooLarge,
            NotAnArchive::Damaged => NotAPack::Damaged,
            NotAnArchive::Name => NotAPack::Name,
        }
    }
}

impl From<LineError> for NotAPack {
    fn from(error: LineError) -> Self {
        match error {
            LineError::OtherLine => NotAPack::OtherLine,
            other => NotAPack::Proof(other),
        }
    }
}

/// A card of a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedCard {
    /// Its id.
    pub id: String,
    /// Its file, in the folder of each language that it has.
    pub file: String,
    /// How it stood on the day of the pack.
    pub then: State,
    /// How it stands today, by what is in the pack.
    pub now: State,
}

/// A genuine pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// The line.
    pub line: LineId,
    /// The day for which it was made.
    pub day: Day,
    /// The serial of its card set.
    pub serial: u32,
    /// How many files it has.
    pub files: usize,
    /// Its cards, in the order of their set.
    pub cards: Vec<CheckedCard>,
    /// The last day on which its list of entrances is to be trusted.
    pub entrances_until: Option<Day>,
    /// The last day of the coordinators who signed it.
    pub delegation_until: Day,
    /// What it warns of today.
    pub warning: Option<Warning>,
}

impl Checked {
    /// The cards that stood on the day of the pack and do not today.
    pub fn fallen(&self) -> impl Iterator<Item = &CheckedCard> {
        let cards = self.cards.iter();
        cards.filter(|card| {
            matches!(card.then, State::Live(_)) && !matches!(card.now, State::Live(_))
        })
    }

    /// The last day on which all of it is to be trusted: no answer has expired, nor the list of entrances, nor those who signed it. Parts may hold
    /// longer; each says itself until when.
    pub fn until(&self) -> Day {
        let cards = self.cards.iter().filter_map(|card| match card.then {
            State::Live(until) => Some(until),
            _ => None,
        });
        let others = self.entrances_until.into_iter();
        let first = cards.chain(others).min();
        first.map_or(self.delegation_until, |first| {
            first.min(self.delegation_until)
        })
    }

    /// The check words of its line, in each language: tag → words.
    pub fn check_words(&self) -> impl Iterator<Item = (&'static str, String)> {
        let lists = List::ALL.into_iter();
        lists.map(|list| {
            let words = words::check_words(list, &self.line.0);
            (list.language(), words.join(" "))
        })
    }

    /// Whether what a person typed are its line's check words, in any of the languages.
    pub fn has_check_words(&self, typed: &str) -> bool {
        let typed = typed.to_lowercase();
        let typed: Vec<&str> = typed.split_whitespace().collect();
        let mut lists = List::ALL.into_iter();
        lists.any(|list| typed == words::check_words(list, &self.line.0))
    }
}

/// The list of files: path → SHA-256, as `sha256sum` writes it.
fn listed(sums: &[u8]) -> Option<BTreeMap<&str, [u8; 32]>> {
    let text = std::str::from_utf8(sums).ok()?;
    let mut listed = BTreeMap::new();
    for line in text.strip_suffix('\n')?.split('\n') {
        let (hash, path) = line.split_once("  ")?;
        let hash: [u8; 32] = HEXLOWER.decode(hash.as_bytes()).ok()?.try_into().ok()?;
        let is_new = listed.insert(path, hash).is_none();
        (archive::is_path(path) && is_new).then_some(())?;
    }
    Some(listed)
}

/// Compares all files but the list itself and what signs it with the list.
fn compare(files: &Files, sums: &[u8]) -> Result<(), NotAPack> {
    let mut due = listed(sums).ok_or(NotAPack::Sums)?;
    for (path, bytes) in files {
        if path == proof::SUMS || path.starts_with(proof::SIGNED) {
            continue;
        }
        let hash = due.remove(path.as_str());
        let hash = hash.ok_or_else(|| NotAPack::Added(path.clone()))?;
        if <[u8; 32]>::from(Sha256::digest(bytes)) != hash {
            return Err(NotAPack::Changed(path.clone()));
        }
    }
    match due.into_keys().next() {
        Some(missing) => Err(NotAPack::Missing(missing.to_owned())),
        None => Ok(()),
    }
}

/// The line that the statements of a pack prove, its manifest among them.
fn line(files: &Files, expected: Option<&LineId>) -> Result<Line, NotAPack> {
    let is_proof = |path: &str| path.starts_with(proof::PROOF) && path.ends_with(proof::STATEMENT);
    let proofs = files.iter().filter(|(path, _)| is_proof(path));
    let all = proofs.map(|(_, bytes)| bytes).chain(proof::manifest(files));
    let statements: Vec<Vec<u8>> = all.take(LineDocument::STATEMENTS).cloned().collect();
    // A pack has no day of its own but the one in its manifest, and nothing here goes by it.
    let day = Day(0);
    Ok(Line::verify(&LineDocument { day, statements }, expected)?)
}

/// What signs the list of files: the manifest's statement, and its pieces as they follow from it, and nothing else.
fn signed(files: &Files, line: &Line) -> Result<PackManifest, NotAPack> {
    let missing = || NotAPack::Missing(format!("{}manifest{}", proof::SIGNED, proof::STATEMENT));
    let manifest = line.pack().ok_or_else(missing)?;
    let bytes = proof::manifest(files).ok_or_else(missing)?;
    let statement = UnverifiedStatement::parse(bytes).map_err(LineError::from)?;
    let due = proof::signed(&proof::rightly_signed(line, &statement));
    for (path, bytes) in files.iter().filter(|(p, _)| p.starts_with(proof::SIGNED)) {
        match due.get(path) {
            None => return Err(NotAPack::Added(path.clone())),
            Some(right) if right != bytes => return Err(NotAPack::Changed(path.clone())),
            Some(_) => {}
        }
    }
    let lost = due.into_keys().find(|path| !files.contains_key(path));
    lost.map_or(Ok(manifest.clone()), |lost| Err(NotAPack::Missing(lost)))
}

/// The cards of a line as they stood on one day and stand on another.
fn cards(line: &Line, then: Day, now: Day) -> Vec<CheckedCard> {
    let Some(signed) = line.cards() else {
        return Vec::new();
    };
    let judged = |day: Day| {
        let set = CardSet::parse(signed.cards()).unwrap_or_default();
        Cards::of(set, signed.day(), day)
    };
    let (then, now) = (judged(then), judged(now));
    let both = then.all().into_iter().zip(now.all());
    let cards = both.map(|((file, card, then), (.., now))| CheckedCard {
        id: card.id.clone(),
        file: file.to_owned(),
        then: then.clone(),
        now: now.clone(),
    });
    cards.collect()
}

/// Checks any bytes at all. `expected` is the line id that the reader already trusts; without one, a pack vouches for nothing but that all of it
/// comes from the line that it names. `today` never counts as earlier than the pack's own day, so a clock that is set back revives no answer.
///
/// Pages are not made again and compared: two coordinators signed the list of all files, and another version may render other pages.
///
/// # Errors
/// [`NotAPack`]: then nothing in it is to be relied on. What has expired is no error; [`Checked`] says it.
pub fn check(bytes: &[u8], expected: Option<&LineId>, today: Day) -> Result<Checked, NotAPack> {
    let files = archive::read(bytes)?;
    let sums = files.get(proof::SUMS).ok_or(NotAPack::Sums)?;
    compare(&files, sums)?;
    let line = line(&files, expected)?;
    let manifest = signed(&files, &line)?;
    if <[u8; 32]>::from(Sha256::digest(sums)) != manifest.sums {
        return Err(NotAPack::OtherFiles);
    }
    let serial = line.cards().map_or(0, statements::CardSet::serial);
    if serial != manifest.serial {
        return Err(NotAPack::OtherCards);
    }
    let today = today.max(manifest.day);
    Ok(Checked {
        line: line.id(),
        day: manifest.day,
        serial,
        files: files.len(),
        cards: cards(&line, manifest.day, today),
        entrances_until: line.newest_entrances().map(|list| list.good_until),
        delegation_until: line.delegation().until(),
        warning: line.warning_on(today).cloned(),
    })
}
