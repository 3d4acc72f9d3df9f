//! A case's keeping secret in shares, so that no coordinator alone opens a case (Shamir's secret sharing, by `blahaj`).

use blahaj::{Share, Sharks};
use protocol::KeepingSecret;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The size of a share: its number u8 ‖ one byte for each of the secret.
pub(crate) const SHARE_SIZE: usize = 33;

/// One share of a keeping secret.
#[derive(Clone)]
pub(crate) struct KeepingShare(Zeroizing<[u8; SHARE_SIZE]>);

impl KeepingShare {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<KeepingShare> {
        bytes
            .try_into()
            .ok()
            .map(|b| KeepingShare(Zeroizing::new(b)))
    }

    pub(crate) fn expose(&self) -> &[u8; SHARE_SIZE] {
        &self.0
    }
}

/// Several shares of one device: 33 bytes each.
pub(crate) fn to_bytes(shares: &[KeepingShare]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(shares.len() * SHARE_SIZE));
    shares
        .iter()
        .for_each(|share| bytes.extend_from_slice(share.expose()));
    bytes
}

/// The shares of one device; none when it is something else.
pub(crate) fn from_bytes(bytes: &[u8]) -> Vec<KeepingShare> {
    if !bytes.len().is_multiple_of(SHARE_SIZE) {
        return Vec::new();
    }
    bytes
        .chunks(SHARE_SIZE)
        .filter_map(KeepingShare::from_bytes)
        .collect()
}

/// Splits a secret so that `threshold` of `count` shares give it back, and fewer tell nothing of it.
pub(crate) fn split(
    secret: &KeepingSecret,
    threshold: u8,
    count: usize,
    mut rng: &mut dyn CryptoRng,
) -> Vec<KeepingShare> {
    let dealer = Sharks(threshold.max(1)).dealer_rng(secret.expose(), &mut rng);
    dealer
        .take(count.min(u8::MAX.into()))
        .filter_map(|share| {
            let bytes = Zeroizing::new(Vec::from(&share));
            KeepingShare::from_bytes(&bytes)
        })
        .collect()
}

/// Puts a secret together again. With too few shares, or wrong ones, another secret comes out, which opens nothing; `None`
/// without any.
pub(crate) fn join(shares: &[KeepingShare]) -> Option<KeepingSecret> {
    let shares: Vec<Share> = shares
        .iter()
        .filter_map(|share| Share::try_from(share.expose().as_slice()).ok())
        .collect();
    let secret = Zeroizing::new(Sharks(1).recover(&shares).ok()?);
    let bytes: &[u8; 32] = secret.as_slice().try_into().ok()?;
    Some(KeepingSecret::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn two_of_five_give_the_secret_and_one_does_not() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let secret = KeepingSecret::random(&mut rng);
        let shares = split(&secret, 2, 5, &mut rng);
        assert_eq!(shares.len(), 5);
        for one in 0..5 {
            let alone = join(&shares[one..=one]).unwrap();
            assert!(!alone.is_same_as(&secret), "one share is not enough");
            for other in (0..5).filter(|other| *other != one) {
                let two = [shares[one].clone(), shares[other].clone()];
                assert!(join(&two).unwrap().is_same_as(&secret));
            }
        }
    }

    #[test]
    fn a_team_with_one_coordinator_has_one_share() {
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        let secret = KeepingSecret::random(&mut rng);
        let shares = split(&secret, 1, 1, &mut rng);
        assert!(join(&shares).unwrap().is_same_as(&secret));
    }

    #[test]
    fn a_changed_share_gives_another_secret() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let secret = KeepingSecret::random(&mut rng);
        let mut shares = split(&secret, 2, 2, &mut rng);
        let mut bytes = *shares[1].expose();
        bytes[20] ^= 1;
        shares[1] = KeepingShare::from_bytes(&bytes).unwrap();
        assert!(!join(&shares).unwrap().is_same_as(&secret));
    }
}
