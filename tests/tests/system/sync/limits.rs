//! The limit of the mail service, which another program with the same account shares. Each of the two gets on with its work.

use std::time::{Duration, Instant};

use integration_tests::{MailWorld, Program, on_both_databases, run_beside, user};
use resend_fake::{Fake, RetryAfter};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{interval, sleep},
};

/// Of the limit, what the other program uses.
const FOREIGN: f64 = 0.6;
/// Until then, refusals are how a program gets to know the limit.
const FIRST: Duration = Duration::from_secs(10);
/// Marks the requests of the other program.
const FOREIGN_PATH: &str = "/usage?foreign";

fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// Evenly, for as long as the task runs.
async fn foreign(url: String, limit: u32) {
    let address = url.trim_start_matches("http://").to_owned();
    let mut turns = interval(Duration::from_secs_f64(1.0 / (f64::from(limit) * FOREIGN)));
    loop {
        turns.tick().await;
        let address = address.clone();
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await.expect("it listens");
            let request = format!(
                "GET {FOREIGN_PATH} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nUser-Agent: another program\r\nAuthorization: Bearer {}\r\n\r\n",
                Fake::KEY
            );
            stream.write_all(request.as_bytes()).await.expect("it is sent");
            stream.read_to_end(&mut Vec::new()).await.expect("an answer");
        });
    }
}

/// Requests after the first seconds, ours or others', and those that were refused.
fn refused(fake: &Fake, begun: Instant, is_foreign: bool) -> (usize, usize) {
    let requests = fake.requests();
    let counted: Vec<_> = requests
        .iter()
        .filter(|request| (request.path == FOREIGN_PATH) == is_foreign && request.at.duration_since(begun) > FIRST)
        .collect();
    (counted.iter().filter(|request| request.status == 429).count(), counted.len())
}

on_both_databases! {
    async fn limit_is_kept_beside_another_program(world: World) {
        let mail = MailWorld::new(world).await;
        let (limits, seconds) = if is_long() { (&[1, 2, 10, 100][..], 60) } else { (&[10][..], 20) };
        let most = usize::try_from(limits.last().expect("a limit") * seconds).expect("a few");
        let named = |count: usize, name: &str| {
            let mut users: Vec<_> = (0..count).map(|number| user(&format!("u{number}"))).collect();
            users.iter_mut().for_each(|user| user.first_name = Some(name.to_owned()));
            users
        };
        mail.world.users(&named(most, "Ann")).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        let retries = [RetryAfter::Absent, RetryAfter::Seconds(0), RetryAfter::Seconds(1), RetryAfter::Seconds(30)];
        for (limit, retry_after) in limits.iter().flat_map(|limit| retries.map(|retry| (*limit, retry))) {
            if !is_long() && retry_after != RetryAfter::Seconds(1) {
                continue;
            }
            let said = format!("{limit} a second, {retry_after:?}");
            mail.fake.switch(|switches| (switches.limit, switches.retry_after) = (limit, retry_after));
            mail.fake.forget_requests();
            // At the default rate, this takes about that many seconds.
            let count = usize::try_from(limit * seconds / 3).expect("a few");
            mail.world.users(&named(count, &said)).await;
            let (begun, other) = (Instant::now(), tokio::spawn(foreign(mail.fake.url(), limit)));
            let sync = Program::engine(&mail.world.test_database.url).args(["sync"]).env("RESEND_API_KEY", Fake::KEY);
            run_beside(sync.env("RESEND_BASE_URL", &mail.url)).await.expect(0);
            other.abort();
            sleep(Duration::from_millis(200)).await;
            for (whose, is_foreign) in [("ours", false), ("theirs", true)] {
                let (refused, all) = refused(&mail.fake, begun, is_foreign);
                // Of a limit of 1 or 2, the two want more than there is in many a second. Of few requests, one that comes late on a busy
                // machine is more than a hundredth.
                let is_rare = refused * 100 <= all || !is_long() && refused <= 2;
                assert!(limit < 10 || is_rare, "{said}: {refused} of {all} were refused, {whose}");
            }
            mail.fake.switch(|switches| switches.limit = 100_000);
            mail.is_at_rest(&said).await;
        }
    }
}
