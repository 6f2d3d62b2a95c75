//! The guard as an agent meets it: hook calls in, answers out, on a real
//! project with a real repository.

mod acceptance;
mod bad_input;
mod regression;
mod results;
mod world;
