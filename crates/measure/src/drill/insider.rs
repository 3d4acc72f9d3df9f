//! `cargo xtask drill insider`: guides, a senior, a trainee and a coordinator whose programs were changed try what they may not; what each
//! got, and who was alarmed.

use anyhow::{Context, Result};
use desk::{Alarm, CaseLabel, Command};
use protocol::CaseId;
use serde::Serialize;
use statements::Stage;

use super::contact::Contact;
use super::forge::Forger;
use super::line::{DrillLine, text};

/// Who sits at which desk.
const TEAM: [(&str, Stage); 5] = [
    ("coordinator", Stage::Coordinator),
    ("senior", Stage::Senior),
    ("guide", Stage::Guide),
    ("holder", Stage::Guide),
    ("trainee", Stage::Trainee),
];
pub(super) const COORDINATOR: usize = 1;
const SENIOR: usize = 2;
pub(super) const GUIDE: usize = 3;
/// The guide whose case the others are after.
pub(super) const HOLDER: usize = 4;
const TRAINEE: usize = 5;
/// The insiders.
const INSIDERS: [usize; 4] = [GUIDE, TRAINEE, SENIOR, COORDINATOR];
/// Two who watch.
const WATCHING: [usize; 2] = [0, SENIOR];

/// What the holder's contact says and is told; whoever else has it got something.
pub(super) const SECRETS: [&str; 2] = ["canary of the holder's contact", "canary of the holder"];

/// One attempt.
#[derive(Serialize)]
struct Attempt {
    who: &'static str,
    what: &'static str,
    /// What it got; nothing is what it is to get.
    got: Option<String>,
    /// What two persons were alarmed of.
    alarm: Option<&'static str>,
    /// How often the desks read what is new until both were; a desk that hears of news at once needs as many turns.
    turns: Option<usize>,
    /// Whether the protocol lets it through, and says so.
    by_design: bool,
}

/// All attempts.
#[derive(Serialize)]
pub(crate) struct Report {
    attempts: Vec<Attempt>,
    /// Attempts that got what they are not to get.
    got: usize,
    /// Whether the holder and the contact went on undisturbed.
    line_goes_on: bool,
}

impl Report {
    /// Whether nobody got anything, and the line goes on.
    pub(crate) fn is_good(&self) -> bool {
        self.got == 0 && self.line_goes_on
    }

    pub(crate) fn print(&self) {
        for attempt in &self.attempts {
            let got = match (&attempt.got, attempt.by_design) {
                (None, _) => "nothing".to_owned(),
                (Some(got), true) => format!("by design: {got}"),
                (Some(got), false) => format!("GOT {got}"),
            };
            let alarm = match (attempt.alarm, attempt.turns) {
                (Some(alarm), Some(turns)) => format!("alarm {alarm} after {turns} turns"),
                _ => "no alarm".to_owned(),
            };
            println!("{:12} {:58} {got}; {alarm}", attempt.who, attempt.what);
        }
        println!(
            "{} attempts, {} got something they may not",
            self.attempts.len(),
            self.got
        );
        println!("the line goes on: {}", self.line_goes_on);
    }
}

/// What an attempt does. It returns what it got itself, if that can be told at once.
pub(super) type Deed<'a> = &'a dyn Fn(&mut Forger<'_>) -> Result<Option<String>>;

pub(super) struct Drill {
    pub(super) line: DrillLine,
    contact: Contact,
    pub(super) case: CaseId,
    attempts: Vec<Attempt>,
    /// How the line looks while nobody got anything.
    before: String,
}

pub(super) fn who(station: usize) -> &'static str {
    let member = station.checked_sub(1).and_then(|place| TEAM.get(place));
    member.map_or("founder", |(name, _)| name)
}

impl Drill {
    fn set_up() -> Result<Drill> {
        let mut line = DrillLine::found(2)?;
        let team = TEAM.map(|(name, stage)| (name.to_owned(), stage));
        line.admit(&team)?;
        line.delegate(2, &[0, COORDINATOR])?;
        line.plan()?;
        let mut contact = Contact::new(&mut line);
        contact.write(&line, "first words")?;
        line.settle()?;
        let case = contact.case.context("it was written")?;
        let mut drill = Drill {
            line,
            contact,
            case,
            attempts: Vec::new(),
            before: String::new(),
        };
        drill.line.command(HOLDER, Command::Take(drill.label()))?;
        drill.line.settle()?;
        drill.converse(0)?;
        drill.before = drill.appearance()?;
        Ok(drill)
    }

    pub(super) fn label(&self) -> CaseLabel {
        CaseLabel::of(&self.case)
    }

    /// The holder answers, and the contact reads it and writes on. Returns whether both got what the other said.
    fn converse(&mut self, number: usize) -> Result<bool> {
        let [written, answered] = SECRETS.map(|secret| format!("{secret} {number}"));
        let answer = Command::Answer {
            case: self.label(),
            text: text(&answered),
        };
        self.line.command(HOLDER, answer)?;
        self.line.settle()?;
        self.contact.visit(&mut self.line)?;
        self.contact.write(&self.line, &written)?;
        self.line.settle()?;
        let holder = self.line.stations.get(HOLDER).context("no such desk")?;
        let case = holder.desk.case(self.label());
        let mut messages = case.into_iter().flat_map(|case| case.messages);
        let arrived = messages.any(|message| message.text.as_str() == written);
        Ok(arrived && self.contact.has_read(&answered) == 1)
    }

