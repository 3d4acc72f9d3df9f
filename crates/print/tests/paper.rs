//! What a person holds in the hand: read back from the PDF by programs that know nothing of ours.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod support;

use print::{NotPrinted, leaflet, poster};
use record::CardSet;
use serde_json::json;
use statements::{EntranceKind, Line, Warning, WarningAbout};
use support::{Draft, MIRROR, ONION, SITE, TODAY, codes, pages, said, solid, text, words};
use wire::{Day, Minute};

const TAGS: [&str; 4] = ["en", "ko", "ru", "uk"];
type Print = fn(&Line, Day, &str) -> Result<Vec<u8>, NotPrinted>;
const BOTH: [Print; 2] = [leaflet, poster];

fn check_words(line: &Line, tag: &str) -> String {
    let list = words::List::from_language(tag).unwrap();
    words::check_words(list, &line.id().0).join(" ")
}

/// A text in one language, for a card.
fn one(tag: &str, question: &str, answer: &str) -> serde_json::Value {
    json!({tag: {"question": question, "answer": answer}})
}

#[test]
fn a_leaflet_has_each_card_with_its_dates_and_what_tells_the_line_from_others() {
    let draft = Draft::demonstration();
    let line = draft.line();
    let set = CardSet::parse(&draft.cards.to_string()).unwrap();
    for tag in TAGS {
        let read = text(&leaflet(&line, TODAY, tag).unwrap());
        let unbroken = solid(&read);
        for card in &set.cards {
            let said = card.text(tag).unwrap();
            // What a column parts is compared without white space.
            for part in said.parts() {
                assert!(
                    unbroken.contains(&solid(part)),
                    "{tag} {}: {part}\n{read}",
                    card.id
                );
            }
            let source = &card.sources[0];
            assert!(unbroken.contains(&solid(&source.title)), "{}", source.title);
        }
        assert!(read.contains(&check_words(&line, tag)), "{tag}");
        for address in [SITE, ONION, MIRROR, "https://line.example.fake.example"] {
            assert!(unbroken.contains(address), "{tag} {address}");
        }
        let (checked, last) = match tag {
            "en" => ("Checked on 23 November 2026.", "15 January 2027"),
            "ko" => ("2026년 11월 23일에 확인함.", "2027년 1월 15일"),
            "ru" => ("Проверено 23 ноября 2026 года.", "15 января 2027 года"),
            _ => ("Перевірено 23 листопада 2026 року.", "15 січня 2027 року"),
        };
        assert!(
            read.contains(checked) && read.contains(last),
            "{tag}: {read}"
        );
        assert!(
            !read.contains("month-") && !read.contains("card-"),
            "no text is missing"
        );
    }
}

#[test]
fn every_page_says_the_check_words_the_last_day_and_that_it_is_a_demonstration() {
    let line = Draft::demonstration().line();
    let all = pages(&leaflet(&line, TODAY, "en").unwrap());
    assert!(all.len() > 1);
    for page in all {
        for due in [
            &check_words(&line, "en"),
            "15 January 2027",
            "Demonstration.",
        ] {
            assert!(page.contains(due), "{due}: {page}");
        }
    }
    let mut real = Draft::demonstration();
    real.cards["demonstration"] = json!(false);
    assert!(!text(&leaflet(&real.line(), TODAY, "en").unwrap()).contains("Demonstration."));
    assert!(!text(&poster(&real.line(), TODAY, "en").unwrap()).contains("Demonstration."));
}

#[test]
fn paper_as_in_the_north_has_the_cards_in_korean_and_its_own_spelling() {
    let draft = Draft::demonstration();
    let line = draft.line();
    let set = CardSet::parse(&draft.cards.to_string()).unwrap();
    let read = text(&leaflet(&line, TODAY, "ko-KP").unwrap());
    let unbroken = solid(&read);
    for card in &set.cards {
        let said = card.text("ko").unwrap();
        assert!(
            said.parts().all(|part| unbroken.contains(&solid(part))),
            "{}",
            card.id
        );
    }
    for paper in [read, text(&poster(&line, TODAY, "ko-KP").unwrap())] {
        assert!(paper.contains(&check_words(&line, "ko")), "{paper}");
        assert!(
            solid(&paper).contains(&solid("확인단어를 맞추어보십시오")),
            "{paper}"
        );
    }
}

