//! The same desk for scripts, as JSON, behind the same door.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::{
    CaseLabel, CaseRow, CaseView, DraftState, MessageKind, MessageView, ShiftView, WaitingRow,
};
use protocol::{Dialect, Language, Topic};
use serde::Deserialize;
use serde_json::{Value, json};
use wire::Day;

use super::case::{kind_code, state_code};
use super::page::urgency_code;
use super::shifts::hex;
use super::{
    App, api_course, api_editing, api_entrances, api_handover, api_outcomes, api_shift, api_team,
    card_view, notices,
};
use crate::card_set::date_of;
use crate::strings::Strings;
use crate::sync::{Connection, Handle, Shown, Trouble};

/// How long a request that waits for a change is held at most; then it is answered with what is shown.
const PATIENCE: Duration = Duration::from_secs(50);

pub(super) fn answer(status: StatusCode, value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, value.to_string()).into_response()
}

pub(super) fn refused(status: StatusCode, code: &str, detail: &str) -> Response {
    answer(status, &json!({"error": code, "detail": detail}))
}

/// An object with more fields.
fn with<const N: usize>(mut value: Value, fields: [(&str, Value); N]) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    }
    value
}

pub(super) async fn unlocked(app: &App) -> Result<Handle, Response> {
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
        Trouble::NeedsLine => "needs-line",
        Trouble::OutOfDate => "out-of-date",
    });
    let notices = shown.notices.iter().map(|shown| {
        with(
            notices::json(&shown.notice),
            [("serial", shown.serial.into())],
        )
    });
    let value = json!({
        "version": shown.version,
        "device": hex(&view.me), "work_name": view.work_name, "stage": view.stage.word(),
        "admitted": view.admitted, "shut_out": view.shut_out,
        "stale_roster": view.stale_roster, "forked_roster": view.forked_roster, "clock_off": view.clock_off,
        "admission_threshold": view.admission_threshold,
        "delegation_until": view.delegation_until.map(date_of),
        "connection": connection_code(shown.connection), "trouble": trouble, "relay": shown.relay_url,
        "on_duty": view.on_duty, "checked_in": view.checked_in, "guides_checked_in": view.guides_checked_in,
        "shift": view.connected_shift.as_ref().map(shift_json),
        "shifts": view.shifts.iter().map(shift_json).collect::<Vec<_>>(),
        "invited": view.invited, "outbox": view.outbox,
        "invitation": shown.invitation.as_ref().map(|text| text.as_str()),
        "join_words": shown.join_words.as_ref().map(crate::words_of),
        "cards": card_ids(shown),
        "notices": notices.collect::<Vec<_>>(),
    });
    with(
        value,
        [
            ("standings", standings(shown)),
            ("waiting", waiting_json(&shown.view.waiting)),
            ("parked", waiting_json(&shown.view.parked)),
            ("duty", api_shift::duty(&shown.view)),
            ("rota", api_shift::rota(&shown.view)),
            ("board", api_shift::board(&shown.view)),
            ("probes", api_shift::probes(&shown.view)),
            ("editing", api_editing::editing(&shown.view)),
            ("entrances", api_entrances::entrances(&shown.view)),
            ("ending", api_entrances::ending(&shown.view)),
            ("partners", api_handover::partners(&shown.view)),
            ("outcomes", api_outcomes::outcomes(&shown.view)),
            ("cases", cases_json(&shown.view.cases)),
            ("supervised", cases_json(&shown.view.supervised)),
            ("roster", api_team::roster(&shown.view)),
            ("joining", api_team::joining(&shown.view)),
            ("proposals", api_team::proposals(&shown.view)),
            ("alarms", api_team::alarms(&shown.view)),
            ("trail", api_team::trail(&shown.view)),
            ("exposures", api_team::exposures(&shown.view)),
        ],
    )
}

/// Card id → `live`, `expired`, `suspended`, `withdrawn`.
fn standings(shown: &Shown) -> Value {
    let all = card_view::standings(&shown.view, &shown.cards.parsed().set);
    let all = all
        .into_iter()
        .map(|(card, standing)| (card.id.clone(), standing.word().into()));
    Value::Object(all.collect())
}

