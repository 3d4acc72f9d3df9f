//! Questions on which claims stand against each other, with their sides.

use std::collections::BTreeMap;

use crate::{CardSet, Claim};

/// One question: who says one thing, who another, and what is said about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dispute<'a> {
    /// The sides: claims that support each other stand together. In the order of the record; at least two.
    pub sides: Vec<Vec<&'a Claim>>,
    /// Claims about one of these that take no side.
    pub about: Vec<&'a Claim>,
}

/// Groups of claims that belong together, each named by its first.
struct Groups(Vec<usize>);

impl Groups {
    fn of(count: usize) -> Groups {
        Groups((0..count).collect())
    }

    fn first(&mut self, mut one: usize) -> usize {
        while let Some(up) = self.0.get(one).copied().filter(|up| *up != one) {
            // Halving the way keeps later ways short.
            let further = self.0.get(up).copied().unwrap_or(up);
            if let Some(place) = self.0.get_mut(one) {
                *place = further;
            }
            one = further;
        }
        one
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        if let Some(place) = self.0.get_mut(one.max(other)) {
            *place = one.min(other);
        }
    }
}

impl CardSet {
    /// The questions on which standing claims contradict each other, in the order of the record.
    pub fn disputes(&self) -> Vec<Dispute<'_>> {
        let claims: Vec<&Claim> = self.all_claims().iter().filter(|c| c.stands()).collect();
        let places: BTreeMap<&str, usize> = claims
            .iter()
            .enumerate()
            .map(|(place, claim)| (claim.id.as_str(), place))
            .collect();
        let (mut sides, mut questions) = (Groups::of(claims.len()), Groups::of(claims.len()));
        let mut is_disputed = vec![false; claims.len()];
        for (place, claim) in claims.iter().enumerate() {
            for other in claim
                .supports
                .iter()
                .filter_map(|id| places.get(id.as_str()))
            {
                sides.join(place, *other);
                questions.join(place, *other);
            }
            for other in claim
                .contradicts
                .iter()
                .filter_map(|id| places.get(id.as_str()))
            {
                questions.join(place, *other);
                for one in [place, *other] {
                    if let Some(disputed) = is_disputed.get_mut(one) {
                        *disputed = true;
                    }
                }
            }
        }
        let mut found: BTreeMap<usize, BTreeMap<usize, Vec<&Claim>>> = BTreeMap::new();
        for (place, claim) in claims.iter().enumerate() {
            let question = found.entry(questions.first(place)).or_default();
            question.entry(sides.first(place)).or_default().push(claim);
        }
        let disputed: Vec<usize> = (0..claims.len())
            .filter(|place| is_disputed.get(*place) == Some(&true))
            .map(|place| questions.first(place))
            .collect();
        found.retain(|question, _| disputed.contains(question));
        found
            .into_iter()
            .map(|(question, sides_of)| {
                let mut is_of = |id: &String| {
                    let place = places.get(id.as_str());
                    place.is_some_and(|place| questions.first(*place) == question)
                };
                let about = claims.iter().copied();
                let about = about
                    .filter(|claim| claim.about.iter().any(&mut is_of))
                    .collect();
                Dispute {
                    sides: sides_of.into_values().collect(),
                    about,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_stand_beside_each_other_and_what_takes_none_below() {
        let set = CardSet::parse(
            r#"{"cards":[],"record":{"claims":[
            {"id":"front","text":""},{"id":"alone","text":""},{"id":"denied","text":"","contradicts":["front"]},
            {"id":"seen","text":"","supports":["front"]},{"id":"open","text":"","about":["seen"]},
            {"id":"old","text":"","contradicts":["alone"],"withdrawn":"2026-01-01"}]}}"#,
        )
        .unwrap();
        let disputes = set.disputes();
        assert_eq!(disputes.len(), 1);
        let ids = |claims: &[&Claim]| claims.iter().map(|c| c.id.clone()).collect::<Vec<_>>();
        let sides: Vec<_> = disputes[0].sides.iter().map(|side| ids(side)).collect();
        assert_eq!(sides, [vec!["front", "seen"], vec!["denied"]]);
        assert_eq!(ids(&disputes[0].about), ["open"]);
    }
}
