//! Runs the real server and collects its log.

use std::{
    io::{BufRead, BufReader},
    process::Child,
    sync::mpsc,
    thread::JoinHandle,
};

use domain::instant::{Clock, SystemClock};
use resend_fake::PendingEvent;
use serde_json::Value as Json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Program;

/// `CRON_SECRET` of every server.
pub(crate) const CRON_SECRET: &str = "0f6c1d2e3b4a59687766554433221100ffeeddcc";

/// A server on a free port that ends with the test.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
    log: Option<JoinHandle<String>>,
}

impl Server {
    pub fn start(url: &str, arguments: &[&str]) -> Self {
        Self::start_program(Program::server(url), arguments)
    }

    /// With a mail service that no request reaches.
    pub fn with_mail(url: &str, arguments: &[&str]) -> Self {
        let program = Program::server(url).env("RESEND_API_KEY", "re_unreachable");
        Self::start_program(program.env("RESEND_BASE_URL", "http://127.0.0.1:9"), arguments)
    }

    /// With a secret of the mail service's webhook.
    pub fn with_webhook(url: &str, secret: &str, arguments: &[&str]) -> Self {
        Self::start_program(Program::server(url).env("RESEND_WEBHOOK_SECRET", secret), arguments)
    }

    /// With a limit of open files.
    pub fn start_with_files(url: &str, files: u32, arguments: &[&str]) -> Self {
        Self::start_program(Program::server_with_files(url, files), arguments)
    }

    fn start_program(program: Program, arguments: &[&str]) -> Self {
        let arguments = ["serve", "--listen", "127.0.0.1:0"].iter().chain(arguments);
        Self::start_configured(program.env("CRON_SECRET", CRON_SECRET).args(arguments))
    }

    /// `serve` with everything that it needs.
    pub fn start_configured(program: Program) -> Self {
        let mut child = program.env("NO_COLOR", "1").spawn_logging();
        let mut lines = BufReader::new(child.stderr.take().expect("a log"));
        let (tell, addresses) = mpsc::channel();
        // Read to the end, so that the server never blocks on a full pipe.
        let log = std::thread::spawn(move || {
            let (mut log, mut start) = (String::new(), 0);
            while lines.read_line(&mut log).expect("a log in UTF-8") > 0 {
                if let Some((_, address)) = log[start..].split_once("address=") {
                    // Only the first is received.
                    let _ = tell.send(address.split_whitespace().next().unwrap_or_default().to_owned());
                }
                start = log.len();
            }
            log
        });
        let address = addresses.recv().expect("the server says where it listens");
        Self { child, address, log: Some(log) }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.expect("the server listens")
    }

    /// Sends a request unchanged. Returns the status and the whole answer.
    pub async fn send(&self, request: &str) -> (u16, String) {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        let status = answer.split(' ').nth(1).expect("a status").parse().expect("a number");
        (status, answer)
    }

    pub async fn post(&self, bearer: &str, body: &str) -> (u16, Json) {
        let (status, answer) = self.send(&post(bearer, body)).await;
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        (status, serde_json::from_str(body).unwrap_or(Json::Null))
    }

    /// Memory in bytes, from Linux: now, and the peak since the last call.
    pub fn memory(&self) -> (u64, u64) {
        let process = format!("/proc/{}", self.child.id());
        let status = std::fs::read_to_string(format!("{process}/status")).expect("Linux tells of its processes");
        let bytes = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of that name");
            line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).expect("a number") * 1024
        };
        std::fs::write(format!("{process}/clear_refs"), "5").expect("the peak is forgotten");
        (bytes("VmRSS:"), bytes("VmHWM:"))
    }

    /// Ends it and returns its log.
    pub fn log(mut self) -> String {
        self.child.kill().expect("it runs");
        self.log.take().expect("asked once").join().expect("the log is read")
    }
}

/// The bytes of a request to `/rpc`.
pub fn post(bearer: &str, body: &str) -> String {
    format!(
        "POST /rpc HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {bearer}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The bytes of a request with an event of the mail service, signed now. What becomes of the connection is `keep-alive` or `close`.
pub fn post_event(event: &PendingEvent, connection: &str) -> String {
    let headers = event.headers(SystemClock.now()).map(|(name, value)| format!("{name}: {value}\r\n")).concat();
    format!(
        "POST /api/webhooks/resend HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n{headers}\r\n{}",
        event.body.len(),
        event.body
    )
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
