//! The interface document that is checked in is the one that the code gives.

#[test]
fn the_document_checked_in_is_the_code_s() {
    let checked_in: serde_json::Value =
        serde_json::from_str(include_str!("../openapi.json")).expect("openapi.json is JSON");
    assert!(
        checked_in == server::openapi(),
        "the interface changed: run `cargo run -p server --example openapi > crates/server/openapi.json`"
    );
}
