//! The queue of one language, played event by event. Randomness comes from a seed alone, and the same seed brings the same people whatever the
//! rota is, so that two rotas are compared on the same people.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use crate::guides::{Case, Guides};
use crate::work::{Work, exponential, fraction};

/// One hour of what is played.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Hour {
    /// How many people write in it, on average.
    pub(crate) arrivals: f64,
    /// Who is on duty: guides, and trainees who have one case at a time.
    pub(crate) guides: u32,
    pub(crate) trainees: u32,
}

/// A call list, and when it is called.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct CallList {
    pub(crate) people: u32,
    /// They are called once more than so many wait for each guide who is there.
    pub(crate) waiting_each: u32,
    /// They come within so many minutes, evenly.
    pub(crate) within: f64,
}

/// What is played: hours that begin again after the last one.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) cycle: &'a [Hour],
    pub(crate) hours: usize,
    /// The share of people for whom minutes are left.
    pub(crate) acute_share: f64,
    pub(crate) work: &'a Work,
    pub(crate) call_list: Option<CallList>,
}

/// What became of somebody who wrote, in minutes from the first message on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Outcome {
    Answered(f64),
    Left(f64),
    /// Nobody had answered when the play ended.
    Waiting(f64),
}

/// Somebody who wrote.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Person {
    /// In which hour of the play.
    pub(crate) hour: usize,
    pub(crate) is_acute: bool,
    pub(crate) outcome: Outcome,
}

/// What happened.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Played {
    pub(crate) people: Vec<Person>,
    /// At the end of each hour: who waited for somebody to take the case, and who was on duty.
    pub(crate) waiting: Vec<usize>,
    pub(crate) on_duty: Vec<usize>,
    /// In which minute the call list was called.
    pub(crate) called_at: Option<f64>,
}

/// Somebody before it is known what becomes of him.
struct Arrival {
    at: f64,
    is_acute: bool,
    length: f64,
    patience: f64,
}

fn arrivals(scene: &Scene<'_>, seed: u64) -> Vec<Arrival> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut all = Vec::new();
    for (hour, of) in scene.cycle.iter().cycle().take(scene.hours).enumerate() {
        let begin = hour as f64 * 60.0;
        let mut at = 0.0;
        // Without arrivals the first one is infinitely far.
        loop {
            at += exponential(60.0 / of.arrivals.max(0.0), &mut rng);
            if at.is_nan() || at >= 60.0 {
                break;
            }
            let is_acute = fraction(&mut rng) < scene.acute_share;
            let lengths = match is_acute {
                true => &scene.work.acute,
                false => &scene.work.others,
            };
            let length = lengths.draw(&mut rng);
            let patience = scene.work.patience;
            let patience = patience.map_or(f64::INFINITY, |mean| exponential(mean, &mut rng));
            all.push(Arrival {
                at: begin + at,
                is_acute,
                length,
                patience,
            });
        }
    }
    all
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Happens {
    HourBegins(usize),
    /// A guide's next reply is written or a conversation ends, unless the guide's version is another by then.
    Guide {
        guide: usize,
        version: u64,
    },
    Leaves(usize),
    Comes,
}

/// Something that happens at a minute; of two at the same, the one that was known first.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Event {
    at: f64,
    number: u64,
    happens: Happens,
}

impl Eq for Event {}
impl Ord for Event {
    fn cmp(&self, other: &Event) -> Ordering {
        let by_time = other.at.total_cmp(&self.at);
        by_time.then(other.number.cmp(&self.number))
    }
}
impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Event) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Play<'a> {
    scene: &'a Scene<'a>,
    arrivals: Vec<Arrival>,
    outcomes: Vec<Option<Outcome>>,
    is_taken: Vec<bool>,
    acute: VecDeque<usize>,
    others: VecDeque<usize>,
    waiting: usize,
    guides: Guides,
    came: u32,
    events: BinaryHeap<Event>,
    number: u64,
    now: f64,
    rng: ChaCha8Rng,
    played: Played,
}

