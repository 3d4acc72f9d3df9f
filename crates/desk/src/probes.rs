//! Notes on what looked like somebody who only tests the line: seen by a second person before they are shown to all, and gone after
//! two weeks. A note says what was noticed, never who.

use std::collections::BTreeMap;

use protocol::{TeamEvent, Text};
use statements::DevicePublicKey;
use wire::{Day, ReadError, Reader, Shred, Writer};

use crate::codec::{read_all, read_flag, read_text, write_all};
use crate::outbox::{About, read_shred, write_shred};
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::view_shift::ProbeNoteView;
use crate::{Desk, Notice, Refusal, RelayTask};

/// For how many days a note is kept.
const KEPT_DAYS: u32 = 14;
/// How long a note is at most, in bytes.
const NOTE_SIZE: usize = 400;

pub(crate) struct Note {
    by: DevicePublicKey,
    text: Text,
    day: Day,
    stands: bool,
    shred: Shred,
}

/// All notes, by name.
#[derive(Default)]
pub(crate) struct Probes(BTreeMap<[u8; 16], Note>);

impl Probes {
    /// (name 16 ‖ by 32 ‖ day ‖ stands u8 ‖ shred ‖ text)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        write_all(writer, self.0.iter(), |writer, (name, note)| {
            let writer = writer.put(name).put(&note.by.0).u32(note.day.0);
            write_shred(writer.u8(note.stands.into()), &note.shred)
                .medium(note.text.as_str().as_bytes())
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Probes, ReadError> {
        let notes = read_all(reader, |reader| {
            let name = reader.array()?;
            let note = Note {
                by: DevicePublicKey(reader.array()?),
                day: Day(reader.u32()?),
                stands: read_flag(reader)?,
                shred: read_shred(reader)?,
                text: read_text(reader)?,
            };
            Ok((name, note))
        })?;
        Ok(Probes(notes.into_iter().collect()))
    }
}

impl Desk {
    pub(crate) fn note_probe(&mut self, text: Text, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_act(turn)?;
        if text.is_empty() {
            return Err(Refusal::EmptyText);
        }
        if text.as_str().len() > NOTE_SIZE {
            return Err(Refusal::NoteTooLong);
        }
        let mut note = [0; 16];
        turn.rng.fill_bytes(&mut note);
        let event = TeamEvent::ProbeNote { note, text };
        self.append(&event, About::Nothing, turn);
        Ok(())
    }

    /// A second person says whether a note stands.
    pub(crate) fn judge_probe(
        &mut self,
        note: [u8; 16],
        stands: bool,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        if !self.watches() {
            return Err(Refusal::NotSupervisor);
        }
        let known = self.probes.0.get(&note).ok_or(Refusal::UnknownNote)?;
        if self.is_same_person(&known.by, &self.device()) {
            return Err(Refusal::SamePerson);
        }
        self.append(&TeamEvent::ProbeSeen { note, stands }, About::Nothing, turn);
        Ok(())
    }

    pub(crate) fn is_same_person(&self, one: &DevicePublicKey, other: &DevicePublicKey) -> bool {
        one == other || self.roster.work_name(one) == self.roster.work_name(other)
    }

    pub(crate) fn fold_probe(
        &mut self,
        author: DevicePublicKey,
        (name, text): ([u8; 16], &Text),
        shred: Shred,
        turn: &mut Turn<'_>,
    ) {
        let note = Note {
            by: author,
            text: text.duplicate(),
            day: turn.now.day(),
            stands: false,
            shred,
        };
        self.probes.0.entry(name).or_insert(note);
        self.mark(RecordKey::Probes);
        if self.watches() && !self.is_same_person(&author, &self.device()) {
            turn.tell(Notice::ProbeNoteWaits);
        }
    }

    pub(crate) fn fold_probe_seen(
        &mut self,
        author: DevicePublicKey,
        name: [u8; 16],
        stands: bool,
    ) {
        let Some(by) = self.probes.0.get(&name).map(|note| note.by) else {
            return;
        };
        if !self.roster.supervises(&author) || self.is_same_person(&by, &author) {
            return;
        }
        match self.probes.0.get_mut(&name) {
            Some(note) if stands => note.stands = true,
            _ => self.drop_probe(&name),
        }
        self.mark(RecordKey::Probes);
    }

    /// A note is gone here; whoever wrote it has the relay forget it.
    fn drop_probe(&mut self, name: &[u8; 16]) {
        if let Some(note) = self.probes.0.remove(name)
            && note.by == self.device()
        {
            self.ask(RelayTask::ShredLog(note.shred), About::Nothing, None);
        }
    }

    pub(crate) fn age_probes(&mut self, today: Day) {
        let old = self.probes.0.iter();
        let old = old.filter(|(_, note)| today > note.day.plus(KEPT_DAYS));
        for name in old.map(|(name, _)| *name).collect::<Vec<_>>() {
            self.drop_probe(&name);
            self.mark(RecordKey::Probes);
        }
    }

    /// Notes that stand for everybody; those that wait, for whoever may judge them or wrote them.
    pub(crate) fn show_probes(&self) -> Vec<ProbeNoteView> {
        let me = self.device();
        let notes = self.probes.0.iter();
        notes
            .filter(|(_, note)| note.stands || self.watches() || self.is_same_person(&note.by, &me))
            .map(|(name, note)| ProbeNoteView {
                note: *name,
                text: crate::case::show_text(&note.text),
                by: self.name_of(&note.by),
                stands: note.stands,
                may_judge: !note.stands && self.watches() && !self.is_same_person(&note.by, &me),
                until: note.day.plus(KEPT_DAYS),
            })
            .collect()
    }
}
