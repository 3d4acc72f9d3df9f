//! What a vault promises: nothing lost, nothing left.

use std::path::Path;

use desk::Record;
use zeroize::Zeroizing;

use super::*;

/// As little as Argon2id allows: only the tests' own vaults are so cheap.
const CHEAP: VaultCost = VaultCost {
    memory_kib: 8,
    passes: 1,
};
const CANARY: &[u8] = b"tell nobody that the canary sang";

fn passphrase() -> Passphrase {
    Passphrase::new("horse, staple\n".into())
}

fn record(key: &str, value: &[u8]) -> Record {
    Record {
        key: key.into(),
        value: Some(Zeroizing::new(value.to_vec())),
    }
}

fn gone(key: &str) -> Record {
    Record {
        key: key.into(),
        value: None,
    }
}

fn create(directory: &Path, records: Vec<Record>) -> Vault {
    Vault::create(directory, &passphrase(), CHEAP, records).unwrap()
}

fn reopen(directory: &Path) -> Vault {
    Vault::open(directory, &passphrase()).unwrap()
}

fn contents(vault: &Vault) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = vault
        .records()
        .unwrap()
        .into_iter()
        .map(|record| (record.key, record.value.unwrap().to_vec()))
        .collect();
    all.sort();
    all
}

fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

fn holds(directory: &Path, needle: &[u8]) -> bool {
    files(directory)
        .iter()
        .any(|(_, bytes)| bytes.windows(needle.len()).any(|at| at == needle))
}

/// Every row that was ever seen in the database, with the cell it named: what an examiner could carve out of it.
fn rows(directory: &Path) -> Vec<(RowName, CellIndex, Vec<u8>)> {
    let database = Connection::open(database_path(directory)).unwrap();
    let mut select = database
        .prepare("SELECT name, cell, sealed FROM record")
        .unwrap();
    let rows = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_was_saved_is_there_after_reopening() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![record("me", b"Willow")]);
    vault
        .save(vec![
            record("case/01", b"first"),
            record("case/02", b"second"),
        ])
        .unwrap();
    vault
        .save(vec![
            record("case/01", b"newer"),
            gone("case/02"),
            gone("never-was"),
        ])
        .unwrap();
    drop(vault);
    let expected = [("case/01", b"newer".to_vec()), ("me", b"Willow".to_vec())];
    let expected = expected.map(|(key, value)| (key.to_owned(), value));
    assert_eq!(contents(&reopen(directory.path())), expected);
}

#[test]
fn of_two_writes_of_one_record_in_one_save_the_last_counts() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![]);
    vault
        .save(vec![
            record("a", b"1"),
            record("b", b"2"),
            record("a", b"3"),
            gone("b"),
        ])
        .unwrap();
    assert_eq!(contents(&vault), [("a".to_owned(), b"3".to_vec())]);
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_harms_nothing() {
    let directory = tempfile::tempdir().unwrap();
    drop(create(directory.path(), vec![record("me", b"Willow")]));
    let before = files(directory.path());
    let wrong = Vault::open(directory.path(), &Passphrase::new("horse staple".into()));
    assert!(matches!(wrong, Err(VaultError::WrongPassphrase)));
    assert!(before == files(directory.path()));
    assert_eq!(contents(&reopen(directory.path())).len(), 1);
}

#[test]
fn an_empty_directory_is_no_vault_and_a_vault_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let none = Vault::open(directory.path(), &passphrase());
    assert!(matches!(none, Err(VaultError::NoVault)));
    drop(create(directory.path(), vec![record("me", b"Willow")]));
    let second = Vault::create(directory.path(), &passphrase(), CHEAP, vec![]);
    assert!(matches!(second, Err(VaultError::Exists)));
    assert_eq!(contents(&reopen(directory.path())).len(), 1);
}

#[test]
fn two_desks_cannot_have_one_vault() {
    let directory = tempfile::tempdir().unwrap();
    let _first = create(directory.path(), vec![]);
    let second = Vault::open(directory.path(), &passphrase());
    assert!(matches!(second, Err(VaultError::InUse)));
}

