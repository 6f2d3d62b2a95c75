// Shared by the crate and its build script, which must agree on where a
// window of text lands in the table.

#[allow(dead_code, reason = "only the build script needs the size")]
/// Entries of the gate's table, one byte each.
pub(crate) const GATE_SIZE: usize = 1 << 16;

/// Entry of a window of three bytes, the first of them lowest. The fourth and
/// highest byte of `window` is multiplied out of the result.
pub(crate) const fn slot(window: u32) -> u16 {
    (window.wrapping_mul(0x9E37_79B1 << 8) >> 16) as u16
}
