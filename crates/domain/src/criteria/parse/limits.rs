//! How large a definition may be. The input may be hostile, so what is beyond costs no more than this.

/// The limits of a definition.
#[derive(Debug)]
pub struct Limits;

impl Limits {
    /// Sets within sets; the outermost is the first.
    pub const DEPTH: usize = 8;
    /// Conditions in all sets together.
    pub const CONDITIONS: usize = 100;
    /// Values in one list.
    pub const LIST: usize = 1000;
    /// Characters in one text.
    pub const STRING: usize = 256;
    /// Bytes of a definition's JSON.
    pub const JSON_BYTES: usize = 64 * 1024;
    /// Faults listed of one definition, so that a small request cannot make a large answer.
    pub const FAULTS: usize = 1000;
}
