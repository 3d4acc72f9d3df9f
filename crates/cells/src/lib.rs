//! A file of keys that are destroyed by overwriting them in place.
