//! What a person sees: every screen and every format, from the built programs.
//!
//! `palisade` installs `palisade-hook`, which another package builds. If it is
//! not beside `palisade` yet, or older, cargo is asked for it (see [`world::hook`]).

#[cfg(test)]
mod approve;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod help;
#[cfg(test)]
mod log;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod protect;
#[cfg(test)]
mod redact;
#[cfg(test)]
mod scan;
#[cfg(test)]
mod status;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod unprotect;
#[cfg(test)]
mod world;
