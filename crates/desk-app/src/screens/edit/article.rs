//! Claims from a pasted article: its sentences, with what is proposed for each. Nothing of it is kept here: a sentence opens the form of a
//! claim, in a page of its own, and a person confirms that or not.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use maud::{Markup, html};
use record::{Claim, Context, EditedClaim, EditedKind, Number, Proposal, RecordSource};
use sha2::{Digest, Sha256};

use super::super::door::{Fields, Session};
use super::super::forms::line;
use super::super::page::{Page, Place, csrf};
use super::super::{App, record as record_screen, unlocked};
use super::{claim as claim_form, current};
use crate::card_set::{date_of, day_of};

/// The characters of an article at most.
const LONGEST: usize = 1_000_000;
/// How many sentences are shown at once.
const SHOWN: usize = 200;
/// How many letters of a publisher's name stand in the name of a source.
const SLUG: usize = 20;

/// An article as it was pasted, with what was typed of its source.
struct Article<'a> {
    fields: &'a Fields,
    text: String,
    hash: String,
}

/// Why nothing of an article can be shown.
enum NotRead {
    Empty,
    TooLong(usize),
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

impl<'a> Article<'a> {
    fn of(fields: &'a Fields) -> Article<'a> {
        // A form sends each end of a line as two characters.
        let text = fields.get("article").replace("\r\n", "\n");
        let hash = sha256(&text);
        Article { fields, text, hash }
    }

    fn sentences(&self) -> Result<Vec<String>, NotRead> {
        let count = self.text.chars().count();
        if count > LONGEST {
            return Err(NotRead::TooLong(count));
        }
        let sentences = record::sentences_of(&self.text);
        match sentences.is_empty() {
            true => Err(NotRead::Empty),
            false => Ok(sentences),
        }
    }

    fn context(&self) -> Context {
        let published = day_of(&claim_form::typed(self.fields, "published"));
        Context::of(&self.text, published)
    }

    /// The source as it was typed, under a name made of its publisher, its date, and its text: two articles never share one.
    fn source(&self) -> RecordSource {
        let published = claim_form::typed(self.fields, "published");
        let published = day_of(&published).map(date_of).unwrap_or_default();
        let mut source = claim_form::source(self.fields).unwrap_or_default();
        source.year = published.get(..4).and_then(|year| year.parse().ok());
        source.month = published.get(5..7).and_then(|month| month.parse().ok());
        if self.fields.get("keeps-copy") == "yes" {
            source.archived.clone_from(&self.hash);
        }
        let date = match published.is_empty() {
            true => &source.date_read,
            false => &published,
        };
        let short = self.hash.get(..6).unwrap_or_default();
        let parts = [slug(source.name()), date.clone(), short.to_owned()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        source.id = parts.join("-");
        source
    }
}

/// The letters of a name that may stand in the name of a source.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words
        .join("-")
        .chars()
        .take(SLUG)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}

/// The name of a sentence in a form: its place and the beginning of its hash, so that another text is noticed.
fn sentence_name(place: usize, sentence: &str) -> String {
    let hash = sha256(sentence);
    format!("{place}-{}", hash.get(..16).unwrap_or_default())
}

fn claim_id(source: &RecordSource, place: usize) -> String {
    format!("{}-{}", source.id, place + 1)
}

/// The claim that a sentence proposes.
fn proposed(sentence: &str, place: usize, source: &RecordSource, context: Context) -> EditedClaim {
    let proposal = Proposal::of(sentence, context);
    let claim = Claim {
        id: claim_id(source, place),
        text: sentence.to_owned(),
        said_by: proposal.speaker,
        how: proposal.how.to_owned(),
        number: proposal.number,
        date_said: proposal.date_said,
        source: source.id.clone(),
        ..Claim::default()
    };
    let own =
        (context.language != "en").then(|| (context.language.to_owned(), sentence.to_owned()));
    EditedClaim {
        claim,
        texts: own.into_iter().collect(),
        source: Some(source.clone()),
    }
}

fn number(page: &Page, number: &Number) -> Markup {
    let bound = page.say(&format!("bound-{}", number.bound.replace(' ', "-")));
    html! { (bound) " " (number.value) " " bdi { (number.unit) } }
}

fn found(page: &Page, proposal: &Proposal) -> Markup {
    let is_empty =
        proposal.speaker.is_empty() && proposal.how.is_empty() && proposal.number.is_none();
    html! {
        p.detail data-testid="proposal" data-how=(proposal.how) {
            @if is_empty { (page.say("article-nothing-proposed")) }
            @if !proposal.speaker.is_empty() { (page.say("said-by")) ": " bdi { strong { (proposal.speaker) } } " " }
            @if !proposal.how.is_empty() { "· " (page.say(&format!("how-{}", proposal.how))) " " }
            @if !proposal.verb.is_empty() { "(" bdi { (proposal.verb) } ") " }
            @if !proposal.hedge.is_empty() { "· " bdi { (proposal.hedge) } " " }
            @if let Some(one) = &proposal.number { "· " (number(page, one)) " " }
            @if !proposal.date_said.is_empty() { "· " (proposal.date_said) }
        }
    }
}

fn row(page: &Page, sentence: &str, place: usize, (id, context): (&str, Context)) -> Markup {
    let is_there = current(page, EditedKind::Claim, id).is_some()
        || record_screen::claim_of(page.card_set(), id).is_some();
    html! {
        li data-testid="sentence" value=(place + 1) {
            p dir="auto" lang=(context.language) { (sentence) }
            (found(page, &Proposal::of(sentence, context)))
            @if is_there { a href={ "/edit/claim/" (id) } { (page.say("article-there")) } }
            @else {
                button.quiet type="submit" formaction="/edit/article/claim" formtarget="_blank" name="sentence"
                    value=(sentence_name(place, sentence)) data-testid="open-claim" { (page.say("article-open")) }
            }
        }
    }
}

fn sentences(page: &Page, article: &Article<'_>, all: &[String]) -> Markup {
    let count = all.len();
    let from: usize = article.fields.get("from").parse().unwrap_or_default();
    let from = from.min(count.saturating_sub(1));
    let (source, context) = (article.source(), article.context());
    let hidden = record::hidden_in(&article.text).to_string();
    let values = [
        ("from", (from + 1).to_string()),
        ("to", (from + SHOWN).min(count).to_string()),
        ("count", count.to_string()),
    ];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    html! {
        section aria-labelledby="sentences-heading" {
            h2 #sentences-heading { (page.strings().say_with("article-sentences", &values)) }
            @if hidden != "0" { p.alarm data-testid="hidden" { (page.strings().say_with("article-hidden", &[("count", &hidden)])) } }
            ol {
                @for (place, sentence) in all.iter().enumerate().skip(from).take(SHOWN) {
                    (row(page, sentence, place, (&claim_id(&source, place), context)))
                }
            }
            div.actions {
                @if from > 0 {
                    button.quiet type="submit" name="from" value=(from.saturating_sub(SHOWN)) { (page.say("article-earlier")) }
                }
                @if from + SHOWN < count {
                    button.quiet type="submit" name="from" value=(from + SHOWN) data-testid="later" { (page.say("article-later")) }
                }
            }
        }
    }
}

fn source_fields(page: &Page, fields: &Fields) -> Markup {
    let today = date_of(page.shown.now.day());
    let value = |name: &str| fields.get(name).to_owned();
    let read = match fields.get("source-date-read") {
        "" => &today,
        typed => typed,
    };
    html! {
        fieldset {
            legend { (page.say("record-source")) }
            (line("source-publisher", &page.say("source-publisher"), &value("source-publisher"), false))
            (line("source-author", &page.say("source-author"), &value("source-author"), false))
            (line("source-kind", &page.say("source-kind"), &value("source-kind"), false))
            (claim_form::text("source-address", &page.say("source-address"), &value("source-address"), ""))
            (claim_form::day("published", &page.say("article-published"), &value("published")))
            (claim_form::day("source-date-read", &page.say("source-date-read"), read))
            (claim_form::text("source-relays", &page.say("source-relays"), &value("source-relays"), ""))
            label.choice {
                input type="checkbox" name="keeps-copy" value="yes" checked[fields.get("keeps-copy") == "yes"] data-testid="keeps-copy";
                " " (page.say("article-keeps-copy"))
            }
        }
    }
}

fn render(
    page: &Page,
    article: &Article<'_>,
    error: Option<&str>,
    list: Option<&[String]>,
) -> Markup {
    let content = html! {
        @if let Some(error) = error { p.alarm role="alert" data-testid="error" { (error) } }
        p.hint { (page.say("article-about")) }
        form method="post" action="/edit/article" data-testid="article-form" {
            (csrf(&page.session))
            label.field {
                span { (page.say("article-text")) }
                textarea name="article" rows="10" required dir="auto" autocomplete="off" spellcheck="false" data-testid="field-article" {
                    "\n" (article.text)
                }
            }
            (source_fields(page, article.fields))
            button type="submit" name="from" value="0" data-testid="look" { (page.say("article-look")) }
            @if let Some(list) = list {
                p.detail { (page.say("article-hash")) " " code data-testid="hash" { (article.hash) } }
                (sentences(page, article, list))
            }
        }
        p { a href="/edit" { (page.say("back")) } }
    };
    page.with(&page.say("article-heading"), content)
}

fn not_read(page: &Page, article: &Article<'_>, why: &NotRead) -> Response {
    let text = match why {
        NotRead::Empty => page.say("article-empty"),
        NotRead::TooLong(count) => {
            let count = count.to_string();
            page.strings()
                .say_with("article-too-long", &[("count", &count)])
        }
    };
    let screen = render(page, article, Some(&text), None);
    (StatusCode::UNPROCESSABLE_ENTITY, screen).into_response()
}

/// `GET /edit/article`: the field alone.
pub(super) async fn new(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let nothing = Fields::default();
    Ok(render(&page, &Article::of(&nothing), None, None))
}

/// `POST /edit/article`: the sentences of what was pasted, with what each proposes.
pub(super) async fn look(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let article = Article::of(&fields);
    match article.sentences() {
        Ok(sentences) => Ok(render(&page, &article, None, Some(&sentences))),
        Err(why) => Err(not_read(&page, &article, &why)),
    }
}

/// `POST /edit/article/claim`: the form of a claim, filled in with what one sentence proposes.
pub(super) async fn claim(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Extension(fields): Extension<Fields>,
) -> Result<Markup, Response> {
    let page = unlocked(&app, session, Place::Cards).await?;
    let article = Article::of(&fields);
    let all = article
        .sentences()
        .map_err(|why| not_read(&page, &article, &why))?;
    let name = fields.get("sentence");
    let place: Option<usize> = name.split('-').next().and_then(|place| place.parse().ok());
    let sentence = place.and_then(|place| Some((place, all.get(place)?)));
    match sentence.filter(|(place, sentence)| sentence_name(*place, sentence) == name) {
        Some((place, sentence)) => {
            let edited = proposed(sentence, place, &article.source(), article.context());
            Ok(claim_form::proposed(&page, &edited))
        }
        None => {
            let changed = page.say("article-changed");
            let screen = render(&page, &article, Some(&changed), Some(&all));
            Err((StatusCode::CONFLICT, screen).into_response())
        }
    }
}
