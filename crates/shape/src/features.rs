//! Numbers of a session, as attacks on website traffic take them: counts, sums, the first and last sizes, waits, and how the bytes add up.

use crate::records::Seen;

/// So many of the first and of the last are looked at one by one.
const EACH: usize = 20;
/// Into so many parts the stretch of time is cut.
const PARTS: usize = 20;
/// Where between the least and the most: these hundredths.
const HUNDREDTHS: [usize; 7] = [0, 10, 25, 50, 75, 90, 100];
/// What goes the same way with no longer a pause than this belongs together, in microseconds.
const PAUSE: u64 = 30_000;
/// Stands where there is nothing to measure; no measured number is negative.
const NONE: f64 = -1.0;

/// A request as whoever carries it out can write it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Microseconds since the first byte of the session.
    pub at: u64,
    /// Microseconds until its answer was ready.
    pub took: u64,
    /// What was asked for: a path, or anything else that the log tells apart. A number, the same for the same thing in all sessions.
    pub what: u32,
    /// Bytes of its body.
    pub asked: u32,
    /// Bytes of the answer's body.
    pub answered: u32,
}

/// Named numbers of a session. All sessions of a kind of view have the same names in the same order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// What each number is.
    pub names: Vec<String>,
    /// The numbers; none is infinite or undefined.
    pub values: Vec<f64>,
}

impl Features {
    pub(crate) fn put(&mut self, name: impl Into<String>, value: f64) {
        self.names.push(name.into());
        self.values
            .push(if value.is_finite() { value } else { NONE });
    }

    /// How a set of numbers lies.
    fn spread(&mut self, name: &str, mut numbers: Vec<f64>) {
        numbers.sort_by(f64::total_cmp);
        let count = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        let square = numbers.iter().map(|one| (one - mean) * (one - mean));
        let deviation = (square.sum::<f64>() / count).sqrt();
        self.put(format!("{name}, mean"), mean);
        self.put(format!("{name}, deviation"), deviation);
        for part in HUNDREDTHS {
            let place = numbers.len().saturating_sub(1) * part / 100;
            let value = numbers.get(place).copied().unwrap_or(NONE);
            self.put(format!("{name}, {part} in 100 below"), value);
        }
    }

    /// The first ones and the last ones, each by itself.
    fn ends(&mut self, name: &str, numbers: &[f64]) {
        for place in 0..EACH {
            let value = numbers.get(place).copied().unwrap_or(NONE);
            self.put(format!("{name} {}", place + 1), value);
        }
        for place in 0..EACH {
            let value = numbers.iter().rev().nth(place).copied().unwrap_or(NONE);
            self.put(format!("{name} {} before the last", place), value);
        }
    }
}

/// The waits between times, in milliseconds.
fn gaps(times: &[u64]) -> Vec<f64> {
    let pairs = times.iter().zip(times.iter().skip(1));
    pairs
        .map(|(one, next)| millis(next.saturating_sub(*one)))
        .collect()
}

