//! The roster as the team log gives it: members, what each may do, and how fresh it is.

use std::collections::{BTreeMap, BTreeSet};

use statements::{
    Act, Delegation, DevicePublicKey, Membership, Permission, Root, RosterAction, RosterEntry,
    RosterFreshness, RosterHash, Stage, UnverifiedStatement,
};
use wire::{Day, Minute, ReadError, Reader, Writer};

use crate::codec::{read_all, read_flag, read_option, write_all, write_option};

/// How many ends of the chain are remembered, to compare with what others vouch for.
const HEADS: usize = 64;

/// A permission that was given, or only asked for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Permitted {
    pub(crate) permission: Permission,
    pub(crate) given: bool,
}

/// One member.
pub(crate) struct Member {
    pub(crate) is: Membership,
    pub(crate) permissions: BTreeMap<Act, Permitted>,
}

/// Why an entry that was signed by enough still does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NotApplied {
    /// It counted before.
    Known,
    /// Not enough different persons who are coordinators now have signed it.
    Signers,
    /// It does not fit: nobody to change, somebody there already, or the last coordinator.
    DoesNotFit,
}

/// What a freshness statement says about this desk's history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Vouched {
    /// The roster is as this desk knows it.
    Fresh,
    /// It was as this desk knew it.
    Before,
    /// Somebody has another history.
    Forked,
}

/// The members, the chain's end, and how fresh it is.
pub(crate) struct Roster {
    /// The root keys and the delegation in force at this place of the log, with their statements.
    trust: Option<(Root, Delegation, Vec<u8>)>,
    /// How many entries there are.
    pub(crate) entries: u32,
    pub(crate) head: RosterHash,
    heads: BTreeMap<u32, RosterHash>,
    applied: BTreeSet<[u8; 16]>,
    pub(crate) members: BTreeMap<DevicePublicKey, Member>,
    /// Whoever once belonged: work names, for what is left of them in the log.
    pub(crate) former: BTreeMap<DevicePublicKey, String>,
    /// When a coordinator last vouched for it, in log order.
    pub(crate) fresh: Option<Minute>,
    /// Who vouched for another history.
    pub(crate) forked_by: Option<DevicePublicKey>,
}

impl Default for Roster {
    fn default() -> Self {
        Roster {
            trust: None,
            entries: 0,
            head: RosterHash::NONE,
            heads: BTreeMap::new(),
            applied: BTreeSet::new(),
            members: BTreeMap::new(),
            former: BTreeMap::new(),
            fresh: None,
            forked_by: None,
        }
    }
}

impl Roster {
    pub(crate) fn delegation(&self) -> Option<&Delegation> {
        self.trust.as_ref().map(|(_, delegation, _)| delegation)
    }

    /// Goes by a newer delegation from here on. Returns whether it is one.
    pub(crate) fn delegate(&mut self, root: &Root, statement: &UnverifiedStatement) -> bool {
        let Ok(delegation) = Delegation::verify(statement, root) else {
            return false;
        };
        let known = self.delegation().map(Delegation::serial);
        if known.is_some_and(|known| delegation.serial() <= known) {
            return false;
        }
        self.trust = Some((root.clone(), delegation, statement.to_bytes()));
        true
    }

    /// Whether a device may sign for the roster now: the delegation names it, and nobody removed it.
    pub(crate) fn may_sign(&self, device: &DevicePublicKey) -> bool {
        let named = self.delegation().is_some_and(|d| d.counts(device));
        named && (self.members.is_empty() || self.is_coordinator(device))
    }

    /// How many different persons are among these devices, of those who may sign now.
    pub(crate) fn persons(&self, signers: &[DevicePublicKey]) -> usize {
        let names: BTreeSet<&str> = signers
            .iter()
            .filter(|signer| self.may_sign(signer))
            .map(|signer| self.work_name(signer).unwrap_or_default())
            .collect();
        names.len()
    }

    pub(crate) fn work_name(&self, device: &DevicePublicKey) -> Option<&str> {
        let member = self.members.get(device).map(|m| m.is.work_name.as_str());
        member.or_else(|| self.former.get(device).map(String::as_str))
    }

    /// How many persons must agree to an entry.
    pub(crate) fn due(&self, action: &RosterAction) -> usize {
        let threshold = self.delegation().map_or(1, Delegation::admission_threshold);
        if action.needs_one() {
            1
        } else {
            threshold.into()
        }
    }

