//! Append-only, chained record of events, and the state of each session.
