//! How a line comes to be: a coordinator, a team admitted one by one, then coordinators of whom two must agree.

use desk::{Command, Desk, Notice};
use pollster::block_on;
use protocol::JoinSecret;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use relay::{Relay, Retention, Standing};
use statements::{
    Act, Delegation, DeviceKey, DevicePublicKey, Permission, Profile, Root, RootKey, Stage,
};
use wire::{Day, Minute};

use crate::Trouble;
use crate::contact::Contact;
use crate::letter::Writer;
use crate::model::Model;
use crate::network::Dice;
use crate::station::Station;
use crate::store::FaultyStore;
use crate::world::World;

/// When a simulation begins.
pub(crate) const START: Minute = Minute(20_000 * Minute::PER_DAY + 600);
/// How long the shift is, in minutes; a run stays within it.
pub(crate) const SHIFT: u32 = 20 * 60;
/// Who joins after the first coordinator.
const TEAM: [(&str, Stage); 4] = [
    ("Magpie", Stage::Coordinator),
    ("Wren", Stage::Guide),
    ("Swift", Stage::Guide),
    ("Crane", Stage::Senior),
];

fn random<const N: usize>(rng: &mut ChaCha8Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// A permission that holds for longer than any run.
pub(crate) fn permission(act: Act, from: Day) -> Permission {
    Permission {
        act,
        authority: "The association".into(),
        document: "minutes 7".into(),
        scope: String::new(),
        from,
        until: from.plus(300),
    }
}

impl World {
    /// A line with two coordinators who must agree, two guides and a senior, all on duty, and two to four contacts, from a seed.
    ///
    /// # Panics
    /// When the line can't even be set up, without any fault: then nothing else matters.
    #[allow(
        clippy::expect_used,
        reason = "without a line there is nothing to simulate"
    )]
    pub fn new(seed: u64, trouble: Trouble) -> World {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let root_key = RootKey::from_seed(&random(&mut rng));
        let device = DeviceKey::from_seed(&random(&mut rng));
        let root = Root::new(1, vec![root_key.public()]).expect("one key is a root");
        let id = root.line_id();
        let days = (START.day(), START.day().plus(365));
        let draft = Delegation::draft(id, 1, days, 1, &[device.public()]);
        let delegation = draft.sign_by_root(&root_key).done();
        let standing = Standing::new(root, &delegation).expect("the delegation is signed");
        // Chances of its own, so that a seed's others are the same with it and without.
        let mut luck = ChaCha8Rng::seed_from_u64(seed);
        luck.set_stream(1);
        let store = FaultyStore::new(luck);
        let opened = Relay::open(store.clone(), standing.clone(), Retention::default(), START);
        let relay = block_on(opened);
        let mut world = World {
            dice: Dice {
                rng,
                faulty: false,
                faults: 0,
            },
            now: START,
            id,
            relay: relay.expect("a store in memory opens"),
            store,
            beginning: standing,
            turmoil: trouble == Trouble::Everything,
            relay_ahead: 0,
            relay_since: (START, START),
            stations: Vec::new(),
            contacts: Vec::new(),
            writers: Vec::new(),
            late: Vec::new(),
            model: Model::default(),
            removed: None,
            posted: Vec::new(),
            trail: Vec::new(),
        };
        world
            .set_up(device, &root_key)
            .expect("a line without faults can be set up");
        world
    }

    fn set_up(&mut self, first: DeviceKey, root: &RootKey) -> Result<(), String> {
        let line = self.line()?;
        let (desk, effects) = Desk::found(&line, first, "Heron", self.now, &mut self.dice.rng);
        self.stations.push(Station::new(desk, effects));
        self.settle()?;
        for (name, stage) in TEAM {
            self.admit(name, stage)?;
        }
        self.delegate_to_two(root)?;
        self.settle()?;
        let devices = self.stations.iter().map(|station| station.desk.device());
        let plan = Command::PlanShift {
            from: self.now,
            until: self.now.plus(SHIFT),
            guides: devices.collect(),
        };
        self.command(0, plan);
        self.settle()?;
        for guide in [2, 3] {
            self.command(guide, Command::CheckIn(protocol::Readiness::Here));
        }
        self.settle()?;
        for number in 0..2 + self.dice.below(3) {
            let root = random(&mut self.dice.rng);
            self.contacts.push(Contact::new(number, root, self.id));
        }
        // The reference model tells people apart by number.
        let root = random(&mut self.dice.rng);
        let number = self.contacts.len();
        self.writers.push(Writer::new(number, root, self.id));
        Ok(())
    }

    /// The root keys name both coordinators, and ask for both.
    fn delegate_to_two(&mut self, root: &RootKey) -> Result<(), String> {
        let coordinators = self.stations.iter().take(2);
        let devices: Vec<DevicePublicKey> = coordinators.map(|one| one.desk.device()).collect();
        let days = (START.day(), START.day().plus(365));
        let delegation = Delegation::draft(self.id, 2, days, 2, &devices)
            .sign_by_root(root)
            .done();
        block_on(self.relay.statement(&delegation.to_bytes(), self.now)).map_err(|e| e.to_string())
    }

    fn admit(&mut self, name: &str, stage: Stage) -> Result<(), String> {
        let work_name = name.to_owned();
        self.command(0, Command::Invite { work_name });
        self.settle()?;
        let told = self
            .stations
            .first()
            .into_iter()
            .flat_map(|station| station.told.iter().rev());
        let secret = told
            .into_iter()
            .find_map(|notice| match notice {
                Notice::Invitation { secret, .. } => Some(JoinSecret::from_bytes(secret)),
                _ => None,
            })
            .ok_or("an invitation is told")?;
        let key = DeviceKey::from_seed(&random(&mut self.dice.rng));
        let device = key.public();
        let line = self.line()?;
        let (desk, effects) = Desk::join(&line, key, name, secret, self.now, &mut self.dice.rng);
        self.stations.push(Station::new(desk, effects));
        self.settle()?;
        self.command(0, Command::CheckInvitations);
        self.settle()?;
        let today = self.now.day();
        let acts: &[Act] = match stage.supervises() {
            true => &[Act::Answer, Act::Supervise],
            false => &[Act::Answer],
        };
        let admit = Command::Admit {
            device,
            stage,
            until: today.plus(300),
            profile: Profile::default(),
            permissions: acts.iter().map(|act| permission(*act, today)).collect(),
        };
        self.command(0, admit);
        self.settle()
    }
}
