//! The page's files: what they say is in Fluent, and nothing in them can keep or leak anything.

const HTML: &str = include_str!("../../web/index.html");
const TURNS: &str = include_str!("../../web/turns.js");
const WORKERS: [&str; 2] = [
    include_str!("../../web/letters-worker.js"),
    include_str!("../../web/worker.js"),
];
/// The scripts of the page and of its workers.
const SCRIPT: &str = concat!(
    include_str!("../../web/page.js"),
    include_str!("../../web/entrances.js"),
    include_str!("../../web/handover.js"),
    include_str!("../../web/letters.js"),
    include_str!("../../web/letters-worker.js"),
    include_str!("../../web/turns.js"),
    include_str!("../../web/worker.js")
);
const STRINGS: [(&str, &str); 5] = [
    ("en", include_str!("../../strings/en.ftl")),
    ("ko", include_str!("../../strings/ko.ftl")),
    ("ko-KP", include_str!("../../strings/ko-KP.ftl")),
    ("ru", include_str!("../../strings/ru.ftl")),
    ("uk", include_str!("../../strings/uk.ftl")),
];

/// Everything between `before` and the next double quote.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(|rest| rest.split('"').next()).collect()
}

fn message<'a>(strings: &'a str, id: &str) -> Option<&'a str> {
    let mut lines = strings.lines();
    lines.find_map(|line| line.strip_prefix(id)?.strip_prefix(" = "))
}

#[test]
fn every_text_on_the_screens_is_in_all_languages() {
    let mut ids = quoted(HTML, "data-say=\"");
    ids.extend(quoted(HTML, "data-label=\""));
    for call in [
        "said(\"",
        "work(\"",
        "paragraph(\"",
        "unread(\"",
        "trouble(\"",
        "Trouble(\"",
        "own(\"p\", \"",
        "say(by(\"feedback-said\"), said ? \"",
        "say(element, \"",
        "{}), \"",
        "=== 1 ? \"",
        "className: \"small\" }), \"",
    ] {
        ids.extend(quoted(SCRIPT, call));
    }
    for list in [
        "const WARNED = [",
        "const ENTRANCES = [",
        "const CAREFUL = [",
        "const NOT_BROUGHT = [",
    ] {
        let list = SCRIPT.split(list).nth(1).unwrap();
        ids.extend(
            list.split(']')
                .next()
                .unwrap()
                .split('"')
                .skip(1)
                .step_by(2),
        );
    }
    ids.extend(["here-unknown", "here-listed", "here-unlisted", "no-address"]);
    ids.extend(["report-thanks", "report-failed"]);
    let brief = SCRIPT.split("const BRIEF = {").nth(1).unwrap();
    ids.extend(quoted(brief.split('}').next().unwrap(), ": \""));
    for element in [
        "outcome",
        "wait",
        "typing-error",
        "measured",
        "working-what",
        "bring-said",
        "letter-code-number",
    ] {
        ids.extend(quoted(SCRIPT, &format!("say(by(\"{element}\"), \"")));
    }
    for unit in ["minutes", "hours"] {
        for ending in ["wait-", "brief-"] {
            let id = format!("{ending}{unit}");
            assert!(STRINGS.iter().all(|(_, s)| message(s, &id).is_some()));
        }
    }
    for refused in ["const REFUSED = {", "const HAND_IN_REFUSED = {"] {
        let refused = SCRIPT.split(refused).nth(1).unwrap();
        ids.extend(quoted(refused.split('}').next().unwrap(), ": \""));
    }
    ids.retain(|id| !id.is_empty() && !id.ends_with('-'));
    assert!(ids.len() > 50);
    for id in ids {
        for (language, strings) in STRINGS {
            assert!(message(strings, id).is_some(), "{language} has no {id}");
        }
    }
}

#[test]
fn no_text_travels_that_no_screen_shows() {
    let made = ["brief-minutes", "brief-hours", "wait-minutes", "wait-hours"];
    let (_, english) = STRINGS[0];
    let messages = english.lines().filter(|line| !line.starts_with('#'));
    for (id, _) in messages.filter_map(|line| line.split_once(" = ")) {
        let named = format!("\"{id}\"");
        let is_shown = HTML.contains(&named) || SCRIPT.contains(&named) || made.contains(&id);
        assert!(is_shown, "{id}");
    }
}

