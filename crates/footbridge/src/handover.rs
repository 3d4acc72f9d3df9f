//! `footbridge handover collect`: how a partner, or whoever carries for it, fetches what a contact has sealed for it.

use client::{ClientError, RelayClient};
use getrandom::SysRng;
use protocol::{HandedOver, HandoverSecret, HandoverStage, envelope_hash};
use rand_core::{Rng, UnwrapErr};
use serde_json::json;
use statements::Line;
use wire::{EnvelopeHash, LineId, SlotName, SlotNames};

use crate::cli::public::{HandoverCollectArguments, HandoverCommand};
use crate::{Failure, beside};

/// `footbridge handover`.
pub(crate) async fn run(command: HandoverCommand) -> Result<(), Failure> {
    match command {
        HandoverCommand::Collect(arguments) => collect(&arguments).await,
    }
}

/// A handover on its relay.
struct Place {
    relay: RelayClient,
    line: LineId,
    secret: HandoverSecret,
}

impl Place {
    async fn open(arguments: &HandoverCollectArguments) -> Result<Place, Failure> {
        let code = arguments.code.trim();
        let secret = HandoverSecret::from_code(code)
            .ok_or("this is no collection code: it has 64 letters and digits, from 0 to f")?;
        let relay = RelayClient::new(&arguments.relay)?;
        let line = Line::verify(&relay.line().await?, None)?.id();
        Ok(Place {
            relay,
            line,
            secret,
        })
    }

    /// What lies there, with the name of its envelope.
    async fn look(&self) -> Result<Option<(HandedOver, EnvelopeHash)>, ClientError> {
        let mut other = [0; 32];
        UnwrapErr(SysRng).fill_bytes(&mut other);
        let names = SlotNames([self.secret.slot(&self.line), SlotName(other)]);
        let [lies, _] = self.relay.read_slots(&names).await?;
        let opened = self.secret.open(&self.line, &lies.envelope).ok();
        Ok(opened.map(|handed_over| (handed_over, envelope_hash(&lies.envelope))))
    }

    /// Puts in its place that it was collected. Gives whether that was done: not if somebody has changed it since.
    async fn settle(&self, of: &HandedOver, replaces: EnvelopeHash) -> Result<bool, Failure> {
        let mut rng = UnwrapErr(SysRng);
        let stage = HandoverStage::Collected;
        let envelope = self.secret.settle(&self.line, of, stage, &mut rng)?;
        let write = self
            .secret
            .place(&self.line, envelope, Some(replaces), &mut rng);
        // The same bytes once more are answered as the first time.
        let written = match self.relay.write_slot(&write).await {
            Err(ClientError::NotKnown) => self.relay.write_slot(&write).await,
            answered => answered,
        };
        match written {
            Err(error) if error.is_conflict() => Ok(false),
            other => Ok(other.map(|()| true)?),
        }
    }
}

/// What a handover that does not wait any more means for whoever wants to collect it.
fn over(stage: HandoverStage) -> Option<&'static str> {
    match stage {
        HandoverStage::Waiting => None,
        HandoverStage::Collected => Some(
            "it was collected already; if that was not you, tell the line, and let the contact be told not to come",
        ),
        HandoverStage::TakenBack => Some("the contact has taken it back"),
    }
}

/// `footbridge handover collect`: the file is kept first and the relay told then, so that neither a power cut nor a lost answer loses it: the same
/// command again goes on with what was kept.
async fn collect(arguments: &HandoverCollectArguments) -> Result<(), Failure> {
    let out = &arguments.out;
    if out.exists() {
        return Err(format!("{} is there already; give another name", out.display()).into());
    }
    let part = beside::path(out);
    let place = Place::open(arguments).await?;
    let found = place.look().await?.ok_or(
        "nothing lies under this code: nothing was handed over yet, the line has taken the offer back, or the code or the address is another",
    )?;
    let (handed_over, hash) = found;
    match over(handed_over.stage) {
        None => {
            beside::write(&part, &handed_over.file)
                .map_err(|error| format!("can't write {}: {error}", part.display()))?;
            if !place.settle(&handed_over, hash).await? {
                let _ = std::fs::remove_file(&part);
                return Err("the contact has taken it back; nothing was kept here".into());
            }
        }
        // An earlier try kept it, and never heard that the relay had been told.
        Some(_) if handed_over.stage == HandoverStage::Collected && part.exists() => {}
        Some(why) => return Err(why.into()),
    }
    std::fs::rename(&part, out).map_err(|error| format!("it is in {}: {error}", part.display()))?;
    say(arguments);
    Ok(())
}

fn say(arguments: &HandoverCollectArguments) {
    let out = arguments.out.display();
    match arguments.json {
        true => println!("{}", json!({"collected": true, "file": out.to_string()})),
        false => println!(
            "{out} is sealed to the partner; the line cannot open it. It is not at the relay any more.\n\
             Open it:    age --decrypt --identity KEY {out} > handover.txt\n\
             Confirm it: tail -n 1 handover.txt > receipt.txt\n            \
             openssl pkeyutl -sign -rawin -inkey RECEIPT-KEY.pem -in receipt.txt | base64 -w 0\n\
             The line is sent receipt.txt and that signature, and nothing else."
        ),
    }
}
