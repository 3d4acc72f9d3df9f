//! A case: one contact's conversation, with every secret that is needed to go on with it.

use std::collections::BTreeSet;

use protocol::{
    CaseAddress, CaseId, CaseLogSecret, CasePublicKey, CaseSecretKey, FollowUp, Language,
    NamingSecret, PairingSecret, ReplyPart, ReplyPublicKey, Text, Urgency,
};
use statements::{SEAL_PUBLIC_KEY_SIZE, SealPublicKey};
use wire::{ReadError, Reader, Shred, Writer};
use zeroize::Zeroizing;

use crate::CaseLabel;
use crate::codec::{
    read_all, read_flag, read_language, read_part, read_text, read_urgency, write_all, write_part,
};
use crate::outbox::{read_shred, write_shred};
use crate::view::{CaseRow, CaseView, MessageKind, MessageState, MessageView};

/// How many post numbers below and above the next one are looked for.
const NUMBERS_AROUND: u32 = 64;

/// One message of a case.
pub(crate) enum Message {
    /// From the contact, as post `number`.
    Received { number: u32, text: Text },
    /// To the contact, as reply `number`; written once the relay has said so.
    Sent {
        number: u32,
        part: ReplyPart,
        written: bool,
    },
}

/// One contact's conversation.
pub(crate) struct Case {
    pub(crate) id: CaseId,
    pub(crate) generation: u32,
    pub(crate) key: CaseSecretKey,
    pub(crate) log_secret: CaseLogSecret,
    pub(crate) pairing: PairingSecret,
    pub(crate) naming: NamingSecret,
    pub(crate) reply_key: ReplyPublicKey,
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
    /// The numbers of all posts that arrived.
    pub(crate) posts: BTreeSet<u32>,
    pub(crate) next_reply: u32,
    /// The contact has collected all replies below this number.
    pub(crate) collected_below: u32,
    pub(crate) unread: bool,
    pub(crate) messages: Vec<Message>,
    pub(crate) notes: Vec<Text>,
    pub(crate) draft: Text,
    /// What destroys the case's entries and grants in the team log.
    pub(crate) entries: Vec<Shred>,
    /// Posts that were taken for this case later; others may know the contact by them alone.
    pub(crate) claims: Vec<CaseId>,
    /// The marks of posts that may come; not kept.
    marks: BTreeSet<[u8; 16]>,
}

/// What a contact's post brings, first or follow-up.
pub(crate) struct Brought {
    pub(crate) number: u32,
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
    pub(crate) reply_key: ReplyPublicKey,
    pub(crate) text: Text,
}

impl Case {
    /// A case that was just taken: its fresh keys, and what the contact shares with it.
    pub(crate) fn new(
        id: CaseId,
        fresh: (CaseSecretKey, CaseLogSecret),
        shared: (PairingSecret, NamingSecret),
        reply_key: ReplyPublicKey,
    ) -> Case {
        let mut case = Case {
            id,
            generation: 0,
            key: fresh.0,
            log_secret: fresh.1,
            pairing: shared.0,
            naming: shared.1,
            reply_key,
            language: Language::English,
            urgency: Urgency::NoHurry,
            posts: BTreeSet::new(),
            next_reply: 0,
            collected_below: 0,
            unread: false,
            messages: Vec::new(),
            notes: Vec::new(),
            draft: Text::empty(),
            entries: Vec::new(),
            claims: Vec::new(),
            marks: BTreeSet::new(),
        };
        case.expect_posts();
        case
    }

    pub(crate) fn label(&self) -> CaseLabel {
        CaseLabel::of(&self.id)
    }

    pub(crate) fn public_key(&self) -> CasePublicKey {
        self.key.public()
    }

    pub(crate) fn address(&self) -> CaseAddress {
        CaseAddress {
            case: self.id,
            generation: self.generation,
            key: self.public_key(),
        }
    }

    /// One more than the highest post number: a contact has at most one post under way, and it is its highest.
    pub(crate) fn posts_read(&self) -> u32 {
        self.posts
            .last()
            .map_or(0, |highest| highest.saturating_add(1))
    }

    /// Whether a post with this mark may be this contact's.
    pub(crate) fn expects(&self, mark: &[u8; 16]) -> bool {
        self.marks.contains(mark)
    }

