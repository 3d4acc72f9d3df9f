//! What the blind server decides; the Store port and its conformance suite.
