//! A contact without a browser: the same `Visit` that the page runs, over the relay's HTTP interface.
//!
//! Whoever has it holds the contact's keys and reads what is written: the porch, for browsers without scripts, and the demonstration.

mod handover;

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use client::{ClientError, RelayClient};
use getrandom::SysRng;
use letters::{Carried, Letter};
use protocol::{
    Choices, FeedbackPost, Helped, Language, Outcome, Pending, PhraseRoot, Request, Said, Shown,
    ShredToken, Step, Text, Urgency, Visit,
};
use rand_core::{Rng, UnwrapErr};
use statements::{Line, OnDuty, Recipient, Wait};
use wire::Minute;
use words::{List, Phrase};

/// Why a contact could not begin something. What became of something that was begun is in what is shown.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum ContactError {
    /// The relay can't be reached, or its answer is not understood.
    #[error("the relay: {0}")]
    Relay(String),
    /// The relay shows something else than the line.
    #[error("the line cannot be believed: {0}")]
    NotTheLine(String),
    /// The words are not seven of the list.
    #[error("these are not seven words of the list")]
    Words,
    /// The text says nothing, or more than a message holds.
    #[error("the text is empty or too long")]
    Text,
    /// No conversation is open.
    #[error("no conversation is open")]
    NotOpen,
    /// No shift could take it.
    #[error("nobody is on duty")]
    Nobody,
    /// The line opens no letters now.
    #[error("the line opens no letters now")]
    NoLetters,
    /// The offer of a partner does not stand, or was taken up already.
    #[error("the offer does not stand any more, or was taken up already")]
    OfferOver,
    /// What was brought is no answer, or not the whole of one.
    #[error("what was brought cannot be read: {0}")]
    NotBrought(String),
}

/// A contact on a device of its own.
pub struct Contact {
    relay: RelayClient,
    line: Option<Line>,
    visit: Option<Visit>,
    refused: String,
}

/// The operating system's randomness; it ends the program rather than give none.
fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// This minute by this machine's clock.
#[allow(clippy::disallowed_methods, reason = "a contact's device has a clock")]
pub fn now() -> Minute {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Minute(u32::try_from(since.as_secs() / 60).unwrap_or(u32::MAX))
}

fn relay_error(error: ClientError) -> ContactError {
    ContactError::Relay(error.to_string())
}

impl Contact {
    /// A device that knows the relay's address and nothing else.
    ///
    /// # Errors
    /// [`ContactError::Relay`] when that is no address.
    pub fn new(relay_url: &str) -> Result<Contact, ContactError> {
        Ok(Contact {
            relay: RelayClient::new(relay_url).map_err(relay_error)?,
            line: None,
            visit: None,
            refused: String::new(),
        })
    }

    /// As [`Contact::new`], from one of this machine's own addresses.
    ///
    /// # Errors
    /// [`ContactError::Relay`] when the relay's address is none.
    pub fn from_address(relay_url: &str, own: IpAddr) -> Result<Contact, ContactError> {
        Ok(Contact {
            relay: RelayClient::from_address(relay_url, own).map_err(relay_error)?,
            line: None,
            visit: None,
            refused: String::new(),
        })
    }

    /// Seven new words.
    pub fn new_phrase(&self, list: List) -> String {
        let phrase = Phrase::draw(list, || {
            let mut entropy = [0; 10];
            rng().fill_bytes(&mut entropy);
            entropy
        });
        let words: Vec<&str> = phrase.words().collect();
        words.join(" ")
    }

    async fn fetch_line(&mut self) -> Result<(), ContactError> {
        let document = self.relay.line().await.map_err(relay_error)?;
        let line =
            Line::verify(&document, None).map_err(|e| ContactError::NotTheLine(e.to_string()))?;
        self.line = Some(line);
        Ok(())
    }

    fn shift(&self) -> Option<Recipient> {
        match self.line.as_ref()?.on_duty(now()) {
            OnDuty::Now(shift) | OnDuty::ClockDisagrees(shift) => Some(shift.recipient().clone()),
            OnDuty::Nobody => None,
        }
    }

    /// Opens the line that these words lead to, and shows what is there.
    ///
    /// # Errors
    /// When the relay can't be reached or the words are not in the list.
    pub async fn open(&mut self, list: List, words: &str) -> Result<Vec<Shown>, ContactError> {
        self.fetch_line().await?;
        let root = self.root(list, words)?;
        let (visit, step) = Visit::open(root, &mut rng());
        self.visit = Some(visit);
        self.run(step).await
    }

    /// Writes a message.
    ///
    /// # Errors
    /// When nothing was opened, the text is too long, or the relay can't be reached.
    pub async fn write(
        &mut self,
        text: &str,
        language: Language,
        urgency: Urgency,
    ) -> Result<Vec<Shown>, ContactError> {
        self.write_wishing(text, (language, urgency), Choices::default())
            .await
    }

