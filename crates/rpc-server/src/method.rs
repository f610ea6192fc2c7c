//! A method's name, role, params, result and handler, declared once. The JSON-RPC module, the gate and the OpenRPC
//! document are built from these entries.

use jsonrpsee::{RpcModule, types::ErrorObjectOwned};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use segmentation_engine::audit::Audit;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tokio::sync::watch;
use tracing::Instrument;

use crate::{
    auth::{Caller, Role},
    context::{Call, Context},
    errors::{ErrorKind, Fault, MethodError},
    gate::InFlight,
    params::{ParamsReader, Unfit},
    request_id::RequestId,
};

pub(crate) trait Method: 'static {
    const NAME: &'static str;
    /// One sentence, without a period.
    const SUMMARY: &'static str;
    /// The lowest role that may call the method.
    const ROLE: Role = Role::Admin;
    /// Errors beyond those that every method can return.
    const ERRORS: &'static [ErrorKind] = &[];
    /// An [`Example`] as JSON.
    const EXAMPLE: &'static str;
    /// An object. Unknown keys are refused.
    type Params: DeserializeOwned + JsonSchema + Send + 'static;
    type Result: Serialize + JsonSchema + Clone + Send + 'static;

    /// Faults beyond those the schema finds. Called only if the schema has found some, so that one response names all
    /// of them. `call` has to refuse these faults too.
    fn faults(_: &Call, _: Json) -> impl Future<Output = Result<Vec<Fault>, MethodError>> + Send {
        std::future::ready(Ok(Vec::new()))
    }

    fn call(call: &Call, params: Self::Params) -> impl Future<Output = Result<Self::Result, MethodError>> + Send;
}

pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// The lowest role that may call the method.
    pub(crate) role: Role,
    pub(crate) errors: &'static [ErrorKind],
    pub(crate) params: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) result: fn(&mut SchemaGenerator) -> Schema,
    example: &'static str,
    register: fn(&mut RpcModule<Context>, &'static Json),
}

/// Example params and a matching result.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    pub(crate) params: Json,
    pub(crate) result: Json,
}

impl Entry {
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

    pub(crate) fn example(&self) -> Example {
        let example = serde_json::from_str(self.example);
        debug_assert!(example.is_ok(), "the example of {} cannot be read", self.name);
        example.unwrap_or_default()
    }

    /// Adds the method to the module. `document` is the OpenRPC document of all methods.
    pub(crate) fn register(&self, module: &mut RpcModule<Context>, document: &'static Json) {
        (self.register)(module, document);
    }
}

fn register<M: Method>(module: &mut RpcModule<Context>, document: &'static Json) {
    let reader = ParamsReader::<M::Params>::new();
    let registered = module.register_async_method(M::NAME, move |params, context, extensions| {
        let read = reader.read(params.as_str());
        async move {
            // The gate inserts the caller.
            let caller = extensions.get::<Caller>().cloned().ok_or(MethodError::NotAuthenticated)?;
            let action = M::NAME.strip_prefix("adminAudience.").unwrap_or(M::NAME).into();
            let request_id = extensions.get::<RequestId>().map(|id| id.0.clone());
            let in_flight = extensions.get::<InFlight>().cloned();
            let Caller { subject, principal, role } = caller;
            let audit = Audit { actor: subject, action, request_id, shell: None };
            // Dropped with this future: when the call is done, or when the caller disconnects or times out.
            let (_waits, waiting) = watch::channel(());
            let call = Call { context: Context::clone(&context), document, audit, principal, role, waiting };
            // A separate task: a caller that disconnects does not interrupt it, and a panic is contained.
            let work = async move {
                let _in_flight = in_flight;
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
    // Duplicate names in `methods::all` fail the first test that starts a server.
    debug_assert!(registered.is_ok(), "{} is registered twice", M::NAME);
}

async fn refusal<M: Method>(call: &Call, Unfit { mut faults, params }: Unfit) -> MethodError {
    if params.is_object() {
        let found = faults.clone();
        match M::faults(call, params).await {
            Ok(more) => faults.extend(more.into_iter().filter(|fault| !found.contains(fault))),
            Err(failed) => return failed,
        }
    }
    MethodError::InvalidParams(faults)
}
