//! The decision table: label, decide, explain. No I/O.
