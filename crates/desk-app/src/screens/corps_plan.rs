//! What an import would do, line by line, before anything is done.

use std::collections::{BTreeMap, BTreeSet};

use desk::{Command, MemberView, Proposed, View};
use sha2::{Digest, Sha256};
use statements::{Membership, Profile, RosterAction, Stage, WORK_NAME_SIZE, is_plain};
use wire::Day;

use super::corps_file::{FileLine, cell_items};
use super::forms;
use crate::card_set::{date_of, day_of};

/// How far ahead a last day may lie; the desk refuses what is further away.
const AHEAD_DAYS: u32 = 3 * 366;

/// What is wrong with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrong {
    /// The work name is empty, too long, or has characters that can mislead.
    Name,
    /// The same work name stands in two lines.
    Twice,
    /// There is no such stage.
    Stage,
    /// The day is none, is over, or is too far away.
    Until,
    /// A text of the profile is too long, or there are too many.
    Profile,
    /// The years are no number, or too many.
    Years,
    /// A group to which the person says not to belong has another name.
    Outside,
    /// It has more cells than the head.
    TooLong,
    /// It would leave the line without a coordinator.
    LastCoordinator,
}

impl Wrong {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Wrong; 9] = [
        Wrong::Name,
        Wrong::Twice,
        Wrong::Stage,
        Wrong::Until,
        Wrong::Profile,
        Wrong::Years,
        Wrong::Outside,
        Wrong::TooLong,
        Wrong::LastCoordinator,
    ];

    /// The string that says it.
    pub(super) fn id(self) -> &'static str {
        match self {
            Wrong::Name => "line-wrong-name",
            Wrong::Twice => "line-wrong-twice",
            Wrong::Stage => "line-wrong-stage",
            Wrong::Until => "line-wrong-until",
            Wrong::Profile => "line-wrong-profile",
            Wrong::Years => "line-wrong-years",
            Wrong::Outside => "line-wrong-outside",
            Wrong::TooLong => "line-wrong-too-long",
            Wrong::LastCoordinator => "line-wrong-last-coordinator",
        }
    }
}

/// What happens to one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// This member's devices are proposed to be described so.
    Change(Vec<MemberView>, Membership),
    /// An invitation is made.
    Invite,
    /// Nothing differs.
    Same,
    /// The same is proposed already.
    Proposed,
    /// Somebody of that name is invited already.
    Invited,
    /// It can't be done.
    Wrong(Vec<Wrong>),
}

/// One line of a file, and what happens to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Planned {
    pub(super) number: usize,
    pub(super) work_name: String,
    pub(super) step: Step,
}

/// What happens to a whole file.
pub(super) struct Plan(pub(super) Vec<Planned>);

/// A member as a line describes him, on top of what is known.
fn membership(
    line: &FileLine,
    now: Option<&MemberView>,
    today: Day,
) -> Result<Membership, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let work_name = line.cell("work_name").unwrap_or_default().to_owned();
    if work_name.is_empty() || !is_plain(&work_name, WORK_NAME_SIZE) {
        wrong.push(Wrong::Name);
    }
    if line.is_too_long {
        wrong.push(Wrong::TooLong);
    }
    let mut stage = now.map_or(Stage::Trainee, |member| member.stage);
    if let Some(word) = line.cell("stage").filter(|word| !word.is_empty()) {
        match Stage::from_word(&word.to_lowercase()) {
            Some(found) => stage = found,
            None => wrong.push(Wrong::Stage),
        }
    }
    let mut until = now.map_or(today.plus(forms::USUAL_DAYS), |member| member.until);
    if let Some(date) = line.cell("until").filter(|date| !date.is_empty()) {
        let may = |day: &Day| today <= *day && *day <= today.plus(AHEAD_DAYS);
        match day_of(date).filter(may) {
            // A day that stays is nobody's mistake, even if it is over.
            _ if now.is_some_and(|member| date_of(member.until) == date) => {}
            Some(day) => until = day,
            None => wrong.push(Wrong::Until),
        }
    }
    let profile = profile(line, now, &mut wrong);
    match wrong.is_empty() {
        true => Ok(Membership {
            stage,
            until,
            work_name,
            profile,
        }),
        false => Err(wrong),
    }
}

fn profile(line: &FileLine, now: Option<&MemberView>, wrong: &mut Vec<Wrong>) -> Profile {
    let mut profile = now.map(|member| member.profile.clone()).unwrap_or_default();
    for (column, items) in [
        ("languages", &mut profile.languages),
        ("dialects", &mut profile.dialects),
        ("topics", &mut profile.topics),
    ] {
        if let Some(cell) = line.cell(column) {
            *items = cell_items(cell);
        }
    }
    if let Some(branch) = line.cell("branch") {
        branch.clone_into(&mut profile.branch);
    }
    match line.cell("years").map(forms::years) {
        Some(Some(years)) => profile.years = years,
        Some(None) => wrong.push(Wrong::Years),
        None => {}
    }
    if let Some(cell) = line.cell("outside") {
        let groups: Option<Vec<u8>> = cell_items(cell)
            .iter()
            .map(|word| forms::group(word))
            .collect();
        match groups {
            Some(groups) => profile.outside = groups.iter().fold(0, |all, group| all | group),
            None => wrong.push(Wrong::Outside),
        }
    }
    if !profile.is_valid() {
        wrong.push(Wrong::Profile);
    }
    profile
}

