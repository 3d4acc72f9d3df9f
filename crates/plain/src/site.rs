//! All files of the plain pages: which there are, and each one made when it is asked for.

use std::collections::BTreeMap;

use record::{CardSet, date_of};
use statements::{EntranceList, FinalNotice, Line, PublishedMonth, Wait, Warning};
use wire::{Day, LineId};

use crate::cards::Cards;
use crate::language::Language;
use crate::outcomes_page::{self, Shown};
use crate::{card_page, feed, front_page};

/// The style sheet, which all pages share.
const STYLE: &str = include_str!("style.css");

const HTML: &str = "text/html; charset=utf-8";

/// One file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its media type, as HTTP names it.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl File {
    fn of(media_type: &'static str, text: String) -> File {
        File {
            media_type,
            bytes: text.into_bytes(),
        }
    }

    fn of_bytes(bytes: Vec<u8>) -> File {
        let media_type = "application/octet-stream";
        File { media_type, bytes }
    }
}

/// What a line says in public on a day, judged once, so that each of its pages is quick to make.
pub struct Site {
    pub(crate) line: LineId,
    pub(crate) today: Day,
    /// The day of the card set.
    pub(crate) signed: Day,
    pub(crate) cards: Cards,
    pub(crate) entrances: Option<EntranceList>,
    pub(crate) warning: Option<Warning>,
    /// When the line ends, and whether it has.
    pub(crate) end: Option<(FinalNotice, bool)>,
    /// The newest month first.
    pub(crate) outcomes: Vec<Shown>,
}

impl Site {
    /// The pages of a line on a day. The day that the line's document carries is not looked at. Cards that are no card set count as none.
    pub fn of(line: &Line, today: Day) -> Site {
        let signed = line.cards();
        let set = signed.and_then(|signed| CardSet::parse(signed.cards()).ok());
        let signed = signed.map_or(today, statements::CardSet::day);
        Site {
            line: line.id(),
            today,
            signed,
            cards: Cards::of(set.unwrap_or_default(), signed, today),
            entrances: line.newest_entrances().cloned(),
            warning: line.warning_on(today).cloned(),
            end: line
                .final_notice()
                .map(|notice| (*notice, notice.is_over(today))),
            outcomes: Vec::new(),
        }
    }

    /// The same with the outcomes of months, as their statements are: they are no part of a line's document. A copy that is passed on has
    /// none. What this line's coordinators did not sign is left out.
    #[must_use]
    pub fn with_outcomes<'a>(
        mut self,
        line: &Line,
        statements: impl IntoIterator<Item = &'a [u8]>,
    ) -> Site {
        let read = |statement| Shown::of(statement, line.delegation());
        self.outcomes = statements.into_iter().filter_map(read).collect();
        self.outcomes
            .sort_by_key(|shown| std::cmp::Reverse(shown.month()));
        self.outcomes.dedup_by_key(|shown| shown.month());
        self.outcomes.truncate(PublishedMonth::KEPT as usize);
        self
    }

    /// The warning of the day.
    pub(crate) fn warning(&self) -> Option<&Warning> {
        self.warning.as_ref()
    }

    /// Whether the line has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.end.is_some_and(|(_, is_over)| is_over)
    }

    /// What is said of the line's end, as a message's id and a date.
    pub(crate) fn end(&self) -> Option<(&'static str, String)> {
        let (notice, is_over) = self.end?;
        let id = if is_over { "ends-over" } else { "ends-orderly" };
        Some((id, date_of(notice.last_day)))
    }

    /// The paths of all files, relative to where they lie, each once, in the order of their bytes.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = vec!["index.html".into(), "style.css".into(), "feed.xml".into()];
        let cards = self.cards.all();
        for language in Language::all() {
            let tag = language.tag();
            paths.push(format!("{tag}/index.html"));
            paths.push(format!("{tag}/feed.xml"));
            let here = cards
                .iter()
                .filter(|(_, card, _)| language.text_of(card).is_some());
            paths.extend(here.map(|(name, ..)| format!("{tag}/{name}")));
            let months = self.outcomes.iter();
            let months = months.flat_map(|shown| [shown.page(), shown.picture()]);
            paths.extend(months.map(|name| format!("{tag}/{name}")));
        }
        paths.extend(self.outcomes.iter().map(Shown::signed));
        if !self.outcomes.is_empty() {
            paths.push(outcomes_page::CSV.into());
        }
        paths.sort_unstable();
        paths
    }

    /// The file at a path of [`Site::paths`]; a wait is told on the pages that list answers. `None` where there is no file.
    pub fn file(&self, path: &str, wait: Option<&Wait>) -> Option<File> {
        const ATOM: &str = "application/atom+xml; charset=utf-8";
        const CSV: &str = "text/csv; charset=utf-8";
        match path {
            outcomes_page::CSV => return Some(File::of(CSV, outcomes_page::csv(self)?)),
            "index.html" => return Some(File::of(HTML, front_page::languages())),
            "style.css" => return Some(File::of("text/css; charset=utf-8", STYLE.into())),
            "feed.xml" => {
                return Some(File::of(ATOM, feed::of(self, Language::ENGLISH, "en/")));
            }
            _ => {}
        }
        let Some((tag, name)) = path.split_once('/') else {
            return outcomes_page::signed(self, path).map(File::of_bytes);
        };
        let language = Language::of(tag)?;
        match name {
            "index.html" => Some(File::of(HTML, front_page::answers(self, language, wait))),
            "feed.xml" => Some(File::of(ATOM, feed::of(self, language, ""))),
            _ => self.named(language, name),
        }
    }

    /// A card, a month's outcomes, or their picture.
    fn named(&self, language: Language, name: &str) -> Option<File> {
        if let Some(picture) = outcomes_page::picture(self, language, name) {
            return Some(File::of("image/svg+xml; charset=utf-8", picture));
        }
        let page = outcomes_page::of(self, language, name);
        let page = page.or_else(|| card_page::of(self, language, name));
        page.map(|page| File::of(HTML, page))
    }
}

/// All files at once: path → file.
pub struct Pages(BTreeMap<String, File>);

impl Pages {
    /// The plain pages and feeds of a line on a day; of a copy that is passed on `wait` is `None`, since a wait is over within minutes.
    pub fn of(line: &Line, today: Day, wait: Option<&Wait>) -> Pages {
        let site = Site::of(line, today);
        let paths = site.paths().into_iter();
        let files = paths.filter_map(|path| {
            let file = site.file(&path, wait)?;
            Some((path, file))
        });
        Pages(files.collect())
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.0.get(path)
    }

    /// All paths and files, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.0.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// All of it, to be put into something larger.
    pub(crate) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        let files = self.0.into_iter();
        files.map(|(path, file)| (path, file.bytes)).collect()
    }
}
