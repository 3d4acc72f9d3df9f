//! What forms about members and permissions ask, and how what was typed in them is read.

use desk::Refusal;
use maud::{Markup, html};
use protocol::{Exclusions, Language};
use statements::{Act, Permission, Profile, Stage};
use wire::Day;

use super::door::Fields;
use super::page::{Page, language_name};
use crate::card_set::{date_of, day_of};

/// For how many days a member is admitted and permitted, unless somebody says otherwise.
pub(super) const USUAL_DAYS: u32 = 365;
/// How many years of service anybody can have.
const MOST_YEARS: u8 = 60;

/// A form's values: what was typed, if it was sent before and refused, and what is proposed otherwise.
#[derive(Clone, Copy, Default)]
pub(super) struct Typed<'a>(pub(super) Option<&'a Fields>);

impl Typed<'_> {
    /// The value of a field.
    pub(super) fn value(self, name: &str, proposed: &str) -> String {
        let typed = self.0.map(|fields| fields.get(name).to_owned());
        typed.unwrap_or_else(|| proposed.to_owned())
    }

    /// Whether a box is ticked, or an option chosen.
    pub(super) fn is_chosen(self, name: &str, value: &str, proposed: bool) -> bool {
        self.0.map_or(proposed, |fields| {
            fields.all(name).any(|chosen| chosen == value)
        })
    }
}

/// A label above its field.
pub(super) fn labelled(label: &str, field: &Markup) -> Markup {
    html! { label.field { span { (label) } (field) } }
}

/// A line of text.
pub(super) fn line(name: &str, label: &str, value: &str, is_required: bool) -> Markup {
    let limit = statements::LINE_SIZE;
    let field = html! {
        input name=(name) value=(value) maxlength=(limit) required[is_required] dir="auto"
            autocomplete="off" data-testid={ "field-" (name) };
    };
    labelled(label, &field)
}

/// A date.
pub(super) fn date(name: &str, label: &str, value: &str) -> Markup {
    let field = html! { input type="date" name=(name) value=(value) required data-testid={ "field-" (name) }; };
    labelled(label, &field)
}

/// The name of a stage.
pub(super) fn stage_name(page: &Page, stage: Stage) -> String {
    page.say(&format!("stage-{}", stage.word()))
}

/// The name of what a permission allows.
pub(super) fn act_name(page: &Page, act: Act) -> String {
    page.say(&format!("act-{}", act.word()))
}

/// The choice of a stage.
pub(super) fn stage_choice(page: &Page, typed: Typed<'_>, proposed: Stage) -> Markup {
    let field = html! {
        select name="stage" data-testid="stage" {
            @for stage in Stage::ALL.iter().copied() {
                option value=(stage.word()) selected[typed.is_chosen("stage", stage.word(), stage == proposed)] {
                    (stage_name(page, stage))
                }
            }
        }
    };
    labelled(&page.say("stage"), &field)
}

/// A language by its tag: its name, or the tag when the screens have no name for it.
pub(super) fn tag_name(page: &Page, tag: &str) -> String {
    match Language::from_tag(tag) {
        Some(language) => language_name(page.strings(), language),
        None => tag.to_owned(),
    }
}

/// What somebody wants known of him.
pub(super) fn profile_fields(page: &Page, typed: Typed<'_>, proposed: &Profile) -> Markup {
    let joined = |items: &[String]| items.join(", ");
    let years = match proposed.years {
        0 => String::new(),
        years => years.to_string(),
    };
    html! {
        fieldset {
            legend { (page.say("profile")) }
            p.hint { (page.say("profile-hint")) }
            (line("languages", &page.say("languages-tags"), &typed.value("languages", &joined(&proposed.languages)), false))
            (line("dialects", &page.say("dialects"), &typed.value("dialects", &joined(&proposed.dialects)), false))
            (line("topics", &page.say("topics"), &typed.value("topics", &joined(&proposed.topics)), false))
            (line("branch", &page.say("branch"), &typed.value("branch", &proposed.branch), false))
            (labelled(&page.say("years"), &html! {
                input type="number" name="years" min="0" max=(MOST_YEARS) value=(typed.value("years", &years)) data-testid="field-years";
            }))
            fieldset {
                legend { (page.say("outside")) }
                p.hint { (page.say("outside-hint")) }
                @for (word, group) in OUTSIDE {
                    label.choice {
                        input type="checkbox" name="outside" value=(word) checked[proposed.outside & group.bits() != 0] data-testid="field-outside";
                        " " (page.say(&format!("outside-{word}")))
                    }
                }
            }
        }
    }
}

