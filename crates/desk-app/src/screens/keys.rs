//! The keys of the desk, in one table: for the screen that lists them, and for the sheet that lies over any other.

use maud::{Markup, html};

use super::page::Page;

/// A message id on its way to `say`; a test looks for these too.
macro_rules! message_id {
    ($id:literal) => {
        $id
    };
}

/// The keys that do one thing, and the message that says what.
type Key = (&'static [&'static [&'static str]], &'static str);

const ANYWHERE: &[Key] = &[
    (&[&["n"]], message_id!("key-take-next")),
    (&[&["q"], &["w"]], message_id!("key-queue")),
    (&[&["c"]], message_id!("keys-cards")),
    (&[&["/"], &["s"]], message_id!("keys-search")),
    (&[&["b"]], message_id!("keys-break")),
    (&[&["l"]], message_id!("key-lock")),
    (&[&["?"]], message_id!("key-help")),
    (&[&["Esc"]], message_id!("keys-escape")),
];
const IN_A_CASE: &[Key] = &[
    (&[&["r"]], message_id!("keys-reply")),
    (&[&["d"]], message_id!("keys-to-send")),
    (&[&["Ctrl+Enter"]], message_id!("key-send")),
];
const IN_LISTS: &[Key] = &[
    (&[&["j"], &["↓"]], message_id!("keys-next")),
    (&[&["k"], &["↑"]], message_id!("keys-previous")),
    (&[&["Enter"]], message_id!("keys-open")),
];
const PLACES: &[Key] = &[
    (&[&["g", "q"]], message_id!("nav-queue")),
    (&[&["g", "c"]], message_id!("nav-cards")),
    (&[&["g", "r"]], message_id!("nav-record")),
    (&[&["g", "s"]], message_id!("nav-shifts")),
    (&[&["g", "b"]], message_id!("board")),
    (&[&["g", "t"]], message_id!("nav-roster")),
    (&[&["g", "d"]], message_id!("decisions")),
    (&[&["g", "h"]], message_id!("nav-help")),
];

fn group(page: &Page, heading: &str, keys: &[Key]) -> Markup {
    html! {
        tbody {
            tr { th colspan="2" scope="rowgroup" { (page.say(heading)) } }
            @for (ways, does) in keys {
                tr {
                    td {
                        @for (at, way) in ways.iter().enumerate() {
                            @if at > 0 { " / " }
                            @for (at, key) in way.iter().enumerate() { @if at > 0 { " " } kbd { (key) } }
                        }
                    }
                    td { (page.say(does)) }
                }
            }
        }
    }
}

/// All keys and what each does. The sheet is made of this by the script, which also names its buttons from here.
pub(super) fn table(page: &Page) -> Markup {
    html! {
        div #keys-table data-title=(page.say("keys-title")) data-close=(page.say("keys-close")) {
            p { (page.say("keys-about")) }
            p hidden data-script="" {
                button.quiet type="button" data-single-keys="" data-testid="single-keys" aria-pressed="true" { (page.say("keys-single")) }
            }
            table.keys-table data-testid="keys" {
                (group(page, message_id!("keys-anywhere"), ANYWHERE))
                (group(page, message_id!("keys-in-case"), IN_A_CASE))
                (group(page, message_id!("keys-in-lists"), IN_LISTS))
                (group(page, message_id!("keys-places"), PLACES))
            }
        }
    }
}
