//! The client against the stand-in, with everything that goes wrong.

use std::{sync::Arc, time::Duration};

use resend::{
    Client, Error, Gate, ImportRow, ImportState, ListError, NewContact,
    config::{BaseUrl, Config},
    ids::{ContactRef, SegmentId},
};
use resend_fake::{Fake, Fault, Faults, Key, RetryAfter, Switches};
use tokio::time::Instant;

async fn fake(change: impl FnOnce(&mut Switches)) -> Fake {
    let mut switches = Switches::default();
    change(&mut switches);
    Fake::start(switches).await.expect("a port")
}

fn client(fake: &Fake) -> Client {
    with_gate(fake, Gate::open())
}

fn with_gate(fake: &Fake, gate: Gate) -> Client {
    let config = Config {
        api_key: Fake::KEY.to_owned().into(),
        base_url: BaseUrl::parse(&fake.url()).expect("an address"),
        max_rate: Some(1_000),
    };
    Client::new(&config, Arc::new(gate)).expect("a client")
}

fn new<'a>(email: &'a str, segments: &'a [SegmentId]) -> NewContact<'a> {
    NewContact { email, first_name: Some("Ann"), last_name: None, segments }
}

#[tokio::test]
async fn calls_do_what_they_say() {
    let fake = fake(|_| {}).await;
    let client = client(&fake);
    let segment = client.create_segment("Active [x]").await.expect("a segment");
    let address = "a+b/c%d@example.org";
    assert!(matches!(client.contact(ContactRef::Address(address)).await, Err(Error::NotFound(_))));
    let id =
        client.create_contact(new(address, std::slice::from_ref(&segment)), Instant::now()).await.expect("a contact");
    let contact = client.contact(ContactRef::Address(address)).await.expect("the contact");
    assert_eq!((contact.id.clone(), contact.email.as_str(), contact.unsubscribed), (id.clone(), address, false));
    assert!(contact.created_at.is_some());
    client.rename_contact(&id, None, Some("Lee")).await.expect("new names");
    client.remove_from_segment(&id, &segment).await.expect("out");
    client.add_to_segment(&id, &segment).await.expect("in again");
    client.rename_segment(&segment, "Active users [x]").await.expect("a name");
    assert_eq!(client.segment(&segment).await.expect("the segment").name, "Active users [x]");
    let listed = client.segment_contacts(&segment, None).await.expect("a page");
    assert_eq!(
        (listed.items[0].first_name.as_deref(), listed.items[0].last_name.as_deref()),
        (Some("Ann"), Some("Lee"))
    );
    assert_eq!(client.contact_usage().await.expect("usage"), (Some(1), Some(1_000_000)));
    client.delete_contact(ContactRef::Id(&id)).await.expect("gone");
    client.delete_contact(ContactRef::Id(&id)).await.expect("gone already");
    client.delete_segment(&segment).await.expect("gone");
    assert_eq!(fake.violations(), [] as [String; 0]);
    assert_eq!(client.used().requests as usize, fake.requests().len());
}

