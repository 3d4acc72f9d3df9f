//! A contact without a network, and whoever carries its letters.

use protocol::{
    Brought, Choices, Language, Pending, PhraseRoot, RETURNED_REPLIES, ReplyPart, Request, Shown,
    Text, Urgency, Visit,
};
use statements::LetterKey;
use wire::{LineId, SlotContent, SlotName, SlotNames};

use crate::carry::Late;
use crate::model::{Model, Said};
use crate::network::{Dice, Fate};
use crate::world::World;

/// After so many letters whoever still has unread answers never will have read them.
const LETTERS: usize = 40;

/// How the texts of letters end.
const IN_A_LETTER: &str = "in a letter";

/// Whether a message went by hand.
pub(crate) fn is_letter(text: &str) -> bool {
    text.ends_with(IN_A_LETTER)
}

/// A contact that writes letters.
pub(crate) struct Writer {
    number: usize,
    root: [u8; 32],
    line: LineId,
    texts: usize,
    letter: Option<OnItsWay>,
    /// What was brought last.
    brought: Vec<(SlotName, SlotContent)>,
}

/// A letter.
struct OnItsWay {
    request: Request,
    text: Said,
    /// In which slots to look: the state first, then those of answers.
    look: Vec<SlotName>,
    /// Whether the relay has said what becomes of it.
    is_answered: bool,
}

impl Writer {
    pub(crate) fn new(number: usize, root: [u8; 32], line: LineId) -> Writer {
        Writer {
            number,
            root,
            line,
            texts: 0,
            letter: None,
            brought: Vec::new(),
        }
    }

    /// Opens what was brought. Gives the visit, and how many replies were read.
    fn open(&self, model: &mut Model, dice: &mut Dice) -> Result<(Visit, usize), String> {
        let root = PhraseRoot::from_bytes(&self.root, &self.line);
        let brought: Brought<'_> = &self.brought;
        let (visit, step) = match brought {
            [] => Visit::begin_by_hand(root, &mut dice.rng),
            brought => Visit::open_by_hand(root, brought, &mut dice.rng),
        };
        if step.request.is_some() || !visit.is_ready() {
            return Err("a visit without a network asks for something".into());
        }
        let (mut read, mut replies) = (Vec::new(), 0);
        for item in step.shown {
            match item {
                Shown::Reply(part) => {
                    replies += 1;
                    match part {
                        ReplyPart::Words(text) => {
                            model.shows(self.number, text.as_str(), &read)?;
                            read.push(text.as_str().to_owned());
                        }
                        ReplyPart::Taken => model.reads_taken(self.number),
                        ReplyPart::Exposed { .. } => model.reads_exposed(self.number),
                        _ => {}
                    }
                }
                Shown::NotKnownWhether(text)
                    if model.author(text.as_str()) != Some(self.number) =>
                {
                    return Err("a writer is shown another's message".into());
                }
                _ => {}
            }
        }
        Ok((visit, replies))
    }

    /// Reads what was brought, and writes a text unlike all others.
    fn write(&mut self, key: &LetterKey, model: &mut Model, dice: &mut Dice) -> Result<(), String> {
        let (mut visit, _) = self.open(model, dice)?;
        self.texts += 1;
        let text = format!("canary {}-{} {IN_A_LETTER}", self.number, self.texts);
        // Coordinators open letters, whoever of them is removed later: no shift bounds who could.
        model.writes(self.number, &text, 0);
        let message = Pending {
            language: Language::Korean,
            urgency: Urgency::NoHurry,
            choices: Choices::default(),
            text: Text::new(&text).map_err(|_| "a short text fits")?,
        };
        visit.write(message, Some(key.recipient()), &mut dice.rng);
        let (state, post) = visit.carried().ok_or("a letter is sealed")?;
        let look = [state.name.clone()].into_iter().chain(visit.return_slots());
        self.letter = Some(OnItsWay {
            request: Request::SaveAndPost(state.clone(), post.clone()),
            text,
            look: look.collect(),
            is_answered: false,
        });
        self.brought.clear();
        Ok(())
    }
}

impl World {
    fn letter_key(&self) -> Result<LetterKey, String> {
        let line = self.line()?;
        let key = line.letter_key().cloned();
        key.ok_or_else(|| "no letter key is announced".into())
    }

