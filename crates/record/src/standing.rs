//! Which cards may be sent on a day.

use std::collections::BTreeSet;

use serde_json::Value;
use wire::Day;

use crate::graph::Graph;
use crate::{Card, CardSet, NotACardSet, date_of, day_of};

/// Whether a card may be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing<'a> {
    /// It may.
    Live,
    /// Its check is too old: not before somebody has checked it again.
    Expired,
    /// What it rests on does not hold: not before somebody has looked.
    Suspended(Why<'a>),
    /// Never again.
    Withdrawn,
}

/// Why a card is suspended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why<'a> {
    /// Somebody said so.
    Said,
    /// It rests on a claim that was withdrawn.
    ClaimWithdrawn(&'a str),
    /// It rests on a claim that another one contradicts, or on a denial, and not on the other one as well.
    Contradicted {
        /// The claim.
        claim: &'a str,
        /// What contradicts it.
        by: &'a str,
    },
    /// It rests on a claim that is not in the record.
    ClaimMissing(&'a str),
    /// It rests on a claim that supports itself through others.
    Circular(&'a str),
}

impl<'a> Why<'a> {
    /// The claim for which; empty when somebody said so.
    pub fn claim(self) -> &'a str {
        match self {
            Why::Said => "",
            Why::ClaimWithdrawn(claim)
            | Why::Contradicted { claim, .. }
            | Why::ClaimMissing(claim)
            | Why::Circular(claim) => claim,
        }
    }
}

impl Standing<'_> {
    /// Its word, for scripts and style sheets.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Live => "live",
            Standing::Expired => "expired",
            Standing::Suspended(_) => "suspended",
            Standing::Withdrawn => "withdrawn",
        }
    }
}

/// Why a card cannot rest on a claim.
fn weakness<'a>(
    card: &'a Card,
    id: &'a str,
    graph: &Graph<'a>,
    circular: &BTreeSet<&'a str>,
) -> Option<Why<'a>> {
    let Some(claim) = graph.claim(id) else {
        return Some(Why::ClaimMissing(id));
    };
    if !claim.stands() {
        return Some(Why::ClaimWithdrawn(&claim.id));
    }
    if circular.contains(id) {
        return Some(Why::Circular(&claim.id));
    }
    // A card that rests on both sides says who says what. Whoever tells what a claim is denied by owes every denial; whoever tells a
    // denial owes something that it denies.
    let tells = |other: &str| card.rests_on.iter().any(|on| on == other);
    let mut against = graph.contradicting(id);
    let unsaid = against.find(|by| !tells(by));
    let unsaid = unsaid.or_else(|| {
        let mut denied = graph.contradicted_by(claim).peekable();
        let first = denied.peek().copied();
        first.filter(|_| !denied.any(tells))
    });
    unsaid.map(|by| Why::Contradicted {
        claim: &claim.id,
        by,
    })
}

impl CardSet {
    /// How each card stands on a day, in the order of the set. In proportion to cards and claims together.
    pub fn standings(&self, today: Day) -> Vec<(&Card, Standing<'_>)> {
        let graph = Graph::of(self);
        let circular = graph.circular();
        let cards = self.cards.iter();
        cards
            .map(|card| {
                let why = || {
                    let mut on = card.rests_on.iter();
                    on.find_map(|id| weakness(card, id, &graph, &circular))
                };
                // Of several reasons the one that can be looked up.
                let standing = if !card.withdrawn.is_empty() {
                    Standing::Withdrawn
                } else if !card.suspended.is_empty() {
                    Standing::Suspended(why().unwrap_or(Why::Said))
                } else if !card.is_current(today) || day_of(&card.reviewed).is_none() {
                    Standing::Expired
                } else {
                    why().map_or(Standing::Live, Standing::Suspended)
                };
                (card, standing)
            })
            .collect()
    }

    /// How one card stands on a day; `None` when there is none of that name, or two.
    pub fn standing(&self, id: &str, today: Day) -> Option<Standing<'_>> {
        let mut named = self
            .standings(today)
            .into_iter()
            .filter(|(card, _)| card.id == id);
        let (_, standing) = named.next()?;
        named.next().is_none().then_some(standing)
    }
}

/// A card set in which each card that rests on what does not hold says of itself since when it is suspended, so that readers who look at
/// nothing else know it. All other bytes of meaning stay; `None` when there is no such card.
///
/// # Errors
/// [`NotACardSet`].
pub fn suspended_where_due(json: &str, today: Day) -> Result<Option<String>, NotACardSet> {
    let set = CardSet::parse(json)?;
    let standings = set.standings(today).into_iter();
    let due: Vec<bool> = standings
        .map(|(card, standing)| {
            matches!(standing, Standing::Suspended(_)) && card.suspended.is_empty()
        })
        .collect();
    if !due.contains(&true) {
        return Ok(None);
    }
    let mut value: Value = serde_json::from_str(json).map_err(|_| NotACardSet::Shape)?;
    let cards = value.get_mut("cards").and_then(Value::as_array_mut);
    let cards = cards.ok_or(NotACardSet::Shape)?;
    for (card, _) in cards.iter_mut().zip(due).filter(|(_, due)| *due) {
        if let Some(card) = card.as_object_mut() {
            card.insert("suspended".into(), date_of(today).into());
        }
    }
    Ok(Some(value.to_string()))
}
