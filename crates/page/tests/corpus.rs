//! Every file of the committed fuzz corpora, given to the same targets as the fuzzer's own bytes.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

#[path = "../../../fuzz/targets.rs"]
mod targets;

use targets::TARGETS;

#[test]
fn the_committed_corpora_are_taken_without_panic() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in TARGETS {
        let mut count = 0;
        for entry in std::fs::read_dir(corpora.join(name)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            target(&bytes);
            // Truncated among the first bytes and near the end, and one byte longer.
            let beginnings = (0..bytes.len().min(200)).step_by(9);
            for end in beginnings.chain(bytes.len().saturating_sub(3)..bytes.len()) {
                target(bytes.get(..end).unwrap());
            }
            target(&[&bytes[..], &[0]].concat());
            count += 1;
        }
        assert!(count > 0, "fuzz/corpus/{name} is empty");
    }
}
