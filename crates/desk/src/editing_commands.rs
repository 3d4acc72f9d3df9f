//! What a person does with cards and claims that are not published, and with what is.

use protocol::{EditingEvent, Language, Remark, TeamEvent, Text};
use record::{Card, CardSet, Check, Edited, date_of};
use statements::Act;
use wire::Day;

use crate::editing::{PIECE, PIECES};
use crate::outbox::About;
use crate::revision::{Written, as_logged, is_name};
use crate::turn::Turn;
use crate::{Desk, Refusal, RevisionLabel};

/// How long an objection or remark is at most, in bytes.
const OBJECTION_SIZE: usize = 400;

impl Desk {
    /// Writes a revision of a card or a claim.
    pub(crate) fn revise(
        &mut self,
        edited: Edited,
        base: Option<RevisionLabel>,
        for_review: bool,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let (_, name) = edited.name();
        if !is_name(name) {
            return Err(Refusal::BadName);
        }
        if for_review && !self.is_right(&edited, turn.now.day()) {
            return Err(Refusal::CardsWrong);
        }
        let written = Written {
            day: turn.now.day(),
            for_review,
            edited,
        };
        let bytes = written.to_bytes().ok_or(Refusal::BadCards)?;
        let pieces: Vec<&[u8]> = bytes.chunks(PIECE).collect();
        let count = u16::try_from(pieces.len()).unwrap_or(u16::MAX);
        if count > PIECES {
            return Err(Refusal::RevisionTooLong);
        }
        let mut revision = [0; 16];
        turn.rng.fill_bytes(&mut revision);
        for (index, piece) in (0..count).zip(pieces) {
            let event = EditingEvent::Revise {
                revision,
                base: base.map_or([0; 16], |base| base.0),
                index,
                count,
                bytes: piece.to_vec(),
            };
            self.append(&TeamEvent::Editing(event), About::Nothing, turn);
        }
        Ok(())
    }

    /// Whether nothing is wrong with what is edited itself; the rest of the set may be as it is.
    fn is_right(&self, edited: &Edited, today: Day) -> bool {
        let mut set = self.published_set();
        set.take_in(edited, today);
        let (_, name) = edited.name();
        !set.refusals().iter().any(|problem| problem.about() == name)
    }

    pub(crate) fn check_revision(
        &mut self,
        label: RevisionLabel,
        check: &Check,
        objection: Text,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        if objection.as_str().len() > OBJECTION_SIZE {
            return Err(Refusal::NoteTooLong);
        }
        let day = turn.now.day();
        let revision = self.editing.revisions.get(&label.0);
        let revision = revision.ok_or(Refusal::UnknownRevision)?;
        let me = self.device();
        if revision
            .authors
            .iter()
            .any(|author| self.is_same_person(author, &me))
        {
            return Err(Refusal::SamePerson);
        }
        if !self.may_check(&me, revision, check, day) {
            return Err(match check {
                Check::Law => Refusal::NoPermission(Act::CheckLaw),
                _ => Refusal::NotChecker,
            });
        }
        let (kind, language) = as_logged(check);
        let event = EditingEvent::Check {
            revision: label.0,
            day,
            kind,
            language: language.into(),
            objection,
        };
        self.append(&TeamEvent::Editing(event), About::Nothing, turn);
        Ok(())
    }

    pub(crate) fn drop_revision(
        &mut self,
        label: RevisionLabel,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let revision = self.editing.revisions.get(&label.0);
        let revision = revision.ok_or(Refusal::UnknownRevision)?;
        let me = self.device();
        let mut authors = revision.authors.iter();
        if !authors.any(|author| self.is_same_person(author, &me)) && !self.is_coordinator() {
            return Err(Refusal::NotCoordinator);
        }
        let event = EditingEvent::Drop { revision: label.0 };
        self.append(&TeamEvent::Editing(event), About::Nothing, turn);
        Ok(())
    }

    pub(crate) fn remark(
        &mut self,
        card: String,
        language: Language,
        remark: Remark,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        // Nobody can write a conversation's words here: only what is a card's name already.
        let is_known = self.published_set().card(&card).is_some();
        let is_gap = card.is_empty() && remark == Remark::Missing;
        if !is_known && !is_gap {
            return Err(Refusal::UnknownCard);
        }
        let event = EditingEvent::Remark {
            card,
            language,
            remark,
        };
        self.append(&TeamEvent::Editing(event), About::Nothing, turn);
        Ok(())
    }

    /// The cards that were checked, each as it may go out.
    pub(crate) fn checked_cards(&self) -> Vec<Card> {
        let revisions = self.editing.revisions.values();
        revisions
            .filter(|revision| !revision.beside)
            .filter_map(|revision| match &revision.written {
                Some(Written {
                    edited: Edited::Card(card),
                    for_review: true,
                    ..
                }) => card.as_checked(&self.agreed(revision)),
                _ => None,
            })
            .collect()
    }

    /// The published set with all that was checked, and the claims that are ready.
    pub(crate) fn next_set(&self, today: Day) -> CardSet {
        let mut set = self.published_set();
        for revision in self.editing.revisions.values().filter(|r| !r.beside) {
            if let Some(written) = &revision.written
                && written.for_review
                && matches!(written.edited, Edited::Claim(_))
            {
                set.take_in(&written.edited, today);
            }
        }
        for card in self.checked_cards() {
            set.take_in(&Edited::Card(Box::new(card)), today);
        }
        set
    }

    /// Proposes the set with all that is ready.
    pub(crate) fn publish_edited(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        let set = self.next_set(turn.now.day());
        if set == self.published_set() {
            return Err(Refusal::NothingToPublish);
        }
        self.publish_set(&set, turn)
    }

    /// Proposes the set with one card suspended or withdrawn.
    pub(crate) fn stop_card(
        &mut self,
        id: &str,
        for_good: bool,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let mut set = self.published_set();
        let card = set.cards.iter_mut().find(|card| card.id == id);
        let card = card.ok_or(Refusal::UnknownCard)?;
        let since = match for_good {
            true => &mut card.withdrawn,
            false => &mut card.suspended,
        };
        if since.is_empty() {
            *since = date_of(turn.now.day());
        }
        self.publish_set(&set, turn)
    }

    fn publish_set(&mut self, set: &CardSet, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        let json = serde_json::to_string(set).map_err(|_| Refusal::BadCards)?;
        self.publish_cards(&json, turn)
    }

    /// Whether each card of a set was checked by enough, or is published already.
    pub(crate) fn is_checked(&self, json: &str) -> Result<(), Refusal> {
        let set = CardSet::parse(json).map_err(|_| Refusal::BadCards)?;
        let published = self.line.as_ref().and_then(|line| line.cards());
        let before = published.map(|_| self.published_set());
        match set
            .unchecked(before.as_ref(), &self.checked_cards())
            .is_empty()
        {
            true => Ok(()),
            false => Err(Refusal::NotChecked),
        }
    }
}
