//! The stand-in for Resend, as a child process.

use std::{ffi::OsStr, net::TcpStream, path::Path};

use anyhow::{Context, Result};

use crate::{
    guarded::{Guarded, Plan},
    programs,
};

/// Those of `resend_fake::Fake`: nobody else has to know them.
const KEY: &str = "re_fake_key";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// It ends when it is dropped.
pub(crate) struct StandIn {
    url: String,
    _process: Guarded,
}

pub(crate) fn port(port_of_server: u16) -> Result<u16> {
    port_of_server.checked_add(1).context("the stand-in for Resend takes the port after --port: choose a lower one")
}

impl StandIn {
    pub(crate) fn start(port_of_server: u16, folder: &Path, release: bool) -> Result<Self> {
        let [program] = programs::build(["resend-fake"], release)?;
        let address = format!("127.0.0.1:{}", port(port_of_server)?);
        let webhook = format!("http://127.0.0.1:{port_of_server}/api/webhooks/resend");
        let log = folder.join("resend.log");
        let arguments = ["--listen", &address, "--deliver-to", &webhook];
        let command = [program.as_os_str()].into_iter().chain(arguments.iter().map(OsStr::new)).collect();
        let mut process = Guarded::start(&Plan {
            command,
            stop_signal: "TERM",
            folder: None,
            run_as: None,
            log: &log,
            speaks: false,
        })?;
        process.wait_until("the stand-in for Resend", || TcpStream::connect(&address).is_ok())?;
        Ok(Self { url: format!("http://{address}"), _process: process })
    }

    /// For the environment of the server.
    pub(crate) fn variables(&self) -> Vec<String> {
        vec![
            format!("RESEND_API_KEY={KEY}"),
            format!("RESEND_BASE_URL={}", self.url),
            format!("RESEND_WEBHOOK_SECRET={SECRET}"),
            "RESEND_MAX_RATE=500".to_owned(),
        ]
    }

    /// What to try.
    pub(crate) fn tour(&self) -> String {
        format!(
            "The stand-in for Resend shows what it holds at {url}.\n\
             1. In the console, open a segment and switch on its sync with Resend. Then open Sync and choose Run now.\n\
             2. At {url}, unsubscribe somebody. The member is held at once; the next sync takes them out there.\n\
             3. Subscribe them again: the next sync puts them back in.\n",
            url = self.url
        )
    }
}
