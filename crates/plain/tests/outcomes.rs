//! The outcomes of months on the plain pages: only what enough coordinators signed, with its range and all that must stand beside it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod common;

use common::{Ground, TODAY, cards, demonstration};
use plain::{Language, Pages, Site};
use publication::{Epsilon, Month, Publication, Question, Questions};
use scraper::{Html, Selector};
use statements::{PublishedMonth, UnverifiedStatement};

fn month(year: u16, number: u8, contacts: i64) -> PublishedMonth {
    let questions = Questions::of(&[Question::Contacts, Question::Reached]).unwrap();
    let head = (Month::new(year, number).unwrap(), Epsilon::MONTH, questions);
    let drawn = Publication::of(head, [contacts, 0, contacts - 7, 3, -20]);
    PublishedMonth::of(drawn.to_bytes()).unwrap()
}

fn signed(ground: &Ground, month: &PublishedMonth) -> Vec<u8> {
    ground.sign(month.draft(ground.id())).to_bytes()
}

fn site(ground: &Ground, statements: &[Vec<u8>]) -> Site {
    let line = ground.line();
    Site::of(&line, TODAY).with_outcomes(&line, statements.iter().map(Vec::as_slice))
}

fn text(site: &Site, path: &str) -> String {
    String::from_utf8(site.file(path, None).unwrap().bytes).unwrap()
}

fn paths_of_outcomes(site: &Site) -> Vec<String> {
    let paths = site.paths().into_iter();
    paths.filter(|path| path.contains("outcomes")).collect()
}

fn all(html: &str, selector: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    assert_eq!(document.errors, [""; 0]);
    let selector = Selector::parse(selector).unwrap();
    let found = document.select(&selector);
    found.map(|element| element.text().collect()).collect()
}

#[test]
fn a_published_month_is_shown_with_its_range_in_each_language_and_linked_from_the_front() {
    let ground = Ground::new(&demonstration());
    let site = site(&ground, &[signed(&ground, &month(2026, 10, 120))]);
    for language in Language::all() {
        let tag = language.tag();
        let front = text(&site, &format!("{tag}/index.html"));
        assert!(
            front.contains("href=\"outcomes-2026-10.html\""),
            "{tag} does not link to it"
        );
        let page = text(&site, &format!("{tag}/outcomes-2026-10.html"));
        assert_eq!(all(&page, "tbody tr").len(), 5, "{tag}: five figures");
        // Two questions at ε = 0.5: 11 to either side.
        let cells = all(&page, "tbody td");
        assert!(cells[0].contains("120"), "{tag}: {cells:?}");
        assert!(
            cells[1].contains("108") && cells[1].contains("132"),
            "{tag}: {cells:?}"
        );
        assert_eq!(all(&page, "svg > title").len(), 1, "{tag}: a picture");
        let said = all(&page, "main p").join("\n");
        for needed in ["ε = 0.5", "troops-at-front-denied", "troops-pledged"] {
            assert!(said.contains(needed), "{tag}: {needed} is not in {said}");
        }
        for id in ["outcomes-", "figure-", "question-", "claim-"] {
            let texts = all(&page, "p, td, th, h1, h2, a").join("\n");
            assert!(!texts.contains(id), "{tag} shows a message's name: {id}");
        }
        let picture = site.file(&format!("{tag}/outcomes-2026-10.svg"), None);
        let picture = picture.unwrap();
        assert_eq!(picture.media_type, "image/svg+xml; charset=utf-8");
        let picture = String::from_utf8(picture.bytes).unwrap();
        for sentence in all(&page, "main > p[dir=auto]") {
            let word = sentence.split_whitespace().next().unwrap();
            let word = word.replace('"', "&quot;");
            assert!(
                picture.contains(&word),
                "{tag}: {word} is not in the picture"
            );
        }
    }
    let korean = all(&text(&site, "ko-KP/outcomes-2026-10.html"), "main p").join("\n");
    assert!(korean.contains("안내창구") && !korean.contains("이 창구는"));
}

