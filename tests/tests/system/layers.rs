//! Layers point one way: domain ← persistence ← segmentation-engine ← rpc-server, and resend and webhooks ← segmentation-engine.
//! `domain` does no I/O, and `resend` and `webhooks` know no database.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

fn metadata() -> Metadata {
    MetadataCommand::new().exec().expect("cargo metadata")
}

/// Direct dependencies, without those of tests.
fn dependencies(metadata: &Metadata, name: &str) -> Vec<String> {
    let package = metadata.workspace_packages().into_iter().find(|package| package.name == name).expect("the crate");
    let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
    normal.map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn layers_point_one_way() {
    let metadata = metadata();
    let ours: Vec<String> = metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    for (name, below) in [
        ("domain", vec![]),
        ("migration", vec!["domain"]),
        ("persistence", vec!["domain", "migration"]),
        ("resend", vec![]),
        ("webhooks", vec![]),
        ("segmentation-engine", vec!["domain", "persistence", "resend", "webhooks"]),
        ("rpc-server", vec!["domain", "persistence", "segmentation-engine"]),
        ("xtask", vec!["domain"]),
    ] {
        let mut found: Vec<String> = dependencies(&metadata, name).into_iter().filter(|it| ours.contains(it)).collect();
        found.sort();
        assert_eq!(found, below, "{name} may use only the layers below it");
    }
}

#[test]
fn layers_use_only_their_own_libraries() {
    let metadata = metadata();
    for (library, allowed) in [
        ("sea-orm", vec!["persistence"]),
        ("sea-orm-migration", vec!["migration", "persistence"]),
        ("sqlx", vec!["persistence"]),
        ("jsonrpsee", vec!["rpc-server"]),
        ("axum", vec!["rpc-server"]),
        ("schemars", vec!["domain", "rpc-server", "segmentation-engine"]),
        ("hyper", vec!["rpc-server"]),
        ("rlimit", vec!["rpc-server"]),
        ("reqwest", vec!["resend", "webhooks"]),
        ("tokio", vec!["persistence", "resend", "rpc-server", "segmentation-engine", "webhooks"]),
    ] {
        let packages =
            ["domain", "migration", "persistence", "resend", "webhooks", "segmentation-engine", "rpc-server", "xtask"];
        for package in packages {
            let uses = dependencies(&metadata, package).iter().any(|dependency| dependency == library);
            assert!(!uses || allowed.contains(&package), "{package} uses {library}");
        }
    }
}

/// The server shows types of the domain, and answers of reports, which have such types.
#[test]
fn layers_only_what_the_api_shows_has_schemas() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let package = |name: &str| *packages.iter().find(|package| package.name == name).expect("the crate");
    let domain = package("domain");
    let schemars = domain.dependencies.iter().find(|dependency| dependency.name == "schemars").expect("it is one");
    assert!(schemars.optional, "domain uses schemars without its feature");
    let activating = domain.features.iter().filter(|(_, enables)| enables.contains(&"dep:schemars".into()));
    assert_eq!(activating.map(|(feature, _)| feature.as_str()).collect::<Vec<_>>(), ["api"]);
    for name in ["persistence", "segmentation-engine", "rpc-server", "xtask"] {
        let dependencies = &package(name).dependencies;
        let of_domain = dependencies.iter().find(|dependency| dependency.name == "domain").expect("it is one");
        let uses = of_domain.features.contains(&"api".to_owned());
        assert_eq!(
            uses,
            ["rpc-server", "segmentation-engine"].contains(&name),
            "{name} uses the feature api of domain"
        );
    }
}
