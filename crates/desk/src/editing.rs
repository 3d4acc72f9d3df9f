//! Cards and claims that are not published: their revisions in log order, who checked them, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{EditingEvent, Language, Remark};
use record::{CardSet, Check, Edited, EditedKind, Standing};
use statements::{Act, DevicePublicKey, Stage};
use wire::{Day, ReadError, Reader, Shred, Writer};

use crate::codec::{read_all, read_language, read_string, write_all};
use crate::outbox::About;
use crate::records::RecordKey;
use crate::revision::{Made, Revision, Written, from_logged};
use crate::turn::Turn;
use crate::{Desk, Notice, RelayTask, RevisionLabel};

/// How many bytes of a revision one entry of the log takes.
pub(crate) const PIECE: usize = 3400;
/// How many pieces a revision has at most.
pub(crate) const PIECES: u16 = 20;
/// How many revisions are held at most.
const OPEN: usize = 4000;
/// How many changes are remembered.
const CHANGES: usize = 1000;
/// How many different remarks are remembered.
const REMARKS: usize = 1000;

/// What happened to a card or a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeKind {
    /// Somebody wrote a revision.
    Revised = 1,
    /// Somebody checked it.
    Checked = 2,
    /// Somebody objected.
    Objected = 3,
    /// It was given up.
    Dropped = 4,
    /// It was published.
    Published = 5,
    /// It is held back: what it rests on does not hold.
    HeldBack = 6,
}

impl ChangeKind {
    const ALL: [ChangeKind; 6] = [
        ChangeKind::Revised,
        ChangeKind::Checked,
        ChangeKind::Objected,
        ChangeKind::Dropped,
        ChangeKind::Published,
        ChangeKind::HeldBack,
    ];

    /// Its word, in strings and scripts.
    pub fn word(self) -> &'static str {
        match self {
            ChangeKind::Revised => "revised",
            ChangeKind::Checked => "checked",
            ChangeKind::Objected => "objected",
            ChangeKind::Dropped => "dropped",
            ChangeKind::Published => "published",
            ChangeKind::HeldBack => "held-back",
        }
    }
}

/// One line of the history.
pub(crate) struct Change {
    pub(crate) day: Day,
    pub(crate) by: DevicePublicKey,
    pub(crate) what: ChangeKind,
    pub(crate) kind: EditedKind,
    pub(crate) name: String,
}

/// All that is edited.
#[derive(Default)]
pub(crate) struct Editing {
    pub(crate) revisions: BTreeMap<[u8; 16], Revision>,
    pub(crate) changes: Vec<Change>,
    /// (Card, language, what) → how often, and on which day last.
    pub(crate) remarks: BTreeMap<(String, u8, u8), (u32, Day)>,
    /// The cards that are held back, and the claim on account of which.
    pub(crate) held_back: BTreeMap<String, String>,
    /// What this desk has told of them already.
    told: BTreeSet<String>,
    /// Whether all of that is to be looked at again; not kept.
    pub(crate) stirred: bool,
}

impl Editing {
    /// (day ‖ by 32 ‖ what u8 ‖ kind u8 ‖ name)* ‖ (card ‖ language u8 ‖ what u8 ‖ count u32 ‖ day)* ‖ told*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = write_all(writer, self.changes.iter(), |writer, change| {
            let writer = writer.u32(change.day.0).put(&change.by.0);
            let writer = writer.u8(change.what as u8).u8(change.kind as u8);
            writer.medium(change.name.as_bytes())
        });
        let writer = write_all(writer, self.remarks.iter(), |writer, (of, (count, day))| {
            let writer = writer.medium(of.0.as_bytes()).u8(of.1).u8(of.2);
            writer.u32(*count).u32(day.0)
        });
        write_all(writer, self.told.iter(), |writer, card| {
            writer.medium(card.as_bytes())
        })
    }

    pub(crate) fn decode(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        self.changes = read_all(reader, |reader| {
            let day = Day(reader.u32()?);
            let by = DevicePublicKey(reader.array()?);
            let what = reader.u8()?;
            let mut kinds = ChangeKind::ALL.into_iter();
            let what = kinds.find(|kind| *kind as u8 == what);
            let kind = match reader.u8()? {
                1 => EditedKind::Card,
                2 => EditedKind::Claim,
                _ => return Err(ReadError::Value),
            };
            Ok(Change {
                day,
                by,
                what: what.ok_or(ReadError::Value)?,
                kind,
                name: read_string(reader)?,
            })
        })?;
        let remarks = read_all(reader, |reader| {
            let card = read_string(reader)?;
            let language = read_language(reader)?.code();
            let of = (card, language, reader.u8()?);
            Ok((of, (reader.u32()?, Day(reader.u32()?))))
        })?;
        self.remarks = remarks.into_iter().collect();
        self.told = read_all(reader, read_string)?.into_iter().collect();
        self.stirred = true;
        Ok(())
    }

    /// The revision of a thing that others are based on.
    pub(crate) fn current(&self, kind: EditedKind, name: &str) -> Option<[u8; 16]> {
        let mut all = self.revisions.iter();
        let found = all.find(|(_, one)| !one.beside && one.name() == Some((kind, name)));
        found.map(|(label, _)| *label)
    }
}

