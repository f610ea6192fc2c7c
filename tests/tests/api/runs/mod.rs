mod get_run;
mod list_runs;
mod run_auto_segmentation;
