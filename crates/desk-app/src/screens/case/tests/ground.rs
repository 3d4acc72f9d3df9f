//! A running desk whose relay is nowhere, a browser's session at it, and cases and colleagues to be shown.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::{Extension, Router, middleware, routing};
use desk::{
    CaseLabel, CaseRow, CaseView, MemberView, MessageKind, MessageState, MessageView,
    PermissionState, PermissionView, View, WhisperView,
};
use http_body_util::BodyExt;
use protocol::{Language, Urgency};
use statements::{
    Act, Delegation, DeviceKey, DevicePublicKey, Permission, Profile, Root, RootKey, Stage,
};
use tower::ServiceExt;
use wire::{Day, Minute};
use zeroize::Zeroizing;

use super::super::super::door::{self, Session};
use super::super::super::page::{Page, Place};
use super::super::super::{App, case, queue};
use crate::Passphrase;
use crate::setup::{self, NewDesk};
use crate::sync::{Connection, Handle, Shown};
use crate::vault::VaultCost;

const PORT: u16 = 4712;
const HOST: &str = "127.0.0.1:4712";
/// The day on which everything is shown.
pub(super) const TODAY: Day = Day(20_000);
/// What a contact wrote.
pub(super) const WORDS: &str = "words of the contact";
/// What a colleague said.
pub(super) const WHISPER: &str = "a word among colleagues";
/// The case that is shown; no desk has it.
pub(super) const LABEL: CaseLabel = CaseLabel([0x0b, 0xad, 0xca, 0xfe]);

pub(super) struct Ground {
    app: Arc<App>,
    router: Router,
    cookie: String,
    session: Session,
    desk: Handle,
    _directory: tempfile::TempDir,
}

fn request(path: &str) -> axum::http::request::Builder {
    Request::builder().uri(path).header("host", HOST)
}

async fn found(directory: &tempfile::TempDir) {
    let root_key = RootKey::from_seed(&[1; 32]);
    let root = Root::new(1, vec![root_key.public()]).unwrap();
    let device = DeviceKey::from_seed(&[2; 32]);
    let days = (Day(0), Day(u32::MAX));
    let delegation = Delegation::draft(root.line_id(), 1, days, 1, &[device.public()])
        .sign_by_root(&root_key)
        .done();
    let new = NewDesk {
        vault: directory.path().join("vault"),
        passphrase: Passphrase::new("secret".into()),
        cost: VaultCost {
            memory_kib: 8,
            passes: 1,
        },
        work_name: "Willow".into(),
    };
    let url = "http://127.0.0.1:1";
    setup::found(new, device, url, &root.statement(), &delegation)
        .await
        .unwrap();
}

impl Ground {
    pub(super) async fn new() -> Ground {
        let directory = tempfile::tempdir().unwrap();
        found(&directory).await;
        let app = App::new(PORT, directory.path().join("vault"), None);
        app.unlock(Passphrase::new("secret".into())).await.unwrap();
        let slot: Arc<Mutex<Option<Session>>> = Arc::default();
        let kept = Arc::clone(&slot);
        let probe = move |Extension(session): Extension<Session>| async move {
            *kept.lock().unwrap() = Some(session);
        };
        let router = Router::new()
            .merge(case::routes())
            .route("/", routing::get(queue::get))
            .route("/case/{label}", routing::get(case::get))
            .route("/probe", routing::get(probe))
            .route("/open/{token}", routing::get(door::open))
            .layer(middleware::from_fn_with_state(
                Arc::clone(&app),
                door::guard,
            ))
            .with_state(Arc::clone(&app));
        let link = app.link();
        let path = link.split_once(HOST).unwrap().1.to_owned();
        let open = request(&path).body(Body::empty()).unwrap();
        let opened = router.clone().oneshot(open).await.unwrap();
        let cookie = opened.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let probing = request("/probe").header("cookie", &cookie);
        let probing = probing.body(Body::empty()).unwrap();
        router.clone().oneshot(probing).await.unwrap();
        let session = slot.lock().unwrap().take().unwrap();
        let desk = app.desk().await.unwrap();
        Ground {
            app,
            router,
            cookie,
            session,
            desk,
            _directory: directory,
        }
    }

