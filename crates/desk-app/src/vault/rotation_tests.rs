//! What the relay's half promises: what was destroyed opens from no copy, and what lives is never lost.

use std::path::Path;

use desk::Record;
use protocol::envelope_hash;
use tempfile::TempDir;
use wire::{SlotContent, SlotWrite};
use zeroize::Zeroizing;

use super::*;

const CHEAP: VaultCost = VaultCost {
    memory_kib: 8,
    passes: 1,
};

fn passphrase() -> Passphrase {
    Passphrase::new("horse, staple".into())
}

fn record(key: &str, value: Option<&[u8]>) -> Record {
    Record {
        key: key.into(),
        value: value.map(|value| Zeroizing::new(value.to_vec())),
    }
}

fn reopen(directory: &Path) -> Vault {
    Vault::open(directory, &passphrase()).unwrap()
}

fn names(vault: &Vault) -> Vec<String> {
    let records = vault.records().unwrap().into_iter();
    let mut names: Vec<_> = records.map(|record| record.key).collect();
    names.sort();
    names
}

fn copy(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.path().join(entry.file_name())).unwrap();
    }
    to
}

/// One slot of a relay.
#[derive(Default)]
struct Slot(Option<SlotContent>);

impl Slot {
    /// As the relay does: only what names the content replaces it, and an equal write is answered as the first.
    fn take(&mut self, write: &SlotWrite) -> bool {
        let held = self.0.as_ref().map(|held| envelope_hash(&held.envelope));
        let is_equal = held == Some(envelope_hash(&write.envelope));
        if !is_equal && held != write.replaces {
            return false;
        }
        self.0 = Some(SlotContent {
            shred_key: write.shred_key,
            envelope: write.envelope.clone(),
        });
        true
    }

    /// What the shell does with a rotation's write: names what is there, if this vault knows it.
    fn bring(&mut self, mut half: HalfWrite) -> bool {
        if self.take(&half.write) {
            return true;
        }
        let held = self.0.as_ref().map(|held| envelope_hash(&held.envelope));
        match held {
            Some(held) if !half.candidates.contains(&held) => return false,
            held => half.write.replaces = held,
        }
        self.take(&half.write)
    }

    fn open(&self, vault: &mut Vault) -> bool {
        let held = self.0.as_ref().unwrap();
        vault
            .open_contacts(&held.shred_key, &held.envelope)
            .unwrap()
    }
}

fn rotate(vault: &mut Vault, slot: &mut Slot) {
    let half = vault.begin_rotation([1; 8]).unwrap();
    assert!(slot.bring(half));
    vault.finish_rotation().unwrap();
}

fn vault(directory: &Path) -> Vault {
    let records = vec![
        record("device", Some(b"me")),
        record("case/01", Some(b"destroyed later")),
        record("kept-entry/02", Some(b"lives")),
    ];
    Vault::create(directory, &passphrase(), CHEAP, records).unwrap()
}

#[test]
fn what_was_destroyed_opens_from_no_copy_with_the_right_phrase_and_the_present_files() {
    let directory = tempfile::tempdir().unwrap();
    let mut slot = Slot::default();
    let mut vault = vault(directory.path());
    rotate(&mut vault, &mut slot);
    drop(vault);
    let backup = copy(directory.path());
    let mut vault = reopen(directory.path());
    assert!(slot.open(&mut vault));
    vault.save(vec![record("case/01", None)]).unwrap();
    rotate(&mut vault, &mut slot);
    drop(vault);

    let mut old = reopen(backup.path());
    assert_eq!(names(&old), ["device"]);
    assert!(!slot.open(&mut old), "this copy is out of date");
    assert_eq!(names(&old), ["device"]);
    let refused = old.save(vec![record("case/01", Some(b"new"))]);
    assert!(matches!(refused, Err(VaultError::NeedsLine)));
    // The present contacts key and the old cells together open nothing either.
    let mut present = reopen(directory.path());
    assert!(slot.open(&mut present));
    assert_eq!(names(&present), ["device", "kept-entry/02"]);
    let opens = |name: RowName, cell: &CellKey, sealed: &[u8]| {
        if let Some(record) = present.open_row(&name, cell, sealed) {
            assert!(!contacts::is_of_contact(&record.key), "{}", record.key);
        }
        Ok(())
    };
    old.each_row(opens).unwrap();
}

