//! How a case goes, as its screens show it.

use desk::{AftercareView, CaseStage, Silence, WishView};
use zeroize::Zeroizing;

use super::*;

fn wish(number: u32, days_ago: u32, text: &str) -> WishView {
    WishView {
        number,
        said: TODAY.minus(days_ago),
        text: Zeroizing::new(text.into()),
    }
}

fn agreed(silence: Silence) -> AftercareView {
    AftercareView {
        until: TODAY,
        terms: Zeroizing::new("on Sundays".into()),
        silence,
        has_written: false,
    }
}

fn with_aftercare(agreed: AftercareView) -> CaseView {
    CaseView {
        aftercare: Some(agreed),
        ..case_view()
    }
}

/// A card set with these cards, each with a text in Korean.
fn cards(ids: &[&str]) -> String {
    let card = |id: &&str| {
        serde_json::json!({
            "id": id, "class": "general", "reviewed": "2024-10-01", "review_by": "2025-03-01", "rests_on": [],
            "sources": [{"title": "t", "publisher": "p", "date_read": "2024-10-01", "kind": "primary"}],
            "texts": {"ko": {"question": id, "answer": "a", "known": "k", "not_known": "n"}},
        })
    };
    let cards: Vec<_> = ids.iter().map(card).collect();
    serde_json::json!({"cards": cards}).to_string()
}

/// The ids of the cards beside a case, in their order.
fn offered(screen: &str) -> Vec<&str> {
    let parts = screen.split("data-card=\"").skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

#[tokio::test]
async fn a_stage_is_one_choice_and_one_button_with_every_stage_in_it() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    for stage in CaseStage::ALL {
        let case = CaseView {
            stage,
            ..case_view()
        };
        let screen = shown(&page, &case);
        let form = element(&screen, "<form class=\"stage\"", "form");
        assert_eq!(form.matches("<option").count(), CaseStage::ALL.len());
        assert!(form.contains(&format!("value=\"{}\" selected", stage.word())));
        assert_eq!(form.matches("<button").count(), 1);
        assert!(screen.contains(&format!("data-stage=\"{}\"", stage.word())));
    }
    ground.end().await;
}

#[tokio::test]
async fn all_wishes_stand_there_and_the_newest_stands_above_the_answer() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    assert!(!has(&shown(&page, &case_view()), "newest-wish"));
    let case = CaseView {
        wishes: vec![wish(3, 40, "I go"), wish(4, 14, "I stay <here>")],
        ..case_view()
    };
    let screen = shown(&page, &case);
    let answer = element(&screen, "<form id=\"answer-form\"", "form");
    let (above, _) = answer.split_once("<textarea").unwrap();
    assert!(above.contains("I stay &lt;here&gt;") && !above.contains("I go"));
    let all = element(&screen, "<section class=\"wishes\"", "section");
    assert!(all.find("I go") < all.find("I stay"));
    assert!(all.contains("2024-08-25") && all.contains("2024-09-20"));
    assert!(all.contains("Wishes change. Only the newest counts"));
    assert_eq!(all.matches("data-newest=\"true\"").count(), 1);
    assert!(!has(&screen, "wish-old"), "two weeks are not old");

    let old = CaseView {
        wishes: vec![wish(0, 15, "I stay")],
        ..case_view()
    };
    let screen = shown(&page, &old);
    assert_eq!(screen.matches("data-testid=\"wish-old\"").count(), 2);
    let along = CaseView {
        supervised: true,
        ..old
    };
    let screen = shown(&page, &along);
    assert!(screen.contains("I stay") && has(&screen, "wish-kept"));
    for testid in ["wish", "keep-wish", "forget-wish", "stage-choice"] {
        assert!(!has(&screen, testid), "{testid}");
    }
    ground.end().await;
}

#[tokio::test]
async fn in_silence_the_screen_shows_what_was_agreed_and_nothing_else() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let remind = || Silence::Remind {
        reminder: Text::new("think of the school").unwrap(),
    };
    let screen = shown(&page, &with_aftercare(agreed(remind())));
    let due = element(&screen, "data-testid=\"aftercare-due\"", "div");
    assert!(due.contains("think of the school"));
    // Nothing is due on the last day itself where nothing or an end was agreed: the day is the contact's.
    let screen = shown(&page, &with_aftercare(agreed(Silence::Nothing)));
    assert!(has(&screen, "aftercare") && !has(&screen, "aftercare-due"));
    let over = AftercareView {
        until: TODAY.minus(1),
        ..agreed(Silence::Nothing)
    };
    let screen = shown(&page, &with_aftercare(over));
    assert!(element(&screen, "data-testid=\"aftercare-due\"", "div").contains("Nothing happens"));
    let wrote = AftercareView {
        has_written: true,
        until: TODAY.minus(1),
        ..agreed(remind())
    };
    let screen = shown(&page, &with_aftercare(wrote));
    assert!(has(&screen, "aftercare-wrote") && !has(&screen, "aftercare-due"));
    assert!(!screen.contains("think of the school"));
    ground.end().await;
}

#[tokio::test]
async fn nothing_is_chosen_beforehand_for_silence() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let screen =
        aftercare::screen(&page, &case_view(), &aftercare::Unkept::default()).into_string();
    assert!(screen.contains("value=\"nothing\" required checked"));
    assert_eq!(screen.matches(" checked").count(), 1);
    assert!(screen.contains("alarms nobody"));
    ground.end().await;
}

#[tokio::test]
async fn cards_for_the_dangerous_weeks_come_first_in_them_and_only_then() {
    let ground = Ground::new().await;
    let mut with_cards = view(Vec::new());
    with_cards.cards = Some(cards(&[
        "is-this-real",
        "writes-first",
        "no-news",
        "after-arrival",
    ]));
    with_cards.cards_day = TODAY;
    let page = ground.page(with_cards);
    let screen = shown(&page, &case_view());
    assert_eq!(
        offered(&screen),
        ["is-this-real", "writes-first", "no-news", "after-arrival"]
    );
    assert!(!has(&screen, "cards-after"));
    let after = CaseView {
        stage: CaseStage::After,
        ..case_view()
    };
    let screen = shown(&page, &after);
    assert_eq!(
        offered(&screen),
        ["after-arrival", "writes-first", "is-this-real", "no-news"]
    );
    assert!(element(&screen, "data-testid=\"cards-after\"", "p").contains("do not phone home"));
    ground.end().await;
}

#[test]
fn the_demonstration_has_the_cards_for_the_dangerous_weeks_in_each_language() {
    let set = include_str!("../../../../../../demonstration/cards.json");
    let set: serde_json::Value = serde_json::from_str(set).unwrap();
    for id in crate::screens::card_view::FOR_AFTER {
        let card = set["cards"]
            .as_array()
            .unwrap()
            .iter()
            .find(|card| card["id"] == id);
        let texts = &card.unwrap()["texts"];
        for language in ["en", "ko", "ru", "uk"] {
            assert!(texts[language]["answer"].is_string(), "{id} {language}");
        }
    }
}

#[tokio::test]
async fn whoever_closes_a_case_is_shown_the_way_to_a_note_for_himself() {
    let ground = Ground::new().await;
    let page = ground.page(view(Vec::new()));
    let link = helper_note(&page).into_string();
    assert!(link.contains("href=\"/shifts/end\"") && has(&link, "helper-note-link"));
    ground.end().await;
}
