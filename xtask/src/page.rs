//! `cargo xtask page`: the contact's page, ready to be served.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::run::{root, run_with};
use crate::{setup, strings};

/// Where the page's files go, from the root.
const FILES: &str = "target/page-files";
/// The files that are written by hand, each out of its parts: a browser fetches few, a person reads short ones.
const WEB: &[(&str, &[&str])] = &[
    ("index.html", &["index.html"]),
    ("page.css", &["page.css"]),
    ("page.js", &["entrances.js", "page.js"]),
    ("worker.js", &["worker.js"]),
];
/// Where its WebAssembly is built.
const BUILD: &str = "target/page";

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 11, 24);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(compressed)
}

/// Writes a file and its compressed twin, unless the same bytes are there already. Gives both sizes.
fn write(directory: &Path, name: &str, bytes: &[u8]) -> Result<(usize, usize)> {
    let (plain, twin) = (directory.join(name), directory.join(format!("{name}.br")));
    if let (Ok(held), Ok(compressed)) = (std::fs::read(&plain), std::fs::read(&twin))
        && held == bytes
    {
        return Ok((bytes.len(), compressed.len()));
    }
    let compressed = compress(bytes)?;
    std::fs::write(&plain, bytes)?;
    std::fs::write(&twin, &compressed)?;
    Ok((bytes.len(), compressed.len()))
}

/// Builds the page. Gives (file, bytes, bytes compressed).
pub(crate) fn build() -> Result<Vec<(String, usize, usize)>> {
    setup::webassembly()?;
    let arguments = [
        "build",
        "--quiet",
        "--package",
        "page",
        "--bin",
        "page",
        "--target",
        setup::TARGET,
        "--profile",
        "page",
        "--target-dir",
        BUILD,
    ];
    // No path of the machine that built it belongs into the page; and the smaller of two ways to hash is fast enough there.
    let home = std::env::var("CARGO_HOME")
        .or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"))?;
    let flags = format!(
        "--remap-path-prefix={home}=cargo --remap-path-prefix={}=. --cfg sha2_backend_soft=\"compact\"",
        root().display()
    );
    run_with("cargo", &arguments, ("RUSTFLAGS", &flags))?;
    let directory = root().join(FILES);
    std::fs::create_dir_all(&directory)?;
    let wasm = root()
        .join(BUILD)
        .join(setup::TARGET)
        .join("page/page.wasm");
    let mut files = vec![(
        "page.wasm".to_owned(),
        std::fs::read(&wasm).with_context(|| format!("can't read {}", wasm.display()))?,
    )];
    for (name, parts) in WEB {
        let mut bytes = Vec::new();
        for part in *parts {
            let path = root().join("crates/page/web").join(part);
            let read = std::fs::read(&path);
            bytes.extend(read.with_context(|| format!("can't read {}", path.display()))?);
        }
        files.push(((*name).to_owned(), bytes));
    }
    let compiled = strings::compile("crates/page/strings")?;
    files.push(("strings.json".to_owned(), compiled.to_string().into_bytes()));
    files
        .into_iter()
        .map(|(name, bytes)| {
            let (plain, compressed) = write(&directory, &name, &bytes)?;
            Ok((name, plain, compressed))
        })
        .collect()
}

/// `cargo xtask page`.
pub(crate) fn run(as_json: bool) -> Result<()> {
    let files = build()?;
    let total: usize = files.iter().map(|(_, _, compressed)| compressed).sum();
    if as_json {
        let files: serde_json::Map<_, _> = files
            .into_iter()
            .map(|(name, plain, compressed)| (name, json!({"bytes": plain, "brotli": compressed})))
            .collect();
        println!("{}", json!({"files": files, "brotli": total}));
        return Ok(());
    }
    for (name, plain, compressed) in files {
        println!("{name:14} {plain:8} bytes  {compressed:7} with Brotli");
    }
    println!("{:14} {:8}        {total:7} with Brotli", "in all", "");
    Ok(())
}
