//! The tests of a release, in `tests/dist`.

use std::fs;

use anyhow::{Result, ensure};

use super::{build, pack};
use crate::{process, programs, python};

const FOLDER: &str = "tests/dist";

/// Packs twice, and tries what is in the tarball. The long form takes the programs of a release, which have the console within;
/// else they are those of the other tests.
pub(crate) fn test(is_long: bool) -> Result<()> {
    let out = process::root().join("target/dist-test");
    let built = if is_long { build::release()? } else { build::for_tests(&out.join("programs"))? };
    let [first, second] = ["first", "second"].map(|name| out.join(name));
    let (first, second) = (pack(&built, &first)?, pack(&built, &second)?);
    ensure!(fs::read(&first)? == fs::read(&second)?, "{} and {} differ", first.display(), second.display());
    let [stand_in] = programs::build(["resend-fake"], false)?;
    let mut tests = python::unittest(FOLDER)?;
    if is_long {
        tests.env("TEST_LONG", "1");
    }
    process::run(tests.env("TARBALL", first).env("RESEND_FAKE", stand_in))
}
