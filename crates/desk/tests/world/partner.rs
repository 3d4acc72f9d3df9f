//! A partner with its keys, and what a contact's page does with an offer.

use desk::{CaseLabel, Command, PartnerView, Proposed};
use ed25519_dalek::{Signer, SigningKey};
use protocol::{Consent, HandoverStage, Offer};
use rand_core::Rng;
use statements::{Act, AgeRecipient, AskedItem, Partner, PartnerHash, PartnerId, Signature, Stage};
use wire::{Day, SlotContent};

use super::{Contact, World, permission};

/// What the contact says to the partner, and to nobody else.
pub(crate) const SECRETS: [&str; 2] = ["CANARY Ri Hyok", "CANARY 044 000 00 00"];

/// With what the partner signs receipts.
pub(crate) fn receipt_key() -> SigningKey {
    SigningKey::from_bytes(&[0x5a; 32])
}

/// What a coordinator types of a partner.
pub(crate) fn partner(world: &World) -> Partner {
    let item = |what: &str, why: &str| AskedItem {
        what: what.into(),
        why: why.into(),
    };
    Partner {
        serial: 0,
        id: PartnerId([0; 16]),
        from: Day(0),
        until: world.now.day().plus(80),
        language: 1,
        name: "Harbour Office".into(),
        office: "a lawyers' office, Kyiv".into(),
        // The base point of the curve is a key that anybody can seal to.
        recipient: AgeRecipient::X25519(core::array::from_fn(|at| if at == 0 { 9 } else { 0 })),
        receipt_key: receipt_key().verifying_key().to_bytes(),
        items: vec![
            item("The name by which we call you", "So that we know who comes"),
            item("A number", "So that we can ask back"),
        ],
    }
}

/// Coordinators 0 and 1, of whom both must agree; guide 2, who may hand over; handover officer 3; guide 4, who may not; a shift for all,
/// and one partner.
pub(crate) fn line_with_partner(seed: u64) -> (World, PartnerId) {
    let mut world = World::found(seed);
    world.admit("Magpie", Stage::Coordinator);
    world.admit("Wren", Stage::Guide);
    world.admit("Swift", Stage::HandoverOfficer);
    world.admit("Crane", Stage::Guide);
    for station in [0, 2, 3] {
        let permit = Command::Permit {
            device: world.device(station),
            permission: permission(Act::HandOver, world.now.day(), 200),
        };
        world.command(0, permit);
        world.settle();
    }
    world.delegate(2, 2, &[0, 1]);
    world.plan(8, &[0, 1, 2, 3, 4]);
    let new = partner(&world);
    admit(&mut world, new, None);
    for station in 0..5 {
        world.told(station);
    }
    let id = partners(&world, 2)[0].partner.id;
    (world, id)
}

/// Proposed by one coordinator, agreed to by the other.
pub(crate) fn admit(world: &mut World, partner: Partner, renews: Option<PartnerId>) {
    let partner = Box::new(partner);
    world.command(0, Command::AdmitPartner { partner, renews });
    world.settle();
    agree(world, 1, |what| matches!(what, Proposed::Partner { .. }));
}

/// A desk agrees to the proposal that is so.
pub(crate) fn agree(world: &mut World, station: usize, is: impl Fn(&Proposed) -> bool) {
    let view = world.stations[station].desk.view(world.now);
    let found = view.proposals.iter().find(|open| is(&open.what));
    let label = found.expect("it is proposed").label;
    world.command(station, Command::Approve(label));
    world.settle();
}

pub(crate) fn partners(world: &World, station: usize) -> Vec<PartnerView> {
    world.stations[station].desk.view(world.now).partners
}

/// Desk 2 has a case, asks, and desk 3 agrees.
pub(crate) fn offered(world: &mut World, partner: PartnerId) -> (Contact, CaseLabel) {
    let (mut contact, case) = case_of(world);
    ask(world, case, partner);
    agree(world, 3, |what| matches!(what, Proposed::Handover { .. }));
    assert_eq!(contact.collect(world), ["taken", "offered"]);
    world.settle();
    (contact, case)
}

pub(crate) fn case_of(world: &mut World) -> (Contact, CaseLabel) {
    let mut contact = Contact::new(world);
    contact.write(world, "hello");
    world.settle();
    world.command(2, Command::TakeNext);
    world.settle();
    (contact, world.cases(2)[0])
}

pub(crate) fn ask(world: &mut World, case: CaseLabel, partner: PartnerId) {
    world.command(2, Command::AskHandover { case, partner });
    world.settle();
}

/// The page seals what the contact agreed to, and writes it. Returns the receipt's line as the partner will read it.
pub(crate) fn hand_over(world: &mut World, contact: &Contact) -> String {
    let offer = contact.state.offer().expect("an offer stands");
    let partner = read_offer(world, offer).expect("the partner's statement lies there");
    // The first 32 bytes that sealing draws are the receipt's nonce.
    let mut nonce = [0; 32];
    world.rng.clone().fill_bytes(&mut nonce);
    let answers = [(0, SECRETS[0]), (1, SECRETS[1])];
    let consent = Consent {
        partner: &partner,
        answers: &answers,
        meeting: "harbour lantern",
    };
    let sealed = consent.seal(&world.id, offer, &mut world.rng);
    let content = SlotContent {
        shred_key: [1; 32],
        envelope: sealed.expect("the answers fit"),
    };
    let [_, slot] = offer.slots(&world.id);
    world.relay.slots.insert(slot.0, content);
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    format!(
        "footbridge-receipt-1 {} {}\n",
        hex(&world.id.0),
        hex(&nonce)
    )
}

/// What lies in the handover's slot is replaced, as by the partner who collects it or by the contact who takes it back.
pub(crate) fn settle(world: &mut World, offer: &Offer, stage: HandoverStage) {
    let [_, slot] = offer.slots(&world.id);
    let secret = offer.secret.handover(&world.id);
    let found = world.relay.read(&slot).envelope;
    let found = secret.open(&world.id, &found).expect("it lies there");
    let settled = secret.settle(&world.id, &found, stage, &mut world.rng);
    let content = SlotContent {
        shred_key: [2; 32],
        envelope: settled.expect("its size is fixed"),
    };
    world.relay.slots.insert(slot.0, content);
}

/// What the page finds in the offer's slot, as it verifies it.
pub(crate) fn read_offer(world: &World, offer: &Offer) -> Option<Partner> {
    let [slot, _] = offer.slots(&world.id);
    let found = world.relay.read(&slot);
    let statement = offer.open(&world.id, &found.envelope).ok()?;
    let line = world.relay.line(Some(&world.id));
    Partner::verify(&statement, line.delegation()).ok()
}

/// Whether anything lies in the two slots of an offer.
pub(crate) fn lies(world: &World, offer: &Offer) -> [bool; 2] {
    let slots = offer.slots(&world.id);
    slots.map(|slot| world.relay.slots.contains_key(&slot.0))
}

pub(crate) fn sign(line: &str) -> Box<Signature> {
    Box::new(receipt_key().sign(line.as_bytes()).to_bytes())
}

pub(crate) fn give_receipt(world: &mut World, station: usize, case: CaseLabel, line: &str) {
    let receipt = Command::GiveReceipt {
        case,
        line: line.into(),
        signature: sign(line),
    };
    world.command(station, receipt);
    world.settle();
}

/// The hash of a partner's newest statement.
pub(crate) fn newest(world: &World, id: PartnerId) -> PartnerHash {
    let all = partners(world, 2);
    let found = all.iter().find(|view| view.partner.id == id);
    found.expect("it is known").partner.hash()
}
