//! The card pack: the same for everybody, provable with public tools, and refused when anything about it is not right.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod common;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Ground, TODAY, cards, demonstration};
use plain::{Checked, NotAPack, Pack, PackError, State, check};
use sha2::{Digest, Sha256};
use statements::{CardSet, LineError, PackManifest, StatementError};
use wire::Day;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

type Files = BTreeMap<String, Vec<u8>>;

fn unpacked(pack: &[u8]) -> Files {
    let mut archive = ZipArchive::new(Cursor::new(pack)).unwrap();
    let mut files = Files::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

fn packed<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, bytes) in files {
        writer.start_file(path, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn repacked(files: &Files) -> Vec<u8> {
    packed(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    )
}

fn refused(pack: &[u8]) -> NotAPack {
    check(pack, None, TODAY).unwrap_err()
}

/// The list of files anew, as somebody would write it who changed one.
fn listed_anew(files: &mut Files) {
    let lines = files
        .iter()
        .filter(|(path, _)| !path.starts_with("signed/") && *path != "SHA256SUMS");
    let sums: String = lines
        .map(|(path, bytes)| {
            let digits: String = Sha256::digest(bytes)
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            format!("{digits}  {path}\n")
        })
        .collect();
    files.insert("SHA256SUMS".into(), sums.into_bytes());
}

#[test]
fn a_pack_is_the_same_for_everybody_who_has_the_statements_and_the_day() {
    let ground = Ground::new(&demonstration());
    let mut document = ground.document();
    let one = Pack::build(&document, TODAY).unwrap();
    document.day = Day(9);
    document.statements[2..].reverse();
    let other = Pack::build(&document, TODAY).unwrap();
    assert_eq!(one.manifest(), other.manifest());
    assert!(one.files().eq(other.files()));
    let manifest = ground.manifest(&one.manifest());
    assert_eq!(
        one.sealed(&manifest).unwrap(),
        other.sealed(&manifest).unwrap()
    );
    let tomorrow = Pack::build(&document, TODAY.plus(1)).unwrap();
    assert_ne!(one.manifest().sums, tomorrow.manifest().sums);
    document.statements.push(manifest);
    let published = Pack::published(&document).unwrap().unwrap();
    assert_eq!(
        check(&published, Some(&ground.id()), TODAY).unwrap().day,
        TODAY
    );
    assert_eq!(Pack::published(&ground.document()), Ok(None));
}

#[test]
fn a_pack_is_checked_without_a_network_and_says_until_when_it_is_to_be_trusted() {
    let mut ground = Ground::new(&cards());
    ground.revoke_third();
    let pack = ground.pack();
    let checked = check(&pack, Some(&ground.id()), TODAY).unwrap();
    assert_eq!((checked.day, checked.serial), (TODAY, 7));
    assert_eq!(checked.line, ground.id());
    assert_eq!(checked.files, unpacked(&pack).len());
    assert_eq!(
        checked.until(),
        Day(20_810),
        "the day before the answers expire"
    );
    assert_eq!(checked.entrances_until, Some(Day(20_820)));
    assert_eq!(checked.delegation_until, Day(21_000));
    assert!(checked.warning.is_some());
    assert_eq!(checked.fallen().count(), 0);
    let later = check(&pack, None, Day(20_811)).unwrap();
    assert_eq!(later.until(), checked.until());
    let fallen: Vec<&str> = later.fallen().map(|card| card.id.as_str()).collect();
    assert!(fallen.contains(&"plain") && !fallen.contains(&"suspended"));
    assert!(later.warning.is_none());
    let back = check(&pack, None, Day(100)).unwrap();
    let of = |checked: &Checked| {
        let card = checked.cards.iter().find(|card| card.id == "expired");
        card.unwrap().now.clone()
    };
    assert_eq!(
        of(&back),
        State::Expired("2026-11-26".into()),
        "a clock set back revives none"
    );
}

#[test]
fn the_check_words_are_read_in_each_language() {
    let ground = Ground::new(&cards());
    let checked = check(&ground.pack(), None, TODAY).unwrap();
    assert_eq!(checked.check_words().count(), 4);
    for (_, words) in checked.check_words() {
        assert!(checked.has_check_words(&words));
        assert!(checked.has_check_words(&format!("  {} ", words.to_uppercase())));
        let (first, _) = words.rsplit_once(' ').unwrap();
        assert!(!checked.has_check_words(first));
        assert!(!checked.has_check_words(&format!("{words} {words}")));
    }
    assert!(!checked.has_check_words(""));
}

#[test]
fn only_what_two_coordinators_signed_for_these_very_files_is_sealed() {
    let ground = Ground::new(&cards());
    let pack = Pack::build(&ground.document(), TODAY).unwrap();
    let manifest = pack.manifest();
    let alone = ground.sign_alone(manifest.draft(ground.id()), 0).to_bytes();
    let too_few = PackError::Manifest(StatementError::Signatures);
    assert_eq!(pack.sealed(&alone), Err(too_few));
    let other = PackManifest {
        sums: [1; 32],
        ..manifest.clone()
    };
    assert_eq!(
        pack.sealed(&ground.manifest(&other)),
        Err(PackError::OtherPack)
    );
    assert!(pack.sealed(b"").is_err());
    assert!(pack.sealed(&ground.manifest(&manifest)).is_ok());
}

#[test]
fn a_signature_of_a_revoked_coordinator_counts_no_more() {
    let mut ground = Ground::new(&cards());
    let pack = Pack::build(&ground.document(), TODAY).unwrap();
    let with_third = ground
        .sign_alone(pack.manifest().draft(ground.id()), 2)
        .reopen();
    let manifest = ground.sign_alone(pack.manifest().draft(ground.id()), 0);
    let (key, signature) = manifest.signatures().next().unwrap();
    let mut bytes = with_third.done().to_bytes();
    let count = bytes.len() - 97;
    bytes[count] = 2;
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(signature);
    let sealed = pack.sealed(&bytes).unwrap();
    assert!(check(&sealed, None, TODAY).is_ok());
    ground.revoke_third();
    let pack = Pack::build(&ground.document(), TODAY).unwrap();
    assert!(pack.sealed(&bytes).is_err());
}

#[test]
fn each_damage_is_refused_with_its_cause() {
    let ground = Ground::new(&cards());
    let pack = ground.pack();
    let whole = unpacked(&pack);
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = whole.clone();
        change(&mut files);
        refused(&repacked(&files))
    };
    assert!(
        check(&repacked(&whole), None, TODAY).is_ok(),
        "packed again by another program"
    );
    let page = format!("en/{}", plain::card_file("plain"));
    let page = page.as_str();
    let cases: Vec<(&str, NotAPack, NotAPack)> = vec![
        ("nothing", refused(b""), NotAPack::Damaged),
        ("no archive", refused(b"Notes"), NotAPack::Damaged),
        (
            "too large",
            refused(&vec![0; (64 << 20) + 1]),
            NotAPack::TooLarge,
        ),
        (
            "something before it",
            refused(&[b"MZ", &*pack].concat()),
            NotAPack::Damaged,
        ),
        (
            "a page changed",
            with(&|f| f.get_mut(page).unwrap()[300] ^= 1),
            NotAPack::Changed(page.into()),
        ),
        (
            "a page emptied",
            with(&|f| f.get_mut(page).unwrap().clear()),
            NotAPack::Changed(page.into()),
        ),
        (
            "a page missing",
            with(&|f| drop(f.remove(page))),
            NotAPack::Missing(page.into()),
        ),
        (
            "a page added",
            with(&|f| drop(f.insert("en/new.html".into(), vec![]))),
            NotAPack::Added("en/new.html".into()),
        ),
        (
            "a program added",
            with(&|f| drop(f.insert("signed/run.sh".into(), vec![]))),
            NotAPack::Added("signed/run.sh".into()),
        ),
        (
            "no list",
            with(&|f| drop(f.remove("SHA256SUMS"))),
            NotAPack::Sums,
        ),
        (
            "a torn list",
            with(&|f| f.get_mut("SHA256SUMS").unwrap().truncate(99)),
            NotAPack::Sums,
        ),
        (
            "a list that is no text",
            with(&|f| f.get_mut("SHA256SUMS").unwrap()[3] = 0xff),
            NotAPack::Sums,
        ),
        (
            "a page and its list changed",
            with(&|f| {
                f.insert(page.into(), b"Trust me.".to_vec());
                listed_anew(f);
            }),
            NotAPack::OtherFiles,
        ),
        (
            "no manifest",
            with(&|f| drop(f.remove("signed/manifest.statement"))),
            NotAPack::Missing("signed/manifest.statement".into()),
        ),
        (
            "a signature missing",
            with(&|f| drop(f.remove("signed/manifest-2.sig"))),
            NotAPack::Missing("signed/manifest-2.sig".into()),
        ),
        (
            "a signature for tools changed",
            with(&|f| f.get_mut("signed/manifest-1.sig").unwrap()[0] ^= 1),
            NotAPack::Changed("signed/manifest-1.sig".into()),
        ),
        (
            "a key for tools changed",
            with(&|f| f.get_mut("signed/manifest-1.pem").unwrap()[40] ^= 1),
            NotAPack::Changed("signed/manifest-1.pem".into()),
        ),
        (
            "a signature changed",
            with(&|f| {
                *f.get_mut("signed/manifest.statement")
                    .unwrap()
                    .last_mut()
                    .unwrap() ^= 1
            }),
            NotAPack::Proof(LineError::Statement(StatementError::Signatures)),
        ),
        (
            "no root",
            with(&|f| {
                f.remove("proof/root.statement");
                listed_anew(f);
            }),
            NotAPack::Proof(LineError::Incomplete),
        ),
        (
            "a way out",
            with(&|f| drop(f.insert("../out".into(), vec![]))),
            NotAPack::Name,
        ),
        (
            "from the root of the disk",
            with(&|f| drop(f.insert("/etc/x".into(), vec![]))),
            NotAPack::Name,
        ),
        (
            "with backslashes",
            with(&|f| drop(f.insert("..\\out".into(), vec![]))),
            NotAPack::Name,
        ),
        (
            "a hidden file",
            with(&|f| drop(f.insert(".profile".into(), vec![]))),
            NotAPack::Name,
        ),
        (
            "too deep",
            with(&|f| drop(f.insert("a/b/c".into(), vec![]))),
            NotAPack::Name,
        ),
    ];
    for (what, found, due) in cases {
        assert_eq!(found, due, "{what}");
    }
}

#[test]
fn a_pack_of_another_line_is_refused_where_one_is_expected() {
    let ground = Ground::new(&cards());
    let pack = ground.pack();
    let other = wire::LineId([9; 32]);
    assert_eq!(check(&pack, Some(&other), TODAY), Err(NotAPack::OtherLine));
}

#[test]
fn an_older_manifest_does_not_carry_a_newer_card_set() {
    let ground = Ground::new(&cards());
    let mut files = unpacked(&ground.pack());
    let set = CardSet::draft(ground.id(), 8, TODAY, &demonstration().to_string());
    files.insert(
        "proof/card-set.statement".into(),
        ground.sign(set).to_bytes(),
    );
    listed_anew(&mut files);
    assert_eq!(refused(&repacked(&files)), NotAPack::OtherFiles);
    // Even where somebody let it be signed so.
    let sums = Sha256::digest(&files["SHA256SUMS"]).into();
    let manifest = PackManifest {
        serial: 7,
        day: TODAY,
        sums,
    };
    let pieces = ground.sign(manifest.draft(ground.id()));
    files.insert("signed/manifest.statement".into(), pieces.to_bytes());
    files.insert("signed/manifest.message".into(), pieces.message());
    for (index, (_, signature)) in pieces.signatures().enumerate() {
        files.insert(
            format!("signed/manifest-{}.sig", index + 1),
            signature.to_vec(),
        );
    }
    assert_eq!(refused(&repacked(&files)), NotAPack::OtherCards);
}

#[test]
fn a_name_that_is_there_twice_is_refused() {
    let whole = unpacked(&Ground::new(&cards()).pack());
    let one = whole
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    // The library does not write a name twice; so it is written once as another one of the same length.
    let mut twice = packed(one.chain([("en/index.htmX", b"other".as_slice())]));
    let name = b"en/index.htmX";
    let places: Vec<usize> = (0..twice.len() - name.len())
        .filter(|place| twice[*place..].starts_with(name))
        .collect();
    assert_eq!(places.len(), 2, "in the front and in the list");
    for place in places {
        twice[place + name.len() - 1] = b'l';
    }
    assert_eq!(refused(&twice), NotAPack::Name);
}

#[test]
fn a_bomb_is_stopped_before_it_has_unfolded() {
    let zeros = vec![0; 9 << 20];
    let names: Vec<String> = (0..60).map(|number| format!("en/{number}.html")).collect();
    let bomb = packed(names.iter().map(|name| (name.as_str(), zeros.as_slice())));
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused(&bomb), NotAPack::TooLarge);
}

