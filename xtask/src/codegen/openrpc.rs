//! The OpenRPC document, as the server prints it.

use std::process::Command;

use anyhow::Result;

use crate::{process, programs::Programs};

pub(super) fn text() -> Result<String> {
    process::capture(Command::new(Programs::build(false)?.server).arg("openrpc"))
}
