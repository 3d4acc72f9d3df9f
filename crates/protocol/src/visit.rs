//! A contact's visit as a state machine: outcomes in, at most one request out (`docs/protocol.md`, sections 3 and 4).
//!
//! Order keeps the promises. The state is saved before anything is posted (in the same turn, or in an earlier one), so no
//! answer can go astray; a reply is shown before it is confirmed, so none is lost; its slot is deleted only after the state that no longer needs it
//! was saved; a number set aside is saved before it is used, so no message is taken for another's double.

mod by_hand;
mod exported;
mod request;

use alloc::vec::Vec;
use rand_core::CryptoRng;
use statements::Recipient;
use wire::{EnvelopeHash, SlotContent, SlotName, SlotNames, SlotWrite};

pub use by_hand::{Brought, RETURNED_REPLIES};
pub use request::{Outcome, Request};

use crate::contact::{ContactState, Pending};
use crate::envelope_hash;
use crate::handover::Offer;
use crate::phrase::{PhraseRoot, unused_name};
use crate::reply::ReplyPart;
use crate::secrets::ShredKey;
use crate::text::Text;

/// What the person is to be shown, in order.
pub enum Shown {
    /// Nothing was ever written with these words, or they are not the words: the two look alike.
    EmptyLine,
    /// Written, and not yet answered; `taken` when a guide reads.
    NoAnswerYet {
        /// Whether a guide has taken the case.
        taken: bool,
    },
    /// An earlier message of which it is not known whether it arrived; sending it again does no harm.
    NotKnownWhether(Text),
    /// A reply. After `Closed` a new message begins a new case.
    Reply(ReplyPart),
    /// An offer of a handover stands, from this visit or an earlier one.
    Offered(Offer),
    /// Whoever closed the case had perhaps not read the last message: it was acknowledged, and nobody can open it any more.
    PerhapsUnread,
    /// The replies shown are erased from the line.
    Erased,
    /// The message was acknowledged.
    Sent,
    /// The last step did not leave this device; `retry` does it again.
    NotSent,
    /// It is not known whether the last step arrived; `retry` does it again, and nothing is doubled.
    NotKnown,
    /// The relay refused the last step.
    Refused,
    /// The line was changed from elsewhere and is read again; a message not yet sent must be sent again.
    ReadAgain,
    /// Nobody is on duty to whom a message could be sealed; it is kept for `retry`.
    Nobody,
}

/// What comes of an input: what to show, and what to ask of the relay, if anything.
pub struct Step {
    /// The next request. `None`: the person's turn.
    pub request: Option<Request>,
    /// What to show, in order.
    pub shown: Vec<Shown>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    ReadingState = 1,
    ReadingReplies = 2,
    Saving = 3,
    Posting = 4,
    Deleting = 5,
    Receipting = 6,
    Ready = 7,
    SavingAndPosting = 8,
    SavingAgain = 9,
}

impl Stage {
    fn from_code(code: u8) -> Option<Stage> {
        use Stage::{
            Deleting, Posting, ReadingReplies, ReadingState, Ready, Receipting, Saving,
            SavingAgain, SavingAndPosting,
        };
        [
            ReadingState,
            ReadingReplies,
            Saving,
            Posting,
            Deleting,
            Receipting,
            Ready,
            SavingAndPosting,
            SavingAgain,
        ]
        .into_iter()
        .find(|stage| *stage as u8 == code)
    }
}

/// One visit to a line, from the words to leaving.
pub struct Visit {
    root: PhraseRoot,
    state: ContactState,
    /// What is written goes by hand, and its answers come so.
    by_hand: bool,
    stage: Stage,
    /// The state envelope that the relay holds, as far as is known.
    stored: Option<EnvelopeHash>,
    /// The state has changed since it was saved.
    unsaved: bool,
    /// The slot is not what was read from it, so whatever lies there is to be replaced.
    replace_unopened: bool,
    /// Slots whose replies were shown.
    read_slots: Vec<SlotName>,
    /// The person wants the pending message to be sent in this visit.
    sending: bool,
    /// The number set aside for a receipt.
    receipt: Option<u32>,
    /// The request under way or to be tried again.
    last: Option<Request>,
}

