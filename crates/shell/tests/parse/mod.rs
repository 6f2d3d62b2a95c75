//! The parser against the real bash, and against hostile input.

#[cfg(test)]
mod accept;
#[cfg(test)]
pub(crate) mod bash;
#[cfg(test)]
mod behave;
#[cfg(test)]
mod bounds;
mod invariants;
#[cfg(test)]
mod seen;
#[cfg(test)]
mod snippets;
#[cfg(test)]
mod words;
