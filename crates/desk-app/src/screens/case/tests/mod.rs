//! What the screens of a case show, and what they must never show.

mod course;
mod ground;

use axum::http::StatusCode;
use desk::{CaseLabel, CaseRow, Command, DraftState, DraftView, MessageKind, WaitingRow};
use ground::{
    Ground, LABEL, TODAY, WHISPER, WORDS, case_view, member, reply, row, supervised, text_of, view,
};
use protocol::{ExtensionReason, Language, Text, Urgency};
use statements::{Act, Stage};
use zeroize::Zeroizing;

use super::super::proposal_view::extension_code;
use super::super::queue::{self, Left};
use super::super::search;
use super::super::shifts::hex;
use super::super::whole::FIRST;
use super::transfer::{Unsent, give};
use super::*;
use crate::strings::Strings;

/// Whether a screen has an element for tests of that name.
fn has(screen: &str, testid: &str) -> bool {
    screen.contains(&format!("data-testid=\"{testid}\""))
}

/// An element from its beginning, which must stand there once, to its end tag.
fn element<'a>(screen: &'a str, begins: &str, tag: &str) -> &'a str {
    let (_, rest) = screen.split_once(begins).expect(begins);
    assert!(!rest.contains(begins), "twice: {begins}");
    rest.split_once(&format!("</{tag}>")).unwrap().0
}

fn draft(number: u32, state: DraftState, text: &str) -> DraftView {
    DraftView {
        number,
        text: Zeroizing::new(text.into()),
        state,
    }
}

fn shown(page: &Page, case: &CaseView) -> String {
    render(page, case, &Retry::default()).into_string()
}

#[tokio::test]
async fn no_whisper_stands_in_the_conversation_nor_beside_the_answer() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    for case in [case_view(), supervised()] {
        let screen = shown(&page, &case);
        let conversation = element(&screen, "<section class=\"conversation\"", "section");
        assert!(conversation.contains(WORDS));
        assert!(!conversation.contains(WHISPER));
        assert!(!conversation.contains("whisper"), "{conversation}");
        let pane = element(&screen, "<section class=\"whisper\"", "section");
        assert!(pane.contains(WHISPER));
        assert!(!pane.contains(WORDS));
        assert!(pane.contains("Only colleagues see this"));
        assert!(!pane.contains("id=\"answer"));
        assert_eq!(screen.matches(WHISPER).count(), 1);
    }
    // What was typed for colleagues comes back into their field alone.
    let retry = Retry {
        whisper: Some("typed for colleagues".into()),
        ..Retry::default()
    };
    let screen = render(&page, &case_view(), &retry).into_string();
    let pane = element(&screen, "<section class=\"whisper\"", "section");
    assert!(pane.contains("typed for colleagues"));
    assert_eq!(screen.matches("typed for colleagues").count(), 1);
    ground.end().await;
}

#[tokio::test]
async fn whoever_reads_along_has_no_way_to_answer() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let screen = shown(&page, &supervised());
    for testid in [
        "answer",
        "send",
        "show-draft",
        "send-card",
        "note",
        "destroy",
    ] {
        assert!(!has(&screen, testid), "{testid}");
    }
    for step in [
        "answer", "card", "draft", "note", "show", "transfer", "destroy",
    ] {
        assert!(
            !screen.contains(&format!("/case/{LABEL}/{step}\"")),
            "{step}"
        );
    }
    let band = element(&screen, "data-testid=\"supervised\"", "p");
    assert!(band.contains("You cannot answer") && band.contains("Aspen"));
    assert!(has(&screen, "whisper-text"));
    let (status, screen) = text_of(only_reading(&page, &supervised())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(
        element(&screen, "role=\"alert\" data-testid=\"error\"", "p").contains("You read along")
    );
    ground.end().await;
}

#[tokio::test]
async fn the_holder_sees_who_reads_along() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let screen = shown(&page, &case_view());
    assert!(element(&screen, "data-testid=\"readers\"", "p").contains("Rowan"));
    let alone = CaseView {
        supervisors: Vec::new(),
        whispers: Vec::new(),
        ..case_view()
    };
    let screen = shown(&page, &alone);
    assert!(!has(&screen, "readers") && !has(&screen, "whisper-text"));
    ground.end().await;
}