    /// Writes a message, and says who should answer it.
    ///
    /// # Errors
    /// As [`Contact::write`].
    pub async fn write_wishing(
        &mut self,
        text: &str,
        (language, urgency): (Language, Urgency),
        choices: Choices,
    ) -> Result<Vec<Shown>, ContactError> {
        self.fetch_line().await?;
        let shift = self.shift();
        let message = Pending {
            language,
            urgency,
            choices,
            text: Text::new(text).map_err(|_| ContactError::Text)?,
        };
        let visit = self.visit.as_mut().ok_or(ContactError::NotOpen)?;
        let step = visit.write(message, shift.as_ref(), &mut rng());
        self.run(step).await
    }

    fn root(&self, list: List, words: &str) -> Result<PhraseRoot, ContactError> {
        let line = self.line.as_ref().ok_or(ContactError::NotOpen)?.id();
        let phrase = Phrase::read(list, words).map_err(|_| ContactError::Words)?;
        Ok(PhraseRoot::derive(&phrase.to_bytes(), &line))
    }

    /// Writes the first message of new words as a letter, as a page does that was saved; gives the letter's text. Nothing is sent: the line
    /// is read here only because this contact has no page that brings it along.
    ///
    /// # Errors
    /// [`ContactError::NoLetters`] when the line has no letter key; otherwise as [`Contact::open`] and [`Contact::write`].
    pub async fn write_letter(
        &mut self,
        (list, words): (List, &str),
        text: &str,
        (language, urgency): (Language, Urgency),
    ) -> Result<String, ContactError> {
        self.fetch_line().await?;
        let key = self.line.as_ref().and_then(Line::letter_key).cloned();
        let key = key.ok_or(ContactError::NoLetters)?;
        let (mut visit, _) = Visit::begin_by_hand(self.root(list, words)?, &mut rng());
        let message = Pending {
            language,
            urgency,
            choices: Choices::default(),
            text: Text::new(text).map_err(|_| ContactError::Text)?,
        };
        visit.write(message, Some(key.recipient()), &mut rng());
        let (state, post) = visit.carried().ok_or(ContactError::NoLetters)?;
        let letter = Letter {
            line: key.recipient().line(),
            until: key.until(),
            state: state.clone(),
            post: post.clone(),
            replies: visit.return_slots(),
        };
        let parts = letters::to_parts(&Carried::Letter(Box::new(letter)).to_bytes());
        Ok(parts.join("\n"))
    }

    /// Opens what was brought with the words that it was written with; asks nobody.
    ///
    /// # Errors
    /// [`ContactError::NotBrought`]; [`ContactError::Words`]; [`ContactError::NotOpen`] when the line was never read.
    pub fn open_by_hand(
        &mut self,
        (list, words): (List, &str),
        brought: &str,
    ) -> Result<Vec<Shown>, ContactError> {
        let bytes = letters::from_text(brought);
        let bytes = bytes.map_err(|error| ContactError::NotBrought(error.to_string()))?;
        let carried = Carried::parse(&bytes);
        let carried = carried.map_err(|error| ContactError::NotBrought(error.to_string()))?;
        let root = self.root(list, words)?;
        let (visit, step) = Visit::open_by_hand(root, &carried.slots(), &mut rng());
        self.visit = Some(visit);
        Ok(step.shown)
    }

    /// The wait that those on duty signed, as a sentence; `None` when nobody said.
    ///
    /// # Errors
    /// When the relay can't be reached.
    pub async fn wait(&mut self) -> Result<Option<String>, ContactError> {
        self.fetch_line().await?;
        let wait = self.line.as_ref().and_then(|line| line.wait(now()));
        Ok(wait.map(|wait| match wait.expected() {
            Some(minutes) => format!("{} at their desks, about {minutes} minutes", wait.guides()),
            None => format!("{} at their desks, nobody can say how long", wait.guides()),
        }))
    }

    /// All that those on duty signed about the wait; `None` when nobody said.
    ///
    /// # Errors
    /// When the relay can't be reached.
    pub async fn waits(&mut self) -> Result<Option<Wait>, ContactError> {
        self.fetch_line().await?;
        let wait = self.line.as_ref().and_then(|line| line.wait(now()));
        Ok(wait.map(|wait| wait.wait().clone()))
    }

    /// Says whether it helped. Gives `false` when this line does not ask.
    ///
    /// # Errors
    /// When nobody is on duty or the relay can't be reached.
    pub async fn feedback(&mut self, helped: Helped) -> Result<bool, ContactError> {
        self.tell_coordinators(Said::Helped(helped)).await
    }

