//! What a method is: its name, role, params, result and handler, declared once. The JSON-RPC module, the gate and the
//! OpenRPC document are all built from these entries.

use jsonrpsee::{RpcModule, types::ErrorObjectOwned};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tokio::sync::watch;
use tracing::Instrument;

use crate::{
    auth::{Caller, Role},
    context::{Call, Context},
    errors::{ErrorKind, Fault, MethodError},
    params::{ParamsReader, Unfit},
    request_id::RequestId,
};

/// A method that callers can name, declared once.
pub(crate) trait Method: 'static {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What it does, in a sentence without a period.
    const SUMMARY: &'static str;
    /// The least role that may call it.
    const ROLE: Role = Role::Admin;
    /// The kinds of errors of its own, beyond those that every method can answer.
    const ERRORS: &'static [ErrorKind] = &[];
    /// An [`Example`] as JSON, for the document.
    const EXAMPLE: &'static str;
    /// What it takes: an object; unknown keys are refused.
    type Params: DeserializeOwned + JsonSchema + Send + 'static;
    /// What it answers.
    type Result: Serialize + JsonSchema + Clone + Send + 'static;

    /// What is wrong with params beyond their schema. Asked where the schema has found faults, so that all are named in one
    /// answer; `call` itself refuses params that have none but these.
    fn faults(_: &Call, _: Json) -> impl Future<Output = Result<Vec<Fault>, MethodError>> + Send {
        std::future::ready(Ok(Vec::new()))
    }

    /// Does it.
    fn call(call: &Call, params: Self::Params) -> impl Future<Output = Result<Self::Result, MethodError>> + Send;
}

/// What the table says of a method.
pub(crate) struct Entry {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) summary: &'static str,
    /// The least role that may call it.
    pub(crate) role: Role,
    /// The kinds of errors of its own.
    pub(crate) errors: &'static [ErrorKind],
    /// The schema of its params.
    pub(crate) params: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of its result.
    pub(crate) result: fn(&mut SchemaGenerator) -> Schema,
    example: &'static str,
    register: fn(&mut RpcModule<Context>, &'static Json),
}

/// Params, and a result that they may lead to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    pub(crate) params: Json,
    pub(crate) result: Json,
}

impl Entry {
    /// The entry of a method.
    pub(crate) fn of<M: Method>() -> Self {
        Self {
            name: M::NAME,
            summary: M::SUMMARY,
            role: M::ROLE,
            errors: M::ERRORS,
            example: M::EXAMPLE,
            params: |generator| generator.subschema_for::<M::Params>(),
            result: |generator| generator.subschema_for::<M::Result>(),
            register: register::<M>,
        }
    }

    /// The example of the method.
    pub(crate) fn example(&self) -> Example {
        let example = serde_json::from_str(self.example);
        debug_assert!(example.is_ok(), "the example of {} cannot be read", self.name);
        example.unwrap_or_default()
    }

    /// Makes the method callable. `document` is the OpenRPC document of all methods.
    pub(crate) fn register(&self, module: &mut RpcModule<Context>, document: &'static Json) {
        (self.register)(module, document);
    }
}

fn register<M: Method>(module: &mut RpcModule<Context>, document: &'static Json) {
    let reader = ParamsReader::<M::Params>::new();
    let registered = module.register_async_method(M::NAME, move |params, context, extensions| {
        let read = reader.read(params.as_str());
        async move {
            // The gate put the caller there; without one, nothing is done.
            let caller = extensions.get::<Caller>().cloned().ok_or(MethodError::NotAuthenticated)?;
            let request_id = extensions.get::<RequestId>().map(|id| id.0.clone());
            // Dropped with this future: when it has the answer, or when nobody waits for that any more.
            let (_waits, waiting) = watch::channel(());
            let call = Call { context: Context::clone(&context), document, caller, request_id, waiting };
            // A task of its own: a client that hangs up does not cut the work in half, and a panic ends here.
            let work = async move {
                match read {
                    Ok(params) => M::call(&call, params).await,
                    Err(unfit) => Err(refusal::<M>(&call, unfit).await),
                }
            };
            let done = tokio::spawn(work.in_current_span()).await;
            let done = done.unwrap_or_else(|_| Err(MethodError::Internal(format!("{} panicked", M::NAME))));
            done.map_err(ErrorObjectOwned::from)
        }
    });
    // Two methods of one name are a mistake in `methods::all`, found by the first test that starts a server.
    debug_assert!(registered.is_ok(), "{} is registered twice", M::NAME);
}

async fn refusal<M: Method>(call: &Call, Unfit { mut faults, params }: Unfit) -> MethodError {
    if params.is_object() {
        match M::faults(call, params).await {
            Ok(more) => faults.extend(more),
            Err(failed) => return failed,
        }
    }
    MethodError::InvalidParams(faults)
}
