//! The picture of a night: how long posting took and what the relay held in memory, over the same time.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a picture"
)]

use std::fmt::Write;

use super::record::Noted;
use super::report::Report;

const WIDTH: f64 = 800.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 780.0;
const HEIGHT: f64 = 180.0;
/// Where the two charts begin, from above.
const TOPS: [f64; 2] = [70.0, 320.0];
/// Into how many columns the time is divided.
const COLUMNS: usize = 120;

/// A number that people like to read, not below `value`.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.max(1e-3).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    let fits = steps.iter().map(|step| step * power);
    fits.into_iter()
        .find(|step| *step >= value)
        .unwrap_or(power * 10.0)
}

/// A chart with its axes, and the points of one line in it.
fn chart(svg: &mut String, top: f64, name: &str, points: &[(f64, f64)], seconds: f64) {
    let most = round_up(points.iter().map(|point| point.1).fold(0.0, f64::max));
    let bottom = top + HEIGHT;
    let name_at = top - 12.0;
    let _ = writeln!(
        svg,
        r#"<text x="{LEFT}" y="{name_at}" font-weight="bold">{name}</text>"#
    );
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        let y = bottom - share * HEIGHT;
        let label = most * share;
        let (end, low) = (LEFT - 8.0, y + 5.0);
        let _ = writeln!(
            svg,
            r##"<path d="M{LEFT} {y:.1}H{RIGHT}" stroke="#bbb"/><text x="{end}" y="{low:.1}" text-anchor="end">{label:.3}</text>"##
        );
        let x = LEFT + share * (RIGHT - LEFT);
        let (below, time) = (bottom + 20.0, seconds * share);
        let _ = writeln!(
            svg,
            r#"<text x="{x:.1}" y="{below}" text-anchor="middle">{time:.0} s</text>"#
        );
    }
    let places: Vec<String> = points
        .iter()
        .map(|(at, value)| {
            let x = LEFT + at / seconds.max(1e-9) * (RIGHT - LEFT);
            format!("{x:.1},{:.1}", bottom - value / most * HEIGHT)
        })
        .collect();
    let places = places.join(" ");
    let _ = writeln!(
        svg,
        r##"<polyline points="{places}" fill="none" stroke="#0b4f8a" stroke-width="2"/>"##
    );
}

/// The slowest hundredth of all posts in each column of time.
fn slowest(noted: &Noted, seconds: f64) -> Vec<(f64, f64)> {
    let mut columns = vec![Vec::new(); COLUMNS];
    let posts = noted.times.iter().filter(|(kind, _)| kind.is_post());
    for (at, took) in posts.flat_map(|(_, times)| times) {
        let index = (at / seconds * COLUMNS as f64) as usize;
        if let Some(column) = columns.get_mut(index.min(COLUMNS - 1)) {
            column.push(*took);
        }
    }
    let values = columns
        .into_iter()
        .enumerate()
        .filter_map(|(index, mut column)| {
            column.sort_by(f64::total_cmp);
            let place = (column.len() as f64 * 0.99) as usize;
            let value = column.get(place).copied()?;
            Some(((index as f64 + 0.5) / COLUMNS as f64 * seconds, value))
        });
    values.collect()
}

/// Draws it as SVG, with its words as text and a description for those who do not see it.
pub(crate) fn draw(report: &Report, noted: &Noted) -> String {
    let seconds = report.samples.last().map_or(1.0, |sample| sample.seconds);
    let memory: Vec<_> = report
        .samples
        .iter()
        .map(|sample| (sample.seconds, sample.memory_mib))
        .collect();
    let latency = slowest(noted, seconds);
    let summary = report.summary();
    let most = |points: &[(f64, f64)]| points.iter().map(|point| point.1).fold(0.0, f64::max);
    let (slowest_most, memory_most) = (most(&latency), most(&memory));
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 540" role="img" aria-labelledby="title description" font-family="sans-serif" font-size="14" fill="#111">
<title id="title">A night: how long posting took, and the relay's memory</title>
<desc id="description">{summary}. Above, the slowest hundredth of posts over time, at most {slowest_most:.1} milliseconds. Below, the memory of the relay's process, at most {memory_most:.1} MiB.</desc>
<rect width="{WIDTH}" height="540" fill="#fff"/>
<text x="{LEFT}" y="26">{summary}</text>"##
    );
    let [first, second] = TOPS;
    let name = "Posts: all but a hundredth were faster, in milliseconds";
    chart(&mut svg, first, name, &latency, seconds);
    let name = "Memory of the relay, in MiB";
    chart(&mut svg, second, name, &memory, seconds);
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn axes_end_at_a_number_that_is_read_easily_and_hold_everything() {
        let ends = [0.3, 1.0, 3.0, 17.0, 60.0, 130.0].map(round_up);
        assert_eq!(ends, [0.5, 1.0, 5.0, 20.0, 100.0, 200.0]);
    }
}