    /// The addresses of the line's entrances, as its newest list that is to be trusted has them.
    ///
    /// # Errors
    /// When the relay can't be reached.
    pub async fn entrances(&mut self) -> Result<Vec<String>, ContactError> {
        self.fetch_line().await?;
        let list = self.line.as_ref().and_then(Line::entrances);
        let places = list.map_or(&[][..], |list| &list.entrances);
        Ok(places.iter().map(|place| place.address.clone()).collect())
    }

    /// The address of which the line warns now.
    ///
    /// # Errors
    /// When the relay can't be reached.
    pub async fn warning(&mut self) -> Result<Option<String>, ContactError> {
        self.fetch_line().await?;
        let warning = self.line.as_ref().and_then(Line::warning);
        Ok(warning.map(|warning| warning.address.clone()))
    }

    /// The line's check words in English.
    ///
    /// # Errors
    /// When the relay can't be reached.
    pub async fn check_words(&mut self) -> Result<String, ContactError> {
        self.fetch_line().await?;
        let line = self.line.as_ref().ok_or(ContactError::NotOpen)?;
        let words = words::check_words(words::List::English, &line.id().0);
        Ok(words.join(" "))
    }

    /// One of the pages without scripts, by its path below `/plain/`.
    ///
    /// # Errors
    /// When there is none, or the relay can't be reached.
    pub async fn plain(&self, path: &str) -> Result<String, ContactError> {
        self.relay.plain(path).await.map_err(relay_error)
    }

    /// Reports an address that only looks like the line. Gives `false` when this line takes no such reports.
    ///
    /// # Errors
    /// When nobody is on duty or the relay can't be reached.
    pub async fn report_fake(&mut self, address: &str) -> Result<bool, ContactError> {
        self.tell_coordinators(Said::Fake(address.to_owned())).await
    }

    async fn tell_coordinators(&mut self, said: Said) -> Result<bool, ContactError> {
        self.fetch_line().await?;
        let Some(key) = self.line.as_ref().and_then(Line::feedback_key) else {
            return Ok(false);
        };
        let post = FeedbackPost {
            said,
            shred_token: ShredToken::random(&mut rng()),
        };
        let shift = self.shift().ok_or(ContactError::Nobody)?;
        let envelope = post
            .seal(key, &shift, &mut rng())
            .map_err(|_| ContactError::Nobody)?;
        self.relay.post(&envelope).await.map_err(relay_error)?;
        Ok(true)
    }

    /// Tries the last step again; the same message is never there twice.
    ///
    /// # Errors
    /// When nothing was opened, or the relay can't be reached.
    pub async fn retry(&mut self) -> Result<Vec<Shown>, ContactError> {
        self.fetch_line().await?;
        let shift = self.shift();
        let visit = self.visit.as_mut().ok_or(ContactError::NotOpen)?;
        let step = visit.retry(shift.as_ref(), &mut rng());
        self.run(step).await
    }

    /// Whether a guide has the case, as far as was read.
    pub fn is_taken(&self) -> bool {
        self.visit.as_ref().is_some_and(Visit::is_taken)
    }

    /// The line as it was read last.
    pub fn line(&self) -> Option<&Line> {
        self.line.as_ref()
    }

    /// The code with which the relay refused the last request, if it did.
    pub fn refused(&self) -> &str {
        &self.refused
    }

    async fn run(&mut self, mut step: Step) -> Result<Vec<Shown>, ContactError> {
        let mut shown = Vec::new();
        self.refused.clear();
        loop {
            shown.append(&mut step.shown);
            let Some(request) = step.request else {
                return Ok(shown);
            };
            let outcome = self.carry_out(request).await;
            let shift = self.shift();
            let visit = self.visit.as_mut().ok_or(ContactError::NotOpen)?;
            step = visit.step(outcome, shift.as_ref(), &mut rng());
        }
    }

    /// What became of a request, as truly as it can be known.
    async fn carry_out(&mut self, request: Request) -> Outcome {
        let answer = match request {
            Request::ReadSlots(names) => match self.relay.read_slots(&names).await {
                Ok(slots) => return Outcome::Slots(Box::new(slots)),
                Err(error) => Err(error),
            },
            Request::WriteSlot(write) => self.relay.write_slot(&write).await,
            Request::DeleteSlots(names) => self.relay.delete_slots(&names).await,
            Request::Post(envelope) => self.relay.post(&envelope).await.map(drop),
            Request::SaveAndPost(write, post) => {
                self.relay.save_and_post(&write, &post).await.map(drop)
            }
        };
        match answer {
            Ok(()) => Outcome::Done,
            Err(error) if error.is_conflict() => Outcome::Conflict,
            Err(ClientError::NotSent) => Outcome::NotSent,
            // The store may have kept the envelope and only failed to say so.
            Err(ClientError::Refused { code, .. }) if code != "unavailable" => {
                self.refused = code;
                Outcome::Refused
            }
            Err(_) => Outcome::NotKnown,
        }
    }
}
