//! Who is on duty in a play, and what they carry.

use crate::work::Work;

/// Less than this many minutes is no time. A minute after many years is not known more finely, so that less might never pass.
const NOTHING: f64 = 1e-6;

/// A conversation under way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Case {
    /// Whose.
    pub(crate) person: usize,
    pub(crate) is_acute: bool,
    /// Minutes of it that are left, and until the first reply, while it is the only one.
    pub(crate) left: f64,
    pub(crate) until_reply: Option<f64>,
}

impl Case {
    fn next(&self) -> f64 {
        self.until_reply
            .map_or(self.left, |reply| reply.min(self.left))
    }
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Guide {
    is_on: bool,
    is_trainee: bool,
    cases: Vec<Case>,
    /// Until when the cases are worked out.
    at: f64,
    version: u64,
}

impl Guide {
    fn is_free(&self) -> bool {
        self.is_on && self.cases.is_empty()
    }

    fn has_room_beside(&self, live: usize) -> bool {
        let most = if self.is_trainee { 1 } else { live };
        let is_acute = self.cases.iter().any(|case| case.is_acute);
        self.is_on && !is_acute && !self.cases.is_empty() && self.cases.len() < most
    }

    /// How much of each conversation passes in a minute.
    fn speed(&self, stretch: f64) -> f64 {
        if self.cases.len() > 1 {
            1.0 / stretch
        } else {
            1.0
        }
    }

    fn catch_up(&mut self, now: f64, stretch: f64) {
        let passed = (now - self.at) * self.speed(stretch);
        for case in &mut self.cases {
            case.left -= passed;
            case.until_reply = case.until_reply.map(|reply| reply - passed);
        }
        self.at = now;
    }
}

/// All who are on duty, and those who only finish what they have.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Guides(Vec<Guide>);

impl Guides {
    /// How many are on duty.
    pub(crate) fn here(&self) -> usize {
        self.0.iter().filter(|guide| guide.is_on).count()
    }

    /// One more comes.
    pub(crate) fn comes(&mut self, is_trainee: bool) {
        let left = |guide: &&mut Guide| !guide.is_on && guide.cases.is_empty();
        match self.0.iter_mut().find(left) {
            Some(guide) => {
                guide.is_on = true;
                guide.is_trainee = is_trainee;
            }
            None => self.0.push(Guide {
                is_on: true,
                is_trainee,
                ..Guide::default()
            }),
        }
    }

    /// The one with the least to do takes no more.
    fn goes(&mut self, is_trainee: bool) {
        let on = |guide: &&mut Guide| guide.is_on && guide.is_trainee == is_trainee;
        let on = self.0.iter_mut().filter(on);
        if let Some(guide) = on.min_by_key(|guide| guide.cases.len()) {
            guide.is_on = false;
        }
    }

    /// Lets come and go until so many are on duty.
    pub(crate) fn staff(&mut self, guides: u32, trainees: u32) {
        for (is_trainee, wanted) in [(false, guides), (true, trainees)] {
            let on = |guide: &&Guide| guide.is_on && guide.is_trainee == is_trainee;
            let here = self.0.iter().filter(on).count();
            for _ in here..wanted as usize {
                self.comes(is_trainee);
            }
            for _ in wanted as usize..here {
                self.goes(is_trainee);
            }
        }
    }

    /// Who can take somebody with minutes: only who has nobody; trainees last.
    pub(crate) fn for_acute(&self) -> Option<usize> {
        let free = self.0.iter().enumerate().filter(|(_, one)| one.is_free());
        free.min_by_key(|(_, guide)| guide.is_trainee)
            .map(|(index, _)| index)
    }

    /// Who can take anybody else: who has nobody, trainees first, but for those who are kept free; else who has one and may have two.
    pub(crate) fn for_another(&self, work: &Work) -> Option<usize> {
        let kept = self.here().checked_div(work.one_free_of).unwrap_or(0);
        let free = || self.0.iter().enumerate().filter(|(_, one)| one.is_free());
        if free().count() > kept {
            let found = free().max_by_key(|(_, guide)| guide.is_trainee);
            return found.map(|(index, _)| index);
        }
        let with_room = |guide: &Guide| guide.has_room_beside(work.live);
        self.0.iter().position(with_room)
    }

    /// A guide takes somebody.
    pub(crate) fn begin(&mut self, guide: usize, case: Case, now: f64, stretch: f64) {
        if let Some(guide) = self.0.get_mut(guide) {
            guide.catch_up(now, stretch);
            guide.cases.push(case);
        }
    }

    /// A guide works until now: ends what is over, and gives who got a first reply.
    pub(crate) fn work(&mut self, guide: usize, now: f64, stretch: f64) -> Vec<usize> {
        let Some(guide) = self.0.get_mut(guide) else {
            return Vec::new();
        };
        guide.catch_up(now, stretch);
        let mut answered = Vec::new();
        for case in &mut guide.cases {
            if case.until_reply.is_some_and(|reply| reply <= NOTHING) {
                case.until_reply = None;
                answered.push(case.person);
            }
        }
        guide.cases.retain(|case| case.left > NOTHING);
        guide.version += 1;
        answered
    }

    /// In how many minutes a guide is done with something, and the version for which that holds.
    pub(crate) fn next(&self, guide: usize, stretch: f64) -> Option<(f64, u64)> {
        let guide = self.0.get(guide)?;
        let next = guide.cases.iter().map(Case::next);
        let next = next.min_by(f64::total_cmp)?;
        Some((next.max(0.0) / guide.speed(stretch), guide.version))
    }

    /// Whether what was reckoned for a guide still holds.
    pub(crate) fn is_version(&self, guide: usize, version: u64) -> bool {
        let guide = self.0.get(guide);
        guide.is_some_and(|guide| guide.version == version)
    }
}
