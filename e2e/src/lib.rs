//! Browser tests of the real page and the real desk.
