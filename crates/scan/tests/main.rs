//! Real files, real git.

#[cfg(test)]
mod formats;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trees;
