//! The same desk for scripts, as JSON, behind the same door.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::{CaseLabel, CaseView, Command, MessageKind, MessageView, Notice, ShiftView};
use protocol::{Language, Text};
use serde::Deserialize;
use serde_json::{Value, json};
use wire::Minute;

use super::case::{kind_code, state_code};
use super::page::urgency_code;
use super::roster::{role_code, role_of};
use super::shifts::{device, hex};
use super::{App, errors};
use crate::card_set::{CardSetShape, date_of};
use crate::strings::Strings;
use crate::sync::{Connection, Handle, Shown, Trouble};

/// How long a request that waits for a change is held at most; then it is answered with what is shown.
const PATIENCE: Duration = Duration::from_secs(50);

fn answer(status: StatusCode, value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, value.to_string()).into_response()
}

fn refused(status: StatusCode, code: &str, detail: &str) -> Response {
    answer(status, &json!({"error": code, "detail": detail}))
}

/// An object with more fields.
fn with<const N: usize>(mut value: Value, fields: [(&str, Value); N]) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    }
    value
}

async fn unlocked(app: &App) -> Result<Handle, Response> {
    let detail = Strings::of(Language::English).say("locked");
    let locked = || refused(StatusCode::LOCKED, "locked", &detail);
    app.desk().await.ok_or_else(locked)
}

/// What `GET /api/view` may be asked.
#[derive(Deserialize)]
pub(crate) struct ViewQuery {
    wait_for_change: Option<u64>,
}

/// `GET /api/view`, with `?wait_for_change=VERSION` once what is shown has another version.
pub(crate) async fn view(
    State(app): State<Arc<App>>,
    Query(query): Query<ViewQuery>,
) -> Result<Response, Response> {
    let desk = unlocked(&app).await?;
    let mut changes = desk.changes();
    // Only the receiver is kept: a request that waits must not keep the vault open.
    drop(desk);
    if let Some(version) = query.wait_for_change {
        let changed = changes.wait_for(|shown| shown.version != version);
        let _ = tokio::time::timeout(PATIENCE, changed).await;
    }
    let shown = changes.borrow().clone();
    Ok(answer(StatusCode::OK, &view_json(&shown)))
}

fn shift_json(shift: &ShiftView) -> Value {
    json!({
        "number": shift.number, "from": shift.from.0, "until": shift.until.0, "on_duty_me": shift.on_duty_me,
    })
}

fn notice_json(notice: &Notice) -> Value {
    let about = |code: &str, case: &CaseLabel| json!({"notice": code, "case": case.to_string()});
    match notice {
        Notice::NewWaiting(case) => about("new-waiting", case),
        Notice::TakeWon(case) => about("take-won", case),
        Notice::TakeLost(case) => about("take-lost", case),
        Notice::WaitingExpired(case) => about("waiting-expired", case),
        Notice::NewMessage(case) => about("new-message", case),
        Notice::AnswerCollected(case) => about("answer-collected", case),
        Notice::CaseDestroyed(case) => about("case-destroyed", case),
        Notice::Admitted => json!({"notice": "admitted"}),
        Notice::Invitation { .. } => json!({"notice": "invitation"}),
        Notice::JoinRequested(of) => json!({"notice": "join-requested", "device": hex(of)}),
        Notice::GuideUnreachable(of) => json!({"notice": "guide-unreachable", "device": hex(of)}),
        Notice::RosterStale => json!({"notice": "roster-stale"}),
        Notice::ClockOff => json!({"notice": "clock-off"}),
        Notice::CommandRefused(refusal) => {
            json!({"notice": "command-refused", "code": refusal.code()})
        }
        Notice::RelayRefused(code) => json!({"notice": "relay-refused", "code": code}),
        #[allow(unreachable_patterns, reason = "the desk may learn to tell more")]
        _ => json!({"notice": "other"}),
    }
}

fn connection_code(connection: Connection) -> &'static str {
    match connection {
        Connection::Fetching => "fetching",
        Connection::Connected => "connected",
        Connection::Offline { .. } => "offline",
        Connection::NotAdmitted => "not-admitted",
    }
}

fn view_json(shown: &Shown) -> Value {
    let view = &shown.view;
    let trouble = shown.trouble.map(|trouble| match trouble {
        Trouble::DiskFull => "disk-full",
        Trouble::Vault => "vault",
    });
    let notices = shown.notices.iter().map(|shown| {
        with(
            notice_json(&shown.notice),
            [("serial", shown.serial.into())],
        )
    });
    let value = json!({
        "version": shown.version,
        "device": hex(&view.me), "work_name": view.work_name, "role": role_code(view.role),
        "admitted": view.admitted, "stale_roster": view.stale_roster, "clock_off": view.clock_off,
        "connection": connection_code(shown.connection), "trouble": trouble, "relay": shown.relay_url,
        "on_duty": view.on_duty, "checked_in": view.checked_in, "guides_checked_in": view.guides_checked_in,
        "shift": view.connected_shift.as_ref().map(shift_json),
        "shifts": view.shifts.iter().map(shift_json).collect::<Vec<_>>(),
        "invited": view.invited, "outbox": view.outbox,
        "invitation": shown.invitation.as_ref().map(|text| text.as_str()),
        "join_words": shown.join_words.as_ref().map(crate::words_of),
        "cards": card_ids(view.cards.as_deref()),
        "notices": notices.collect::<Vec<_>>(),
    });
    with(
        value,
        [
            ("waiting", waiting_json(shown)),
            ("cases", cases_json(shown)),
            ("roster", roster_json(shown)),
            ("joining", joining_json(shown)),
        ],
    )
}

