//! The WebAssembly of the page for letters.

use std::process::ExitCode;

fn main() -> ExitCode {
    page::run(page::answer_with_letters)
}
