//! What a pack proves itself with: the line's statements as they are, and in pieces that public tools understand.

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};
use statements::{DevicePublicKey, Line, RootPublicKey, StatementKind, UnverifiedStatement};
use wire::LineDocument;

use crate::archive::Files;

/// The list of all files but itself and the signature on it.
pub(crate) const SUMS: &str = "SHA256SUMS";
/// The folder of statements.
pub(crate) const PROOF: &str = "proof/";
/// What statements are called.
pub(crate) const STATEMENT: &str = ".statement";
/// The folder of what is signed once all else is there; the list of files does not have it.
pub(crate) const SIGNED: &str = "signed/";
/// The name of the manifest there, without its ending.
const MANIFEST: &str = "signed/manifest";

/// What stands before an Ed25519 public key in the form that tools read (RFC 8410, section 4).
const KEY_HEAD: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A public key as PEM (RFC 7468).
fn pem(key: &[u8; 32]) -> String {
    let encoded = BASE64.encode(&[KEY_HEAD.as_slice(), key].concat());
    format!("-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n")
}

/// A statement in pieces: the bytes that were signed, and each signature with its key.
fn pieces(files: &mut Files, name: &str, statement: &UnverifiedStatement) {
    files.insert(format!("{name}{STATEMENT}"), statement.to_bytes());
    files.insert(format!("{name}.message"), statement.message());
    for (index, (key, signature)) in statement.signatures().enumerate() {
        let number = index + 1;
        files.insert(format!("{name}-{number}.sig"), signature.to_vec());
        files.insert(format!("{name}-{number}.pem"), pem(key).into_bytes());
    }
}

/// A statement that coordinators signed, with their right signatures alone.
pub(crate) fn rightly_signed(line: &Line, statement: &UnverifiedStatement) -> UnverifiedStatement {
    let roots = match statement.kind() {
        StatementKind::FinalNotice => line.root().keys(),
        _ => &[],
    };
    let counts = |key: &[u8; 32]| line.delegation().counts(&DevicePublicKey(*key));
    statement.with_right_signatures(|key| counts(key) || roots.iter().any(|root| root.0 == *key))
}

/// The statements of a kind in a document.
pub(crate) fn of_kind(
    document: &LineDocument,
    kind: StatementKind,
) -> impl Iterator<Item = UnverifiedStatement> {
    let all = document.statements.iter();
    let all = all.filter_map(|bytes| UnverifiedStatement::parse(bytes).ok());
    all.filter(move |statement| statement.kind() == kind)
}

/// The files of the folder `proof`, from the document of a line that was verified.
pub(crate) fn files(document: &LineDocument, line: &Line) -> Files {
    let mut files = Files::new();
    let root = line.root();
    files.insert("proof/root.hashed".into(), root.hashed());
    files.insert("proof/root.statement".into(), root.statement().to_bytes());
    let is_root = |key: &[u8; 32]| root.keys().contains(&RootPublicKey(*key));
    let delegation = line.delegation_statement().with_right_signatures(is_root);
    pieces(&mut files, "proof/delegation", &delegation);
    let listed = |key: &[u8; 32]| {
        let coordinators = line.delegation().coordinators();
        coordinators.contains(&DevicePublicKey(*key))
    };
    // Whoever was revoked may have revoked others before.
    let revocations = of_kind(document, StatementKind::Revocation);
    let mut revocations: Vec<UnverifiedStatement> = revocations
        .map(|statement| statement.with_right_signatures(listed))
        .collect();
    revocations.sort_by_cached_key(UnverifiedStatement::to_bytes);
    for (index, revocation) in revocations.iter().enumerate() {
        pieces(
            &mut files,
            &format!("proof/revocation-{}", index + 1),
            revocation,
        );
    }
    for (kind, name) in [
        (StatementKind::CardSet, "card-set"),
        (StatementKind::EntranceList, "entrances"),
        (StatementKind::Warning, "warning"),
        (StatementKind::FinalNotice, "end"),
    ] {
        if let Some(statement) = of_kind(document, kind).next() {
            let statement = rightly_signed(line, &statement);
            files.insert(format!("{PROOF}{name}{STATEMENT}"), statement.to_bytes());
        }
    }
    files
}

/// The files of the folder `signed`: the manifest's statement, in pieces too.
pub(crate) fn signed(manifest: &UnverifiedStatement) -> Files {
    let mut files = Files::new();
    pieces(&mut files, MANIFEST, manifest);
    files
}

/// The manifest's statement in a pack's files.
pub(crate) fn manifest(files: &Files) -> Option<&Vec<u8>> {
    files.get(&format!("{MANIFEST}{STATEMENT}"))
}

/// The list of files as `sha256sum` writes and checks it.
pub(crate) fn sums(files: &Files) -> String {
    let lines = files.iter().map(|(path, bytes)| {
        let hash = HEXLOWER.encode(&Sha256::digest(bytes));
        format!("{hash}  {path}\n")
    });
    lines.collect()
}
