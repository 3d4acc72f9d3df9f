//! What screens show of cards and claims that are not published.

use protocol::{Language, Remark};
use record::{CardSet, Check, Due, Edited, EditedKind};
use wire::{Day, Minute};

use crate::codec::hex;
use crate::editing::{Change, ChangeKind};
use crate::revision::{Revision, Written};
use crate::{Desk, RevisionLabel};

/// All that is edited, what happened to it, and what those who answer miss.
#[derive(Default)]
pub struct EditingView {
    /// Cards and claims, by kind and name.
    pub revisions: Vec<RevisionView>,
    /// What happened, the newest first.
    pub changes: Vec<ChangeView>,
    /// What is wrong or missing, the most frequent first.
    pub remarks: Vec<RemarkView>,
    /// The published cards that are held back now, each with the claim for which; empty when somebody suspended it by hand.
    pub held_back: Vec<(String, String)>,
    /// How many cards and claims would go out if all that is ready were proposed now.
    pub ready: usize,
}

/// One version of a card or a claim.
pub struct RevisionView {
    /// Its name in commands.
    pub label: RevisionLabel,
    /// What it says.
    pub edited: Edited,
    /// When it was written.
    pub day: Day,
    /// Who wrote it.
    pub by: String,
    /// Whether the person here is one of its authors.
    pub mine: bool,
    /// Whether it waits for checks; else its author is still writing.
    pub for_review: bool,
    /// Whether somebody else's version came first.
    pub beside: bool,
    /// Who has looked at it: work name, for what, and what is wrong, if anything is.
    pub made: Vec<(String, Check, Option<String>)>,
    /// Who has still to look at it; of a claim nobody.
    pub due: Due,
    /// For what the person here may answer.
    pub may_check: Vec<Check>,
    /// Whether the person here may give it up.
    pub may_drop: bool,
}

/// One line of the history.
pub struct ChangeView {
    /// When.
    pub day: Day,
    /// Who.
    pub by: String,
    /// What happened.
    pub what: ChangeKind,
    /// To what kind of thing.
    pub kind: EditedKind,
    /// Its name.
    pub name: String,
}

/// Something that those who answer found wrong or missing.
pub struct RemarkView {
    /// The card; empty when there is none.
    pub card: String,
    /// In which language.
    pub language: Language,
    /// What.
    pub remark: Remark,
    /// How often.
    pub count: u32,
    /// The last time.
    pub day: Day,
}

impl core::fmt::Display for RevisionLabel {
    /// 32 hex digits.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Desk {
    /// The card set that would be proposed if all that is ready went out now.
    pub fn next_cards(&self, today: Day) -> CardSet {
        self.next_set(today)
    }

    pub(crate) fn show_editing(&self, now: Minute) -> EditingView {
        let revisions = self.editing.revisions.iter();
        let mut revisions: Vec<RevisionView> = revisions
            .filter_map(|(label, revision)| self.show_revision(*label, revision, now))
            .collect();
        revisions.sort_by(|one, other| one.edited.name().cmp(&other.edited.name()));
        let changes = self.editing.changes.iter().rev();
        let mut remarks: Vec<RemarkView> = self
            .editing
            .remarks
            .iter()
            .filter_map(show_remark)
            .collect();
        remarks.sort_by_key(|remark| core::cmp::Reverse(remark.count));
        let ready = revisions.iter().filter(|one| one.is_ready()).count();
        EditingView {
            revisions,
            changes: changes.map(|change| self.show_change(change)).collect(),
            remarks,
            held_back: self.editing.held_back.clone().into_iter().collect(),
            ready,
        }
    }

    fn show_revision(
        &self,
        label: [u8; 16],
        revision: &Revision,
        now: Minute,
    ) -> Option<RevisionView> {
        let Written {
            day,
            for_review,
            edited,
        } = revision.written.as_ref()?;
        let me = self.device();
        let made = revision.made.iter().map(|made| {
            let objection = made.objection.as_str();
            let objection = (!objection.is_empty()).then(|| objection.to_owned());
            (self.name_of(&made.by), made.check.clone(), objection)
        });
        let (due, checks) = match edited {
            Edited::Card(card) => {
                let translations = card.texts.keys().cloned().map(Check::Language);
                let checks = [Check::Facts, Check::Law].into_iter().chain(translations);
                (card.due(&self.agreed(revision)), checks.collect())
            }
            Edited::Claim(_) => (Due::default(), Vec::new()),
        };
        let may = |check: &Check| self.may_check(&me, revision, check, now.day());
        let mut authors = revision.authors.iter();
        let mine = authors.any(|author| self.is_same_person(author, &me));
        Some(RevisionView {
            label: RevisionLabel(label),
            edited: edited.clone(),
            day: *day,
            by: self.name_of(&revision.by),
            mine,
            for_review: *for_review,
            beside: revision.beside,
            made: made.collect(),
            due,
            may_check: checks.into_iter().filter(may).collect(),
            may_drop: mine || self.is_coordinator(),
        })
    }

    fn show_change(&self, change: &Change) -> ChangeView {
        ChangeView {
            day: change.day,
            by: self.name_of(&change.by),
            what: change.what,
            kind: change.kind,
            name: change.name.clone(),
        }
    }
}

impl RevisionView {
    /// Whether it would go out if all that is ready were proposed now.
    pub fn is_ready(&self) -> bool {
        self.for_review && !self.beside && self.due.is_met()
    }
}

fn show_remark((of, seen): (&(String, u8, u8), &(u32, Day))) -> Option<RemarkView> {
    Some(RemarkView {
        card: of.0.clone(),
        language: Language::from_code(of.1)?,
        remark: Remark::from_code(of.2)?,
        count: seen.0,
        day: seen.1,
    })
}