impl Visit {
    /// Begins a visit: reads the state slot.
    pub fn open(root: PhraseRoot, rng: &mut dyn CryptoRng) -> (Visit, Step) {
        let mut visit = Visit::unread(root, rng);
        let step = visit.read_state(Vec::new(), rng);
        (visit, step)
    }

    /// Begins a visit with words that were drawn a moment ago, so that nothing can lie there: the person can write at once.
    ///
    /// If something does lie there after all, the first save meets it, and the line is read as by [`Visit::open`].
    pub fn begin(root: PhraseRoot, rng: &mut dyn CryptoRng) -> (Visit, Step) {
        let mut visit = Visit::unread(root, rng);
        visit.stage = Stage::Ready;
        (visit, pause(Shown::EmptyLine))
    }

    fn unread(root: PhraseRoot, rng: &mut dyn CryptoRng) -> Visit {
        Visit {
            root,
            state: ContactState::new(rng),
            by_hand: false,
            stage: Stage::ReadingState,
            stored: None,
            unsaved: false,
            replace_unopened: false,
            read_slots: Vec::new(),
            sending: false,
            receipt: None,
            last: None,
        }
    }

    /// Whether the visit waits for the person and not for the relay.
    pub fn is_ready(&self) -> bool {
        self.stage == Stage::Ready
    }

    /// Whether a guide has the case, as far as the contact has read; then what it writes goes there, whatever it wishes.
    pub fn is_taken(&self) -> bool {
        self.state.is_taken()
    }

    /// The message whose arrival is not known.
    pub fn pending(&self) -> Option<&Pending> {
        self.state.pending()
    }

    /// Sends a message. The outcome of a request before it, if still awaited, must not be told any more.
    ///
    /// By hand, a letter that was made before in this visit counts as never handed over: this one takes its place.
    ///
    /// While the line is still being read the message is not taken, and `ReadAgain` says so.
    pub fn write(
        &mut self,
        message: Pending,
        shift: Option<&Recipient>,
        rng: &mut dyn CryptoRng,
    ) -> Step {
        if self.is_reading() {
            return self.again([Shown::ReadAgain].into());
        }
        self.state.begin(message);
        self.sending = true;
        self.unsaved = true;
        match self.last.take() {
            // Whether the last save was done is not known; the same bytes once more settle it before they are replaced.
            Some(Request::WriteSlot(write) | Request::SaveAndPost(write, _)) if !self.by_hand => {
                self.ask(Stage::SavingAgain, Request::WriteSlot(write), Vec::new())
            }
            _ => self.advance(shift, Vec::new(), rng),
        }
    }

    /// Tries the last step again: the same bytes, unless the relay had refused them.
    pub fn retry(&mut self, shift: Option<&Recipient>, rng: &mut dyn CryptoRng) -> Step {
        if self.last.is_some() {
            self.again(Vec::new())
        } else {
            self.sending = true;
            self.advance(shift, Vec::new(), rng)
        }
    }

    /// Takes in what became of the last request.
    pub fn step(
        &mut self,
        outcome: Outcome,
        shift: Option<&Recipient>,
        rng: &mut dyn CryptoRng,
    ) -> Step {
        match outcome {
            Outcome::NotSent => pause(Shown::NotSent),
            Outcome::NotKnown => pause(Shown::NotKnown),
            Outcome::Refused => {
                self.refused();
                pause(Shown::Refused)
            }
            Outcome::Conflict => {
                // What was not expected there is replaced even if it does not open. Where something was expected, there
                // may be nothing now, which looks the same: so that is tried first.
                self.replace_unopened = self.stored.is_none();
                self.read_state([Shown::ReadAgain].into(), rng)
            }
            Outcome::Slots(slots) => match self.stage {
                Stage::ReadingState => self.state_read(&slots, rng),
                Stage::ReadingReplies => self.replies_read(&slots, shift, rng),
                _ => self.again(Vec::new()),
            },
            // Reading is never acknowledged without what was read.
            Outcome::Done if self.is_reading() => pause(Shown::NotKnown),
            Outcome::Done => self.done(shift, rng),
        }
    }

