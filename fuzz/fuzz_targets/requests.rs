//! Fuzz target `requests`; see `fuzz/targets.rs`.
#![no_main]

#[allow(dead_code, reason = "the targets are shared")]
#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::requests(bytes));