    pub(super) async fn get(&self, path: &str) -> (StatusCode, String) {
        let request = request(path).header("cookie", &self.cookie);
        let request = request.body(Body::empty()).unwrap();
        text_of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A page of this desk, as if it showed that.
    pub(super) fn page(&self, view: View) -> Page {
        let mut page = Page::new(self.desk.clone(), self.session.clone(), Place::Case);
        page.shown = Arc::new(Shown {
            version: 1,
            cards: crate::sync::Cards::of(view.cards.as_deref()),
            view,
            connection: Connection::Connected,
            trouble: None,
            is_destroyed_everywhere: true,
            notices: Vec::new(),
            invitation: None,
            join_words: None,
            document: None,
            relay_url: String::new(),
            now: Minute(TODAY.0 * Minute::PER_DAY),
        });
        page
    }

    pub(super) async fn end(self) {
        self.app.lock().await;
    }
}

/// The status and the text of an answer.
pub(super) async fn text_of(answer: Response) -> (StatusCode, String) {
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// A view with this team and nothing else.
pub(super) fn view(roster: Vec<MemberView>) -> View {
    View {
        me: DevicePublicKey([0; 32]),
        work_name: "Willow".into(),
        stage: Stage::Guide,
        admitted: true,
        shut_out: false,
        stale_roster: false,
        forked_roster: false,
        admission_threshold: Some(2),
        delegation_until: None,
        clock_off: false,
        connected_shift: None,
        on_duty: true,
        checked_in: true,
        guides_checked_in: 1,
        readiness: Some(protocol::Readiness::Here),
        waiting: Vec::new(),
        longest_wait: 0,
        parked: Vec::new(),
        full: None,
        collected: (0, 0),
        completed_shifts: 0,
        ending: None,
        surge: false,
        rota: Vec::new(),
        on_call_list: false,
        probes: Vec::new(),
        editing: desk::EditingView::default(),
        entrances: desk::EntrancesView::default(),
        board: None,
        outcomes: None,
        partners: Vec::new(),
        cases: Vec::new(),
        supervised: Vec::new(),
        roster,
        proposals: Vec::new(),
        alarms: Vec::new(),
        trail: Vec::new(),
        exposures: Vec::new(),
        shifts: Vec::new(),
        joining: Vec::new(),
        invited: Vec::new(),
        cards: None,
        cards_day: wire::Day(0),
        outbox: 0,
    }
}

/// A member who can be reached and may do one thing.
pub(super) fn member(work_name: &str, seed: u8, stage: Stage, act: Act) -> MemberView {
    let permission = Permission {
        act,
        authority: "Oak".into(),
        document: String::new(),
        scope: String::new(),
        from: TODAY,
        until: TODAY.plus(30),
    };
    MemberView {
        work_name: work_name.into(),
        stage,
        until: TODAY.plus(30),
        profile: Profile::default(),
        permissions: vec![PermissionView {
            permission,
            state: PermissionState::Holds,
        }],
        device: DevicePublicKey([seed; 32]),
        me: false,
        reachable: true,
        checked_in: false,
    }
}

/// A message of the line.
pub(super) fn reply(kind: MessageKind, text: &str) -> MessageView {
    MessageView {
        from_contact: false,
        number: 0,
        kind,
        text: Zeroizing::new(text.into()),
        translations: Vec::new(),
        state: MessageState::Uncollected,
    }
}

/// A case with a message and a whisper, of a holder with whom somebody reads along.
pub(super) fn case_view() -> CaseView {
    let message = MessageView {
        from_contact: true,
        number: 0,
        kind: MessageKind::Words,
        text: Zeroizing::new(WORDS.into()),
        translations: Vec::new(),
        state: MessageState::Received,
    };
    let whisper = WhisperView {
        from: "Rowan".into(),
        mine: false,
        text: Zeroizing::new(WHISPER.into()),
    };
    CaseView {
        label: LABEL,
        language: Language::Korean,
        urgency: Urgency::Hours,
        urgency_said: Urgency::Hours,
        topic: None,
        on_hold: false,
        next_contact: None,
        blocked_until: None,
        messages: vec![message],
        notes: Vec::new(),
        draft: Zeroizing::new(String::new()),
        supervised: false,
        holder: "Willow".into(),
        supervisors: vec!["Rowan".into()],
        whispers: vec![whisper],
        drafts: Vec::new(),
        needs_approval: false,
        remind_on: TODAY.plus(10),
        destroy_after: TODAY.plus(26),
        extension: None,
        handover: None,
        stage: desk::CaseStage::Listening,
        wishes: Vec::new(),
        aftercare: None,
    }
}

/// The same case, as whoever reads along sees it.
pub(super) fn supervised() -> CaseView {
    CaseView {
        supervised: true,
        holder: "Aspen".into(),
        ..case_view()
    }
}

/// A row of the list of cases.
pub(super) fn row() -> CaseRow {
    CaseRow {
        label: LABEL,
        language: Language::Korean,
        urgency: Urgency::Hours,
        unread: false,
        unanswered: false,
        on_hold: false,
        next_contact: None,
        uncollected: 0,
        destroyed: false,
    }
}