#[test]
fn files_show_neither_keys_of_records_nor_their_content() {
    let directory = tempfile::tempdir().unwrap();
    let _vault = create(directory.path(), vec![record("case/0badcafe", CANARY)]);
    assert!(!holds(directory.path(), CANARY));
    assert!(!holds(directory.path(), b"0badcafe"));
    assert!(!holds(directory.path(), passphrase().bytes()));
}

#[test]
fn a_destroyed_record_opens_no_more_even_with_passphrase_and_old_pages() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![record("case/01", CANARY)]);
    drop(vault);
    let kept = rows(directory.path());
    let cells_before = std::fs::read(directory.path().join("cells")).unwrap();
    vault = reopen(directory.path());
    let (name, cell, sealed) = kept.first().unwrap();
    let key = vault.cells.read(*cell).unwrap().unwrap();
    assert!(seal::open(&vault.root, (&key, &ContactsKey::default()), name, sealed).is_ok());
    vault.save(vec![gone("case/01")]).unwrap();

    // The cell's key is in no file, so the row opens with nothing that is left: try each place of the cells' file.
    assert!(!holds(directory.path(), key.as_slice()));
    let cells_now = std::fs::read(directory.path().join("cells")).unwrap();
    assert_eq!(cells_now.len(), cells_before.len());
    for place in cells_now.chunks_exact(32) {
        let key = Zeroizing::new(<[u8; 32]>::try_from(place).unwrap());
        assert!(seal::open(&vault.root, (&key, &ContactsKey::default()), name, sealed).is_err());
    }
    assert!(contents(&vault).is_empty());
}

#[test]
fn an_earlier_version_of_a_record_opens_no_more() {
    let directory = tempfile::tempdir().unwrap();
    drop(create(directory.path(), vec![record("epoch", CANARY)]));
    let kept = rows(directory.path());
    let mut vault = reopen(directory.path());
    vault.save(vec![record("epoch", b"rotated")]).unwrap();
    let (name, cell, sealed) = kept.first().unwrap();
    let key = vault.cells.read(*cell).unwrap().unwrap();
    assert!(seal::open(&vault.root, (&key, &ContactsKey::default()), name, sealed).is_err());
}

#[test]
fn a_crash_before_the_rows_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![record("case/01", b"first")]);
    let change = vault.prepare(&record("case/01", b"second")).unwrap();
    vault.cells.sync().unwrap();
    drop((vault, change));
    let vault = reopen(directory.path());
    assert_eq!(
        contents(&vault),
        [("case/01".to_owned(), b"first".to_vec())]
    );
}

#[test]
fn a_crash_between_the_rows_and_the_old_cells_is_finished_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![record("case/01", CANARY)]);
    let change = vault.prepare(&gone("case/01")).unwrap();
    let cell = vault.cells.read(change.had.unwrap()).unwrap().unwrap();
    vault.commit(&[change]).unwrap();
    drop(vault);
    assert!(holds(directory.path(), cell.as_slice()));
    let vault = reopen(directory.path());
    assert!(!holds(directory.path(), cell.as_slice()));
    assert!(contents(&vault).is_empty());
}

#[test]
fn a_crash_while_it_is_made_leaves_no_vault_and_it_can_be_made_again() {
    let directory = tempfile::tempdir().unwrap();
    drop(create(directory.path(), vec![record("me", CANARY)]));
    std::fs::remove_file(directory.path().join("header")).unwrap();
    let vault = create(directory.path(), vec![record("me", b"again")]);
    assert_eq!(contents(&vault), [("me".to_owned(), b"again".to_vec())]);
}

#[test]
fn a_full_disk_refuses_the_whole_save_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![record("case/01", b"first")]);
    let pages: u32 = vault
        .database
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    vault
        .database
        .pragma_update(None, "max_page_count", pages + 2)
        .unwrap();
    let large = vec![7; 64 * 1024];
    let full = vault.save(vec![
        record("case/01", b"second"),
        record("case/02", &large),
    ]);
    assert!(matches!(full, Err(VaultError::DiskFull)));
    assert_eq!(
        contents(&vault),
        [("case/01".to_owned(), b"first".to_vec())]
    );
    vault
        .database
        .pragma_update(None, "max_page_count", 100_000)
        .unwrap();
    vault
        .save(vec![
            record("case/01", b"second"),
            record("case/02", &large),
        ])
        .unwrap();
    drop(vault);
    assert_eq!(contents(&reopen(directory.path())).len(), 2);
}

