//! What syncs send, and what the stand-in answers, is as Resend describes its API.

use std::collections::BTreeSet;

use integration_tests::{MailWorld, NOW, Prism, on_both_databases, user};
use resend_fake::{Fake, Recorded, Switches};
use segmentation_engine::sync::switch::Wanted;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const PEOPLE: usize = 500;

async fn people(mail: &MailWorld, plan: &str, name: &str) {
    let users: Vec<_> = (0..PEOPLE)
        .map(|number| {
            let mut user = user(&format!("u{number}"));
            if number < 5 {
                (user.plan, user.first_name) = (plan.to_owned(), Some(name.to_owned()));
            }
            user
        })
        .collect();
    mail.world.users(&users).await;
    mail.evaluate().await;
}

on_both_databases! {
    async fn judged_by_prism_every_request_and_answer_is_as_described(world: World) {
        let mut mail = MailWorld::new(world).await;
        let Some(prism) = Prism::in_front_of(&mail.fake).await else { return };
        mail.url = prism.url.clone();
        mail.fake.register_webhook("https://audience.example.org/api/webhooks/resend", Fake::SECRET);
        people(&mail, "FREE", "Ann").await;
        mail.on("plan:free").await;
        let first = mail.sync().await;
        assert_eq!(first.counts.joined, PEOPLE as u64);
        // Looked up and made, taken out, renamed.
        mail.on("plan:pro").await;
        mail.world.users(&[user("later")]).await;
        people(&mail, "PRO", "Bob").await;
        mail.sync().await;
        mail.fake.bounce("u9@example.org");
        mail.fake.unsubscribe("u8@example.org");
        mail.fake.state().erased.insert("u7@example.org".into());
        mail.world.erase("u7").await;
        let broadcast = mail.fake.broadcast("11111111-1111-1111-1111-111111111111");
        mail.world.execute(&format!("INSERT INTO broadcast (id, first_heard_at) VALUES ('{broadcast}', '{NOW}')")).await;
        mail.full().await;
        mail.switch("plan:pro", Wanted::Off).await;
        mail.full().await;
        mail.is_at_rest("judged").await;
        assert_eq!(prism.violations(), [] as [String; 0]);
        let routes: BTreeSet<_> = mail.fake.requests().iter().map(Recorded::route).collect();
        for route in [
            "POST /segments", "GET /segments", "GET /segments/*", "DELETE /segments/*", "GET /segments/*/contacts", "GET /usage",
            "GET /contacts", "GET /contacts/*", "POST /contacts", "PATCH /contacts/*", "DELETE /contacts/*",
            "POST /contacts/*/segments/*", "DELETE /contacts/*/segments/*", "POST /contacts/imports", "GET /contacts/imports/*",
            "GET /suppressions", "GET /webhooks", "GET /webhooks/*", "GET /webhooks/*/events", "GET /webhooks/*/events/*", "GET /broadcasts/*",
        ] {
            assert!(routes.contains(route), "{route} is not judged: {routes:?}");
        }
    }
}

/// What a client with a mistake would send. Returns the status.
async fn ask(prism: &Prism, body: &str) -> String {
    let mut stream = TcpStream::connect(prism.url.trim_start_matches("http://")).await.expect("it listens");
    let request = format!(
        "POST /contacts HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\nUser-Agent: a test\r\n\
         Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{body}",
        Fake::KEY,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text");
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// A judge that says nothing may be asleep.
#[tokio::test]
async fn judged_by_prism_a_wrong_answer_and_a_wrong_request_are_caught() {
    let fake = Fake::start(Switches::default()).await.expect("a port");
    let Some(prism) = Prism::in_front_of(&fake).await else { return };
    assert_eq!(ask(&prism, r#"{"email": "ann@example.org", "first_name": "Ann"}"#).await, "201");
    assert_eq!(prism.violations(), [] as [String; 0]);
    assert_eq!(ask(&prism, r#"{"email": "bob@example.org", "frist_name": "Bob"}"#).await, "422");
    assert!(prism.has_caught(1).await, "{:?}", prism.violations());
    fake.switch(|switches| switches.leaves_out_ids = true);
    assert_eq!(ask(&prism, r#"{"email": "cleo@example.org"}"#).await, "500");
    assert!(prism.has_caught(2).await, "{:?}", prism.violations());
}