impl Desk {
    pub(crate) fn fold_editing(
        &mut self,
        author: DevicePublicKey,
        event: &EditingEvent,
        shred: Shred,
        turn: &mut Turn<'_>,
    ) {
        match event {
            EditingEvent::Revise {
                revision,
                base,
                index,
                count,
                bytes,
            } => {
                let place = (*index, *count);
                self.fold_revise(author, (*revision, *base), place, bytes, shred);
                self.place_revision(*revision, turn);
            }
            EditingEvent::Check {
                revision,
                day,
                kind,
                language,
                objection,
            } => {
                let made = Made {
                    by: author,
                    check: from_logged(*kind, language.clone()),
                    objection: objection.duplicate(),
                };
                self.fold_check(revision, made, *day, turn);
            }
            EditingEvent::Drop { revision } => self.fold_drop(author, revision, turn),
            EditingEvent::Remark {
                card,
                language,
                remark,
            } => self.fold_remark(card, *language, *remark, turn),
        }
        self.editing.stirred = true;
        if self.caught_up {
            self.tend_editing(turn);
        }
    }

    fn fold_revise(
        &mut self,
        by: DevicePublicKey,
        (label, base): ([u8; 16], [u8; 16]),
        (index, count): (u16, u16),
        bytes: &[u8],
        shred: Shred,
    ) {
        let fits = index < count && count <= PIECES && bytes.len() <= PIECE;
        let known = self.editing.revisions.contains_key(&label);
        if !fits || (!known && self.editing.revisions.len() >= OPEN) {
            return;
        }
        let is_own = by == self.device();
        let revisions = &mut self.editing.revisions;
        let revision = revisions
            .entry(label)
            .or_insert_with(|| Revision::new(by, base, count));
        if revision.by != by || revision.count != count || revision.written.is_some() {
            return;
        }
        revision.pieces.insert(index, bytes.to_vec());
        if is_own {
            revision.shreds.push(shred);
        }
        self.mark(RecordKey::Revision(label));
    }

    /// Once a revision is whole it takes the place of the one that it was made from, or stands beside another that came first.
    fn place_revision(&mut self, label: [u8; 16], turn: &mut Turn<'_>) {
        let Some(mut revision) = self.editing.revisions.remove(&label) else {
            return;
        };
        let whole = (revision.written.is_none())
            .then(|| revision.whole())
            .flatten();
        let Some(bytes) = whole else {
            self.editing.revisions.insert(label, revision);
            return;
        };
        let Some(written) = Written::parse(&bytes) else {
            self.shred_revision(revision);
            return;
        };
        let (kind, name) = written.edited.name();
        let name = name.to_owned();
        let current = self.editing.current(kind, &name);
        if let Some(current) = current {
            if current == revision.base {
                if let Some(before) = self.editing.revisions.remove(&current) {
                    revision.succeed(before, &written.edited);
                    self.mark(RecordKey::Revision(current));
                }
            } else {
                revision.beside = true;
                if revision.by == self.device() {
                    turn.tell(Notice::RevisionBeside(RevisionLabel(label)));
                }
            }
        }
        self.note_change(written.day, revision.by, ChangeKind::Revised, kind, &name);
        let is_own = revision.authors.contains(&self.device());
        if written.for_review && !revision.beside && !is_own {
            turn.tell(Notice::RevisionWaits(RevisionLabel(label)));
        }
        revision.written = Some(written);
        self.editing.revisions.insert(label, revision);
    }

