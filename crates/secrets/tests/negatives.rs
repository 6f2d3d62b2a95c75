//! Harmless lines.
