//! One version of a card or a claim, as the log gives it.

use std::collections::BTreeMap;

use protocol::{CheckKind, Text};
use record::{Check, Edited, EditedKind};
use statements::DevicePublicKey;
use wire::{Day, ReadError, Reader, Shred, Writer};

use crate::codec::{read_all, read_flag, read_string, read_text, write_all};
use crate::outbox::{read_shred, write_shred};

/// A check that somebody made.
pub(crate) struct Made {
    pub(crate) by: DevicePublicKey,
    pub(crate) check: Check,
    /// What is wrong; empty when nothing is.
    pub(crate) objection: Text,
}

/// One version of a card or a claim, perhaps not whole yet.
pub(crate) struct Revision {
    pub(crate) by: DevicePublicKey,
    pub(crate) base: [u8; 16],
    pub(crate) count: u16,
    pub(crate) pieces: BTreeMap<u16, Vec<u8>>,
    /// What destroys the entries of this desk's own revisions, and of those that this one replaced.
    pub(crate) shreds: Vec<Shred>,
    /// Whoever wrote it, or one of those that it replaced.
    pub(crate) authors: Vec<DevicePublicKey>,
    pub(crate) made: Vec<Made>,
    /// Another revision of the same base came first.
    pub(crate) beside: bool,
    /// What the pieces say, once all are there.
    pub(crate) written: Option<Written>,
}

/// What the pieces of a revision say: day u32 ‖ for review u8 ‖ JSON.
pub(crate) struct Written {
    pub(crate) day: Day,
    pub(crate) for_review: bool,
    pub(crate) edited: Edited,
}

impl Written {
    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        let json = serde_json::to_vec(&self.edited).ok()?;
        let writer = Writer::with_capacity(json.len() + 5);
        let writer = writer.u32(self.day.0).u8(self.for_review.into());
        Some(writer.put(&json).done())
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Written> {
        let mut reader = Reader::new(bytes);
        let day = Day(reader.u32().ok()?);
        let for_review = read_flag(&mut reader).ok()?;
        let edited: Edited = serde_json::from_slice(bytes.get(5..)?).ok()?;
        let (_, name) = edited.name();
        is_name(name).then_some(Written {
            day,
            for_review,
            edited,
        })
    }
}

/// Whether something may be the name of a card or a claim: it stands in addresses and file names.
pub(crate) fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.len() <= 64 && name.chars().all(is_plain)
}

impl Revision {
    pub(crate) fn new(by: DevicePublicKey, base: [u8; 16], count: u16) -> Revision {
        Revision {
            by,
            base,
            count,
            pieces: BTreeMap::new(),
            shreds: Vec::new(),
            authors: vec![by],
            made: Vec::new(),
            beside: false,
            written: None,
        }
    }

    pub(crate) fn whole(&self) -> Option<Vec<u8>> {
        let is_whole = self.pieces.len() == usize::from(self.count);
        is_whole.then(|| self.pieces.values().flatten().copied().collect())
    }

    /// Its kind and name, once it is whole.
    pub(crate) fn name(&self) -> Option<(EditedKind, &str)> {
        self.written.as_ref().map(|written| written.edited.name())
    }

    /// by 32 ‖ base 16 ‖ count u16 ‖ beside u8 ‖ (index u16 ‖ piece)* ‖ shred* ‖ author 32* ‖ (by 32 ‖ kind u8 ‖ language ‖ objection)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.put(&self.by.0).put(&self.base).u16(self.count);
        let writer = write_all(
            writer.u8(self.beside.into()),
            self.pieces.iter(),
            |writer, (index, piece)| writer.u16(*index).medium(piece),
        );
        let writer = write_all(writer, self.shreds.iter(), write_shred);
        let writer = write_all(writer, self.authors.iter(), |writer, by| writer.put(&by.0));
        write_all(writer, self.made.iter(), |writer, made| {
            let (kind, language) = as_logged(&made.check);
            let writer = writer.put(&made.by.0).u8(kind.code());
            writer
                .medium(language.as_bytes())
                .medium(made.objection.as_str().as_bytes())
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Revision, ReadError> {
        let by = DevicePublicKey(reader.array()?);
        let mut revision = Revision::new(by, reader.array()?, reader.u16()?);
        revision.beside = read_flag(reader)?;
        revision.pieces = read_all(reader, |reader| {
            Ok((reader.u16()?, reader.medium()?.to_vec()))
        })?
        .into_iter()
        .collect();
        revision.shreds = read_all(reader, read_shred)?;
        revision.authors = read_all(reader, |reader| reader.array().map(DevicePublicKey))?;
        revision.made = read_all(reader, |reader| {
            let by = DevicePublicKey(reader.array()?);
            let kind = CheckKind::from_code(reader.u8()?).ok_or(ReadError::Value)?;
            let check = from_logged(kind, read_string(reader)?);
            let objection = read_text(reader)?;
            Ok(Made {
                by,
                check,
                objection,
            })
        })?;
        revision.written = revision.whole().and_then(|bytes| Written::parse(&bytes));
        Ok(revision)
    }
}

pub(crate) fn as_logged(check: &Check) -> (CheckKind, &str) {
    match check {
        Check::Facts => (CheckKind::Facts, ""),
        Check::Law => (CheckKind::Law, ""),
        Check::Language(tag) => (CheckKind::Language, tag),
    }
}

pub(crate) fn from_logged(kind: CheckKind, language: String) -> Check {
    match kind {
        CheckKind::Facts => Check::Facts,
        CheckKind::Law => Check::Law,
        CheckKind::Language => Check::Language(language),
    }
}

impl Revision {
    /// Takes over what stays true of the revision that this one replaces.
    pub(crate) fn succeed(&mut self, before: Revision, next: &Edited) {
        self.shreds.extend(before.shreds);
        self.authors.extend(before.authors);
        self.authors.sort_unstable();
        self.authors.dedup();
        let was = before.written.map(|written| written.edited);
        let (Some(Edited::Card(was)), Edited::Card(next)) = (was, next) else {
            return;
        };
        let keeps = |made: &Made| {
            made.objection.is_empty() && made.by != self.by && was.keeps(&made.check, next)
        };
        self.made = before.made.into_iter().filter(keeps).collect();
    }
}
