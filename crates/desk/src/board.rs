//! The shift in numbers, for seniors and coordinators: from what desks say of themselves each minute. Nothing here names a case.

use std::collections::BTreeMap;

use protocol::{Ending, Urgency};
use statements::Act;
use wire::Minute;

use crate::Desk;
use crate::view_shift::{BoardRow, BoardView};

/// Fewer than so many are not told apart from none.
const FEW: usize = 5;
/// How far back endings are counted, in days.
const COUNTED_DAYS: u32 = 30;

impl Desk {
    pub(crate) fn show_board(&self, now: Minute) -> Option<BoardView> {
        if !self.watches() {
            return None;
        }
        let urgencies = self.waiting_urgencies();
        let acute = urgencies.iter().filter(|u| **u == Urgency::Minutes);
        let desks = self.show_desks(now);
        let held = self.queue.taken.values().filter(|taken| !taken.closed);
        let silent = held.filter(|taken| self.silent_for(&taken.by, now).is_some());
        let there = self.presence.there.values();
        Some(BoardView {
            waiting: urgencies.len(),
            acute: acute.count(),
            without_guide: self.without_guide(now),
            longest_wait: self.longest_wait(now),
            parked: self.show_parked(now).len(),
            ending: there.map(|there| usize::from(there.load.ending)).sum(),
            silent: silent.count(),
            to_call: self.to_call(),
            desks,
            endings: self.endings(now),
            feedback: self.show_feedback(),
        })
    }

    fn show_desks(&self, now: Minute) -> Vec<BoardRow> {
        let there = self.presence.there.iter();
        let mut rows: Vec<BoardRow> = there
            .map(|(device, there)| BoardRow {
                work_name: self.name_of(device),
                readiness: there.readiness,
                live: there.load.live,
                acute: there.load.acute,
                open: there.load.open,
                unread: there.load.unread,
                over: Desk::is_over(there.load),
                silent: self.silent_for(device, now).is_some(),
            })
            .collect();
        rows.sort_by(|one, other| one.work_name.cmp(&other.work_name));
        rows
    }

    /// For how many who wait nobody who is there is the right one.
    fn without_guide(&self, now: Minute) -> usize {
        let day = now.day();
        let there: Vec<_> = self
            .present(now)
            .filter(|device| self.roster.permits(device, Act::Answer, day))
            .collect();
        let waiting = self.queue.waiting.values().filter(|w| !w.is_hidden());
        let waiting = waiting.filter(|w| {
            let fits = |device: &&&_| self.suits(device, w.language(), w.choices());
            !there.iter().any(|device| fits(&device))
        });
        let returned = self.returned_cases().filter(|id| {
            let taken = self.queue.taken.get(id);
            let returned = taken.and_then(|taken| taken.returned.as_ref());
            returned.is_some_and(|r| {
                let wishes = (r.language, r.choices);
                r.unanswered && !there.iter().any(|device| self.may_have(device, id, wishes))
            })
        });
        waiting.count() + returned.count()
    }

    fn endings(&self, now: Minute) -> Vec<(Ending, usize)> {
        let since = now.day().minus(COUNTED_DAYS);
        let mut counts = BTreeMap::new();
        for taken in self.queue.taken.values().filter(|taken| taken.day >= since) {
            if let Some(ending) = taken.ending {
                *counts.entry(ending.code()).or_insert(0) += 1;
            }
        }
        let endings = Ending::ALL.iter();
        endings
            .filter_map(|ending| Some((*ending, *counts.get(&ending.code())?)))
            .filter(|(_, count)| *count >= FEW)
            .collect()
    }
}
