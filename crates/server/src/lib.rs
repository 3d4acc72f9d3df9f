//! The HTTP shell of the relay: one endpoint, one file; all meaning is in `relay`.
//!
//! What an operator sees of it stands on a listener of its own (`serve_operator`), never on the public one.
//!
//! It never keeps an address: what `accept` gives is dropped at once. It logs when it starts and stops and which kind of
//! error came, never a path, a size, a time or a name.
//!
//! ```no_run
//! # async fn example(relay: relay::Relay<relay::MemoryStore>) -> std::io::Result<()> {
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let app = server::App::new(relay, server::PageFiles::default());
//! server::serve(listener, app, None, std::future::pending()).await;
//! # Ok(())
//! # }
//! ```

mod app;
mod clock;
mod connection;
mod documents;
mod endpoint;
mod impatient;
mod io;
mod openapi;
mod operator;
mod page_files;
mod picked_up;
mod plain_pages;
mod resting;
mod serve;
mod tls;
mod work;

pub use app::App;
pub use openapi::openapi;
pub use operator::{
    EARLIEST, Premises, ROOM, free_bytes, last_backup, note_backup, serve_operator,
};
pub use page_files::{Pace, PageFile, PageFiles};
pub use serve::serve;
pub use tls::{Tls, TlsError};
