//! The cards of a line as they stand on a day, and the claims on which they rest.

use std::collections::BTreeMap;

use record::{Card, CardSet, Claim, RecordSource, Standing, date_of, day_of};
use wire::Day;

use crate::language::Language;
use crate::name::card_file;

/// How a card stands on a day, with the date that goes with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// It may be relied on, until this day and including it.
    Live(Day),
    /// Its check is too old since this day.
    Expired(String),
    /// It is being checked again, since this date.
    Suspended(String),
    /// It was taken back, on this date.
    Withdrawn(String),
}

impl State {
    /// Its word, for scripts and style sheets.
    pub fn word(&self) -> &'static str {
        match self {
            State::Live(_) => "live",
            State::Expired(_) => "expired",
            State::Suspended(_) => "suspended",
            State::Withdrawn(_) => "withdrawn",
        }
    }

    /// The date that goes with it.
    pub fn date(&self) -> String {
        match self {
            State::Live(day) => date_of(*day),
            State::Expired(date) | State::Suspended(date) | State::Withdrawn(date) => date.clone(),
        }
    }
}

/// A date as it stands in a card, or a day where it is none.
fn dated(date: &str, otherwise: Day) -> String {
    day_of(date).map_or_else(|| date_of(otherwise), date_of)
}

/// How a card stands; `signed` is the day of its set, since when at the latest a suspended card without a date is.
fn state(card: &Card, standing: Standing<'_>, signed: Day) -> State {
    match standing {
        Standing::Withdrawn => State::Withdrawn(dated(&card.withdrawn, signed)),
        Standing::Suspended(_) => State::Suspended(dated(&card.suspended, signed)),
        Standing::Expired => State::Expired(dated(&card.review_by, signed)),
        Standing::Live => match day_of(&card.review_by) {
            // On the day of its review it has expired.
            Some(review_by) => State::Live(review_by.minus(1)),
            None => State::Expired(dated(&card.review_by, signed)),
        },
    }
}

/// A card set, judged once for a day.
pub(crate) struct Cards {
    set: CardSet,
    /// The states of the cards, in their order.
    states: Vec<State>,
    /// File name → the card's place.
    files: BTreeMap<String, usize>,
    /// Claim id → its place.
    claims: BTreeMap<String, usize>,
    /// Claim's place → places of the standing claims that it is against, or that are against it.
    against: BTreeMap<usize, Vec<usize>>,
}

impl Cards {
    /// Judges a set that was signed on a day. Of cards with one name none is shown: nobody could tell which is meant.
    pub(crate) fn of(set: CardSet, signed: Day, today: Day) -> Cards {
        let standings = set.standings(today).into_iter();
        let states = standings.map(|(card, standing)| state(card, standing, signed));
        let states: Vec<State> = states.collect();
        let mut files: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (place, card) in set.cards.iter().enumerate() {
            let known = files.entry(card_file(&card.id));
            known
                .and_modify(|known| *known = None)
                .or_insert(Some(place));
        }
        let files = files.into_iter();
        let files = files.filter_map(|(name, place)| Some((name, place?)));
        let files = files.collect();
        let all = set.all_claims().iter().enumerate();
        let claims: BTreeMap<String, usize> = all.map(|(at, one)| (one.id.clone(), at)).collect();
        let against = against(set.all_claims(), &claims);
        Cards {
            set,
            states,
            files,
            claims,
            against,
        }
    }

    /// All cards that are shown, in the order of their set: file name, card, state.
    pub(crate) fn all(&self) -> Vec<(&str, &Card, &State)> {
        let mut places: Vec<(usize, &str)> = self.files.iter().map(|(n, p)| (*p, &**n)).collect();
        places.sort_unstable();
        let found = places.into_iter().filter_map(|(place, name)| {
            let state = self.states.get(place)?;
            Some((name, self.set.cards.get(place)?, state))
        });
        found.collect()
    }

    /// The card of a file name.
    pub(crate) fn by_file(&self, name: &str) -> Option<(&Card, &State)> {
        let place = *self.files.get(name)?;
        Some((self.set.cards.get(place)?, self.states.get(place)?))
    }

    /// The set.
    pub(crate) fn set(&self) -> &CardSet {
        &self.set
    }

    /// The claims on which a card rests, as far as the record has them, each with what stands against it.
    pub(crate) fn claims_of(&self, card: &Card) -> Vec<(&Claim, Vec<&Claim>)> {
        let all = self.set.all_claims();
        let places = card.rests_on.iter().filter_map(|id| self.claims.get(id));
        let claims = places.filter_map(|place| {
            let others = self.against.get(place).into_iter().flatten();
            let others = others.filter_map(|other| all.get(*other)).collect();
            Some((all.get(*place)?, others))
        });
        claims.collect()
    }

    /// Where a claim was found.
    pub(crate) fn source_of(&self, claim: &Claim) -> Option<&RecordSource> {
        let record = self.set.record.as_ref()?;
        if claim.source.is_empty() {
            return Some(&record.source);
        }
        let mut sources = record.sources.iter().chain([&record.source]);
        sources.find(|source| source.id == claim.source)
    }

    /// What a claim says in a language, and whether that is a translation.
    pub(crate) fn said<'a>(&'a self, claim: &'a Claim, language: Language) -> (&'a str, bool) {
        let translated = self.set.claims.get(&claim.id);
        let tags = language.tags();
        let translated = translated.and_then(|texts| {
            let mut translations = tags.filter_map(|tag| texts.get(tag));
            translations.find(|text| !text.is_empty())
        });
        match translated {
            Some(text) => (text, true),
            None => (&claim.text, false),
        }
    }
}

/// Which standing claims are against which, in both directions.
fn against(all: &[Claim], by_id: &BTreeMap<String, usize>) -> BTreeMap<usize, Vec<usize>> {
    let mut against: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let standing = all.iter().enumerate().filter(|(_, claim)| claim.stands());
    for (place, claim) in standing {
        let others = claim.contradicts.iter().filter_map(|id| by_id.get(id));
        let others = others.filter(|other| all.get(**other).is_some_and(Claim::stands));
        for other in others {
            against.entry(place).or_default().push(*other);
            against.entry(*other).or_default().push(place);
        }
    }
    for others in against.values_mut() {
        others.sort_unstable();
        others.dedup();
    }
    against
}
