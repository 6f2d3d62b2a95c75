//! The promises of the journal, on a real disk and between real processes.

#[cfg(test)]
mod chain;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod query;
#[cfg(test)]
mod session;
#[cfg(test)]
mod support;
#[cfg(test)]
mod workspace;
