//! A contact of a night: writes, comes back until an answer lies there, reads, writes again.

use std::time::Duration;

use anyhow::{Context, Result};
use client::RelayClient;
use protocol::{ContactState, Language, Pending, ReplyPart, Text, Urgency};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use statements::Recipient;
use wire::{Envelope, EnvelopeHash, Kind, LineId, SlotName, SlotNames, SlotWrite};

use super::record::{Recorder, StepKind};
use crate::sample::{self, random};

/// What all contacts have in common.
pub(crate) struct Town {
    pub(crate) relay: RelayClient,
    pub(crate) line: LineId,
    pub(crate) shift: Recipient,
    pub(crate) recorder: Recorder,
    /// How long somebody stays away between two looks, about.
    pub(crate) away: Duration,
    /// How long a desk takes for an answer, if it takes its time.
    pub(crate) answer: Option<Duration>,
}

pub(crate) struct Contact<'a> {
    town: &'a Town,
    rng: ChaCha8Rng,
    state: ContactState,
    state_slot: SlotName,
    held: Option<Envelope>,
    /// The first post, by which notes know this contact.
    first: Option<EnvelopeHash>,
}

impl<'a> Contact<'a> {
    pub(crate) fn new(town: &'a Town, mut rng: ChaCha8Rng) -> Contact<'a> {
        Contact {
            state: ContactState::new(&mut rng),
            state_slot: SlotName(random(&mut rng)),
            held: None,
            first: None,
            town,
            rng,
        }
    }

    /// The whole evening of this contact. It ends early, and is then not counted as finished, when a request fails.
    ///
    /// # Errors
    /// When something can't be sealed, which is a fault of this program.
    pub(crate) async fn lives(mut self, messages: u32) -> Result<()> {
        for number in 0..messages {
            if !self.writes(number).await? {
                return Ok(());
            }
            if !self.waits_for_words().await? {
                return Ok(());
            }
        }
        self.town.recorder.noted().finished += 1;
        Ok(())
    }

    async fn writes(&mut self, number: u32) -> Result<bool> {
        let town = self.town;
        self.state.begin(Pending {
            language: Language::Korean,
            urgency: Urgency::Hours,
            choices: protocol::Choices::default(),
            text: Text::new(&format!("message {number}"))
                .map_err(|_| anyhow::anyhow!("a short text fits"))?,
        });
        if !self.saves().await? {
            return Ok(false);
        }
        let sealed = self.state.seal_pending(&town.shift, &mut self.rng);
        let post = sealed.context("something is to be sent")??;
        let kind = match number {
            0 => StepKind::FirstPost,
            _ => StepKind::FollowUp,
        };
        let is_sent = self.posts(kind, &post).await;
        if is_sent {
            self.state.sent();
        }
        if is_sent && number == 0 {
            let first = protocol::envelope_hash(&post);
            self.first = Some(first);
            town.recorder.asked(first);
        }
        Ok(is_sent)
    }

    async fn posts(&self, kind: StepKind, post: &Envelope) -> bool {
        let recorder = &self.town.recorder;
        let sent = recorder.timed(kind, self.town.relay.post(post)).await;
        if sent.is_some() {
            recorder.post_acknowledged(post);
        }
        sent.is_some()
    }

    /// Writes the state's slot: noise of the right shape, since the key that words give only costs time at the contact.
    async fn saves(&mut self) -> Result<bool> {
        let envelope = sample::envelope(Kind::Slot, &self.town.line, &mut self.rng)?;
        let write = SlotWrite {
            name: self.state_slot.clone(),
            replaces: self.held.as_ref().map(protocol::envelope_hash),
            shred_key: random(&mut self.rng),
            envelope: envelope.clone(),
        };
        let written = self.town.relay.write_slot(&write);
        let written = self.town.recorder.timed(StepKind::SaveState, written).await;
        self.held = Some(envelope);
        Ok(written.is_some())
    }

    /// Looks again and again until somebody's words were read; everything read is deleted, and a receipt left.
    async fn waits_for_words(&mut self) -> Result<bool> {
        loop {
            tokio::time::sleep(self.town.away.mul_f64(0.5 + self.share())).await;
            let mut has_words = false;
            let mut has_any = false;
            loop {
                let other = SlotName(random(&mut self.rng));
                let names = SlotNames([self.state.reply_slot(0), other]);
                let read = self.town.relay.read_slots(&names);
                let Some([content, _]) = self.town.recorder.timed(StepKind::SlotRead, read).await
                else {
                    return Ok(false);
                };
                let opened = self
                    .state
                    .receive(&content.envelope, &self.town.line, &mut self.rng);
                // Noise does not open: nothing lies there yet.
                let Ok(reply) = opened else { break };
                self.town.recorder.noted().replies_read += 1;
                has_any = true;
                let is_words = matches!(reply.part, ReplyPart::Words(_));
                if let Some(first) = self.first.filter(|_| is_words) {
                    self.town.recorder.collected(first);
                }
                has_words |= is_words;
                let deleted = self.town.relay.delete_slots(&names);
                let deleted = self.town.recorder.timed(StepKind::SlotDelete, deleted);
                if deleted.await.is_none() {
                    return Ok(false);
                }
            }
            if has_any && !self.leaves_receipt().await? {
                return Ok(false);
            }
            if has_words {
                return Ok(true);
            }
        }
    }

    async fn leaves_receipt(&mut self) -> Result<bool> {
        let Some(number) = self.state.reserve_receipt() else {
            return Ok(true);
        };
        let town = self.town;
        let receipt = self
            .state
            .seal_receipt(number, &town.shift, &mut self.rng)?;
        Ok(self.saves().await? && self.posts(StepKind::FollowUp, &receipt).await)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        f64::from(self.rng.next_u32()) / f64::from(u32::MAX)
    }
}
