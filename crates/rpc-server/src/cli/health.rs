//! `health`: asks a server whether it is ready. For containers, whose image has no other program that could ask.

use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{anyhow, bail};
use persistence::database::io_words;

use super::{output::line, serve::ListenArguments};

/// For each step: the connection, the question, each part of the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// An answer has a few hundred bytes.
const LONGEST_ANSWER: u64 = 16 << 10;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    listen: ListenArguments,
}

pub(super) fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let address = reachable(arguments.listen.address);
    let answer = ask(address).map_err(|error| anyhow!("no server answers at {address}: {}", io_words(&error)))?;
    match status(&answer) {
        Some("200") => line("ready"),
        Some("503") => bail!("the server at {address} is not ready: its database does not answer"),
        Some(status) => bail!("what answers at {address} is no such server: it says HTTP {status}"),
        None => bail!("what answers at {address} is no such server: it does not speak HTTP"),
    }
}

/// A server that listens on every address is reached on the loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let loopback = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(loopback, address.port())
}

fn ask(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(LONGEST_ANSWER).read_to_string(&mut answer)?;
    Ok(answer)
}

/// Of an answer in HTTP.
fn status(answer: &str) -> Option<&str> {
    answer.strip_prefix("HTTP/1.1 ")?.get(..3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_asks_on_the_loopback_if_the_server_listens_everywhere() {
        for (listens, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("10.0.0.7:8080", "10.0.0.7:8080"),
        ] {
            let [listens, asked] = [listens, asked].map(|address| address.parse().expect("an address"));
            assert_eq!(reachable(listens), asked);
        }
    }

    #[test]
    fn health_is_what_the_status_says() {
        assert_eq!(status("HTTP/1.1 200 OK\r\n\r\nready"), Some("200"));
        assert_eq!(status("HTTP/1.1 503 Service Unavailable\r\n\r\n200"), Some("503"));
        assert_eq!(status(""), None);
        assert_eq!(status("SSH-2.0-OpenSSH 200"), None);
    }
}
