//! `cargo xtask drill insider`: guides, a senior, a trainee and a coordinator whose programs were changed try what they may not; what each
//! got, and who was alarmed.

use anyhow::{Context, Result};
use desk::{Alarm, CaseLabel, Command, Notice, Proposed};
use protocol::{CaseId, FirstPost, GrantPurpose, GrantSubject, TeamEvent, Text};
use serde::Serialize;
use statements::{
    Act, CardSet, DeviceList, Profile, RemovalReason, Revocation, RosterAction, Stage,
    UnverifiedStatement,
};
use wire::Day;

use super::contact::Contact;
use super::forge::Forger;
use super::line::{DrillLine, permission};
use super::modified::Modified;
use super::station::Station;

/// Who sits at which desk.
const TEAM: [(&str, Stage); 5] = [
    ("coordinator", Stage::Coordinator),
    ("senior", Stage::Senior),
    ("guide", Stage::Guide),
    ("holder", Stage::Guide),
    ("trainee", Stage::Trainee),
];
const COORDINATOR: usize = 1;
const SENIOR: usize = 2;
const GUIDE: usize = 3;
/// The guide whose case the others are after.
const HOLDER: usize = 4;
const TRAINEE: usize = 5;
/// The insiders.
const INSIDERS: [usize; 4] = [GUIDE, TRAINEE, SENIOR, COORDINATOR];
/// Two who watch.
const WATCHING: [usize; 2] = [0, SENIOR];

