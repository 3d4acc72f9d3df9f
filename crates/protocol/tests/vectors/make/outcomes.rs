//! What desks tell each other about outcomes that may be published.

use wire::Writer;

use super::Topic;
use super::log::entry;

/// 2026-11, 0.5, one question, fewer than ten; the log does not read it.
const PUBLICATION: [u8; 13] = [1, 0x07, 0xea, 11, 0, 0, 0x01, 0xf4, 1, 0, 0, 0, 0];

fn drawn(step: u8, publication: &[u8]) -> Vec<u8> {
    Writer::default().u8(step).medium(publication).done()
}

fn agreed(name: &[u8]) -> Vec<u8> {
    Writer::default().u8(2).put(name).done()
}

pub(super) fn events(topic: &mut Topic) {
    topic.accept("outcomes-drawn", "P86", entry(40, &drawn(1, &PUBLICATION)));
    topic.accept(
        "outcomes-drawn-of-200-bytes",
        "P86",
        entry(40, &drawn(1, &[0x61; 200])),
    );
    topic.accept("outcomes-agreed", "P86", entry(40, &agreed(&[0x62; 16])));
    let mut reject = |name: &str, fields: &[u8]| {
        topic.reject(name, "P15", entry(40, fields), "OpenError");
    };
    reject("outcomes-step-0", &drawn(0, &PUBLICATION));
    reject("outcomes-step-3", &drawn(3, &PUBLICATION));
    reject("outcomes-drawn-of-201-bytes", &drawn(1, &[0x61; 201]));
    reject(
        "outcomes-drawn-one-byte-long",
        &[drawn(1, &PUBLICATION), vec![0]].concat(),
    );
    reject("outcomes-agreed-one-byte-short", &agreed(&[0x62; 15]));
    reject("outcomes-agreed-one-byte-long", &agreed(&[0x62; 17]));
}
