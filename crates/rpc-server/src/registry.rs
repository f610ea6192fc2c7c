//! The one table of methods. Whatever is not in it does not exist.

use jsonrpsee::{RpcModule, types::ErrorObjectOwned, types::Params};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{context::Context, errors::MethodError, methods};

/// A method that callers can name.
pub(crate) trait Method {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What it takes: an object; unknown keys are refused.
    type Params: DeserializeOwned + JsonSchema + Default + Send;
    /// What it answers.
    type Result: Serialize + JsonSchema + Clone + Send + 'static;

    /// Does it.
    fn call(context: &Context, params: Self::Params) -> impl Future<Output = Result<Self::Result, MethodError>> + Send;
}

/// All methods, ready to be called.
pub fn module(context: Context) -> RpcModule<Context> {
    let mut module = RpcModule::new(context);
    register::<methods::get_segments::GetSegments>(&mut module);
    module
}

fn register<M: Method + 'static>(module: &mut RpcModule<Context>) {
    let registered = module.register_async_method(M::NAME, |params, context, _| async move {
        let params = read::<M::Params>(&params)?;
        Ok::<_, ErrorObjectOwned>(M::call(&context, params).await?)
    });
    // Two methods of one name are a mistake in the table above, found by the first test that starts a server.
    debug_assert!(registered.is_ok(), "{} is registered twice", M::NAME);
}

/// Params go by name: absent ones are an empty object, and a list is refused although serde would take it.
fn read<P: DeserializeOwned + Default>(params: &Params<'_>) -> Result<P, MethodError> {
    match params.as_str().map(str::trim_start) {
        None => Ok(P::default()),
        Some(text) if text.starts_with('{') => {
            serde_json::from_str(text).map_err(|error| MethodError::InvalidParams(error.to_string()))
        }
        Some(_) => Err(MethodError::InvalidParams("expected an object".into())),
    }
}
