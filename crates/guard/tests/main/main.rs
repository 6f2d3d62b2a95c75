//! The guard as an agent meets it: hook calls in, answers out, on a real
//! project with a real repository.

#[cfg(test)]
mod acceptance;
#[cfg(test)]
mod approvals;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod environments;
#[cfg(test)]
mod incoming;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod plans;
mod pushes;
#[cfg(test)]
mod regression;
#[cfg(test)]
mod results;
#[cfg(test)]
mod scripts;
#[cfg(test)]
mod sequences;
#[cfg(test)]
mod world;
mod wrapping;
