//! A page on which a visitor of the demonstration does what recipients and people at Resend do.

use std::fmt::Write;

use axum::{
    Form,
    extract::{Query, State as Axum},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    Fake,
    server::Shared,
    state::{Contact, State},
};

/// Contacts that are shown.
const SHOWN: usize = 100;

#[derive(Deserialize)]
pub(crate) struct Search {
    #[serde(default)]
    q: String,
}

/// What happens to one address.
#[derive(Deserialize)]
pub(crate) struct Deed {
    email: String,
    deed: Kind,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Unsubscribe,
    Resubscribe,
    Bounce,
    Complain,
    Lift,
    Delete,
}

pub(crate) async fn show(Axum(shared): Axum<std::sync::Weak<Shared>>, Query(search): Query<Search>) -> Response {
    let Some(shared) = shared.upgrade() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let page = page(&crate::lock(&shared.state), &search.q.to_lowercase());
    Html(page).into_response()
}

pub(crate) async fn act(Axum(shared): Axum<std::sync::Weak<Shared>>, Form(deed): Form<Deed>) -> Response {
    let Some(shared) = shared.upgrade() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let fake = Fake { shared };
    let email = deed.email.as_str();
    match deed.deed {
        Kind::Unsubscribe => fake.unsubscribe(email),
        Kind::Resubscribe => fake.resubscribe(email),
        Kind::Bounce => fake.bounce(email),
        Kind::Complain => fake.complain(email),
        Kind::Lift => fake.lift_suppression(email),
        Kind::Delete => fake.delete_contact(email),
    }
    Redirect::to("/").into_response()
}

fn page(state: &State, search: &str) -> String {
    let mut page = String::from(HEAD);
    page.push_str("<h2>Segments</h2><ul>");
    for segment in state.segments.values() {
        let count = state.contacts.values().filter(|contact| contact.segments.contains_key(&segment.id)).count();
        let _ = write!(page, "<li>{} <b>{count}</b>", escaped(&segment.name));
    }
    let _ = write!(
        page,
        "</ul><h2>Contacts ({})</h2><form><input name=q value=\"{}\" placeholder=\"Part of an address\"> <button>Search</button>\
         </form><table><tr><th>Address<th>Segments<th>State<th>",
        state.contacts.len(),
        escaped(search)
    );
    let found = state.contacts.values().filter(|contact| contact.email.to_lowercase().contains(search));
    for contact in found.take(SHOWN) {
        row(&mut page, state, contact);
    }
    page.push_str("</table>");
    page
}

fn row(page: &mut String, state: &State, contact: &Contact) {
    let suppression = state.suppressions.iter().find(|it| it.email == contact.email).map(|it| it.origin);
    let standing = match (contact.unsubscribed, suppression) {
        (true, _) => "unsubscribed",
        (false, Some(origin)) => origin,
        (false, None) => "subscribed",
    };
    let deeds: &[(&str, &str)] = match (contact.unsubscribed, suppression) {
        (true, _) => &[("resubscribe", "Subscribe again"), ("delete", "Delete")],
        (false, Some(_)) => &[("lift", "Lift"), ("delete", "Delete")],
        (false, None) => {
            &[("unsubscribe", "Unsubscribe"), ("bounce", "Bounce"), ("complain", "Complain"), ("delete", "Delete")]
        }
    };
    let email = escaped(&contact.email);
    let _ = write!(page, "<tr><td>{email}<td>{}<td>{standing}<td>", contact.segments.len());
    for (deed, words) in deeds {
        let _ = write!(
            page,
            "<form method=post><input type=hidden name=email value=\"{email}\"><button name=deed value={deed}>{words}</button></form>"
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
<title>A stand-in for Resend</title><style>body{font:15px system-ui;margin:2rem;max-width:60rem}\
table{border-collapse:collapse}td,th{text-align:left;padding:.25rem .75rem .25rem 0}td form{display:inline}</style>\
<h1>A stand-in for Resend</h1><p>What the API of Resend would hold. The buttons do what recipients do; events go to the webhook at once.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switches::Switches;

    #[test]
    fn page_shows_contacts_and_escapes_them() {
        let mut state = State::new(Switches::default());
        state.add_contact("ann<b>@example.org", true);
        state.add_contact("bob@example.org", true);
        let all = page(&state, "");
        assert!(
            all.contains("ann&lt;b&gt;@example.org") && all.contains("bob@example.org") && all.contains("Contacts (2)")
        );
        assert!(!page(&state, "ann").contains("bob@example.org"));
    }
}
