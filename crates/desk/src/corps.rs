//! Changing what the roster says: stages, profiles and permissions; and what each member may do.

use statements::{Act, DevicePublicKey, Membership, Permission, Profile, RosterAction, Stage};
use wire::{Day, Minute};

use crate::turn::Turn;
use crate::view::{MemberView, PermissionState, PermissionView};
use crate::{Desk, Notice, Refusal};

/// So many days before its end a permission is said to end soon.
const SOON_DAYS: u32 = 14;
/// How far ahead a day may be.
const AHEAD_DAYS: u32 = 3 * 366;

impl Desk {
    /// Whether this desk may do something for the line now: admitted, a fresh roster, and somebody's word that it may.
    pub(crate) fn may(&self, act: Act, turn: &Turn<'_>) -> Result<(), Refusal> {
        self.may_act(turn)?;
        let permitted = self
            .roster
            .permits(&self.device(), act, self.today(turn.now));
        permitted.then_some(()).ok_or(Refusal::NoPermission(act))
    }

    /// The day by which permissions are judged: a clock that the line contradicts neither lengthens nor shortens one.
    fn today(&self, now: Minute) -> Day {
        match self.progress.line_day {
            Some(line_day) if self.clock_off => line_day,
            _ => self.latest_day(now.day()),
        }
    }

    /// Whether this desk may decide for the team now.
    pub(crate) fn may_coordinate(&self, turn: &Turn<'_>) -> Result<(), Refusal> {
        match (self.is_admitted(), self.is_coordinator()) {
            (false, _) => return Err(Refusal::NotAdmitted),
            (true, false) => return Err(Refusal::NotCoordinator),
            (true, true) => {}
        }
        let delegation = self.roster.delegation().ok_or(Refusal::LineUnknown)?;
        if !delegation.holds_on(self.today(turn.now)) {
            return Err(Refusal::DelegationOver);
        }
        Ok(())
    }

    fn member(&self, device: &DevicePublicKey) -> Result<&Membership, Refusal> {
        let member = self.roster.members.get(device);
        member
            .map(|member| &member.is)
            .ok_or(Refusal::UnknownDevice)
    }

    pub(crate) fn admit(
        &mut self,
        device: &DevicePublicKey,
        (stage, until, profile): (Stage, Day, Profile),
        permissions: Vec<Permission>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let id = self.invitation_of(device).ok_or(Refusal::UnknownNewcomer)?;
        let invitation = self.invitations.get_mut(&id);
        let invitation = invitation.ok_or(Refusal::UnknownNewcomer)?;
        let request = invitation.request().ok_or(Refusal::UnknownNewcomer)?;
        let work_name = request.work_name().to_owned();
        if !profile.is_valid() {
            return Err(Refusal::BadProfile);
        }
        if !permissions.iter().all(Permission::is_valid) {
            return Err(Refusal::BadPermission);
        }
        let today = turn.now.day();
        if until < today || until > today.plus(AHEAD_DAYS) {
            return Err(Refusal::BadDay);
        }
        if !statements::is_plain(&work_name, statements::WORK_NAME_SIZE) {
            return Err(Refusal::BadWorkName);
        }
        invitation.admitting = true;
        self.mark(crate::records::RecordKey::Invitation(id));
        let membership = Membership {
            stage,
            until,
            work_name,
            profile,
        };
        self.decide(*device, RosterAction::Admit(membership, permissions), turn)
    }

    pub(crate) fn change_member(
        &mut self,
        device: &DevicePublicKey,
        mut to: Membership,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        to.work_name.clone_from(&self.member(device)?.work_name);
        if !to.profile.is_valid() {
            return Err(Refusal::BadProfile);
        }
        if to.until > turn.now.day().plus(AHEAD_DAYS) {
            return Err(Refusal::BadDay);
        }
        if to.stage != Stage::Coordinator && self.roster.is_last_coordinator(device) {
            return Err(Refusal::LastCoordinator);
        }
        self.decide(*device, RosterAction::Change(to), turn)
    }

    pub(crate) fn permit(
        &mut self,
        device: &DevicePublicKey,
        permission: Permission,
        given: bool,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.member(device)?;
        if !permission.is_valid() {
            return Err(Refusal::BadPermission);
        }
        let action = match given {
            true => RosterAction::Permit(permission),
            false => RosterAction::Ask(permission),
        };
        self.decide(*device, action, turn)
    }

    pub(crate) fn withdraw(
        &mut self,
        device: &DevicePublicKey,
        act: Act,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.member(device)?;
        self.decide(*device, RosterAction::Withdraw(act), turn)
    }

    /// Says once a day which of this desk's permissions end soon or have ended.
    pub(crate) fn tell_permissions(&mut self, turn: &mut Turn<'_>) {
        let today = turn.now.day();
        if self.told_permissions == Some(today) || !self.caught_up {
            return;
        }
        self.told_permissions = Some(today);
        let Some(member) = self.roster.members.get(&self.device()) else {
            return;
        };
        for held in member.permissions.values() {
            let state = permission_state(held.given, &held.permission, today);
            if matches!(state, PermissionState::EndsSoon | PermissionState::Over) {
                turn.tell(Notice::PermissionEnds(
                    held.permission.act,
                    held.permission.until,
                ));
            }
        }
    }

    pub(crate) fn show_roster(&self, today: Day, shift: Option<u32>) -> Vec<MemberView> {
        let me = self.device();
        let members = self.roster.members.iter();
        let mut shown: Vec<MemberView> = members
            .map(|(device, member)| MemberView {
                work_name: member.is.work_name.clone(),
                stage: member.is.stage,
                until: member.is.until,
                profile: member.is.profile.clone(),
                permissions: member
                    .permissions
                    .values()
                    .map(|held| PermissionView {
                        permission: held.permission.clone(),
                        state: permission_state(held.given, &held.permission, today),
                    })
                    .collect(),
                device: *device,
                me: *device == me,
                reachable: *device == me || self.is_reachable(device, today),
                checked_in: shift.is_some()
                    && self.presence.there.get(device).map(|t| t.shift) == shift,
            })
            .collect();
        shown.sort_by(|one, other| one.work_name.cmp(&other.work_name));
        shown
    }
}

fn permission_state(given: bool, permission: &Permission, today: Day) -> PermissionState {
    match given {
        false => PermissionState::Asked,
        true if today < permission.from => PermissionState::NotYet,
        true if today > permission.until => PermissionState::Over,
        true if today.plus(SOON_DAYS) > permission.until => PermissionState::EndsSoon,
        true => PermissionState::Holds,
    }
}