    /// Everything that an insider could want to change, as the others see it.
    fn appearance(&self) -> Result<String> {
        let holder = self.line.stations.get(HOLDER).context("no such desk")?;
        let view = holder.desk.view(self.line.now);
        let cases: Vec<String> = view.cases.iter().map(|row| row.label.to_string()).collect();
        let waiting = view.waiting.iter().filter(|row| row.returned).count();
        let mut members: Vec<String> = view
            .roster
            .iter()
            .map(|member| {
                let held = member.permissions.len();
                format!("{} {:?} {held}", member.work_name, member.stage)
            })
            .collect();
        members.sort();
        let destroyed = holder
            .desk
            .case(self.label())
            .map(|case| case.destroy_after);
        let shifts = self.line.line()?.shifts().len();
        let cards = view.cards;
        Ok(format!(
            "{cases:?} {waiting} {members:?} {destroyed:?} {shifts} {cards:?} {}",
            view.forked_roster || view.shut_out
        ))
    }

    /// The alarms about a device that one of the two who watch sees and nobody has seen.
    fn alarms(&self, station: usize, about: usize) -> Result<Vec<(u64, Alarm)>> {
        let device = self.line.device(about)?;
        let station = self.line.stations.get(station).context("no such desk")?;
        let alarms = station.desk.view(self.line.now).alarms.into_iter();
        let open = alarms.filter(|alarm| !alarm.acknowledged && alarm.device == device);
        Ok(open.map(|alarm| (alarm.number, alarm.alarm)).collect())
    }

    fn acknowledge(&mut self, about: usize) -> Result<()> {
        for station in [0, COORDINATOR, SENIOR] {
            for (number, _) in self.alarms(station, about)? {
                let seen = Command::AcknowledgeAlarm(number);
                self.line.command(station, seen)?;
            }
        }
        Ok(())
    }

    pub(super) fn attempt(
        &mut self,
        station: usize,
        what: &'static str,
        deed: Deed<'_>,
    ) -> Result<()> {
        self.acknowledge(station)?;
        let line = &mut self.line;
        let mut got = deed(&mut Forger { line, station })?;
        // The two who watch, or their deputy if one of them is the insider.
        let watching = WATCHING.map(|one| match one == station {
            true => COORDINATOR,
            false => one,
        });
        let mut turns = None;
        for turn in 1..40 {
            let any = self.line.round()?;
            let [first, second] = watching.map(|one| self.alarms(one, station));
            if turns.is_none() && !first?.is_empty() && !second?.is_empty() {
                turns = Some(turn);
            }
            if !any {
                break;
            }
        }
        let alarms = self.alarms(watching[0], station)?;
        let after = self.appearance()?;
        if after != self.before {
            got.get_or_insert(format!("a change: {} became {after}", self.before));
            self.before = after;
        }
        self.attempts.push(Attempt {
            who: who(station),
            what,
            got,
            alarm: turns.and_then(|_| alarms.first().map(|(_, alarm)| alarm.word())),
            turns,
            by_design: false,
        });
        Ok(())
    }

    /// Marks the last attempt as one that the protocol lets through.
    pub(super) fn by_design(&mut self) {
        if let Some(last) = self.attempts.last_mut() {
            last.by_design = last.got.is_some();
        }
    }
}

/// The drill.
///
/// # Errors
/// When the line can't be brought up at all; what somebody got is in the report.
pub(crate) fn run() -> Result<Report> {
    let mut drill = Drill::set_up()?;
    for station in INSIDERS {
        eprintln!("the {} tries", who(station));
        drill.reads(station)?;
        drill.commands(station)?;
        drill.forges(station)?;
        drill.decides(station)?;
        drill.publishes(station)?;
        drill.disturbs(station)?;
    }
    let mut line_goes_on = drill.converse(1)?;
    for station in INSIDERS {
        drill.reads(station)?;
    }
    line_goes_on &= drill.converse(2)?;
    drill.before = drill.appearance()?;
    drill.open_by_design()?;
    let got = drill
        .attempts
        .iter()
        .filter(|attempt| attempt.got.is_some() && !attempt.by_design)
        .count();
    Ok(Report {
        attempts: drill.attempts,
        got,
        line_goes_on,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_insider_gets_nothing_and_is_noticed() {
        let report = super::run().unwrap();
        for attempt in &report.attempts {
            let json = serde_json::to_string(attempt).unwrap();
            assert!(attempt.got.is_none() || attempt.by_design, "{json}");
            let forged = [
                "grants",
                "gives out",
                "replaces",
                "makes",
                "permits",
                "asks",
            ];
            let is_forged = forged.iter().any(|what| attempt.what.starts_with(what));
            assert!(!is_forged || attempt.alarm == Some("forged"), "{json}");
        }
        assert!(report.is_good());
    }
}
