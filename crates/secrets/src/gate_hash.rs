// Shared by the crate and its build script, which must agree on where a
// window of text lands in the bitmap.

#[allow(dead_code, reason = "only the build script needs the size")]
/// Words of the gate's bitmap: 65,536 bits, 8 KiB, small enough to stay in L1.
pub(crate) const BITMAP_WORDS: usize = 1024;

/// Bit number of a window of three bytes (the low 24 bits of `window`).
pub(crate) const fn window_bit(window: u32) -> u32 {
    window.wrapping_mul(0x9E37_79B1) >> 16
}
