//! The relay: each request decided, then carried out by the store.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rand_core::CryptoRng;
use statements::{DevicePublicKey, UnverifiedStatement};
use wire::{
    BodyError, Day, DeskSession, Envelope, EnvelopeError, EnvelopeHash, Header, Kind, Minute,
    POSTS_PER_PAGE, SEALED_SIZE, SequencedEnvelope, Shred, SlotContent, SlotNames, SlotWrite,
};

use crate::hash::{envelope_hash, shred_hash, slot_key};
use crate::intake::{Intake, IntakeLimits, Writer};
use crate::sessions::{SessionToken, Sessions};
use crate::standing::Standing;
use crate::store::{Announced, Kept, Sequence, SlotReplace, Store, StoreError};
use crate::{Appended, RelayError};

/// How long envelopes are kept, in days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// Posts in the tray.
    pub post_days: u32,
    /// Slots, from their last write.
    pub slot_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention {
            post_days: 8,
            slot_days: 90,
        }
    }
}

/// A relay over one store.
pub struct Relay<S> {
    store: S,
    /// The line as `footbridge init` wrote it.
    beginning: Standing,
    followed: RwLock<Followed>,
    sessions: Mutex<Sessions>,
    intake: Mutex<Intake>,
    retention: Retention,
}

/// What stands, and the revision of the store's statements from which it does.
pub(crate) struct Followed {
    pub(crate) standing: Standing,
    revision: u64,
}

pub(crate) fn envelope_error(error: EnvelopeError) -> RelayError {
    match error {
        EnvelopeError::Size => RelayError::WrongSize,
        EnvelopeError::Version(_) | EnvelopeError::Kind(_) | EnvelopeError::Reserved => {
            RelayError::WrongVersion
        }
    }
}

pub(crate) fn body_error(error: BodyError) -> RelayError {
    match error {
        BodyError::Layout(_) => RelayError::WrongSize,
        BodyError::Envelope(error) => envelope_error(error),
    }
}

pub(crate) fn parse_write(body: &[u8]) -> Result<SlotWrite, RelayError> {
    SlotWrite::parse(body).map_err(body_error)
}

/// Who saves and posts. That the slot holds what is replaced shows when it is written, before the post.
pub(crate) fn writer_of(write: &SlotWrite) -> Writer {
    match write.replaces {
        None => Writer::First,
        Some(_) => Writer::Again(slot_key(&write.name)),
    }
}

impl<S: Store> Relay<S> {
    /// A relay that goes on from what its store holds.
    ///
    /// # Errors
    /// `Unavailable` when the store does not answer. Statements in it that no longer verify are left out.
    pub async fn open(
        store: S,
        beginning: Standing,
        retention: Retention,
        now: Minute,
    ) -> Result<Relay<S>, RelayError> {
        let Kept {
            revision,
            statements,
        } = store.statements().await?;
        let standing = beginning.clone().with(&statements, now);
        Ok(Relay {
            store,
            beginning,
            followed: RwLock::new(Followed { standing, revision }),
            sessions: Mutex::default(),
            intake: Mutex::new(Intake::new(IntakeLimits::default())),
            retention,
        })
    }

    /// The same relay with other limits of what it takes in.
    #[must_use]
    pub fn with_intake(mut self, limits: IntakeLimits) -> Relay<S> {
        self.intake = Mutex::new(Intake::new(limits));
        self
    }

    pub(crate) fn followed(&self) -> RwLockReadGuard<'_, Followed> {
        self.followed.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn followed_mut(&self) -> RwLockWriteGuard<'_, Followed> {
        self.followed
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes by what the store keeps, also when another relay put it there: a device that was revoked there is shut out
    /// here. Gives whether anything was new.
    ///
    /// # Errors
    /// `Unavailable` when the store does not answer; then what stood before still does.
    pub async fn follow(&self, now: Minute) -> Result<bool, RelayError> {
        let Kept {
            revision,
            statements,
        } = self.store.statements().await?;
        let mut standing = self.beginning.clone().with(&statements, now);
        {
            let mut followed = self.followed_mut();
            if followed.revision >= revision {
                return Ok(false);
            }
            standing.keep_wait(&followed.standing, now);
            *followed = Followed { standing, revision };
        }
        self.shut_out();
        Ok(true)
    }

