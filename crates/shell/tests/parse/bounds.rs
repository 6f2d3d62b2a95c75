//! Hostile input: no panic, no deep recursion, no explosion.
