//! What the contact's browser runs: commands in, effects out.