#[test]
fn cut_off_or_changed_anywhere_it_is_refused_or_says_the_same() {
    let mut set = cards();
    set["cards"].as_array_mut().unwrap().truncate(1);
    let pack = Ground::new(&set).pack();
    let right = check(&pack, None, TODAY).unwrap();
    for end in (0..pack.len())
        .step_by(97)
        .chain(pack.len() - 30..pack.len())
    {
        assert!(check(&pack[..end], None, TODAY).is_err(), "cut at {end}");
    }
    let files = unpacked(&pack);
    for place in (0..pack.len()).step_by(61) {
        let mut changed = pack.clone();
        changed[place] ^= 0x10;
        // What is no content, such as a time in the list of the archive, may change; no content may.
        if let Ok(checked) = check(&changed, None, TODAY) {
            assert_eq!(checked, right, "at {place}");
            assert_eq!(unpacked(&changed), files, "at {place}");
        }
    }
}

fn by_public_tools(pack: &[u8], line: Option<&str>) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pack.zip");
    std::fs::write(&file, pack).unwrap();
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/operate/check-pack.sh");
    let mut command = Command::new("sh");
    command.arg(script).arg(Path::new(&file)).args(line);
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn public_tools_find_the_pack_genuine() {
    let mut ground = Ground::new(&cards());
    let id = hex(&ground.id().0);
    let said = by_public_tools(&ground.pack(), Some(&id)).unwrap();
    assert!(
        said.contains(&id) && said.contains("made for 2026-11-26"),
        "{said}"
    );
    ground.revoke_third();
    by_public_tools(&ground.pack(), None).unwrap();
}