impl Play<'_> {
    fn push(&mut self, at: f64, happens: Happens) {
        self.number += 1;
        let number = self.number;
        self.events.push(Event {
            at,
            number,
            happens,
        });
    }

    fn hour_begins(&mut self, hour: usize) {
        if hour > 0 {
            self.played.waiting.push(self.waiting);
            self.played.on_duty.push(self.guides.here());
        }
        let index = hour % self.scene.cycle.len().max(1);
        let Some(of) = self.scene.cycle.get(index) else {
            return;
        };
        self.guides.staff(of.guides + self.came, of.trainees);
        if hour < self.scene.hours {
            self.push((hour + 1) as f64 * 60.0, Happens::HourBegins(hour + 1));
        }
    }

    fn arrives(&mut self, person: usize) {
        let Some(arrival) = self.arrivals.get(person) else {
            return;
        };
        let leaves = arrival.at + arrival.patience;
        match arrival.is_acute {
            true => self.acute.push_back(person),
            false => self.others.push_back(person),
        }
        self.waiting += 1;
        if leaves.is_finite() {
            self.push(leaves, Happens::Leaves(person));
        }
    }

    fn leaves(&mut self, person: usize) {
        let is_taken = self.is_taken.get(person).copied().unwrap_or(true);
        let Some(arrival) = self.arrivals.get(person).filter(|_| !is_taken) else {
            return;
        };
        let left = Outcome::Left(arrival.patience);
        if let Some(outcome) = self.outcomes.get_mut(person) {
            *outcome = Some(left);
            self.waiting -= 1;
        }
    }

    /// The oldest who still waits.
    fn next(&mut self, is_acute: bool) -> Option<usize> {
        let queue = match is_acute {
            true => &mut self.acute,
            false => &mut self.others,
        };
        while let Some(person) = queue.front().copied() {
            // Those who left stand in the queue until they would be called.
            if self.outcomes.get(person).is_some_and(Option::is_none) {
                return Some(person);
            }
            queue.pop_front();
        }
        None
    }

    /// Whoever can take somebody takes the next: acute before others, oldest first.
    fn hand_out(&mut self) {
        for is_acute in [true, false] {
            while let Some(person) = self.next(is_acute) {
                let free = match is_acute {
                    true => self.guides.for_acute(),
                    false => self.guides.for_another(self.scene.work),
                };
                let Some(guide) = free else { break };
                match is_acute {
                    true => self.acute.pop_front(),
                    false => self.others.pop_front(),
                };
                self.takes(guide, person);
            }
        }
        let here = self.guides.here().max(1);
        let Some(list) = self.scene.call_list else {
            return;
        };
        if self.played.called_at.is_none() && self.waiting > here * list.waiting_each as usize {
            self.played.called_at = Some(self.now);
            for _ in 0..list.people {
                let at = self.now + fraction(&mut self.rng) * list.within;
                self.push(at, Happens::Comes);
            }
        }
    }

    fn takes(&mut self, guide: usize, person: usize) {
        let Some(arrival) = self.arrivals.get(person) else {
            return;
        };
        let reply = match arrival.is_acute {
            true => self.scene.work.reply_acute,
            false => self.scene.work.reply_others,
        };
        let case = Case {
            person,
            is_acute: arrival.is_acute,
            left: arrival.length,
            until_reply: Some(reply.min(arrival.length)),
        };
        self.waiting -= 1;
        if let Some(taken) = self.is_taken.get_mut(person) {
            *taken = true;
        }
        let stretch = self.scene.work.stretch;
        self.guides.begin(guide, case, self.now, stretch);
        self.goes_on(guide);
    }

    /// Notes who was answered by now, and when this guide is next done with something.
    fn goes_on(&mut self, guide: usize) {
        let stretch = self.scene.work.stretch;
        for person in self.guides.work(guide, self.now, stretch) {
            let at = self.arrivals.get(person).map_or(0.0, |arrival| arrival.at);
            if let Some(outcome) = self.outcomes.get_mut(person) {
                *outcome = Some(Outcome::Answered(self.now - at));
            }
        }
        if let Some((minutes, version)) = self.guides.next(guide, stretch) {
            let happens = Happens::Guide { guide, version };
            self.push(self.now + minutes, happens);
        }
    }

    fn happens(&mut self, happens: Happens) {
        match happens {
            Happens::HourBegins(hour) => self.hour_begins(hour),
            Happens::Leaves(person) => self.leaves(person),
            Happens::Guide { guide, version } if self.guides.is_version(guide, version) => {
                self.goes_on(guide);
            }
            Happens::Guide { .. } => {}
            Happens::Comes => {
                self.came += 1;
                self.guides.comes(false);
            }
        }
    }

    fn plays(&mut self) {
        let end = self.scene.hours as f64 * 60.0;
        let mut person = 0;
        loop {
            let arrives = self.arrivals.get(person).map(|arrival| arrival.at);
            let event = self.events.peek().map(|event| event.at);
            let is_arrival = match (arrives, event) {
                (Some(arrives), Some(event)) => arrives < event,
                (arrives, _) => arrives.is_some(),
            };
            let Some(at) = (if is_arrival { arrives } else { event }).filter(|at| *at <= end)
            else {
                return;
            };
            self.now = at;
            match is_arrival {
                true => {
                    self.arrives(person);
                    person += 1;
                }
                false => {
                    if let Some(event) = self.events.pop() {
                        self.happens(event.happens);
                    }
                }
            }
            self.hand_out();
        }
    }

    fn ends(mut self) -> Played {
        let end = self.scene.hours as f64 * 60.0;
        let people = self.arrivals.iter().zip(&self.outcomes);
        let people = people.map(|(arrival, outcome)| Person {
            hour: (arrival.at / 60.0) as usize,
            is_acute: arrival.is_acute,
            outcome: outcome.unwrap_or(Outcome::Waiting(end - arrival.at)),
        });
        self.played.people = people.collect();
        self.played
    }
}

/// Plays a scene.
pub(crate) fn play(scene: &Scene<'_>, seed: u64) -> Played {
    let arrivals = arrivals(scene, seed);
    let count = arrivals.len();
    let mut play = Play {
        scene,
        arrivals,
        outcomes: vec![None; count],
        is_taken: vec![false; count],
        acute: VecDeque::new(),
        others: VecDeque::new(),
        waiting: 0,
        guides: Guides::default(),
        came: 0,
        events: BinaryHeap::new(),
        number: 0,
        now: 0.0,
        // Apart from the people, so that calling somebody changes none of them.
        rng: ChaCha8Rng::seed_from_u64(!seed),
        played: Played::default(),
    };
    play.push(0.0, Happens::HourBegins(0));
    play.plays();
    play.ends()
}
