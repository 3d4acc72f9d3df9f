//! Fuzz target `page`; see `fuzz/targets.rs`.
#![no_main]
#![allow(dead_code, reason = "the targets are shared")]

include!("../targets.rs");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| page(bytes));
