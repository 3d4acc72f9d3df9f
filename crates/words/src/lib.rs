//! Word lists, help with typing them, and check words.
