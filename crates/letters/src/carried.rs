//! Letters and answers as bytes.

use alloc::{boxed::Box, vec::Vec};
use sha2::{Digest, Sha256};
use wire::{
    Day, Envelope, LineId, Reader, SlotContent, SlotName, SlotNames, SlotWrite, TurnKind, Writer,
    parse_save_and_post, save_and_post,
};

/// Into how many slots whoever carries a letter looks: the contact's state, and five that may hold answers.
pub const RETURNED_SLOTS: usize = 6;

const VERSION: u8 = 1;
const LETTER: u8 = 1;
const ANSWER: u8 = 2;
const CHECK_SIZE: usize = 8;

/// Why bytes are no letter and no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CarriedError {
    /// They are neither.
    Layout,
    /// They were made by a newer program.
    Version,
    /// Something was changed or lost on the way.
    Damaged,
}

impl core::fmt::Display for CarriedError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            CarriedError::Layout => "this is no letter to a line and no answer to one",
            CarriedError::Version => "this was made by a newer program: use the newest page",
            CarriedError::Damaged => "something was changed or lost on the way: ask for it again",
        })
    }
}

impl core::error::Error for CarriedError {}

/// A sealed message with all that it takes to hand it in and to look for its answer.
#[derive(Clone)]
pub struct Letter {
    /// The line to which it goes.
    pub line: LineId,
    /// The last day on which the line takes it.
    pub until: Day,
    /// What the contact keeps, sealed under its words.
    pub state: SlotWrite,
    /// The message, sealed to whoever opens letters.
    pub post: Envelope,
    /// Where answers may lie.
    pub replies: [SlotName; RETURNED_SLOTS - 1],
}

impl Letter {
    /// How it is handed in: the state is written and then, only if that was done, the message is posted. The same once more does no harm.
    pub fn hand_in(&self) -> (TurnKind, Vec<u8>) {
        let body = save_and_post(&self.state, &self.post);
        (TurnKind::SaveAndPost, body)
    }

    /// In which slots to look for an answer, two in a request.
    pub fn look(&self) -> [SlotNames; RETURNED_SLOTS / 2] {
        let [a, b, c, d, e] = self.replies.clone();
        let state = self.state.name.clone();
        [SlotNames([state, a]), SlotNames([b, c]), SlotNames([d, e])]
    }

    /// What was found there, on its way back.
    pub fn answer(&self, found: [[SlotContent; 2]; RETURNED_SLOTS / 2]) -> Answer {
        let names = self.look().into_iter().flat_map(|SlotNames(names)| names);
        Answer {
            line: self.line,
            slots: names.zip(found.into_iter().flatten()).collect(),
        }
    }
}

/// What lay in a letter's slots. Where there was nothing there is noise, which nobody who carries it can tell from an answer.
#[derive(Clone)]
pub struct Answer {
    /// The line that it comes from.
    pub line: LineId,
    /// Slots by name; [`RETURNED_SLOTS`] of them.
    pub slots: Vec<(SlotName, SlotContent)>,
}

/// What travels: version u8 = 1 ‖ kind u8 (1 letter, 2 answer) ‖ line id 32 ‖ fields ‖ the first 8 bytes of
/// `H(tag "carried" ‖ all before)`.
///
/// A letter's fields: until day u32 ‖ slot write 4,192 ‖ post 4,096 ‖ 5 × name 32; 8,494 bytes in all. An answer's: 3 × (2 ×
/// name 32 ‖ 2 × (shred key 32 ‖ envelope 4,096)); 25,002 bytes in all. The check finds accidents, not malice: what is sealed has its own.
#[derive(Clone)]
pub enum Carried {
    /// To the line.
    Letter(Box<Letter>),
    /// From the line.
    Answer(Answer),
}

fn check(bytes: &[u8]) -> [u8; CHECK_SIZE] {
    let mut hash = Sha256::new();
    hash.update(wire::tag!("carried"));
    hash.update(bytes);
    let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = hash.finalize().into();
    [a, b, c, d, e, f, g, h]
}

