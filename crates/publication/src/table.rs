//! The figures as CSV, for other programs: names stay the same in every language.

use crate::publication::{FEW, Publication, Said};

/// One line for each figure under a line of names: month, figure, value (empty when fewer), below (empty when not), low and high of the
/// range, epsilon, and the guarantee. Lines end with CR LF.
pub fn csv(publications: &[&Publication]) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let names = [
        "month",
        "figure",
        "value",
        "below",
        "low95",
        "high95",
        "epsilon",
        "guarantee",
    ];
    // Writing to memory does not fail.
    let _ = writer.write_record(names);
    for publication in publications {
        for (figure, said) in publication.said() {
            let (low, high) = publication.range(said);
            let (value, below) = match said {
                Said::Fewer => (String::new(), FEW.to_string()),
                Said::About(value) => (value.to_string(), String::new()),
            };
            let _ = writer.write_record([
                publication.month().to_string(),
                figure.key().to_owned(),
                value,
                below,
                low.to_string(),
                high.to_string(),
                publication.epsilon().to_string(),
                "pure differential privacy, one contact of one month".to_owned(),
            ]);
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