#[test]
fn every_link_of_a_month_leads_to_a_file() {
    let ground = Ground::new(&cards());
    let months = [month(2026, 9, 60), month(2026, 10, 120)];
    let statements: Vec<Vec<u8>> = months.iter().map(|of| signed(&ground, of)).collect();
    let site = site(&ground, &statements);
    let paths = site.paths();
    for path in paths_of_outcomes(&site)
        .iter()
        .filter(|path| path.ends_with(".html"))
    {
        let document = Html::parse_document(&text(&site, path));
        for element in document.select(&Selector::parse("a").unwrap()) {
            let link = element.value().attr("href").unwrap();
            let folder = path.split_once('/').unwrap().0;
            let target = match link.strip_prefix("../") {
                Some(up) => up.to_owned(),
                None => format!("{folder}/{link}"),
            };
            assert!(paths.contains(&target), "{path} links to {link}");
        }
    }
    // Newest first.
    let front = text(&site, "en/index.html");
    let place = |of: &str| front.find(of).unwrap();
    assert!(place("outcomes-2026-10.html") < place("outcomes-2026-09.html"));
}

#[test]
fn tables_and_what_was_signed_can_be_taken_along() {
    let ground = Ground::new(&cards());
    let statement = signed(&ground, &month(2026, 10, 120));
    let site = site(&ground, std::slice::from_ref(&statement));
    let csv = site.file("outcomes.csv", None).unwrap();
    assert_eq!(csv.media_type, "text/csv; charset=utf-8");
    let csv = String::from_utf8(csv.bytes).unwrap();
    assert!(csv.contains("2026-10,contacts,120,,108,132,0.5,"), "{csv}");
    let taken = site.file("outcomes-2026-10.statement", None).unwrap();
    assert_eq!(taken.bytes, statement);
    let read = UnverifiedStatement::parse(&taken.bytes).unwrap();
    assert!(PublishedMonth::verify(&read, ground.line().delegation()).is_ok());
}

#[test]
fn what_too_few_signed_or_nobody_can_read_is_not_shown() {
    let ground = Ground::new(&cards());
    let of = month(2026, 10, 120);
    let alone = ground.sign_alone(of.draft(ground.id()), 0).to_bytes();
    let unread = PublishedMonth::of(vec![1, 0x07, 0xea, 10, 9, 9]).unwrap();
    let unread = signed(&ground, &unread);
    let site = site(&ground, &[alone, unread, b"no statement".to_vec()]);
    assert_eq!(paths_of_outcomes(&site), [""; 0]);
    assert!(site.file("outcomes.csv", None).is_none());
    assert!(site.file("en/outcomes-2026-10.html", None).is_none());
    assert!(!text(&site, "en/index.html").contains("outcomes"));
}

#[test]
fn a_pack_and_the_parts_of_the_scripted_page_are_the_same_with_outcomes() {
    let ground = Ground::new(&cards());
    let pages = Pages::of(&ground.line(), TODAY, None);
    assert!(pages.iter().all(|(path, _)| !path.contains("outcomes")));
    let bare = site(&ground, &[]);
    let shown = site(&ground, &[signed(&ground, &month(2026, 10, 120))]);
    let (bare, shown) = (
        bare.fragments(Language::ENGLISH),
        shown.fragments(Language::ENGLISH),
    );
    assert_eq!((bare.answers, bare.warning), (shown.answers, shown.warning));
}

#[test]
fn a_hostile_claim_breaks_neither_page_nor_picture() {
    let mut set = demonstration();
    let text_of = "</text><script>alert(1)</script>\u{0}\u{7}";
    for claim in set["record"]["claims"].as_array_mut().unwrap() {
        claim["text"] = text_of.into();
        claim["said_by"] = text_of.into();
    }
    set["claims"] = serde_json::json!({});
    let ground = Ground::new(&set);
    let site = site(&ground, &[signed(&ground, &month(2026, 10, 120))]);
    for path in ["en/outcomes-2026-10.html", "en/outcomes-2026-10.svg"] {
        let file = text(&site, path);
        assert!(file.contains("alert(1)") && !file.contains("<script>"));
        assert!(!file.contains(['\u{0}', '\u{7}']), "{path}");
    }
}