#[tokio::test]
async fn lists_come_in_pages_to_their_end() {
    let fake = fake(|_| {}).await;
    for number in 0..250 {
        fake.foreign_contact(&format!("u{number}@example.org"));
    }
    let client = client(&fake);
    let (mut after, mut pages, mut seen) = (None, 0, 0);
    loop {
        let page = client.contacts(after.as_deref()).await.expect("a page");
        (pages, seen) = (pages + 1, seen + page.items.len());
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((pages, seen), (3, 250));
    fake.switch(|switches| switches.cursors_die = true);
    let first = client.contacts(None).await.expect("a page");
    assert_eq!(client.contacts(first.next.as_deref()).await, Err(ListError::Cursor));
    fake.switch(|switches| (switches.cursors_die, switches.list_repeats) = (false, true));
    assert_eq!(client.contacts(first.next.as_deref()).await, Err(ListError::Cursor));
}

#[tokio::test]
async fn calls_that_may_be_repeated_are_repeated_until_they_succeed() {
    for fault in Fault::ALL {
        let fake = fake(|_| {}).await;
        let client = client(&fake);
        let segment = client.create_segment("s").await.expect("a segment");
        let id = client.create_contact(new("ann@example.org", &[]), Instant::now()).await.expect("a contact");
        fake.switch(|switches| switches.faults = Some(Faults::new(0.5, &[fault], 7)));
        for _ in 0..3 {
            client.add_to_segment(&id, &segment).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        }
        client.remove_from_segment(&id, &segment).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(fake.state().members(segment.as_str()).len(), 0, "{fault:?}");
    }
}

#[tokio::test]
async fn create_is_never_sent_twice_by_itself() {
    for fault in [Fault::Json500, Fault::Html503, Fault::Cut, Fault::Reset] {
        let fake = fake(|switches| switches.faults = Some(Faults::new(1.0, &[fault], 1))).await;
        let lost = client(&fake).create_contact(new("ann@example.org", &[]), Instant::now()).await;
        assert!(matches!(lost, Err(Error::AnswerLost(_))), "{fault:?}: {lost:?}");
        assert_eq!(fake.requests().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn create_is_left_to_whoever_looks_again() {
    let client_and = async |change: fn(&mut Switches)| {
        let fake = fake(change).await;
        (client(&fake), fake)
    };
    let (client, locked) = client_and(|switches| switches.faults = Some(Faults::new(1.0, &[Fault::Locked], 1))).await;
    let refused = client.create_contact(new("ann@example.org", &[]), Instant::now()).await;
    assert!(matches!(refused, Err(Error::NotDone(_))), "{refused:?}");
    assert_eq!(locked.requests().len(), 1);
    let (client, full) = client_and(|switches| (switches.limit, switches.foreign_share) = (1, 1.0)).await;
    client.contacts(None).await.expect("the only request of its second");
    let refused = client.create_contact(new("ann@example.org", &[]), Instant::now()).await;
    assert!(matches!(refused, Err(Error::NotDone(_))), "{refused:?}");
    assert_eq!(full.requests().len(), 2);
    let (client, good) = client_and(|_| {}).await;
    let long_ago = Instant::now() - Duration::from_secs(6);
    let late = client.create_contact(new("ann@example.org", &[]), long_ago).await;
    assert!(matches!(late, Err(Error::NotDone(_))), "{late:?}");
    assert_eq!(good.requests().len(), 0);
}

#[tokio::test]
async fn outages_end_a_call_when_its_patience_is_used_up() {
    let fake = fake(|switches| switches.faults = Some(Faults::new(1.0, &[Fault::Html503], 1))).await;
    let client = client(&fake).with_patience(Duration::from_millis(800));
    let ended = client.contacts(None).await;
    assert!(matches!(ended, Err(ListError::Call(Error::Unavailable(_)))), "{ended:?}");
    assert!(fake.requests().len() > 1);
}

#[tokio::test]
async fn keys_that_are_no_good_are_told_apart() {
    for (key, words) in [
        (Key::SendingOnly, "the API key may only send mail: make one with full access"),
        (Key::Revoked, "the API key is not accepted"),
        (Key::DailyQuota, "the quota of the account is used up"),
    ] {
        let fake = fake(|switches| switches.key = key).await;
        let refused = client(&fake).create_segment("s").await.expect_err("refused").to_string();
        assert!(refused.contains(words), "{key:?}: {refused}");
        assert_eq!(fake.requests().len(), 1, "{key:?}");
    }
}

#[tokio::test]
async fn refused_addresses_are_told_by_name_and_not_by_text() {
    let fake = fake(|_| {}).await;
    let refused =
        client(&fake).create_contact(new("nobody@localhost", &[]), Instant::now()).await.expect_err("refused");
    assert_eq!(refused.to_string(), "refused (POST /contacts: 422 validation_error)");
}

#[tokio::test]
async fn too_many_requests_are_waited_out() {
    let fake = fake(|switches| (switches.limit, switches.retry_after) = (5, RetryAfter::Seconds(1))).await;
    let client = client(&fake);
    for _ in 0..12 {
        client.contacts(None).await.expect("a page");
    }
    let refused = fake.requests().iter().filter(|request| request.status == 429).count();
    assert!(refused <= 2, "{refused}");
    assert_eq!(client.used().throttled as usize, refused);
}

#[tokio::test]
async fn gate_that_is_closed_lets_no_request_begin() {
    let fake = fake(|switches| switches.latency = Duration::from_secs(5)).await;
    let client = with_gate(&fake, Gate::new(Duration::from_millis(300), Duration::from_millis(100)));
    let cut_off = client.contacts(None).await;
    assert_eq!(cut_off, Err(ListError::Call(Error::Interrupted)));
    let seen = client.used().requests;
    assert_eq!(client.contacts(None).await, Err(ListError::Call(Error::Stopped)));
    assert_eq!(client.used().requests, seen);
    client.gate().stop();
    assert!(!client.gate().may_begin());
}

#[tokio::test]
async fn imports_make_contacts_that_are_not_there() {
    let fake = fake(|_| {}).await;
    fake.foreign_contact("known@example.org");
    fake.unsubscribe("known@example.org");
    let client = client(&fake);
    let segment = client.create_segment("s").await.expect("a segment");
    let row = |email: &str| ImportRow { email: email.into(), first_name: Some("=1+1".into()), last_name: None };
    let rows = [row("known@example.org"), row("new@example.org")];
    let import = client.import_contacts(&rows, std::slice::from_ref(&segment)).await.expect("an import");
    while client.import(&import).await.expect("the import").status != ImportState::Completed {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let members = fake.state().members(segment.as_str());
    assert_eq!(members.into_iter().collect::<Vec<_>>(), ["new@example.org"]);
    assert!(fake.state().contact("known@example.org").expect("there").unsubscribed);
    assert_eq!(fake.state().contact("new@example.org").expect("there").first_name.as_deref(), Some("=1+1"));
    assert_eq!(fake.violations(), [] as [String; 0]);
}
