//! The whole line in one process and simulated time: contacts, desks and a relay, under lost, delayed, doubled and
//! reordered requests, crashes between any two steps, clocks that jump, and a store that fails.
//!
//! [`run`] plays one seed. A small reference model beside it (`model`) knows only what people were told, and holds the
//! line to it: nothing acknowledged is lost, nothing is shown twice, nobody reads what is not theirs, and whoever was shut
//! out reads nothing new.

mod carry;
mod contact;
mod ending;
mod founding;
mod letter;
mod model;
mod network;
mod shift;
mod station;
mod store;
mod trust;
mod turmoil;
mod world;

pub use world::World;

/// What happens in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Requests are lost, delayed and doubled; desks die.
    Network,
    /// Besides, clocks jump, the relay dies and is started again, and its store fails.
    Everything,
}

/// What one run did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// Messages of which a contact was told that they were sent.
    pub sent: usize,
    /// How many of them were letters.
    pub letters: usize,
    /// Answers that a desk accepted.
    pub answered: usize,
    /// Desks that died and were started again.
    pub crashes: usize,
    /// Devices that were shut out.
    pub removed: usize,
    /// Requests that were lost, delayed or doubled, or that the store failed to do.
    pub faults: usize,
}

/// A promise that was broken.
#[derive(Debug)]
pub struct Failure {
    /// The seed that shows it.
    pub seed: u64,
    /// What was broken.
    pub what: String,
    /// What happened last, oldest first.
    pub trail: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.what)?;
        self.trail
            .iter()
            .try_for_each(|line| writeln!(f, "  {line}"))
    }
}

impl std::error::Error for Failure {}

/// Plays `steps` random steps of a seed, then lets everything come to rest without faults, checks every promise, and ends the line.
///
/// # Errors
/// [`Failure`] with the seed and the last steps when a promise is broken.
pub fn run(seed: u64, steps: u32, trouble: Trouble) -> Result<Report, Failure> {
    let mut world = World::new(seed, trouble);
    let played = world.play(steps).and_then(|()| world.rest());
    let report = world.report();
    match played.and_then(|()| world.end()) {
        Ok(()) => Ok(report),
        Err(what) => Err(Failure {
            seed,
            what,
            trail: world.trail(),
        }),
    }
}