/// What the holder's contact says and is told; whoever else has it got something.
const SECRETS: [&str; 2] = ["canary of the holder's contact", "canary of the holder"];

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
type Deed<'a> = &'a dyn Fn(&mut Forger<'_>) -> Result<Option<String>>;

struct Drill {
    line: DrillLine,
    contact: Contact,
    case: CaseId,
    attempts: Vec<Attempt>,
    /// How the line looks while nobody got anything.
    before: String,
}

fn text(words: &str) -> Text {
    Text::new(words).unwrap_or_else(|_| Text::empty())
}

fn who(station: usize) -> &'static str {
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

    fn label(&self) -> CaseLabel {
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

    fn attempt(&mut self, station: usize, what: &'static str, deed: Deed<'_>) -> Result<()> {
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
    fn by_design(&mut self) {
        if let Some(last) = self.attempts.last_mut() {
            last.by_design = last.got.is_some();
        }
    }

    /// Everything that the program's own commands offer, about a case that is not its.
    fn commands(&mut self, station: usize) -> Result<()> {
        let case = self.label();
        let me = self.line.device(station)?;
        self.attempt(station, "opens another's case by its label", &|forger| {
            let desk = forger.line.stations.get(forger.station);
            let case = desk.and_then(|station| station.desk.case(case));
            Ok(case.map(|_| "its view".to_owned()))
        })?;
        self.attempt(
            station,
            "answers, notes, closes, moves another's case",
            &|forger| {
                let until = forger.line.now.day().plus(90);
                let commands = [
                    Command::Answer {
                        case,
                        text: text("forged"),
                    },
                    Command::AddNote {
                        case,
                        text: text("forged"),
                    },
                    Command::SaveDraft {
                        case,
                        text: text("forged"),
                    },
                    Command::Whisper {
                        case,
                        text: text("forged"),
                    },
                    Command::Transfer {
                        case,
                        to: me,
                        note: text("mine"),
                    },
                    Command::Return(case),
                    Command::Destroy(case),
                    Command::Take(case),
                    Command::ExtendCase {
                        case,
                        until,
                        reason: protocol::ExtensionReason::ContactAsked,
                    },
                ];
                let count = commands.len();
                let station = forger.station;
                let told = |forger: &Forger<'_>| {
                    let told = forger
                        .line
                        .stations
                        .get(station)
                        .map(|station| &station.told);
                    let told = told.into_iter().flatten();
                    told.filter(|told| matches!(told, Notice::CommandRefused(_)))
                        .count()
                };
                let before = told(forger);
                for command in commands {
                    forger.line.command(station, command)?;
                }
                let refused = told(forger) - before;
                Ok((refused != count).then(|| format!("{} of {count} through", count - refused)))
            },
        )
    }

    /// What it opens of all that the relay gives out, with all that it ever had.
    fn reads(&mut self, station: usize) -> Result<()> {
        self.attempt(station, "opens all that the relay gives out", &|forger| {
            let read = Modified::of(forger.line, forger.station)?.read(forger.line)?;
            let found = SECRETS.iter().find(|secret| Station::holds(&read, secret));
            Ok(found.map(|found| (*found).to_owned()))
        })
    }

    /// Events about another's case, and keys that it may not give, signed with its own key.
    fn forges(&mut self, station: usize) -> Result<()> {
        let case = self.case;
        let subject = GrantSubject::case(&case);
        let to = self.line.device(station)?;
        let contact = protocol::ContactMark([7; 16]);
        let returned = TeamEvent::Return {
            case,
            contact,
            language: protocol::Language::Korean,
            urgency: protocol::Urgency::Hours,
        };
        let write =
            |event: TeamEvent| move |forger: &mut Forger<'_>| forger.write(&event).map(|()| None);
        self.attempt(
            station,
            "writes that the case was transferred to it",
            &write(TeamEvent::Transfer { case, to }),
        )?;
        self.attempt(
            station,
            "writes that the case is back in the queue",
            &write(returned),
        )?;
        self.attempt(
            station,
            "writes that the case is closed",
            &write(TeamEvent::Closed { case }),
        )?;
        self.attempt(
            station,
            "writes that it took the case",
            &write(TeamEvent::Take { case, contact }),
        )?;
        self.attempt(
            station,
            "replaces what the log has of the case",
            &|forger| {
                let state = forger.state(case)?;
                forger.write(&state)?;
                let entry = forger.entry(case)?;
                forger.write(&entry).map(|()| None)
            },
        )?;
        self.attempt(station, "asks to keep the case longer", &|forger| {
            let extension = forger.extension(case);
            forger.write(&extension).map(|()| None)
        })?;
        self.attempt(station, "whispers in the case", &|forger| {
            let whisper = forger.whisper(case)?;
            forger.write(&whisper).map(|()| None)
        })?;
        for (what, purpose) in [
            ("grants itself the case", GrantPurpose::Case),
            ("grants itself a share", GrantPurpose::Share),
            ("grants itself to read along", GrantPurpose::Supervision),
        ] {
            self.attempt(station, what, &|forger| {
                let grant = forger.grant(purpose, subject, &[7; 33])?;
                forger.write(&grant).map(|()| None)
            })?;
        }
        if station == COORDINATOR {
            return Ok(());
        }
        self.attempt(station, "gives out a team key of its own", &|forger| {
            let grant = forger.grant(GrantPurpose::Team, GrantSubject::shift(0), &[7; 32])?;
            forger.write(&grant).map(|()| None)
        })?;
        self.attempt(station, "gives out a shift's keys of its own", &|forger| {
            let grant = forger.grant(GrantPurpose::Shift, GrantSubject::shift(99), &[7; 64])?;
            forger.write(&grant).map(|()| None)
        })?;
        self.attempt(
            station,
            "gives out a key of the trail of its own",
            &|forger| {
                let key = forger.trail_key();
                forger.write(&key).map(|()| None)
            },
        )
    }

    /// Decisions that need two persons, or a coordinator.
    fn decides(&mut self, station: usize) -> Result<()> {
        let permission = permission(Act::Publish, &self.line);
        let permit = RosterAction::Permit(permission.clone());
        self.attempt(
            station,
            "permits itself to publish, signed twice by itself",
            &|forger| {
                let decision = forger.decision(forger.station, permit.clone())?;
                forger.write(&decision).map(|()| None)
            },
        )?;
        let remove = RosterAction::Remove(RemovalReason::Lost);
        if station != COORDINATOR {
            self.attempt(station, "shuts the holder out", &|forger| {
                let decision = forger.decision(HOLDER, remove.clone())?;
                forger.write(&decision).map(|()| None)
            })?;
            self.attempt(station, "says that the roster is another", &|forger| {
                let another = forger.another_roster()?;
                forger.write(&another).map(|()| None)
            })?;
        }
        let change = RosterAction::Change(statements::Membership {
            stage: Stage::Coordinator,
            until: Day(40_000),
            work_name: who(station).to_owned(),
            profile: Profile::default(),
        });
        self.attempt(station, "makes itself a coordinator", &|forger| {
            let decision = forger.decision(forger.station, change.clone())?;
            forger.write(&decision).map(|()| None)
        })
    }

    /// Statements for the relay.
    fn publishes(&mut self, station: usize) -> Result<()> {
        let publish = |forger: &mut Forger<'_>, statement: UnverifiedStatement| {
            let bytes = statement.to_bytes();
            let published = forger.line.relay.statement(&bytes, forger.line.now);
            let accepted = forger.line.runtime.block_on(published).is_ok();
            Ok(accepted.then(|| "the relay took it".to_owned()))
        };
        self.attempt(
            station,
            "publishes cards with its signature alone",
            &|forger| {
                let desk = forger
                    .line
                    .stations
                    .get(forger.station)
                    .context("no such desk")?;
                let day = forger.line.now.day();
                let draft = CardSet::draft(forger.line.id, 99, day, r#"{"cards":[]}"#);
                let signed = draft.sign_by_device(desk.desk.device_key()).done();
                publish(forger, signed)
            },
        )?;
        if station == COORDINATOR {
            return Ok(());
        }
        self.attempt(station, "publishes a list of devices", &|forger| {
            let desk = forger
                .line
                .stations
                .get(forger.station)
                .context("no such desk")?;
            let draft = DeviceList::draft(forger.line.id, 99, &[desk.desk.device()]);
            let signed = draft.sign_by_device(desk.desk.device_key()).done();
            publish(forger, signed)
        })?;
        self.attempt(station, "revokes a coordinator", &|forger| {
            let device = forger.line.device(0)?;
            let desk = forger
                .line
                .stations
                .get(forger.station)
                .context("no such desk")?;
            let draft = Revocation { serial: 2, device }.draft(forger.line.id);
            let signed = draft.sign_by_device(desk.desk.device_key()).done();
            publish(forger, signed)
        })
    }

    /// What disturbs the log.
    fn disturbs(&mut self, station: usize) -> Result<()> {
        self.attempt(
            station,
            "gives the log what is no entry, or far ahead",
            &|forger| {
                let taken = forger.write_garbage()?;
                Ok(taken.then(|| "an entry of another size was taken".to_owned()))
            },
        )
    }

    /// What whoever is on duty can do, and says so in the threat model.
    fn open_by_design(&mut self) -> Result<()> {
        let mut waiting = Contact::new(&mut self.line);
        waiting.write(&self.line, "canary of somebody who waits")?;
        self.line.settle()?;
        self.attempt(
            GUIDE,
            "reads who waits on its own shift without taking",
            &|forger| {
                let desk = forger
                    .line
                    .stations
                    .get(forger.station)
                    .context("no such desk")?;
                let keys = desk
                    .records
                    .iter()
                    .filter(|(key, _)| key.starts_with("shift/"));
                let seeds: Vec<[u8; 32]> = keys
                    .filter_map(|(_, record)| record.windows(32).nth(1)?.try_into().ok())
                    .collect();
                let (_, tray) = forger.line.given_out();
                let opens = tray.iter().any(|post| {
                    seeds.iter().any(|seed| {
                        let key = protocol::ShiftSecretKey::from_seed(seed);
                        FirstPost::open(&post.envelope, &forger.line.id, &key).is_ok()
                    })
                });
                Ok(opens.then(|| "first posts of its shift".to_owned()))
            },
        )?;
        self.by_design();
        let others: Result<Vec<Contact>> = (0..6)
            .map(|number| {
                let mut contact = Contact::new(&mut self.line);
                contact.write(&self.line, &format!("canary {number} waits"))?;
                Ok(contact)
            })
            .collect();
        others?;
        self.line.settle()?;
        self.attempt(GUIDE, "takes one case after the other", &|forger| {
            for _ in 0..6 {
                forger.line.command(forger.station, Command::TakeNext)?;
                forger.line.round()?;
            }
            Ok(Some("six cases, as anybody on duty can".to_owned()))
        })?;
        self.by_design();
        self.attempt(COORDINATOR, "agrees to its own proposal", &|forger| {
            let device = forger.line.device(GUIDE)?;
            let permission = permission(Act::Publish, forger.line);
            forger
                .line
                .command(COORDINATOR, Command::Permit { device, permission })?;
            forger.line.round()?;
            let desk = forger
                .line
                .stations
                .get(COORDINATOR)
                .context("no such desk")?;
            let proposals = desk.desk.view(forger.line.now).proposals;
            let own = proposals
                .iter()
                .find(|one| matches!(one.what, Proposed::Roster(_)));
            let label = own.context("it is proposed")?.label;
            forger.line.command(COORDINATOR, Command::Approve(label))?;
            Ok(None)
        })?;
        self.attempt(COORDINATOR, "says that the roster is another", &|forger| {
            let another = forger.another_roster()?;
            forger.write(&another)?;
            Ok(Some(
                "that nobody acts until it is cleared up; it is named".to_owned(),
            ))
        })?;
        self.by_design();
        Ok(())
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