    /// Takes in an entry that its signers may decide.
    pub(crate) fn apply(
        &mut self,
        entry: &RosterEntry,
        signers: &[DevicePublicKey],
    ) -> Result<(), NotApplied> {
        if self.applied.contains(&entry.id) {
            return Err(NotApplied::Known);
        }
        if self.persons(signers) < self.due(&entry.action) {
            return Err(NotApplied::Signers);
        }
        if !self.fits(entry) {
            return Err(NotApplied::DoesNotFit);
        }
        self.change(entry);
        self.applied.insert(entry.id);
        self.entries = self.entries.saturating_add(1);
        self.head = self.head.followed_by(entry);
        self.heads.insert(self.entries, self.head);
        while self.heads.len() > HEADS {
            self.heads.pop_first();
        }
        Ok(())
    }

    fn fits(&self, entry: &RosterEntry) -> bool {
        let member = self.members.get(&entry.device);
        match &entry.action {
            RosterAction::Admit(..) => member.is_none(),
            RosterAction::Remove(_) => member.is_some() && !self.is_last_coordinator(&entry.device),
            RosterAction::Change(to) => member.is_some_and(|member| {
                let stays = to.stage == Stage::Coordinator;
                member.is.work_name == to.work_name
                    && (stays || !self.is_last_coordinator(&entry.device))
            }),
            _ => member.is_some(),
        }
    }

    fn change(&mut self, entry: &RosterEntry) {
        if let RosterAction::Admit(membership, permissions) = &entry.action {
            let given = permissions.iter().map(|permission| {
                let permitted = Permitted {
                    permission: permission.clone(),
                    given: true,
                };
                (permission.act, permitted)
            });
            let member = Member {
                is: membership.clone(),
                permissions: given.collect(),
            };
            self.members.insert(entry.device, member);
            return;
        }
        if let RosterAction::Remove(_) = &entry.action {
            if let Some(member) = self.members.remove(&entry.device) {
                self.former.insert(entry.device, member.is.work_name);
            }
            self.forked_by.take_if(|by| *by == entry.device);
            return;
        }
        let Some(member) = self.members.get_mut(&entry.device) else {
            return;
        };
        match &entry.action {
            RosterAction::Change(membership) => member.is = membership.clone(),
            RosterAction::Permit(permission) => {
                let permitted = Permitted {
                    permission: permission.clone(),
                    given: true,
                };
                member.permissions.insert(permission.act, permitted);
            }
            RosterAction::Ask(permission) => {
                let asked = Permitted {
                    permission: permission.clone(),
                    given: false,
                };
                // Asking for more takes nothing away that was given.
                let held = member.permissions.entry(permission.act);
                held.and_modify(|held| {
                    if !held.given {
                        held.clone_from(&asked);
                    }
                })
                .or_insert(asked);
            }
            RosterAction::Withdraw(act) => {
                member.permissions.remove(act);
            }
            RosterAction::Admit(..) | RosterAction::Remove(_) => {}
        }
    }

    /// Takes in what a coordinator vouched for.
    pub(crate) fn refresh(
        &mut self,
        freshness: &RosterFreshness,
        signers: &[DevicePublicKey],
    ) -> Option<Vouched> {
        let signer = signers.iter().find(|signer| self.may_sign(signer))?;
        if freshness.entries == self.entries && freshness.head == self.head {
            self.fresh = Some(freshness.issued);
            return Some(Vouched::Fresh);
        }
        let known = self.heads.get(&freshness.entries);
        let is_other = known.is_some_and(|head| *head != freshness.head);
        // Whoever vouches has read at least what stands before his statement, and no more.
        if is_other || freshness.entries > self.entries {
            self.forked_by = Some(*signer);
            return Some(Vouched::Forked);
        }
        Some(Vouched::Before)
    }

    /// Whether nobody has vouched for it within a day, before or after.
    pub(crate) fn is_stale(&self, now: Minute) -> bool {
        let valid = RosterFreshness::VALID_MINUTES;
        !self
            .fresh
            .is_some_and(|issued| now <= issued.plus(valid) && issued <= now.plus(valid))
    }

    pub(crate) fn stage(&self, device: &DevicePublicKey) -> Option<Stage> {
        self.members.get(device).map(|member| member.is.stage)
    }

    pub(crate) fn is_coordinator(&self, device: &DevicePublicKey) -> bool {
        self.stage(device) == Some(Stage::Coordinator)
    }

    /// Whether the device is of one of the two stages that supervise and watch over the trail.
    pub(crate) fn supervises(&self, device: &DevicePublicKey) -> bool {
        self.stage(device).is_some_and(Stage::supervises)
    }

