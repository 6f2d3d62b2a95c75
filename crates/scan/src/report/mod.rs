//! Findings in the formats of the field.

mod csv;
mod junit;
mod sarif;

pub use self::csv::csv;
pub use self::junit::junit;
pub use self::sarif::sarif;