#[tokio::test]
async fn a_trainee_s_answer_is_shown_to_a_supervisor_first() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let trainee = CaseView {
        needs_approval: true,
        drafts: vec![
            draft(1, DraftState::Rejected, "first try"),
            draft(2, DraftState::Waits, "second try"),
        ],
        ..case_view()
    };
    let screen = shown(&page, &trainee);
    assert!(has(&screen, "show-draft") && !has(&screen, "send"));
    assert!(screen.contains(&format!("action=\"/case/{LABEL}/show\"")));
    assert!(!screen.contains(&format!("\"/case/{LABEL}/answer\"")));
    assert!(screen.contains("data-number=\"1\" data-state=\"rejected\""));
    assert!(screen.contains("data-number=\"2\" data-state=\"waits\""));
    assert_eq!(screen.matches("data-testid=\"draft-rewrite\"").count(), 1);
    assert!(!has(&screen, "draft-approve"));
    ground.end().await;
}

#[tokio::test]
async fn a_supervisor_judges_what_waits_and_only_that() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let case = CaseView {
        drafts: vec![
            draft(1, DraftState::Approved, "one"),
            draft(2, DraftState::Waits, "two"),
        ],
        ..supervised()
    };
    let screen = shown(&page, &case);
    assert!(!screen.contains("drafts/1/approve"));
    assert!(screen.contains(&format!("action=\"/case/{LABEL}/drafts/2/approve\"")));
    assert!(screen.contains(&format!("href=\"/case/{LABEL}/drafts/2\"")));
    ground.end().await;
}

#[tokio::test]
async fn a_refused_command_says_why_and_loses_nothing() {
    let ground = Ground::new().await;
    let page = ground.page(view(vec![member("Aspen", 7, Stage::Guide, Act::Answer)]));
    // This desk has no such case, so it refuses whatever is asked of it.
    let reason = "There is no such case at this desk.";
    let command = Command::Whisper {
        case: LABEL,
        text: Text::new("typed").unwrap(),
    };
    let retry = Retry {
        whisper: Some("typed by me".into()),
        ..Retry::default()
    };
    let refused = case_actions::carry_out(&page, &case_view(), command, retry).await;
    let (status, screen) = text_of(refused).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(element(&screen, "role=\"alert\" data-testid=\"error\"", "p").contains(reason));
    assert!(screen.contains("typed by me"));
    let to = "07".repeat(32);
    let unsent = Unsent {
        error: None,
        to: &to,
        note: "a note by me",
    };
    let (status, screen) = text_of(give(&page, &case_view(), unsent).await).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(element(&screen, "role=\"alert\" data-testid=\"error\"", "p").contains(reason));
    assert!(screen.contains("a note by me"));
    assert!(screen.contains(&format!("value=\"{to}\" required checked")));
    let nobody = give(&page, &case_view(), Unsent::default()).await;
    assert_eq!(nobody.status(), StatusCode::UNPROCESSABLE_ENTITY);
    ground.end().await;
}

#[tokio::test]
async fn only_who_can_take_over_is_offered() {
    let ground = Ground::new().await;
    let answers = |name, seed| member(name, seed, Stage::Guide, Act::Answer);
    let mut asleep = answers("Asleep", 1);
    asleep.reachable = false;
    let mut me = answers("Willow", 2);
    me.me = true;
    let mut over = answers("Over", 3);
    over.permissions[0].state = desk::PermissionState::Over;
    let mut gone = answers("Gone", 4);
    gone.until = TODAY.minus(1);
    let other = member("Other", 5, Stage::Senior, Act::Supervise);
    let mut speaks = answers("Speaks", 6);
    speaks.profile.languages = vec!["ko".into()];
    let mut on_duty = answers("Zelkova", 7);
    on_duty.checked_in = true;
    let offered = [answers("Aspen", 8), on_duty, speaks];
    let roster = [asleep, me, over, gone, other].into_iter().chain(offered);
    let page = ground.page(view(roster.collect()));
    let screen = transfer::screen(&page, &case_view(), &Unsent::default()).into_string();
    let choice = element(&screen, "<fieldset class=\"colleagues\"", "fieldset");
    assert_eq!(choice.matches("data-testid=\"colleague\"").count(), 3);
    let at = |name: &str| choice.find(name).expect(name);
    assert!(at("Zelkova") < at("Speaks") && at("Speaks") < at("Aspen"));
    let page = ground.page(view(Vec::new()));
    let screen = transfer::screen(&page, &case_view(), &Unsent::default()).into_string();
    assert!(has(&screen, "nobody-reachable") && !has(&screen, "transfer-confirm"));
    ground.end().await;
}