    /// Whether the device is of one of the two stages that agree to handovers, and was permitted to hand over; whether that still
    /// stands, and since when, is a day's to say.
    pub(crate) fn hands_over(&self, device: &DevicePublicKey) -> bool {
        self.members.get(device).is_some_and(|member| {
            let permitted = member.permissions.get(&Act::HandOver);
            matches!(member.is.stage, Stage::HandoverOfficer | Stage::Coordinator)
                && permitted.is_some_and(|held| held.given)
        })
    }

    /// Whether there is no coordinator but this device's holder.
    pub(crate) fn is_last_coordinator(&self, device: &DevicePublicKey) -> bool {
        let name = self.work_name(device);
        let mut others = self.members.iter().filter(|(other, member)| {
            member.is.stage == Stage::Coordinator
                && *other != device
                && Some(member.is.work_name.as_str()) != name
        });
        self.is_coordinator(device) && others.next().is_none()
    }

    /// Whether a member may do something on that day.
    pub(crate) fn permits(&self, device: &DevicePublicKey, act: Act, day: Day) -> bool {
        self.members.get(device).is_some_and(|member| {
            let permitted = member.permissions.get(&act);
            member.is.until >= day
                && permitted.is_some_and(|held| held.given && held.permission.holds_on(day))
        })
    }

    /// The coordinators whose admission has not run out.
    pub(crate) fn coordinators(&self, day: Day) -> impl Iterator<Item = DevicePublicKey> {
        self.members
            .iter()
            .filter(move |(_, m)| m.is.stage == Stage::Coordinator && m.is.until >= day)
            .map(|(device, _)| *device)
    }

    /// trust (root ‖ delegation)? ‖ entries u32 ‖ head 32 ‖ heads ‖ applied ‖ fresh minute? ‖ forked by 32? ‖ members ‖ former.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = write_option(writer, self.trust.as_ref(), |writer, (root, _, bytes)| {
            writer.medium(&root.statement().to_bytes()).medium(bytes)
        });
        let writer = writer.u32(self.entries).put(&self.head.0);
        let writer = write_all(writer, self.heads.iter(), |writer, (at, head)| {
            writer.u32(*at).put(&head.0)
        });
        let writer = write_all(writer, self.applied.iter(), |writer, id| writer.put(id));
        let writer = write_option(writer, self.fresh, |writer, minute| writer.u32(minute.0));
        let writer = write_option(writer, self.forked_by, |writer, by| writer.put(&by.0));
        let writer = write_all(writer, self.members.iter(), |writer, (device, member)| {
            let writer = member.is.write(writer.put(&device.0));
            write_all(writer, member.permissions.values(), |writer, held| {
                held.permission.write(writer).u8(held.given.into())
            })
        });
        write_all(writer, self.former.iter(), |writer, (device, name)| {
            writer.put(&device.0).medium(name.as_bytes())
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Roster, ReadError> {
        let trust = read_option(reader, |reader| {
            let root = parse(reader.medium()?)?;
            let root = Root::read(&root).map_err(|_| ReadError::Value)?;
            let bytes = reader.medium()?.to_vec();
            let delegation = Delegation::verify(&parse(&bytes)?, &root);
            Ok((root, delegation.map_err(|_| ReadError::Value)?, bytes))
        })?;
        let entries = reader.u32()?;
        let head = RosterHash(reader.array()?);
        let heads = read_all(reader, |reader| {
            Ok((reader.u32()?, RosterHash(reader.array()?)))
        })?;
        let applied = read_all(reader, |reader| reader.array())?;
        let fresh = read_option(reader, |reader| reader.u32().map(Minute))?;
        let forked_by = read_option(reader, |reader| reader.array().map(DevicePublicKey))?;
        let members = read_all(reader, |reader| {
            let device = DevicePublicKey(reader.array()?);
            let is = Membership::read(reader).map_err(|_| ReadError::Value)?;
            let permissions = read_all(reader, |reader| {
                let permission = Permission::read(reader).map_err(|_| ReadError::Value)?;
                let given = read_flag(reader)?;
                Ok((permission.act, Permitted { permission, given }))
            })?;
            let permissions = permissions.into_iter().collect();
            Ok((device, Member { is, permissions }))
        })?;
        let former = read_all(reader, |reader| {
            let device = DevicePublicKey(reader.array()?);
            Ok((device, crate::codec::read_string(reader)?))
        })?;
        Ok(Roster {
            trust,
            entries,
            head,
            heads: heads.into_iter().collect(),
            applied: applied.into_iter().collect(),
            members: members.into_iter().collect(),
            former: former.into_iter().collect(),
            fresh,
            forked_by,
        })
    }
}

fn parse(bytes: &[u8]) -> Result<UnverifiedStatement, ReadError> {
    UnverifiedStatement::parse(bytes).map_err(|_| ReadError::Value)
}
