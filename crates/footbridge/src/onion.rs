//! `footbridge onion`: an onion service by the tor that is installed here.

use ::onion::{Configuration, Notice, OnionService};
use tokio::net::TcpStream;

use crate::Failure;
use crate::cli::OnionArguments;
use crate::terminal;

/// `footbridge onion`.
pub(crate) async fn run(arguments: OnionArguments) -> Result<(), Failure> {
    let directory = std::path::absolute(&arguments.directory)?;
    let configuration = Configuration::new(&directory, arguments.to)?;
    if arguments.print_configuration {
        print!("{}", configuration.service_lines());
        return Ok(());
    }
    if TcpStream::connect(arguments.to).await.is_err() {
        return Err(format!(
            "nothing answers at {}: start the relay or the porch first",
            arguments.to
        )
        .into());
    }
    let more = match &arguments.tor_configuration {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| format!("can't read {}: {error}", path.display()))?,
    };
    let (mut service, has_effort) = OnionService::start(configuration, &directory, &more).await?;
    let mut stop = std::pin::pin!(terminal::stop_asked());
    loop {
        tokio::select! {
            () = &mut stop => break,
            notice = service.next() => match notice? {
                Notice::Progress(100) => ready(&service, has_effort, arguments.json)?,
                Notice::Progress(percent) => eprintln!("tor: {percent} %"),
                Notice::Warning(said) => eprintln!("tor warns: {said}"),
            },
        }
    }
    service.stop().await;
    Ok(())
}

fn ready(service: &OnionService, has_effort: bool, as_json: bool) -> Result<(), Failure> {
    let address = service
        .address()
        .ok_or("tor made no address; look at what it warned of")?;
    if as_json {
        println!(
            "{}",
            serde_json::json!({"ready": address, "effort": has_effort})
        );
        return Ok(());
    }
    println!("{address} answers within a minute or two. Ctrl-C ends it.");
    println!("Put it on the list of entrances as an onion service.");
    if !has_effort {
        println!("This tor was built without proof of work: a flood is not slowed down.");
    }
    Ok(())
}
