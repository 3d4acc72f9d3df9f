//! Prints the interface document, for `crates/server/openapi.json`.

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&server::openapi())?);
    Ok(())
}
