//! Folds the team log into cases; no input or output.
