//! What recipients, other programs and people at Resend's console do.

use serde_json::json;

use crate::{
    Fake,
    state::{State, Suppression, Webhook},
};

impl Fake {
    /// A contact that somebody else made, unless it is there. Returns its id.
    pub fn foreign_contact(&self, email: &str) -> String {
        let mut state = self.state();
        if let Some(known) = state.contact_id(email) {
            return known;
        }
        let id = state.add_contact(email, false);
        state.emit_contact("contact.created", &id);
        id
    }

    /// A segment that somebody else made. Returns its id.
    pub fn foreign_segment(&self, name: &str) -> String {
        self.state().add_segment(name, false)
    }

    /// Somebody else puts a contact into a segment.
    pub fn add_to_segment(&self, email: &str, segment: &str) {
        let mut state = self.state();
        let Some(id) = state.contact_id(email) else { return };
        if let Some(contact) = state.contacts.get_mut(&id) {
            contact.segments.entry(segment.to_owned()).or_insert(false);
        }
        state.membership_changed(&id);
    }

    /// Somebody else takes a contact out of a segment.
    pub fn remove_from_segment(&self, email: &str, segment: &str) {
        let mut state = self.state();
        let Some(id) = state.contact_id(email) else { return };
        if let Some(contact) = state.contacts.get_mut(&id) {
            contact.segments.remove(segment);
        }
        state.membership_changed(&id);
    }

    pub fn unsubscribe(&self, email: &str) {
        self.set_unsubscribed(email, true);
    }

    pub fn resubscribe(&self, email: &str) {
        self.set_unsubscribed(email, false);
    }

    fn set_unsubscribed(&self, email: &str, unsubscribed: bool) {
        let mut state = self.state();
        let Some(id) = state.contact_id(email) else { return };
        if let Some(contact) = state.contacts.get_mut(&id) {
            contact.unsubscribed = unsubscribed;
        }
        state.emit_contact("contact.updated", &id);
    }

    pub fn delete_contact(&self, email: &str) {
        let mut state = self.state();
        let Some(id) = state.contact_id(email) else { return };
        state.emit_contact("contact.deleted", &id);
        state.contacts.remove(&id);
    }

    pub fn delete_segment(&self, segment: &str) {
        let mut state = self.state();
        state.segments.remove(segment);
        for contact in state.contacts.values_mut() {
            contact.segments.remove(segment);
        }
    }

    pub fn rename_segment(&self, segment: &str, name: &str) {
        if let Some(segment) = self.state().segments.get_mut(segment) {
            segment.name = name.to_owned();
        }
    }

    /// Mail to the address was refused for good.
    pub fn bounce(&self, email: &str) {
        self.mail(
            email,
            "email.bounced",
            json!({"bounce": {"type": "Permanent", "subType": "General", "message": ""}}),
        );
        self.suppress(email, "bounce");
    }

    pub fn complain(&self, email: &str) {
        self.mail(email, "email.complained", json!({}));
        self.suppress(email, "complaint");
    }

    /// Puts an address on the list of suppressions: `bounce`, `complaint` or `manual`.
    pub fn suppress(&self, email: &str, origin: &'static str) {
        let mut state = self.state();
        let (id, created_at) = (state.next_id(), state.now());
        let data = json!({
            "id": id, "email": email, "origin": origin, "source_id": null, "created_at": created_at.to_rfc3339()
        });
        state.suppressions.push(Suppression { id, email: email.to_owned(), origin, created_at });
        state.emit("suppression.added", data);
    }

    pub fn lift_suppression(&self, email: &str) {
        let mut state = self.state();
        let lifted: Vec<_> = state.suppressions.extract_if(.., |it| it.email == email).collect();
        for Suppression { id, email, origin, .. } in lifted {
            state.emit("suppression.removed", json!({"id": id, "email": email, "origin": origin}));
        }
    }

    /// Something that happened to a mail to one recipient, of a broadcast if one is given. Returns the id of the mail.
    pub fn mail_event(&self, kind: &str, email: &str, mail: Option<&str>, broadcast: Option<&str>) -> String {
        let mut state = self.state();
        let id = mail.map_or_else(|| state.next_id(), str::to_owned);
        let created_at = state.now().to_rfc3339();
        let data = json!({
            "email_id": id, "broadcast_id": broadcast, "to": [email], "created_at": created_at,
            "from": "Shop <shop@example.org>", "subject": "News",
            "click": {"ipAddress": "203.0.113.7", "link": "https://example.org", "userAgent": "Mozilla"},
        });
        state.emit(kind, data);
        id
    }

    fn mail(&self, email: &str, kind: &str, more: serde_json::Value) {
        let mut state = self.state();
        let mut data = json!({"email_id": state.next_id(), "to": [email], "created_at": state.now().to_rfc3339()});
        if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
            data.extend(more.clone());
        }
        state.emit(kind, data);
    }

    /// A broadcast to a segment. Returns its id.
    pub fn broadcast(&self, segment: &str) -> String {
        let mut state = self.state();
        let id = state.next_id();
        state.broadcasts.insert(id.clone(), segment.to_owned());
        id
    }

    /// Registers the webhook of an installation, so that its events can be read back. Returns its id.
    pub fn register_webhook(&self, url: &str, secret: &'static str) -> String {
        let mut state = self.state();
        let id = state.next_id();
        state.webhooks.push(Webhook { id: id.clone(), url: url.to_owned(), secret, is_on: true });
        id
    }

    /// Resend switches an endpoint off that failed for days.
    pub fn switch_webhook_off(&self, id: &str) {
        if let Some(webhook) = self.state().webhooks.iter_mut().find(|webhook| webhook.id == id) {
            webhook.is_on = false;
        }
    }
}

impl State {
    pub(crate) fn membership_changed(&mut self, contact: &str) {
        if self.switches.membership_is_event {
            self.emit_contact("contact.updated", contact);
        }
    }
}
