//! Reading along in a colleague's case, whispering, and a trainee's drafts.
//!
//! A whisper is a type of its own under a key of its own: replies are made of [`protocol::ReplyPart`], and nothing here makes one of
//! what was whispered, except an approved draft, which its author wrote for the contact.

use std::collections::BTreeMap;

use protocol::{CaseId, Grant, GrantPurpose, GrantSubject, ReplyPart, TeamEvent, Text, Whisper};
use statements::{Act, DevicePublicKey, Stage};
use wire::{Day, ReadError, Reader, Shred, Writer};
use zeroize::Zeroizing;

use crate::case::Case;
use crate::codec::read_text;
use crate::records::RecordKey;
use crate::supervised::{Draft, Said, Supervised};
use crate::trail::Step;
use crate::turn::Turn;
use crate::view::DraftState;
use crate::{CaseLabel, Desk, Notice, Refusal};

/// In so many first cases a trainee's answers are approved before they are sent.
const CASES_APPROVED: usize = 10;

/// What a whisper says.
enum Saying {
    /// 1 ‖ text.
    Words(Text),
    /// 2 ‖ number u32 ‖ text.
    Draft(u32, Text),
    /// 3 ‖ number u32.
    Approve(u32),
    /// 4 ‖ number u32 ‖ text.
    Reject(u32, Text),
}

impl Saying {
    fn write(&self) -> Zeroizing<Vec<u8>> {
        let writer = Writer::with_capacity(2048);
        let writer = match self {
            Saying::Words(text) => writer.u8(1).medium(text.as_str().as_bytes()),
            Saying::Draft(number, text) => {
                writer.u8(2).u32(*number).medium(text.as_str().as_bytes())
            }
            Saying::Approve(number) => writer.u8(3).u32(*number),
            Saying::Reject(number, text) => {
                writer.u8(4).u32(*number).medium(text.as_str().as_bytes())
            }
        };
        Zeroizing::new(writer.done())
    }

    fn read(content: &[u8]) -> Result<Saying, ReadError> {
        let mut reader = Reader::new(content);
        let saying = match reader.u8()? {
            1 => Saying::Words(read_text(&mut reader)?),
            2 => Saying::Draft(reader.u32()?, read_text(&mut reader)?),
            3 => Saying::Approve(reader.u32()?),
            4 => Saying::Reject(reader.u32()?, read_text(&mut reader)?),
            _ => return Err(ReadError::Value),
        };
        reader.end()?;
        Ok(saying)
    }
}

impl Desk {
    /// The case that a person calls so, of this desk or read along.
    fn readable(&self, label: CaseLabel) -> Result<CaseId, Refusal> {
        let supervised = self.supervised.keys();
        let found = supervised.copied().find(|id| CaseLabel::of(id) == label);
        found.map_or_else(|| self.held(label), Ok)
    }

    pub(crate) fn invite_supervisor(
        &mut self,
        label: CaseLabel,
        device: &DevicePublicKey,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may(Act::Answer, turn)?;
        let today = turn.now.day();
        if !self.roster.supervises(device) || !self.roster.permits(device, Act::Supervise, today) {
            return Err(Refusal::NotSupervisor);
        }
        if *device == self.device() || !self.is_reachable(device, today) {
            return Err(Refusal::ColleagueUnreachable);
        }
        let choices = self.cases.get(&id).map(|case| case.choices);
        if choices.is_some_and(|choices| self.is_excluded(device, choices)) {
            return Err(Refusal::NotForColleague);
        }
        self.let_supervise(&id, device, turn);
        self.note(Step::InvitedSupervisor, turn);
        Ok(())
    }

    /// Writes the case anew, so that whoever reads along from now on finds all of it.
    fn let_supervise(&mut self, id: &CaseId, device: &DevicePublicKey, turn: &mut Turn<'_>) {
        let added = self
            .cases
            .get_mut(id)
            .is_some_and(|case| case.supervisors.insert(*device));
        if added {
            self.relog(id, true, None, turn);
        }
    }

    /// A trainee's case has a supervisor from its beginning: one who is at the desk, else any who can be reached.
    pub(crate) fn assign_supervisor(&mut self, id: &CaseId, turn: &mut Turn<'_>) {
        if !self.needs_approval() {
            return;
        }
        let today = turn.now.day();
        let choices = self.cases.get(id).map(|case| case.choices);
        let mine = self.roster.work_name(&self.device()).map(str::to_owned);
        let may = self.roster.members.keys().filter(|device| {
            self.roster.supervises(device)
                && self.roster.permits(device, Act::Supervise, today)
                && self.roster.work_name(device) != mine.as_deref()
                && !choices.is_some_and(|choices| self.is_excluded(device, choices))
                && self.is_reachable(device, today)
        });
        let chosen = may.min_by_key(|device| {
            let is_coordinator = self.roster.is_coordinator(device);
            (!self.presence.there.contains_key(device), is_coordinator)
        });
        if let Some(device) = chosen.copied() {
            self.let_supervise(id, &device, turn);
        }
    }

