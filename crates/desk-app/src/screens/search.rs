//! Search in this desk's own open cases and in the cards, as one types. What is typed is sent as a form, so that it stands in no address
//! and no history; nothing of it is kept. Cards, which are public, are indexed in memory; cases never are.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use desk::{CaseLabel, CaseRow, CaseView};
use maud::{Markup, html};
use protocol::Language;
use record::{CardHit, Excerpt, Folded};

use super::door::{Fields, Session};
use super::page::{Page, Place, csrf};
use super::{App, unlocked};
use crate::card_set::text_or_any;

/// So many results are shown at most.
const MOST: usize = 20;
/// So many of these are cards, if there are, however many cases are found.
const CARDS: usize = 5;
/// So many characters of what is typed count.
const LONGEST: usize = 200;
/// From so many characters on a word may be the beginning of a case's name.
const LABEL: usize = 4;

/// A message id on its way to `say`; a test looks for these too.
macro_rules! message_id {
    ($id:literal) => {
        $id
    };
}

/// Something that was found.
struct Hit {
    /// Its address here.
    address: String,
    title: String,
    /// The message that says what it was found in.
    within: &'static str,
    excerpt: Excerpt,
}

/// All that was found, of which no more than [`MOST`] is shown.
#[derive(Default)]
pub(super) struct Found {
    cases: Vec<(CaseLabel, Hit)>,
    cards: Vec<Hit>,
    more_cases: usize,
    more_cards: usize,
}

impl Found {
    fn count(&self) -> usize {
        self.cases.len() + self.cards.len() + self.more_cases + self.more_cards
    }
}

/// The texts of a case that are searched, each with what it is. What colleagues say to each other is not among them.
fn texts(case: &CaseView) -> impl Iterator<Item = (&'static str, &str)> {
    let messages = case.messages.iter().flat_map(|message| {
        let by = match message.from_contact {
            true => message_id!("search-in-contact"),
            false => message_id!("search-in-answer"),
        };
        let translations = message.translations.iter();
        let translations =
            translations.map(|one| (message_id!("search-in-translation"), one.text.as_str()));
        std::iter::once((by, message.text.as_str())).chain(translations)
    });
    let notes = case.notes.iter();
    let notes = notes.map(|note| (message_id!("search-in-note"), note.as_str()));
    let draft = std::iter::once((message_id!("search-in-draft"), case.draft.as_str()));
    messages.chain(notes).chain(draft)
}

fn find_in_case(page: &Page, case: &CaseView, words: &[&[char]]) -> Option<Hit> {
    let label = Folded::of(&case.label.to_string());
    let is_label = |word: &[char]| word.len() >= LABEL && label.begins_with(word);
    let (within, excerpt) = record::find(texts(case), words, is_label)?;
    Some(Hit {
        address: format!("/case/{}", case.label),
        title: page.case_name(case.label),
        within,
        excerpt,
    })
}

/// One case as a search shows it, for tests.
#[cfg(test)]
pub(super) fn in_one(page: &Page, case: &CaseView, typed: &str) -> Option<Markup> {
    let typed = Folded::of(typed);
    let hit = find_in_case(page, case, &typed.words())?;
    Some(result(page, &hit))
}

fn card_hit(language: Language, found: CardHit<'_>) -> Option<Hit> {
    let (_, shown) = text_or_any(found.card, language)?;
    Some(Hit {
        address: format!("/cards#card-{}", found.card.id),
        title: shown.question.clone(),
        within: message_id!("search-in-card"),
        excerpt: found.excerpt,
    })
}

/// Looks through the open cases that this desk holds, one after the other, and the cards.
pub(super) async fn look(page: &Page, typed: &str) -> Found {
    let end = typed.char_indices().nth(LONGEST).map(|(at, _)| at);
    let typed = Folded::of(typed.get(..end.unwrap_or(typed.len())).unwrap_or_default());
    let words = typed.words();
    let mut found = Found::default();
    if words.is_empty() {
        return found;
    }
    for row in page.shown.view.cases.iter().filter(|row| !row.destroyed) {
        let Some(case) = page.desk.case(row.label).await else {
            continue;
        };
        let is_own = !case.supervised;
        if let Some(one) = is_own.then(|| find_in_case(page, &case, &words)).flatten() {
            found.take_case(row.label, one);
        }
    }
    // What was destroyed or given away while this looked is not shown.
    found.keep_cases(&page.desk.view().view.cases);
    let language = page.strings().language();
    let cards = page.cards();
    let (hits, more) = cards.index.search(&cards.set, &words, language.tag(), MOST);
    found.cards = hits
        .into_iter()
        .filter_map(|hit| card_hit(language, hit))
        .collect();
    found.more_cards = more;
    found.shorten();
    found
}