#[test]
fn a_poster_is_one_page_with_everything_that_tells_the_line_from_a_fake() {
    let line = Draft::demonstration().line();
    for (tag, never, compare) in [
        (
            "en",
            "The line never writes to you first.",
            "Compare the check words: if one is different, leave.",
        ),
        (
            "ko",
            "안내창구는 절대로 먼저 글을 보내지 않습니다.",
            "하나라도 다르면 나가십시오.",
        ),
        (
            "ru",
            "Линия никогда не пишет вам первой.",
            "если хоть одно другое, уходите.",
        ),
        (
            "uk",
            "Лінія ніколи не пише вам першою.",
            "якщо хоч одне інше, виходьте.",
        ),
    ] {
        let pdf = poster(&line, TODAY, tag).unwrap();
        assert_eq!(pages(&pdf).len(), 1);
        let read = text(&pdf);
        for due in [
            never,
            compare,
            &check_words(&line, tag),
            "2027",
            SITE,
            "l[U+0456]ne.example",
        ] {
            assert!(read.contains(due), "{tag} {due}: {read}");
        }
        assert!(solid(&read).contains(ONION));
    }
}

#[test]
fn each_code_reads_back_as_its_address_even_from_a_poor_picture() {
    let line = Draft::demonstration().line();
    let mut due = vec![SITE, ONION, MIRROR];
    due.sort_unstable();
    for (print, resolution) in BOTH.into_iter().zip([150, 110]) {
        for tag in TAGS {
            let mut read = codes(&print(&line, TODAY, tag).unwrap(), resolution);
            read.sort_unstable();
            assert_eq!(read, due);
        }
    }
}

#[test]
fn an_address_alone_stands_beside_its_code_and_more_than_three_are_all_on_the_leaflet() {
    let mut draft = Draft::demonstration();
    draft.entrances.truncate(1);
    assert_eq!(
        codes(&poster(&draft.line(), TODAY, "ko").unwrap(), 110),
        [SITE]
    );
    let further = (0..13).map(|number| {
        (
            EntranceKind::Mirror,
            format!("https://mirror{number}.example"),
        )
    });
    draft.entrances.extend(further);
    draft.entrances.push((EntranceKind::Onion, ONION.into()));
    let line = draft.line();
    let mut on_leaflet = codes(&leaflet(&line, TODAY, "ru").unwrap(), 150);
    on_leaflet.sort_unstable();
    let mut all: Vec<String> = draft
        .entrances
        .iter()
        .map(|(_, address)| address.clone())
        .collect();
    all.sort_unstable();
    assert_eq!(on_leaflet, all);
    let pdf = poster(&line, TODAY, "en").unwrap();
    let on_poster = codes(&pdf, 110);
    assert_eq!(on_poster.len(), 3);
    assert!(
        on_poster.contains(&ONION.to_owned()),
        "one of each kind first"
    );
    let read = text(&pdf);
    let listed = (1..13)
        .filter(|number| read.contains(&format!("https://mirror{number}.example")))
        .count();
    assert!(
        listed == 12 || read.contains(&format!("More addresses: {}", 12 - listed)),
        "{read}"
    );
}

#[test]
fn what_does_not_stand_is_not_printed() {
    let mut draft = Draft::demonstration();
    let question = |draft: &Draft, at: usize| {
        let card = &draft.cards["cards"][at]["texts"]["en"]["question"];
        card.as_str().unwrap().to_owned()
    };
    let gone = [
        question(&draft, 0),
        question(&draft, 1),
        question(&draft, 2),
    ];
    let last = question(&draft, 10);
    draft.cards["cards"][0]["review_by"] = json!(record::date_of(TODAY));
    draft.cards["cards"][1]["suspended"] = json!("2026-11-25");
    draft.cards["cards"][2]["withdrawn"] = json!("2026-11-25");
    let read = text(&leaflet(&draft.line(), TODAY, "en").unwrap());
    assert!(
        gone.iter()
            .all(|question| !read.contains(question.as_str()))
    );
    assert!(read.contains(&last));
    // The law cards hold until 21 January: afterwards only the others do.
    draft.good_until = Day(20_783 + 100);
    draft.day = Day(20_783 + 57);
    let line = draft.line();
    let read = text(&leaflet(&line, TODAY.plus(57), "en").unwrap());
    assert!(!read.contains("What if I am captured?") && read.contains(&last));
}

#[test]
fn a_clock_that_is_set_back_revives_nothing() {
    let mut draft = Draft::of_card(one("en", "A question?", "An answer."), 5);
    draft.day = TODAY.plus(5);
    for today in [TODAY, TODAY.minus(300)] {
        let refused = leaflet(&draft.line(), today, "en").unwrap_err();
        assert!(matches!(refused, NotPrinted::NoCards { .. }), "{refused}");
        let read = text(&poster(&draft.line(), today, "en").unwrap());
        assert!(read.contains("As of 1 December 2026"), "{read}");
    }
}