    /// Whether somebody may answer for a part of a revision on a day.
    pub(crate) fn may_check(
        &self,
        by: &DevicePublicKey,
        revision: &Revision,
        check: &Check,
        day: Day,
    ) -> bool {
        let Some(Written {
            edited: Edited::Card(card),
            for_review: true,
            ..
        }) = &revision.written
        else {
            return false;
        };
        let Some(member) = self.roster.members.get(by) else {
            return false;
        };
        let is_author = |author| self.is_same_person(author, by);
        if revision.beside
            || member.is.stage == Stage::Trainee
            || revision.authors.iter().any(is_author)
        {
            return false;
        }
        let languages = &member.is.profile.languages;
        let base = |tag: &str| tag.split('-').next().map(str::to_owned);
        let reads = |tag: &str| languages.iter().any(|known| base(known) == base(tag));
        match check {
            Check::Facts => card.written_in().is_some_and(reads),
            Check::Law => self.roster.permits(by, Act::CheckLaw, day),
            Check::Language(tag) => {
                let is_translation = card.written_in() != Some(tag);
                card.texts.contains_key(tag) && is_translation && reads(tag)
            }
        }
    }

    fn fold_check(&mut self, label: &[u8; 16], made: Made, day: Day, turn: &mut Turn<'_>) {
        let Some(revision) = self.editing.revisions.get(label) else {
            return;
        };
        if !self.may_check(&made.by, revision, &made.check, day) {
            return;
        }
        let what = match made.objection.is_empty() {
            true => ChangeKind::Checked,
            false => ChangeKind::Objected,
        };
        let name = revision.name().map(|(kind, name)| (kind, name.to_owned()));
        if revision.authors.contains(&self.device()) {
            turn.tell(Notice::RevisionChecked(RevisionLabel(*label)));
        }
        let by = made.by;
        if let Some(revision) = self.editing.revisions.get_mut(label) {
            let made_before = |other: &Made| other.by == made.by && other.check == made.check;
            revision.made.retain(|other| !made_before(other));
            revision.made.push(made);
            self.mark(RecordKey::Revision(*label));
        }
        if let Some((kind, name)) = name {
            self.note_change(day, by, what, kind, &name);
        }
    }

    fn fold_drop(&mut self, by: DevicePublicKey, label: &[u8; 16], turn: &Turn<'_>) {
        let may = self.editing.revisions.get(label).is_some_and(|revision| {
            let mut authors = revision.authors.iter();
            authors.any(|author| self.is_same_person(author, &by))
                || self.roster.is_coordinator(&by)
        });
        if !may {
            return;
        }
        if let Some(revision) = self.editing.revisions.remove(label) {
            self.mark(RecordKey::Revision(*label));
            let name = revision.name().map(|(kind, name)| (kind, name.to_owned()));
            if let Some((kind, name)) = name {
                let day = turn.now.day();
                self.note_change(day, by, ChangeKind::Dropped, kind, &name);
            }
            self.shred_revision(revision);
        }
    }

    fn fold_remark(&mut self, card: &str, language: Language, remark: Remark, turn: &Turn<'_>) {
        let of = (card.to_owned(), language.code(), remark.code());
        if self.editing.remarks.len() >= REMARKS && !self.editing.remarks.contains_key(&of) {
            return;
        }
        let (count, day) = self.editing.remarks.entry(of).or_insert((0, Day(0)));
        *count = count.saturating_add(1);
        *day = turn.now.day();
        self.mark(RecordKey::Editing);
    }

    fn shred_revision(&mut self, revision: Revision) {
        for shred in revision.shreds {
            self.ask(RelayTask::ShredLog(shred), About::Nothing, None);
        }
    }