    /// What was refused is sealed anew at the next try. Of a save and a post together the save may have been done, and is done
    /// again with the same bytes first.
    fn refused(&mut self) {
        match (self.stage, self.last.take()) {
            (Stage::Posting | Stage::Receipting, _) => {}
            (Stage::SavingAndPosting, Some(Request::SaveAndPost(write, _))) => {
                self.stage = Stage::Saving;
                self.last = Some(Request::WriteSlot(write));
            }
            (_, last) => self.last = last,
        }
    }

    fn is_reading(&self) -> bool {
        matches!(self.stage, Stage::ReadingState | Stage::ReadingReplies)
    }

    fn again(&self, shown: Vec<Shown>) -> Step {
        Step {
            request: self.last.clone(),
            shown,
        }
    }

    fn ask(&mut self, stage: Stage, request: Request, shown: Vec<Shown>) -> Step {
        self.stage = stage;
        self.last = Some(request);
        self.again(shown)
    }

    fn read_state(&mut self, shown: Vec<Shown>, rng: &mut dyn CryptoRng) -> Step {
        let names = SlotNames([self.root.state_slot(), unused_name(rng)]);
        self.ask(Stage::ReadingState, Request::ReadSlots(names), shown)
    }

    fn read_replies(&mut self, shown: Vec<Shown>) -> Step {
        let names = SlotNames([self.state.reply_slot(0), self.state.reply_slot(1)]);
        self.ask(Stage::ReadingReplies, Request::ReadSlots(names), shown)
    }

    fn state_read(&mut self, slots: &[SlotContent; 2], rng: &mut dyn CryptoRng) -> Step {
        let [slot, _] = slots;
        let shred_key = ShredKey::from_bytes(&slot.shred_key);
        let hash = envelope_hash(&slot.envelope);
        self.read_slots.clear();
        self.sending = false;
        self.receipt = None;
        self.unsaved = false;
        let opened = ContactState::open(&slot.envelope, &self.root, &shred_key);
        self.stored = (opened.is_ok() || self.replace_unopened).then_some(hash);
        self.state = match opened {
            Ok(state) => state,
            Err(_) if self.by_hand => ContactState::by_letter(rng),
            Err(_) => ContactState::new(rng),
        };
        // An empty line reads reply slots too, so that it behaves as a used one does.
        self.read_replies(Vec::new())
    }

    fn replies_read(
        &mut self,
        slots: &[SlotContent; 2],
        shift: Option<&Recipient>,
        rng: &mut dyn CryptoRng,
    ) -> Step {
        let line = *self.root.line();
        let mut shown = Vec::new();
        let mut closed = false;
        let mut renewed = false;
        for slot in slots {
            let name = self.state.reply_slot(0);
            let next = self.state.reply_slot(1);
            let Ok(reply) = self.state.receive(&slot.envelope, &line, rng) else {
                break;
            };
            self.read_slots.push(name);
            self.unsaved = true;
            closed = matches!(reply.part, ReplyPart::Closed);
            let is_all_read = self.state.is_read(reply.posts_read);
            shown.push(Shown::Reply(reply.part));
            if closed {
                shown.extend((!is_all_read).then_some(Shown::PerhapsUnread));
                self.state.begin_anew(rng);
                break;
            }
            // The other slot was named by the secret before: what comes next lies elsewhere.
            renewed = self.state.reply_slot(0) != next;
            if renewed {
                break;
            }
        }
        if (shown.len() == slots.len() || renewed) && !closed {
            return self.read_replies(shown);
        }
        // Only now: a reply may have said that it arrived.
        if let Some(pending) = self.state.pending() {
            shown.push(Shown::NotKnownWhether(pending.text.duplicate()));
        }
        if let Some(offer) = self.state.offer() {
            shown.push(Shown::Offered(offer.duplicate()));
        }
        if self.read_slots.is_empty() {
            shown.push(match self.state.is_used() {
                true => Shown::NoAnswerYet {
                    taken: self.state.is_taken(),
                },
                false => Shown::EmptyLine,
            });
        }
        self.confirm(shift, shown, rng)
    }

