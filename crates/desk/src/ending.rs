//! The line ends: it is said by two, heard by everybody, and then this desk holds nothing any more.

use statements::{DeviceKey, FinalNotice, Line, LineEnd, UnverifiedStatement};
use zeroize::Zeroizing;

use crate::identity::Identity;
use crate::turn::Turn;
use crate::{Desk, Notice, Refusal};

/// What a desk shows of its line's end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EndingView {
    /// What the line says of it.
    pub notice: FinalNotice,
    /// Whether everything of this desk was destroyed.
    pub is_over: bool,
}

impl Desk {
    /// Signs that the line ends, or proposes it where two have to agree. `days` are those until its last day; in an emergency none.
    pub(crate) fn end_line(
        &mut self,
        how: LineEnd,
        days: u32,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let notice = FinalNotice {
            how,
            issued: turn.now,
            last_day: turn.now.day().plus(days),
        };
        if !notice.is_valid() {
            return Err(Refusal::BadDay);
        }
        self.may_end(&notice)?;
        self.sign_or_propose(notice.draft(self.line()), turn);
        Ok(())
    }

    /// Whether an end that another proposed may still be said.
    pub(crate) fn may_publish_end(&self, statement: &UnverifiedStatement) -> Result<(), Refusal> {
        let notice = FinalNotice::proposed(statement, &self.line());
        self.may_end(&notice.map_err(|_| Refusal::UnknownProposal)?)
    }

    fn may_end(&self, notice: &FinalNotice) -> Result<(), Refusal> {
        let said = self.final_notice();
        match said.is_none_or(|said| notice.comes_before(&said)) {
            true => Ok(()),
            false => Err(Refusal::EndsSooner),
        }
    }

    /// What the line's document said of its end when it was read last.
    pub(crate) fn final_notice(&self) -> Option<FinalNotice> {
        self.line.as_ref().and_then(Line::final_notice).copied()
    }

    /// Tells that the line ends, and ends this desk with it.
    pub(crate) fn hear_end(&mut self, before: Option<FinalNotice>, turn: &mut Turn<'_>) {
        let Some(notice) = self.final_notice() else {
            return;
        };
        if Some(notice) != before && notice.how == LineEnd::Orderly {
            turn.tell(Notice::LineEnds(notice.last_day));
        }
        let today = turn.now.day();
        if self.line.as_ref().is_some_and(|line| line.has_ended(today)) {
            self.destroy_all(turn);
        }
    }

    /// Forgets everything but the line's public document; the shell destroys what was saved.
    fn destroy_all(&mut self, turn: &mut Turn<'_>) {
        let mut seed = Zeroizing::new([0; 32]);
        turn.rng.fill_bytes(seed.as_mut_slice());
        let nobody = Identity {
            device: DeviceKey::from_seed(&seed),
            line: self.line(),
            work_name: String::new(),
            team: [].into(),
            joining: None,
        };
        *self = Desk {
            line: self.line.take(),
            has_ended: true,
            ..Desk::empty(nobody)
        };
        turn.tell(Notice::LineEnded);
    }

    /// Whether the line has ended, and nothing is left here.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    pub(crate) fn show_end(&self) -> Option<EndingView> {
        let notice = self.final_notice()?;
        let is_over = self.has_ended;
        Some(EndingView { notice, is_over })
    }
}
