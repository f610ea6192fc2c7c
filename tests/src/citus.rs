//! Databases on the Citus cluster whose coordinator `TEST_CITUS_URL` names, as a superuser. Its nodes must be those of the database
//! in the URL, and let that user in.

use persistence::{ConnectionTrait, Database};
use sea_orm::{FromQueryResult, Statement};

#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Node {
    nodename: String,
    nodeport: i32,
    groupid: i32,
}

/// The URL of a new database with the extension, with the same nodes as that of the coordinator. Prints `skipped` and returns `None`
/// without a cluster.
pub(crate) async fn create(name: &str) -> Option<String> {
    let Some(coordinator) = coordinator() else {
        eprintln!("skipped: no TEST_CITUS_URL");
        return None;
    };
    let nodes = nodes(&coordinator).await;
    for node in &nodes {
        let on_node = on(&coordinator, node, None);
        execute(&on_node, &[&format!("CREATE DATABASE {name}")]).await;
        execute(&on(&coordinator, node, Some(name)), &["CREATE EXTENSION citus"]).await;
    }
    let url = in_database(&coordinator, name);
    let added = nodes.iter().map(|Node { nodename, nodeport, groupid }| match groupid {
        0 => format!("SELECT citus_set_coordinator_host('{nodename}', {nodeport})"),
        _ => format!("SELECT citus_add_node('{nodename}', {nodeport})"),
    });
    let added: Vec<_> = added.collect();
    execute(&url, &added.iter().map(String::as_str).collect::<Vec<_>>()).await;
    Some(url)
}

/// Drops the database on every node.
pub(crate) async fn drop(name: &str) -> Option<()> {
    let coordinator = coordinator()?;
    for node in nodes(&coordinator).await {
        execute(&on(&coordinator, &node, None), &[&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]).await;
    }
    Some(())
}

fn coordinator() -> Option<String> {
    std::env::var("TEST_CITUS_URL").ok()
}

/// The coordinator first.
async fn nodes(url: &str) -> Vec<Node> {
    let database = Database::connect(url).await.expect("the coordinator answers");
    let sql = "SELECT nodename, nodeport, groupid FROM pg_dist_node WHERE noderole = 'primary' ORDER BY groupid";
    let backend = database.connection().get_database_backend();
    let rows = database.connection().query_all_raw(Statement::from_string(backend, sql)).await.expect("a cluster");
    let nodes: Vec<_> = rows.iter().map(|row| Node::from_query_result(row, "").expect("a node")).collect();
    database.close().await.expect("the connection closes");
    assert!(nodes.iter().any(|node| node.groupid == 0), "citus_set_coordinator_host has set the coordinator");
    nodes
}

/// How often a statement is tried: nodes that are added to several databases at once refuse some, since Citus sets their roles anew.
const TRIES: usize = 20;

/// Each in a transaction of its own.
async fn execute(url: &str, statements: &[&str]) {
    let database = Database::connect(url).await.expect("the node answers");
    for sql in statements {
        for left in (0..TRIES).rev() {
            match database.connection().execute_unprepared(sql).await {
                Ok(_) => break,
                Err(error) if left == 0 || !sql.starts_with("SELECT") => panic!("{sql}: {error}"),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
    }
    database.close().await.expect("the connection closes");
}

/// The URL of a node, with the user, the password and the parameters of the coordinator's.
fn on(coordinator: &str, node: &Node, database: Option<&str>) -> String {
    let (head, rest) = coordinator.split_once("://").expect("a URL");
    let (user, rest) = rest.split_once('@').expect("a user");
    let (_, path) = rest.split_once('/').expect("a database");
    let url = format!("{head}://{user}@{}:{}/{path}", node.nodename, node.nodeport);
    database.map_or(url.clone(), |database| in_database(&url, database))
}

fn in_database(url: &str, name: &str) -> String {
    let (before, parameters) = url.split_once('?').unwrap_or((url, ""));
    let base = before.rsplit_once('/').map_or(before, |(base, _)| base);
    format!("{base}/{name}?{parameters}")
}
