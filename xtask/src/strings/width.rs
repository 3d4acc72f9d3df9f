//! Whether texts fit a screen that is 320 px wide. There is no font here, so widths are estimates: a Hangul syllable is as wide as the letters
//! are high, a Latin or Cyrillic letter 0.58 of that, which is between what plain and bold ones take.
//!
//! Paragraphs break between words, so only a run without a space can be too wide; a button must also not grow over many lines.

use std::collections::BTreeMap;

use super::Messages;

/// The page's document, in which texts are placed.
pub(super) const PAGE: &str = "crates/page/web/index.html";
/// The page's style, from which the numbers here are taken.
pub(super) const STYLE: &str = "crates/page/web/page.css";

/// What the style says, as far as numbers here are taken from it.
const TAKEN: [&str; 14] = [
    "font: 1.0625rem/1.5 ",
    "header, nav, #language-said, main { max-width: 40rem; margin: 0 auto; padding: 0 1rem; }",
    "nav { padding-top: .35rem; display: flex; flex-wrap: wrap; gap: .25rem; }",
    "nav a { flex: 1 1 auto; display: grid; place-items: center; min-height: 3rem; padding: .25rem .4rem; border: 2px solid transparent; border-radius: .5rem; color: inherit; font-size: .9375rem; }",
    "h1 { margin: .5rem 0; font-size: 1rem;",
    "h2 { margin: 1.25rem 0 .5rem; font-size: 1.125rem;",
    "  padding: .6rem .8rem;\n  border: 2px solid var(--edge);",
    ".check { margin-top: 1.5rem; padding: .25rem .8rem; border: 2px solid",
    ".choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.5rem), 1fr)); gap: .35rem; }",
    ".choices button { margin: 0; padding-inline: .4rem; }",
    ".choices small { display: block; font-size: .875rem;",
    ".band { margin: .75rem 0; padding: .25rem .8rem; border-left: 4px solid",
    ".band button { min-height: 4.5rem; font-size: 1.25rem; }",
    "article, details { margin: .75rem 0; padding: .25rem .8rem; border: 2px solid",
];

/// Pixels of a `rem`.
const REM: f64 = 16.0;
/// The narrowest screen, less the margins of everything on it.
const SCREEN: f64 = 320.0 - 2.0 * REM;
/// What the edge and the padding of a box take, left and right together.
const EDGES: f64 = 2.0 * 0.8 * REM + 4.0;
/// The same for a button among several in a row.
const NARROW_EDGES: f64 = 2.0 * 0.4 * REM + 4.0;
/// How many lines a button may have.
const LINES: usize = 3;
/// What stands before the text of a button that is chosen: a tick, and a space that does not break.
const TICK: &str = "✓\u{a0}";

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Place {
    /// The pixels that a line has.
    width: f64,
    /// The height of its letters in pixels.
    size: f64,
    is_button: bool,
    has_tick: bool,
}

/// A paragraph in a box with an edge: where texts stand that a script places, and those of other pages.
const ELSEWHERE: Place = Place {
    width: SCREEN - EDGES,
    size: 1.0625 * REM,
    is_button: false,
    has_tick: false,
};

/// An element of the document: its name and what stands behind it in the tag.
#[derive(Clone, Copy)]
struct Element<'a> {
    name: &'a str,
    attributes: &'a str,
}

impl<'a> Element<'a> {
    fn attribute(self, name: &str) -> Option<&'a str> {
        let (_, rest) = self.attributes.split_once(&format!("{name}=\""))?;
        rest.split('"').next()
    }

    fn has_class(self, class: &str) -> bool {
        let classes = self.attribute("class").unwrap_or_default();
        classes.split(' ').any(|one| one == class)
    }

    fn is_box(self) -> bool {
        let classes = ["check", "band", "warning", "outcome"];
        matches!(self.name, "details" | "article") || classes.iter().any(|c| self.has_class(c))
    }
}

/// The width of one of several columns, of which each has 7.5 rem at least.
fn column(width: f64, gap: f64) -> f64 {
    let least = 7.5 * REM;
    let columns = ((width + gap) / (least + gap)).floor().max(1.0);
    (width - gap * (columns - 1.0)) / columns
}

