//! The core crates ask nothing of an operating system: no clock, no randomness, no files.

#[test]
fn the_core_is_no_std() {
    let core = [
        include_str!("../../wire/src/lib.rs"),
        include_str!("../../statements/src/lib.rs"),
        include_str!("../src/lib.rs"),
    ];
    for source in core {
        assert!(source.lines().any(|line| line == "#![no_std]"));
        assert!(!source.contains("extern crate std"));
    }
}
