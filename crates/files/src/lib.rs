//! Path resolution, atomic writes, locks: the only room that opens files by name.
