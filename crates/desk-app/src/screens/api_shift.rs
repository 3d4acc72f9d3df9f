//! What scripts may ask for in a shift and for a case besides answering, and what they are shown of the shift.

use desk::{Command, View};
use protocol::{Ending, Language, Readiness, Staffing, Urgency};
use serde::Deserialize;
use serde_json::{Value, json};
use wire::Minute;

use super::api_command::{Misunderstood, Understood, day, key, label, text};
use super::case::ending_code;
use super::page::urgency_code;
use super::shifts::{hex, readiness_code};
use crate::card_set::date_of;

/// A command of a script: `{"command": "hold", "case": "0badcafe"}`.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum AskedOfShift {
    CheckIn {
        #[serde(default)]
        readiness: Option<String>,
    },
    CheckOut {
        #[serde(default)]
        debriefed: bool,
    },
    Hold {
        case: String,
    },
    StepAside {
        case: String,
    },
    Raise {
        case: String,
        urgency: String,
    },
    AgreeNext {
        case: String,
        day: Option<String>,
    },
    Block {
        case: String,
        until: String,
        text: String,
    },
    Unblock {
        case: String,
    },
    Erase {
        case: String,
        from_contact: bool,
        number: u32,
    },
    Translate {
        case: String,
        from_contact: bool,
        number: u32,
        language: String,
        text: String,
    },
    CloseAs {
        case: String,
        ending: String,
    },
    PlanDuties {
        duties: Vec<AskedDuty>,
    },
    CancelDuty {
        duty: String,
    },
    Staff {
        duty: String,
        device: String,
        staffing: String,
    },
    CallList {
        ready: bool,
    },
    CallUp {},
    Surge {
        on: bool,
    },
    NoteProbe {
        text: String,
    },
    JudgeProbe {
        note: String,
        stands: bool,
    },
}

/// Minutes since 1970-01-01 UTC.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskedDuty {
    from: u32,
    until: u32,
    language: String,
    minimum: u8,
}

const WORDS: [&str; 19] = [
    "check-in",
    "check-out",
    "hold",
    "step-aside",
    "raise",
    "agree-next",
    "block",
    "unblock",
    "erase",
    "translate",
    "close-as",
    "plan-duties",
    "cancel-duty",
    "staff",
    "call-list",
    "call-up",
    "surge",
    "note-probe",
    "judge-probe",
];

fn language(tag: &str) -> Understood<Language> {
    Language::from_tag(tag).ok_or(Misunderstood("language: en, ko, ru or uk"))
}

fn urgency(word: &str) -> Understood<Urgency> {
    let mut all = Urgency::ALL.iter().copied();
    let found = all.find(|urgency| urgency_code(*urgency) == word);
    found.ok_or(Misunderstood("urgency: minutes, hours, days or no-hurry"))
}

fn readiness(word: &str) -> Understood<Readiness> {
    let mut all = Readiness::ALL.iter().copied();
    let found = all.find(|readiness| readiness_code(*readiness) == word);
    found.ok_or(Misunderstood("readiness: here, not-yet or break"))
}

fn ending(word: &str) -> Understood<Ending> {
    let mut all = Ending::ALL.iter().copied();
    let found = all.find(|ending| ending_code(*ending) == word && *ending != Ending::Void);
    let words = "ending: closed, silent, joke, abusive, wrong-line or probe";
    found.ok_or(Misunderstood(words))
}

fn staffing(word: &str) -> Understood<Staffing> {
    match word {
        "on" => Ok(Staffing::On),
        "off" => Ok(Staffing::Off),
        "offered" => Ok(Staffing::Offered),
        _ => Err(Misunderstood("staffing: on, off or offered")),
    }
}

fn name<const N: usize>(digits: &str, what: &'static str) -> Understood<[u8; N]> {
    let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes()).ok();
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(Misunderstood(what))
}

/// What the person here has said, and what can be taken.
pub(super) fn duty(view: &View) -> Value {
    json!({
        "readiness": view.readiness.map(readiness_code), "full": view.full.map(desk::Refusal::code),
        "longest_wait": view.longest_wait, "surge": view.surge, "on_call_list": view.on_call_list,
        "completed_shifts": view.completed_shifts, "collected": view.collected.0, "answers": view.collected.1,
    })
}

/// The rota from now on; minutes since 1970-01-01 UTC.
pub(super) fn rota(view: &View) -> Value {
    let duties = view.rota.iter().map(|duty| {
        let staff = duty.staff.iter().map(|one| {
            json!({"device": hex(&one.device), "work_name": one.work_name, "offered": one.offered})
        });
        json!({
            "duty": data_encoding::HEXLOWER.encode(&duty.id), "from": duty.from.0, "until": duty.until.0,
            "language": duty.language.tag(), "minimum": duty.minimum, "missing": duty.missing,
            "staff": staff.collect::<Vec<_>>(), "has_keys": duty.has_keys,
        })
    });
    duties.collect()
}