#[test]
fn public_tools_find_what_is_wrong() {
    let ground = Ground::new(&cards());
    let whole = unpacked(&ground.pack());
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = whole.clone();
        change(&mut files);
        by_public_tools(&repacked(&files), None).unwrap_err()
    };
    let cases = [
        (
            with(&|f| {
                f.get_mut(&format!("en/{}", plain::card_file("plain")))
                    .unwrap()[300] ^= 1
            }),
            "a file was changed",
        ),
        (
            with(&|f| drop(f.insert("en/new.html".into(), vec![1]))),
            "a file was added",
        ),
        (
            with(&|f| {
                f.insert(
                    format!("en/{}", plain::card_file("plain")),
                    b"Trust me.".to_vec(),
                );
                listed_anew(f);
            }),
            "another list of files was signed",
        ),
        (
            with(&|f| f.get_mut("signed/manifest-2.sig").unwrap()[9] ^= 1),
            "manifest-2.sig is not right",
        ),
        (
            with(&|f| {
                f.remove("signed/manifest-2.sig");
                f.remove("signed/manifest-2.pem");
            }),
            "only 1 of 2 coordinators signed",
        ),
        (
            with(&|f| {
                for part in ["sig", "pem"] {
                    let of_root = f[&format!("proof/delegation-1.{part}")].clone();
                    f.insert(format!("signed/manifest-3.{part}"), of_root);
                }
            }),
            "manifest-3.sig is not right",
        ),
        (
            with(&|f| {
                for part in ["sig", "pem"] {
                    let first = f[&format!("signed/manifest-1.{part}")].clone();
                    f.insert(format!("signed/manifest-2.{part}"), first);
                }
            }),
            "only 1 of 2 coordinators signed",
        ),
    ];
    for (said, due) in cases {
        assert!(said.contains(due), "{said}");
    }
    let other = "0".repeat(64);
    let said = by_public_tools(&ground.pack(), Some(&other)).unwrap_err();
    assert!(said.contains("another line"), "{said}");
}

