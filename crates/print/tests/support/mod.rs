//! Lines as coordinators sign them, with the demonstration's cards or others; and what independent tools read from their paper.
#![allow(dead_code, reason = "each test uses a part")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use statements::{
    CardSet, Delegation, DeviceKey, Entrance, EntranceKind, EntranceList, Line, Root, RootKey,
    Warning,
};
use wire::{Day, LineDocument};

/// 26 November 2026, three days after the demonstration's cards were checked.
pub(crate) const TODAY: Day = Day(20_783);
/// An onion address of the usual length.
pub(crate) const ONION: &str =
    "http://ab2cd3ef4gh5ij6kl7mnopqrstuvwxyzab2cd3ef4gh5ij6kl7mnopqr.onion/";
pub(crate) const SITE: &str = "https://line.example";
pub(crate) const MIRROR: &str = "https://mirror.example/line/";

/// A line to be signed.
pub(crate) struct Draft {
    pub(crate) cards: Value,
    pub(crate) entrances: Vec<(EntranceKind, String)>,
    pub(crate) fakes: Vec<String>,
    pub(crate) good_until: Day,
    pub(crate) warning: Option<Warning>,
    /// The relay's own day.
    pub(crate) day: Day,
}

fn demonstration(file: &str) -> Value {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demonstration");
    serde_json::from_str(&std::fs::read_to_string(directory.join(file)).unwrap()).unwrap()
}

impl Draft {
    /// The demonstration's cards, and an entrance of each kind.
    pub(crate) fn demonstration() -> Draft {
        let mut cards = demonstration("cards.json");
        cards["record"] = demonstration("record.json");
        cards["claims"] = demonstration("claims.json");
        Draft {
            cards,
            entrances: vec![
                (EntranceKind::Site, SITE.into()),
                (EntranceKind::Onion, ONION.into()),
                (EntranceKind::Mirror, MIRROR.into()),
            ],
            fakes: vec![
                "https://line.example.fake.example".into(),
                "l\u{456}ne.example".into(),
            ],
            good_until: TODAY.plus(50),
            warning: None,
            day: TODAY,
        }
    }

    /// One card, which holds for the given number of days more.
    pub(crate) fn of_card(text: Value, days: u32) -> Draft {
        let card = json!({
            "id": "one", "class": "general", "reviewed": record::date_of(TODAY.minus(1)),
            "review_by": record::date_of(TODAY.plus(days)), "texts": text,
            "sources": [{"title": "A law", "publisher": "A parliament", "date_read": "2026-11-20", "kind": "primary"}],
        });
        Draft {
            cards: json!({"cards": [card]}),
            ..Draft::demonstration()
        }
    }

    /// Signs all of it and has it verified, as a visitor does.
    pub(crate) fn line(&self) -> Line {
        Line::verify(&self.document(), None).unwrap()
    }

    /// What a relay would give.
    pub(crate) fn document(&self) -> LineDocument {
        let root_key = RootKey::from_seed(&[1; 32]);
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let id = root.line_id();
        let days = (Day(0), TODAY.plus(1000));
        let delegation = Delegation::draft(id, 1, days, 1, &[coordinator.public()]);
        let list = EntranceList {
            serial: 1,
            day: self.good_until.minus(55),
            good_until: self.good_until,
            entrances: self.entrances.iter().cloned().map(entrance).collect(),
            fakes: self.fakes.clone(),
        };
        let mut drafts = vec![CardSet::draft(id, 1, TODAY, &self.cards.to_string())];
        if !self.entrances.is_empty() {
            drafts.push(list.draft(id));
        }
        drafts.extend(self.warning.as_ref().map(|warning| warning.draft(id)));
        let signed = drafts
            .into_iter()
            .map(|draft| draft.sign_by_device(&coordinator).done().to_bytes());
        let delegation = delegation.sign_by_root(&root_key).done().to_bytes();
        let mut statements = vec![root.statement().to_bytes(), delegation];
        statements.extend(signed);
        LineDocument {
            day: self.day,
            statements,
        }
    }
}

fn entrance((kind, address): (EntranceKind, String)) -> Entrance {
    Entrance { kind, address }
}

