//! What a release and its programs are called.

/// Of the tarball and of the folder in it.
pub(super) const NAME: &str = "audience-segmentation";
pub(super) const PROGRAMS: [&str; 2] = ["segmentation-engine", "rpc-server"];
