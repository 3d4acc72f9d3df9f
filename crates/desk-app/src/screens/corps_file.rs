//! The corps as a CSV file: UTF-8, a head of fixed names, one line a member; lists in a cell are parted by semicolons.
//!
//! A cell that a spreadsheet would compute gets a `'` in front, which is taken off again on the way in.

use desk::MemberView;
use record::{guarded, unguarded};
use statements::Act;

use super::forms;
use crate::card_set::date_of;

/// The size of a file at most, in bytes.
pub(super) const LARGEST_FILE: usize = 256 << 10;
/// How many members a file has at most.
const MOST_LINES: usize = 1000;

/// The columns that are read, and written before one column for each act.
pub(super) const COLUMNS: [&str; 9] = [
    "work_name",
    "stage",
    "until",
    "languages",
    "dialects",
    "topics",
    "branch",
    "years",
    "outside",
];

/// Why a file is not read at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FileProblem {
    /// There is nothing in it but perhaps a head.
    Empty,
    /// It has too many bytes or lines.
    TooLarge,
    /// It is not UTF-8.
    NotText,
    /// A quotation mark is not closed, or the like.
    NotCsv,
    /// The column of work names is missing, or a column stands there twice.
    Head,
}

impl FileProblem {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [FileProblem; 5] = [
        FileProblem::Empty,
        FileProblem::TooLarge,
        FileProblem::NotText,
        FileProblem::NotCsv,
        FileProblem::Head,
    ];

    /// The string that says it.
    pub(super) fn id(self) -> &'static str {
        match self {
            FileProblem::Empty => "file-empty",
            FileProblem::TooLarge => "file-too-large",
            FileProblem::NotText => "file-not-text",
            FileProblem::NotCsv => "file-not-csv",
            FileProblem::Head => "file-head",
        }
    }
}

/// A line as it stands in a file; `None` for a column that the file has not.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct FileLine {
    /// Its number, the head being 1.
    pub(super) number: usize,
    /// Whether it has more cells than the head.
    pub(super) is_too_long: bool,
    /// The cells, in the order of [`COLUMNS`].
    pub(super) cells: [Option<String>; 9],
}

impl FileLine {
    /// The cell of a column, if the file has it.
    pub(super) fn cell(&self, column: &str) -> Option<&str> {
        let at = COLUMNS.iter().position(|name| *name == column)?;
        self.cells.get(at)?.as_deref()
    }
}

/// The items of a cell.
pub(super) fn cell_items(cell: &str) -> Vec<String> {
    let items = cell
        .split(';')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

/// What separates cells: what stands most often in the head.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| head.bytes().filter(|byte| *byte == wanted).count();
    [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|wanted| (count(*wanted), *wanted == b','))
        .unwrap_or(b',')
}

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Vec<FileLine>, FileProblem> {
    if text.len() > LARGEST_FILE {
        return Err(FileProblem::TooLarge);
    }
    // What a browser could not read as UTF-8 it replaces.
    if text.contains(['\u{fffd}', '\0']) {
        return Err(FileProblem::NotText);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() {
        return Err(FileProblem::Empty);
    }
    if text.matches('"').count() % 2 == 1 {
        return Err(FileProblem::NotCsv);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        if records.len() > MOST_LINES {
            return Err(FileProblem::TooLarge);
        }
        records.push(record.map_err(|_| FileProblem::NotCsv)?);
    }
    lines(&records)
}

fn lines(records: &[csv::StringRecord]) -> Result<Vec<FileLine>, FileProblem> {
    let (head, rest) = records.split_first().ok_or(FileProblem::Empty)?;
    let mut places = [None; 9];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let mut found = head
            .iter()
            .enumerate()
            .filter(|(_, name)| name.eq_ignore_ascii_case(column));
        *place = found.next().map(|(at, _)| at);
        if found.next().is_some() {
            return Err(FileProblem::Head);
        }
    }
    if places.first().copied().flatten().is_none() {
        return Err(FileProblem::Head);
    }
    if rest.is_empty() {
        return Err(FileProblem::Empty);
    }
    let line = |record: &csv::StringRecord| FileLine {
        number: record
            .position()
            .and_then(|at| usize::try_from(at.line()).ok())
            .unwrap_or_default(),
        is_too_long: record.len() > head.len(),
        cells: places.map(|place| {
            let cell = record.get(place?).unwrap_or_default();
            Some(unguarded(cell).trim().to_owned())
        }),
    };
    Ok(rest.iter().map(line).collect())
}

/// Why a member holds a permission, in one cell.
fn permission_cell(member: &MemberView, act: Act) -> String {
    let mut held = member.permissions.iter();
    let Some(view) = held.find(|view| view.permission.act == act) else {
        return String::new();
    };
    let permission = &view.permission;
    let days = format!("{}/{}", date_of(permission.from), date_of(permission.until));
    [
        super::member::state_code(view.state),
        &days,
        &permission.authority,
        &permission.document,
        &permission.scope,
    ]
    .join("; ")
}

