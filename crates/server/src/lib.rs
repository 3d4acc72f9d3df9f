//! The HTTP shell of the relay.
