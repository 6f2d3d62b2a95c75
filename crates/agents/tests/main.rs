//! The agents' contracts, from outside.

#[cfg(test)]
mod claude;
#[cfg(test)]
mod contracts;
