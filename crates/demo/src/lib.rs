//! A whole line on one machine, as real processes, and a conversation played through it.
