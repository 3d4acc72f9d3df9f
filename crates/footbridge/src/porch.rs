//! `footbridge porch`: writes to a line for browsers without scripts.

use ::porch::Porch;
use tokio::net::TcpListener;

use crate::cli::PorchArguments;
use crate::{Failure, terminal};

/// `footbridge porch`.
pub(crate) async fn run(arguments: PorchArguments) -> Result<(), Failure> {
    if !arguments.listen.ip().is_loopback() {
        let why = "the porch speaks no TLS: let it listen on a loopback address, behind a server that does and writes no access log, \
                   or behind an onion service";
        return Err(why.into());
    }
    let porch = Porch::new(&arguments.relay)?;
    let listen = arguments.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("can't listen on {listen}: {error}"))?;
    let address = format!("http://{}", listener.local_addr()?);
    if arguments.json {
        println!("{}", serde_json::json!({"ready": address}));
    } else {
        println!("The porch listens on {address}. Ctrl-C stops it.");
    }
    ::porch::serve(listener, porch, terminal::stop_asked()).await?;
    Ok(())
}
