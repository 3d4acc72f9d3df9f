//! What vectors about entrances, warnings, card packs and edited cards give.

use protocol::{EditingEvent, HandoverEvent, OutcomesEvent, TeamEvent};
use serde_json::{Value, json};
use statements::{
    Delegation, EntranceList, PackManifest, Partner, PublishedMonth, StatementError,
    UnverifiedStatement, Warning,
};

use super::check::hex;

/// What a statement of one of these kinds says.
pub(crate) fn statement(
    kind: &str,
    statement: &UnverifiedStatement,
    delegation: &Delegation,
) -> Result<Value, StatementError> {
    Ok(match kind {
        "entrance list" => {
            let list = EntranceList::verify(statement, delegation)?;
            let places = list.entrances.iter();
            let places: Vec<Value> = places
                .map(|place| json!({"kind": place.kind.word(), "address": place.address}))
                .collect();
            json!({"serial": list.serial, "good_until": list.good_until.0, "entrances": places, "fakes": list.fakes})
        }
        "warning" => {
            let warning = Warning::verify(statement, delegation)?;
            json!({"serial": warning.serial, "issued": warning.issued.0, "until": warning.until.0, "about": warning.about.word(), "address": warning.address})
        }
        "pack manifest" => {
            let pack = PackManifest::verify(statement, delegation)?;
            json!({"serial": pack.serial, "day": pack.day.0, "sums": hex(&pack.sums)})
        }
        "outcomes" => {
            let of = PublishedMonth::verify(statement, delegation)?;
            json!({"year": of.year(), "month": of.month(), "publication": hex(of.publication())})
        }
        "partner" => {
            let partner = Partner::verify(statement, delegation)?;
            let items = partner.items.iter();
            let items: Vec<Value> = items.map(|item| json!([item.what, item.why])).collect();
            json!({
                "serial": partner.serial, "id": hex(&partner.id.0), "until": partner.until.0, "name": partner.name, "office": partner.office,
                "items": items, "hash": hex(&partner.hash().0), "check_seed": hex(&partner.check_seed(&statement.line())),
            })
        }
        other => panic!("no statement {other}"),
    })
}

/// What an event of the log says.
pub(crate) fn event(event: &TeamEvent) -> Value {
    match event {
        TeamEvent::ReportFake { address } => json!({"fake": address}),
        TeamEvent::Editing(EditingEvent::Revise {
            revision,
            base,
            index,
            count,
            bytes,
        }) => {
            json!({"revise": hex(revision), "base": hex(base), "index": index, "count": count, "bytes": hex(bytes)})
        }
        TeamEvent::Editing(EditingEvent::Check {
            revision,
            day,
            kind,
            language,
            objection,
        }) => {
            json!({"check": hex(revision), "day": day.0, "kind": kind.code(), "language": language, "objection": objection.as_str()})
        }
        TeamEvent::Editing(EditingEvent::Drop { revision }) => json!({"drop": hex(revision)}),
        TeamEvent::Editing(EditingEvent::Remark {
            card,
            language,
            remark,
        }) => json!({"remark": remark.code(), "card": card, "language": language.tag()}),
        TeamEvent::Handover(HandoverEvent::Offer {
            proposal,
            case,
            partner,
            hash,
            urgent,
        }) => {
            json!({"offer": hex(proposal), "case": hex(&case.0), "partner": hex(&partner.0), "hash": hex(&hash.0), "urgent": urgent})
        }
        TeamEvent::Handover(HandoverEvent::RemovePartner { partner }) => {
            json!({"remove_partner": hex(&partner.0)})
        }
        TeamEvent::Outcomes(OutcomesEvent::Drawn { publication }) => {
            json!({"drawn": hex(publication)})
        }
        TeamEvent::Outcomes(OutcomesEvent::Agreed { publication }) => {
            json!({"agreed": hex(publication)})
        }
        _ => panic!("checked elsewhere"),
    }
}
