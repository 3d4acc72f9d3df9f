//! A desk of a night: hears of changes, fetches, opens what falls to it, answers, and hands cases over.
//!
//! It has a device key, a session and an open stream as every desk has, reads every post, and seals real answers with real
//! case keys. It is not the desk's core: it opens only the posts that fall to it by their place, and agrees with nobody about
//! who takes what, because 200 cores that each open everything would measure this program and not the relay.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use client::{Change, DeskClient};
use protocol::{
    CaseAddress, CaseId, CaseSecretKey, FirstPost, FollowUp, NamingSecret, PairingSecret, Reply,
    ReplyPart, ReplyPublicKey, TeamEvent, TeamLog, Text,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use tokio::sync::{mpsc, watch};
use wire::{Envelope, SlotWrite};

use super::contact::Town;
use super::ground::Ground;
use super::record::StepKind;
use crate::sample::random;

/// For how long a desk gathers what is new before it fetches.
const GATHER: Duration = Duration::from_millis(250);
/// Every so many-th follow-up is answered by another desk.
const TRANSFER: u64 = 4;
/// How many of a contact's posts are looked for.
const POSTS: u32 = 8;

/// A case as the desk that has it knows it.
pub(crate) struct Case {
    id: CaseId,
    key: CaseSecretKey,
    generation: u32,
    pairing: PairingSecret,
    naming: NamingSecret,
    reply_key: ReplyPublicKey,
    replies: u32,
    posts_read: u32,
}

impl Case {
    /// The next generation's key. It is announced by the next reply, which still goes by the secrets before it.
    fn renew(&mut self, rng: &mut ChaCha8Rng) {
        self.key = CaseSecretKey::random(rng);
        self.generation += 1;
    }
}

pub(crate) struct Desk {
    pub(crate) number: usize,
    pub(crate) town: Arc<Town>,
    pub(crate) ground: Arc<Ground>,
    pub(crate) client: DeskClient,
    pub(crate) rng: ChaCha8Rng,
    /// The doors of all desks, for transfers.
    pub(crate) doors: Vec<mpsc::UnboundedSender<Case>>,
    pub(crate) cases: HashMap<[u8; 16], usize>,
    pub(crate) held: Vec<Option<Case>>,
    pub(crate) entries: u64,
    pub(crate) after: u64,
}

impl Desk {
    /// Works until the night is over.
    ///
    /// # Errors
    /// When the relay can't be heard, or something can't be sealed.
    pub(crate) async fn works(
        mut self,
        mut handed: mpsc::UnboundedReceiver<Case>,
        mut over: watch::Receiver<bool>,
    ) -> Result<()> {
        let mut changes = self.client.changes().await?;
        loop {
            tokio::select! {
                biased;
                () = ends(&mut over) => return Ok(()),
                Some(case) = handed.recv() => self.goes_on_with(case).await?,
                change = changes.next() => match change? {
                    Change::Posts(newest) if newest > self.after => {
                        tokio::time::sleep(GATHER).await;
                        self.reads().await?;
                    }
                    _ => {}
                },
            }
        }
    }

    /// Fetches to the end.
    async fn reads(&mut self) -> Result<()> {
        loop {
            let town = Arc::clone(&self.town);
            let fetch = self.client.posts(self.after);
            let Some(posts) = town.recorder.timed(StepKind::Fetch, fetch).await else {
                return Ok(());
            };
            let Some(last) = posts.last() else {
                return Ok(());
            };
            self.after = last.sequence;
            for post in &posts {
                self.takes(post.sequence, &post.envelope).await?;
            }
        }
    }

    async fn takes(&mut self, place: u64, post: &Envelope) -> Result<()> {
        if let Some(index) = self.cases.get(&post.header().mark).copied() {
            let Some(case) = self.held.get_mut(index).and_then(Option::take) else {
                return Ok(());
            };
            return self.answers_again(index, case, place, post).await;
        }
        let desks = u64::try_from(self.doors.len())?;
        if place % desks != u64::try_from(self.number)? {
            return Ok(());
        }
        // What is no first post is a follow-up of a case that another desk has.
        match FirstPost::open(post, &self.ground.id, &self.ground.shift_key) {
            Ok(first) => self.answers_first(post, first).await,
            Err(_) => Ok(()),
        }
    }

    async fn answers_first(&mut self, post: &Envelope, first: FirstPost) -> Result<()> {
        let mut case = Case {
            id: CaseId::of(post),
            key: CaseSecretKey::random(&mut self.rng),
            generation: 1,
            pairing: first.pairing,
            naming: first.naming,
            reply_key: first.reply_key,
            replies: 0,
            posts_read: first.number + 1,
        };
        self.logs("taken").await?;
        self.replies(&mut case, ReplyPart::Taken, true).await?;
        self.writes_words(&mut case).await?;
        let recorder = &self.town.recorder;
        recorder.answered(protocol::envelope_hash(post));
        self.keeps(case);
        Ok(())
    }

    /// An answer, after the time that it takes; meanwhile this desk does nothing else.
    async fn writes_words(&mut self, case: &mut Case) -> Result<()> {
        if let Some(takes) = self.town.answer {
            tokio::time::sleep(takes).await;
        }
        self.replies(case, words()?, false).await
    }

    async fn answers_again(
        &mut self,
        index: usize,
        mut case: Case,
        place: u64,
        post: &Envelope,
    ) -> Result<()> {
        let address = (&case.id, case.generation, &case.key);
        let Ok(follow_up) = FollowUp::open(post, &self.ground.id, address, &case.pairing) else {
            return Ok(());
        };
        case.posts_read = case.posts_read.max(follow_up.number + 1);
        case.reply_key = follow_up.reply_key;
        let is_receipt = follow_up.text.as_str().is_empty();
        if !is_receipt && place.is_multiple_of(TRANSFER) && self.doors.len() > 1 {
            let to = self.rng.next_u64() % u64::try_from(self.doors.len())?;
            let door = self
                .doors
                .get(usize::try_from(to)?)
                .context("no such desk")?;
            // A desk that went home takes nothing over; the night is over then.
            let _ = door.send(case);
            return Ok(());
        }
        if !is_receipt {
            self.logs("answered").await?;
            self.writes_words(&mut case).await?;
        }
        if let Some(held) = self.held.get_mut(index) {
            *held = Some(case);
        }
        Ok(())
    }

    /// Takes a case over: a new key, which the contact is told of, and an answer.
    async fn goes_on_with(&mut self, mut case: Case) -> Result<()> {
        self.town.recorder.noted().transfers += 1;
        self.logs("transferred").await?;
        case.renew(&mut self.rng);
        self.replies(&mut case, ReplyPart::Transferred, true)
            .await?;
        self.writes_words(&mut case).await?;
        self.keeps(case);
        Ok(())
    }

    fn keeps(&mut self, case: Case) {
        let index = self.held.len();
        for number in case.posts_read..POSTS {
            self.cases
                .insert(FollowUp::mark(&case.naming, number), index);
        }
        self.held.push(Some(case));
    }

    async fn logs(&mut self, what: &str) -> Result<()> {
        let device = self.ground.device(self.number).context("no such desk")?;
        let log = TeamLog {
            line: &self.ground.id,
            generation: 1,
            key: &self.ground.team_key,
        };
        self.entries += 1;
        let event = TeamEvent::Statement(what.as_bytes().to_vec());
        let (entry, _) = log.seal(&device, self.entries, &event, &mut self.rng)?;
        let recorder = &self.town.recorder;
        let appended = recorder.timed(StepKind::LogAppend, self.client.append(&entry));
        if appended.await.is_some() {
            recorder.entry_acknowledged(&entry);
        }
        Ok(())
    }

    async fn replies(&mut self, case: &mut Case, part: ReplyPart, is_new_key: bool) -> Result<()> {
        let public = case.key.public();
        let reply = Reply {
            address: CaseAddress {
                case: case.id,
                generation: case.generation,
                key: public.clone(),
            },
            posts_read: case.posts_read,
            part,
        };
        let number = case.replies;
        let line = &self.ground.id;
        let rng = &mut self.rng;
        let envelope = reply.seal(line, number, &case.reply_key, &case.pairing, rng)?;
        let write = SlotWrite {
            name: Reply::slot(&case.naming, number),
            replaces: None,
            shred_key: random(rng),
            envelope,
        };
        case.replies += 1;
        if is_new_key {
            case.pairing = case.pairing.renewed(&public);
            case.naming = case.naming.renewed(&public);
        }
        let recorder = &self.town.recorder;
        let written = self.client.relay().write_slot(&write);
        if recorder.timed(StepKind::Reply, written).await.is_some() {
            recorder.noted().replies += 1;
        }
        Ok(())
    }
}

/// Waits until the night is over, or nobody is left to say so.
async fn ends(over: &mut watch::Receiver<bool>) {
    let _ = over.wait_for(|is_over| *is_over).await;
}

fn words() -> Result<ReplyPart> {
    let text = Text::new("I am here").map_err(|_| anyhow::anyhow!("a short text fits"))?;
    Ok(ReplyPart::Words(text))
}