/// The corps as a file, one line for each person.
pub(super) fn write(members: &[MemberView]) -> String {
    let mut head: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    head.extend(Act::ALL.iter().map(|act| format!("may_{}", act.word())));
    let mut rows = vec![head];
    let mut last = None;
    for member in members {
        if last == Some(&member.work_name) {
            // Another device of the same person: members come by work name.
            continue;
        }
        last = Some(&member.work_name);
        rows.push(member_cells(member));
    }
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| guarded(cell));
        // Into memory nothing can fail.
        let _ = writer.write_record(cells);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    // Spreadsheets take a file without this mark for another encoding.
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}

fn member_cells(member: &MemberView) -> Vec<String> {
    let profile = &member.profile;
    let years = match profile.years {
        0 => String::new(),
        years => years.to_string(),
    };
    let mut cells = vec![
        member.work_name.clone(),
        member.stage.word().to_owned(),
        date_of(member.until),
        profile.languages.join("; "),
        profile.dialects.join("; "),
        profile.topics.join("; "),
        profile.branch.clone(),
        years,
        forms::group_words(profile.outside).join("; "),
    ];
    cells.extend(Act::ALL.iter().map(|act| permission_cell(member, *act)));
    cells
}

#[cfg(test)]
mod tests {
    use statements::{DevicePublicKey, Profile, Stage};
    use wire::Day;

    use super::*;

    fn member(work_name: &str, branch: &str) -> MemberView {
        MemberView {
            work_name: work_name.into(),
            stage: Stage::Senior,
            until: Day(20_780),
            profile: Profile {
                languages: vec!["ko".into(), "ru".into()],
                dialects: vec!["+1".into()],
                topics: vec!["\"law\", duty".into()],
                branch: branch.into(),
                years: 7,
                outside: 0b101,
            },
            permissions: Vec::new(),
            device: DevicePublicKey([1; 32]),
            me: false,
            reachable: true,
            checked_in: false,
        }
    }

    #[test]
    fn what_is_written_is_read_again_as_it_was() {
        for name in [
            "Birch",
            "=1+1",
            "'",
            "'=x",
            "''",
            "-",
            "@a",
            "Бук, \"б\"",
            "새",
        ] {
            let file = write(&[member(name, "=cmd|' /C calc'!A0")]);
            let lines = read(&file).unwrap();
            assert_eq!(lines.len(), 1, "{name}");
            assert_eq!(lines[0].cell("work_name"), Some(name));
            assert_eq!(lines[0].cell("branch"), Some("=cmd|' /C calc'!A0"));
            assert_eq!(lines[0].cell("topics"), Some("\"law\", duty"));
            assert_eq!(lines[0].cell("outside"), Some("army; men"));
            assert_eq!(
                cell_items(lines[0].cell("languages").unwrap()),
                ["ko", "ru"]
            );
        }
    }

    #[test]
    fn no_cell_of_the_file_is_computed_by_a_spreadsheet() {
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            let file = write(&[member(
                &format!("{start}HYPERLINK(1)"),
                &format!("{start}2"),
            )]);
            let mut reader = csv::ReaderBuilder::new()
                .from_reader(file.trim_start_matches('\u{feff}').as_bytes());
            for record in reader.records() {
                for cell in record.unwrap().iter() {
                    assert!(
                        !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                        "{cell:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn files_of_every_spreadsheet_are_read() {
        for file in [
            "\u{feff}work_name,until\r\nBirch,2027-01-02\r\n",
            "until;Work_Name\n2027-01-02;Birch\n",
            "work_name\tuntil\rBirch\t2027-01-02\r",
            "work_name,until\n\n\"Birch\",\"2027-01-02\"\n\n",
        ] {
            let lines = read(file).unwrap();
            assert_eq!(lines.len(), 1, "{file:?}");
            assert_eq!(lines[0].cell("work_name"), Some("Birch"));
            assert_eq!(lines[0].cell("until"), Some("2027-01-02"));
            assert_eq!(lines[0].cell("stage"), None);
        }
    }

    #[test]
    fn what_is_no_file_of_a_corps_is_refused_with_why() {
        let long = format!("work_name\n{}", "a\n".repeat(MOST_LINES + 1));
        let large = "x".repeat(LARGEST_FILE + 1);
        for (file, problem) in [
            ("", FileProblem::Empty),
            ("\u{feff}\n \n", FileProblem::Empty),
            ("work_name,stage\n", FileProblem::Empty),
            ("name,stage\nBirch,guide\n", FileProblem::Head),
            ("work_name,WORK_NAME\na,b\n", FileProblem::Head),
            ("work_name\nB\u{fffd}rch\n", FileProblem::NotText),
            ("work_name\n\"Birch\n", FileProblem::NotCsv),
            (&long, FileProblem::TooLarge),
            (&large, FileProblem::TooLarge),
        ] {
            assert_eq!(read(file), Err(problem), "{:?}", file.get(..20));
        }
        let lines = read("work_name,stage\nBirch,guide,more\nAsh\n").unwrap();
        assert!(lines[0].is_too_long && !lines[1].is_too_long);
        assert_eq!((lines[0].number, lines[1].number), (2, 3));
    }
}