impl Found {
    fn take_case(&mut self, label: CaseLabel, one: Hit) {
        match self.cases.len() < MOST {
            true => self.cases.push((label, one)),
            false => self.more_cases += 1,
        }
    }

    fn keep_cases(&mut self, cases: &[CaseRow]) {
        let is_open = |label| {
            let mut cases = cases.iter();
            cases.any(|row| row.label == label && !row.destroyed)
        };
        self.cases.retain(|(label, _)| is_open(*label));
    }

    fn shorten(&mut self) {
        let cards = self
            .cards
            .len()
            .min(CARDS.max(MOST - self.cases.len().min(MOST)));
        self.more_cards += self.cards.len() - cards;
        self.cards.truncate(cards);
        let cases = self.cases.len().min(MOST - cards);
        self.more_cases += self.cases.len() - cases;
        self.cases.truncate(cases);
    }
}

fn result(page: &Page, one: &Hit) -> Markup {
    html! {
        li {
            a href=(one.address) data-testid="search-result" {
                strong { bdi { (one.title) } } " "
                span.detail { (page.say(one.within)) } " "
                span.excerpt dir="auto" {
                    @for (is_hit, part) in &one.excerpt { @if *is_hit { mark { (part) } } @else { (part) } }
                }
            }
        }
    }
}

/// What was found, as a part of a page.
pub(super) fn list(page: &Page, found: &Found) -> Markup {
    let count = found.count();
    let shown = found.cases.len() + found.cards.len();
    let (said, shown_said) = (count.to_string(), shown.to_string());
    let values = [("count", said.as_str()), ("shown", shown_said.as_str())];
    html! {
        p data-testid="search-count" data-count=(count) {
            @if count == 0 { (page.say("search-none")) }
            @else if shown < count { (page.strings().say_with("search-count-more", &values)) }
            @else { (page.strings().say_with("search-count", &values)) }
        }
        @if shown > 0 {
            ul.found aria-label=(page.say("search-results")) {
                @for (_, one) in &found.cases { (result(page, one)) }
                @for one in &found.cards { (result(page, one)) }
            }
        }
    }
}

fn form(page: &Page, id: &str, typed: &str) -> Markup {
    html! {
        form.search role="search" method="post" action="/search" aria-label=(page.say("search-label")) {
            (csrf(&page.session))
            label.only-read for=(id) { (page.say("search-label")) }
            input #(id) type="search" name="words" value=(typed) maxlength=(LONGEST) placeholder=(page.say("search-label"))
                dir="auto" autocomplete="off" spellcheck="false" data-testid=(id);
            button.quiet type="submit" data-testid={ (id) "-do" } { (page.say("search-do")) }
        }
    }
}

/// The field in the header of every screen; a script shows under it what is found while somebody types.
pub(super) fn field(page: &Page) -> Markup {
    html! {
        div.searching {
            (form(page, "search", ""))
            div #search-panel data-testid="search-panel" hidden {}
            p #search-said .only-read role="status" {}
        }
    }
}

fn render(page: &Page, typed: &str, found: Option<&Found>) -> Markup {
    let content = html! {
        (form(page, "search-again", typed))
        p.hint { (page.say("search-about")) }
        @if let Some(found) = found { (list(page, found)) }
    };
    page.with(&page.say("search-do"), content)
}

/// `GET /search`: the field alone.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Search).await?;
    Ok(render(&page, "", None))
}

/// `POST /search`: what is found, as a whole screen or, for the desk's own script, as a part of one.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Search).await?;
    let typed = fields.get("words");
    let found = look(&page, typed).await;
    Ok(match headers.contains_key("x-script") {
        true => list(&page, &found),
        false => render(&page, typed, Some(&found)),
    })
}
