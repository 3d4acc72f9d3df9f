//! What came of a night.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and shares for a person"
)]

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use wire::EnvelopeHash;

use super::counts::Compared;
use super::record::Noted;
use super::{Options, ReadBack};
use crate::sample::Times;

/// What the relay took at one moment.
#[derive(Serialize)]
pub(crate) struct Sample {
    pub(crate) seconds: f64,
    pub(crate) memory_mib: f64,
    pub(crate) disk_mib: f64,
}

/// What this machine can at most, measured in the same run.
#[derive(Serialize)]
pub(crate) struct Limits {
    /// The store alone, at 64 writers.
    pub(crate) store_per_second: f64,
    /// A handler that keeps nothing, at 64 connections.
    pub(crate) empty_handler_per_second: f64,
}

/// How long one step took, in milliseconds.
#[derive(Serialize)]
pub(crate) struct StepTimes {
    step: &'static str,
    count: usize,
    p50_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
    most_ms: f64,
}

/// One night.
#[derive(Serialize)]
pub(crate) struct Report {
    contacts: usize,
    desks: usize,
    seed: u64,
    seconds: f64,
    /// Acknowledged envelopes: posts, log entries and replies.
    acknowledged: usize,
    posts: usize,
    entries: usize,
    replies: usize,
    replies_read: usize,
    transfers: usize,
    /// Acknowledged and not there when everything was read back; of replies, not opened by their contact.
    lost: usize,
    /// There more than once.
    doubled: usize,
    /// Contacts who had read every answer when the night ended.
    finished: usize,
    /// Requests that were not answered well, by what was said.
    refused: BTreeMap<String, usize>,
    /// What the relay's log says of it, each line once.
    pub(crate) logged: BTreeMap<String, usize>,
    steps: Vec<StepTimes>,
    envelopes_per_second: f64,
    requests_per_second: f64,
    /// CPU time of the relay's process for one acknowledged envelope, reading included.
    cpu_ms_per_envelope: f64,
    cpu_ms_per_request: f64,
    memory_most_mib: f64,
    pub(crate) samples: Vec<Sample>,
    limits: Option<Limits>,
    /// The forecast of this night's waits beside what they were, if its answers took their time.
    pub(crate) waits: Option<Compared>,
}

/// Of what was acknowledged, how much is not there; and how much is there more than once.
pub(crate) fn compare(
    acknowledged: &[EnvelopeHash],
    held: &HashMap<EnvelopeHash, usize>,
) -> (usize, usize) {
    let lost = acknowledged.iter().filter(|hash| !held.contains_key(hash));
    let doubled = held.values().filter(|count| **count > 1);
    (lost.count(), doubled.count())
}

fn times(noted: &Noted) -> Vec<StepTimes> {
    let of_step = noted.times.iter().map(|(kind, times)| {
        let all = Times::new(times.iter().map(|(_, took)| *took).collect());
        StepTimes {
            step: kind.name(),
            count: all.count(),
            p50_ms: all.at(0.5),
            p99_ms: all.at(0.99),
            p999_ms: all.at(0.999),
            most_ms: all.most(),
        }
    });
    of_step.collect()
}

impl Report {
    pub(crate) fn new(
        options: &Options,
        noted: &Noted,
        read: &ReadBack,
        (seconds, cpu_ms): (f64, f64),
        samples: Vec<Sample>,
        limits: Option<Limits>,
    ) -> Report {
        let (posts_lost, posts_doubled) = compare(&noted.posts, &read.posts);
        let (entries_lost, entries_doubled) = compare(&noted.entries, &read.entries);
        let acknowledged = noted.posts.len() + noted.entries.len() + noted.replies;
        let requests: usize = noted.times.values().map(Vec::len).sum();
        let memory = samples.iter().map(|sample| sample.memory_mib);
        Report {
            contacts: options.contacts,
            desks: options.desks,
            seed: options.seed,
            seconds,
            acknowledged,
            posts: noted.posts.len(),
            entries: noted.entries.len(),
            replies: noted.replies,
            replies_read: noted.replies_read,
            transfers: noted.transfers,
            lost: posts_lost + entries_lost + noted.replies.saturating_sub(noted.replies_read),
            doubled: posts_doubled + entries_doubled,
            finished: noted.finished,
            refused: noted.refused.clone(),
            logged: BTreeMap::new(),
            steps: times(noted),
            envelopes_per_second: acknowledged as f64 / seconds,
            requests_per_second: requests as f64 / seconds,
            cpu_ms_per_envelope: cpu_ms / (acknowledged as f64).max(1.0),
            cpu_ms_per_request: cpu_ms / (requests as f64).max(1.0),
            memory_most_mib: memory.fold(0.0, f64::max),
            samples,
            limits,
            waits: None,
        }
    }

    /// Whether nothing was lost, doubled or refused, and everybody was answered. How long it took decides nothing.
    pub(crate) fn is_good(&self) -> bool {
        self.lost == 0
            && self.doubled == 0
            && self.refused.is_empty()
            && self.finished == self.contacts
    }

    /// The numbers of the report in one sentence, for the picture.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{} contacts, {} desks, {:.0} seconds; {} envelopes acknowledged, {} lost, {} doubled",
            self.contacts, self.desks, self.seconds, self.acknowledged, self.lost, self.doubled
        )
    }

    pub(crate) fn print(&self) {
        println!("{}", self.summary());
        println!(
            "acknowledged      {} posts, {} log entries, {} replies ({} opened by their contacts); {} transfers",
            self.posts, self.entries, self.replies, self.replies_read, self.transfers
        );
        println!(
            "answered          {} of {} contacts",
            self.finished, self.contacts
        );
        let counted = [
            ("refused", &self.refused),
            ("the relay's log", &self.logged),
        ];
        for (name, lines) in counted {
            println!("{name:17} {}", lines.values().sum::<usize>());
            for (line, count) in lines {
                println!("                  {count} × {line}");
            }
        }
        for step in &self.steps {
            println!(
                "{:22} {:8}  p50 {:8.2} ms  p99 {:8.2} ms  p99.9 {:8.2} ms  at most {:8.2} ms",
                step.step, step.count, step.p50_ms, step.p99_ms, step.p999_ms, step.most_ms
            );
        }
        println!(
            "throughput        {:.0} envelopes/s, {:.0} requests/s: what was asked for, not what the relay can",
            self.envelopes_per_second, self.requests_per_second
        );
        println!(
            "the relay's CPU   {:.3} ms an envelope with all reading, {:.3} ms a request",
            self.cpu_ms_per_envelope, self.cpu_ms_per_request
        );
        if let Some(waits) = &self.waits {
            waits.print();
        }
        let ends = (self.samples.first(), self.samples.last());
        if let (Some(first), Some(last)) = ends {
            println!(
                "memory            {:.1} MiB at first, {:.1} at most, {:.1} at the end; disk {:.0} MiB",
                first.memory_mib, self.memory_most_mib, last.memory_mib, last.disk_mib
            );
        }
        if let Some(limits) = &self.limits {
            println!(
                "this machine      the store alone {:.0} appends/s, an empty handler {:.0} requests/s",
                limits.store_per_second, limits.empty_handler_per_second
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_lost_and_what_is_there_twice_is_doubled() {
        let hashes: Vec<_> = (0..3).map(|number| EnvelopeHash([number; 32])).collect();
        let held: HashMap<_, _> = hashes.iter().skip(1).copied().zip([1, 2]).collect();
        assert_eq!(compare(&hashes, &held), (1, 1));
        assert_eq!(compare(&[], &HashMap::new()), (0, 0));
    }
}
