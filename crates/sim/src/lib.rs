//! The whole line in one process and simulated time.
