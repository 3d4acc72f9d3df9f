//! The roster as the team log gives it: members, their epoch keys, freshness, and who is at the desk.

use std::collections::BTreeMap;

use statements::{
    DevicePublicKey, EpochKey, Role, RosterAction, RosterEntry, RosterFreshness, RosterHash,
    UnverifiedStatement,
};
use wire::{Day, LineId, Minute, ReadError, Reader, Writer};

use crate::codec::{read_all, read_option, read_string, write_all, write_option};

/// How many epoch keys of one device are kept.
const EPOCH_KEYS: usize = 8;

/// One member.
pub(crate) struct Member {
    pub(crate) role: Role,
    pub(crate) until: Day,
    pub(crate) work_name: String,
}

/// The members, the chain's end, and how fresh it is.
pub(crate) struct Roster {
    /// The sequence that the next entry must have.
    pub(crate) next: u32,
    pub(crate) head: RosterHash,
    pub(crate) members: BTreeMap<DevicePublicKey, Member>,
    /// When a coordinator last vouched for it, in log order.
    pub(crate) fresh: Option<Minute>,
}

impl Default for Roster {
    fn default() -> Self {
        Roster {
            next: 0,
            head: RosterHash::NONE,
            members: BTreeMap::new(),
            fresh: None,
        }
    }
}

impl Roster {
    /// Takes in an entry if it continues the chain.
    pub(crate) fn admit(&mut self, entry: &RosterEntry) -> bool {
        if entry.sequence != self.next || entry.previous != self.head {
            return false;
        }
        self.next = self.next.saturating_add(1);
        self.head = entry.hash();
        match entry.action {
            RosterAction::Admit => {
                let member = Member {
                    role: entry.role,
                    until: entry.until,
                    work_name: entry.work_name.clone(),
                };
                self.members.insert(entry.device, member);
            }
            RosterAction::Remove => {
                self.members.remove(&entry.device);
            }
        }
        true
    }

    /// Takes in a freshness statement if it speaks of this roster.
    pub(crate) fn refresh(&mut self, freshness: &RosterFreshness) -> bool {
        let speaks_of_this =
            freshness.sequence.checked_add(1) == Some(self.next) && freshness.head == self.head;
        if speaks_of_this {
            self.fresh = Some(freshness.issued);
        }
        speaks_of_this
    }

    /// Whether nobody has vouched for it within a day, before or after.
    pub(crate) fn is_stale(&self, now: Minute) -> bool {
        let valid = RosterFreshness::VALID_MINUTES;
        !self
            .fresh
            .is_some_and(|issued| now <= issued.plus(valid) && issued <= now.plus(valid))
    }

    pub(crate) fn is_coordinator(&self, device: &DevicePublicKey) -> bool {
        self.members
            .get(device)
            .is_some_and(|member| member.role == Role::Coordinator)
    }

    /// The coordinators whose admission has not run out.
    pub(crate) fn coordinators(&self, day: Day) -> impl Iterator<Item = DevicePublicKey> {
        self.members
            .iter()
            .filter(move |(_, member)| member.role == Role::Coordinator && member.until >= day)
            .map(|(device, _)| *device)
    }

    /// next u32 ‖ head 32 ‖ fresh minute? ‖ (device 32 ‖ role u8 ‖ until day ‖ work name)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.u32(self.next).put(&self.head.0);
        let writer = write_option(writer, self.fresh, |writer, minute| writer.u32(minute.0));
        write_all(writer, self.members.iter(), |writer, (device, member)| {
            writer
                .put(&device.0)
                .u8(member.role as u8)
                .u32(member.until.0)
                .medium(member.work_name.as_bytes())
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Roster, ReadError> {
        let next = reader.u32()?;
        let head = RosterHash(reader.array()?);
        let fresh = read_option(reader, |reader| reader.u32().map(Minute))?;
        let members = read_all(reader, |reader| {
            let device = DevicePublicKey(reader.array()?);
            let role = match reader.u8()? {
                1 => Role::Guide,
                2 => Role::Coordinator,
                _ => return Err(ReadError::Value),
            };
            let until = Day(reader.u32()?);
            let work_name = read_string(reader)?;
            let member = Member {
                role,
                until,
                work_name,
            };
            Ok((device, member))
        })?;
        Ok(Roster {
            next,
            head,
            members: members.into_iter().collect(),
            fresh,
        })
    }
}

/// The epoch keys that one device has published, by day, with their statements.
#[derive(Default)]
pub(crate) struct PublishedKeys {
    keys: BTreeMap<Day, (EpochKey, Vec<u8>)>,
}

impl PublishedKeys {
    /// Keeps a key; the oldest makes room.
    pub(crate) fn insert(&mut self, key: EpochKey, statement: Vec<u8>) {
        self.keys.insert(key.day(), (key, statement));
        while self.keys.len() > EPOCH_KEYS {
            self.keys.pop_first();
        }
    }

    /// The key to grant to on a day: that day's, else the newest before it that its device still has, else the next.
    pub(crate) fn for_day(&self, day: Day) -> Option<&EpochKey> {
        let newest = self.keys.range(..=day).next_back();
        newest
            .filter(|(of, _)| day <= of.plus(EpochKey::KEPT_DAYS))
            .or_else(|| self.keys.range(day..).next())
            .map(|(_, (key, _))| key)
    }

    /// (statement)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        write_all(writer, self.keys.values(), |writer, (_, statement)| {
            writer.medium(statement)
        })
    }

    pub(crate) fn decode(
        reader: &mut Reader<'_>,
        line: &LineId,
    ) -> Result<PublishedKeys, ReadError> {
        let mut published = PublishedKeys::default();
        for bytes in read_all(reader, |reader| reader.medium().map(<[u8]>::to_vec))? {
            let statement = UnverifiedStatement::parse(&bytes).map_err(|_| ReadError::Value)?;
            let key = EpochKey::verify(&statement, line).map_err(|_| ReadError::Value)?;
            published.insert(key, bytes);
        }
        Ok(published)
    }
}