    /// Works out the marks of the posts that may come, and of the last that came, since a doubled one must be shredded too.
    ///
    /// The numbers are the contact's to choose, so their range is bounded on both sides.
    fn expect_posts(&mut self) {
        let next = self.posts_read();
        let numbers = next.saturating_sub(NUMBERS_AROUND)..next.saturating_add(NUMBERS_AROUND);
        self.marks = numbers
            .map(|number| FollowUp::mark(&self.naming, number))
            .collect();
    }

    /// Takes in what a post brings. Returns whether it is new: a number that was seen before is dropped.
    pub(crate) fn receive(&mut self, brought: Brought) -> bool {
        let is_newest = brought.number >= self.posts_read();
        if !self.posts.insert(brought.number) {
            return false;
        }
        if is_newest {
            self.reply_key = brought.reply_key;
        }
        if !brought.text.is_empty() {
            if is_newest {
                self.language = brought.language;
                self.urgency = brought.urgency;
            }
            self.unread = true;
            self.messages.push(Message::Received {
                number: brought.number,
                text: brought.text,
            });
        }
        self.expect_posts();
        true
    }

    /// Notes how far the contact has collected. Returns whether an answer was among it.
    pub(crate) fn collected(&mut self, below: u32) -> bool {
        let before = self.uncollected();
        // A contact cannot have collected what was never sent.
        let below = below.min(self.next_reply);
        self.collected_below = self.collected_below.max(below);
        before > self.uncollected()
    }

    /// How many answers the contact has not collected.
    pub(crate) fn uncollected(&self) -> u32 {
        let open = self.messages.iter().filter(|message| {
            matches!(message, Message::Sent { number, part: ReplyPart::Words(_) | ReplyPart::Card { .. }, .. }
                if *number >= self.collected_below)
        });
        u32::try_from(open.count()).unwrap_or(u32::MAX)
    }

    /// Notes that the relay holds a reply.
    pub(crate) fn reply_written(&mut self, reply: u32) {
        for message in &mut self.messages {
            if let Message::Sent {
                number, written, ..
            } = message
                && *number == reply
            {
                *written = true;
            }
        }
    }

    pub(crate) fn row(&self) -> CaseRow {
        CaseRow {
            label: self.label(),
            language: self.language,
            urgency: self.urgency,
            unread: self.unread,
            uncollected: self.uncollected(),
            destroyed: false,
        }
    }

    pub(crate) fn view(&self) -> CaseView {
        CaseView {
            label: self.label(),
            language: self.language,
            urgency: self.urgency,
            messages: self.messages.iter().map(|m| self.show(m)).collect(),
            notes: self.notes.iter().map(show_text).collect(),
            draft: show_text(&self.draft),
        }
    }

    fn show(&self, message: &Message) -> MessageView {
        let empty = || Zeroizing::new(String::new());
        match message {
            Message::Received { text, .. } => MessageView {
                from_contact: true,
                kind: MessageKind::Words,
                text: show_text(text),
                state: MessageState::Received,
            },
            Message::Sent {
                number,
                part,
                written,
            } => {
                let (kind, text) = match part {
                    ReplyPart::Taken => (MessageKind::Taken, empty()),
                    ReplyPart::Closed => (MessageKind::Closed, empty()),
                    ReplyPart::Words(text) => (MessageKind::Words, show_text(text)),
                    ReplyPart::Card {
                        card,
                        language,
                        reviewed,
                        text,
                    } => {
                        let kind = MessageKind::Card {
                            card: card.clone(),
                            language: *language,
                            reviewed: *reviewed,
                        };
                        (kind, show_text(text))
                    }
                };
                let state = match (*number < self.collected_below, written) {
                    (true, _) => MessageState::Collected,
                    (false, true) => MessageState::Uncollected,
                    (false, false) => MessageState::Pending,
                };
                MessageView {
                    from_contact: false,
                    kind,
                    text,
                    state,
                }
            }
        }
    }

    /// What a case's backup is granted: pairing 32 ‖ naming 32 ‖ case seed 32 ‖ log secret 32 ‖ next reply u32 ‖ posts read u32 ‖
    /// reply key 1,216.
    pub(crate) fn granted(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(
            Writer::with_capacity(136 + SEAL_PUBLIC_KEY_SIZE)
                .put(self.pairing.expose())
                .put(self.naming.expose())
                .put(self.key.expose())
                .put(self.log_secret.expose())
                .u32(self.next_reply)
                .u32(self.posts_read())
                .put(self.reply_key.0.as_bytes())
                .done(),
        )
    }

