//! `footbridge move`: a line from one store to another, while no relay serves it.

use std::path::{Path, PathBuf};

use relay::{EndError, Move, MoveError, MoveId, Progress, Tally};
use serde_json::json;
use store_postgres::PostgresEnd;
use store_sqlite::SqliteEnd;
use wire::LineId;

use crate::Failure;
use crate::cli::MoveArguments;
use crate::config::{Address, Config};
use crate::serve::read_line;

/// How many rows go together: about a megabyte.
const BATCH: usize = 256;

/// Where a store is.
enum Place {
    Directory(PathBuf),
    Database(Address),
}

/// What was typed for one end: a store, and the line if a configuration named it.
struct Named {
    place: Place,
    line: Option<LineId>,
}

impl Named {
    /// A configuration, an address of a database, or a directory.
    fn parse(text: &str) -> Result<Named, Failure> {
        if text.starts_with("postgresql://") || text.starts_with("postgres://") {
            let place = Place::Database(Address(text.to_owned()));
            return Ok(Named { place, line: None });
        }
        let path = Path::new(text);
        if path.extension().is_none_or(|extension| extension != "toml") {
            let place = Place::Directory(path.to_owned());
            return Ok(Named { place, line: None });
        }
        let config = Config::load(path)?;
        Ok(Named {
            line: Some(read_line(&config.line)?.line()),
            place: match config.database {
                Some(address) => Place::Database(address),
                None => Place::Directory(config.store),
            },
        })
    }
}

impl Place {
    /// For people; an address may hold a password.
    fn shown(&self) -> String {
        match self {
            Place::Directory(path) => path.display().to_string(),
            Place::Database(_) => "the database".into(),
        }
    }

    /// What becomes of a store that was left, in words.
    fn how_to_destroy(&self) -> String {
        match self {
            Place::Directory(path) => {
                let [_, cells] = store_sqlite::files(path);
                format!(
                    "shred --remove {} && rm -r {}",
                    cells.display(),
                    path.display()
                )
            }
            Place::Database(_) => "DROP DATABASE, as its owner; what its write-ahead log, standbys and dumps keep goes when those do".into(),
        }
    }

    /// What a configuration says to serve from it.
    fn setting(&self) -> String {
        match self {
            Place::Directory(path) => format!("store = \"{}\", and no database", path.display()),
            Place::Database(_) => "database = the address that you gave".into(),
        }
    }

    async fn open(&self) -> Result<End, Failure> {
        Ok(match self {
            Place::Directory(path) => End::Sqlite(Box::new(SqliteEnd::open(path)?)),
            Place::Database(address) => {
                End::Postgres(Box::new(PostgresEnd::open(&address.0).await?))
            }
        })
    }

    /// Opening a store makes one; a source has to be there.
    fn refuse_nothing(&self) -> Result<(), Failure> {
        match self {
            Place::Directory(path) if !store_sqlite::files(path)[0].exists() => {
                Err(format!("there is no store in {}", path.display()).into())
            }
            _ => Ok(()),
        }
    }
}

/// A store that no relay has.
enum End {
    Sqlite(Box<SqliteEnd>),
    Postgres(Box<PostgresEnd>),
}

impl End {
    async fn have(&self) -> Result<(), Failure> {
        match self {
            // Whoever has opened it has it.
            End::Sqlite(_) => Ok(()),
            End::Postgres(end) => Ok(end.have().await?),
        }
    }

    async fn line(&mut self) -> Result<Option<LineId>, EndError> {
        match self {
            End::Sqlite(end) => relay::line_of(&mut **end).await,
            End::Postgres(end) => relay::line_of(&mut **end).await,
        }
    }

    async fn give_up(&mut self) -> Result<(), EndError> {
        match self {
            End::Sqlite(end) => relay::give_up(&mut **end).await,
            End::Postgres(end) => relay::give_up(&mut **end).await,
        }
    }
}

const SAME: &str = "the two are one store; nothing was touched";

/// Opens both ends, and refuses one store twice: a directory would only say that somebody has it, and a database would wait for itself.
async fn open_both(from: &Place, to: &Place) -> Result<(End, End), Failure> {
    if let (Place::Directory(from), Place::Directory(to)) = (from, to) {
        let real = |path: &Path| path.canonicalize().ok();
        if from == to || real(from).is_some_and(|from| real(to) == Some(from)) {
            return Err(SAME.into());
        }
    }
    let source = from.open().await?;
    let destination = to.open().await?;
    if let (End::Postgres(from), End::Postgres(to)) = (&source, &destination)
        && from.is_same(to).await?
    {
        return Err(SAME.into());
    }
    source.have().await?;
    destination.have().await?;
    Ok((source, destination))
}