    /// Whether answers of this desk are approved before they are sent.
    pub(crate) fn needs_approval(&self) -> bool {
        let me = self.device();
        let taken = self.queue.taken.values().filter(|taken| taken.by == me);
        self.roster.stage(&me) == Some(Stage::Trainee) && taken.count() <= CASES_APPROVED
    }

    pub(crate) fn supervision_grants(&self, case: &Case, turn: &mut Turn<'_>) -> Vec<Grant> {
        let (line, today) = (self.line(), turn.now.day());
        let content = Supervised::granted(case);
        let what = (
            GrantPurpose::Supervision,
            GrantSubject::case(&case.id),
            case.logged.generation,
        );
        let members = case
            .supervisors
            .iter()
            .filter(|device| self.roster.supervises(device));
        members
            .filter_map(|device| {
                let key = self.key_of(device, today)?;
                Grant::seal(&line, what, key, &content, turn.rng).ok()
            })
            .collect()
    }

    fn say(&mut self, id: &CaseId, saying: &Saying, turn: &mut Turn<'_>) {
        let line = self.line();
        let secret = match (self.cases.get(id), self.supervised.get(id)) {
            (Some(case), _) => Some((case.logged.generation, case.logged.whisper.duplicate())),
            (None, Some(read)) => {
                let whisper = read.whisper.as_ref();
                whisper.map(|whisper| (read.generation, whisper.duplicate()))
            }
            (None, None) => None,
        };
        let Some((generation, secret)) = secret else {
            return;
        };
        let sealed = Whisper::seal(&line, *id, (generation, &secret), &saying.write(), turn.rng);
        if let Ok(whisper) = sealed {
            self.append_of_case(id, &TeamEvent::Whisper(whisper), turn);
        }
    }

    pub(crate) fn whisper(
        &mut self,
        label: CaseLabel,
        text: Text,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.readable(label)?;
        self.may_act(turn)?;
        if text.is_empty() {
            return Err(Refusal::EmptyText);
        }
        self.say(&id, &Saying::Words(text), turn);
        Ok(())
    }

    pub(crate) fn submit_draft(
        &mut self,
        label: CaseLabel,
        text: Text,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let id = self.held(label)?;
        self.may(Act::Answer, turn)?;
        if text.is_empty() {
            return Err(Refusal::EmptyText);
        }
        self.assign_supervisor(&id, turn);
        let case = self.cases.get_mut(&id).ok_or(Refusal::UnknownCase)?;
        if case.supervisors.is_empty() {
            return Err(Refusal::NoSupervisor);
        }
        let number = case.drafts.last().map_or(1, |draft| draft.number + 1);
        case.draft = Text::empty();
        case.drafts.push(Draft {
            number,
            text: text.duplicate(),
            state: DraftState::Waits,
        });
        self.mark(RecordKey::Case(id));
        self.say(&id, &Saying::Draft(number, text), turn);
        Ok(())
    }

    pub(crate) fn judge_draft(
        &mut self,
        label: CaseLabel,
        number: u32,
        rejected: Option<Text>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may(Act::Supervise, turn)?;
        let found = self.supervised.keys().copied();
        let id = found
            .into_iter()
            .find(|id| CaseLabel::of(id) == label)
            .ok_or(Refusal::UnknownCase)?;
        let read = self.supervised.get_mut(&id);
        let draft = read
            .and_then(|read| read.drafts.iter_mut().find(|draft| draft.number == number))
            .filter(|draft| draft.state == DraftState::Waits)
            .ok_or(Refusal::UnknownDraft)?;
        let saying = match rejected {
            None => {
                draft.state = DraftState::Approved;
                Saying::Approve(number)
            }
            Some(text) => {
                draft.state = DraftState::Rejected;
                Saying::Reject(number, text)
            }
        };
        self.mark(RecordKey::Supervised(id));
        self.say(&id, &saying, turn);
        self.note(Step::JudgedDraft, turn);
        Ok(())
    }

    /// Reads what was said about a case, if this desk may.
    pub(crate) fn fold_whisper(
        &mut self,
        author: DevicePublicKey,
        whisper: &Whisper,
        turn: &mut Turn<'_>,
    ) {
        let line = self.line();
        let id = whisper.case;
        if let Some(case) = self.cases.get(&id) {
            let mine = author == self.device();
            if !mine && !case.supervisors.contains(&author) {
                return;
            }
            let opened = whisper.open(&line, &case.logged.whisper);
            if let Ok(saying) = opened
                .map_err(drop)
                .and_then(|c| Saying::read(&c).map_err(drop))
            {
                self.hear(&id, author, saying, turn);
            }
        } else if let Some(read) = self.supervised.get(&id) {
            let opened = read.whisper.as_ref().map(|key| whisper.open(&line, key));
            let saying = opened.and_then(Result::ok).map(|c| Saying::read(&c));
            if let Some(Ok(saying)) = saying {
                self.overhear(&id, author, saying, turn);
            }
        }
    }