    fn note_change(
        &mut self,
        day: Day,
        by: DevicePublicKey,
        what: ChangeKind,
        kind: EditedKind,
        name: &str,
    ) {
        let name = name.to_owned();
        self.editing.changes.push(Change {
            day,
            by,
            what,
            kind,
            name,
        });
        let more = self.editing.changes.len().saturating_sub(CHANGES);
        self.editing.changes.drain(..more);
        self.mark(RecordKey::Editing);
    }

    /// The card set that the line has published; nothing when it has none.
    pub(crate) fn published_set(&self) -> CardSet {
        let cards = self.line.as_ref().and_then(|line| line.cards());
        CardSet::of_desk(cards.map(statements::CardSet::cards))
    }

    /// The published set with the claims that hold something back, or would, once they are published too.
    fn set_with_doubts(&self, mut set: CardSet, today: Day) -> CardSet {
        for revision in self.editing.revisions.values() {
            if let Some(Written { edited, .. }) = &revision.written
                && let Edited::Claim(doubt) = edited
                && (!doubt.claim.stands() || !doubt.claim.contradicts.is_empty())
            {
                set.take_in(edited, today);
            }
        }
        set
    }

    /// Looks again at what is published and what is edited: what went out is edited no more, and what rests on doubts is held back.
    pub(crate) fn tend_editing(&mut self, turn: &mut Turn<'_>) {
        if !core::mem::take(&mut self.editing.stirred) || self.line.is_none() {
            return;
        }
        let set = self.published_set();
        self.end_published(&set, turn);
        self.correct_cards(&set, turn);
        let day = self.cards_day(turn.now.day());
        let doubted = self.set_with_doubts(set, day);
        let held_back: BTreeMap<String, String> = doubted
            .standings(day)
            .into_iter()
            .filter_map(|(card, standing)| match standing {
                Standing::Suspended(why) => Some((card.id.clone(), why.claim().to_owned())),
                _ => None,
            })
            .collect();
        let me = self.device();
        let new: Vec<String> = held_back
            .keys()
            .filter(|card| !self.editing.told.contains(*card))
            .cloned()
            .collect();
        for card in new {
            turn.tell(Notice::CardHeldBack(card.clone()));
            let what = ChangeKind::HeldBack;
            self.note_change(turn.now.day(), me, what, EditedKind::Card, &card);
        }
        let told: BTreeSet<String> = held_back.keys().cloned().collect();
        if told != self.editing.told {
            self.editing.told = told;
            self.mark(RecordKey::Editing);
        }
        self.editing.held_back = held_back;
    }

    /// Ends the editing of what the published set has.
    fn end_published(&mut self, set: &CardSet, turn: &Turn<'_>) {
        let revisions = self.editing.revisions.iter();
        let published: Vec<[u8; 16]> = revisions
            .filter(|(_, revision)| {
                let edited = revision.written.as_ref().map(|written| &written.edited);
                match edited {
                    Some(Edited::Card(card)) => {
                        let made = self.agreed(revision);
                        let checked = card.as_checked(&made);
                        let stands = set.card(&card.id);
                        stands.is_some_and(|stands| {
                            stands == &**card || checked.as_ref() == Some(stands)
                        })
                    }
                    Some(Edited::Claim(edited)) => {
                        let mut claims = set.all_claims().iter();
                        let stands = claims.find(|claim| claim.id == edited.claim.id);
                        stands.is_some_and(|stands| stands.is_as(&edited.claim))
                    }
                    None => false,
                }
            })
            .map(|(label, _)| *label)
            .collect();
        for label in published {
            let Some(revision) = self.editing.revisions.remove(&label) else {
                continue;
            };
            self.mark(RecordKey::Revision(label));
            if let Some((kind, name)) = revision.name() {
                let (name, by) = (name.to_owned(), revision.by);
                let what = ChangeKind::Published;
                self.note_change(turn.now.day(), by, what, kind, &name);
                self.editing.remarks.retain(|of, _| of.0 != name);
            }
            self.shred_revision(revision);
        }
    }

    /// The checks of a revision that agree with it, by persons.
    pub(crate) fn agreed(&self, revision: &Revision) -> Vec<(String, Check)> {
        let made = revision.made.iter();
        made.filter(|made| made.objection.is_empty())
            .map(|made| (self.name_of(&made.by), made.check.clone()))
            .collect()
    }
}
