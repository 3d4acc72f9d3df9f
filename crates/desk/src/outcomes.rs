//! Outcomes: a coordinator's desk counts a month of what the log says anyway and draws what may be published; another person agrees.
//! The log is the account: what was drawn is spent at every desk from its place on, so that no device spends twice. Whoever drew it signs it
//! and shows it to the others once the log says that it counts; who agrees signs too, and that publishes it.

use std::collections::{BTreeMap, BTreeSet};

use outcomes::{
    Book, Contact, Counts, Epsilon, Month, Publication, Question, Questions, Reached,
    Refusal as Unpublished,
};
use protocol::{Ending, OutcomesEvent, TeamEvent};
use sha2::{Digest, Sha256};
use statements::{Act, DevicePublicKey, PublishedMonth, UnverifiedStatement};
use wire::{Day, ReadError, Reader, Writer};

use crate::codec::{read_all, read_option, write_all, write_option};
use crate::outbox::About;
use crate::queue::Taken;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::upkeep::TAKEN_DAYS;
use crate::view_outcomes::{MonthView, OutcomesView};
use crate::{Desk, ProposalLabel, Refusal};

/// What the log says to every desk. The others are told by whoever closes a case ([`crate::reports`]).
const LOGGED: [Question; 2] = [Question::Contacts, Question::Reached];

/// What was drawn, by whom, and what a second person agreed to.
#[derive(Default)]
pub(crate) struct Outcomes {
    pub(crate) book: Book,
    /// Who drew what counts of a month.
    by: BTreeMap<Month, DevicePublicKey>,
    agreed: BTreeSet<Month>,
    /// What this desk has drawn and not read back.
    drawing: Option<Month>,
}

impl Outcomes {
    /// book long ‖ (month 3 ‖ by 32)* ‖ (month 3)* ‖ drawing month?.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.long(&self.book.to_bytes());
        let writer = write_all(writer, self.by.iter(), |writer, (month, by)| {
            month.write(writer).put(&by.0)
        });
        let writer = write_all(writer, self.agreed.iter(), |writer, month| {
            month.write(writer)
        });
        write_option(writer, self.drawing, |writer, month| month.write(writer))
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Outcomes, ReadError> {
        let book = Book::from_bytes(reader.long()?)?;
        let by = read_all(reader, |reader| {
            Ok((Month::read(reader)?, DevicePublicKey(reader.array()?)))
        })?;
        let agreed = read_all(reader, Month::read)?;
        Ok(Outcomes {
            book,
            by: by.into_iter().collect(),
            agreed: agreed.into_iter().collect(),
            drawing: read_option(reader, Month::read)?,
        })
    }
}

/// What an agreement calls a publication.
fn name_of(publication: &[u8]) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(wire::tag!("outcomes"))
        .chain_update(publication)
        .finalize()
        .into();
    let mut name = [0; 16];
    name.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    name
}

/// How far a case came, in the words that are published.
fn reached(taken: &Taken) -> Reached {
    match taken.ending {
        None => Reached::Open,
        Some(Ending::Closed) => Reached::Ended,
        Some(Ending::Silent) => Reached::Silent,
        Some(_) => Reached::Other,
    }
}

impl Desk {
    /// Counts the contacts whose case was taken in a month: those that the log knows, each by its last case of that month, and what was told of
    /// cases that were closed.
    fn count_month(&self, (month, questions): (Month, Questions)) -> Option<Counts> {
        let taken = self.queue.taken.values();
        let mut of_month: Vec<&Taken> = taken
            .filter(|taken| month.has(taken.day) && taken.ending != Some(Ending::Void))
            .collect();
        of_month.sort_by_key(|taken| std::cmp::Reverse(taken.day));
        let mut counts = Counts::new(month, questions);
        let logged = Questions::of(&LOGGED)?;
        let mut known = BTreeSet::new();
        for taken in of_month {
            if known.insert(taken.contact) {
                let contact = Contact {
                    reached: Some(reached(taken)),
                    ..Contact::default()
                };
                counts.add_known(&contact, logged);
            }
        }
        self.add_reports(&mut counts);
        Some(counts)
    }

