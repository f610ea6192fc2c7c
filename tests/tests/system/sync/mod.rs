//! Sync with the mail service, against a stand-in that implements the worst case of whatever the service does not promise. In every
//! test it watches that nobody is subscribed again, and that nothing of others is removed.

mod any_order;
mod at_every_point;
mod carried;
mod commands;
mod faults;
mod first_syncs;
mod full;
mod histories;
mod imports;
mod judged;
mod limits;
mod opt_outs;
mod removed;
mod switched;