#[test]
fn nothing_is_trusted_longer_than_the_first_of_its_parts() {
    let texts = one("en", "A question?", "An answer.");
    let by_card = Draft::of_card(texts.clone(), 5).line();
    let read = text(&leaflet(&by_card, TODAY, "en").unwrap());
    assert!(
        read.contains("Do not trust this after 30 November 2026"),
        "{read}"
    );
    let by_addresses = Draft::of_card(texts, 100);
    let read = text(&leaflet(&by_addresses.line(), TODAY, "en").unwrap());
    assert!(
        read.contains("Do not trust this after 15 January 2027"),
        "{read}"
    );
    assert!(
        read.contains("Do not trust it after 5 March 2027."),
        "{read}"
    );
}

#[test]
fn each_refusal_says_why() {
    let draft = Draft::demonstration();
    let line = draft.line();
    for print in BOTH {
        assert_eq!(
            print(&line, TODAY, "fr"),
            Err(NotPrinted::Language("fr".into()))
        );
        let late = TODAY.plus(51);
        assert_eq!(
            print(&line, late, "en"),
            Err(NotPrinted::NoEntrances(record::date_of(late)))
        );
        let mut without = Draft::demonstration();
        without.entrances.clear();
        let refused = print(&without.line(), TODAY, "en").unwrap_err();
        assert_eq!(refused, NotPrinted::NoEntrances("2026-11-26".into()));
        let long = format!("https://line.example/{}", "a".repeat(200));
        let mut dense = Draft::demonstration();
        dense.entrances[2].1.clone_from(&long);
        assert_eq!(
            print(&dense.line(), TODAY, "en"),
            Err(NotPrinted::TooDense(long))
        );
    }
    let russian = Draft::of_card(one("ru", "Вопрос?", "Ответ."), 5).line();
    let refused = leaflet(&russian, TODAY, "ko").unwrap_err();
    assert!(
        matches!(refused, NotPrinted::NoCards { tag: "ko", .. }),
        "{refused}"
    );
    let strange = Draft::of_card(one("ko", "질문?", "대답 漢字."), 5).line();
    let refused = leaflet(&strange, TODAY, "ko").unwrap_err().to_string();
    assert!(
        refused.contains("the card one") && refused.contains("漢 (U+6F22)"),
        "{refused}"
    );
    let mut unreadable = Draft::demonstration();
    unreadable.cards = json!([]);
    let refused = leaflet(&unreadable.line(), TODAY, "en").unwrap_err();
    assert!(matches!(refused, NotPrinted::NoCards { .. }), "{refused}");
    let endless = Draft::of_card(one("en", "Long?", &"Very long. ".repeat(60_000)), 5).line();
    assert_eq!(
        leaflet(&endless, TODAY, "en"),
        Err(NotPrinted::DoesNotFit("the leaflet"))
    );
}

