//! The stand-in for Resend as a program, for the demonstration and for tests in the browser.

#![allow(clippy::print_stdout, reason = "the program that starts it reads the address from its output")]

use std::net::SocketAddr;

use clap::Parser;
use resend_fake::{Fake, Switches};

#[derive(Parser)]
#[command(about = "A stand-in for Resend: an API that remembers, and a page that shows what it holds.")]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where events are posted, such as http://127.0.0.1:8080/api/webhooks/resend.
    #[arg(long, value_name = "URL")]
    deliver_to: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let fake = Fake::start_at(arguments.listen, Switches { folds_case: true, ..Switches::default() }).await?;
    if let Some(url) = arguments.deliver_to {
        fake.register_webhook(&url, Fake::SECRET);
        fake.deliver_to(url);
    }
    println!("{}", fake.url());
    tokio::signal::ctrl_c().await
}
