//! How much one person carries, and for whom a contact is.

use protocol::{Choices, Language, Load, Readiness, Urgency};
use statements::{DevicePublicKey, Profile, Stage};
use wire::Minute;

use crate::case::Case;
use crate::{Desk, Refusal};

/// At most so many cases in which somebody is writing, none of them acute; a trainee one.
const LIVE: usize = 2;
const LIVE_TRAINEE: usize = 1;
/// At most so many cases that are not closed.
const OPEN: usize = 8;
/// At most so many cases with something that was not looked at.
const UNREAD: usize = 3;
/// One of so many who take cases is kept free for somebody with minutes.
const ONE_FREE_OF: usize = 6;
/// At most so many acute cases in one shift.
const ACUTE_A_SHIFT: u8 = 3;
/// So many minutes after the last word a conversation still goes on.
const LIVE_MINUTES: u32 = 10;
/// A case that ends within so many days is counted as ending.
const ENDING_DAYS: u32 = 3;

impl Case {
    /// Whether somebody is writing or waits for an answer.
    pub(crate) fn is_live(&self, now: Minute) -> bool {
        let lately = self
            .active
            .is_some_and(|active| active <= now && now < active.plus(LIVE_MINUTES));
        !self.is_blocked(now.day()) && (self.is_unanswered() || (lately && !self.on_hold))
    }
}

