//! `rpc-server health`: what a container asks, and what it hears.

use std::net::TcpListener;

use integration_tests::{Ended, Program, Server, on_both_databases};

fn health(address: &str) -> Ended {
    Program::server("sqlite:///nowhere/audience.sqlite").args(["health", "--listen", address]).run()
}

on_both_databases! {
    async fn health_of_a_server_whose_database_answers(world: World) {
        let server = Server::start(&world.test_database.url, &[]);
        assert_eq!(health(server.address()).expect(0).output, "ready\n");
        let (_, port) = server.address().rsplit_once(':').expect("a port");
        assert_eq!(health(&format!("0.0.0.0:{port}")).expect(0).output, "ready\n");
    }
}

#[test]
fn health_where_no_server_answers() {
    // The port is free again when the listener is gone.
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let ended = health(&address.to_string()).expect(1);
    assert_eq!(ended.errors, format!("error: no server answers at {address}: connection refused\n"));
}
