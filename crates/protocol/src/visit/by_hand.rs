//! A visit without a network: what it asks travels as a letter, and what is answered is brought to it (`docs/protocol.md`, section 9).

use alloc::boxed::Box;
use rand_core::CryptoRng;
use wire::{Envelope, SEALED_SIZE, SlotContent, SlotName, SlotNames, SlotWrite};

use super::{Outcome, Request, Shown, Stage, Step, Visit, pause};
use crate::contact::ContactState;
use crate::phrase::PhraseRoot;
use crate::reply::slot_header;

/// How many reply slots, from the next one on, whoever carries a letter looks into.
pub const RETURNED_REPLIES: usize = 5;

/// What was brought: slots by name.
pub type Brought<'a> = &'a [(SlotName, SlotContent)];

impl Visit {
    /// As [`Visit::begin`], for a message that will be carried. Whoever carries it is told in which slots answers will lie.
    pub fn begin_by_hand(root: PhraseRoot, rng: &mut dyn CryptoRng) -> (Visit, Step) {
        let (mut visit, step) = Visit::begin(root, rng);
        visit.state = ContactState::by_letter(rng);
        visit.by_hand = true;
        (visit, step)
    }

    /// As [`Visit::open`], but reads what was brought instead of asking for it. What does not lie there counts as empty.
    ///
    /// Nothing is confirmed or erased: that takes a network, or the next letter. Until then the same can be read again.
    pub fn open_by_hand(
        root: PhraseRoot,
        brought: Brought<'_>,
        rng: &mut dyn CryptoRng,
    ) -> (Visit, Step) {
        let (mut visit, mut step) = Visit::open(root, rng);
        visit.by_hand = true;
        let mut shown = core::mem::take(&mut step.shown);
        while let Some(Request::ReadSlots(names)) = &step.request {
            let Some(slots) = visit.find(names, brought, rng) else {
                return (visit, pause(Shown::NotSent));
            };
            step = visit.step(Outcome::Slots(Box::new(slots)), None, rng);
            shown.append(&mut step.shown);
        }
        // Whatever it would ask now never leaves this device.
        visit.last = None;
        visit.stage = Stage::Ready;
        let step = Step {
            request: None,
            shown,
        };
        (visit, step)
    }

    /// Whether what is written goes by hand, to the line's letter key.
    pub fn is_by_hand(&self) -> bool {
        self.by_hand
    }

    /// What is to be carried now: the state and the post of a message that was written by hand.
    pub fn carried(&self) -> Option<(&SlotWrite, &Envelope)> {
        match &self.last {
            Some(Request::SaveAndPost(write, post)) if self.by_hand => Some((write, post)),
            _ => None,
        }
    }

    /// The slots that may hold answers to what is written now, for whoever carries it.
    pub fn return_slots(&self) -> [SlotName; RETURNED_REPLIES] {
        let mut ahead = 0..;
        [(); RETURNED_REPLIES].map(|()| self.state.reply_slot(ahead.next().unwrap_or_default()))
    }

    fn find(
        &self,
        SlotNames(names): &SlotNames,
        brought: Brought<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Option<[SlotContent; 2]> {
        let header = slot_header(self.root.line(), rng);
        let nothing = Envelope::assemble(&header, &[0; SEALED_SIZE]).ok()?;
        let content = |name: &SlotName| {
            let found = brought.iter().find(|(slot, _)| slot == name);
            found.map_or(
                SlotContent {
                    shred_key: [0; 32],
                    envelope: nothing.clone(),
                },
                |(_, content)| content.clone(),
            )
        };
        Some([content(&names[0]), content(&names[1])])
    }
}
