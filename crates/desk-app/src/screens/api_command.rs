//! What scripts may ask for: every command of a person at the desk, as JSON. Days are dates such as 2026-11-23.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::{CaseLabel, Command, ProposalLabel};
use protocol::{ExtensionReason, Language, Text};
use serde::Deserialize;
use statements::{Act, DevicePublicKey, Membership, Permission, Profile, RemovalReason, Stage};
use wire::{Day, Minute};

use super::api::{refused, unlocked};
use super::api_course::AskedOfCourse;
use super::api_editing::AskedOfEditing;
use super::api_entrances::AskedOfEntrances;
use super::api_handover::AskedOfHandovers;
use super::api_outcomes::AskedOfOutcomes;
use super::api_shift::AskedOfShift;
use super::proposal_view::extension_code;
use super::{App, errors, forms, shifts};
use crate::card_set::day_of;
use crate::strings::Strings;
use crate::sync::Shown;

/// A command of a script: `{"command": "take", "case": "0badcafe"}`.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
enum Asked {
    Take {
        case: String,
    },
    TakeNext {},
    Answer {
        case: String,
        text: String,
    },
    AnswerWithCard {
        case: String,
        card: String,
        language: String,
    },
    SaveDraft {
        case: String,
        text: String,
    },
    AddNote {
        case: String,
        text: String,
    },
    MarkRead {
        case: String,
    },
    Destroy {
        case: String,
    },
    PlanShift {
        from: u32,
        until: u32,
        guides: Vec<String>,
    },
    Invite {
        work_name: String,
    },
    CheckInvitations {},
    Admit(Box<AskedAdmission>),
    RefuseJoin {
        device: String,
    },
    ChangeMember(Box<AskedChange>),
    Permit {
        device: String,
        permission: AskedPermission,
    },
    AskPermission {
        device: String,
        permission: AskedPermission,
    },
    WithdrawPermission {
        device: String,
        act: String,
    },
    Revoke {
        device: String,
        reason: String,
    },
    Approve {
        proposal: String,
    },
    Decline {
        proposal: String,
        reason: String,
    },
    PublishCards {
        cards: String,
    },
    Transfer {
        case: String,
        device: String,
        note: String,
    },
    Return {
        case: String,
    },
    InviteSupervisor {
        case: String,
        device: String,
    },
    Whisper {
        case: String,
        text: String,
    },
    SubmitDraft {
        case: String,
        text: String,
    },
    ApproveDraft {
        case: String,
        draft: u32,
    },
    RejectDraft {
        case: String,
        draft: u32,
        text: String,
    },
    ExtendCase {
        case: String,
        until: String,
        reason: String,
    },
    AcknowledgeAlarm {
        number: u64,
    },
}

/// Whom to admit, and as what. Without permissions: to answer, under the word of whoever admits, to the last day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedAdmission {
    device: String,
    stage: String,
    until: Option<String>,
    #[serde(default)]
    profile: AskedProfile,
    permissions: Option<Vec<AskedPermission>>,
}

