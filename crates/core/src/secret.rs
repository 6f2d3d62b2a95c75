//! A value that cannot be printed by accident.

use std::fmt;

/// Holds a secret. It has no `Display` and no `Serialize`; `Debug` shows the
/// length only. Whoever needs the value has to say [`Secret::expose`], which
/// is easy to find in review.
///
/// ```compile_fail
/// let s = palisade_core::Secret::new(String::from("hunter2"));
/// println!("{s}");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: AsRef<str>> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.as_ref().len())
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_does_not_show_the_value() {
        let shown = format!("{:?}", Secret::new("hunter2"));
        assert_eq!(shown, "Secret(7 bytes)");
    }
}
