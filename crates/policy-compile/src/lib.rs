//! Policy source (TOML) becomes the decision table, with diagnostics that point into the file.