/// What is to be said of a member; what is left out stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedChange {
    device: String,
    stage: Option<String>,
    until: Option<String>,
    profile: Option<AskedProfile>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct AskedProfile {
    languages: Vec<String>,
    dialects: Vec<String>,
    topics: Vec<String>,
    branch: String,
    years: u8,
    outside: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedPermission {
    act: String,
    authority: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    scope: String,
    from: String,
    until: String,
}

/// Which field of a command can't be understood, and what it should be.
pub(super) struct Misunderstood(pub(super) &'static str);

pub(super) type Understood<T> = Result<T, Misunderstood>;

pub(super) fn label(digits: &str) -> Understood<CaseLabel> {
    CaseLabel::from_hex(digits).ok_or(Misunderstood("case: 8 hexadecimal digits"))
}

pub(super) fn text(typed: &str) -> Understood<Text> {
    Text::new(typed).map_err(|_| Misunderstood("text: at most 1,500 bytes of UTF-8"))
}

pub(super) fn key(digits: &str) -> Understood<DevicePublicKey> {
    shifts::device(digits).ok_or(Misunderstood("device: 64 hexadecimal digits"))
}

pub(super) fn day(date: &str) -> Understood<Day> {
    day_of(date).ok_or(Misunderstood("a day: a date such as 2026-11-23"))
}

fn stage(word: &str) -> Understood<Stage> {
    let words = "stage: trainee, guide, senior, handover-officer or coordinator";
    Stage::from_word(word).ok_or(Misunderstood(words))
}

fn act(word: &str) -> Understood<Act> {
    let words = "act: answer, supervise, publish, hand-over, appear-in-public or travel";
    Act::from_word(word).ok_or(Misunderstood(words))
}

fn removal(word: &str) -> Understood<RemovalReason> {
    RemovalReason::from_word(word).ok_or(Misunderstood("reason: leaves, lost or distrusted"))
}

fn extension(word: &str) -> Understood<ExtensionReason> {
    let mut reasons = ExtensionReason::ALL.into_iter();
    reasons
        .find(|reason| extension_code(*reason) == word)
        .ok_or(Misunderstood(
            "reason: contact-asked, partner-awaited, legal-deadline or aftercare",
        ))
}

fn group(word: &str) -> Understood<u8> {
    forms::group(word).ok_or(Misunderstood("outside: army, region, men or women"))
}

fn proposal(digits: &str) -> Understood<ProposalLabel> {
    ProposalLabel::from_hex(digits).ok_or(Misunderstood("proposal: 32 hexadecimal digits"))
}

impl AskedPermission {
    fn understand(self) -> Understood<Permission> {
        Ok(Permission {
            act: act(&self.act)?,
            authority: self.authority,
            document: self.document,
            scope: self.scope,
            from: day(&self.from)?,
            until: day(&self.until)?,
        })
    }
}

impl AskedProfile {
    fn understand(self) -> Understood<Profile> {
        let groups = self.outside.iter().map(|word| group(word));
        let groups = groups.collect::<Understood<Vec<u8>>>()?;
        Ok(Profile {
            languages: self.languages,
            dialects: self.dialects,
            topics: self.topics,
            branch: self.branch,
            years: self.years,
            outside: groups.iter().fold(0, |all, group| all | group),
        })
    }
}

impl AskedAdmission {
    fn understand(self, shown: &Shown) -> Understood<Command> {
        let today = shown.now.day();
        let until = match self.until {
            Some(date) => day(&date)?,
            None => today.plus(forms::USUAL_DAYS),
        };
        let usual = || Permission {
            act: Act::Answer,
            authority: shown.view.work_name.clone(),
            document: String::new(),
            scope: String::new(),
            from: today,
            until,
        };
        let permissions = match self.permissions {
            Some(asked) => asked
                .into_iter()
                .map(AskedPermission::understand)
                .collect::<Result<_, _>>()?,
            None => vec![usual()],
        };
        Ok(Command::Admit {
            device: key(&self.device)?,
            stage: stage(&self.stage)?,
            until,
            profile: self.profile.understand()?,
            permissions,
        })
    }
}

impl AskedChange {
    fn understand(self, shown: &Shown) -> Understood<Command> {
        let device = key(&self.device)?;
        let mut roster = shown.view.roster.iter();
        let member = roster
            .find(|member| member.device == device)
            .ok_or(Misunderstood("device: nobody of the roster has it"))?;
        let membership = Membership {
            stage: self.stage.map_or(Ok(member.stage), |word| stage(&word))?,
            until: self.until.map_or(Ok(member.until), |date| day(&date))?,
            work_name: member.work_name.clone(),
            profile: match self.profile {
                Some(profile) => profile.understand()?,
                None => member.profile.clone(),
            },
        };
        Ok(Command::ChangeMember { device, membership })
    }
}

impl Asked {
    /// One match, so that no command is forgotten.
    fn understand(self, shown: &Shown) -> Understood<Command> {
        Ok(match self {
            Asked::Take { case } => Command::Take(label(&case)?),
            Asked::TakeNext {} => Command::TakeNext,
            Asked::Answer { case, text: typed } => Command::Answer {
                case: label(&case)?,
                text: text(&typed)?,
            },
            Asked::AnswerWithCard {
                case,
                card,
                language,
            } => Command::AnswerWithCard {
                case: label(&case)?,
                card,
                language: Language::from_tag(&language)
                    .ok_or(Misunderstood("language: en, ko, ru or uk"))?,
            },
            Asked::SaveDraft { case, text: typed } => Command::SaveDraft {
                case: label(&case)?,
                text: text(&typed)?,
            },
            Asked::AddNote { case, text: typed } => Command::AddNote {
                case: label(&case)?,
                text: text(&typed)?,
            },
            Asked::MarkRead { case } => Command::MarkRead(label(&case)?),
            Asked::Destroy { case } => Command::Destroy(label(&case)?),
            Asked::PlanShift {
                from,
                until,
                guides,
            } => Command::PlanShift {
                from: Minute(from),
                until: Minute(until),
                guides: guides
                    .iter()
                    .map(|guide| key(guide))
                    .collect::<Result<_, _>>()?,
            },
            Asked::Invite { work_name } => Command::Invite { work_name },
            Asked::CheckInvitations {} => Command::CheckInvitations,
            Asked::Admit(asked) => asked.understand(shown)?,
            Asked::RefuseJoin { device } => Command::RefuseJoin {
                device: key(&device)?,
            },
            Asked::ChangeMember(asked) => asked.understand(shown)?,
            Asked::Permit { device, permission } => Command::Permit {
                device: key(&device)?,
                permission: permission.understand()?,
            },
            Asked::AskPermission { device, permission } => Command::AskPermission {
                device: key(&device)?,
                permission: permission.understand()?,
            },
            Asked::WithdrawPermission { device, act: word } => Command::WithdrawPermission {
                device: key(&device)?,
                act: act(&word)?,
            },
            Asked::Revoke { device, reason } => Command::Revoke {
                device: key(&device)?,
                reason: removal(&reason)?,
            },
            Asked::Approve { proposal: digits } => Command::Approve(proposal(&digits)?),
            Asked::Decline {
                proposal: digits,
                reason,
            } => Command::Decline {
                proposal: proposal(&digits)?,
                reason: text(&reason)?,
            },
            Asked::PublishCards { cards } => Command::PublishCards(cards),
            Asked::Transfer { case, device, note } => Command::Transfer {
                case: label(&case)?,
                to: key(&device)?,
                note: text(&note)?,
            },
            Asked::Return { case } => Command::Return(label(&case)?),
            Asked::InviteSupervisor { case, device } => Command::InviteSupervisor {
                case: label(&case)?,
                device: key(&device)?,
            },
            Asked::Whisper { case, text: typed } => Command::Whisper {
                case: label(&case)?,
                text: text(&typed)?,
            },
            Asked::SubmitDraft { case, text: typed } => Command::SubmitDraft {
                case: label(&case)?,
                text: text(&typed)?,
            },
            Asked::ApproveDraft { case, draft } => Command::ApproveDraft {
                case: label(&case)?,
                draft,
            },
            Asked::RejectDraft {
                case,
                draft,
                text: typed,
            } => Command::RejectDraft {
                case: label(&case)?,
                draft,
                text: text(&typed)?,
            },
            Asked::ExtendCase {
                case,
                until,
                reason,
            } => Command::ExtendCase {
                case: label(&case)?,
                until: day(&until)?,
                reason: extension(&reason)?,
            },
            Asked::AcknowledgeAlarm { number } => Command::AcknowledgeAlarm(number),
        })
    }
}

/// The command that a body names; empty when it names none.
fn name_of(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Named {
        command: String,
    }
    let named = serde_json::from_slice::<Named>(body);
    named.map(|named| named.command).unwrap_or_default()
}

/// `POST /api/command`: 204 when its effects are saved.
pub(crate) async fn command(
    State(app): State<Arc<App>>,
    body: Bytes,
) -> Result<Response, Response> {
    let desk = unlocked(&app).await?;
    let wrong = |detail: &str| refused(StatusCode::BAD_REQUEST, "not-understood", detail);
    let name = name_of(&body);
    let understood = if AskedOfShift::is_one(&name) {
        serde_json::from_slice(&body).map(AskedOfShift::understand)
    } else if AskedOfCourse::is_one(&name) {
        serde_json::from_slice(&body).map(AskedOfCourse::understand)
    } else if AskedOfEditing::is_one(&name) {
        serde_json::from_slice(&body).map(AskedOfEditing::understand)
    } else if AskedOfHandovers::is_one(&name) {
        serde_json::from_slice(&body).map(AskedOfHandovers::understand)
    } else if AskedOfEntrances::is_one(&name) {
        serde_json::from_slice(&body).map(AskedOfEntrances::understand)
    } else if AskedOfOutcomes::is_one(&name) {
        serde_json::from_slice(&body).map(AskedOfOutcomes::understand)
    } else {
        serde_json::from_slice(&body).map(|asked: Asked| asked.understand(&desk.view()))
    };
    let understood = understood.map_err(|error| wrong(&error.to_string()))?;
    let command = understood.map_err(|field| wrong(field.0))?;
    let done = match command {
        // The screens show it too.
        Command::Invite { work_name } => app.invite(&desk, &work_name).await,
        command => desk.command(command).await,
    };
    match done {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => {
            let detail = errors::command(Strings::of(Language::English), &error);
            Err(refused(errors::status(&error), &error.to_string(), &detail))
        }
    }
}
