//! What the contact's browser runs: one request in, one answer out, nothing kept in between.
//!
//! A request is seed 32 ‖ command u8 ‖ fields; the seed feeds all randomness of the call. An answer is code u8 ‖ fields:
//! 0 for done, else a [`Failure`]. Integers are big-endian; lengths are u16 for words, texts and visits and u32 for bodies
//! and documents, as `wire::Writer` has them. Each command's own fields stand at the function that carries it out.
//!
//! The caller (`web/page.js`) posts bodies without knowing what is in them, and keeps the visit's bytes without reading
//! them; it only sees what it has to show.

mod caution;
mod feedback;
mod handover;
mod letter;
mod line;
mod phrase;
mod step;
mod visit;
mod work;

use std::io::{Read, Write};
use std::process::ExitCode;

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;
use statements::LineError;
use wire::{ReadError, Reader, Writer};
use zeroize::Zeroizing;

/// Why a command was not carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// The request has not the layout of any command.
    Request,
    /// The line's document does not verify.
    NotTheLine,
    /// The document is of another line than the one this visit began with.
    OtherLine,
    /// The words are not seven of the list.
    Words,
    /// The text is too long by so many bytes, u32.
    TooLong(usize),
    /// The text says nothing.
    Empty,
    /// The line does not ask whether somebody was helped, or no shift could take the answer.
    NotAsked,
    /// What was typed is no address.
    NoAddress,
    /// The line opens no letters, or none from a copy of the page that is as old as this one.
    NoLetters,
    /// The offer does not stand any more, or nothing could be sealed to the partner.
    OfferOver,
    /// The contact has time, and the offer is still cooling off.
    TooEarly,
    /// What was brought is no letter and no answer, or not the whole of one: why u8 (1 nothing of the kind is in it, 2 parts are
    /// missing, 3 parts of two, 4 damaged, 5 of a newer page) ‖ how many parts there are u8 ‖ count u8 ‖ the missing numbers.
    NotBrought(u8, u8, Vec<u8>),
}

impl Failure {
    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Failure::Request => vec![1],
            Failure::NotTheLine => vec![2],
            Failure::OtherLine => vec![3],
            Failure::Words => vec![4],
            Failure::TooLong(over) => Writer::default().u8(5).u32(count(*over)).done(),
            Failure::Empty => vec![6],
            Failure::NotAsked => vec![7],
            Failure::NoAddress => vec![8],
            Failure::NoLetters => vec![9],
            Failure::OfferOver => vec![11],
            Failure::TooEarly => vec![12],
            Failure::NotBrought(why, parts, missing) => {
                let count = u8::try_from(missing.len()).unwrap_or(u8::MAX);
                let writer = Writer::default().u8(10).u8(*why).u8(*parts);
                writer.u8(count).put(missing).done()
            }
        }
    }
}

impl From<ReadError> for Failure {
    fn from(_: ReadError) -> Self {
        Failure::Request
    }
}

impl From<LineError> for Failure {
    fn from(error: LineError) -> Self {
        match error {
            LineError::OtherLine => Failure::OtherLine,
            LineError::Incomplete | LineError::Statement(_) => Failure::NotTheLine,
        }
    }
}

/// A count of bytes as it stands in an answer.
pub(crate) fn count(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Carries out one request. Any bytes at all have an answer.
pub fn answer(request: &[u8]) -> Zeroizing<Vec<u8>> {
    respond(request, |_, _, _| Err(Failure::Request))
}

/// As [`answer`], with the commands of the page for letters: a module that does not call this is smaller by them.
pub fn answer_with_letters(request: &[u8]) -> Zeroizing<Vec<u8>> {
    respond(request, letter::carry_out)
}

/// What carries out the commands that the page alone has not.
type More = fn(u8, Reader<'_>, &mut ChaCha20Rng) -> Result<Vec<u8>, Failure>;

#[inline(always)]
fn respond(request: &[u8], more: More) -> Zeroizing<Vec<u8>> {
    let answer = carry_out(request, more);
    Zeroizing::new(answer.unwrap_or_else(|failure| failure.to_bytes()))
}

#[inline(always)]
fn carry_out(request: &[u8], more: More) -> Result<Vec<u8>, Failure> {
    let mut reader = Reader::new(request);
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(reader.array()?);
    let mut rng = ChaCha20Rng::from_seed(*seed);
    match reader.u8()? {
        1 => line::describe(reader),
        3 => phrase::check(reader),
        4 => visit::open(reader, &mut rng),
        5 => visit::step(reader, &mut rng),
        6 => visit::write(reader, &mut rng),
        7 => visit::retry(reader, &mut rng),
        8 => visit::measure(reader),
        9 => visit::look(reader, &mut rng),
        10 => feedback::seal(reader, &mut rng),
        11 => phrase::check_words(reader),
        12 => caution::find(reader),
        18 => work::search(reader),
        19 => handover::slots(reader),
        20 => handover::look(reader),
        21 => handover::hand_over(reader, &mut rng),
        22 => handover::take_back(reader, &mut rng),
        command => more(command, reader, &mut rng),
    }
}

/// Larger than any request that the page makes: a line's document, a visit and an answer's body.
const REQUEST_SIZE: u64 = 4 << 20;

/// A module: one request from standard input, one answer to standard output.
pub fn run(answer: fn(&[u8]) -> Zeroizing<Vec<u8>>) -> ExitCode {
    let mut request = Zeroizing::new(Vec::new());
    let read = std::io::stdin()
        .lock()
        .take(REQUEST_SIZE)
        .read_to_end(&mut request);
    let written = read.and_then(|_| {
        let mut output = std::io::stdout().lock();
        output.write_all(&answer(&request))?;
        output.flush()
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
