//! What contacts are told of the wait: for whoever chooses nothing, and for each choice.

use protocol::{Dialect, Exclusions, Language, Readiness, Topic, Urgency};
use statements::{ChoiceKind, ChoiceWait, Profile, Wait, WaitNotice};

use crate::Desk;
use crate::capacity::fits;
use crate::outbox::About;
use crate::turn::Turn;

/// After how many minutes the wait is announced again though nothing changed.
const WAIT_MINUTES: u32 = 10;
/// How many minutes one answer is reckoned to take.
const MINUTES_EACH: usize = 30;
/// What a contact may be told, in minutes.
const WAITS: [u16; 6] = [5, 15, 30, 60, 120, 240];

/// The wait of the next contact: rounded up to one of [`WAITS`], unknown above or when nobody is there.
fn expected_wait(waiting: usize, guides: usize) -> Option<u16> {
    let minutes = waiting.saturating_add(1).saturating_mul(MINUTES_EACH);
    let minutes = minutes.checked_add(guides.checked_sub(1)?)? / guides;
    WAITS
        .into_iter()
        .find(|offered| minutes <= usize::from(*offered))
}

impl Desk {
    /// How many desks take cases in a shift.
    pub(crate) fn guides_at(&self, shift: u32, now: wire::Minute) -> usize {
        self.profiles_at(shift, now).len()
    }

    fn profiles_at(&self, shift: u32, now: wire::Minute) -> Vec<&Profile> {
        let present = self.present_at(shift, now);
        let ready = present.filter(|(_, there)| there.readiness == Readiness::Here);
        let members = ready.filter_map(|(device, _)| self.roster.members.get(device));
        members.map(|member| &member.is.profile).collect()
    }

    /// The wait as it is now.
    fn wait_of(&self, shift: u32, now: wire::Minute) -> Wait {
        let guides = self.profiles_at(shift, now);
        let waiting = self.waiting_urgencies();
        let none = protocol::Choices::default();
        let who = |language: Language, choices| {
            let fitting = guides
                .iter()
                .filter(|profile| fits(profile, language, choices));
            fitting.count()
        };
        // Whoever chooses no more than a language has the wait of those who speak it; the others add a wish to one of the languages.
        let most = |choices| {
            let languages = Language::ALL.iter();
            languages
                .map(|language| who(*language, choices))
                .max()
                .unwrap_or(0)
        };
        let one = |kind, value, fitting| ChoiceWait {
            kind,
            value,
            expected: match fitting {
                0 => Some(ChoiceWait::NOBODY),
                fitting => expected_wait(waiting.len(), fitting),
            },
        };
        let languages = Language::ALL
            .iter()
            .map(|language| one(ChoiceKind::Language, language.code(), who(*language, none)));
        let urgencies = Urgency::ALL.iter().map(|urgency| ChoiceWait {
            kind: ChoiceKind::Urgency,
            value: urgency.code(),
            expected: {
                let ahead = waiting.iter().filter(|other| *other <= urgency).count();
                expected_wait(ahead, guides.len())
            },
        });
        let dialects = Dialect::ALL.iter().map(|dialect| {
            let wish = protocol::Choices {
                dialect: Some(*dialect),
                ..none
            };
            one(ChoiceKind::Dialect, dialect.code(), most(wish))
        });
        let topics = Topic::ALL.iter().map(|topic| {
            let wish = protocol::Choices {
                topic: Some(*topic),
                ..none
            };
            one(ChoiceKind::Topic, topic.code(), most(wish))
        });
        let exclusions = Exclusions::ALL
            .into_iter()
            .zip(0..)
            .map(|(excluded, place)| {
                let wish = protocol::Choices {
                    exclusions: excluded,
                    ..none
                };
                one(ChoiceKind::Exclusion, place, most(wish))
            });
        let choices = languages.chain(urgencies).chain(dialects);
        Wait {
            guides: u8::try_from(guides.len()).unwrap_or(u8::MAX),
            expected: expected_wait(waiting.len(), guides.len()),
            surge: self.rota.surge,
            choices: choices.chain(topics).chain(exclusions).collect(),
        }
    }

    /// Announces the wait, if this desk is on duty and something changed or ten minutes passed.
    pub(crate) fn publish_wait(&mut self, turn: &mut Turn<'_>) {
        let on_duty = self.shift_on_duty(turn.now);
        let on_duty = on_duty.filter(|shift| self.my_shift() == Some(*shift));
        let Some(number) = on_duty.filter(|_| self.caught_up && self.trusts_clock(turn.now)) else {
            return;
        };
        let wait = self.wait_of(number, turn.now);
        let said_already = self.last_wait.as_ref().is_some_and(|(when, said)| {
            *said == wait && turn.now < when.plus(WAIT_MINUTES) && *when <= turn.now
        });
        let Some(shift) = self.shifts.get(&number).filter(|_| !said_already) else {
            return;
        };
        let draft = WaitNotice::draft(self.line(), number, turn.now, &wait);
        let notice = draft.sign_by_shift(&shift.signing).done();
        self.last_wait = Some((turn.now, wait));
        self.outbox.forget_waits();
        self.publish(notice.to_bytes(), About::Wait, None);
    }
}

#[cfg(test)]
mod tests {
    use super::expected_wait;

    #[test]
    fn the_wait_is_rounded_up_and_never_promised_without_a_guide() {
        assert_eq!(expected_wait(0, 1), Some(30));
        assert_eq!(expected_wait(0, 6), Some(5));
        assert_eq!(expected_wait(0, 5), Some(15));
        assert_eq!(expected_wait(7, 1), Some(240));
        assert_eq!(expected_wait(8, 1), None);
        assert_eq!(expected_wait(0, 0), None);
    }
}
