//! The server of the demo, as a child process.

use std::{
    ffi::OsStr,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use super::{binaries::Binaries, stand_in::StandIn};
use crate::guarded::{Guarded, Plan};

pub(crate) fn check_port(port: u16) -> Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .with_context(|| format!("port {port} cannot be used; choose another with --port"))
}

/// Serves until Ctrl-C.
pub(crate) fn serve(binaries: &Binaries, port: u16, folder: &Path, stand_in: Option<&StandIn>) -> Result<()> {
    let address = format!("127.0.0.1:{port}");
    let arguments = binaries.serve(&address, &stand_in.map(StandIn::variables).unwrap_or_default());
    let log = folder.join("server.log");
    let command = arguments.iter().map(OsStr::new).collect();
    // The server prints its address and a token.
    let plan = Plan { command, stop_signal: "TERM", folder: None, run_as: None, log: &log, speaks: true };
    let mut server = Guarded::start(&plan)?;
    server.wait_until("rpc-server", || is_healthy(&address).unwrap_or(false))?;
    if let Some(stand_in) = stand_in {
        eprint!("{}", stand_in.tour());
    }
    eprintln!("The server logs to {}. Ctrl-C stops it.", log.display());
    let status = server.wait()?;
    bail!("rpc-server ended by itself: {status}; see {}", log.display());
}

/// Whether `/healthz` answers 200.
fn is_healthy(address: &str) -> Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    Ok(head.ends_with(b" 200"))
}