impl Plan {
    /// What these lines would do to the corps that is shown.
    pub(super) fn of(lines: &[FileLine], view: &View, today: Day) -> Plan {
        let mut names = BTreeMap::new();
        for line in lines {
            let count: &mut usize = names.entry(line.cell("work_name")).or_default();
            *count += 1;
        }
        let planned = lines.iter().map(|line| {
            let is_twice = names
                .get(&line.cell("work_name"))
                .is_some_and(|count| *count > 1);
            Planned {
                number: line.number,
                work_name: line.cell("work_name").unwrap_or_default().to_owned(),
                step: step(line, is_twice, view, today),
            }
        });
        let mut plan = Plan(planned.collect());
        plan.keep_a_coordinator(view);
        plan
    }

    /// A file that takes the last coordinator's stage is wrong in each line that does.
    fn keep_a_coordinator(&mut self, view: &View) {
        let coordinators = view.roster.iter().filter(|m| m.stage == Stage::Coordinator);
        let now: BTreeSet<&str> = coordinators
            .map(|member| member.work_name.as_str())
            .collect();
        let mut left: BTreeSet<&str> = now.clone();
        let mut lost = Vec::new();
        for (at, planned) in self.0.iter().enumerate() {
            if let Step::Change(_, to) = &planned.step
                && to.stage != Stage::Coordinator
                && left.remove(planned.work_name.as_str())
            {
                lost.push(at);
            }
        }
        if now.is_empty() || !left.is_empty() {
            return;
        }
        for (at, planned) in self.0.iter_mut().enumerate() {
            if lost.contains(&at) {
                planned.step = Step::Wrong(vec![Wrong::LastCoordinator]);
            }
        }
    }

    /// Whether nothing is wrong.
    pub(super) fn is_whole(&self) -> bool {
        let mut steps = self.0.iter();
        !steps.any(|planned| matches!(planned.step, Step::Wrong(_)))
    }

    /// Whether anything would be done.
    pub(super) fn does_something(&self) -> bool {
        let mut steps = self.0.iter();
        steps.any(|planned| matches!(planned.step, Step::Change(..) | Step::Invite))
    }

    /// What tells this plan from every other: a person who has seen one agrees to no other.
    pub(super) fn fingerprint(&self) -> String {
        let said = self.0.iter().map(|planned| {
            let did = match &planned.step {
                Step::Change(devices, to) => {
                    let devices: Vec<_> = devices.iter().map(|member| member.device).collect();
                    format!("{devices:?} {to:?}")
                }
                other => format!("{other:?}"),
            };
            format!("{} {:?} {did}\n", planned.number, planned.work_name)
        });
        let hash: [u8; 32] = Sha256::digest(said.collect::<String>().as_bytes()).into();
        data_encoding::HEXLOWER.encode(&hash)
    }
}

impl Step {
    /// The changes that this step asks the desk for; an invitation is made in another way.
    pub(super) fn commands(&self) -> Vec<Command> {
        let Step::Change(members, to) = self else {
            return Vec::new();
        };
        let change = |member: &MemberView| Command::ChangeMember {
            device: member.device,
            membership: to.clone(),
        };
        members.iter().map(change).collect()
    }
}

fn differs(member: &MemberView, to: &Membership) -> bool {
    member.stage != to.stage || member.until != to.until || member.profile != to.profile
}

fn is_proposed(view: &View, member: &MemberView, to: &Membership) -> bool {
    view.proposals.iter().any(|open| match &open.what {
        Proposed::Roster(entry) => {
            entry.device == member.device && entry.action == RosterAction::Change(to.clone())
        }
        _ => false,
    })
}

fn step(line: &FileLine, is_twice: bool, view: &View, today: Day) -> Step {
    let name = line.cell("work_name").unwrap_or_default();
    let members: Vec<&MemberView> = view
        .roster
        .iter()
        .filter(|member| member.work_name == name)
        .collect();
    let mut to = match membership(line, members.first().copied(), today) {
        Ok(to) => to,
        Err(mut wrong) => {
            wrong.extend(is_twice.then_some(Wrong::Twice));
            return Step::Wrong(wrong);
        }
    };
    if is_twice {
        return Step::Wrong(vec![Wrong::Twice]);
    }
    if members.is_empty() {
        let invited = view.invited.iter().any(|invited| *invited == name);
        let joins = |newcomer: &desk::JoiningView| {
            newcomer.work_name == name || newcomer.invited_as == name
        };
        return match invited || view.joining.iter().any(joins) {
            true => Step::Invited,
            false => Step::Invite,
        };
    }
    name.clone_into(&mut to.work_name);
    let other: Vec<&MemberView> = members
        .into_iter()
        .filter(|member| differs(member, &to))
        .collect();
    let open: Vec<MemberView> = other
        .iter()
        .filter(|member| !is_proposed(view, member, &to))
        .map(|member| (*member).clone())
        .collect();
    match (other.is_empty(), open.is_empty()) {
        (true, _) => Step::Same,
        (false, true) => Step::Proposed,
        (false, false) => Step::Change(open, to),
    }
}
