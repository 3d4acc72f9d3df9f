//! The disk as a program sees it: what it keeps, what it forgets, and how it fails.

#![allow(clippy::unwrap_used, reason = "a test")]

use super::*;

fn with_file(seed: u64) -> (Medium, u64) {
    let mut medium = Medium::new(seed);
    let file = medium.make(TOP, OsStr::new("file"), false).unwrap().number;
    medium.sync_directory(TOP).unwrap();
    (medium, file)
}

fn all(medium: &mut Medium, file: u64) -> Vec<u8> {
    medium.read(file, 0, u32::MAX).unwrap()
}

#[test]
fn what_was_synced_survives_and_what_was_not_may_be_torn_at_sectors() {
    let mut seen = [false; 3];
    for seed in 0..64 {
        let (mut medium, file) = with_file(seed);
        medium.write(file, 0, &[1; 4096]).unwrap();
        medium.sync_file(file).unwrap();
        medium.write(file, 0, &[2; 4096]).unwrap();
        assert_eq!(all(&mut medium, file), [2; 4096], "as programs see it");
        medium.cut();
        let after = all(&mut medium, file);
        let new = after
            .chunks(SECTOR)
            .inspect(|sector| assert!([[1; SECTOR], [2; SECTOR]].iter().any(|one| one == sector)))
            .filter(|sector| sector.first() == Some(&2))
            .count();
        let kind = match new {
            0 => 0,
            8 => 1,
            _ => 2,
        };
        *seen.get_mut(kind).unwrap() = true;
    }
    assert_eq!(seen, [true; 3], "nothing, everything and a part of it");
}

#[test]
fn a_name_that_was_not_synced_may_be_gone_with_its_file() {
    let survived = (0..32).filter(|seed| {
        let mut medium = Medium::new(*seed);
        let file = medium.make(TOP, OsStr::new("file"), false).unwrap().number;
        medium.write(file, 0, b"bytes").unwrap();
        medium.sync_file(file).unwrap();
        medium.cut();
        medium.lookup(TOP, OsStr::new("file")).is_ok()
    });
    assert!((1..32).contains(&survived.count()));
}

#[test]
fn a_full_disk_takes_what_fits_and_refuses_the_rest_until_there_is_room() {
    let (mut medium, file) = with_file(1);
    medium.room = 1000;
    assert_eq!(medium.write(file, 0, &[1; 1500]), Ok(1000));
    assert_eq!(medium.write(file, 1000, &[1; 500]), Err(Fault::Full));
    assert_eq!(medium.write(file, 0, &[2; 1000]), Ok(1000), "in place");
    assert_eq!(medium.set_length(file, 1001), Err(Fault::Full));
    medium.room = 2000;
    assert_eq!(medium.write(file, 1000, &[1; 500]), Ok(500));
}

#[test]
fn a_sync_that_failed_is_not_made_good_by_the_next_one() {
    let lost = (0..32).filter(|seed| {
        let (mut medium, file) = with_file(*seed);
        medium.write(file, 0, b"bytes").unwrap();
        medium.failing = 1000;
        assert_eq!(medium.sync_file(file), Err(Fault::Failed));
        medium.failing = 0;
        medium.sync_file(file).unwrap();
        assert_eq!(all(&mut medium, file), b"bytes");
        medium.cut();
        all(&mut medium, file).is_empty()
    });
    assert!((1..32).contains(&lost.count()));
}
