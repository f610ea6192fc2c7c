//! Webhooks: endpoints of other systems that receive changes.

pub(super) mod delete_webhook;
pub(super) mod get_webhook_deliveries;
pub(super) mod get_webhooks;
pub(super) mod resend_webhook_delivery;
pub(super) mod save_webhook;
pub(super) mod test_webhook;
