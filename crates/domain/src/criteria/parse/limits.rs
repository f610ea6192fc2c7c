//! How large a definition may be.

#[derive(Debug)]
pub struct Limits;

impl Limits {
    /// Nested sets, including the outermost.
    pub const DEPTH: usize = 8;
    /// In all sets together.
    pub const CONDITIONS: usize = 100;
    pub const LIST: usize = 1000;
    /// Characters, not bytes.
    pub const STRING: usize = 256;
    pub const JSON_BYTES: usize = 64 * 1024;
    /// A small request must not cause a large response.
    pub const FAULTS: usize = 1000;
}
