//! What the policy says, row by row, case by case, and what it must never say.

#[cfg(test)]
mod acceptance;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod profiles;
mod roles;
#[cfg(test)]
mod support;
#[cfg(test)]
mod table;
#[cfg(test)]
mod wording;