/// A move with a fresh name.
pub(crate) fn named(line: LineId, again: bool) -> Result<Move, Failure> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| "the system gives no randomness")?;
    Ok(Move {
        line,
        id: MoveId(id),
        again,
        batch: BATCH,
    })
}

/// Tells how far it is, once for each hundredth.
pub(crate) fn teller() -> impl FnMut(Progress) + Send {
    let mut told = None;
    move |progress| {
        let (what, done, all) = match progress {
            Progress::Copied(done, all) => ("copied", done, all),
            Progress::Compared(done, all) => ("compared", done, all),
            Progress::Equal => {
                eprintln!("equal on both sides");
                return;
            }
        };
        let hundredth = (what, done * 100 / all.max(1));
        if told != Some(hundredth) {
            eprintln!("{what} {done} of {all}");
            told = Some(hundredth);
        }
    }
}

async fn carry(this: &Move, from: &mut End, to: &mut End) -> Result<Tally, MoveError> {
    match (from, to) {
        (End::Sqlite(from), End::Sqlite(to)) => this.carry(&mut **from, &mut **to, teller()).await,
        (End::Sqlite(from), End::Postgres(to)) => {
            this.carry(&mut **from, &mut **to, teller()).await
        }
        (End::Postgres(from), End::Sqlite(to)) => {
            this.carry(&mut **from, &mut **to, teller()).await
        }
        (End::Postgres(from), End::Postgres(to)) => {
            this.carry(&mut **from, &mut **to, teller()).await
        }
    }
}

/// The line that is moved, as the configurations name it; without any, as the source's own statements do.
async fn line(from: &Named, to: &Named, source: &mut End) -> Result<LineId, Failure> {
    match (from.line, to.line) {
        (Some(from), Some(to)) if from != to => Err(MoveError::OtherLine.into()),
        (Some(line), _) | (None, Some(line)) => Ok(line),
        (None, None) => {
            let named = source.line().await.map_err(MoveError::Source)?;
            named.ok_or_else(|| {
                "the store does not say of which line it is: name its configuration in place of it"
                    .into()
            })
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn told(tally: &Tally, from: &Place, to: &Place) {
    println!(
        "Moved: {} posts, {} entries of the team log, {} slots, {} statements, and {} places of what was shredded. Read back, all of it is equal on both sides.",
        tally.posts, tally.entries, tally.slots, tally.statements, tally.shredded
    );
    println!(
        "To serve from it, the configuration says: {}.",
        to.setting()
    );
    println!(
        "No relay serves from {} any more, and nothing of it was deleted. When desks and pages work with the new one, destroy it: {}",
        from.shown(),
        from.how_to_destroy()
    );
}

async fn give_up(from: &Place, json: bool) -> Result<(), Failure> {
    let mut source = from.open().await?;
    source.have().await?;
    match source.give_up().await {
        Ok(()) => {}
        Err(EndError::Changed) => {
            return Err("no move from this store can be given up: none was begun, or all of it has arrived, and the same command as before finishes it; nothing was changed".into());
        }
        Err(error) => return Err(MoveError::Source(error).into()),
    }
    match json {
        true => println!("{}", json!({"given_up": true})),
        false => println!(
            "The move is given up: relays may serve from it again. What is in the destination is half a line; destroy it, or move there again with --again."
        ),
    }
    Ok(())
}

/// `footbridge move`.
pub(crate) async fn run(arguments: &MoveArguments) -> Result<(), Failure> {
    let from = Named::parse(&arguments.from)?;
    from.place.refuse_nothing()?;
    let Some(to) = &arguments.to else {
        return give_up(&from.place, arguments.json).await;
    };
    let to = Named::parse(to)?;
    let (mut source, mut destination) = open_both(&from.place, &to.place).await?;
    let line = line(&from, &to, &mut source).await?;
    let this = named(line, arguments.again)?;
    let tally = carry(&this, &mut source, &mut destination).await?;
    if arguments.json {
        println!(
            "{}",
            json!({
                "moved": true,
                "posts": tally.posts,
                "log_entries": tally.entries,
                "slots": tally.slots,
                "statements": tally.statements,
                "shredded": tally.shredded,
                "hash": hex(&tally.hash),
            })
        );
        return Ok(());
    }
    told(&tally, &from.place, &to.place);
    Ok(())
}
