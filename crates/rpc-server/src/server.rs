//! Assembles the server. The only file that knows both the methods and HTTP.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::Router;
use domain::period::Moment;
use jsonrpsee::{RpcModule, server::StopHandle};
use segmentation_engine::{
    alerts::look_at_unevaluated,
    support::sqlite_log::fold_log,
    webhooks::{Deliverer, WebhookError},
};
use serde_json::Value as Json;
use tokio::time::interval;
use tracing::warn;

use crate::{
    context::Context,
    gate::Admission,
    http::{self, Options, Services},
    methods,
    metrics::Metrics,
    openrpc, periodic,
};

/// How often the rate limits of idle callers are dropped.
const FORGET: Duration = Duration::from_secs(60);

/// How often the log of an SQLite file is emptied if no run does it.
const FOLD: Duration = Duration::from_secs(60);

/// How often alerts about segments that no run evaluates are looked at.
const WATCH: Duration = Duration::from_secs(5 * 60);

/// All routes of the server.
pub fn router(context: Context, options: &Options, stop: StopHandle) -> Router {
    let entries = methods::all();
    let roles = entries.iter().map(|entry| (entry.name, entry.role)).collect();
    let metrics = Metrics::new();
    let admission =
        Admission::new(context.clone(), options.authenticator.clone(), options.limits, roles, metrics.clone());
    let admission = Arc::new(admission);
    periodic::spawn(FORGET, &admission, Admission::forget_idle_callers);
    let database = context.database.clone();
    periodic::spawn(FOLD, &admission, move |_| {
        let database = database.clone();
        tokio::spawn(async move { fold_log(&database).await });
    });
    let mut module = RpcModule::new(context.clone());
    entries.iter().for_each(|entry| entry.register(&mut module, document()));
    http::router(Services { context, admission, metrics, methods: module.into(), document: document() }, options, stop)
}

/// Delivers webhooks until the server stops, which waits for what is under way.
pub fn deliver_webhooks(context: &Context) -> Result<(), WebhookError> {
    let Context { database, clock, background, webhooks, .. } = context;
    let deliverer = Deliverer::new(database.clone(), *webhooks, clock.clone(), background.stop())?;
    background.spawn(async move { deliverer.keep_delivering().await });
    Ok(())
}

/// Looks at alerts about segments that no run evaluates, as long as the server runs. Runs look at all of them.
pub fn watch_alerts(context: &Context) {
    let context = context.clone();
    tokio::spawn(async move {
        let mut ticks = interval(WATCH);
        loop {
            ticks.tick().await;
            let moment = Moment { now: context.now(), zone: context.zone };
            if look_at_unevaluated(&context.database, moment).await.is_err() {
                warn!("alerts cannot be looked at: the database does not answer; it is tried again");
            }
        }
    });
}

pub fn document() -> &'static Json {
    // Generating it takes time, and everyone may request it.
    static DOCUMENT: LazyLock<Json> = LazyLock::new(|| openrpc::document(&methods::all()));
    &DOCUMENT
}