fn millis(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

/// Records that went the same way one after the other.
struct Burst {
    begun: u64,
    ended: u64,
    is_outgoing: bool,
    bytes: f64,
}

fn bursts(records: &[Seen]) -> Vec<Burst> {
    let mut bursts: Vec<Burst> = Vec::new();
    for seen in records {
        let bytes = f64::from(seen.record.size);
        match bursts.last_mut() {
            Some(last) if last.is_outgoing == seen.is_outgoing && seen.at <= last.ended + PAUSE => {
                last.ended = seen.at;
                last.bytes += bytes;
            }
            _ => bursts.push(Burst {
                begun: seen.at,
                ended: seen.at,
                is_outgoing: seen.is_outgoing,
                bytes,
            }),
        }
    }
    bursts
}

/// What the network sees of a session: its TLS records in the order of their times, over how many connections they went, and how
/// long it was watched, in microseconds.
///
/// All that is measured is in bytes and milliseconds. What came after the watch is not looked at.
pub fn record_features(records: &[Seen], connections: usize, stretch: u64) -> Features {
    let seen: Vec<Seen> = records
        .iter()
        .copied()
        .filter(|seen| seen.at < stretch)
        .collect();
    let mut row = Features::default();
    row.put("connections", connections as f64);
    row.put(
        "last record, ms",
        seen.last().map_or(NONE, |last| millis(last.at)),
    );
    for (way, is_outgoing) in [("out", true), ("in", false)] {
        let one: Vec<Seen> = seen
            .iter()
            .copied()
            .filter(|seen| seen.is_outgoing == is_outgoing)
            .collect();
        let sizes: Vec<f64> = one.iter().map(|seen| f64::from(seen.record.size)).collect();
        let times: Vec<u64> = one.iter().map(|seen| seen.at).collect();
        row.put(format!("records {way}"), one.len() as f64);
        row.put(format!("bytes {way}"), sizes.iter().sum());
        row.spread(&format!("size {way}"), sizes.clone());
        row.spread(&format!("wait {way}, ms"), gaps(&times));
        row.ends(&format!("size {way}"), &sizes);
        let timed: Vec<(u64, f64)> = times.iter().copied().zip(sizes.iter().copied()).collect();
        parts(&mut row, way, &timed, stretch);
    }
    of_bursts(&mut row, &bursts(&seen));
    row
}

/// How many and how many bytes there were in each part of the time.
fn parts(row: &mut Features, way: &str, timed: &[(u64, f64)], stretch: u64) {
    let part_of = |at: u64| (at as usize).saturating_mul(PARTS) / (stretch.max(1) as usize);
    for part in 0..PARTS {
        let here = timed.iter().filter(|(at, _)| part_of(*at) == part);
        let (count, bytes) = here.fold((0.0, 0.0), |(count, sum), (_, size)| {
            (count + 1.0, sum + size)
        });
        row.put(
            format!("count {way} in part {} of {PARTS}", part + 1),
            count,
        );
        row.put(
            format!("bytes {way} in part {} of {PARTS}", part + 1),
            bytes,
        );
    }
}

/// What is asked, what is answered, and how long the answer takes: what a turn looks like from outside.
fn of_bursts(row: &mut Features, bursts: &[Burst]) {
    row.put("bursts", bursts.len() as f64);
    for (way, is_outgoing) in [("out", true), ("in", false)] {
        let one: Vec<&Burst> = bursts
            .iter()
            .filter(|burst| burst.is_outgoing == is_outgoing)
            .collect();
        let bytes: Vec<f64> = one.iter().map(|burst| burst.bytes).collect();
        let begun: Vec<u64> = one.iter().map(|burst| burst.begun).collect();
        row.spread(&format!("burst {way}"), bytes.clone());
        row.ends(&format!("burst {way}"), &bytes);
        let waits = gaps(&begun);
        row.spread(&format!("between bursts {way}, ms"), waits.clone());
        row.ends(&format!("between bursts {way}, ms"), &waits);
    }
    let next = bursts.iter().skip(1);
    let answered = bursts
        .iter()
        .zip(next)
        .filter(|(ask, answer)| ask.is_outgoing && !answer.is_outgoing);
    let took: Vec<f64> = answered
        .map(|(ask, answer)| millis(answer.begun.saturating_sub(ask.ended)))
        .collect();
    row.spread("until the answer, ms", took.clone());
    row.ends("until the answer, ms", &took);
}

/// What whoever carries out the requests of a session could write down, in the order in which they came. `kinds` is how many different
/// things are asked for in all sessions together.
///
/// All that is measured is in bytes and milliseconds. What came after the watch is not looked at.
pub fn request_features(requests: &[Request], kinds: u32, stretch: u64) -> Features {
    let seen: Vec<&Request> = requests.iter().filter(|one| one.at < stretch).collect();
    let mut row = Features::default();
    row.put("requests", seen.len() as f64);
    row.put(
        "last request, ms",
        seen.last().map_or(NONE, |last| millis(last.at)),
    );
    for kind in 0..kinds {
        let count = seen.iter().filter(|one| one.what == kind).count();
        row.put(format!("requests for {kind}"), count as f64);
    }
    let column = |of: fn(&Request) -> f64| seen.iter().map(|one| of(one)).collect::<Vec<f64>>();
    let times: Vec<u64> = seen.iter().map(|one| one.at).collect();
    row.ends("asked for", &column(|one| f64::from(one.what)));
    for (name, numbers) in [
        ("body, bytes", column(|one| f64::from(one.asked))),
        ("answer, bytes", column(|one| f64::from(one.answered))),
        ("until the answer, ms", column(|one| millis(one.took))),
        ("between requests, ms", gaps(&times)),
    ] {
        row.put(format!("{name}, sum"), numbers.iter().sum());
        row.ends(name, &numbers);
        row.spread(name, numbers);
    }
    let timed: Vec<(u64, f64)> = seen
        .iter()
        .map(|one| (one.at, f64::from(one.answered)))
        .collect();
    parts(&mut row, "asked", &timed, stretch);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Record;

    fn seen(at: u64, is_outgoing: bool, size: u32) -> Seen {
        let record = Record { kind: 23, size };
        Seen {
            at,
            is_outgoing,
            record,
        }
    }

    fn value(row: &Features, name: &str) -> f64 {
        let place = row.names.iter().position(|one| one == name).expect(name);
        row.values[place]
    }

    #[test]
    fn every_session_has_the_same_names_and_only_numbers() {
        let nothing = record_features(&[], 0, 1_000_000);
        let one = record_features(&[seen(10, true, 600)], 1, 1_000_000);
        let many: Vec<Seen> = (0..900)
            .map(|at| seen(at * 7919, at % 3 == 0, 5 + at as u32))
            .collect();
        let many = record_features(&many, 6, 5_000_000);
        assert!(nothing.names == one.names && one.names == many.names);
        let mut names = many.names.clone();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), many.names.len(), "no name stands twice");
        assert!(
            many.values
                .iter()
                .chain(&nothing.values)
                .all(|value| value.is_finite())
        );
        assert_eq!(many.values.len(), many.names.len());
    }

    #[test]
    fn what_is_asked_and_how_long_the_answer_takes_are_measured() {
        let turn = [
            seen(1_000, true, 100),
            seen(1_200, true, 4_000),
            seen(51_200, false, 8_000),
            seen(2_000_000, false, 9),
        ];
        let row = record_features(&turn, 1, 1_500_000);
        assert_eq!(value(&row, "burst out 1"), 4_100.0);
        assert_eq!(value(&row, "until the answer, ms 1"), 50.0);
        assert_eq!(
            value(&row, "records in"),
            1.0,
            "what came too late is not looked at"
        );
        assert_eq!(value(&row, "last record, ms"), 51.2);
    }

    #[test]
    fn a_log_is_measured_alike() {
        let request = |at, what, asked| Request {
            at,
            took: 2_000,
            what,
            asked,
            answered: 7,
        };
        let row = request_features(&[request(0, 1, 5), request(4_000, 0, 6)], 2, 1_000_000);
        assert_eq!(value(&row, "requests for 0"), 1.0);
        assert_eq!(value(&row, "asked for 1"), 1.0);
        assert_eq!(value(&row, "body, bytes, sum"), 11.0);
        assert_eq!(value(&row, "between requests, ms 1"), 4.0);
        assert_eq!(request_features(&[], 2, 1_000_000).names, row.names);
    }
}