#[test]
fn a_changed_file_is_told_from_a_wrong_passphrase() {
    let directory = tempfile::tempdir().unwrap();
    drop(create(directory.path(), vec![record("me", b"Willow")]));
    let header = directory.path().join("header");
    let good = std::fs::read(&header).unwrap();
    for bytes in [&good[..20], b"", &[good.as_slice(), b"x"].concat()] {
        std::fs::write(&header, bytes).unwrap();
        let damaged = Vault::open(directory.path(), &passphrase());
        assert!(matches!(damaged, Err(VaultError::Damaged)));
    }
    std::fs::write(&header, &good).unwrap();
    let cells = directory.path().join("cells");
    let length = std::fs::read(&cells).unwrap().len();
    std::fs::write(&cells, vec![0; length]).unwrap();
    let vault = reopen(directory.path());
    assert!(matches!(vault.records(), Err(VaultError::Damaged)));
}

fn second() -> Passphrase {
    Passphrase::new("quiet, river".into())
}

fn second_is_wrong(directory: &Path) -> bool {
    matches!(
        Vault::open(directory, &second()),
        Err(VaultError::WrongPassphrase)
    )
}

#[test]
fn the_second_phrase_opens_its_part_and_no_record() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![record("case/01", CANARY)]);
    assert!(vault.harmless_content().is_none());
    vault
        .set_second_phrase(&second(), b"Willow, on a quiet shift")
        .unwrap();
    drop(vault);
    let mut vault = Vault::open(directory.path(), &second()).unwrap();
    assert!(vault.is_harmless());
    vault.pass_over().unwrap();
    assert!(matches!(vault.records(), Err(VaultError::Damaged)));
    assert_eq!(
        vault.harmless_content().unwrap(),
        b"Willow, on a quiet shift"
    );
    vault.keep_harmless(b"the alarm was sent").unwrap();
    drop(vault);
    let vault = reopen(directory.path());
    assert!(!vault.is_harmless());
    assert_eq!(vault.harmless_content().unwrap(), b"the alarm was sent");
    assert_eq!(contents(&vault), [("case/01".to_owned(), CANARY.to_vec())]);
}

#[test]
fn a_second_phrase_can_be_replaced_and_cleared() {
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![record("me", b"Willow")]);
    vault.set_second_phrase(&second(), b"first").unwrap();
    let other = Passphrase::new("another one".into());
    vault.set_second_phrase(&other, b"second").unwrap();
    drop(vault);
    assert!(second_is_wrong(directory.path()));
    let vault = Vault::open(directory.path(), &other).unwrap();
    assert_eq!(vault.harmless_content().unwrap(), b"second");
    drop(vault);
    let mut vault = reopen(directory.path());
    vault.clear_second_phrase().unwrap();
    drop(vault);
    let cleared = Vault::open(directory.path(), &other);
    assert!(matches!(cleared, Err(VaultError::WrongPassphrase)));
    assert!(reopen(directory.path()).harmless_content().is_none());
}

