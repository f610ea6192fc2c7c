//! Recorded traffic of the real API, played against the stand-in: the same status, the same keys, the same name of an error.

use std::{collections::BTreeMap, collections::BTreeSet, path::Path};

use resend_fake::{Fake, Switches};
use serde_json::Value as Json;

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/resend-har/resend-har-summary.json");

/// Ids of the recording, with ours.
#[derive(Default)]
struct Ids(BTreeMap<String, String>);

impl Ids {
    fn translate(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
    }

    fn learn(&mut self, theirs: &Json, ours: &Json) {
        if let (Some(theirs), Some(ours)) = (theirs["id"].as_str(), ours["id"].as_str()) {
            self.0.insert(theirs.to_owned(), ours.to_owned());
        }
    }
}

fn keys(body: &Json) -> BTreeSet<String> {
    body.as_object().map(|body| body.keys().cloned().collect()).unwrap_or_default()
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "a test says so where it skips something")]
async fn recordings_play_against_the_stand_in() {
    if !Path::new(RECORDED).exists() {
        eprintln!("skipped: there is no {RECORDED}");
        return;
    }
    let recorded: Vec<Json> =
        serde_json::from_str(&std::fs::read_to_string(RECORDED).expect("the recordings")).expect("JSON");
    assert_eq!(recorded.len(), 181);
    let fake = Fake::start(Switches::default()).await.expect("a port");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().user_agent("judge").build().expect("a client");
    let mut ids = Ids::default();
    for (number, exchange) in recorded.iter().enumerate() {
        let text = |name: &str| exchange[name].as_str().unwrap_or_default().to_owned();
        let path = text("url").replace("https://api.resend.com", "");
        let url = format!("{}{}", fake.url(), ids.translate(&path));
        let method = text("method").parse().expect("a method");
        let mut request = http.request(method, &url).bearer_auth(Fake::KEY);
        if exchange["body"].is_string() {
            request = request.header("content-type", "application/json").body(ids.translate(&text("body")));
        }
        let answer = request.send().await.expect("an answer");
        let at = format!("exchange {number}: {} {path}", text("method"));
        assert_eq!(u64::from(answer.status().as_u16()), exchange["status"].as_u64().expect("a status"), "{at}");
        let ours: Json = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        // A long answer is cut off in the summary.
        let Ok(theirs) = serde_json::from_str::<Json>(&text("resp")) else { continue };
        // The oldest recordings are from before contacts had properties.
        let is_newer = |key: &String| key == "properties" && !keys(&theirs).contains(key);
        let our_keys: BTreeSet<_> = keys(&ours).into_iter().filter(|key| !is_newer(key)).collect();
        assert_eq!(our_keys, keys(&theirs), "{at}");
        assert_eq!(
            ours["name"].as_str().filter(|_| ours["statusCode"].is_u64()),
            theirs["name"].as_str().filter(|_| theirs["statusCode"].is_u64()),
            "{at}"
        );
        // Segments were called audiences when the oldest ones were recorded.
        let object = if theirs["object"] == "audience" { "segment".into() } else { theirs["object"].clone() };
        assert_eq!(ours["object"], object, "{at}");
        if let (Some(ours), Some(theirs)) = (ours["data"].as_array(), theirs["data"].as_array()) {
            let first = |items: &[Json]| items.first().map(keys);
            assert_eq!(first(ours), first(theirs), "{at}");
        }
        ids.learn(&theirs, &ours);
    }
}
