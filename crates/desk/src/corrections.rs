//! What became of cards that contacts were given: told in the case, to be collected at the contact's next visit.

use protocol::{CardNow, CaseId, Correction, Language, ReplyPart, Text};
use record::{Card, CardSet, Standing, day_of};
use wire::Day;

use crate::Desk;
use crate::case::{Case, Message};
use crate::turn::Turn;

/// What a contact was told last of a card in a language.
struct Told<'a> {
    card: &'a str,
    language: Language,
    now: CardNow,
    reviewed: Day,
    text: &'a Text,
}

fn told(message: &Message) -> Option<Told<'_>> {
    match message {
        Message::Sent {
            part:
                ReplyPart::Card {
                    card,
                    language,
                    reviewed,
                    text,
                },
            ..
        } => Some(Told {
            card,
            language: *language,
            now: CardNow::Changed,
            reviewed: *reviewed,
            text,
        }),
        Message::Sent {
            part: ReplyPart::Correction(correction),
            ..
        } => Some(Told {
            card: &correction.card,
            language: correction.language,
            now: correction.now,
            reviewed: correction.reviewed,
            text: &correction.text,
        }),
        _ => None,
    }
}

/// What each contact was told last of each card, in the order in which that was said.
fn all_told(case: &Case) -> Vec<Told<'_>> {
    let mut newest: Vec<Told<'_>> = Vec::new();
    for one in case.messages.iter().filter_map(told) {
        newest.retain(|other| (other.card, other.language) != (one.card, one.language));
        newest.push(one);
    }
    // What was erased everywhere is not told again.
    newest.retain(|one| !one.text.is_empty());
    newest
}

/// What is to be said now of something that was told; nothing when it still stands as it was told, or is only old.
fn due(set: &CardSet, told: &Told<'_>, today: Day) -> Option<Correction> {
    let card = set.card(told.card)?;
    let (now, text) = match set.standing(told.card, today)? {
        Standing::Live => (CardNow::Changed, current(set, card, told.language)?),
        Standing::Suspended(_) => (CardNow::Suspended, question(card, told.language)?),
        Standing::Withdrawn => (CardNow::Withdrawn, question(card, told.language)?),
        Standing::Expired => return None,
    };
    let is_told = match now {
        CardNow::Changed => told.now == CardNow::Changed && told.text.as_str() == text.as_str(),
        other => told.now == other,
    };
    (!is_told).then(|| Correction {
        card: told.card.to_owned(),
        language: told.language,
        told: told.reviewed,
        now,
        reviewed: match now {
            CardNow::Changed => day_of(&card.reviewed).unwrap_or(told.reviewed),
            CardNow::Suspended | CardNow::Withdrawn => told.reviewed,
        },
        text,
    })
}

fn current(set: &CardSet, card: &Card, language: Language) -> Option<Text> {
    let text = card.text(language.tag())?;
    Text::new(&set.joined(language.tag(), text)?).ok()
}

fn question(card: &Card, language: Language) -> Option<Text> {
    let text = card.text(language.tag());
    let text = text.or_else(|| card.texts.values().next())?;
    Text::new(&text.question)
        .ok()
        .filter(|text| !text.is_empty())
}

impl Desk {
    /// Tells the contacts of this desk's cases what became of cards that they were given. Only what two persons published is told so.
    pub(crate) fn correct_cards(&mut self, set: &CardSet, turn: &mut Turn<'_>) {
        let today = self.cards_day(turn.now.day());
        let mut due_in: Vec<(CaseId, Correction)> = Vec::new();
        for case in self.cases.values().filter(|case| case.is_held()) {
            let told = all_told(case);
            let due = told.iter().filter_map(|one| due(set, one, today));
            due_in.extend(due.map(|correction| (case.id, correction)));
        }
        for (id, correction) in due_in {
            if self.send_reply(&id, ReplyPart::Correction(correction), turn) {
                self.append_newest_message(&id, turn);
            }
        }
    }
}
