//! The figures as a picture: SVG that stands by itself, is read by screen readers, and says in words whatever it shows.

use maud::{Markup, PreEscaped, html};

use crate::publication::{Publication, Said};
use crate::saying::{self, Language, Related, sentences};

/// Pixels.
const WIDTH: u32 = 640;
const EDGE: u32 = 16;
const ROW: u32 = 58;
const TOP: u32 = 56;
/// Of a line of the sentences below.
const LINE: u32 = 20;
const LETTER: u32 = 14;
const BAR: u32 = WIDTH - 2 * EDGE;

/// The figures of a month with their ranges, and below them in words what they mean and what they do not say: a file that stands alone.
///
/// Black on white and one dark blue, at 7 to 1 and more; nothing is told by colour alone. No script, no style from elsewhere, no address.
pub fn chart(publication: &Publication, related: &[Related], language: Language) -> String {
    let said = sentences(publication, related, language);
    let picture = draw(publication, &said, language).into_string();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{picture}\n")
}

/// The same picture without what it means, for a page that says it in its own text; once in a document.
pub fn bars(publication: &Publication, language: Language) -> Markup {
    draw(publication, &[], language)
}

fn draw(publication: &Publication, said: &[String], language: Language) -> Markup {
    let messages = language.messages();
    let title = saying::title(publication, &messages);
    let most = publication
        .said()
        .map(|(_, said)| publication.range(said).1);
    let most = most.max().unwrap_or(1).max(1);
    let lines: Vec<Vec<String>> = said.iter().map(|sentence| wrap(sentence)).collect();
    let rows = (0u32..).zip(publication.said());
    let rows_end = TOP + ROW * u32::try_from(publication.said().count()).unwrap_or(0);
    let count = lines.iter().map(Vec::len).sum::<usize>();
    let between = LINE / 2 * u32::try_from(lines.len()).unwrap_or(0);
    let height = rows_end + LINE * u32::try_from(count).unwrap_or(0) + between + EDGE;
    let row = |(place, (figure, what)): (u32, _)| {
        let name = saying::figure(figure, &messages);
        let range = publication.range(what);
        let text = format!(
            "{} ({})",
            saying::value(what, &messages),
            saying::range(range, &messages)
        );
        draw_row(TOP + ROW * place, (&name, &text), (what, range), most)
    };
    let view = format!("0 0 {WIDTH} {height}");
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(view) width=(WIDTH) height=(height) role="img"
            aria-labelledby="outcomes-title outcomes-about" lang=(language.tag()) font-family="sans-serif" {
            title #outcomes-title { (title) }
            desc #outcomes-about { (read_aloud(publication, said, language)) }
            rect width=(WIDTH) height=(height) fill="#fff" {}
            text x=(EDGE) y="34" font-size="20" font-weight="bold" fill="#000" { (title) }
            @for one in rows { (row(one)) }
            (paragraphs(&lines, rows_end + LINE))
        }
    }
}

/// One figure: its name and what is said of it, and below a bar over its range with a mark at the figure.
fn draw_row(
    top: u32,
    (name, text): (&str, &str),
    (said, (low, high)): (Said, (u32, u32)),
    most: u32,
) -> Markup {
    let at = |value: u32| {
        EDGE + u32::try_from(u64::from(value) * u64::from(BAR) / u64::from(most)).unwrap_or(0)
    };
    let (from, until) = (at(low), at(high));
    let bar = top + 26;
    html! {
        g {
            text x=(EDGE) y=(top + 16) font-size=(LETTER) fill="#000" { (name) ": " tspan font-weight="bold" { (text) } }
            line x1=(EDGE) y1=(bar + 20) x2=(EDGE + BAR) y2=(bar + 20) stroke="#595959" stroke-width="1" {}
            rect x=(from) y=(bar) width=(until.saturating_sub(from).max(1)) height="16" fill="#fff" stroke="#003a70" stroke-width="2" {}
            @if let Said::About(value) = said {
                rect x=(at(value).saturating_sub(3)) y=(bar.saturating_sub(3)) width="6" height="22" fill="#003a70" {}
            }
        }
    }
}

fn paragraphs(lines: &[Vec<String>], top: u32) -> Markup {
    let mut y = top;
    let mut markup = String::new();
    for paragraph in lines {
        for line in paragraph {
            let one = html! { text x=(EDGE) y=(y) font-size=(LETTER) fill="#000" { (line) } };
            markup.push_str(&one.into_string());
            y = y.saturating_add(LINE);
        }
        // Half a line between paragraphs.
        y = y.saturating_add(LINE / 2);
    }
    PreEscaped(markup)
}

/// Everything, for who does not see the picture.
fn read_aloud(publication: &Publication, said: &[String], language: Language) -> String {
    let messages = language.messages();
    let figures = publication.said().map(|(figure, what)| {
        let range = saying::range(publication.range(what), &messages);
        format!(
            "{}: {} ({range})",
            saying::figure(figure, &messages),
            saying::value(what, &messages)
        )
    });
    let figures: Vec<String> = figures.collect();
    let all = format!("{}. {}", figures.join("; "), said.join(" "));
    all.trim_end().to_owned()
}

/// Breaks a sentence into lines that fit. There is no font here: a letter of Hangul takes 1, others 0.58 of the height, as texts
/// are measured elsewhere in this house.
fn wrap(sentence: &str) -> Vec<String> {
    let wide = |letter: char| {
        if ('\u{1100}'..).contains(&letter) && !('\u{2000}'..'\u{2070}').contains(&letter) {
            100
        } else {
            58
        }
    };
    let width = |text: &str| text.chars().map(wide).sum::<u32>() * LETTER / 100;
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + width(word) + LETTER <= BAR => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