/// The shift in numbers; null for who may not see it.
pub(super) fn board(view: &View) -> Value {
    let Some(board) = &view.board else {
        return Value::Null;
    };
    let desks = board.desks.iter().map(|desk| {
        json!({
            "work_name": desk.work_name, "readiness": readiness_code(desk.readiness), "live": desk.live, "acute": desk.acute,
            "open": desk.open, "unread": desk.unread, "over": desk.over, "silent": desk.silent,
        })
    });
    let endings = board.endings.iter();
    let endings = endings.map(|(ending, count)| json!([ending_code(*ending), count]));
    let feedback = board.feedback.iter();
    let feedback = feedback.map(|(helped, count)| json!([helped.code(), count]));
    json!({
        "waiting": board.waiting, "acute": board.acute, "without_guide": board.without_guide,
        "longest_wait": board.longest_wait, "parked": board.parked, "ending": board.ending, "silent": board.silent,
        "to_call": board.to_call, "desks": desks.collect::<Vec<_>>(), "endings": endings.collect::<Vec<_>>(),
        "feedback": feedback.collect::<Vec<_>>(),
    })
}

/// Notes on probes.
pub(super) fn probes(view: &View) -> Value {
    let notes = view.probes.iter().map(|note| {
        json!({
            "note": data_encoding::HEXLOWER.encode(&note.note), "text": note.text.as_str(), "by": note.by,
            "stands": note.stands, "may_judge": note.may_judge, "until": date_of(note.until),
        })
    });
    notes.collect()
}

impl AskedOfShift {
    /// Whether a command of this name is one of these.
    pub(super) fn is_one(name: &str) -> bool {
        WORDS.contains(&name)
    }

    /// One match, so that no command is forgotten.
    pub(super) fn understand(self) -> Understood<Command> {
        use AskedOfShift as Asked;
        Ok(match self {
            Asked::CheckIn { readiness: word } => {
                Command::CheckIn(word.map_or(Ok(Readiness::Here), |word| readiness(&word))?)
            }
            Asked::CheckOut { debriefed } => Command::CheckOut { debriefed },
            Asked::Hold { case } => Command::Hold(label(&case)?),
            Asked::StepAside { case } => Command::StepAside(label(&case)?),
            Asked::Raise {
                case,
                urgency: word,
            } => Command::Raise {
                case: label(&case)?,
                urgency: urgency(&word)?,
            },
            Asked::AgreeNext { case, day: date } => Command::AgreeNext {
                case: label(&case)?,
                day: date.map(|date| day(&date)).transpose()?,
            },
            Asked::Block {
                case,
                until,
                text: typed,
            } => Command::Block {
                case: label(&case)?,
                until: day(&until)?,
                text: text(&typed)?,
            },
            Asked::Unblock { case } => Command::Unblock(label(&case)?),
            Asked::Erase {
                case,
                from_contact,
                number,
            } => Command::Erase {
                case: label(&case)?,
                from_contact,
                number,
            },
            Asked::Translate {
                case,
                from_contact,
                number,
                language: tag,
                text: typed,
            } => Command::Translate {
                case: label(&case)?,
                from_contact,
                number,
                language: language(&tag)?,
                text: text(&typed)?,
            },
            Asked::CloseAs { case, ending: word } => Command::CloseAs {
                case: label(&case)?,
                ending: ending(&word)?,
            },
            of_the_rota => of_the_rota.understand_rota()?,
        })
    }

    fn understand_rota(self) -> Understood<Command> {
        use AskedOfShift as Asked;
        let duty_name = "duty: 16 hexadecimal digits";
        Ok(match self {
            Asked::PlanDuties { duties } => {
                let windows = duties.iter().map(|duty| {
                    let language = language(&duty.language)?;
                    Ok((
                        Minute(duty.from),
                        Minute(duty.until),
                        language,
                        duty.minimum,
                    ))
                });
                Command::PlanDuties(windows.collect::<Understood<_>>()?)
            }
            Asked::CancelDuty { duty } => Command::CancelDuty(name(&duty, duty_name)?),
            Asked::Staff {
                duty,
                device,
                staffing: word,
            } => Command::Staff {
                duty: name(&duty, duty_name)?,
                device: key(&device)?,
                staffing: staffing(&word)?,
            },
            Asked::CallList { ready } => Command::BeOnCallList(ready),
            Asked::CallUp {} => Command::CallUp,
            Asked::Surge { on } => Command::SetSurge(on),
            Asked::NoteProbe { text: typed } => Command::NoteProbe(text(&typed)?),
            Asked::JudgeProbe { note, stands } => Command::JudgeProbe {
                note: name(&note, "note: 32 hexadecimal digits")?,
                stands,
            },
            _ => return Err(Misunderstood("command: one of the shift")),
        })
    }
}
