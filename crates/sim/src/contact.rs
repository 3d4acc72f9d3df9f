//! A contact: words in the head, now and then a device, never the same.

use protocol::{
    Language, Pending, PhraseRoot, ReplyPart, Request, Shown, Step, Text, Urgency, Visit,
};
use statements::Recipient;
use wire::LineId;

use crate::model::{Model, Said};
use crate::network::Dice;

/// A contact.
pub(crate) struct Contact {
    number: usize,
    /// What the words lead to; the words themselves would only cost time.
    root: [u8; 32],
    line: LineId,
    visit: Option<OpenVisit>,
    texts: usize,
}

struct OpenVisit {
    visit: Visit,
    request: Option<Request>,
    /// Answers shown in this visit.
    shown: Vec<Said>,
    /// What is being sent.
    sending: Option<Said>,
    /// The last step failed and may be tried again.
    paused: bool,
}

impl Contact {
    pub(crate) fn new(number: usize, root: [u8; 32], line: LineId) -> Contact {
        Contact {
            number,
            root,
            line,
            visit: None,
            texts: 0,
        }
    }

    /// Opens the page on a new device, if none is open.
    pub(crate) fn open(&mut self, model: &mut Model, dice: &mut Dice) -> Result<(), String> {
        if self.visit.is_some() {
            return Ok(());
        }
        let root = PhraseRoot::from_bytes(&self.root, &self.line);
        let (visit, step) = Visit::open(root, &mut dice.rng);
        self.visit = Some(OpenVisit {
            visit,
            request: None,
            shown: Vec::new(),
            sending: None,
            paused: false,
        });
        self.take_in(step, model)
    }

    /// The device goes away, wherever the visit stands.
    pub(crate) fn leave(&mut self) {
        self.visit = None;
    }

    /// What the page asks of the relay now.
    pub(crate) fn request(&self) -> Option<&Request> {
        self.visit.as_ref()?.request.as_ref()
    }

    /// Whether the page waits for the person.
    pub(crate) fn is_ready(&self) -> bool {
        self.visit
            .as_ref()
            .is_some_and(|open| open.request.is_none() && open.visit.is_ready())
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.visit.as_ref().is_some_and(|open| open.paused)
    }

    /// Writes a text unlike all others.
    pub(crate) fn write(
        &mut self,
        shift: &Recipient,
        model: &mut Model,
        dice: &mut Dice,
    ) -> Result<(), String> {
        let Some(open) = self.visit.as_mut() else {
            return Ok(());
        };
        self.texts += 1;
        let text = format!("canary {}-{} of a contact", self.number, self.texts);
        model.writes(self.number, &text, shift.number());
        let message = Pending {
            language: Language::Korean,
            urgency: Urgency::Hours,
            choices: protocol::Choices::default(),
            text: Text::new(&text).map_err(|_| "a short text fits")?,
        };
        open.sending = Some(text.clone());
        let step = open.visit.write(message, Some(shift), &mut dice.rng);
        self.take_in(step, model)
    }

    /// Tries the last step again.
    pub(crate) fn retry(
        &mut self,
        shift: &Recipient,
        model: &mut Model,
        dice: &mut Dice,
    ) -> Result<(), String> {
        let Some(open) = self.visit.as_mut() else {
            return Ok(());
        };
        open.paused = false;
        let step = open.visit.retry(Some(shift), &mut dice.rng);
        self.take_in(step, model)
    }

    /// Takes in what became of the request.
    pub(crate) fn answered(
        &mut self,
        outcome: protocol::Outcome,
        shift: &Recipient,
        model: &mut Model,
        dice: &mut Dice,
    ) -> Result<(), String> {
        let Some(open) = self.visit.as_mut() else {
            return Ok(());
        };
        let step = open.visit.step(outcome, Some(shift), &mut dice.rng);
        // Between two calls the page keeps a visit as bytes.
        let kept = open.visit.export();
        open.visit = Visit::import(&kept).map_err(|_| "a visit is read back")?;
        self.take_in(step, model)
    }

    fn take_in(&mut self, step: Step, model: &mut Model) -> Result<(), String> {
        let Some(open) = self.visit.as_mut() else {
            return Ok(());
        };
        open.request = step.request;
        for item in step.shown {
            match item {
                Shown::Reply(ReplyPart::Words(text)) => {
                    model.shows(self.number, text.as_str(), &open.shown)?;
                    open.shown.push(text.as_str().to_owned());
                }
                Shown::Reply(ReplyPart::Taken) => model.reads_taken(self.number),
                Shown::Reply(ReplyPart::Exposed { .. }) => model.reads_exposed(self.number),
                Shown::Erased => model.told_erased(&open.shown),
                Shown::Sent => {
                    if let Some(text) = open.sending.take() {
                        model.told_sent(&text);
                    }
                }
                Shown::NotKnownWhether(text) => {
                    if model.author(text.as_str()) != Some(self.number) {
                        return Err("a contact is shown another's message".into());
                    }
                    open.sending = Some(text.as_str().to_owned());
                }
                Shown::NotSent | Shown::NotKnown | Shown::Refused | Shown::Nobody => {
                    open.paused = true;
                }
                // The page clears what it showed; a person reads, and writes again what was not sent.
                Shown::ReadAgain => {
                    open.sending = None;
                    open.shown.clear();
                }
                Shown::EmptyLine
                | Shown::NoAnswerYet { .. }
                | Shown::PerhapsUnread
                | Shown::Offered(_)
                | Shown::Reply(_) => {}
            }
        }
        Ok(())
    }
}
