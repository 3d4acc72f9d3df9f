//! What desks tell each other about a shift.

use wire::Writer;

use super::Topic;
use super::log::{CASE, entry};
use super::public::device;

const NOTE: [u8; 16] = [0x53; 16];
const DUTY: [u8; 8] = [0x54; 8];

fn check_in(readiness: u8) -> Vec<u8> {
    let writer = Writer::default().u32(7).u8(readiness);
    writer.put(&[2, 1, 5, 3, 0]).done()
}

fn duties(count: u8, times: (u32, u32), language: u8) -> Vec<u8> {
    let one = |writer: Writer, _| {
        let writer = writer.put(&DUTY).u32(times.0).u32(times.1);
        writer.u8(language).u8(2)
    };
    (0..count).fold(Writer::default().u8(count), one).done()
}

fn staff(staffing: u8) -> Vec<u8> {
    let writer = Writer::default().put(&DUTY).put(&device(32).public().0);
    writer.u8(staffing).done()
}

fn with_flag(bytes: &[u8], flag: u8) -> Vec<u8> {
    [bytes, &[flag]].concat()
}

fn note(text: &[u8]) -> Vec<u8> {
    Writer::default().put(&NOTE).medium(text).done()
}

pub(super) fn events(topic: &mut Topic) {
    topic.accept("check-in", "P62", entry(3, &check_in(1)));
    topic.accept("check-in-with-a-break", "P62", entry(3, &check_in(3)));
    topic.accept("check-out", "P62", entry(4, &with_flag(&[0, 0, 0, 7], 1)));
    topic.accept("closed", "P37", entry(7, &with_flag(&CASE, 6)));
    topic.accept("succeed", "P63", entry(18, &CASE));
    topic.accept("duties", "P37", entry(19, &duties(2, (600, 840), 2)));
    topic.accept("cancel-duty", "P37", entry(20, &DUTY));
    topic.accept("staff", "P37", entry(21, &staff(3)));
    topic.accept("call-list", "P37", entry(22, &[1]));
    topic.accept("call", "P37", entry(23, &[]));
    topic.accept("surge", "P37", entry(24, &[0]));
    topic.accept(
        "probe-note",
        "P37",
        entry(25, &note(b"the same text five times")),
    );
    topic.accept("probe-seen", "P37", entry(26, &with_flag(&NOTE, 0)));
    topic.accept("miss", "P63", entry(27, &CASE));

    let mut reject = |name: &str, kind: u8, fields: &[u8]| {
        topic.reject(name, "P15", entry(kind, fields), "OpenError");
    };
    reject("check-in-readiness-0", 3, &check_in(0));
    reject("check-in-readiness-4", 3, &check_in(4));
    reject("check-in-without-a-load", 3, &[0, 0, 0, 7, 1]);
    reject("check-in-one-byte-long", 3, &with_flag(&check_in(1), 0));
    reject("check-out-flag-2", 4, &with_flag(&[0, 0, 0, 7], 2));
    reject("check-out-without-a-flag", 4, &[0, 0, 0, 7]);
    reject("closed-ending-0", 7, &with_flag(&CASE, 0));
    reject("closed-ending-8", 7, &with_flag(&CASE, 8));
    reject("closed-without-an-ending", 7, &CASE);
    reject("succeed-one-byte-short", 18, &CASE[1..]);
    reject(
        "duties-that-end-as-they-begin",
        19,
        &duties(1, (600, 600), 2),
    );
    reject("duties-backwards", 19, &duties(1, (840, 600), 2));
    reject("duties-language-0", 19, &duties(1, (600, 840), 0));
    reject("duties-sixty-five", 19, &duties(65, (600, 840), 2));
    reject("duties-fewer-than-counted", 19, &[3]);
    reject("cancel-duty-one-byte-short", 20, &DUTY[1..]);
    reject("staff-staffing-0", 21, &staff(0));
    reject("staff-staffing-4", 21, &staff(4));
    reject("call-list-flag-2", 22, &[2]);
    reject("call-one-byte-long", 23, &[0]);
    reject("surge-flag-2", 24, &[2]);
    reject("probe-note-not-utf-8", 25, &note(&[0xff]));
    reject("probe-note-too-long", 25, &note(&[b'a'; 1501]));
    reject("probe-seen-flag-2", 26, &with_flag(&NOTE, 2));
    reject("miss-one-byte-long", 27, &with_flag(&CASE, 0));
}
