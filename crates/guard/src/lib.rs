//! One hook call, whole: decode, understand, decide, record, answer.
