//! What a form brings: words and texts that wipe themselves.

use axum::body::Bytes;
use zeroize::Zeroizing;

/// The fields of a form.
pub(crate) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`; what is no such form has no fields.
    pub(crate) fn of(body: &Bytes) -> Form {
        let pairs = url::form_urlencoded::parse(body);
        let fields =
            pairs.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())));
        Form(fields.collect())
    }

    /// The first field of a name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        let found = fields.find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}
