//! The one table of methods. The JSON-RPC module, the gate and the OpenRPC document are read from it; whatever is not in it
//! does not exist.

use jsonrpsee::{RpcModule, types::ErrorObjectOwned};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tokio::sync::watch;
use tracing::Instrument;

use crate::{
    auth::{Caller, Role},
    call::{Call, Context},
    errors::{ErrorKind, Fault, MethodError},
    http::RequestId,
    methods,
    params::{ParamsReader, Unfit},
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
    /// What it takes: an object; unknown keys are refused.
    type Params: DeserializeOwned + JsonSchema + Send + 'static;
    /// What it answers.
    type Result: Serialize + JsonSchema + Clone + Send + 'static;

    /// Params and the result they may lead to, for the document.
    fn example() -> (Json, Json);

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
    /// Params and a result.
    pub(crate) example: fn() -> (Json, Json),
    /// The schema of its params.
    pub(crate) params: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of its result.
    pub(crate) result: fn(&mut SchemaGenerator) -> Schema,
    register: fn(&mut RpcModule<Context>),
}

/// Every method, in the order of the document.
pub(crate) fn entries() -> Vec<Entry> {
    use methods as m;
    vec![
        entry::<m::discover::Discover>(),
        entry::<m::get_segments::GetSegments>(),
        entry::<m::get_segment::GetSegment>(),
        entry::<m::get_segment_users::GetSegmentUsers>(),
        entry::<m::get_segment_stats::GetSegmentStats>(),
        entry::<m::get_segment_history::GetSegmentHistory>(),
        entry::<m::get_segment_sizes::GetSegmentSizes>(),
        entry::<m::get_audience_size::GetAudienceSize>(),
        entry::<m::get_segment_members_as_of::GetSegmentMembersAsOf>(),
        entry::<m::export_segment_users::ExportSegmentUsers>(),
        entry::<m::get_user_segments::GetUserSegments>(),
        entry::<m::get_run::GetRun>(),
        entry::<m::list_runs::ListRuns>(),
        entry::<m::get_fields::GetFields>(),
        entry::<m::describe_criteria::DescribeCriteria>(),
        entry::<m::preview_segment::PreviewSegment>(),
        entry::<m::create_custom_segment::CreateCustomSegment>(),
        entry::<m::preview_segment_change::PreviewSegmentChange>(),
        entry::<m::update_custom_segment::UpdateCustomSegment>(),
        entry::<m::explain_user::ExplainUser>(),
        entry::<m::get_segment_definition_history::GetSegmentDefinitionHistory>(),
        entry::<m::roll_back_custom_segment::RollBackCustomSegment>(),
        entry::<m::duplicate_segment::DuplicateSegment>(),
        entry::<m::set_segment_active::SetSegmentActive>(),
        entry::<m::delete_custom_segment::DeleteCustomSegment>(),
        entry::<m::auto_segment_user::AutoSegmentUser>(),
        entry::<m::remove_user_from_segment::RemoveUserFromSegment>(),
        entry::<m::add_user_to_segment::AddUserToSegment>(),
        entry::<m::restore_user_to_segment::RestoreUserToSegment>(),
        entry::<m::run_auto_segmentation::RunAutoSegmentation>(),
        entry::<m::upsert_users::UpsertUsers>(),
        entry::<m::record_quiz_attempts::RecordQuizAttempts>(),
        entry::<m::erase_user::EraseUser>(),
        entry::<m::get_audit_log::GetAuditLog>(),
    ]
}

/// All methods, ready to be called.
pub(crate) fn module(context: Context) -> RpcModule<Context> {
    let mut module = RpcModule::new(context);
    for entry in entries() {
        (entry.register)(&mut module);
    }
    module
}

fn entry<M: Method>() -> Entry {
    Entry {
        name: M::NAME,
        summary: M::SUMMARY,
        role: M::ROLE,
        errors: M::ERRORS,
        example: M::example,
        params: |generator| generator.subschema_for::<M::Params>(),
        result: |generator| generator.subschema_for::<M::Result>(),
        register: register::<M>,
    }
}

fn register<M: Method>(module: &mut RpcModule<Context>) {
    let reader = ParamsReader::<M::Params>::new();
    let registered = module.register_async_method(M::NAME, move |params, context, extensions| {
        let read = reader.read(params.as_str());
        async move {
            // The gate put the caller there; without one, nothing is done.
            let caller = extensions.get::<Caller>().cloned().ok_or(MethodError::NotAuthenticated)?;
            let request_id = extensions.get::<RequestId>().map(|id| id.0.clone());
            // Dropped with this future: when it has the answer, or when nobody waits for that any more.
            let (_waits, waiting) = watch::channel(());
            let call = Call { context: Context::clone(&context), caller, request_id, waiting };
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
    // Two methods of one name are a mistake in the table above, found by the first test that starts a server.
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
