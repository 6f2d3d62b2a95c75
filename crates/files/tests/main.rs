//! The promises of this crate, checked against the running kernel.

#[cfg(test)]
mod files;
#[cfg(test)]
mod resolve;
