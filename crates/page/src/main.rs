//! The page's WebAssembly: one request from standard input, one answer to standard output.

use std::io::{Read, Write};
use std::process::ExitCode;

/// Larger than any request that the page makes: a line's document, a visit and an answer's body.
const REQUEST_SIZE: u64 = 4 << 20;

fn main() -> ExitCode {
    let mut request = zeroize::Zeroizing::new(Vec::new());
    let read = std::io::stdin()
        .lock()
        .take(REQUEST_SIZE)
        .read_to_end(&mut request);
    let written = read.and_then(|_| {
        let mut output = std::io::stdout().lock();
        output.write_all(&page::answer(&request))?;
        output.flush()
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