    /// All replies are shown: a receipt is owed for them, and its number is set aside before the state is saved.
    fn confirm(
        &mut self,
        shift: Option<&Recipient>,
        shown: Vec<Shown>,
        rng: &mut dyn CryptoRng,
    ) -> Step {
        // Without a shift none can be sealed; a number that is set aside and never sent would look like a message that nobody read.
        if !self.read_slots.is_empty() && shift.is_some() {
            self.receipt = self.state.reserve_receipt();
        }
        self.advance(shift, shown, rng)
    }

    fn done(&mut self, shift: Option<&Recipient>, rng: &mut dyn CryptoRng) -> Step {
        let mut shown = Vec::new();
        match (self.stage, self.last.take()) {
            (Stage::Saving, Some(Request::WriteSlot(write))) => {
                self.stored = Some(envelope_hash(&write.envelope));
                self.unsaved = false;
            }
            (Stage::SavingAgain, Some(Request::WriteSlot(write))) => {
                self.stored = Some(envelope_hash(&write.envelope));
            }
            (Stage::SavingAndPosting, Some(Request::SaveAndPost(write, _))) => {
                self.stored = Some(envelope_hash(&write.envelope));
                self.sent(&mut shown);
            }
            (Stage::Posting, _) => self.sent(&mut shown),
            (Stage::Deleting, _) => {
                let done = self.read_slots.len().min(2);
                self.read_slots.drain(..done);
                if self.read_slots.is_empty() {
                    shown.push(Shown::Erased);
                }
            }
            (Stage::Receipting, _) => self.receipt = None,
            _ => {}
        }
        self.advance(shift, shown, rng)
    }

    fn sent(&mut self, shown: &mut Vec<Shown>) {
        self.state.sent();
        self.sending = false;
        self.unsaved = true;
        shown.push(Shown::Sent);
    }

    /// The next thing that is owed: save, post, delete what was read, receipt. A message from an earlier visit is posted
    /// only once the person has asked for it.
    fn advance(
        &mut self,
        shift: Option<&Recipient>,
        mut shown: Vec<Shown>,
        rng: &mut dyn CryptoRng,
    ) -> Step {
        if self.unsaved {
            return self.save(shift, shown, rng);
        }
        if self.sending && self.state.pending().is_some() {
            match shift.and_then(|shift| self.state.seal_pending(shift, rng)) {
                Some(Ok(envelope)) => {
                    return self.ask(Stage::Posting, Request::Post(envelope), shown);
                }
                _ => {
                    self.sending = false;
                    shown.push(Shown::Nobody);
                }
            }
        }
        if !self.read_slots.is_empty() {
            let mut names = self.read_slots.iter().cloned();
            let mut next = || names.next().unwrap_or_else(|| unused_name(rng));
            let names = SlotNames([next(), next()]);
            return self.ask(Stage::Deleting, Request::DeleteSlots(names), shown);
        }
        if let (Some(number), Some(shift)) = (self.receipt, shift)
            && let Ok(envelope) = self.state.seal_receipt(number, shift, rng)
        {
            return self.ask(Stage::Receipting, Request::Post(envelope), shown);
        }
        self.stage = Stage::Ready;
        self.last = None;
        Step {
            request: None,
            shown,
        }
    }

    /// Saves the state and, when a message is to be sent, posts it in the same turn.
    fn save(
        &mut self,
        shift: Option<&Recipient>,
        mut shown: Vec<Shown>,
        rng: &mut dyn CryptoRng,
    ) -> Step {
        let shred_key = ShredKey::random(rng);
        let Ok(envelope) = self.state.seal(&self.root, &shred_key, rng) else {
            shown.push(Shown::NotSent);
            return Step {
                request: None,
                shown,
            };
        };
        let write = SlotWrite {
            name: self.root.state_slot(),
            replaces: self.stored,
            shred_key: *shred_key.expose(),
            envelope,
        };
        let shift = shift.filter(|_| self.sending);
        match shift.and_then(|shift| self.state.seal_pending(shift, rng)) {
            Some(Ok(post)) => {
                let both = Request::SaveAndPost(write, post);
                self.ask(Stage::SavingAndPosting, both, shown)
            }
            // Whoever can't be sealed to now is told so once the message is saved.
            _ => self.ask(Stage::Saving, Request::WriteSlot(write), shown),
        }
    }
}

fn pause(shown: Shown) -> Step {
    Step {
        request: None,
        shown: [shown].into(),
    }
}
