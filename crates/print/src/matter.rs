//! What goes onto paper: what was signed, still stands on the day, and has a text in the language.

use record::{Card, CardSet, CardText, Part, Standing, date_of, day_of};
use statements::{Entrance, EntranceKind, EntranceList, Line, Warning};
use wire::Day;

use crate::NotPrinted;
use crate::clean;
use crate::face::{Faces, Style};
use crate::saying::Saying;
use crate::sheets::{Element, Role, Sheets};
use crate::stack::{Row, Stack};

/// A card as it stands on paper; every text is cleaned.
pub(crate) struct PaperCard {
    pub(crate) question: String,
    pub(crate) answer: String,
    /// Heading and text of each further part.
    pub(crate) parts: Vec<(String, String)>,
    /// When it was checked, and until when it holds.
    pub(crate) checked: String,
    /// On what it rests, in one line; empty when nothing is named.
    pub(crate) sources: String,
    /// The last day on which it is to be trusted.
    last_day: Day,
}

/// What leaflet and poster have in common.
pub(crate) struct Matter<'a> {
    pub(crate) saying: &'a Saying,
    pub(crate) today: Day,
    /// Five words of the language's list, in order.
    pub(crate) check_words: String,
    /// The line's own address first, then one of each other kind, then the rest.
    pub(crate) entrances: Vec<&'a Entrance>,
    /// What only looks like the line, as it can be shown.
    pub(crate) fakes: Vec<String>,
    pub(crate) warning: Option<&'a Warning>,
    /// The last day on which the addresses are to be trusted.
    pub(crate) last_day: Day,
    pub(crate) is_demonstration: bool,
    cards: CardSet,
}

impl<'a> Matter<'a> {
    /// Collects what a line has for a day.
    pub(crate) fn of(
        line: &'a Line,
        today: Day,
        saying: &'a Saying,
    ) -> Result<Matter<'a>, NotPrinted> {
        // As on desks: a clock that is set back revives nothing.
        let signed = line.cards().map_or(Day(0), statements::CardSet::day);
        let today = today.max(line.day()).max(signed);
        let list = line.entrances().filter(|list| today <= list.good_until);
        let list = list.ok_or_else(|| NotPrinted::NoEntrances(date_of(today)))?;
        let json = line.cards().map(statements::CardSet::cards);
        let cards = CardSet::of_desk(json);
        Ok(Matter {
            saying,
            today,
            check_words: words::check_words(saying.list(), &line.id().0).join(" "),
            entrances: in_order(list),
            fakes: list.fakes.iter().map(|fake| clean::fake(fake)).collect(),
            warning: line.warning_on(today),
            last_day: list.good_until,
            is_demonstration: cards.demonstration,
            cards,
        })
    }

    /// The cards that stand on the day and have a text in the language, in the order of the set.
    pub(crate) fn cards(&self, faces: &Faces) -> Result<Vec<PaperCard>, NotPrinted> {
        let standing = self.cards.standings(self.today).into_iter();
        let live = standing.filter(|(_, standing)| *standing == Standing::Live);
        let texts = live.filter_map(|(card, _)| {
            let mut texts = self.saying.tags().filter_map(|tag| card.text(tag));
            Some((card, texts.next()?))
        });
        let cards: Result<Vec<PaperCard>, NotPrinted> = texts
            .filter_map(|(card, text)| self.card(card, text, faces).transpose())
            .collect();
        let cards = cards?;
        match cards.is_empty() {
            true => Err(NotPrinted::NoCards {
                tag: self.saying.tag(),
                date: date_of(self.today),
            }),
            false => Ok(cards),
        }
    }

    /// One card; `None` when nothing is left of its question or its answer once they are cleaned.
    fn card(
        &self,
        card: &Card,
        text: &CardText,
        faces: &Faces,
    ) -> Result<Option<PaperCard>, NotPrinted> {
        let days = day_of(&card.reviewed).zip(day_of(&card.review_by));
        let (question, answer) = (clean::one_line(&text.question), clean::lines(&text.answer));
        let Some((checked, review_by)) =
            days.filter(|_| !question.is_empty() && !answer.is_empty())
        else {
            return Ok(None);
        };
        let last_day = review_by.minus(1);
        let (checked, until) = (self.saying.date(checked), self.saying.date(last_day));
        let paper = PaperCard {
            question,
            answer,
            parts: self.parts(text),
            checked: [
                self.saying.say_with("checked", &[("date", &checked)]),
                self.saying.say_with("checked-until", &[("date", &until)]),
            ]
            .join("\n"),
            sources: self.sources(card),
            last_day,
        };
        paper.check(faces, &card.id)?;
        Ok(Some(paper))
    }

    fn parts(&self, text: &CardText) -> Vec<(String, String)> {
        let headings = self.cards.headings.get(self.saying.tag());
        let parts = Part::ALL.into_iter().map(|part| {
            let set = headings.map(|headings| clean::one_line(headings.of(part)));
            let heading = set.filter(|heading| !heading.is_empty());
            let heading = heading.unwrap_or_else(|| self.saying.say(part.word()));
            (heading, clean::lines(text.of(part)))
        });
        parts.filter(|(_, said)| !said.is_empty()).collect()
    }

    /// The card's own sources, or else those of the claims on which it rests, each once.
    fn sources(&self, card: &Card) -> String {
        let mut named: Vec<String> = Vec::new();
        for source in &card.sources {
            named.push(self.source(&source.title, &source.publisher, &source.date_read));
        }
        if let Some(record) = self.cards.record.as_ref().filter(|_| named.is_empty()) {
            let claims = record
                .claims
                .iter()
                .filter(|claim| card.rests_on.contains(&claim.id));
            for source in claims.map(|claim| record.source_of(claim)) {
                named.push(self.source(source.name(), "", &source.date_read));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        named.retain(|source| !source.is_empty() && seen.insert(source.clone()));
        named.join("; ")
    }

    fn source(&self, title: &str, publisher: &str, date_read: &str) -> String {
        let read = day_of(date_read).map(|day| {
            let date = date_of(day);
            self.saying.say_with("source-read", &[("date", &date)])
        });
        let mut parts = vec![clean::one_line(title), clean::one_line(publisher)];
        parts.extend(read);
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }
}

impl PaperCard {
    /// Refuses what the font cannot show.
    fn check(&self, faces: &Faces, id: &str) -> Result<(), NotPrinted> {
        let parts = self
            .parts
            .iter()
            .flat_map(|(heading, said)| [heading, said]);
        let mut all = [&self.question, &self.answer, &self.sources]
            .into_iter()
            .chain(parts);
        let place = format!("the card {}", clean::fake(id));
        all.try_for_each(|text| faces.check(&place, text))
    }

    /// The last day on which all of these are to be trusted.
    pub(crate) fn last_day_of(cards: &[PaperCard], addresses: Day) -> Day {
        let days = cards.iter().map(|card| card.last_day);
        days.fold(addresses, Day::min)
    }
}

/// One entrance of each kind first, so that whoever has only the first ones has all ways in.
fn in_order(list: &EntranceList) -> Vec<&Entrance> {
    let is_first = |entrance: &&Entrance| {
        let mut same = list
            .entrances
            .iter()
            .filter(|other| other.kind == entrance.kind);
        same.next() == Some(*entrance)
    };
    let mut firsts: Vec<&Entrance> = list.entrances.iter().filter(is_first).collect();
    firsts.sort_by_key(|entrance| entrance.kind);
    let rest = list.entrances.iter().filter(|entrance| !is_first(entrance));
    firsts.extend(rest);
    firsts
}

/// The id of what stands above an entrance of a kind.
pub(crate) fn label(kind: EntranceKind) -> &'static str {
    match kind {
        EntranceKind::Site => "address-site",
        EntranceKind::Onion => "address-onion",
        EntranceKind::Mirror => "address-mirror",
        EntranceKind::Porch => "address-porch",
    }
}

