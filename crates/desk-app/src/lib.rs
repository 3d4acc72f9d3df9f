//! A guide's desk: local screens, encrypted vault, sync with the relay.
