//! The reference model: what people were told, and what must be true because of it.

use std::collections::{BTreeMap, BTreeSet};

/// A text that somebody wrote; each is unlike all others.
pub(crate) type Said = String;

/// What is known of a message when it is written.
struct Written {
    contact: usize,
    /// The shift that takes first posts.
    shift: u32,
    /// Whether the contact had read that the case was taken.
    taken: bool,
    /// Whether the contact had read that a device is shut out.
    exposed: bool,
}

/// What people were told so far.
#[derive(Default)]
pub(crate) struct Model {
    /// Who wrote each message, and how it was sealed.
    written: BTreeMap<Said, Written>,
    /// Messages of which the contact was told that they were sent.
    pub(crate) sent: BTreeSet<Said>,
    /// For each answer that a desk accepted, the contact it is for and the desk.
    pub(crate) answers: BTreeMap<Said, (usize, usize)>,
    /// What colleagues said to each other.
    whispers: BTreeSet<Said>,
    /// Contacts who read that their case was taken.
    taken: BTreeSet<usize>,
    /// Contacts who read that a device which could read along is shut out.
    exposed: BTreeSet<usize>,
    /// What each contact was shown, ever.
    shown: BTreeMap<Said, BTreeSet<usize>>,
    /// Answers that a contact was told are erased.
    erased: BTreeSet<Said>,
}

impl Model {
    pub(crate) fn writes(&mut self, contact: usize, text: &str, shift: u32) {
        let written = Written {
            contact,
            shift,
            taken: self.taken.contains(&contact),
            exposed: self.exposed.contains(&contact),
        };
        self.written.insert(text.to_owned(), written);
    }

    pub(crate) fn whispers(&mut self, text: &str) {
        self.whispers.insert(text.to_owned());
    }

    pub(crate) fn reads_taken(&mut self, contact: usize) {
        self.taken.insert(contact);
    }

    pub(crate) fn reads_exposed(&mut self, contact: usize) {
        self.exposed.insert(contact);
    }

    pub(crate) fn was_told_of_exposure(&self, contact: usize) -> bool {
        self.exposed.contains(&contact)
    }

    /// What a device must not read that was shut out while `last_shift` took first posts, and that once had the cases of the
    /// contacts in `had`.
    pub(crate) fn closed_to_removed(
        &self,
        last_shift: u32,
        had: &BTreeSet<usize>,
    ) -> impl Iterator<Item = &Said> {
        let closed = move |written: &Written| match written.taken {
            true => written.exposed || !had.contains(&written.contact),
            false => written.shift > last_shift,
        };
        let all = self.written.iter();
        all.filter_map(move |(text, written)| closed(written).then_some(text))
    }

    pub(crate) fn told_sent(&mut self, text: &str) {
        self.sent.insert(text.to_owned());
    }

    pub(crate) fn author(&self, text: &str) -> Option<usize> {
        self.written.get(text).map(|written| written.contact)
    }

    pub(crate) fn accepts(&mut self, answer: &str, contact: usize, station: usize) {
        self.answers.insert(answer.to_owned(), (contact, station));
    }

    /// A contact is shown an answer.
    pub(crate) fn shows(
        &mut self,
        contact: usize,
        answer: &str,
        in_visit: &[Said],
    ) -> Result<(), String> {
        if self
            .answers
            .get(answer)
            .is_some_and(|(owner, _)| *owner != contact)
        {
            return Err(format!(
                "contact {contact} is shown {answer:?}, which is another's"
            ));
        }
        if self.whispers.contains(answer) {
            return Err(format!("contact {contact} is shown {answer:?}, a whisper"));
        }
        if in_visit.iter().any(|shown| shown == answer) {
            return Err(format!("{answer:?} is shown twice in one visit"));
        }
        if self.erased.contains(answer) {
            return Err(format!("{answer:?} is shown after it was erased"));
        }
        self.shown
            .entry(answer.to_owned())
            .or_default()
            .insert(contact);
        Ok(())
    }

    pub(crate) fn told_erased(&mut self, in_visit: &[Said]) {
        self.erased.extend(in_visit.iter().cloned());
    }

    /// At rest: `held` gives, for each desk, what contacts wrote in each of its cases.
    pub(crate) fn check_held(&self, held: &[Vec<Vec<Said>>]) -> Result<(), String> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for text in held.iter().flatten().flatten() {
            *places.entry(text).or_default() += 1;
        }
        if let Some((text, count)) = places.iter().find(|(_, count)| **count > 1) {
            return Err(format!("{text:?} is in {count} places"));
        }
        if let Some(lost) = self
            .sent
            .iter()
            .find(|text| !places.contains_key(text.as_str()))
        {
            return Err(format!("{lost:?} was acknowledged and is at no desk"));
        }
        for case in held.iter().flatten() {
            let authors: BTreeSet<_> = case.iter().map(|text| self.author(text)).collect();
            if authors.len() > 1 {
                return Err(format!(
                    "one case has messages of several contacts: {case:?}"
                ));
            }
        }
        Ok(())
    }

    /// At rest: every answer was shown to its contact, but for those that a removed desk could not send any more.
    pub(crate) fn check_answers(&self, removed: Option<usize>) -> Result<(), String> {
        let lost = self.answers.iter().find(|(answer, (contact, station))| {
            let shown = self.shown.get(*answer);
            removed != Some(*station) && !shown.is_some_and(|who| who.contains(contact))
        });
        match lost {
            Some((answer, (contact, _))) => Err(format!(
                "{answer:?} was accepted, and contact {contact} never got it"
            )),
            None => Ok(()),
        }
    }
}
