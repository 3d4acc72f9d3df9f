//! What the operator is shown in figures, and how coarse: pure. Decision 36 says why no figure tells one message from none.

use std::time::Duration;

use wire::Minute;

use super::counts::{KINDS, NAMES, STORAGE};

/// Counts below this are shown as none.
const FEWEST: u64 = 64;
/// Fewer open connections than this are shown as none.
const FEWEST_CONNECTIONS: u64 = 256;
/// A smaller store is shown as one of this many bytes.
const SMALLEST_STORE: u64 = 64 << 20;
/// What depends on what others do is shown anew at each full quarter of an hour.
const QUARTER: u32 = 15;

/// What is counted while requests are served.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Counted {
    pub(crate) refused: [u64; KINDS],
    pub(crate) connections: u64,
    /// Bytes of the store's files.
    pub(crate) store: Option<u64>,
    /// Bytes that are free where they are.
    pub(crate) free: Option<u64>,
}

/// The highest power of two that is not above a count; 0 when it is below the fewest.
fn coarse(count: u64, fewest: u64) -> u64 {
    if count < fewest.max(1) {
        return 0;
    }
    1 << count.ilog2()
}

impl Counted {
    fn coarse(self) -> Counted {
        let mut refused = self.refused;
        for (place, count) in refused.iter_mut().enumerate() {
            // Our own failure is told from the first on, as in the log.
            *count = coarse(*count, if place == STORAGE { 1 } else { FEWEST });
        }
        Counted {
            refused,
            connections: coarse(self.connections, FEWEST_CONNECTIONS),
            store: self
                .store
                .map(|bytes| bytes.max(SMALLEST_STORE).next_power_of_two()),
            free: self.free.map(|bytes| coarse(bytes, 1)),
        }
    }
}

/// How long something took, counted in steps of five.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Histogram([u64; BOUNDS.len() + 1]);

/// The steps: milliseconds, and how they are written in seconds.
const BOUNDS: [(u128, &str); 5] = [
    (1, "0.001"),
    (5, "0.005"),
    (25, "0.025"),
    (125, "0.125"),
    (625, "0.625"),
];

impl Histogram {
    fn put(&mut self, took: Duration) {
        let place = BOUNDS
            .iter()
            .position(|(bound, _)| took.as_micros() <= bound * 1000);
        if let Some(count) = self.0.get_mut(place.unwrap_or(BOUNDS.len())) {
            *count += 1;
        }
    }

    fn write(&self, text: &mut Text, name: &str, help: &str) {
        text.about(name, "histogram", help);
        let bounds = BOUNDS.iter().map(|(_, written)| *written).chain(["+Inf"]);
        let mut sum = 0;
        for (bound, count) in bounds.zip(self.0) {
            sum += count;
            text.line(&format!("{name}_bucket{{le=\"{bound}\"}}"), sum);
        }
    }
}

/// How long the relay's own two trials took: reading a place from the store, and making a file durable beside it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Trial {
    pub(crate) read: Option<Duration>,
    pub(crate) sync: Option<Duration>,
}

/// What is kept between one look and the next.
#[derive(Default)]
pub(crate) struct Figures {
    read: Histogram,
    sync: Histogram,
    shown: Counted,
    quarter: u32,
}

/// What the metrics say besides.
pub(crate) struct Standing<'a> {
    pub(crate) version: &'a str,
    pub(crate) started: Minute,
    pub(crate) places: u64,
    /// Conditions by name.
    pub(crate) conditions: Vec<(&'static str, bool)>,
    /// Whole days left, negative when over.
    pub(crate) delegation_days: i64,
    pub(crate) certificate_days: Option<i64>,
    /// Whole days since the last backup.
    pub(crate) backup_days: Option<i64>,
}

impl Figures {
    /// Takes in one look. What depends on what others did is shown only when a new quarter of an hour has begun.
    pub(crate) fn observe(&mut self, now: Minute, trial: Trial, counted: Counted) {
        if let Some(took) = trial.read {
            self.read.put(took);
        }
        if let Some(took) = trial.sync {
            self.sync.put(took);
        }
        let quarter = now.0 / QUARTER;
        if quarter != self.quarter {
            self.quarter = quarter;
            self.shown = counted.coarse();
        }
    }

    /// The metrics, in the text format of OpenMetrics 1.0.
    pub(crate) fn text(&self, standing: &Standing<'_>) -> String {
        let mut text = Text::default();
        self.write_machine(&mut text, standing);
        self.write_traffic(&mut text, standing);
        text.0 + "# EOF\n"
    }