#[tokio::test]
async fn only_who_can_supervise_is_invited() {
    let ground = Ground::new().await;
    let senior = |name, seed| member(name, seed, Stage::Senior, Act::Supervise);
    let mut asleep = senior("Asleep", 1);
    asleep.reachable = false;
    let roster = vec![
        asleep,
        senior("Rowan", 2),
        member("Aspen", 3, Stage::Guide, Act::Supervise),
        member("Alder", 4, Stage::Senior, Act::Answer),
        senior("Hazel", 5),
        member("Oak", 6, Stage::Coordinator, Act::Supervise),
    ];
    let page = ground.page(view(roster));
    let screen = supervisor::screen(&page, &case_view(), None, "").into_string();
    let choice = element(&screen, "<fieldset class=\"colleagues\"", "fieldset");
    for (name, is_offered) in [
        ("Asleep", false),
        // Reads along already.
        ("Rowan", false),
        ("Aspen", false),
        ("Alder", false),
        ("Hazel", true),
        ("Oak", true),
    ] {
        assert_eq!(choice.contains(name), is_offered, "{name}");
    }
    ground.end().await;
}

#[tokio::test]
async fn the_conversation_says_what_the_contact_is_told() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let mut case = case_view();
    case.messages.extend([
        reply(MessageKind::Taken, ""),
        reply(MessageKind::Words, "by somebody before"),
        reply(MessageKind::Exposed(TODAY), ""),
        reply(MessageKind::Transferred, ""),
        reply(MessageKind::Words, "by me"),
    ]);
    let screen = shown(&page, &case);
    assert!(screen.contains("data-kind=\"transferred\""));
    assert!(screen.contains("another guide goes on from here"));
    assert!(screen.contains("Since 2024-10-04 it could read this conversation"));
    let messages = element(&screen, "<ol class=\"messages\"", "ol");
    assert_eq!(messages.matches("From the line, before you").count(), 3);
    assert_eq!(messages.matches("From you").count(), 2);
    assert!(!messages.contains("You took the case"));
    ground.end().await;
}

#[tokio::test]
async fn the_clocks_stand_on_the_case() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let screen = shown(&page, &case_view());
    assert!(element(&screen, "data-testid=\"clock-remind\"", "p").contains("2024-10-14"));
    assert!(element(&screen, "data-testid=\"clock-destroy\"", "p").contains("2024-10-30"));
    assert!(!has(&screen, "extension-pending"));
    let near = CaseView {
        remind_on: TODAY,
        extension: Some(TODAY.plus(60)),
        ..case_view()
    };
    let screen = shown(&page, &near);
    assert!(has(&screen, "clock-near"));
    assert!(element(&screen, "data-testid=\"extension-pending\"", "p").contains("2024-12-03"));
    ground.end().await;
}

#[tokio::test]
async fn the_queue_tells_histories_and_others_cases_apart() {
    let ground = Ground::new().await;
    let waits = |returned| WaitingRow {
        label: CaseLabel([u8::from(returned); 4]),
        language: Language::Korean,
        urgency: Urgency::Hours,
        topic: None,
        dialect: None,
        waited_minutes: 5,
        taking: false,
        returned,
        fits: true,
    };
    let mut seen = view(vec![member("Aspen", 7, Stage::Guide, Act::Answer)]);
    seen.waiting = vec![waits(false), waits(true)];
    seen.supervised = vec![row()];
    let page = ground.page(seen);
    let gave = Left::to(LABEL, &hex(&page.shown.view.roster[0].device));
    let screen = queue::render(&page, None, &gave).into_string();
    assert_eq!(screen.matches("data-testid=\"has-history\"").count(), 1);
    assert_eq!(screen.matches("data-testid=\"take\"").count(), 2);
    assert!(has(&screen, "supervised-row") && !has(&screen, "case-row"));
    assert!(element(&screen, "data-testid=\"case-left\"", "p").contains("goes to Aspen"));
    // While the case is still this desk's nothing is said of where it went.
    let mut seen = view(vec![member("Aspen", 7, Stage::Guide, Act::Answer)]);
    seen.cases = vec![row()];
    let page = ground.page(seen);
    assert!(!has(
        &queue::render(&page, None, &gave).into_string(),
        "case-left"
    ));
    ground.end().await;
}