    /// Whether this desk may draw a month: it is over, still known, was never drawn, and the year's budget reaches so far.
    fn may_draw(&self, month: Month, epsilon: Epsilon, today: Day) -> Result<(), Refusal> {
        // From then on cases of its first days are forgotten, and the count would be too small.
        if today > month.first_day().plus(TAKEN_DAYS) {
            return Err(Refusal::MonthForgotten);
        }
        if self.outcomes.drawing == Some(month) {
            return Err(Refusal::OutcomesDrawn);
        }
        let may = self.outcomes.book.may_draw(month, epsilon, today);
        may.map_err(|refusal| match refusal {
            Unpublished::NotOver(_) => Refusal::MonthNotOver,
            Unpublished::Spent { .. } => Refusal::OutcomesSpent,
            Unpublished::Drawn(_) | Unpublished::Nothing(_) => Refusal::OutcomesDrawn,
        })
    }

    pub(crate) fn draw_outcomes(
        &mut self,
        (month, epsilon, questions): (Month, Epsilon, Questions),
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.may(Act::Publish, turn)?;
        self.may_draw(month, epsilon, turn.now.day())?;
        let counts = self.count_month((month, questions));
        let drawn = counts.and_then(|counts| outcomes::draw(&counts, epsilon, turn.rng));
        let drawn = drawn.ok_or(Refusal::UnknownOutcomes)?;
        let event = TeamEvent::Outcomes(OutcomesEvent::Drawn {
            publication: drawn.to_bytes(),
        });
        self.append(&event, About::Nothing, turn);
        // Kept with the entry that is to be sent, so that a desk that dies now does not draw again.
        self.outcomes.drawing = Some(month);
        self.mark(RecordKey::Outcomes);
        self.note(Step::Proposed, turn);
        Ok(())
    }

    /// The month of a statement, if what it publishes is what counts of that month.
    pub(crate) fn month_published_by(&self, statement: &UnverifiedStatement) -> Option<Month> {
        let published = PublishedMonth::proposed(statement, &self.line()).ok()?;
        let drawn = Publication::from_bytes(published.publication()).ok()?;
        let counts = self.outcomes.book.of(drawn.month());
        (counts == Some(&drawn)).then(|| drawn.month())
    }

    /// What waits for a second person to publish a month.
    fn open_month(&self, month: Month) -> Option<(ProposalLabel, UnverifiedStatement)> {
        let open = self.proposals.iter();
        let mut statements = open.filter_map(|(label, open)| Some((*label, open.statement()?)));
        statements.find(|(_, statement)| self.month_published_by(statement) == Some(month))
    }

    /// Signs what was drawn of a month, and shows it to who may agree, or publishes it where one acts alone.
    fn show_month(&mut self, month: Month, turn: &mut Turn<'_>) -> Option<()> {
        let drawn = self.outcomes.book.of(month)?.to_bytes();
        let published = PublishedMonth::of(drawn).ok()?;
        self.sign_or_propose(published.draft(self.line()), turn);
        Some(())
    }

    /// Whether this desk may show a month once more: nobody decides it now, and it drew it, or it was agreed to, and those who signed it may not
    /// count any more.
    fn may_show_again(&self, month: Month) -> bool {
        let is_own = self.outcomes.by.get(&month) == Some(&self.device());
        (is_own || self.outcomes.agreed.contains(&month)) && self.open_month(month).is_none()
    }

    pub(crate) fn show_outcomes_again(
        &mut self,
        month: Month,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.may(Act::Publish, turn)?;
        if !self.may_show_again(month) {
            return Err(Refusal::UnknownOutcomes);
        }
        self.show_month(month, turn).ok_or(Refusal::UnknownOutcomes)
    }

    /// Whether this desk may agree to publish a month: another person than who drew it and than who shows it now.
    fn may_agree(&self, month: Month, today: Day) -> Result<(), Refusal> {
        let by = self
            .outcomes
            .by
            .get(&month)
            .ok_or(Refusal::UnknownOutcomes)?;
        let is_agreed = self.outcomes.agreed.contains(&month);
        if !is_agreed && !self.is_another_person(&self.device(), by) {
            return Err(Refusal::SamePerson);
        }
        let Some((label, _)) = self.open_month(month) else {
            return Err(match is_agreed {
                true => Refusal::UnknownOutcomes,
                false => Refusal::ProposalOver,
            });
        };
        self.may_decide(&label)?;
        let open = self.proposals.get(&label);
        match open.is_some_and(|open| today <= open.until()) {
            true => Ok(()),
            false => Err(Refusal::ProposalOver),
        }
    }