/// Under whose word, by which document, how far, from when until when.
pub(super) fn permission_fields(page: &Page, typed: Typed<'_>) -> Markup {
    let today = page.shown.now.day();
    let (from, until) = (date_of(today), date_of(today.plus(USUAL_DAYS)));
    let me = &page.shown.view.work_name;
    html! {
        (line("authority", &page.say("permission-authority"), &typed.value("authority", me), true))
        (line("document", &page.say("permission-document"), &typed.value("document", ""), false))
        (line("scope", &page.say("permission-scope"), &typed.value("scope", ""), false))
        (date("permission-from", &page.say("permission-from"), &typed.value("permission-from", &from)))
        (date("permission-until", &page.say("permission-until"), &typed.value("permission-until", &until)))
    }
}

/// The items of a list as people write lists.
pub(super) fn items(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', '、', '，', '\n']);
    let trimmed = parts.map(str::trim).filter(|item| !item.is_empty());
    trimmed.map(str::to_owned).collect()
}

/// A count of years, blank when not said.
pub(super) fn years(text: &str) -> Option<u8> {
    match text.trim() {
        "" => Some(0),
        text => text.parse().ok().filter(|years| *years <= MOST_YEARS),
    }
}

/// The groups to which a guide says not to belong.
fn outside(fields: &Fields) -> u8 {
    let bits = fields.all("outside").filter_map(group);
    bits.fold(0, |all, group| all | group)
}

/// The bit of the group of a word.
pub(super) fn group(word: &str) -> Option<u8> {
    let known = OUTSIDE.iter().find(|(known, _)| *known == word);
    known.map(|(_, group)| group.bits())
}

/// The words of groups.
pub(super) fn group_words(bits: u8) -> Vec<&'static str> {
    let set = OUTSIDE.iter().filter(|(_, group)| bits & group.bits() != 0);
    set.map(|(word, _)| *word).collect()
}

/// The groups that a contact may exclude, by the words under which forms name them.
const OUTSIDE: [(&str, Exclusions); 4] = [
    ("army", Exclusions::ARMY),
    ("region", Exclusions::REGION),
    ("men", Exclusions::MEN),
    ("women", Exclusions::WOMEN),
];

/// The profile that a form gives.
pub(super) fn profile(fields: &Fields) -> Result<Profile, Refusal> {
    let profile = Profile {
        outside: outside(fields),
        languages: items(fields.get("languages")),
        dialects: items(fields.get("dialects")),
        topics: items(fields.get("topics")),
        branch: fields.get("branch").trim().to_owned(),
        years: years(fields.get("years")).ok_or(Refusal::BadProfile)?,
    };
    match profile.is_valid() {
        true => Ok(profile),
        false => Err(Refusal::BadProfile),
    }
}

/// The day in a field.
pub(super) fn day(fields: &Fields, name: &str) -> Result<Day, Refusal> {
    day_of(fields.get(name).trim()).ok_or(Refusal::BadDay)
}

/// The stage in a field.
pub(super) fn stage(fields: &Fields) -> Option<Stage> {
    Stage::from_word(fields.get("stage"))
}

/// The permission that a form gives for an act.
pub(super) fn permission(fields: &Fields, act: Act) -> Result<Permission, Refusal> {
    let text = |name: &str| fields.get(name).trim().to_owned();
    let permission = Permission {
        act,
        authority: text("authority"),
        document: text("document"),
        scope: text("scope"),
        from: day(fields, "permission-from")?,
        until: day(fields, "permission-until")?,
    };
    match permission.is_valid() {
        true => Ok(permission),
        false => Err(Refusal::BadPermission),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_people_write_lists() {
        assert_eq!(items(" ko, ru ;uk、en,, "), ["ko", "ru", "uk", "en"]);
        assert_eq!(items(" , "), Vec::<String>::new());
    }

    #[test]
    fn years_are_a_small_number_or_not_said() {
        assert_eq!(years(" "), Some(0));
        assert_eq!(years("12"), Some(12));
        for wrong in ["-1", "61", "ten", "1.5"] {
            assert_eq!(years(wrong), None, "{wrong}");
        }
    }
}
