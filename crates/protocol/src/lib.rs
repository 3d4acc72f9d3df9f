//! Who seals what for whom: sans-IO, time and randomness are arguments.
