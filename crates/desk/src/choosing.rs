//! Whom to take next: the most urgent first, among equals the oldest, and nobody is starved by what is called urgent.

use protocol::{CaseId, TeamEvent, Urgency};
use wire::Minute;

use crate::outbox::About;
use crate::records::RecordKey;
use crate::turn::Turn;
use crate::{CaseLabel, Desk, Refusal};

/// After so many acute cases taken one after the other, whoever waits longest beyond his own word comes next.
const ACUTE_IN_ROW: u8 = 3;

/// After how many minutes somebody waits beyond his own word.
fn overdue_after(urgency: Urgency) -> u32 {
    match urgency {
        Urgency::Minutes => 5,
        Urgency::Hours => 2 * 60,
        Urgency::Days => 24 * 60,
        Urgency::NoHurry => 3 * 24 * 60,
    }
}

/// Somebody who could be taken.
struct Candidate {
    id: CaseId,
    urgency: Urgency,
    waited: u32,
    /// Whoever had to wait twice comes first among equals; then the oldest in the tray.
    order: (bool, u64),
}

impl Desk {
    /// A post was taken: counts how many acute ones were, one after the other.
    pub(crate) fn count_in_row(&mut self, post: &CaseId) {
        if let Some(waiting) = self.queue.waiting.get(post) {
            let row = &mut self.queue.acute_in_row;
            *row = match waiting.urgency() {
                Urgency::Minutes => row.saturating_add(1),
                _ => 0,
            };
        }
    }

    /// How urgent all those are who wait and whom nobody has taken.
    pub(crate) fn waiting_urgencies(&self) -> Vec<Urgency> {
        let waiting = self.queue.waiting.values().filter(|w| !w.is_hidden());
        let returned = self.queue.taken.values().filter_map(|taken| {
            let returned = taken.returned.as_ref()?;
            (returned.unanswered && returned.promised.is_none()).then_some(returned.urgency)
        });
        waiting.map(|w| w.urgency()).chain(returned).collect()
    }

    /// Whether somebody who waits is for the person at this desk.
    pub(crate) fn is_for_me(&self, id: &CaseId) -> bool {
        let me = self.device();
        if let Some(waiting) = self.queue.waiting.get(id) {
            return self.suits(&me, waiting.language(), waiting.choices());
        }
        let taken = self.queue.taken.get(id);
        let returned = taken.and_then(|taken| taken.returned.as_ref());
        returned.is_some_and(|r| self.may_have(&me, id, (r.language, r.choices)))
    }

    fn candidates(&self, now: Minute) -> Vec<Candidate> {
        let waiting = self.queue.waiting.iter();
        let waiting = waiting.filter(|(_, w)| !w.is_hidden() && !w.taking);
        let waiting = waiting.map(|(id, w)| Candidate {
            id: *id,
            urgency: w.urgency(),
            waited: w.waited(now),
            order: (true, w.oldest()),
        });
        let returned = self.returned_cases().filter_map(|id| {
            let returned = self.queue.taken.get(&id)?.returned.as_ref()?;
            let open = returned.unanswered && !returned.taking;
            open.then(|| Candidate {
                id,
                urgency: returned.urgency,
                waited: returned.waited(now),
                order: (false, u64::MAX.saturating_sub(returned.waited(now).into())),
            })
        });
        let mut all: Vec<Candidate> = returned.chain(waiting).collect();
        all.sort_by_key(|one| (one.urgency, one.order));
        all
    }

    /// The next for the person at this desk.
    ///
    /// # Errors
    /// Why nobody who waits can be taken here: `NobodyWaits`, `NotForYou`, or what there is no room for.
    fn next(&self, now: Minute) -> Result<CaseId, Refusal> {
        let all = self.candidates(now);
        let waits = !all.is_empty();
        let mut mine: Vec<&Candidate> = all.iter().filter(|one| self.is_for_me(&one.id)).collect();
        if mine.is_empty() {
            return Err(if waits {
                Refusal::NotForYou
            } else {
                Refusal::NobodyWaits
            });
        }
        if self.queue.acute_in_row >= ACUTE_IN_ROW {
            let beyond = |one: &Candidate| one.waited.checked_sub(overdue_after(one.urgency));
            let others = mine.iter().filter(|one| one.urgency != Urgency::Minutes);
            let longest = others
                .filter_map(|one| Some((beyond(one)?, one.id)))
                .max_by_key(|o| o.0);
            if let Some((_, id)) = longest {
                mine.sort_by_key(|one| one.id != id);
            }
        }
        let mut reason = Refusal::NobodyWaits;
        let kept = self.is_kept_for_acute(now);
        for one in mine {
            if kept && one.urgency != Urgency::Minutes {
                return Err(Refusal::KeptForAcute);
            }
            match self.has_room(one.urgency, now) {
                Ok(()) => return Ok(one.id),
                Err(full) if reason == Refusal::NobodyWaits => reason = full,
                Err(_) => {}
            }
        }
        Err(reason)
    }

    /// The one that a person calls so, if it can be taken here.
    fn named(&self, label: CaseLabel, now: Minute) -> Result<CaseId, Refusal> {
        let waiting = self.queue.waiting.iter();
        let mut waiting = waiting.filter(|(_, waiting)| !waiting.is_hidden());
        let found = waiting.find(|(id, _)| CaseLabel::of(id) == label);
        let (id, urgency) = match found {
            Some((id, waiting)) if waiting.taking => return Ok(*id),
            Some((id, waiting)) => (*id, waiting.urgency()),
            None => {
                let id = self.returned_case(label).ok_or(Refusal::UnknownCase)?;
                let taken = self.queue.taken.get(&id);
                let returned = taken.and_then(|taken| taken.returned.as_ref());
                (id, returned.map_or(Urgency::NoHurry, |r| r.urgency))
            }
        };
        if !self.is_for_me(&id) {
            return Err(Refusal::NotForYou);
        }
        self.has_room(urgency, now).map(|()| id)
    }

    /// Says in the log that this desk takes a case, by the post that names it; the others follow once it has won.
    pub(crate) fn take(
        &mut self,
        label: Option<CaseLabel>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_take(turn)?;
        let chosen = match label {
            Some(label) => self.named(label, turn.now)?,
            None => self.next(turn.now)?,
        };
        let Some(waiting) = self.queue.waiting.get_mut(&chosen) else {
            self.take_returned(&chosen, turn);
            return Ok(());
        };
        if waiting.taking {
            return Ok(());
        }
        waiting.taking = true;
        let is_acute = waiting.urgency() == Urgency::Minutes;
        let take = TeamEvent::Take {
            case: chosen,
            contact: waiting.mark,
        };
        self.mark(RecordKey::Waiting(chosen));
        self.append(&take, About::Take(chosen), turn);
        if is_acute {
            self.count_acute(turn.now);
        }
        Ok(())
    }
}
