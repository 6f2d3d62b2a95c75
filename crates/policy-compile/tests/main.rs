//! Policy files in, tables and diagnostics out.

#[cfg(test)]
mod bundle;
#[cfg(test)]
mod cedar;
#[cfg(test)]
mod compile;
#[cfg(test)]
mod diagnostics;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod lower;
#[cfg(test)]
mod schema;
