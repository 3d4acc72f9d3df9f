//! Claims by their names, and what holds between them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{CardSet, Claim};

/// The claims of a set, to be asked in constant time.
pub(crate) struct Graph<'a> {
    claims: BTreeMap<&'a str, &'a Claim>,
    /// Claim → the standing claims that contradict it.
    contradicted: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Graph<'a> {
    pub(crate) fn of(set: &'a CardSet) -> Graph<'a> {
        let all = set.all_claims();
        let claims: BTreeMap<&str, &Claim> =
            all.iter().map(|claim| (claim.id.as_str(), claim)).collect();
        let mut contradicted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for claim in all.iter().filter(|claim| claim.stands()) {
            for other in &claim.contradicts {
                if claims
                    .get(other.as_str())
                    .is_some_and(|other| other.stands())
                {
                    let by = contradicted.entry(other).or_default();
                    by.insert(&claim.id);
                }
            }
        }
        Graph {
            claims,
            contradicted,
        }
    }

    pub(crate) fn claim(&self, id: &str) -> Option<&'a Claim> {
        self.claims.get(id).copied()
    }

    /// The standing claims that contradict one.
    pub(crate) fn contradicting(&self, id: &str) -> impl Iterator<Item = &'a str> + '_ {
        self.contradicted.get(id).into_iter().flatten().copied()
    }

    /// The standing claims that one contradicts.
    pub(crate) fn contradicted_by(&self, claim: &'a Claim) -> impl Iterator<Item = &'a str> + '_ {
        let others = claim.contradicts.iter().map(String::as_str);
        others.filter(|other| self.claim(other).is_some_and(Claim::stands))
    }

    /// The claims that support themselves through others, each once: nothing follows from such support.
    pub(crate) fn circular(&self) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for start in self.claims.keys().copied() {
            if done.contains(start) {
                continue;
            }
            // A walk in depth; what stands on the way and is met again closes a circle. No recursion: a record may be one long chain.
            let mut way: Vec<(&str, usize)> = vec![(start, 0)];
            let mut on_way: BTreeSet<&str> = BTreeSet::from([start]);
            while let Some((id, next)) = way.last_mut() {
                let supports = self.claims.get(id).map_or(&[][..], |c| &c.supports);
                let Some(step) = supports.get(*next) else {
                    done.insert(id);
                    on_way.remove(*id);
                    way.pop();
                    continue;
                };
                *next += 1;
                let Some((step, _)) = self.claims.get_key_value(step.as_str()) else {
                    continue;
                };
                if on_way.contains(step) {
                    let circle = way.iter().map(|(id, _)| *id);
                    found.extend(circle.skip_while(|id| id != step));
                } else if !done.contains(step) {
                    on_way.insert(step);
                    way.push((step, 0));
                }
            }
        }
        found
    }
}
