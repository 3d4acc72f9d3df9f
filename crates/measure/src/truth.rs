//! `cargo xtask bench record`: how long it takes to judge all cards again after a claim changed, beside reading the same set; and how long
//! each letter of a search in it takes, through what the screens use; and how long a pack takes.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use record::{CardIndex, CardSet, Folded};
use serde::Serialize;
use wire::Day;

use crate::pack;

const CARDS: usize = 2_000;
const CLAIMS: usize = 20_000;
/// The languages of the cards.
pub(crate) const LANGUAGES: [&str; 4] = ["en", "ko", "ru", "uk"];
/// The middle one of so many counts.
const TIMES: usize = 9;
/// 2026-11-23.
const TODAY: Day = Day(20_780);
/// What an editor waits for, in milliseconds.
const AIM: f64 = 100.0;
/// What somebody who types waits for, in milliseconds.
const TYPING: f64 = 50.0;
/// So many hits a screen shows.
const SHOWN: usize = 20;
/// What is typed, letter by letter, by language: a common word, several words, a rare number, and what is nowhere.
const TYPED: [(&str, [&str; 4]); 4] = [
    (
        "en",
        ["answer", "family safe prison", "number 1999", "xylophone"],
    ),
    ("ko", ["가족", "고향 가족 포로", "질문 1999", "봉선화"]),
    (
        "ru",
        ["семья", "семья плен закон", "вопрос 1999", "ксилофон"],
    ),
    (
        "uk",
        ["родина", "родина полон закон", "питання 1999", "ксилофон"],
    ),
];
/// What the made texts are made of, by language.
const WORDS: [&str; 4] = [
    "family home prison law camera name page answer safe wait hour court border doctor lawyer mother treaty question nobody promise know",
    "가족 고향 포로 법 사진 이름 화면 대답 안전 기다림 시간 재판 국경 의사 변호사 어머니 조약 질문 아무도 약속 알다",
    "семья дом плен закон камера имя страница ответ безопасно ждать час суд граница врач юрист мать договор вопрос никто обещать знать",
    "родина дім полон закон камера ім’я сторінка відповідь безпечно чекати година суд кордон лікар юрист мати договір питання ніхто обіцяти знати",
];
/// How many words a made part of a card has.
const LENGTH: usize = 40;

/// What was measured, in milliseconds.
#[derive(Serialize)]
pub(crate) struct Report {
    cards: usize,
    claims: usize,
    bytes: usize,
    live: usize,
    suspended: usize,
    parse: f64,
    standings: f64,
    problems: f64,
    /// Judging all again, in times of reading the set.
    ratio: f64,
    /// Making the index of all cards.
    index: f64,
    /// How many searches: each beginning of each of what is typed, several times.
    searches: usize,
    search_median: f64,
    search_p99: f64,
    search_worst: f64,
    pack: pack::Report,
}

/// A part of a card, different for each.
fn words(language: usize, card: usize, part: usize) -> String {
    let all: Vec<&str> = WORDS
        .get(language)
        .map_or("", |words| words)
        .split(' ')
        .collect();
    let step = 1 + (card + part) % 7;
    let chosen = (0..LENGTH)
        .filter_map(|at| all.get((card * 31 + part * 17 + at * step + at * at % 5) % all.len()));
    chosen.copied().collect::<Vec<_>>().join(" ")
}

/// A set of that size in which every tenth claim contradicts another and every seventh supports one.
fn set() -> Result<String> {
    let mut json = String::from(r#"{"headings":{"en":{"known":"K","not_known":"N"}},"cards":["#);
    for card in 0..CARDS {
        let mut number = 0..;
        let texts = LANGUAGES.map(|tag| {
            let language = number.next().unwrap_or_default();
            let part = |part| words(language, card, part);
            format!(
                r#""{tag}":{{"question":"Question {card}?","answer":"{} It is number {card}.","known":"{}","not_known":"{}"}}"#,
                part(0), part(1), part(2)
            )
        });
        let on =
            [0, 1, 2].map(|step| format!(r#""c{}""#, (card * 10 + step * 3 + card % 4) % CLAIMS));
        let comma = if card == 0 { "" } else { "," };
        write!(
            json,
            r#"{comma}{{"id":"card-{card}","class":"general","reviewed":"2026-11-01","review_by":"2027-04-01","rests_on":[{}],
            "sources":[{{"title":"t","kind":"primary"}}],"texts":{{{}}}}}"#,
            on.join(","),
            texts.join(",")
        )?;
    }
    json.push_str(r#"],"record":{"claims":["#);
    for claim in 0..CLAIMS {
        let other = claim + 1 + claim % 50;
        let more = match claim {
            _ if other >= CLAIMS => String::new(),
            claim if claim % 10 == 0 => format!(r#","contradicts":["c{other}"]"#),
            claim if claim % 7 == 0 => format!(r#","supports":["c{other}"]"#),
            _ => String::new(),
        };
        let comma = if claim == 0 { "" } else { "," };
        write!(
            json,
            r#"{comma}{{"id":"c{claim}","text":"Somebody said number {claim}.","said_by":"Somebody","how":"stated"{more}}}"#
        )?;
    }
    json.push_str("]}}");
    Ok(json)
}

/// The middle one of so many runs, in milliseconds.
#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark tells how long something took"
)]
pub(crate) fn middle(times: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<Duration> = (0..times)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed()
        })
        .collect();
    times.sort();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    middle.as_secs_f64() * 1000.0
}

