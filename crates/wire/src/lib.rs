//! Sizes, envelope bytes and HTTP bodies of the line: total parsers, no keys.