    fn write_machine(&self, text: &mut Text, standing: &Standing<'_>) {
        text.about("footbridge_build", "info", "The program's version.");
        let version = standing.version;
        text.line(
            &format!("footbridge_build_info{{version=\"{version}\"}}"),
            1,
        );
        let help = "The minute at which the relay was started, in seconds since 1970.";
        text.gauge(
            "footbridge_start_time_seconds",
            help,
            u64::from(standing.started.0) * 60,
        );
        let help = "1 when a condition of /ready holds.";
        text.about("footbridge_condition", "gauge", help);
        for (name, well) in &standing.conditions {
            let line = format!("footbridge_condition{{name=\"{name}\"}}");
            text.line(&line, u8::from(*well));
        }
        let help = "Whole days until the delegation that stands is over.";
        text.gauge("footbridge_delegation_days", help, standing.delegation_days);
        let help = "Whole days until the certificate is over.";
        text.perhaps(
            "footbridge_certificate_days",
            help,
            standing.certificate_days,
        );
        let help = "Whole days since the last backup of this store.";
        text.perhaps("footbridge_backup_age_days", help, standing.backup_days);
        let help = "How long the relay's own reading of the store took, once a minute.";
        self.read.write(text, "footbridge_store_read_seconds", help);
        let help = "How long making a file durable beside the store took, once a minute.";
        self.sync.write(text, "footbridge_disk_sync_seconds", help);
    }

    fn write_traffic(&self, text: &mut Text, standing: &Standing<'_>) {
        let shown = &self.shown;
        let help =
            "Bytes free where the store is, down to a power of two; each quarter of an hour.";
        text.perhaps("footbridge_disk_free_bytes", help, shown.free);
        let help = "Bytes of the store's files, up to a power of two; each quarter of an hour.";
        text.perhaps("footbridge_store_bytes", help, shown.store);
        let help =
            "Open connections, down to a power of two, 0 below 256; each quarter of an hour.";
        text.gauge("footbridge_connections", help, shown.connections);
        let help = "How many connections there can be.";
        text.gauge("footbridge_connection_places", help, standing.places);
        let name = "footbridge_refused";
        let help = "Requests refused since the start, down to a power of two, 0 below 64 but for storage; each quarter of an hour.";
        text.about(name, "counter", help);
        for (kind, count) in NAMES.iter().zip(shown.refused) {
            text.line(&format!("{name}_total{{kind=\"{kind}\"}}"), count);
        }
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn about(&mut self, name: &str, kind: &str, help: &str) {
        self.0 += &format!("# TYPE {name} {kind}\n# HELP {name} {help}\n");
    }

    fn line(&mut self, name: &str, value: impl std::fmt::Display) {
        self.0 += &format!("{name} {value}\n");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.about(name, "gauge", help);
        self.line(name, value);
    }

    /// A figure that there may not be: then nothing is said of it, rather than a number that means something.
    fn perhaps(&mut self, name: &str, help: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.gauge(name, help, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> Standing<'static> {
        Standing {
            version: "0.1.0",
            started: Minute(1),
            places: 16_384,
            conditions: vec![("store", true)],
            delegation_days: 5,
            certificate_days: None,
            backup_days: Some(2),
        }
    }

    fn after(minutes: u32, counted: Counted) -> String {
        let mut figures = Figures::default();
        figures.observe(Minute(1500), Trial::default(), Counted::default());
        figures.observe(Minute(1500 + minutes), Trial::default(), counted);
        figures.text(&standing())
    }

    #[test]
    fn few_are_none_and_many_are_powers_of_two() {
        let with = |count| Counted {
            refused: [count; KINDS],
            connections: count,
            ..Counted::default()
        };
        assert_eq!(with(0).coarse(), with(0));
        let few = with(63).coarse();
        assert_eq!((few.refused, few.connections), ([0, 0, 0, 0, 0, 32], 0));
        let many = with(1000).coarse();
        assert_eq!((many.refused, many.connections), ([512; KINDS], 512));
    }

    #[test]
    fn what_others_do_shows_only_at_the_quarter() {
        let flood = Counted {
            refused: [5000; KINDS],
            connections: 5000,
            store: Some(1 << 30),
            free: Some(1 << 30),
        };
        assert_eq!(after(14, flood), after(14, Counted::default()));
        let shown = after(15, flood);
        assert!(shown.contains("footbridge_connections 4096\n"), "{shown}");
        assert!(shown.contains("footbridge_store_bytes 1073741824\n"));
        assert!(shown.contains("footbridge_refused_total{kind=\"malformed\"} 4096\n"));
    }

    #[test]
    fn a_trial_falls_into_one_step_of_its_histogram() {
        let mut figures = Figures::default();
        for milliseconds in [1, 2, 700] {
            let trial = Trial {
                read: Some(Duration::from_millis(milliseconds)),
                sync: None,
            };
            figures.observe(Minute(0), trial, Counted::default());
        }
        let text = figures.text(&standing());
        for line in [
            "footbridge_store_read_seconds_bucket{le=\"0.001\"} 1\n",
            "footbridge_store_read_seconds_bucket{le=\"0.005\"} 2\n",
            "footbridge_store_read_seconds_bucket{le=\"0.625\"} 2\n",
            "footbridge_store_read_seconds_bucket{le=\"+Inf\"} 3\n",
            "footbridge_disk_sync_seconds_bucket{le=\"+Inf\"} 0\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
        assert!(text.ends_with("# EOF\n"));
        assert!(!text.contains("certificate_days"), "there is none");
    }
}