impl Matter<'_> {
    /// The code of an entrance, as a part of the text.
    pub(crate) fn picture(&self, sheets: &mut Sheets, entrance: &Entrance) -> Element {
        let address = [("address", entrance.address.as_str())];
        let shows = self.saying.say_with("address-code", &address);
        sheets.element(Role::Picture(shows))
    }

    /// What people are warned of now, if they are.
    pub(crate) fn warning_rows(
        &self,
        sheets: &mut Sheets,
        stack: Stack<'_>,
        style: Style,
    ) -> Option<Vec<Row>> {
        let warning = self.warning?;
        let label = self.saying.say_on("warning", warning.until);
        let (heading, said) = (sheets.heading(2, &label), sheets.paragraph());
        let bold = Style {
            is_bold: true,
            ..style
        };
        let about = self
            .saying
            .say(&format!("warning-{}", warning.about.word()));
        let mut stack = stack
            .text(heading, bold, &label)
            .gap(1.0)
            .text(said, style, &about);
        if !warning.address.is_empty() {
            let address = clean::fake(&warning.address);
            stack = stack.text(sheets.paragraph(), bold, &address);
        }
        Some(stack.into_rows())
    }

    /// What only looks like the line: so many at most, and how many more there are.
    pub(crate) fn fake_rows(
        &self,
        sheets: &mut Sheets,
        stack: Stack<'_>,
        label: Style,
        most: usize,
    ) -> Option<Vec<Row>> {
        if self.fakes.is_empty() {
            return None;
        }
        let style = Style::regular(label.size - 0.5);
        let mut stack = stack;
        if most > 0 {
            let said = self.saying.say("fakes");
            stack = stack.text(sheets.heading(2, &said), label, &said).gap(2.0);
        }
        for fake in self.fakes.iter().take(most) {
            stack = stack.text(sheets.paragraph(), style, fake);
        }
        let more = self.fakes.len().saturating_sub(most);
        if more > 0 {
            let count = more.to_string();
            let said = self.saying.say_with("more-fakes", &[("count", &count)]);
            stack = stack.text(sheets.paragraph(), style, &said);
        }
        Some(stack.into_rows())
    }
}
