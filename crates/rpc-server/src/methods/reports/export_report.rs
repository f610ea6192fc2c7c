//! `adminAudience.exportReport`: one table of a report as CSV.

use domain::segment::SegmentKey;
use schemars::JsonSchema;
use segmentation_engine::reports::{
    MOST_ROWS, Report, Table, choose, cohorts::Cohorts, compare_as_of::CompareAsOf, compare_segments::CompareSegments,
    conversion::Conversion, engagement::Engagement, flow::Flow, forecast::Forecast, forecast_users::ForecastUsers,
    lift::Lift, overlap::Overlap, revenue::Revenue,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::ParamsReader,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportReportParams {
    /// The method of the report, without `adminAudience.`.
    report: ReportName,
    /// The params of that method.
    #[schemars(with = "serde_json::Map<String, Json>")]
    params: Json,
    /// The table, such as `byPeriod`. By default the most important one.
    #[schemars(length(max = 40))]
    table: Option<String>,
}

/// A report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum ReportName {
    CompareAsOf,
    CompareSegments,
    GetCohorts,
    GetForecastUsers,
    GetSegmentConversion,
    GetSegmentEngagement,
    GetSegmentFlow,
    GetSegmentForecast,
    GetSegmentLift,
    GetSegmentOverlap,
    GetSegmentRevenue,
}

impl ReportName {
    fn in_file_names(self) -> &'static str {
        match self {
            Self::CompareAsOf => "members-at-two-times",
            Self::CompareSegments => "comparison",
            Self::GetCohorts => "cohorts",
            Self::GetForecastUsers => "forecast-users",
            Self::GetSegmentConversion => "conversion",
            Self::GetSegmentEngagement => "engagement",
            Self::GetSegmentFlow => "flow",
            Self::GetSegmentForecast => "forecast",
            Self::GetSegmentLift => "lift",
            Self::GetSegmentOverlap => "overlap",
            Self::GetSegmentRevenue => "revenue",
        }
    }
}

/// A table as CSV.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportReportResult {
    /// CSV (RFC 4180) with a header row. A cell that a spreadsheet could run as a formula is prefixed with `'`.
    csv: String,
    /// A suggested filename.
    filename: String,
    /// Number of rows below the header. A table with more than 100,000 is refused.
    row_count: u64,
}

pub(crate) struct ExportReport;

impl Method for ExportReport {
    const NAME: &'static str = "adminAudience.exportReport";
    const SUMMARY: &'static str = "Exports one table of a report as CSV";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("export_report.example.json");
    type Params = ExportReportParams;
    type Result = ExportReportResult;

    async fn call(call: &Call, params: ExportReportParams) -> Result<ExportReportResult, MethodError> {
        let result = export(call, &params).await?;
        let ExportReportParams { report, params, table } = params;
        let detail = json!({"report": report, "params": params, "table": table, "rowCount": result.row_count});
        call.audit.record_alone(call.database(), call.context.now(), None, detail).await?;
        Ok(result)
    }
}

async fn export(call: &Call, params: &ExportReportParams) -> Result<ExportReportResult, MethodError> {
    let table = match params.report {
        ReportName::CompareAsOf => table::<CompareAsOf>(call, params).await,
        ReportName::CompareSegments => table::<CompareSegments>(call, params).await,
        ReportName::GetCohorts => table::<Cohorts>(call, params).await,
        ReportName::GetSegmentEngagement => table::<Engagement>(call, params).await,
        ReportName::GetSegmentLift => table::<Lift>(call, params).await,
        ReportName::GetForecastUsers => table::<ForecastUsers>(call, params).await,
        ReportName::GetSegmentConversion => table::<Conversion>(call, params).await,
        ReportName::GetSegmentFlow => table::<Flow>(call, params).await,
        ReportName::GetSegmentForecast => table::<Forecast>(call, params).await,
        ReportName::GetSegmentOverlap => table::<Overlap>(call, params).await,
        ReportName::GetSegmentRevenue => table::<Revenue>(call, params).await,
    }?;
    let rows = table.rows.len();
    if rows > MOST_ROWS {
        let message = format!("has {rows} rows here, and a CSV has at most {MOST_ROWS}: ask for less");
        return Err(Fault::new("table", message).into());
    }
    let day = call.moment().now.with_timezone(&call.context.zone).date_naive();
    let csv = table.to_csv().map_err(|_| MethodError::Internal("cannot write CSV".into()))?;
    let filename = format!("{}-{day}.csv", file_stem(params, table.name));
    Ok(ExportReportResult { csv, filename, row_count: rows as u64 })
}

/// Such as `conversion-lifecycle-active-byPeriod`: the report, its segments if it is about few, and the table.
fn file_stem(ExportReportParams { report, params, .. }: &ExportReportParams, table: &str) -> String {
    let segments =
        ["segment", "a", "b"].into_iter().filter_map(|name| params[name].as_str()?.parse::<SegmentKey>().ok());
    let segments = segments.map(|key| key.to_string().replace(':', "-"));
    let parts = [report.in_file_names().to_owned()].into_iter().chain(segments).chain([table.to_owned()]);
    parts.collect::<Vec<_>>().join("-")
}

/// The faults of the report's own params are below `params`.
async fn table<R: Report>(call: &Call, asked: &ExportReportParams) -> Result<Table, MethodError> {
    let below = |Fault { path, message }: Fault| Fault { path: format!("params.{path}"), message };
    let params = ParamsReader::<R::Params>::new().read(Some(&asked.params.to_string()));
    let params = params.map_err(|unfit| MethodError::InvalidParams(unfit.faults.into_iter().map(below).collect()))?;
    let answer = call.report::<R>(params).await.map_err(|error| match error {
        MethodError::InvalidParams(faults) => MethodError::InvalidParams(faults.into_iter().map(below).collect()),
        other => other,
    })?;
    choose(R::tables(&answer), asked.table.as_deref()).map_err(|names| Fault::new("table", names).into())
}