impl Carried {
    /// Reads what was brought.
    ///
    /// # Errors
    /// `Version` for one of a later version, `Damaged` when the check is wrong, `Layout` for anything else. Any bytes have an answer.
    pub fn parse(bytes: &[u8]) -> Result<Carried, CarriedError> {
        let end = bytes.len().checked_sub(CHECK_SIZE);
        let (content, told) = bytes
            .split_at_checked(end.ok_or(CarriedError::Layout)?)
            .ok_or(CarriedError::Layout)?;
        match content.first() {
            Some(&VERSION) => {}
            Some(version) if *version > VERSION => return Err(CarriedError::Version),
            _ => return Err(CarriedError::Layout),
        }
        if check(content) != told {
            return Err(CarriedError::Damaged);
        }
        Self::read(content).ok_or(CarriedError::Layout)
    }

    fn read(content: &[u8]) -> Option<Carried> {
        let mut reader = Reader::new(content);
        let (_, kind) = (reader.u8().ok()?, reader.u8().ok()?);
        let line = LineId(reader.array().ok()?);
        let carried = match kind {
            LETTER => {
                let until = Day(reader.u32().ok()?);
                let both = reader.take(TurnKind::SaveAndPost.body_size()).ok()?;
                let (state, post) = parse_save_and_post(both).ok()?;
                let mut name = || reader.array().ok().map(SlotName);
                let replies = [name()?, name()?, name()?, name()?, name()?];
                Carried::Letter(Box::new(Letter {
                    line,
                    until,
                    state,
                    post,
                    replies,
                }))
            }
            ANSWER => {
                let mut slots = Vec::new();
                for _ in 0..RETURNED_SLOTS / 2 {
                    let names = [reader.array().ok()?, reader.array().ok()?].map(SlotName);
                    let contents = reader.take(2 * SlotContent::SIZE).ok()?;
                    let contents = SlotContent::parse_answer(contents).ok()?;
                    slots.extend(names.into_iter().zip(contents));
                }
                Carried::Answer(Answer { line, slots })
            }
            _ => return None,
        };
        reader.end().ok()?;
        Some(carried)
    }

    /// The line to or from which it travels.
    pub fn line(&self) -> &LineId {
        match self {
            Carried::Letter(letter) => &letter.line,
            Carried::Answer(answer) => &answer.line,
        }
    }

    /// What its words can open: an answer's slots, or of a letter, which its writer may bring back too, what the contact keeps.
    pub fn slots(self) -> Vec<(SlotName, SlotContent)> {
        match self {
            Carried::Answer(answer) => answer.slots,
            Carried::Letter(letter) => {
                let SlotWrite {
                    name,
                    shred_key,
                    envelope,
                    ..
                } = letter.state;
                Vec::from([(
                    name,
                    SlotContent {
                        shred_key,
                        envelope,
                    },
                )])
            }
        }
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let writer = Writer::default().u8(VERSION);
        let content = match self {
            Carried::Letter(letter) => {
                let (_, both) = letter.hand_in();
                let writer = writer.u8(LETTER).put(&letter.line.0).u32(letter.until.0);
                let names = letter.replies.iter();
                names.fold(writer.put(&both), |writer, name| writer.put(&name.0))
            }
            Carried::Answer(answer) => {
                let writer = writer.u8(ANSWER).put(&answer.line.0);
                answer.slots.chunks(2).fold(writer, |writer, two| {
                    let names = two.iter();
                    let writer = names.fold(writer, |writer, (name, _)| writer.put(&name.0));
                    let contents = two.iter().map(|(_, content)| content.to_bytes());
                    contents.fold(writer, |writer, content| writer.put(&content))
                })
            }
        };
        let content = content.done();
        let told = check(&content);
        Writer::default().put(&content).put(&told).done()
    }
}
