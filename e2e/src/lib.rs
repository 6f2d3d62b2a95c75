//! Real agents against a scripted model endpoint on loopback.