#[test]
fn a_wrong_half_opens_nothing_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let mut slot = Slot::default();
    let mut vault = vault(directory.path());
    rotate(&mut vault, &mut slot);
    drop(vault);
    let mut vault = reopen(directory.path());
    assert!(vault.wanted_half().is_some());
    let held = slot.0.clone().unwrap();
    assert!(!vault.open_contacts(&[0; 32], &held.envelope).unwrap());
    assert!(slot.open(&mut vault));
    assert!(vault.wanted_half().is_none());
    assert_eq!(names(&vault).len(), 3);
}

/// Where a desk is killed in a rotation.
#[derive(Clone, Copy)]
enum Kill {
    Never,
    BeforeTheSlot,
    AfterTheSlot,
    /// The slot's write arrives only after the next opening has read it.
    SlotArrivesLate,
}

const KILLS: [Kill; 4] = [
    Kill::Never,
    Kill::BeforeTheSlot,
    Kill::AfterTheSlot,
    Kill::SlotArrivesLate,
];

/// Every order of three rotations, each killed somewhere or not, loses no live record.
#[test]
fn no_order_of_kills_and_restarts_loses_a_live_record() {
    for order in 0..KILLS.len().pow(3) {
        let directory = tempfile::tempdir().unwrap();
        let mut slot = Slot::default();
        drop(vault(directory.path()));
        let mut late: Option<SlotWrite> = None;
        for step in 0..3 {
            let kill = KILLS[order / KILLS.len().pow(step) % KILLS.len()];
            let mut vault = reopen(directory.path());
            if vault.wanted_half().is_some() {
                assert!(slot.open(&mut vault), "order {order} step {step}");
            }
            if let Some(write) = late.take() {
                slot.take(&write);
            }
            assert_eq!(names(&vault).len(), 3, "order {order} step {step}");
            let half = vault.begin_rotation([1; 8]).unwrap();
            match kill {
                Kill::BeforeTheSlot => continue,
                Kill::SlotArrivesLate => {
                    late = Some(half.write);
                    continue;
                }
                Kill::Never | Kill::AfterTheSlot => {}
            }
            assert!(slot.bring(half), "order {order} step {step}");
            if matches!(kill, Kill::Never) {
                vault.finish_rotation().unwrap();
            }
            vault.save(vec![record("case/01", Some(b"newer"))]).unwrap();
        }
    }
}

#[test]
fn a_full_disk_in_a_rotation_loses_nothing_and_it_is_finished_later() {
    let directory = tempfile::tempdir().unwrap();
    let mut slot = Slot::default();
    let mut vault = vault(directory.path());
    rotate(&mut vault, &mut slot);
    let half = vault.begin_rotation([1; 8]).unwrap();
    assert!(slot.bring(half));
    vault.is_disk_full = true;
    assert!(matches!(vault.finish_rotation(), Err(VaultError::DiskFull)));
    assert_eq!(names(&vault).len(), 3);
    vault.is_disk_full = false;
    vault.finish_rotation().unwrap();
    drop(vault);
    let mut vault = reopen(directory.path());
    assert!(slot.open(&mut vault));
    assert_eq!(names(&vault).len(), 3);
}

#[test]
fn of_two_desks_on_copies_of_one_vault_the_older_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let mut slot = Slot::default();
    let mut first = vault(directory.path());
    rotate(&mut first, &mut slot);
    drop(first);
    let other = copy(directory.path());
    let mut first = reopen(directory.path());
    let mut second = reopen(other.path());
    assert!(slot.open(&mut first) && slot.open(&mut second));
    rotate(&mut second, &mut slot);
    let half = first.begin_rotation([1; 8]).unwrap();
    assert!(!slot.bring(half));
}

/// Prints what a rotation costs: `cargo test -p desk-app rotation_of_two_hundred -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
#[allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement"
)]
fn rotation_of_two_hundred_cases() {
    let directory = tempfile::tempdir().unwrap();
    let mut slot = Slot::default();
    let cases = (0..200).map(|case| record(&format!("case/{case:032x}"), Some(&[7; 8000])));
    let mut vault = Vault::create(directory.path(), &passphrase(), CHEAP, cases.collect()).unwrap();
    for _ in 0..5 {
        let began = std::time::Instant::now();
        rotate(&mut vault, &mut slot);
        println!("{} ms", began.elapsed().as_millis());
    }
}