fn card_ids(cards: Option<&str>) -> Vec<String> {
    let set = CardSetShape::of_view(cards);
    set.cards.into_iter().map(|card| card.id).collect()
}

fn waiting_json(shown: &Shown) -> Value {
    let rows = shown.view.waiting.iter().map(|row| {
        json!({
            "label": row.label.to_string(), "language": row.language.tag(), "urgency": urgency_code(row.urgency),
            "waited_minutes": row.waited_minutes, "taking": row.taking,
        })
    });
    rows.collect()
}

fn cases_json(shown: &Shown) -> Value {
    let rows = shown.view.cases.iter().map(|row| {
        json!({
            "label": row.label.to_string(), "language": row.language.tag(), "urgency": urgency_code(row.urgency),
            "unread": row.unread, "uncollected": row.uncollected, "destroyed": row.destroyed,
        })
    });
    rows.collect()
}

fn roster_json(shown: &Shown) -> Value {
    let rows = shown.view.roster.iter().map(|member| {
        json!({
            "work_name": member.work_name, "role": role_code(member.role), "device": hex(&member.device), "me": member.me,
        })
    });
    rows.collect()
}

fn joining_json(shown: &Shown) -> Value {
    let rows = shown.view.joining.iter().map(|newcomer| {
        json!({
            "device": hex(&newcomer.device), "work_name": newcomer.work_name, "invited_as": newcomer.invited_as,
            "words": crate::words_of(&newcomer.comparison), "admitting": newcomer.admitting,
        })
    });
    rows.collect()
}

/// `GET /api/case/LABEL`.
pub(crate) async fn case(
    State(app): State<Arc<App>>,
    Path(label): Path<String>,
) -> Result<Response, Response> {
    let desk = unlocked(&app).await?;
    let case = match CaseLabel::from_hex(&label) {
        Some(label) => desk.case(label).await,
        None => None,
    };
    Ok(match case {
        Some(case) => answer(StatusCode::OK, &case_json(&case)),
        None => {
            let detail = Strings::of(Language::English).say("case-gone");
            refused(StatusCode::NOT_FOUND, "unknown-case", &detail)
        }
    })
}

fn message_json(message: &MessageView) -> Value {
    let value = json!({
        "from_contact": message.from_contact, "kind": kind_code(&message.kind),
        "text": message.text.as_str(), "state": state_code(message.state),
    });
    let MessageKind::Card {
        card,
        language,
        reviewed,
    } = &message.kind
    else {
        return value;
    };
    with(
        value,
        [
            ("card", card.as_str().into()),
            ("language", language.tag().into()),
            ("reviewed", date_of(*reviewed).into()),
        ],
    )
}

fn case_json(case: &CaseView) -> Value {
    let notes: Vec<&str> = case.notes.iter().map(|note| note.as_str()).collect();
    json!({
        "label": case.label.to_string(), "language": case.language.tag(), "urgency": urgency_code(case.urgency),
        "messages": case.messages.iter().map(message_json).collect::<Vec<_>>(),
        "notes": notes, "draft": case.draft.as_str(),
    })
}

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
    CheckIn {},
    CheckOut {},
    PlanShift {
        from: u32,
        until: u32,
        guides: Vec<String>,
    },
    Invite {
        work_name: String,
    },
    CheckInvitations {},
    Admit {
        device: String,
        role: String,
    },
    RefuseJoin {
        device: String,
    },
    PublishCards {
        cards: String,
    },
}

/// Which field of a command can't be understood, and what it should be.
struct Misunderstood(&'static str);

fn label(digits: &str) -> Result<CaseLabel, Misunderstood> {
    CaseLabel::from_hex(digits).ok_or(Misunderstood("case: 8 hexadecimal digits"))
}

fn text(typed: &str) -> Result<Text, Misunderstood> {
    Text::new(typed).map_err(|_| Misunderstood("text: at most 1,500 bytes of UTF-8"))
}

fn key(digits: &str) -> Result<statements::DevicePublicKey, Misunderstood> {
    device(digits).ok_or(Misunderstood("device: 64 hexadecimal digits"))
}

impl Asked {
    fn understand(self) -> Result<Command, Misunderstood> {
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
            Asked::CheckIn {} => Command::CheckIn,
            Asked::CheckOut {} => Command::CheckOut,
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
            Asked::Admit { device, role } => Command::Admit {
                device: key(&device)?,
                role: role_of(&role).ok_or(Misunderstood("role: guide or coordinator"))?,
            },
            Asked::RefuseJoin { device } => Command::RefuseJoin {
                device: key(&device)?,
            },
            Asked::PublishCards { cards } => Command::PublishCards(cards),
        })
    }
}

/// `POST /api/command`: 204 when its effects are saved.
pub(crate) async fn command(
    State(app): State<Arc<App>>,
    body: Bytes,
) -> Result<Response, Response> {
    let desk = unlocked(&app).await?;
    let wrong = |detail: &str| refused(StatusCode::BAD_REQUEST, "not-understood", detail);
    let asked: Asked = serde_json::from_slice(&body).map_err(|error| wrong(&error.to_string()))?;
    let command = asked.understand().map_err(|field| wrong(field.0))?;
    match desk.command(command).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => {
            let detail = errors::command(Strings::of(Language::English), &error);
            Err(refused(errors::status(&error), &error.to_string(), &detail))
        }
    }
}
