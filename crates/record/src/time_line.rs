//! What was said, changed and withdrawn in a dispute, and when: only what has a date.

use std::collections::{BTreeMap, BTreeSet};

use crate::{CardSet, Claim, Dispute, day_of};

/// What happened to a claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Happened {
    /// Somebody said it.
    Said,
    /// The record had another version of it until then.
    Changed,
    /// It was taken back.
    Withdrawn,
}

impl Happened {
    /// Its word, in strings and scripts.
    pub fn word(self) -> &'static str {
        match self {
            Happened::Said => "said",
            Happened::Changed => "changed",
            Happened::Withdrawn => "withdrawn",
        }
    }
}

/// Something that happened on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment<'a> {
    /// The day, as a date.
    pub date: &'a str,
    /// What happened.
    pub what: Happened,
    /// To which claim.
    pub claim: &'a Claim,
    /// What the record said until then, if it was changed.
    pub before: &'a str,
}

/// All that happened in a dispute, as far as it is known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TimeLine<'a> {
    /// What has a date, the first first.
    pub moments: Vec<Moment<'a>>,
    /// How many of its claims were said on a day that nobody noted.
    pub undated: usize,
}

fn moments<'a>(claim: &'a Claim, into: &mut Vec<Moment<'a>>) {
    let said = (claim.date_said.as_str(), Happened::Said, "");
    let withdrawn = (claim.withdrawn.as_str(), Happened::Withdrawn, "");
    let earlier = claim.earlier.iter();
    let changed = earlier.map(|one| (one.until.as_str(), Happened::Changed, one.text.as_str()));
    for (date, what, before) in [said, withdrawn].into_iter().chain(changed) {
        if day_of(date).is_some() {
            into.push(Moment {
                date,
                what,
                claim,
                before,
            });
        }
    }
}

impl CardSet {
    /// The time line of each dispute: its claims, and those that were withdrawn and had to do with one of them.
    pub fn time_lines<'a>(&'a self, disputes: &[Dispute<'a>]) -> Vec<TimeLine<'a>> {
        let mut withdrawn: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
        for claim in self.all_claims().iter().filter(|claim| !claim.stands()) {
            let links = claim.contradicts.iter().chain(&claim.supports);
            for other in links.chain(&claim.about) {
                withdrawn.entry(other).or_default().push(claim);
            }
        }
        let one = |dispute: &Dispute<'a>| {
            let mut line = TimeLine::default();
            let mut seen = BTreeSet::new();
            let standing = dispute.sides.iter().flatten().chain(&dispute.about);
            for claim in standing.copied() {
                let gone = withdrawn.get(claim.id.as_str());
                for one in std::iter::once(claim).chain(gone.into_iter().flatten().copied()) {
                    if seen.insert(one.id.as_str()) {
                        line.undated += usize::from(day_of(&one.date_said).is_none());
                        moments(one, &mut line.moments);
                    }
                }
            }
            line.moments
                .sort_by_key(|moment| (day_of(moment.date), moment.what));
            line
        };
        disputes.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_date_stands_in_order_and_what_has_none_is_counted() {
        let set = CardSet::parse(
            r#"{"cards":[],"record":{"claims":[
            {"id":"front","text":"They are there.","date_said":"2024-10-23","earlier":[{"until":"2024-10-30","text":"They come."}]},
            {"id":"denied","text":"No.","contradicts":["front"],"date_said":"2024-10-20"},
            {"id":"old","text":"","supports":["front"],"withdrawn":"2024-10-25","date_said":"soon"},
            {"id":"else","text":"","date_said":"2024-10-01"}]}}"#,
        )
        .unwrap();
        let lines = set.time_lines(&set.disputes());
        let shown: Vec<_> = lines[0]
            .moments
            .iter()
            .map(|one| (one.date, one.what, one.claim.id.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("2024-10-20", Happened::Said, "denied"),
                ("2024-10-23", Happened::Said, "front"),
                ("2024-10-25", Happened::Withdrawn, "old"),
                ("2024-10-30", Happened::Changed, "front"),
            ]
        );
        assert_eq!(lines[0].undated, 1, "a date that is none is not invented");
        assert_eq!(lines[0].moments[3].before, "They come.");
    }
}