fn shown(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

/// Whether a guide who says this of himself is for a contact who wishes that.
pub(crate) fn fits(profile: &Profile, language: Language, choices: Choices) -> bool {
    let speaks = |tag: &str| {
        let tags = &profile.languages;
        tags.is_empty()
            || tags
                .iter()
                .any(|known| known.split('-').next() == Some(tag))
    };
    let lists = |words: &[String], word: &str| words.iter().any(|known| known == word);
    let dialect = choices
        .dialect
        .is_none_or(|dialect| lists(&profile.dialects, dialect.tag()));
    let topic = choices
        .topic
        .is_none_or(|topic| lists(&profile.topics, topic.word()));
    speaks(language.tag()) && dialect && topic && choices.exclusions.allow(profile.outside)
}

impl Desk {
    fn open_cases(&self, now: Minute) -> impl Iterator<Item = &Case> {
        let held = self.cases.values().filter(|case| case.is_held());
        held.filter(move |case| !case.is_blocked(now.day()))
    }

    /// What this desk carries now.
    pub(crate) fn load(&self, now: Minute) -> Load {
        let live = || self.open_cases(now).filter(|case| case.is_live(now));
        let ends = |case: &&Case| case.destroy_after() <= now.day().plus(ENDING_DAYS);
        Load {
            live: shown(live().count()),
            acute: shown(live().filter(|case| case.is_acute()).count()),
            open: shown(self.open_cases(now).count()),
            unread: shown(self.open_cases(now).filter(|case| case.unread).count()),
            ending: shown(self.open_cases(now).filter(ends).count()),
        }
    }

    /// Takes that are under way count as taken.
    fn taking(&self) -> usize {
        let waiting = self.queue.waiting.values();
        let waiting = waiting.filter(|waiting| waiting.taking && !waiting.claimed);
        let returned = self
            .queue
            .taken
            .values()
            .filter_map(|t| t.returned.as_ref());
        waiting.count() + returned.filter(|returned| returned.taking).count()
    }

    /// Whether the person here can take one more, of that urgency.
    pub(crate) fn has_room(&self, urgency: Urgency, now: Minute) -> Result<(), Refusal> {
        let load = self.load(now);
        let taking = self.taking();
        let live = usize::from(load.live) + taking;
        let most = match self.roster.stage(&self.device()) {
            Some(Stage::Trainee) => LIVE_TRAINEE,
            _ => LIVE,
        };
        if usize::from(load.open) + taking >= OPEN {
            return Err(Refusal::TooManyOpen);
        }
        if usize::from(load.unread) >= UNREAD {
            return Err(Refusal::TooManyUnread);
        }
        if load.acute > 0 || (urgency == Urgency::Minutes && live > 0) {
            return Err(Refusal::AcuteNeedsAll);
        }
        if live >= most {
            return Err(Refusal::TooManyLive);
        }
        let acute = match self.presence.acute {
            (shift, count) if Some(shift) == self.shift_on_duty(now) => count,
            _ => 0,
        };
        if urgency == Urgency::Minutes && acute >= ACUTE_A_SHIFT {
            return Err(Refusal::TooManyAcute);
        }
        Ok(())
    }

    /// Whether the person here is one of those who are kept free for somebody with minutes: of those who are free now, the first in
    /// order, one of six who take cases. Without them an acute case would wait until somebody has ended what goes on.
    pub(crate) fn is_kept_for_acute(&self, now: Minute) -> bool {
        let me = self.device();
        let Some(shift) = self.shift_on_duty(now) else {
            return false;
        };
        if self.has_room(Urgency::Minutes, now).is_err() {
            return false;
        }
        let here = self
            .present_at(shift, now)
            .filter(|(_, there)| there.readiness == Readiness::Here);
        let here: Vec<_> = here.collect();
        let free = here
            .iter()
            .filter(|(device, there)| **device == me || there.load.live == 0);
        let before = free.take_while(|(device, _)| **device != me).count();
        before < here.len() / ONE_FREE_OF
    }

    /// Whether somebody who says to carry so much can be given one more case, of that urgency.
    pub(crate) fn colleague_has_room(load: Load, urgency: Urgency) -> bool {
        let is_acute = urgency == Urgency::Minutes;
        let live = usize::from(load.live);
        usize::from(load.open) < OPEN && load.acute == 0 && live < LIVE && !(is_acute && live > 0)
    }

    /// Counts an acute case that was taken here.
    pub(crate) fn count_acute(&mut self, now: Minute) {
        let shift = self.shift_on_duty(now).unwrap_or_default();
        let (of, count) = self.presence.acute;
        let count = if of == shift { count } else { 0 };
        self.presence.acute = (shift, count.saturating_add(1));
        self.mark(crate::records::RecordKey::Duty);
    }

    /// Whether a member is for a contact who wishes that.
    pub(crate) fn suits(
        &self,
        device: &DevicePublicKey,
        language: Language,
        choices: Choices,
    ) -> bool {
        let member = self.roster.members.get(device);
        member.is_some_and(|member| fits(&member.is.profile, language, choices))
    }

    /// Whether a contact wants nothing to do with a member, whatever his languages.
    pub(crate) fn is_excluded(&self, device: &DevicePublicKey, choices: Choices) -> bool {
        let member = self.roster.members.get(device);
        !member.is_some_and(|member| choices.exclusions.allow(member.is.profile.outside))
    }

    /// Whether somebody carries more than anybody should.
    pub(crate) fn is_over(load: Load) -> bool {
        usize::from(load.open) > OPEN
            || usize::from(load.live) > LIVE
            || (load.acute > 0 && load.live > 1)
            || usize::from(load.unread) > UNREAD
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Dialect, Exclusions, Topic};

    use super::*;

    fn profile(languages: &[&str], dialects: &[&str], topics: &[&str], outside: u8) -> Profile {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Profile {
            languages: own(languages),
            dialects: own(dialects),
            topics: own(topics),
            outside,
            ..Profile::default()
        }
    }

    #[test]
    fn whoever_a_contact_wants_none_of_does_not_fit() {
        let plain = Choices::default();
        let no_army = Choices {
            exclusions: Exclusions::ARMY,
            ..plain
        };
        let silent = profile(&[], &[], &[], 0);
        assert!(fits(&silent, Language::Korean, plain));
        assert!(
            !fits(&silent, Language::Korean, no_army),
            "who says nothing may be one"
        );
        let outside = profile(&["ko"], &[], &[], Exclusions::ARMY.bits());
        assert!(fits(&outside, Language::Korean, no_army));
        assert!(!fits(&outside, Language::Russian, no_army));
    }

    #[test]
    fn dialects_and_topics_are_those_that_the_guide_names() {
        let wish = Choices {
            dialect: Some(Dialect::KoreanNorth),
            topic: Some(Topic::Law),
            ..Choices::default()
        };
        let both = profile(&["ko-KP"], &["ko-KP"], &["law", "health"], 0);
        assert!(fits(&both, Language::Korean, wish));
        let one = profile(&["ko"], &["ko-KP"], &["health"], 0);
        assert!(!fits(&one, Language::Korean, wish));
    }
}
