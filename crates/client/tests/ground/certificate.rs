//! A certificate of a test's own.

use std::path::PathBuf;

use server::Tls;
use tempfile::TempDir;

/// A certificate for `localhost`, signed by itself, and its key.
pub(crate) struct Certificate {
    pub(crate) directory: TempDir,
}

impl Certificate {
    pub(crate) fn new() -> Certificate {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = Certificate {
            directory: tempfile::tempdir().unwrap(),
        };
        std::fs::write(certificate.path(), made.cert.pem()).unwrap();
        std::fs::write(certificate.key(), made.signing_key.serialize_pem()).unwrap();
        certificate
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("certificate.pem")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.directory.path().join("key.pem")
    }

    pub(crate) fn tls(&self) -> Tls {
        Tls::load(&self.path(), &self.key()).unwrap()
    }
}