/// Runs one of poppler's programs on a PDF.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> (Vec<u8>, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("paper.pdf");
    std::fs::write(&path, pdf).unwrap();
    let mut command = Command::new(program);
    command.current_dir(directory.path()).args(arguments);
    let output = command
        .output()
        .expect("poppler-utils is needed: `cargo xtask setup`");
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    // Old versions of pdfinfo take the standard's `/Suspects false` for a fault.
    let complaints = String::from_utf8_lossy(&output.stderr);
    let complaints = complaints.replace(
        "Syntax Error: Suspects object is wrong type (boolean)\n",
        "",
    );
    assert_eq!(complaints, "", "{program} has nothing to complain of");
    (output.stdout, directory)
}

/// The text that `pdftotext` reads, each run of white space as one space.
pub(crate) fn text(pdf: &[u8]) -> String {
    let (text, _) = poppler("pdftotext", &["-enc", "UTF-8", "paper.pdf", "-"], pdf);
    words(&String::from_utf8(text).unwrap())
}

/// The text of each page alone.
pub(crate) fn pages(pdf: &[u8]) -> Vec<String> {
    let (text, _) = poppler("pdftotext", &["-enc", "UTF-8", "paper.pdf", "-"], pdf);
    let text = String::from_utf8(text).unwrap();
    text.split('\u{c}')
        .filter(|page| !page.is_empty())
        .map(words)
        .collect()
}

/// A text with each run of white space as one space.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without any white space, for what may be broken within.
pub(crate) fn solid(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What a program of poppler says of a PDF.
pub(crate) fn said(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut all = arguments.to_vec();
    all.push("paper.pdf");
    String::from_utf8_lossy(&poppler(program, &all, pdf).0).into_owned()
}

/// A page as grey pixels.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

fn picture(pgm: &[u8]) -> Picture {
    let header: Vec<&[u8]> = pgm.splitn(4, |byte| byte.is_ascii_whitespace()).collect();
    let number = |at: usize| {
        std::str::from_utf8(header[at])
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    assert_eq!(header[0], b"P5");
    let (width, height) = (number(1), number(2));
    Picture {
        width,
        height,
        pixels: pgm[pgm.len() - width * height..].to_vec(),
    }
}

/// Each page as `pdftoppm` draws it, with so many pixels an inch.
pub(crate) fn pictures(pdf: &[u8], resolution: usize) -> Vec<Picture> {
    let resolution = resolution.to_string();
    let arguments = ["-gray", "-r", &resolution, "paper.pdf", "page"];
    let (_, directory) = poppler("pdftoppm", &arguments, pdf);
    let files = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "pgm"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| picture(&std::fs::read(path).unwrap()))
        .collect()
}

impl Picture {
    /// What a reader of QR codes finds in a window: left, top, width, height.
    fn codes(&self, window: [usize; 4]) -> Vec<String> {
        let [left, top, width, height] = window;
        let pixel = |x: usize, y: usize| self.pixels[(top + y) * self.width + left + x];
        // A window without as much black as a code has is not looked at.
        let sampled = (0..height)
            .step_by(3)
            .flat_map(|y| (0..width).step_by(3).map(move |x| (x, y)));
        let dark = sampled.filter(|(x, y)| pixel(*x, *y) < 128).count();
        if dark * 9 * 12 < width * height {
            return Vec::new();
        }
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, pixel);
        let grids = image.detect_grids().into_iter();
        grids
            .filter_map(|grid| Some(grid.decode().ok()?.1))
            .collect()
    }
}

/// What a telephone reads that is moved over all pages, so near that it sees one code at a time: sorted, each once.
pub(crate) fn codes(pdf: &[u8], resolution: usize) -> Vec<String> {
    let mut found = std::collections::BTreeSet::new();
    let mm = |millimetres: usize| millimetres * resolution * 10 / 254;
    for page in pictures(pdf, resolution) {
        for left in (0..page.width - mm(66)).step_by(mm(17)) {
            for top in (0..page.height - mm(66)).step_by(mm(17)) {
                found.extend(page.codes([left, top, mm(66), mm(66)]));
            }
        }
    }
    found.into_iter().collect()
}
