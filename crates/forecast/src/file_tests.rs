//! What a file of counts may hold, and what is refused.

use crate::{Assumption, EXAMPLE, FileError, Line};

/// A row of 24 hours.
fn row(count: &str) -> String {
    format!("[{}]", [count; 24].join(", "))
}

/// A small file that is read, to be changed in one place.
fn small() -> String {
    let (one, two) = (row("1"), row("2"));
    format!(
        "weeks = 2\n[[team]]\nlanguage = \"ko\"\narrivals = [{two}]\nguides = [{one}]\nacute = 4\n\
         [conversations]\nacute = [[10, 20, 3]]\nothers = [[5, 60, 9]]\nfirst_reply_acute = 2\nfirst_reply_others = 3\ntwo_at_once = 1.5\n\
         [surge]\nacute = [[10, 20, 3]]\nothers = [[2, 2, 9]]\n"
    )
}

#[test]
fn the_example_and_a_file_without_what_may_be_left_out_are_read() {
    let line = Line::parse(EXAMPLE).unwrap();
    assert!(line.has_a_rota().is_ok() && line.assumptions().is_empty());
    assert_eq!((line.weeks(), line.teams.len()), (4, 2));
    let sum = |team: usize| line.teams[team].people() * 4.0;
    assert!((sum(0) + sum(1) - line.counted() as f64).abs() < 1e-6);
    let small = small();
    assert_eq!(Line::parse(&small).unwrap().assumptions(), []);
    let bare = small.split("[conversations]").next().unwrap();
    let bare = bare.replace("acute = 4\n", "");
    let line = Line::parse(&bare).unwrap();
    assert!(line.assumptions().contains(&Assumption::AcuteShare));
    assert_eq!(line.assumptions().len(), 5);
    // 48 people in 14 days: two sevenths in each hour of the week.
    assert!((line.teams[0].week[0].arrivals - 2.0 / 14.0).abs() < 1e-12);
}

#[test]
fn a_row_for_each_day_is_of_that_day() {
    let rows = [&["0"; 6][..], &["7"]].concat().into_iter().map(row);
    let rows: Vec<String> = rows.collect();
    let text = small().replace(
        &format!("arrivals = [{}]", row("2")),
        &format!("arrivals = [{}]", rows.join(", ")),
    );
    let week = &Line::parse(&text).unwrap().teams[0].week;
    assert_eq!((week[143].arrivals, week[144].arrivals), (0.0, 3.5));
}

#[test]
fn what_is_no_file_of_counts_is_refused() {
    let refused = [
        ("weeks = 2", "weeks = 0"),
        ("weeks = 2", "weeks = -2"),
        ("weeks = 2", "weeks = 521"),
        ("weeks = 2", ""),
        ("weeks = 2", "weeks = 2\nname = \"Birch\""),
        ("\"ko\"", "\" \""),
        ("\"ko\"", "\"\\u001b[2J\""),
        ("acute = 4", "acute = 49"),
        ("acute = 4", "acute = -1"),
        ("acute = 4", "acute = 4\nguide = \"Birch\""),
        ("[[1, 1", "[[1"),
        ("[[1, 1", "[[1, 1, 1"),
        ("[[1, 1", "[[1001, 1"),
        ("[[2, 2, 2", "[[2, -2, 2"),
        ("[[2, 2, 2", "[[2, 2.5, 2"),
        ("[[2, 2, 2", "[[2, nan, 2"),
        ("[[2, 2, 2", "[[2, 1000001, 2"),
        ("[[5, 60, 9]]", "[[60, 5, 9]]"),
        ("[[5, 60, 9]]", "[[0, 0, 9]]"),
        ("[[5, 60, 9]]", "[[5, 1441, 9]]"),
        ("[[5, 60, 9]]", "[[5, 60, 0]]"),
        ("[[5, 60, 9]]", "[]"),
        ("two_at_once = 1.5", "two_at_once = 0.9"),
        ("two_at_once = 1.5", "two_at_once = 2.1"),
        ("two_at_once = 1.5", "two_at_once = nan"),
        ("two_at_once = 1.5", "patience = 0.0"),
        ("two_at_once = 1.5", "patience = inf"),
        ("first_reply_acute = 2", "first_reply_acute = -1.0"),
        ("first_reply_acute = 2", "first_reply_acute = nan"),
    ];
    for (from, to) in refused {
        let text = small().replacen(from, to, 1);
        assert_ne!(text, small(), "{from}");
        let error = Line::parse(&text).unwrap_err();
        assert!(!matches!(error, FileError::NoData), "{to}: {error}");
    }
    let twice = small().replace(
        "[conversations]",
        "[[team]]\nlanguage = \"ko\"\narrivals = []\n[conversations]",
    );
    assert_eq!(Line::parse(&twice), Err(FileError::Language("ko".into())));
}

#[test]
fn without_data_nothing_is_invented() {
    let nobody = small()
        .replace(&row("2"), &row("0"))
        .replace("acute = 4\n", "");
    for text in ["weeks = 2", &nobody] {
        let error = Line::parse(text).unwrap_err();
        assert_eq!(error, FileError::NoData);
        assert!(error.to_string().contains("Count for two weeks"));
    }
    let alone = small().replace(&format!("guides = [{}]\n", row("1")), "");
    let error = Line::parse(&alone).unwrap().has_a_rota().unwrap_err();
    assert_eq!(error, FileError::NobodyOnDuty("ko".into()));
}