fn card_ids(shown: &Shown) -> Vec<&str> {
    let cards = shown.cards.parsed().set.cards.iter();
    cards.map(|card| card.id.as_str()).collect()
}

fn waiting_json(rows: &[WaitingRow]) -> Value {
    let rows = rows.iter().map(|row| {
        json!({
            "label": row.label.to_string(), "language": row.language.tag(), "urgency": urgency_code(row.urgency),
            "waited_minutes": row.waited_minutes, "taking": row.taking, "returned": row.returned, "fits": row.fits,
            "topic": row.topic.map(Topic::word), "dialect": row.dialect.map(Dialect::tag),
        })
    });
    rows.collect()
}

fn cases_json(cases: &[CaseRow]) -> Value {
    let rows = cases.iter().map(|row| {
        json!({
            "label": row.label.to_string(), "language": row.language.tag(), "urgency": urgency_code(row.urgency),
            "unread": row.unread, "unanswered": row.unanswered, "on_hold": row.on_hold,
            "next_contact": row.next_contact.map(date_of), "uncollected": row.uncollected, "destroyed": row.destroyed,
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
        Some(case) => answer(StatusCode::OK, &case_json(&case, desk.view().now.day())),
        None => {
            let detail = Strings::of(Language::English).say("case-gone");
            refused(StatusCode::NOT_FOUND, "unknown-case", &detail)
        }
    })
}

fn message_json(message: &MessageView) -> Value {
    let translations = message.translations.iter();
    let translations =
        translations.map(|one| json!({"language": one.language.tag(), "text": one.text.as_str()}));
    let value = json!({
        "from_contact": message.from_contact, "number": message.number, "kind": kind_code(&message.kind),
        "text": message.text.as_str(), "state": state_code(message.state),
        "translations": translations.collect::<Vec<_>>(),
    });
    match &message.kind {
        MessageKind::Card {
            card,
            language,
            reviewed,
        } => with(
            value,
            [
                ("card", card.as_str().into()),
                ("language", language.tag().into()),
                ("reviewed", date_of(*reviewed).into()),
            ],
        ),
        MessageKind::Correction { card, now } => with(
            value,
            [("card", card.as_str().into()), ("now", now.code().into())],
        ),
        MessageKind::Exposed(since) => with(value, [("since", date_of(*since).into())]),
        _ => value,
    }
}

fn draft_code(state: DraftState) -> &'static str {
    match state {
        DraftState::Waits => "waits",
        DraftState::Approved => "approved",
        DraftState::Rejected => "rejected",
    }
}

fn case_json(case: &CaseView, today: Day) -> Value {
    let notes: Vec<&str> = case.notes.iter().map(|note| note.as_str()).collect();
    let whispers = case.whispers.iter().map(|whisper| {
        json!({"from": whisper.from, "mine": whisper.mine, "text": whisper.text.as_str()})
    });
    let drafts = case.drafts.iter().map(|draft| {
        json!({"number": draft.number, "text": draft.text.as_str(), "state": draft_code(draft.state)})
    });
    json!({
        "label": case.label.to_string(), "language": case.language.tag(), "urgency": urgency_code(case.urgency),
        "urgency_said": urgency_code(case.urgency_said), "topic": case.topic.map(Topic::word), "on_hold": case.on_hold,
        "next_contact": case.next_contact.map(date_of), "blocked_until": case.blocked_until.map(date_of),
        "messages": case.messages.iter().map(message_json).collect::<Vec<_>>(),
        "notes": notes, "draft": case.draft.as_str(),
        "holder": case.holder, "supervised": case.supervised, "supervisors": case.supervisors,
        "whispers": whispers.collect::<Vec<_>>(), "drafts": drafts.collect::<Vec<_>>(),
        "needs_approval": case.needs_approval, "remind_on": date_of(case.remind_on),
        "destroy_after": date_of(case.destroy_after), "extension": case.extension.map(date_of),
        "handover": case.handover.as_ref().map(api_handover::handover),
        "stage": case.stage.word(), "wishes": api_course::wishes(&case.wishes, today),
        "aftercare": case.aftercare.as_ref().map(|agreed| api_course::aftercare(agreed, today)),
    })
}
