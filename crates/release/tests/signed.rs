//! The signatures of OpenSSH on a list of releases: those of `ssh-keygen` count, and nothing else does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;
use std::process::{Command, Stdio};

use release::{NAMESPACE, NotSigned, Signers};

const LIST: &[u8] = b"any bytes at all\n";

fn keygen(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("ssh-keygen");
    command.args(arguments).current_dir(folder);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// Makes a key of this name; gives its line in the file of signers.
fn key(folder: &Path, name: &str) -> String {
    keygen(
        folder,
        &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", name],
    );
    let public = std::fs::read_to_string(folder.join(format!("{name}.pub"))).unwrap();
    format!("{name} namespaces=\"{NAMESPACE}\" {}\n", public.trim_end())
}

fn sign(folder: &Path, name: &str, more: &[&str], list: &[u8]) -> Vec<u8> {
    std::fs::write(folder.join("list"), list).unwrap();
    let _ = std::fs::remove_file(folder.join("list.sig"));
    let arguments = ["-Y", "sign", "-q", "-f", name];
    keygen(folder, &[&arguments, more, &["list"]].concat());
    std::fs::read(folder.join("list.sig")).unwrap()
}

#[test]
fn a_list_is_believed_only_with_the_right_signatures_of_enough_keys() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = format!(
        "# threshold 2\n{}# why not\n{}",
        key(folder, "birch"),
        key(folder, "willow")
    );
    let other = key(folder, "other");
    let signers = Signers::parse(text.as_bytes()).unwrap();
    let ours = ["-n", NAMESPACE];
    let birch = sign(folder, "birch", &ours, LIST);
    let willow = sign(
        folder,
        "willow",
        &["-n", NAMESPACE, "-O", "hashalg=sha256"],
        LIST,
    );
    let both = [("birch", birch.as_slice()), ("willow", willow.as_slice())];
    assert_eq!(signers.verify(LIST, both), Ok(2));
    let wrong = |name: &str| Err(NotSigned::Wrong(name.to_owned()));
    assert_eq!(signers.verify(b"other bytes\n", both), wrong("birch"));
    for one in [vec![both[0]], vec![both[0], both[0]]] {
        let few = NotSigned::TooFew { signed: 1, due: 2 };
        assert_eq!(signers.verify(LIST, one), Err(few));
    }
    assert!(signers.verify(LIST, []).is_err());
    let stranger = sign(folder, "other", &ours, LIST);
    let nobody = Err(NotSigned::Nobody("other".into()));
    assert_eq!(
        signers.verify(
            LIST,
            both.into_iter().chain([("other", stranger.as_slice())])
        ),
        nobody
    );
    // Under another's name, for another purpose, of another file.
    assert_eq!(
        signers.verify(LIST, [both[0], ("willow", &birch)]),
        wrong("willow")
    );
    assert_eq!(
        signers.verify(LIST, [both[0], ("willow", &stranger)]),
        wrong("willow")
    );
    let purpose = sign(folder, "willow", &["-n", "file"], LIST);
    assert_eq!(
        signers.verify(LIST, [both[0], ("willow", &purpose)]),
        wrong("willow")
    );
    let file = sign(folder, "willow", &ours, b"another\n");
    assert_eq!(
        signers.verify(LIST, [both[0], ("willow", &file)]),
        wrong("willow")
    );
    // A signature with any letter of its base64 changed, or cut off anywhere.
    let text = String::from_utf8(birch.clone()).unwrap();
    let begin = text.find('\n').unwrap() + 1;
    let end = text.find("\n-----END").unwrap();
    for at in begin..end {
        let mut changed = birch.clone();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(
            signers.verify(LIST, [("birch", changed.as_slice())]),
            wrong("birch"),
            "{at}"
        );
        assert_eq!(
            signers.verify(LIST, [("birch", &birch[..at])]),
            wrong("birch"),
            "{at}"
        );
    }
    assert!(Signers::parse(format!("# threshold 1\n{other}").as_bytes()).is_ok());
}

#[test]
fn a_file_of_signers_is_read_strictly() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (key(folder.path(), "birch"), key(folder.path(), "willow"));
    let renamed = one.replacen("birch", "willow", 1);
    for (text, line) in [
        (String::new(), 1),
        (one.clone(), 1),
        (format!("# threshold 0\n{one}"), 1),
        (format!("# threshold x\n{one}"), 1),
        (format!("# threshold 2\n{one}"), 3),
        (format!("# threshold 2\n{one}{one}"), 3),
        (format!("# threshold 2\n{one}{renamed}"), 3),
        (format!("# threshold 2\n{two}{renamed}"), 3),
        (format!("# threshold 1\n{one}\n"), 3),
        (
            format!("# threshold 1\n{}", one.replace("footbridge-page", "file")),
            2,
        ),
        (
            format!(
                "# threshold 1\n{}",
                one.replace("namespaces=\"footbridge-page\" ", "")
            ),
            2,
        ),
        (
            format!(
                "# threshold 1\n{}",
                one.replace("namespaces", "cert-authority,namespaces")
            ),
            2,
        ),
        (
            format!("# threshold 1\n{}", one.replace("birch", "birch,ash")),
            2,
        ),
        (format!("# threshold 1\n{}", one.replace("birch", "*")), 2),
        (
            format!("# threshold 1\n{}", one.replace("ssh-ed25519", "ssh-rsa")),
            2,
        ),
        (format!("# threshold 1\n{}", one.trim_end()) + " comment", 2),
    ] {
        assert_eq!(
            Signers::parse(text.as_bytes()),
            Err(NotSigned::Signers(line)),
            "{text}"
        );
    }
}