/// How long each letter of each search takes, in milliseconds, from the shortest to the longest; cards found by any of them count.
#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark tells how long something took"
)]
fn typed(set: &CardSet, index: &CardIndex) -> Vec<f64> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        for (tag, queries) in TYPED {
            for query in queries {
                for (end, letter) in query.char_indices() {
                    let beginning = query.get(..end + letter.len_utf8()).unwrap_or_default();
                    let begin = Instant::now();
                    let folded = Folded::of(black_box(beginning));
                    black_box(index.search(set, &folded.words(), tag, SHOWN));
                    times.push(begin.elapsed().as_secs_f64() * 1000.0);
                }
            }
        }
    }
    times.sort_by(f64::total_cmp);
    times
}

pub(crate) fn run() -> Result<Report> {
    let json = set()?;
    let set = CardSet::parse(&json).context("the set was made to be read")?;
    let standings = set.standings(TODAY);
    let count = |word: &str| {
        let of = standings
            .iter()
            .filter(|(_, standing)| standing.word() == word);
        of.count()
    };
    let parse = middle(TIMES, || {
        let _ = black_box(CardSet::parse(black_box(&json)));
    });
    let judge = middle(TIMES, || {
        black_box(black_box(&set).standings(TODAY));
    });
    let problems = middle(TIMES, || {
        black_box(black_box(&set).problems());
    });
    let index = CardIndex::of(&set);
    let indexing = middle(TIMES, || {
        black_box(CardIndex::of(black_box(&set)));
    });
    let times = typed(&set, &index);
    let at = |part: usize, of: usize| times.get(times.len() * part / of).copied();
    Ok(Report {
        index: indexing,
        searches: times.len(),
        search_median: at(1, 2).unwrap_or_default(),
        search_p99: at(99, 100).unwrap_or_default(),
        search_worst: times.last().copied().unwrap_or_default(),
        pack: pack::run(CARDS, TODAY)?,
        cards: CARDS,
        claims: CLAIMS,
        bytes: json.len(),
        live: count("live"),
        suspended: count("suspended"),
        parse,
        standings: judge,
        problems,
        ratio: judge / parse,
    })
}

impl Report {
    /// Whether neither an editor nor somebody who types would have to wait.
    pub(crate) fn is_quick(&self) -> bool {
        self.parse + self.standings < AIM && self.search_worst < TYPING && self.pack.is_quick()
    }

    pub(crate) fn print(&self) {
        println!(
            "{} cards in {} languages and {} claims, {:.1} MB: {} live, {} suspended",
            self.cards,
            LANGUAGES.len(),
            self.claims,
            self.bytes as f64 / 1e6,
            self.live,
            self.suspended
        );
        println!("  reading the set               {:7.1} ms", self.parse);
        println!(
            "  judging all cards again       {:7.1} ms ({:.2} times the reading)",
            self.standings, self.ratio
        );
        println!("  looking for all mistakes      {:7.1} ms", self.problems);
        println!("  aim: read and judged under {AIM} ms");
        println!("  making the index, once        {:7.1} ms", self.index);
        println!(
            "  each letter of {} searches: median {:.2} ms, 99 in 100 under {:.2} ms, worst {:.2} ms; aim: under {TYPING} ms",
            self.searches, self.search_median, self.search_p99, self.search_worst
        );
        self.pack.print();
    }
}