#[test]
fn the_text_beside_the_pages_tells_both_ways_in_four_languages() {
    let ground = Ground::new(&cards());
    let files = unpacked(&ground.pack());
    let text = String::from_utf8(files["README.txt"].clone()).unwrap();
    assert!(text.starts_with(&hex(&ground.id().0)));
    for list in words::List::ALL {
        let words = words::check_words(list, &ground.id().0).join(" ");
        assert!(text.contains(&format!(
            "footbridge pack check pack.zip --words \"{words}\""
        )));
    }
    for id in ["pack-", "{", "}"] {
        assert!(!text.contains(&format!("\n{id}")), "a message is missing");
    }
    // Its commands hold where they stand: in the folder into which the pack was unpacked.
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let english = text.split("-----\n").next().unwrap();
    let commands = english.lines().filter_map(|line| line.strip_prefix("    "));
    let commands: Vec<&str> = commands
        .filter(|line| !line.starts_with("footbridge"))
        .collect();
    assert_eq!(commands.len(), 12);
    let mut said = Vec::new();
    for line in commands {
        let mut command = Command::new("sh");
        let output = command
            .args(["-c", line])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}");
        said.push(String::from_utf8(output.stdout).unwrap().trim().to_owned());
    }
    assert!(
        said[2].ends_with(&said[1][..64]),
        "the list that was signed"
    );
    assert_eq!(
        (said[4].as_str(), said[8].as_str()),
        ("2", "2"),
        "the thresholds"
    );
    assert!(
        said[5].contains(&said[6]) && said[9].contains(&said[10]),
        "the keys"
    );
    assert_eq!(said[11][..64], hex(&ground.id().0));
}
