//! Who first said what others repeat: five outlets that quote one agency are one source.

use std::collections::{BTreeMap, BTreeSet};

use crate::{CardSet, Claim, Record, RecordSource};

impl RecordSource {
    /// What a person calls it.
    pub fn name(&self) -> &str {
        let names = [&self.publisher, &self.author, &self.kind, &self.id];
        let mut names = names.into_iter().filter(|name| !name.is_empty());
        names.next().map_or("", String::as_str)
    }
}

impl Record {
    /// The source of a claim: the one that it names, or the record's own.
    pub fn source_of(&self, claim: &Claim) -> &RecordSource {
        let named = self
            .sources
            .iter()
            .find(|source| !claim.source.is_empty() && (source.id == claim.source));
        named.unwrap_or(&self.source)
    }

    /// Where a source's news come from in the end: itself, or whom it repeats, through as many as stand between. Sources that only
    /// repeat each other are one origin.
    fn origins_of<'a>(
        &'a self,
        source: &'a RecordSource,
        by_id: &BTreeMap<&'a str, &'a RecordSource>,
    ) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![source];
        while let Some(source) = open.pop() {
            if !seen.insert(source.id.as_str()) {
                continue;
            }
            if source.relays.is_empty() {
                found.insert(if source.id.is_empty() {
                    source.name()
                } else {
                    &source.id
                });
            }
            for relayed in &source.relays {
                match by_id.get(relayed.as_str()) {
                    Some(source) => open.push(source),
                    None => {
                        found.insert(relayed);
                    }
                }
            }
        }
        if found.is_empty() {
            // They only repeat each other.
            found.extend(seen.into_iter().next());
        }
        found
    }
}

impl CardSet {
    /// Origin → the claims that come from it. A claim that several origins have stands under each.
    pub fn origins(&self) -> BTreeMap<&str, Vec<&Claim>> {
        let mut origins: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
        let Some(record) = &self.record else {
            return origins;
        };
        let mut by_id: BTreeMap<&str, &RecordSource> = BTreeMap::new();
        for source in record.sources.iter().chain([&record.source]) {
            by_id.insert(&source.id, source);
        }
        let mut of_source: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for claim in &record.claims {
            let named = by_id.get(claim.source.as_str()).copied();
            let source = named.filter(|_| !claim.source.is_empty());
            let source = source.unwrap_or(&record.source);
            let origins_of = of_source
                .entry(&source.id)
                .or_insert_with(|| record.origins_of(source, &by_id));
            for origin in origins_of.iter() {
                origins.entry(origin).or_default().push(claim);
            }
        }
        origins
    }

    /// Claim → the origins that it has.
    pub fn origins_by_claim(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut by_claim: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (origin, claims) in self.origins() {
            for claim in claims {
                by_claim.entry(&claim.id).or_default().insert(origin);
            }
        }
        by_claim
    }
}

/// The origins on which more than one of some claims rest, each with how many: these are one source, however many say it.
pub fn shared_origins<'a>(
    by_claim: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    claims: &[&Claim],
) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let named = claims
        .iter()
        .filter_map(|claim| by_claim.get(claim.id.as_str()));
    for origin in named.flatten() {
        *counts.entry(origin).or_default() += 1;
    }
    let shared = counts.into_iter().filter(|(_, count)| *count > 1);
    shared.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(json: &str) -> CardSet {
        CardSet::parse(json).unwrap()
    }

    #[test]
    fn outlets_that_repeat_one_agency_are_one_source() {
        let set = set(r#"{"cards":[],"record":{"sources":[
            {"id":"agency","publisher":"Agency"},
            {"id":"one","relays":["agency"]},{"id":"two","relays":["one"]},{"id":"three","relays":["two","agency"]},
            {"id":"witness"},{"id":"x","relays":["y"]},{"id":"y","relays":["x"]}],
            "claims":[{"id":"a","text":"","source":"one"},{"id":"b","text":"","source":"two"},
            {"id":"c","text":"","source":"three"},{"id":"d","text":"","source":"witness"},
            {"id":"e","text":"","source":"x"},{"id":"f","text":"","source":"y"}]}}"#);
        let origins = set.origins();
        let all: Vec<&Claim> = set.all_claims().iter().collect();
        let shared = shared_origins(&set.origins_by_claim(), &all);
        assert!(shared.contains(&("agency", 3)) && !shared.iter().any(|one| one.0 == "witness"));
        let count = |origin: &str| origins.get(origin).map_or(0, Vec::len);
        assert_eq!(count("agency"), 3);
        assert_eq!(count("witness"), 1);
        assert_eq!(
            origins.len(),
            3,
            "who only repeat each other are one: {:?}",
            origins.keys()
        );
    }
}
