//! The text beside the pages of a pack: how to check it, in each language.

use data_encoding::HEXLOWER;
use record::date_of;
use statements::Line;
use wire::Day;

use crate::language::Language;

/// How a key is shown by tools that know nothing of a line; `KEY` stands for its file.
const KEY: &str =
    "openssl pkey -pubin -in KEY -outform DER | tail -c 32 | od -An -v -tx1 | tr -d ' \\n'; echo";

/// How bytes are shown; `FILE` stands for the file.
const BYTES: &str = "od -An -v -tx1 FILE | tr -d ' \\n'; echo";

/// How a signature is checked; `NAME` stands for a file without its ending and number.
const VERIFY: &str =
    "openssl pkeyutl -verify -pubin -inkey NAME-1.pem -rawin -in NAME.message -sigfile NAME-1.sig";

/// Commands, each in a line of its own.
fn commands(lines: &[String]) -> String {
    let lines = lines.iter().map(|line| format!("    {line}\n"));
    lines.collect()
}

/// Where the threshold stands in what was signed or hashed, behind the tag and what else comes first.
const ROOT_THRESHOLD: usize = wire::tag!("line-id").len();
const DELEGATION_THRESHOLD: usize = wire::tag!("statement").len() + 1 + 32 + 4 + 4 + 4;

/// The numbers that stand in a file, and in the file of a key.
fn stands_in(file: &str, threshold: usize, key: &str) -> String {
    commands(&[
        format!("od -An -tu1 -j{threshold} -N1 {file}"),
        BYTES.replace("FILE", file),
        KEY.replace("KEY", key),
    ])
}

fn public_way(language: Language, line: &Line) -> String {
    let of_delegation = line.delegation().admission_threshold().to_string();
    let of_root = line.root().threshold().to_string();
    let say = |id: &str| language.say(id);
    let with = |id: &str, threshold: &str| language.say_with(id, &[("threshold", threshold)]);
    let verify = |name: &str| commands(&[VERIFY.replace("NAME", name)]);
    let steps = [
        (
            say("pack-sums"),
            commands(&["sha256sum --check SHA256SUMS".into()]),
        ),
        (
            say("pack-manifest"),
            commands(&[
                "sha256sum SHA256SUMS".into(),
                BYTES.replace("FILE", "signed/manifest.message"),
            ]),
        ),
        (say("pack-signed"), verify("signed/manifest")),
        (
            with("pack-coordinators", &of_delegation),
            stands_in(
                "proof/delegation.message",
                DELEGATION_THRESHOLD,
                "signed/manifest-1.pem",
            ),
        ),
        (say("pack-delegation"), verify("proof/delegation")),
        (
            with("pack-root", &of_root),
            stands_in(
                "proof/root.hashed",
                ROOT_THRESHOLD,
                "proof/delegation-1.pem",
            ),
        ),
        (
            say("pack-line"),
            commands(&["sha256sum proof/root.hashed".into()]),
        ),
    ];
    let steps = steps.into_iter().enumerate();
    let steps = steps.map(|(index, (text, lines))| format!("{}. {text}\n{lines}\n", index + 1));
    steps.collect()
}

fn section(language: Language, line: &Line, day: Day) -> String {
    let words = language.check_words(&line.id());
    let say = |id: &str| language.say(id);
    let ours = format!("footbridge pack check pack.zip --words \"{words}\"");
    format!(
        "{}\n\n{}\n{}\n\n{}: {words}\n{}\n\n{}\n\n{}\n{}\n{}\n\n{}{}\n{}\n",
        say("pack-title"),
        say("pack-what"),
        language.say_with("pack-day", &[("date", &date_of(day))]),
        say("check-words-label"),
        say("pack-words"),
        say("pack-check"),
        say("pack-ours"),
        commands(&[ours]),
        say("pack-public"),
        public_way(language, line),
        say("pack-revoked"),
        say("pack-more"),
    )
}

/// The text for a line and a day.
pub(crate) fn of(line: &Line, day: Day) -> String {
    let id = HEXLOWER.encode(&line.id().0);
    let sections: Vec<String> = Language::all()
        .map(|language| section(language, line, day))
        .collect();
    let rule = format!("\n{}\n\n", "-".repeat(72));
    format!("{id}\n\n{}", sections.join(&rule))
}