    /// id 16 ‖ generation u32 ‖ secrets 4 × 32 ‖ reply key 1,216 ‖ language u8 ‖ urgency u8 ‖ posts ‖ next reply u32 ‖ collected below u32 ‖
    /// unread u8 ‖ messages ‖ notes ‖ draft ‖ entries ‖ claims.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer
            .put(&self.id.0)
            .u32(self.generation)
            .put(self.key.expose())
            .put(self.log_secret.expose())
            .put(self.pairing.expose())
            .put(self.naming.expose())
            .put(self.reply_key.0.as_bytes())
            .u8(self.language.code())
            .u8(self.urgency.code());
        let writer = write_all(writer, self.posts.iter(), |writer, number| {
            writer.u32(*number)
        })
        .u32(self.next_reply)
        .u32(self.collected_below)
        .u8(self.unread.into());
        let writer = write_all(writer, self.messages.iter(), write_message);
        let writer = write_all(writer, self.notes.iter(), |writer, note| {
            writer.medium(note.as_str().as_bytes())
        });
        let writer = writer.medium(self.draft.as_str().as_bytes());
        let writer = write_all(writer, self.entries.iter(), write_shred);
        write_all(writer, self.claims.iter(), |writer, post| {
            writer.put(&post.0)
        })
    }

    /// At most how many bytes the record takes, so that it is written without being copied about.
    pub(crate) fn size(&self) -> usize {
        let messages = self.messages.len() + self.notes.len() + 2;
        2048 + messages * (protocol::TEXT_SIZE + 300)
            + self.entries.len() * 64
            + self.posts.len() * 4
            + self.claims.len() * 16
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Case, ReadError> {
        let id = CaseId(reader.array()?);
        let generation = reader.u32()?;
        let key = CaseSecretKey::from_seed(&reader.array()?);
        let log_secret = CaseLogSecret::from_bytes(&reader.array()?);
        let pairing = PairingSecret::from_bytes(&reader.array()?);
        let naming = NamingSecret::from_bytes(&reader.array()?);
        let reply_key = SealPublicKey::from_bytes(reader.take(SEAL_PUBLIC_KEY_SIZE)?)
            .map(ReplyPublicKey)
            .ok_or(ReadError::Value)?;
        let fresh = (key, log_secret);
        let mut case = Case::new(id, fresh, (pairing, naming), reply_key);
        case.generation = generation;
        case.language = read_language(reader)?;
        case.urgency = read_urgency(reader)?;
        case.posts = read_all(reader, |reader| reader.u32())?
            .into_iter()
            .collect();
        case.next_reply = reader.u32()?;
        case.collected_below = reader.u32()?;
        case.unread = read_flag(reader)?;
        case.messages = read_all(reader, read_message)?;
        case.notes = read_all(reader, read_text)?;
        case.draft = read_text(reader)?;
        case.entries = read_all(reader, read_shred)?;
        case.claims = read_all(reader, |reader| reader.array().map(CaseId))?;
        case.expect_posts();
        Ok(case)
    }
}

fn show_text(text: &Text) -> Zeroizing<String> {
    Zeroizing::new(text.as_str().to_owned())
}

/// from contact: 1 ‖ number u32 ‖ text; from here: 2 ‖ number u32 ‖ written u8 ‖ part.
fn write_message(writer: Writer, message: &Message) -> Writer {
    match message {
        Message::Received { number, text } => {
            writer.u8(1).u32(*number).medium(text.as_str().as_bytes())
        }
        Message::Sent {
            number,
            part,
            written,
        } => write_part(writer.u8(2).u32(*number).u8((*written).into()), part),
    }
}

fn read_message(reader: &mut Reader<'_>) -> Result<Message, ReadError> {
    Ok(match reader.u8()? {
        1 => Message::Received {
            number: reader.u32()?,
            text: read_text(reader)?,
        },
        2 => Message::Sent {
            number: reader.u32()?,
            written: read_flag(reader)?,
            part: read_part(reader)?,
        },
        _ => return Err(ReadError::Value),
    })
}

/// A destroyed case of which the relay is still being told: nothing that opens anything.
pub(crate) struct Closing {
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
}

impl Closing {
    /// language u8 ‖ urgency u8.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        writer.u8(self.language.code()).u8(self.urgency.code())
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Closing, ReadError> {
        Ok(Closing {
            language: read_language(reader)?,
            urgency: read_urgency(reader)?,
        })
    }

    pub(crate) fn row(&self, case: &CaseId) -> CaseRow {
        CaseRow {
            label: CaseLabel::of(case),
            language: self.language,
            urgency: self.urgency,
            unread: false,
            uncollected: 0,
            destroyed: true,
        }
    }
}