    /// Whoever closes a case destroys what others have whispered about it too.
    pub(crate) fn keep_whisper(&mut self, author: DevicePublicKey, id: &CaseId, shred: Shred) {
        let mine = author == self.device();
        if let Some(case) = self.cases.get_mut(id).filter(|_| !mine) {
            case.entries.push(shred);
            self.mark(RecordKey::Case(*id));
        }
    }

    /// At the desk of whoever holds the case.
    fn hear(&mut self, id: &CaseId, by: DevicePublicKey, saying: Saying, turn: &mut Turn<'_>) {
        let mine = by == self.device();
        let label = CaseLabel::of(id);
        let may = self.roster.permits(&by, Act::Supervise, turn.now.day());
        let Some(case) = self.cases.get_mut(id) else {
            return;
        };
        let mut approved = None;
        match saying {
            Saying::Words(text) => {
                case.whispers.push(Said { by, text });
                if !mine {
                    turn.tell(Notice::Whispered(label));
                }
            }
            Saying::Draft(..) => return,
            Saying::Approve(number) | Saying::Reject(number, _) if mine || !may => {
                let _ = number;
                return;
            }
            Saying::Approve(number) => {
                let waiting = case.drafts.iter_mut();
                let draft = waiting.into_iter().find(|draft| draft.number == number);
                if let Some(draft) = draft.filter(|draft| draft.state == DraftState::Waits) {
                    draft.state = DraftState::Approved;
                    approved = Some(draft.text.duplicate());
                }
            }
            Saying::Reject(number, text) => {
                let mut waiting = case.drafts.iter_mut();
                if let Some(draft) = waiting.find(|draft| draft.number == number) {
                    draft.state = DraftState::Rejected;
                }
                case.whispers.push(Said { by, text });
                turn.tell(Notice::DraftRejected(label));
            }
        }
        self.mark(RecordKey::Case(*id));
        if let Some(text) = approved {
            if self.send_reply(id, ReplyPart::Words(text), turn) {
                self.append_newest_message(id, turn);
            }
            turn.tell(Notice::DraftApproved(label));
        }
    }

    /// At the desk of whoever reads along.
    fn overhear(&mut self, id: &CaseId, by: DevicePublicKey, saying: Saying, turn: &mut Turn<'_>) {
        let mine = by == self.device();
        let label = CaseLabel::of(id);
        let Some(read) = self.supervised.get_mut(id) else {
            return;
        };
        let mut decide = |number: u32, state: DraftState| {
            let mut drafts = read.drafts.iter_mut();
            if let Some(draft) = drafts.find(|draft| draft.number == number) {
                draft.state = state;
            }
        };
        match saying {
            Saying::Words(text) => {
                read.whispers.push(Said { by, text });
                if !mine {
                    turn.tell(Notice::Whispered(label));
                }
            }
            Saying::Draft(number, text) => {
                read.drafts.push(Draft {
                    number,
                    text,
                    state: DraftState::Waits,
                });
                turn.tell(Notice::DraftWaits(label));
            }
            Saying::Approve(number) => decide(number, DraftState::Approved),
            Saying::Reject(number, text) => {
                decide(number, DraftState::Rejected);
                read.whispers.push(Said { by, text });
            }
        }
        self.mark(RecordKey::Supervised(*id));
    }

    /// Stops reading along: what was granted is destroyed.
    pub(crate) fn stop_supervising(&mut self, id: &CaseId) {
        if self.supervised.remove(id).is_some() {
            self.mark(RecordKey::Supervised(*id));
        }
    }

    /// A case that this desk reads along, as its history gives it.
    pub(crate) fn read_along(&self, id: &CaseId) -> Option<BTreeMap<u64, crate::logged::Entry>> {
        let line = self.line();
        let read = self.supervised.get(id)?;
        let kept = self.kept.get(id)?;
        let entries = kept.entries.iter().filter_map(|(sequence, (entry, _))| {
            let mut logs = read.logs.iter();
            let (_, secret) = logs.find(|(of, _)| *of == entry.generation)?;
            let content = entry.open(&line, secret).ok()?;
            let entry = crate::logged::Entry::read(&content).ok()?;
            Some((*sequence, entry))
        });
        Some(entries.collect())
    }

    pub(crate) fn is_reachable(&self, device: &DevicePublicKey, day: Day) -> bool {
        self.key_of(device, day).is_some()
    }
}
