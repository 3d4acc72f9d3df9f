//! What insiders try.

use anyhow::{Context, Result};
use desk::{Command, Notice, Proposed};
use protocol::{FirstPost, GrantPurpose, GrantSubject, TeamEvent};
use statements::{
    Act, CardSet, DeviceList, Profile, RemovalReason, Revocation, RosterAction, Stage,
    UnverifiedStatement,
};
use wire::Day;

use super::contact::Contact;
use super::forge::Forger;
use super::insider::{COORDINATOR, Drill, GUIDE, HOLDER, SECRETS, who};
use super::line::{permission, text};
use super::modified::Modified;
use super::station::Station;

impl Drill {
    /// Everything that the program's own commands offer, about a case that is not its.
    pub(super) fn commands(&mut self, station: usize) -> Result<()> {
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
    pub(super) fn reads(&mut self, station: usize) -> Result<()> {
        self.attempt(station, "opens all that the relay gives out", &|forger| {
            let read = Modified::of(forger.line, forger.station)?.read(forger.line)?;
            let found = SECRETS.iter().find(|secret| Station::holds(&read, secret));
            Ok(found.map(|found| (*found).to_owned()))
        })
    }

    /// Events about another's case, and keys that it may not give, signed with its own key.
    pub(super) fn forges(&mut self, station: usize) -> Result<()> {
        let case = self.case;
        let subject = GrantSubject::case(&case);
        let to = self.line.device(station)?;
        let contact = protocol::ContactMark([7; 16]);
        let returned = TeamEvent::Return {
            case,
            contact,
            language: protocol::Language::Korean,
            urgency: protocol::Urgency::Hours,
            choices: protocol::Choices::default(),
            unanswered: true,
            aside: false,
            marks: Vec::new(),
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
            &write(TeamEvent::Closed {
                case,
                ending: protocol::Ending::Closed,
            }),
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
    pub(super) fn decides(&mut self, station: usize) -> Result<()> {
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
    pub(super) fn publishes(&mut self, station: usize) -> Result<()> {
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
    pub(super) fn disturbs(&mut self, station: usize) -> Result<()> {
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
    pub(super) fn open_by_design(&mut self) -> Result<()> {
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