#[test]
fn without_scripts_the_page_says_so_before_anything_else_and_shows_the_answers() {
    let scripts = HTML.find("<script").unwrap();
    let needed = HTML.find("data-say=\"scripts-needed\"").unwrap();
    let link = HTML.find("<a href=\"/plain/@tag@/\" data-say=\"without-scripts\">");
    assert!(needed < scripts && link.unwrap() < scripts);
    for shown in ["<section id=\"start\" ", "<section id=\"cards\" "] {
        let place = HTML.find(shown).unwrap();
        let tag = HTML[place..].split_once('>').unwrap().0;
        assert!(place < scripts && !tag.contains(" hidden"), "{tag}");
    }
}

#[test]
fn what_the_relay_completes_stands_once_and_in_the_order_in_which_it_is_put_in() {
    let names = [
        "@pace@",
        "@warning@",
        "@check-words@",
        "@answers@",
        "@line@",
    ];
    let places = names.map(|name| {
        assert_eq!(HTML.matches(name).count(), 1, "{name}");
        HTML.find(name).unwrap()
    });
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_the_relay_puts_in_stands_on_a_line_of_its_own_after_a_line_that_stands_once() {
    let lines: Vec<&str> = HTML.lines().collect();
    // `crates/release` and `docs/operate/check-page.sh` take it out again by these lines.
    for (before, name) in [
        ("<!--warning-->", "@warning@"),
        (
            "<p id=\"check-words\" data-testid=\"check-words\">",
            "@check-words@",
        ),
        ("<div id=\"cards-list\">", "@answers@"),
        ("<script type=\"text/plain\" id=\"line\">", "@line@"),
    ] {
        let mut places = (0..lines.len()).filter(|place| lines[*place] == before);
        assert_eq!(lines[places.next().unwrap() + 1], name);
        assert_eq!(places.next(), None, "{before}");
    }
    assert!(lines.contains(&"<body data-leave=\"about:blank\" data-pace=\"@pace@\">"));
}

#[test]
fn nothing_in_the_page_can_be_submitted_filled_in_or_kept() {
    assert!(!HTML.contains("<form") && !HTML.contains("style="));
    // Only what was carried is taken from a file.
    let inputs = HTML.split("<input ").skip(1);
    assert!(
        inputs.clone().count() == 2 && inputs.clone().all(|one| one.starts_with("type=\"file\" "))
    );
    for element in HTML
        .split('<')
        .filter(|element| !element.starts_with("meta"))
    {
        assert!(!element.contains(" name="), "{element}");
    }
    for field in HTML
        .split('<')
        .filter(|element| element.starts_with("textarea"))
    {
        for off in [
            "autocomplete=\"off\"",
            "autocorrect=\"off\"",
            "autocapitalize=\"off\"",
            "spellcheck=\"false\"",
        ] {
            assert!(field.contains(off), "{field}");
        }
    }
    for button in HTML
        .split('<')
        .filter(|element| element.starts_with("button"))
    {
        assert!(button.starts_with("button type=\"button\""), "{button}");
    }
    let keeps = [
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "cookie",
        "caches.",
        "serviceWorker",
        "pushState",
        "replaceState",
    ];
    let leaks = [
        "innerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "http:",
        "https:",
        "window.open",
        "sendBeacon",
        "location.hash",
    ];
    for word in [keeps.as_slice(), &leaks].concat() {
        assert!(!SCRIPT.contains(word), "{word}");
    }
}

#[test]
fn what_asks_opens_nothing_and_what_opens_asks_nobody() {
    let asks = [
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "importScripts",
    ];
    assert_eq!(TURNS.matches(asks[0]).count(), 1);
    for worker in WORKERS {
        for word in asks {
            assert!(!worker.contains(word), "{word}");
        }
    }
    assert!(!TURNS.contains("WebAssembly"));
    // What it is told: how to reach who holds the visit, what is sealed, what fills time, and when to begin.
    assert!(TURNS.contains("({ data: { turns } })"));
    assert!(TURNS.contains("({ data: { page, asked, fill } })"));
}