    /// A writer writes, or whoever carries for it goes one way.
    pub(crate) fn writer_step(&mut self) -> Result<(), String> {
        let number = self.dice.below(self.writers.len());
        let Some(writer) = self.writers.get(number) else {
            return Ok(());
        };
        let did = match &writer.letter {
            Some(letter) if !letter.is_answered => return self.hand_in(number),
            Some(_) if writer.brought.is_empty() || self.dice.once_in(2) => {
                self.collect(number)?;
                "has an answer brought"
            }
            _ => {
                self.write_letter(number)?;
                "writes"
            }
        };
        self.note(format!("writer {number} {did}"));
        Ok(())
    }

    fn write_letter(&mut self, number: usize) -> Result<(), String> {
        let key = self.letter_key()?;
        match self.writers.get_mut(number) {
            Some(writer) => writer.write(&key, &mut self.model, &mut self.dice),
            None => Ok(()),
        }
    }

    fn hand_in(&mut self, number: usize) -> Result<(), String> {
        let letter = self.writers.get(number).and_then(|one| one.letter.as_ref());
        let Some(request) = letter.map(|letter| letter.request.clone()) else {
            return Ok(());
        };
        let fate = self.dice.fate();
        let outcome = match fate {
            Fate::NotSent | Fate::Lost => None,
            Fate::Delayed => {
                self.late.push(Late::Contact(request));
                None
            }
            Fate::AnswerLost => {
                self.for_contact(&request)?;
                None
            }
            Fate::Fine => self.answered(&request)?,
            Fate::Doubled => {
                let outcome = self.answered(&request)?;
                self.late.push(Late::Contact(request));
                outcome
            }
        };
        self.note(format!("a letter of writer {number}: {fate:?}"));
        let letter = self
            .writers
            .get_mut(number)
            .and_then(|one| one.letter.as_mut());
        let (Some(letter), Some(outcome)) = (letter, outcome) else {
            return Ok(());
        };
        match outcome {
            protocol::Outcome::Done => self.model.told_sent(&letter.text),
            // The state was saved before: from it the writer goes on, to a newer key.
            protocol::Outcome::Refused => {}
            // The store failed: it is handed in again.
            protocol::Outcome::NotKnown => return Ok(()),
            _ => {
                return Err(format!(
                    "a letter of writer {number} does not follow the last"
                ));
            }
        }
        letter.is_answered = true;
        Ok(())
    }

    fn collect(&mut self, number: usize) -> Result<(), String> {
        let letter = self.writers.get(number).and_then(|one| one.letter.as_ref());
        let look = letter.map_or_else(Vec::new, |letter| letter.look.clone());
        let mut brought = Vec::new();
        for names in look.chunks(2) {
            let [one, two] = names else {
                return Err("slots are read two at a time".into());
            };
            let asked = SlotNames([one.clone(), two.clone()]);
            // Whoever finds the store failing brings nothing.
            let Some(found) = self.read(&asked.to_bytes())? else {
                return Ok(());
            };
            brought.extend(asked.0.into_iter().zip(found));
        }
        if let Some(writer) = self.writers.get_mut(number) {
            writer.brought = brought;
        }
        Ok(())
    }

    /// Every letter is handed in, and every answer is brought and read.
    pub(crate) fn every_writer_reads(&mut self) -> Result<(), String> {
        for number in 0..self.writers.len() {
            let mut count = 0;
            loop {
                self.every_letter_arrives(number)?;
                self.collect(number)?;
                let Some(writer) = self.writers.get(number) else {
                    break;
                };
                let (_, replies) = writer.open(&mut self.model, &mut self.dice)?;
                if replies < RETURNED_REPLIES {
                    break;
                }
                // There may be more than whoever carries was told to look for: the next letter says where.
                self.write_letter(number)?;
                count += 1;
                if count > LETTERS {
                    return Err(format!("writer {number} never reads all answers"));
                }
            }
        }
        Ok(())
    }

    fn every_letter_arrives(&mut self, number: usize) -> Result<(), String> {
        let on_its_way = |world: &World| {
            let letter = world
                .writers
                .get(number)
                .and_then(|one| one.letter.as_ref());
            letter.is_some_and(|letter| !letter.is_answered)
        };
        while on_its_way(self) {
            self.hand_in(number)?;
        }
        Ok(())
    }
}