#[test]
fn hostile_texts_neither_turn_nor_cover_nor_leave_the_page() {
    let word = "endless".repeat(300);
    let answer = format!(
        "a\u{202e}b\u{2066}c\u{7}d\u{200b}e {word} z{}",
        "\u{301}".repeat(50)
    );
    let draft = Draft::of_card(one("en", "Is\u{202e} this\u{0} real?", &answer), 5);
    let pdf = leaflet(&draft.line(), TODAY, "en").unwrap();
    let read = text(&pdf);
    assert!(
        read.contains("Is this real?") && read.contains("abcde"),
        "{read}"
    );
    // The foot of a page may stand between its halves.
    assert!(solid(&read).matches("endless").count() > 295);
    assert!(!read.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{7}']));
    assert!(read.matches('\u{301}').count() <= 2);
    // A margin of 12 mm stays white on every page.
    for page in support::pictures(&pdf, 72) {
        let margin = 34;
        for (at, pixel) in page.pixels.iter().enumerate() {
            let (x, y) = (at % page.width, at / page.width);
            let is_margin =
                x < margin || y < margin || x >= page.width - margin || y >= page.height - 20;
            assert!(!is_margin || *pixel == 255, "{x} {y}");
        }
    }
}

#[test]
fn a_decomposed_text_is_printed_composed() {
    let decomposed = "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}?";
    let draft = Draft::of_card(one("ko", decomposed, "대답."), 5);
    assert!(text(&leaflet(&draft.line(), TODAY, "ko").unwrap()).contains("한글?"));
}

#[test]
fn a_warning_stands_on_both_while_it_is_on() {
    let mut draft = Draft::demonstration();
    for about in WarningAbout::ALL {
        draft.warning = Some(Warning {
            serial: 1,
            issued: Minute(TODAY.0 * Minute::PER_DAY),
            until: TODAY.plus(3),
            about: *about,
            address: "l\u{456}ne.example".into(),
        });
        let line = draft.line();
        for print in BOTH {
            for (tag, date) in
                TAGS.into_iter()
                    .zip(["29 November", "11월 29일", "29 ноября", "29 листопада"])
            {
                let read = text(&print(&line, TODAY, tag).unwrap());
                assert!(
                    read.contains(date) && read.contains("l[U+0456]ne.example"),
                    "{read}"
                );
                let later = text(&print(&line, TODAY.plus(4), tag).unwrap());
                assert!(!later.contains(date), "{later}");
            }
        }
    }
}

#[test]
fn a_poster_with_more_than_one_page_holds_is_refused_and_never_cut() {
    let mut draft = Draft::demonstration();
    let long = |name: &str| format!("https://{name}.example/{}", "a".repeat(80));
    draft.entrances = ["one", "two", "three"]
        .map(|name| (EntranceKind::Mirror, long(name)))
        .to_vec();
    assert_eq!(
        codes(&poster(&draft.line(), TODAY, "ru").unwrap(), 110).len(),
        3
    );
    draft.warning = Some(Warning {
        serial: 1,
        issued: Minute(TODAY.0 * Minute::PER_DAY),
        until: TODAY,
        about: WarningAbout::FakeEntrance,
        address: "\u{456}".repeat(120),
    });
    let refused = poster(&draft.line(), TODAY, "ru");
    assert_eq!(refused, Err(NotPrinted::DoesNotFit("the poster")));
}

#[test]
fn many_fakes_are_counted_where_they_have_no_room() {
    let mut draft = Draft::demonstration();
    draft.fakes = (0..64)
        .map(|number| format!("https://fake{number}.example"))
        .collect();
    let line = draft.line();
    for print in BOTH {
        let read = text(&print(&line, TODAY, "en").unwrap());
        let listed = read.matches("https://fake").count();
        let due = format!(
            "Other addresses that only look like the line: {}",
            64 - listed
        );
        assert!(read.contains(&due), "{due}: {read}");
    }
}

#[test]
fn the_same_line_and_day_give_the_same_bytes_and_nothing_tells_who_printed() {
    let (one, other) = (Draft::demonstration().line(), Draft::demonstration().line());
    for print in BOTH {
        for tag in TAGS {
            let pdf = print(&one, TODAY, tag).unwrap();
            assert_eq!(pdf, print(&other, TODAY, tag).unwrap());
            let facts = said("pdfinfo", &[], &pdf);
            for untold in ["Producer", "Creator", "Author", "CreationDate", "ModDate"] {
                assert!(!facts.contains(untold), "{facts}");
            }
        }
    }
    let facts = said("pdfinfo", &[], &leaflet(&one, TODAY, "en").unwrap());
    assert!(
        facts.contains("Title:           Notes"),
        "its name looks like notes: {facts}"
    );
}

#[test]
fn fonts_are_embedded_and_the_text_is_tagged_in_its_language() {
    let line = Draft::demonstration().line();
    for print in BOTH {
        for tag in TAGS {
            let pdf = print(&line, TODAY, tag).unwrap();
            let fonts = said("pdffonts", &[], &pdf);
            let fonts: Vec<Vec<&str>> = fonts
                .lines()
                .skip(2)
                .map(|line| line.split_whitespace().collect())
                .collect();
            assert_eq!(fonts.len(), 2, "regular and bold");
            for font in fonts {
                let facts = &font[font.len() - 5..font.len() - 2];
                assert_eq!(
                    facts,
                    ["yes", "yes", "yes"],
                    "embedded, a subset, readable: {font:?}"
                );
            }
            let structure = words(&said("pdfinfo", &["-enc", "UTF-8", "-struct-text"], &pdf));
            assert!(
                structure.contains("H1") && structure.contains("Figure"),
                "{structure}"
            );
            let raw = String::from_utf8_lossy(&pdf);
            assert!(
                raw.contains(&format!("/Lang({tag})")) || raw.contains(&format!("/Lang ({tag})"))
            );
            assert!(
                pdf.len() < 200_000,
                "small enough to be passed on: {}",
                pdf.len()
            );
        }
    }
}
