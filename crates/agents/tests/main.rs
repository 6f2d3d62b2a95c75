//! The agents' contracts, from outside.

#[cfg(test)]
mod claude;
