//! What screens and pages say in one language, out of a Fluent file: message id → text.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The messages of one language.
pub struct Messages(FluentBundle<FluentResource>);

impl Messages {
    /// Reads the messages of a language from a Fluent file's text; `tag` is the language's, such as `ko`.
    ///
    /// A file that does not parse wholly still gives its good messages; `cargo xtask tidy` refuses such a file.
    pub fn parse(tag: &str, source: &str) -> Messages {
        let identifier: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Nothing that a contact wrote is ever put into a message, so no isolation marks are needed.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(source.to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(good, _)| good));
        Messages(bundle)
    }

    /// The message of an id.
    pub fn say(&self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// The message of an id with values in it: name → value. An id that the file does not have is given back, so that a person still sees
    /// which one is missing.
    pub fn say_with(&self, id: &str, values: &[(&str, &str)]) -> String {
        let message = self.0.get_message(id);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, FluentValue::from(*value));
        }
        let said = self
            .0
            .format_pattern(pattern, Some(&arguments), &mut Vec::new());
        said.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_said_with_its_values_and_a_missing_one_by_its_id() {
        let messages = Messages::parse("ko", "wait = { $minutes }분\nbroken {\n");
        assert_eq!(messages.say_with("wait", &[("minutes", "5")]), "5분");
        assert_eq!(messages.say("gone"), "gone");
    }
}
