//! The pages as a reader's browser and a second HTML parser see them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod common;

use std::collections::BTreeSet;

use common::{Ground, TODAY, cards, demonstration};
use plain::{Pages, card_file};
use scraper::{Html, Selector};
use statements::Wait;
use wire::Day;

fn pages(ground: &Ground) -> Pages {
    Pages::of(&ground.line(), TODAY, None)
}

fn html(pages: &Pages, path: &str) -> String {
    let file = pages.get(path).unwrap_or_else(|| panic!("no {path}"));
    String::from_utf8(file.bytes.clone()).unwrap()
}

/// What a reader sees, without marks.
fn seen(pages: &Pages, path: &str) -> String {
    let document = Html::parse_document(&html(pages, path));
    let body = Selector::parse("body").unwrap();
    let body = document.select(&body).next().unwrap();
    let text = body.text().collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn all(document: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let elements = document.select(&selector);
    let values = elements.filter_map(|element| element.value().attr(attribute));
    values.map(str::to_owned).collect()
}

/// Where a relative link leads from a page.
fn target(page: &str, link: &str) -> String {
    let folder = page.rsplit_once('/').map(|(folder, _)| folder);
    match (folder, link.strip_prefix("../")) {
        (Some(_), Some(up)) => up.to_owned(),
        (Some(folder), None) => format!("{folder}/{link}"),
        (None, _) => link.to_owned(),
    }
}

#[test]
fn every_link_leads_to_a_file_of_the_set() {
    for set in [cards(), demonstration()] {
        let pages = pages(&Ground::new(&set));
        let mut linked = BTreeSet::new();
        for (path, file) in pages.iter().filter(|(path, _)| path.ends_with(".html")) {
            assert_eq!(file.media_type, "text/html; charset=utf-8");
            let document = Html::parse_document(&html(&pages, path));
            for link in all(&document, "a, link[rel=stylesheet]", "href") {
                let target = target(path, &link);
                assert!(pages.get(&target).is_some(), "{path} links to {link}");
                linked.insert(target);
            }
            let icons = all(&document, "link[rel=icon]", "href");
            assert_eq!(icons, ["data:,"]);
        }
        let lost = pages.iter().filter(|(path, _)| {
            path.ends_with(".html") && *path != "index.html" && !linked.contains(*path)
        });
        let lost: Vec<&str> = lost.map(|(path, _)| path).collect();
        assert_eq!(lost, [""; 0], "a page that nothing links to");
    }
}

#[test]
fn pages_are_html_without_mistakes_and_load_nothing() {
    for set in [cards(), demonstration()] {
        let pages = pages(&Ground::new(&set));
        for (path, _) in pages.iter().filter(|(path, _)| path.ends_with(".html")) {
            let document = Html::parse_document(&html(&pages, path));
            assert_eq!(document.errors, [""; 0], "{path}");
            for element in ["script", "img", "iframe", "form", "style", "object", "base"] {
                let selector = Selector::parse(element).unwrap();
                assert_eq!(document.select(&selector).count(), 0, "{path}: {element}");
            }
            let tag = path.split_once('/').map_or("en", |(tag, _)| tag);
            assert_eq!(all(&document, "html", "lang"), [tag]);
            assert_eq!(all(&document, "html", "dir"), ["ltr"]);
            let robots = all(&document, "meta[name=robots]", "content");
            assert_eq!(robots, ["noindex, nofollow"]);
            let referrer = all(&document, "meta[name=referrer]", "content");
            assert_eq!(referrer, ["no-referrer"]);
            let title = Selector::parse("title").unwrap();
            let title: String = document.select(&title).next().unwrap().text().collect();
            assert!(["Notes", "수첩", "Заметки", "Нотатки"].contains(&&*title));
        }
    }
}

#[test]
fn a_card_that_does_not_stand_shows_no_answer_and_stands_apart() {
    let pages = pages(&Ground::new(&cards()));
    for (id, words, says) in [
        ("suspended", "Held back", "checked again, since 2026-11-20"),
        ("withdrawn", "Taken back", "taken back on 2026-11-21"),
        ("expired", "Too old", "past its review date, 2026-11-26"),
    ] {
        for language in ["en", "ko"] {
            let page = html(&pages, &format!("{language}/{}", card_file(id)));
            assert!(!page.contains(&format!("{words} answer.")), "{id}");
            assert!(page.contains(&format!("{words}?")));
            assert!(!page.contains("Treaty"), "nor its sources");
        }
        assert!(seen(&pages, &format!("en/{}", card_file(id))).contains(says));
    }
    let page = Html::parse_document(&html(&pages, "en/index.html"));
    let apart = all(&page, ".apart a", "href");
    assert_eq!(apart, ["suspended", "withdrawn", "expired"].map(card_file));
    let main = all(&page, ".links:not(.apart) a", "href");
    assert!(main.contains(&card_file("plain")));
    assert!(main.iter().all(|link| !apart.contains(link)));
}

#[test]
fn a_card_can_stand_alone() {
    let ground = Ground::new(&cards());
    let pages = pages(&ground);
    let words = words::check_words(words::List::English, &ground.id().0).join(" ");
    let page = seen(&pages, &format!("en/{}", card_file("rests")));
    for part in [
        "Resting?",
        "Resting answer.",
        "Checked on 2026-11-01",
        "Do not trust after 2026-12-23",
        "Never",
        "Nor that.",
        "Treaty",
        "read on 2026-10-30",
        "It is so.",
        "One side",
        "How: stated",
        "Said on 2026-03-01",
        "Somebody, 2026-03",
        "https://paper.example/x?<y>",
        "Against it stands",
        "It is not so.",
        "Other side",
        "As of 2026-11-26",
        &words,
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let korean = seen(&pages, &format!("ko/{}", card_file("rests")));
    assert!(korean.contains("번역된 말") && korean.contains("번역되지 않음"));
    assert!(korean.contains("절대로 하지 말 것") || !korean.contains("Never"));
}

#[test]
fn hostile_text_stays_text_and_its_id_stays_in_its_folder() {
    let pages = pages(&Ground::new(&cards()));
    let name = card_file("../../escape");
    assert!(!name.contains('/') && !name.contains(".."));
    let page = html(&pages, &format!("en/{name}"));
    assert!(!page.contains("<script>") && !page.contains('\0'));
    let seen = seen(&pages, &format!("en/{name}"));
    assert!(seen.contains("<script>alert(1)</script>&\"'</title>"));
    assert!(!html(&pages, "en/index.html").contains("<b>fake</b>"));
    let names: BTreeSet<String> = pages.iter().map(|(path, _)| path.to_lowercase()).collect();
    assert_eq!(
        names.len(),
        pages.iter().count(),
        "also where case does not count"
    );
}

#[test]
fn of_two_cards_with_one_name_none_is_shown() {
    let pages = pages(&Ground::new(&cards()));
    assert!(pages.get(&format!("en/{}", card_file("twice"))).is_none());
    assert!(!html(&pages, "en/index.html").contains("First?"));
}

#[test]
fn a_card_in_another_language_only_is_offered_in_that_one() {
    let pages = pages(&Ground::new(&cards()));
    let page = Html::parse_document(&html(&pages, "en/index.html"));
    assert_eq!(
        all(
            &page,
            &format!("a[href='../ko/{}']", card_file("korean")),
            "lang"
        ),
        ["ko"]
    );
    assert!(pages.get(&format!("en/{}", card_file("korean"))).is_none());
}

#[test]
fn a_card_in_korean_is_read_in_both_ways_of_writing_it() {
    let pages = pages(&Ground::new(&cards()));
    let name = card_file("korean");
    assert!(html(&pages, "ko-KP/index.html").contains(&format!("<a href=\"{name}\"")));
    let card = Html::parse_document(&html(&pages, &format!("ko-KP/{name}")));
    assert_eq!(all(&card, "html", "lang"), ["ko-KP"]);
    assert_eq!(all(&card, "h1", "lang"), ["ko"]);
    let card = Html::parse_document(&html(&pages, &format!("ko/{name}")));
    assert_eq!(all(&card, "h1[lang]", "lang"), [""; 0]);
    // Translations of claims are there for both, and what the page says itself is in its own spelling.
    let card = seen(&pages, &format!("ko-KP/{}", card_file("rests")));
    assert!(card.contains("번역된 말") && card.contains("확인단어"));
    assert!(!card.contains("확인 단어"), "{card}");
}

#[test]
fn entrances_warnings_and_fakes_are_told_as_text_until_their_day() {
    let ground = Ground::new(&cards());
    let page = seen(&pages(&ground), "en/index.html");
    for part in [
        "https://line.example",
        "http://abcdefghijklmnop.onion",
        "https://mirror.example/copy/",
        "to be trusted until 2027-01-02",
        "only look like this line",
        "https://l1ne.example",
        "Do not write there.",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let later = Pages::of(&ground.line(), Day(20_821), None);
    let page = seen(&later, "en/index.html");
    assert!(page.contains("until 2027-01-02 only"));
    assert!(
        !page.contains("https://mirror.example"),
        "no old place is offered"
    );
    assert!(page.contains("https://l1ne.example"), "a fake stays one");
    assert!(!page.contains("Do not write there."), "the warning is over");
    let bare = seen(&pages(&Ground::bare()), "en/index.html");
    assert!(bare.contains("Nobody has signed a list of places yet"));
    assert!(bare.contains("There are no answers here yet."));
}

#[test]
fn a_wait_is_told_only_where_one_is_given() {
    let line = Ground::new(&cards()).line();
    let told = |guides, expected| {
        let mut wait = Wait::of(guides, expected);
        wait.surge = true;
        seen(&Pages::of(&line, TODAY, Some(&wait)), "en/index.html")
    };
    assert!(told(2, Some(30)).contains("about 30 min"));
    assert!(told(2, Some(91)).contains("about 2 h"));
    assert!(told(2, None).contains("We do not know how long"));
    assert!(told(0, Some(30)).contains("No guide is on duty now"));
    assert!(told(2, Some(30)).contains("Many people are writing now"));
    let page = seen(&Pages::of(&line, TODAY, None), "en/index.html");
    assert!(!page.contains("guide"));
}

#[test]
fn all_languages_say_everything() {
    let pages = pages(&Ground::new(&demonstration()));
    for tag in ["en", "ko", "ko-KP", "ru", "uk"] {
        let folder = format!("{tag}/");
        for (path, _) in pages.iter().filter(|(path, _)| path.starts_with(&folder)) {
            let bytes = &pages.get(path).unwrap().bytes;
            let text = String::from_utf8(bytes.clone()).unwrap();
            for id in [
                ">card-",
                ">warning-",
                ">state-",
                ">how-",
                ">entrance",
                ">feed-",
            ] {
                assert!(
                    !text.contains(id),
                    "{path} shows the name of a message: {id}"
                );
            }
        }
    }
}