    /// Ends the sessions of devices that are not admitted any more.
    fn shut_out(&self) {
        self.sessions()
            .retain(|device| self.followed().standing.admits(device));
    }

    /// What another relay on the same store has changed, as the store tells it.
    pub async fn announced(&self) -> Announced {
        self.store.announced().await
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn intake(&self) -> MutexGuard<'_, Intake> {
        self.intake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_line(&self, envelope: &Envelope) -> Result<(), RelayError> {
        if envelope.header().line_tag == self.followed().standing.line().tag() {
            Ok(())
        } else {
            Err(RelayError::WrongLine)
        }
    }

    /// `POST /v1/posts`: a post to a shift that takes posts now. Durable when this returns.
    ///
    /// # Errors
    /// `WrongSize`, `WrongVersion`, `WrongLine`, `NoShift`, `ShiftOver`, `Ended`; `Full`, `Unavailable`.
    pub async fn post(
        &self,
        body: &[u8],
        now: Minute,
    ) -> Result<(EnvelopeHash, Appended), RelayError> {
        self.take(body, Writer::First, now).await
    }

    async fn take(
        &self,
        body: &[u8],
        writer: Writer,
        now: Minute,
    ) -> Result<(EnvelopeHash, Appended), RelayError> {
        let envelope = Envelope::parse_kind(body, Kind::Post).map_err(envelope_error)?;
        self.check_line(&envelope)?;
        self.is_open(now)?;
        let shift = envelope.header().epoch;
        self.followed().standing.takes_posts(shift, now)?;
        let hash = envelope_hash(&envelope);
        self.intake().has_room(shift, &hash, writer)?;
        let appended = self
            .store
            .append(Sequence::Tray, envelope, now.day())
            .await?;
        if appended.fresh {
            self.intake().count_post(shift, &hash, writer);
        }
        Ok((hash, appended))
    }

    /// `POST /v1/posts/shred` and `POST /v1/log/shred`.
    ///
    /// # Errors
    /// `WrongSize`; `Unavailable`. Never says whether there was anything to destroy.
    pub async fn shred(&self, from: Sequence, body: &[u8]) -> Result<(), RelayError> {
        let shred = Shred::parse(body).map_err(|_| RelayError::WrongSize)?;
        let hash = shred_hash(&shred.token);
        Ok(self.store.shred(from, shred.envelope, hash).await?)
    }

    /// `POST /v1/slots/read`: what the slots hold, and noise where there is nothing.
    ///
    /// # Errors
    /// `WrongSize`, `Ended`; `Unavailable`.
    pub async fn slots_read(
        &self,
        body: &[u8],
        noise: [SlotContent; 2],
        now: Minute,
    ) -> Result<Vec<u8>, RelayError> {
        let SlotNames([one, two]) = SlotNames::parse(body).map_err(|_| RelayError::WrongSize)?;
        self.is_open(now)?;
        let [noise_one, noise_two] = noise;
        let one = self.store.slot_read(slot_key(&one)).await?;
        let two = self.store.slot_read(slot_key(&two)).await?;
        let mut answer = one.unwrap_or(noise_one).to_bytes();
        answer.extend(two.unwrap_or(noise_two).to_bytes());
        Ok(answer)
    }

    /// What looks like a slot that holds something, for a slot that does not.
    ///
    /// # Errors
    /// Never: the sizes are constants.
    pub fn noise(&self, rng: &mut dyn CryptoRng) -> Result<SlotContent, RelayError> {
        let mut header = Header {
            kind: Kind::Slot,
            epoch: 0,
            line_tag: self.line().tag(),
            mark: [0; 16],
            shred_hash: [0; 32],
        };
        let mut shred_key = [0; 32];
        let mut sealed = vec![0; SEALED_SIZE];
        rng.fill_bytes(&mut header.mark);
        rng.fill_bytes(&mut header.shred_hash);
        rng.fill_bytes(&mut shred_key);
        rng.fill_bytes(&mut sealed);
        let envelope = Envelope::assemble(&header, &sealed).map_err(envelope_error)?;
        Ok(SlotContent {
            shred_key,
            envelope,
        })
    }

    /// `POST /v1/slots/write`.
    ///
    /// # Errors
    /// `WrongSize`, `WrongLine`, `Ended`; `Conflict` when the slot holds something else; `Full`, `Unavailable`.
    pub async fn slot_write(&self, body: &[u8], now: Minute) -> Result<(), RelayError> {
        let write = parse_write(body)?;
        let is_new = write.replaces.is_none();
        self.write(write, now).await?;
        if is_new {
            self.intake().count_slot();
        }
        Ok(())
    }

    async fn write(&self, write: SlotWrite, now: Minute) -> Result<(), RelayError> {
        self.check_line(&write.envelope)?;
        self.is_open(now)?;
        let replaces = write
            .replaces
            .map_or(SlotReplace::Nothing, SlotReplace::Envelope);
        let content = SlotContent {
            shred_key: write.shred_key,
            envelope: write.envelope,
        };
        let slot = slot_key(&write.name);
        Ok(self
            .store
            .slot_write(slot, replaces, content, now.day())
            .await?)
    }

    /// A slot's write and a post in one turn: the post is taken only after the slot was written. The same bytes again are fine.
    ///
    /// # Errors
    /// Those of `slot_write`, and then nothing was done; those of `post`, and then the slot may have been written.
    pub async fn save_and_post(
        &self,
        body: &[u8],
        now: Minute,
    ) -> Result<(EnvelopeHash, Appended), RelayError> {
        let parts = body.split_at_checked(SlotWrite::SIZE);
        let (write, post) = parts.ok_or(RelayError::WrongSize)?;
        let write = parse_write(write)?;
        let writer = writer_of(&write);
        self.write(write, now).await?;
        self.take(post, writer, now).await
    }

    /// `POST /v1/slots/delete`.
    ///
    /// # Errors
    /// `WrongSize`; `Unavailable`.
    pub async fn slots_delete(&self, body: &[u8]) -> Result<(), RelayError> {
        let SlotNames(names) = SlotNames::parse(body).map_err(|_| RelayError::WrongSize)?;
        for name in &names {
            self.store.slot_delete(slot_key(name)).await?;
        }
        Ok(())
    }

    /// `POST /v1/desk/challenge`.
    pub fn challenge(&self, rng: &mut dyn CryptoRng) -> [u8; 32] {
        self.sessions().challenge(rng)
    }

    /// `POST /v1/desk/session`.
    ///
    /// # Errors
    /// `WrongSize`, `Ended`; `Unauthorised` when the challenge is unknown or used, the signature wrong, or the device not admitted.
    pub fn session(
        &self,
        body: &[u8],
        now: Minute,
        rng: &mut dyn CryptoRng,
    ) -> Result<SessionToken, RelayError> {
        let request = DeskSession::parse(body).map_err(|_| RelayError::WrongSize)?;
        self.is_open(now)?;
        if !self
            .followed()
            .standing
            .admits(&DevicePublicKey(request.device))
        {
            return Err(RelayError::Unauthorised);
        }
        self.sessions().open(&self.line(), &request, rng)
    }

    /// Whether a token is that of a session of a device that is still admitted.
    ///
    /// # Errors
    /// `Unauthorised` when it is not; `Ended`.
    pub fn authorise(&self, token: &[u8; 32], now: Minute) -> Result<(), RelayError> {
        self.is_open(now)?;
        let device = self.sessions().device(token);
        let admitted = device.is_some_and(|device| self.followed().standing.admits(&device));
        admitted.then_some(()).ok_or(RelayError::Unauthorised)
    }

    /// `GET /v1/desk/posts` and `GET /v1/desk/log`, after `authorise`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn read(
        &self,
        from: Sequence,
        after: u64,
    ) -> Result<Vec<SequencedEnvelope>, RelayError> {
        Ok(self.store.read(from, after, POSTS_PER_PAGE).await?)
    }

