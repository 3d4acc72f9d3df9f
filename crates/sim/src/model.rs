//! The reference model: what people were told, and what must be true because of it.

use std::collections::{BTreeMap, BTreeSet};

/// A text that somebody wrote; each is unlike all others.
pub(crate) type Said = String;

/// What people were told so far.
#[derive(Default)]
pub(crate) struct Model {
    /// Who wrote each message.
    written: BTreeMap<Said, usize>,
    /// Messages of which the contact was told that they were sent.
    pub(crate) sent: BTreeSet<Said>,
    /// For each answer that a desk accepted, the contact it is for.
    pub(crate) answers: BTreeMap<Said, usize>,
    /// What each contact was shown, ever.
    shown: BTreeMap<Said, BTreeSet<usize>>,
    /// Answers that a contact was told are erased.
    erased: BTreeSet<Said>,
}

impl Model {
    pub(crate) fn writes(&mut self, contact: usize, text: &str) {
        self.written.insert(text.to_owned(), contact);
    }

    pub(crate) fn told_sent(&mut self, text: &str) {
        self.sent.insert(text.to_owned());
    }

    pub(crate) fn author(&self, text: &str) -> Option<usize> {
        self.written.get(text).copied()
    }

    pub(crate) fn accepts(&mut self, answer: &str, contact: usize) {
        self.answers.insert(answer.to_owned(), contact);
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
            .is_some_and(|owner| *owner != contact)
        {
            return Err(format!(
                "contact {contact} is shown {answer:?}, which is another's"
            ));
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

    /// At rest: every answer was shown to its contact.
    pub(crate) fn check_answers(&self) -> Result<(), String> {
        let lost = self.answers.iter().find(|(answer, contact)| {
            !self
                .shown
                .get(*answer)
                .is_some_and(|who| who.contains(contact))
        });
        match lost {
            Some((answer, contact)) => Err(format!(
                "{answer:?} was accepted, and contact {contact} never got it"
            )),
            None => Ok(()),
        }
    }
}