/// Where the innermost of elements that are in one another has its text.
fn place(within: &[Element<'_>]) -> Place {
    let mut place = Place {
        width: SCREEN,
        ..ELSEWHERE
    };
    let mut is_row = false;
    for element in within {
        if element.is_box() {
            place.width -= EDGES;
        }
        if element.has_class("small") {
            place.size = 0.9375 * REM;
        }
        match element.name {
            "nav" => place.size = 0.9375 * REM,
            "a" if within.iter().any(|outer| outer.name == "nav") => {
                place.width -= NARROW_EDGES;
                place.is_button = true;
            }
            "h1" => place.size = REM,
            "h2" => place.size = 1.125 * REM,
            "button" => {
                place.width -= if is_row { NARROW_EDGES } else { EDGES };
                place.is_button = true;
                place.has_tick = matches!(element.attribute("role"), Some("radio" | "checkbox"));
                if within.iter().any(|outer| outer.has_class("band")) {
                    place.size = 1.25 * REM;
                }
            }
            _ if element.has_class("choices") => {
                is_row = true;
                place.width = column(place.width, 0.35 * REM);
            }
            _ => {}
        }
    }
    place
}

/// How wide a letter is, as a part of its height.
fn letter(letter: char) -> f64 {
    match letter {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff60}' => 1.0,
        '✓' => 0.8,
        '.' | ',' | ':' | ';' | '!' | '(' | ')' | '’' | ' ' | '\u{a0}' => 0.3,
        _ => 0.58,
    }
}

fn wide(text: &str) -> f64 {
    text.chars().map(letter).sum()
}

/// A text with values in it: a date as it is written where it does not break, a number of three digits. Other values break by themselves.
fn filled(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(before);
        filled.push_str(match name {
            "date" | "until" => "2026-11-23",
            "minutes" | "hours" | "position" | "found" | "over" | "left" | "count" => "888",
            _ => "",
        });
        rest = after;
    }
    filled + rest
}

/// The runs of a text that do not break.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|run| !run.is_empty())
}

/// How many lines a text takes, each as full as it can be.
fn lines(text: &str, width: f64) -> usize {
    let mut count = 1;
    let mut used = 0.0;
    for run in runs(text) {
        let space = if used > 0.0 { letter(' ') } else { 0.0 };
        if used > 0.0 && used + space + wide(run) > width {
            count += 1;
            used = wide(run);
        } else {
            used += space + wide(run);
        }
    }
    count
}

/// Where each text of the page stands, by its id.
pub(super) struct Places(BTreeMap<String, Vec<Place>>);

impl Places {
    /// Finds them in a document in which each element is closed, except those that never are.
    pub(super) fn new(document: &str) -> Places {
        let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        let mut within: Vec<Element<'_>> = Vec::new();
        for tag in document.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            if let Some(name) = tag.strip_prefix('/') {
                let at = within.iter().rposition(|element| element.name == name);
                within.truncate(at.unwrap_or(within.len()));
                continue;
            }
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            within.push(Element { name, attributes });
            if let Some(element) = within.last()
                && let Some(id) = element.attribute("data-say")
                && name != "option"
            {
                places
                    .entry(id.to_owned())
                    .or_default()
                    .push(place(&within));
            }
            if name.starts_with('!') || matches!(name, "meta" | "link") {
                within.pop();
            }
        }
        Places(places)
    }

    fn of(&self, id: &str) -> Vec<Place> {
        if id.starts_with("brief-") {
            // Under the choice that it belongs to, in the narrowest of rows.
            let width = column(SCREEN - EDGES, 0.35 * REM) - NARROW_EDGES;
            return vec![Place {
                width,
                size: 0.875 * REM,
                ..ELSEWHERE
            }];
        }
        let found = self.0.get(id).cloned();
        found.unwrap_or_else(|| vec![ELSEWHERE])
    }

    /// The texts that do not fit where they stand. Those of the pack are in a plain text file, not on a screen.
    pub(super) fn check(&self, path: &str, messages: &Messages) -> Vec<String> {
        let mut wrong = Vec::new();
        let shown = messages.iter().filter(|(id, _)| !id.starts_with("pack-"));
        for (id, text) in shown {
            for place in self.of(id) {
                let tick = if place.has_tick { TICK } else { "" };
                let text = format!("{tick}{}", filled(text));
                let width = place.width / place.size;
                if let Some(run) = runs(&text).find(|run| wide(run) > width) {
                    let (has, takes) = (place.width, wide(run) * place.size);
                    wrong.push(format!(
                        "{path}: {id}: “{run}” takes about {takes:.0} px of {has:.0}; use shorter words"
                    ));
                }
                let count = lines(&text, width);
                if place.is_button && count > LINES {
                    wrong.push(format!(
                        "{path}: {id}: the button has about {count} lines, at most {LINES}"
                    ));
                }
            }
        }
        wrong.dedup();
        wrong
    }
}

