//! The secrets of what stands of a case in the team log, and how a case is written there and rebuilt from it.

use protocol::{
    CaseEntry, CaseId, CaseLogSecret, CaseState, Choices, ContactMark, KeepingSecret, ReplyPart,
    Text, WhisperSecret,
};
use rand_core::CryptoRng;
use wire::{Day, LineId, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::case::{Brought, Case, Generations, Link, Message, Written};
use crate::case_record::read_reply_key;
use crate::codec::{
    read_all, read_language, read_option, read_part, read_text, read_urgency, write_all,
    write_option, write_part,
};
use crate::course::Course;
use crate::handover::Handover;
use crate::tending::{Tended, Translation};

/// So many generations of log secrets are carried on; then the history is written anew.
const EARLIER: usize = 24;

/// The secrets of one case in the log.
pub(crate) struct Logged {
    pub(crate) generation: u32,
    pub(crate) log: CaseLogSecret,
    pub(crate) keeping: KeepingSecret,
    pub(crate) whisper: WhisperSecret,
    /// What opens entries of earlier generations.
    pub(crate) earlier: Vec<(u32, CaseLogSecret)>,
}

impl Logged {
    pub(crate) fn random(generation: u32, rng: &mut dyn CryptoRng) -> Logged {
        Logged {
            generation,
            log: CaseLogSecret::random(rng),
            keeping: KeepingSecret::random(rng),
            whisper: WhisperSecret::random(rng),
            earlier: Vec::new(),
        }
    }

    /// No secrets at all, for a case that is only shown.
    pub(crate) fn nothing() -> Logged {
        Logged {
            generation: 0,
            log: CaseLogSecret::from_bytes(&[0; 32]),
            keeping: KeepingSecret::from_bytes(&[0; 32]),
            whisper: WhisperSecret::from_bytes(&[0; 32]),
            earlier: Vec::new(),
        }
    }

    /// Whether so many generations are carried on that the history is to be written anew.
    pub(crate) fn is_full(&self) -> bool {
        self.earlier.len() >= EARLIER
    }

    /// The next generation; unless the history is written anew, entries before it stay readable. Among the same people whispers stay
    /// under the secret they have: one that is on its way must not be lost.
    pub(crate) fn replace(&mut self, anew: bool, same_people: bool, rng: &mut dyn CryptoRng) {
        let next = Logged::random(self.generation.saturating_add(1), rng);
        let before = core::mem::replace(self, next);
        if same_people {
            self.whisper = before.whisper;
        }
        if !anew {
            self.earlier = before.earlier;
            self.earlier.push((before.generation, before.log));
        }
    }

    /// generation u32 ‖ log 32 ‖ keeping 32 ‖ whisper 32 ‖ (generation u32 ‖ log 32)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer
            .u32(self.generation)
            .put(self.log.expose())
            .put(self.keeping.expose())
            .put(self.whisper.expose());
        write_logs(writer, &self.earlier)
    }

    pub(crate) fn size(&self) -> usize {
        128 + self.earlier.len() * 36
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Logged, ReadError> {
        Ok(Logged {
            generation: reader.u32()?,
            log: CaseLogSecret::from_bytes(&reader.array()?),
            keeping: KeepingSecret::from_bytes(&reader.array()?),
            whisper: WhisperSecret::from_bytes(&reader.array()?),
            earlier: read_logs(reader)?,
        })
    }
}

pub(crate) fn write_logs(writer: Writer, logs: &[(u32, CaseLogSecret)]) -> Writer {
    write_all(writer, logs.iter(), |writer, (generation, secret)| {
        writer.u32(*generation).put(secret.expose())
    })
}

pub(crate) fn read_logs(reader: &mut Reader<'_>) -> Result<Vec<(u32, CaseLogSecret)>, ReadError> {
    read_all(reader, |reader| {
        Ok((reader.u32()?, CaseLogSecret::from_bytes(&reader.array()?)))
    })
}

/// One entry of a case's history.
pub(crate) enum Entry {
    /// 1 ‖ number u32 ‖ collected below u32 ‖ heard day ‖ language u8 ‖ urgency u8 ‖ reply key 1,216 ‖ text.
    Received {
        brought: Brought,
        collected_below: u32,
        heard: Day,
    },
    /// 2 ‖ number u32 ‖ under u32 ‖ address u32 ‖ part.
    Sent {
        number: u32,
        sealed: Generations,
        part: protocol::ReplyPart,
    },
    /// 3 ‖ text.
    Note(Text),
    /// 4 ‖ text: an answer that was not finished.
    Draft(Text),
    /// 5 ‖ from contact u8 ‖ number u32 ‖ language u8 ‖ text: a translation of a message.
    Translation(Translation),
    /// 6 ‖ raised u8 ‖ next contact day? ‖ blocked until day?: what the holder has set.
    Tended(Tended),
    /// 7 ‖ how the case stands with a handover.
    Handover(Handover),
    /// 8 ‖ how the case goes: stage, wishes, what is agreed for afterwards.
    Course(Course),
}

impl Entry {
    pub(crate) fn write(&self) -> Zeroizing<Vec<u8>> {
        let writer = Writer::with_capacity(3600);
        let writer = match self {
            Entry::Received {
                brought,
                collected_below,
                heard,
            } => writer
                .u8(1)
                .u32(brought.number)
                .u32(*collected_below)
                .u32(heard.0)
                .u8(brought.language.code())
                .u8(brought.urgency.code())
                .put(brought.reply_key.0.as_bytes())
                .medium(brought.text.as_str().as_bytes()),
            Entry::Sent {
                number,
                sealed,
                part,
            } => {
                let writer = writer.u8(2).u32(*number).u32(sealed.under);
                write_part(writer.u32(sealed.address), part)
            }
            Entry::Note(text) => writer.u8(3).medium(text.as_str().as_bytes()),
            Entry::Draft(text) => writer.u8(4).medium(text.as_str().as_bytes()),
            Entry::Translation(translation) => translation.write(writer.u8(5)),
            Entry::Tended(tended) => tended.write(writer.u8(6)),
            Entry::Handover(handover) => handover.write(writer.u8(7)),
            Entry::Course(course) => course.write(writer.u8(8)),
        };
        Zeroizing::new(writer.done())
    }

    pub(crate) fn read(content: &[u8]) -> Result<Entry, ReadError> {
        let mut reader = Reader::new(content);
        let entry = match reader.u8()? {
            1 => {
                let number = reader.u32()?;
                let collected_below = reader.u32()?;
                let heard = Day(reader.u32()?);
                let brought = Brought {
                    number,
                    language: read_language(&mut reader)?,
                    urgency: read_urgency(&mut reader)?,
                    reply_key: read_reply_key(&mut reader)?,
                    text: read_text(&mut reader)?,
                };
                Entry::Received {
                    brought,
                    collected_below,
                    heard,
                }
            }
            2 => Entry::Sent {
                number: reader.u32()?,
                sealed: Generations {
                    under: reader.u32()?,
                    address: reader.u32()?,
                },
                part: read_part(&mut reader)?,
            },
            3 => Entry::Note(read_text(&mut reader)?),
            4 => Entry::Draft(read_text(&mut reader)?),
            5 => Entry::Translation(Translation::read(&mut reader)?),
            6 => Entry::Tended(Tended::read(&mut reader)?),
            7 => Entry::Handover(Handover::read(&mut reader)?),
            8 => Entry::Course(Course::read(&mut reader)?),
            _ => return Err(ReadError::Value),
        };
        reader.end()?;
        Ok(entry)
    }
}

impl Case {
    /// contact 16 ‖ links ‖ logged without the keeping secret (log 32 ‖ whisper 32 ‖ earlier) ‖ reply key 1,216 ‖ language u8 ‖ urgency u8 ‖ choices 3 ‖ posts read
    /// u32 ‖ of the 64 below those that did not arrive, a bit each, u64 ‖ next reply u32 ‖ collected below u32 ‖ claims ‖ last heard day ‖ extended day?.
    pub(crate) fn state(&self) -> Zeroizing<Vec<u8>> {
        let writer = Writer::with_capacity(3600).put(&self.contact.0);
        let writer = write_all(writer, self.links.iter(), |writer, link| {
            link.encode(writer)
        });
        let writer = writer
            .put(self.logged.log.expose())
            .put(self.logged.whisper.expose());
        let writer = write_logs(writer, &self.logged.earlier)
            .put(self.reply_key.0.as_bytes())
            .u8(self.language.code())
            .u8(self.urgency.code());
        let writer = self
            .choices
            .write(writer)
            .u32(self.posts_read())
            .u64(self.missing())
            .u32(self.next_reply)
            .u32(self.collected_below);
        let writer = write_all(writer, self.claims.iter(), |writer, post| {
            writer.put(&post.0)
        })
        .u32(self.last_heard.0);
        let writer = write_option(writer, self.extended, |writer, day| writer.u32(day.0));
        Zeroizing::new(writer.done())
    }

    fn from_state(
        content: &[u8],
        (id, generation): (CaseId, u32),
        keeping: KeepingSecret,
    ) -> Result<Case, ReadError> {
        let mut whole = Reader::new(content);
        let reader = &mut whole;
        let contact = ContactMark(reader.array()?);
        let links = read_all(reader, Link::decode)?;
        if links.is_empty() {
            return Err(ReadError::Value);
        }
        let logged = Logged {
            generation,
            log: CaseLogSecret::from_bytes(&reader.array()?),
            whisper: WhisperSecret::from_bytes(&reader.array()?),
            keeping,
            earlier: read_logs(reader)?,
        };
        let reply_key = read_reply_key(reader)?;
        let mut case = Case::new((id, contact), links, logged, reply_key, Day(0));
        case.language = read_language(reader)?;
        case.urgency = read_urgency(reader)?;
        case.choices = Choices::read(reader)?;
        let posts_read = reader.u32()?;
        let missing = reader.u64()?;
        case.next_reply = reader.u32()?;
        case.collected_below = reader.u32()?;
        case.claims = read_all(reader, |reader| reader.array().map(CaseId))?;
        case.last_heard = Day(reader.u32()?);
        case.extended = read_option(reader, |reader| reader.u32().map(Day))?;
        whole.end()?;
        case.has_read(posts_read, missing);
        Ok(case)
    }

    /// A case as its newest state and its history give it. `None` when the secret opens nothing.
    pub(crate) fn rebuild<'a>(
        line: &LineId,
        state: &CaseState,
        keeping: KeepingSecret,
        history: impl Iterator<Item = &'a CaseEntry>,
    ) -> Option<Case> {
        let content = state.open(line, &keeping).ok()?;
        let place = (state.case, state.generation);
        let mut case = Case::from_state(&content, place, keeping).ok()?;
        for entry in history {
            let logged = &case.logged;
            let mut logs = logged.earlier.iter().map(|(g, secret)| (*g, secret));
            let secret = match entry.generation == logged.generation {
                true => Some(&logged.log),
                false => logs.find(|(g, _)| *g == entry.generation).map(|(_, s)| s),
            };
            let content = secret.and_then(|secret| entry.open(line, secret).ok());
            if let Some(entry) = content.and_then(|content| Entry::read(&content).ok()) {
                case.recall(entry);
            }
        }
        Some(case)
    }

    /// Takes in a piece of the history.
    pub(crate) fn recall(&mut self, entry: Entry) {
        match entry {
            Entry::Received {
                brought,
                collected_below,
                heard,
            } => {
                self.last_heard = self.last_heard.max(heard);
                self.collected_below = self.collected_below.max(collected_below);
                if !self.posts.contains(&brought.number) {
                    self.receive(brought);
                } else if !brought.text.is_empty() && !self.has_message(brought.number) {
                    // The state before it says that it was read; its words belong to the history.
                    self.messages.push(Message::Received {
                        number: brought.number,
                        text: brought.text,
                    });
                }
            }
            Entry::Sent {
                number,
                sealed,
                part,
            } => {
                self.next_reply = self.next_reply.max(number.saturating_add(1));
                if let ReplyPart::Offer(told) = &part {
                    self.handover.was_told(told);
                }
                self.messages.push(Message::Sent {
                    number,
                    part,
                    written: Written::Unknown,
                    sealed,
                });
            }
            Entry::Note(text) => self.notes.push(text),
            Entry::Draft(text) => self.draft = text,
            Entry::Translation(translation) => self.keep_translation(translation),
            Entry::Tended(tended) => self.tended = tended,
            Entry::Handover(handover) => self.handover = handover,
            Entry::Course(course) => self.course = course,
        }
    }
}
