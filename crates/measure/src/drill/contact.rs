//! A contact of a drill, who keeps the state in the head instead of deriving it from words, which only costs time.

use anyhow::{Context, Result};
use protocol::{CaseId, ContactState, Language, Pending, ReplyPart, Text, Urgency};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use wire::{SlotContent, SlotName, SlotNames};

use super::line::{DrillLine, random};

/// A contact.
pub(crate) struct Contact {
    state: ContactState,
    rng: ChaCha8Rng,
    /// The case that the first post names.
    pub(crate) case: Option<CaseId>,
    /// What was written.
    pub(crate) written: Vec<String>,
    /// The words that were read, and what else: `taken`, `transferred`, `exposed`, `closed`.
    pub(crate) read: Vec<String>,
}

impl Contact {
    pub(crate) fn new(line: &mut DrillLine) -> Contact {
        let mut rng = ChaCha8Rng::from_seed(random(&mut line.rng));
        Contact {
            state: ContactState::new(&mut rng),
            rng,
            case: None,
            written: Vec::new(),
            read: Vec::new(),
        }
    }

    /// Writes a text, and has it acknowledged.
    pub(crate) fn write(&mut self, line: &DrillLine, text: &str) -> Result<()> {
        self.write_with(line, text, Urgency::Hours)
    }

    /// The same with so much time left.
    pub(crate) fn write_with(
        &mut self,
        line: &DrillLine,
        text: &str,
        urgency: Urgency,
    ) -> Result<()> {
        self.state.begin(Pending {
            language: Language::Korean,
            urgency,
            choices: protocol::Choices::default(),
            text: Text::new(text).map_err(|_| anyhow::anyhow!("a short text fits"))?,
        });
        let shift = line.shift()?;
        let sealed = self.state.seal_pending(shift.recipient(), &mut self.rng);
        let post = sealed.context("something is to be sent")??;
        let posted = line.relay.post(post.as_bytes(), line.now);
        line.runtime.block_on(posted)?;
        self.state.sent();
        self.case.get_or_insert_with(|| CaseId::of(&post));
        self.written.push(text.to_owned());
        Ok(())
    }

    /// Reads everything that lies there, has it deleted, and leaves a receipt.
    pub(crate) fn visit(&mut self, line: &mut DrillLine) -> Result<()> {
        loop {
            let name = self.state.reply_slot(0);
            let other = SlotName(random(&mut self.rng));
            let names = SlotNames([name, other]).to_bytes();
            let noise = [
                line.relay.noise(&mut line.rng)?,
                line.relay.noise(&mut line.rng)?,
            ];
            let read = line.relay.slots_read(&names, noise, line.now);
            let contents = SlotContent::parse_answer(&line.runtime.block_on(read)?)?;
            let [content, _] = contents;
            let Ok(reply) = self
                .state
                .receive(&content.envelope, &line.id, &mut self.rng)
            else {
                break;
            };
            line.runtime.block_on(line.relay.slots_delete(&names))?;
            self.read.push(match reply.part {
                ReplyPart::Taken => "taken".into(),
                ReplyPart::Words(text) => text.as_str().into(),
                ReplyPart::Card { card, .. } => card,
                ReplyPart::Closed => "closed".into(),
                ReplyPart::Offer(_) => "offered".into(),
                ReplyPart::OfferEnded => "offer ended".into(),
                ReplyPart::Transferred => "transferred".into(),
                ReplyPart::Exposed { .. } => "exposed".into(),
                ReplyPart::Correction(correction) => correction.card,
            });
        }
        if let Some(number) = self.state.reserve_receipt() {
            let shift = line.shift()?;
            let receipt = self
                .state
                .seal_receipt(number, shift.recipient(), &mut self.rng)?;
            let posted = line.relay.post(receipt.as_bytes(), line.now);
            line.runtime.block_on(posted)?;
        }
        Ok(())
    }

    /// How often something was read.
    pub(crate) fn has_read(&self, what: &str) -> usize {
        self.read.iter().filter(|read| *read == what).count()
    }
}