#[tokio::test]
async fn a_case_that_is_not_here_is_the_same_page_whatever_it_is() {
    let ground = Ground::new().await;
    let content = |screen: &str| element(screen, "<main", "main").to_owned();
    let (status, first) = ground.get("/case/0badcafe").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for path in [
        "/case/00000000",
        "/case/zz",
        "/case/0badcafe/transfer",
        "/case/0badcafe/supervisor",
        "/case/0badcafe/extend",
        "/case/0badcafe/return",
        "/case/0badcafe/whisper",
        "/case/0badcafe/drafts/1",
    ] {
        let (status, screen) = ground.get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(content(&screen), content(&first), "{path}");
    }
    ground.end().await;
}

#[test]
fn each_reason_to_keep_a_case_longer_is_said_in_every_language() {
    for reason in ExtensionReason::ALL {
        let id = format!("extension-{}", extension_code(reason));
        assert_eq!(clocks::reason(extension_code(reason)), Some(reason));
        for language in Language::ALL.iter().copied() {
            assert_ne!(Strings::of(language).say(&id), id);
        }
    }
    assert_eq!(clocks::reason(""), None);
}

#[tokio::test]
async fn a_search_looks_where_the_desk_lets_it_look_and_not_at_what_colleagues_say() {
    let ground = Ground::new().await;
    let mut seen = view(Vec::new());
    seen.cases = vec![row()];
    let page = ground.page(seen);
    let mut case = case_view();
    case.notes = vec![Zeroizing::new("about papers".into())];
    for (typed, is_found) in [
        (WORDS, true),
        ("PAPERS contact", true),
        ("0badc", true),
        ("0ba", false),
        (WHISPER, false),
        ("papers elsewhere", false),
    ] {
        let hit = search::in_one(&page, &case, typed);
        assert_eq!(hit.is_some(), is_found, "{typed}");
    }
    let hit = search::in_one(&page, &case, "WORDS").unwrap().into_string();
    assert!(hit.contains("<mark>words</mark> of the contact"), "{hit}");
    // The list names the case, but the desk has it no more: then nothing is found.
    let found = search::look(&page, WORDS).await;
    let shown = search::list(&page, &found).into_string();
    assert!(shown.contains("data-count=\"0\"") && !has(&shown, "search-result"));
    ground.end().await;
}

#[tokio::test]
async fn a_full_desk_shows_first_what_needs_somebody_and_leads_to_the_rest() {
    let ground = Ground::new().await;
    let mut seen = view(Vec::new());
    seen.cases = (0..=FIRST)
        .map(|number| CaseRow {
            label: CaseLabel([0, 0, 0, u8::try_from(number).unwrap()]),
            unread: number == FIRST,
            ..row()
        })
        .collect();
    let page = ground.page(seen);
    let screen = queue::render(&page, None, &Left::default()).into_string();
    assert_eq!(screen.matches("data-testid=\"case-row\"").count(), FIRST);
    let first = element(&screen, "<ul class=\"cases\"", "li");
    assert!(has(first, "case-new"), "{first}");
    assert!(element(&screen, "data-testid=\"whole-cases\"", "a").contains("All 51; 1 more"));
    let whole = queue::cases(&page, Extent::Whole).into_string();
    assert_eq!(whole.matches("data-testid=\"case-row\"").count(), FIRST + 1);
    assert!(!has(&whole, "whole-cases"));
    ground.end().await;
}
