//! The page's WebAssembly.

use std::process::ExitCode;

fn main() -> ExitCode {
    page::run(page::answer)
}
