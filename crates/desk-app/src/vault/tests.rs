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
    assert!(seal::open(&vault.root, &key, name, sealed).is_ok());
    vault.save(vec![gone("case/01")]).unwrap();

    // The cell's key is in no file, so the row opens with nothing that is left: try each place of the cells' file.
    assert!(!holds(directory.path(), key.as_slice()));
    let cells_now = std::fs::read(directory.path().join("cells")).unwrap();
    assert_eq!(cells_now.len(), cells_before.len());
    for place in cells_now.chunks_exact(32) {
        let key = Zeroizing::new(<[u8; 32]>::try_from(place).unwrap());
        assert!(seal::open(&vault.root, &key, name, sealed).is_err());
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
    assert!(seal::open(&vault.root, &key, name, sealed).is_err());
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
