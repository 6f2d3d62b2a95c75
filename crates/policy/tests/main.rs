//! What the policy says, row by row, case by case, and what it must never say.

mod acceptance;
mod layers;
mod profiles;
mod support;
mod table;
mod wording;