#[test]
fn a_header_with_a_second_phrase_has_the_size_of_one_without_and_no_byte_in_common_but_the_first() {
    let read = |directory: &Path| std::fs::read(directory.join("header")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut vault = create(directory.path(), vec![]);
    let without = read(directory.path());
    vault.set_second_phrase(&second(), b"Willow").unwrap();
    let with = read(directory.path());
    vault.rewrite_header().unwrap();
    let again = read(directory.path());
    vault.clear_second_phrase().unwrap();
    let cleared = read(directory.path());
    // magic, version, cost, salt and the first place stay; what follows is noise to whoever has no phrase.
    let stays = 16 + 1 + 8 + 16 + 80;
    for header in [&with, &again, &cleared] {
        assert_eq!(header.len(), without.len());
        assert_eq!(header[..stays], without[..stays]);
        let same = header.iter().zip(&without).skip(stays);
        let same = same.filter(|(one, other)| one == other).count();
        assert!(same < header.len() / 100, "{same} bytes are the same");
    }
    assert_ne!(with[stays + 80..], again[stays + 80..], "sealed anew");
}

#[test]
fn a_crash_between_the_record_and_the_header_leaves_no_second_phrase_and_it_can_be_set_again() {
    let directory = tempfile::tempdir().unwrap();
    let header = directory.path().join("header");
    let mut vault = create(directory.path(), vec![]);
    let before = std::fs::read(&header).unwrap();
    vault.set_second_phrase(&second(), b"Willow").unwrap();
    drop(vault);
    std::fs::write(&header, before).unwrap();
    assert!(second_is_wrong(directory.path()));
    let mut vault = reopen(directory.path());
    assert!(vault.harmless_content().is_none());
    vault.set_second_phrase(&second(), b"Willow").unwrap();
    drop(vault);
    let vault = Vault::open(directory.path(), &second()).unwrap();
    assert!(vault.is_harmless());
}

#[test]
fn a_phrase_that_differs_in_case_and_spaces_only_is_known() {
    let directory = tempfile::tempdir().unwrap();
    let vault = create(directory.path(), vec![]);
    let is_own = |typed: &str| vault.is_own_phrase(&Passphrase::new(typed.into()));
    assert!(is_own("Horse,  STAPLE "));
    assert!(!is_own("horse, stapled"));
}

#[test]
fn no_flipped_bit_of_the_header_is_taken_for_a_wrong_phrase() {
    let directory = tempfile::tempdir().unwrap();
    drop(create(directory.path(), vec![]));
    let header = directory.path().join("header");
    let good = std::fs::read(&header).unwrap();
    for at in [0, 16, 17, 20, 30, 45, 150, 250, 9000, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[at] ^= 4;
        std::fs::write(&header, bytes).unwrap();
        let opened = Vault::open(directory.path(), &passphrase());
        assert!(matches!(opened, Err(VaultError::Damaged)), "byte {at}");
    }
}

#[test]
fn a_vault_of_the_first_version_opens_and_is_written_anew() {
    let directory = tempfile::tempdir().unwrap();
    let header = directory.path().join("header");
    // magic ‖ 1 ‖ 8 KiB ‖ 1 pass ‖ salt ‖ check, as version 0.1.0 wrote it.
    let old = header::first_version(&passphrase(), CHEAP).unwrap();
    drop(create(directory.path(), vec![]));
    std::fs::write(&header, &old).unwrap();
    let wrong = Vault::open(directory.path(), &second());
    assert!(matches!(wrong, Err(VaultError::WrongPassphrase)));
    let mut vault = reopen(directory.path());
    vault.save(vec![record("case/01", CANARY)]).unwrap();
    vault.rewrite_header().unwrap();
    drop(vault);
    assert!(std::fs::read(&header).unwrap().len() > old.len());
    let vault = reopen(directory.path());
    assert_eq!(contents(&vault), [("case/01".to_owned(), CANARY.to_vec())]);
}

#[test]
fn a_destroyed_vault_does_not_open_from_copies_of_its_files_either() {
    let here = tempfile::tempdir().unwrap();
    let directory = here.path().join("vault");
    assert!(matches!(
        Vault::destroy_in(&directory),
        Err(VaultError::NoVault)
    ));
    let vault = create(&directory, vec![record("case/1", CANARY)]);
    let in_use = Vault::destroy_in(&directory);
    assert!(matches!(in_use, Err(VaultError::InUse)));
    drop(vault);
    let copied = files(&directory);
    std::fs::hard_link(directory.join("cells"), here.path().join("cells")).unwrap();
    Vault::destroy_in(&directory).unwrap();
    assert_eq!(files(&directory).len(), 0);
    let opened = Vault::open(&directory, &passphrase());
    assert!(matches!(opened, Err(VaultError::NoVault)));
    for (path, bytes) in copied {
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::copy(here.path().join("cells"), directory.join("cells")).unwrap();
    let records = reopen(&directory).records();
    assert!(
        matches!(records, Err(VaultError::Damaged)),
        "its keys are noise now"
    );
    Vault::destroy_in(&directory).unwrap();
    create(&directory, Vec::new());
}