    /// The last place given out, for `GET /v1/desk/changes`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn last(&self, of: Sequence) -> Result<u64, RelayError> {
        Ok(self.store.last(of).await?)
    }

    /// `POST /v1/desk/log`, after `authorise`. Durable when this returns.
    ///
    /// # Errors
    /// `WrongSize`, `WrongVersion`, `WrongLine`, `Ended`; `Full`, `Unavailable`.
    pub async fn log_append(&self, body: &[u8], now: Minute) -> Result<Appended, RelayError> {
        let envelope = Envelope::parse_kind(body, Kind::LogEntry).map_err(envelope_error)?;
        self.check_line(&envelope)?;
        self.is_open(now)?;
        Ok(self
            .store
            .append(Sequence::Log, envelope, now.day())
            .await?)
    }

    /// `POST /v1/statements`.
    ///
    /// # Errors
    /// `WrongSize` when it is no statement; `NotAccepted`, `Ended`; `Full`, `Unavailable`. A final notice that ends the line at once has
    /// been taken also when `Unavailable` comes back because not everything could be destroyed: that is tried again by [`Relay::expire`].
    pub async fn statement(&self, body: &[u8], now: Minute) -> Result<(), RelayError> {
        let statement = UnverifiedStatement::parse(body).map_err(|_| RelayError::WrongSize)?;
        loop {
            self.is_open(now)?;
            // Decided on a copy: nothing stands before it is durable.
            let (mut standing, revision) = {
                let followed = self.followed();
                (followed.standing.clone(), followed.revision)
            };
            let Some(key) = standing.accept(&statement, now)? else {
                self.followed_mut().standing.accept(&statement, now)?;
                return Ok(());
            };
            let put = self
                .store
                .statement_put(key, statement.to_bytes(), revision);
            match put.await {
                Ok(revision) => {
                    self.put_stands(&statement, revision, now);
                    // An emergency asks no clock; of an orderly end that is left to `expire`, whose caller looks at the clock.
                    if self.is_open(Minute(0)).is_err() {
                        self.store.clear(&Standing::LAST).await?;
                    }
                    return Ok(());
                }
                // Another statement came first, here or at another relay: it is decided again on what stands then.
                Err(StoreError::Conflict) => _ = self.follow(now).await?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Goes by a statement that the store has kept as its newest, unless something newer was followed meanwhile.
    fn put_stands(&self, statement: &UnverifiedStatement, revision: u64, now: Minute) {
        {
            let mut followed = self.followed_mut();
            if followed.revision < revision {
                // It was accepted on the same revision before.
                let _ = followed.standing.accept(statement, now);
                followed.revision = revision;
            }
        }
        self.shut_out();
    }

    /// Destroys what has been kept long enough, and everything once the line has ended. To be called at least once a day.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn expire(&self, now: Minute) -> Result<(), RelayError> {
        if self.is_open(now).is_err() {
            self.sessions().retain(|_| false);
            return Ok(self.store.clear(&Standing::LAST).await?);
        }
        let before = |days: u32| Day(now.day().0.saturating_sub(days));
        let posts = before(self.retention.post_days);
        self.followed_mut().standing.forget_shifts_before(posts);
        self.intake()
            .keep_shifts(|shift| self.followed().standing.takes_posts(shift, now).is_ok());
        Ok(self
            .store
            .expire(posts, before(self.retention.slot_days))
            .await?)
    }
}