/// What the style no longer says, so that the numbers here may be wrong.
pub(super) fn changed(style: &str) -> Vec<String> {
    let gone = TAKEN.iter().filter(|rule| !style.contains(**rule));
    gone.map(|rule| {
        format!("{STYLE} no longer has “{rule}”: measure again in xtask/src/strings/width.rs")
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"<!doctype html><nav><a href="/x" data-say="link"></a></nav><!--here--><main><h2 data-say="head"></h2>
        <button type="button" class="main" data-say="go"></button>
        <details><div class="choices"><button role="radio"><span data-say="one"></span></button></div></details>
        <p data-say="text"></p></main>"#;

    fn wrong(id: &str, text: &str) -> Vec<String> {
        let messages = Messages::from([(id.to_owned(), text.to_owned())]);
        Places::new(DOCUMENT).check("x.ftl", &messages)
    }

    #[test]
    fn a_place_is_as_wide_as_what_it_stands_in() {
        let places = Places::new(DOCUMENT);
        let widths = |id: &str| places.of(id)[0].width.round();
        assert_eq!(widths("text"), 288.0);
        assert_eq!(widths("head"), 288.0);
        assert_eq!(widths("go"), 258.0);
        assert_eq!(widths("link"), 271.0);
        assert_eq!(widths("one"), 110.0, "half of a row in a box");
        assert_eq!(widths("by a script"), 258.0);
        assert!(places.of("one")[0].has_tick);
        assert!(!places.of("go")[0].has_tick && places.of("go")[0].is_button);
    }

    #[test]
    fn a_word_wider_than_its_place_is_found() {
        assert_eq!(wrong("one", "포로생활"), [""; 0]);
        assert_eq!(wrong("one", "포로생활과석방").len(), 1);
        assert_eq!(wrong("text", "포로생활과석방"), [""; 0]);
        assert_eq!(wrong("one", "Законодательство").len(), 1);
        assert_eq!(wrong("text", &"가".repeat(17)).len(), 1);
        assert_eq!(wrong("text", &"가 ".repeat(90)), [""; 0], "it breaks");
    }

    #[test]
    fn a_button_of_many_lines_is_found_and_a_paragraph_is_not() {
        let long = "Перейти на следующую страницу и прочитать там ответы, которые уже проверены всеми, кто за это отвечает";
        assert_eq!(wrong("go", long).len(), 1);
        assert_eq!(wrong("text", long), [""; 0]);
        assert_eq!(lines("одно два три", wide("одно два")), 2);
    }

    #[test]
    fn a_value_counts_as_wide_as_it_can_be() {
        assert_eq!(filled("({date}부터) {what}"), "(2026-11-23부터) ");
        assert_eq!(wrong("one", "{date}까지").len(), 1);
    }

    #[test]
    fn a_style_that_says_otherwise_is_found() {
        let style = TAKEN.join("\n");
        assert_eq!(changed(&style), [""; 0]);
        let style = style.replace(".choices button { margin: 0; padding-inline: .4rem; }", "");
        assert_eq!(changed(&style).len(), 1);
    }
}