    /// Agrees to exactly what was drawn of a month, and publishes it.
    pub(crate) fn agree_outcomes(
        &mut self,
        month: Month,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.may(Act::Publish, turn)?;
        self.may_agree(month, turn.now.day())?;
        let drawn = self.outcomes.book.of(month);
        let name = drawn.map(|drawn| name_of(&drawn.to_bytes()));
        let publication = name.ok_or(Refusal::UnknownOutcomes)?;
        let (label, shown) = self.open_month(month).ok_or(Refusal::ProposalOver)?;
        if !self.outcomes.agreed.contains(&month) {
            let event = TeamEvent::Outcomes(OutcomesEvent::Agreed { publication });
            self.append(&event, About::Nothing, turn);
        }
        let signed = shown.reopen().sign_by_device(&self.identity.device).done();
        self.publish(signed.to_bytes(), About::Nothing, None);
        self.settle(&label, turn);
        self.note(Step::Agreed, turn);
        Ok(())
    }

    pub(crate) fn fold_outcomes(
        &mut self,
        author: DevicePublicKey,
        event: &OutcomesEvent,
        turn: &mut Turn<'_>,
    ) {
        if !self.roster.is_coordinator(&author) {
            return;
        }
        match event {
            OutcomesEvent::Drawn { publication } => self.fold_drawn(author, publication, turn),
            OutcomesEvent::Agreed { publication } => {
                self.fold_outcomes_agreed(&author, publication)
            }
        }
        self.mark(RecordKey::Outcomes);
    }

    fn fold_drawn(&mut self, author: DevicePublicKey, publication: &[u8], turn: &mut Turn<'_>) {
        let Ok(drawn) = Publication::from_bytes(publication) else {
            return;
        };
        let month = drawn.month();
        if author == self.device() && self.outcomes.drawing == Some(month) {
            self.outcomes.drawing = None;
        }
        if !self.outcomes.book.note(drawn) {
            return;
        }
        self.outcomes.by.insert(month, author);
        let delegation = self.roster.delegation();
        // Where one coordinator acts alone, nobody else is there to agree.
        if delegation.is_none_or(|delegation| delegation.admission_threshold() <= 1) {
            self.outcomes.agreed.insert(month);
        }
        // Only now is it certain that this draw is what counts of the month.
        if author == self.device() {
            self.show_month(month, turn);
        }
    }

    fn fold_outcomes_agreed(&mut self, author: &DevicePublicKey, name: &[u8; 16]) {
        let drawn = self.outcomes.book.publications();
        let named = drawn
            .filter(|drawn| name_of(&drawn.to_bytes()) == *name)
            .map(Publication::month);
        let found = named.into_iter().find(|month| {
            let by = self.outcomes.by.get(month);
            by.is_some_and(|by| self.is_another_person(author, by))
        });
        self.outcomes.agreed.extend(found);
    }

    /// What was drawn and what can be drawn now; for coordinators.
    pub(crate) fn show_outcomes(&self, today: Day) -> Option<OutcomesView> {
        if !self.is_coordinator() {
            return None;
        }
        let this = Month::of(today)?;
        let before = Month::of(this.first_day().minus(1))?;
        let earlier = Month::of(before.first_day().minus(1))?;
        let can_be_drawn = |month: &Month| self.may_draw(*month, Epsilon::LEAST, today).is_ok();
        let publications = self.outcomes.book.publications().rev();
        Some(OutcomesView {
            months: publications
                .map(|drawn| MonthView {
                    publication: drawn.clone(),
                    by: self
                        .outcomes
                        .by
                        .get(&drawn.month())
                        .map(|by| self.name_of(by))
                        .unwrap_or_default(),
                    is_agreed: self.outcomes.agreed.contains(&drawn.month()),
                    may_agree: self.may_agree(drawn.month(), today).is_ok(),
                    may_show_again: self.may_show_again(drawn.month()),
                })
                .collect(),
            left: self.outcomes.book.left(before.year()),
            can_be_drawn: [before, earlier].into_iter().filter(can_be_drawn).collect(),
        })
    }
}
