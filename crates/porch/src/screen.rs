//! The pages: few words, large targets, no script, nothing from elsewhere.

use maud::{DOCTYPE, Markup, html};
use protocol::{Shown, Urgency};
use record::date_of;
use statements::{FinalNotice, Line, Wait, Warning};

use crate::form::Form;
use crate::language::Language;
use crate::shown;

/// What somebody is writing, as it stands in the form.
pub(crate) struct Written {
    text: zeroize::Zeroizing<String>,
    urgency: String,
    answer: String,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// What in it can kill.
    pub(crate) careful: Option<String>,
    /// Whether a guide has the case.
    pub(crate) taken: bool,
    /// The code with which the relay refused it, or nothing.
    pub(crate) refused: String,
}

impl Written {
    /// Nothing was written yet.
    pub(crate) fn reading(taken: bool) -> Written {
        Written {
            text: zeroize::Zeroizing::default(),
            urgency: "3".into(),
            answer: String::new(),
            error: None,
            careful: None,
            taken,
            refused: String::new(),
        }
    }

    /// What a form holds.
    pub(crate) fn of(form: &Form, taken: bool) -> Written {
        Written {
            text: zeroize::Zeroizing::new(form.get("text").to_owned()),
            urgency: form.get("urgency").to_owned(),
            answer: form.get("answer").to_owned(),
            ..Written::reading(taken)
        }
    }
}

fn document(tag: &str, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(tag) dir="ltr" translate="no" {
            head {
                meta charset="utf-8";
                title { (title) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex, nofollow";
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/porch.css";
            }
            body { (body) }
        }
    }
}

fn page(language: Language, body: &Markup) -> Markup {
    let whole = html! {
        header {
            nav aria-label=(language.say("language")) {
                @for other in Language::all() {
                    @let name = other.say(&format!("language-{}", other.tag()));
                    @if other == language { span aria-current="page" { (name) } }
                    @else { a href={ "/" (other.tag()) "/" } lang=(other.tag()) { (name) } }
                }
            }
        }
        main {
            h1 { (language.say("title")) }
            p.warning { (language.say("porch-reads")) }
            (body)
        }
    };
    document(language.tag(), &language.say("title"), &whole)
}

/// A form of one button.
fn button(language: Language, step: &str, label: &str, class: &str, open: &str) -> Markup {
    html! {
        form method="post" action={ "/" (language.tag()) "/" (step) } {
            @if !open.is_empty() { input type="hidden" name="open" value=(open); }
            button.(class) type="submit" { (language.say(label)) }
        }
    }
}

/// The page that offers languages; it says nothing of what it is.
pub(crate) fn languages() -> Markup {
    let links = html! {
        main {
            ul.links {
                @for language in Language::all() {
                    @let tag = language.tag();
                    li { a href={ "/" (tag) "/" } lang=(tag) { (language.say(&format!("language-{tag}"))) } }
                }
            }
        }
    };
    document("en", &Language::ENGLISH.say("title"), &links)
}

/// A page that says nothing.
pub(crate) fn blank() -> Markup {
    let title = Language::ENGLISH.say("title");
    document("en", &title, &Markup::default())
}

fn wait(language: Language, wait: Option<&Wait>) -> String {
    match wait {
        Some(wait) if wait.guides == 0 => language.say("wait-none-on-duty"),
        Some(Wait {
            expected: Some(minutes),
            ..
        }) if *minutes > 90 => {
            let hours = minutes.div_ceil(60).to_string();
            language.say_with("wait-hours", &[("hours", &hours)])
        }
        Some(Wait {
            expected: Some(minutes),
            ..
        }) => {
            let minutes = minutes.max(&1).to_string();
            language.say_with("wait-minutes", &[("minutes", &minutes)])
        }
        _ => language.say("wait-unknown"),
    }
}

/// What the line warns of.
fn warned(language: Language, warning: &Warning) -> Markup {
    let id = format!("warned-{}", warning.about.word());
    let since = date_of(warning.issued.day());
    html! {
        section.warning role="note" {
            p.trouble { (language.say_with(&id, &[("date", &since)])) }
            @if !warning.address.is_empty() { p { bdi.address { (warning.address) } } }
        }
    }
}

/// That the line ends, or has ended.
fn ends(language: Language, notice: &FinalNotice, is_over: bool) -> Markup {
    let id = if is_over { "ends-over" } else { "ends-orderly" };
    html! {
        section.warning role="note" data-testid="ends" {
            p.trouble { (language.say_with(id, &[("date", &date_of(notice.last_day))])) }
        }
    }
}

/// What this is, whose line, and the two ways in.
pub(crate) fn start(language: Language, line: Option<&Line>, told: Option<&Wait>) -> Markup {
    let words = line.map(|line| words::check_words(language.list(), &line.id().0).join(" "));
    let is_over = line.is_some_and(Line::is_over);
    let body = html! {
        @if let Some(notice) = line.and_then(Line::final_notice) { (ends(language, notice, is_over)) }
        @if let Some(warning) = line.and_then(Line::warning) { (warned(language, warning)) }
        p { (language.say("start-what")) }
        p { (language.say("start-limits")) }
        p.small { (language.say("start-danger")) }
        p { (wait(language, told)) }
        @if !is_over {
            (button(language, "words", "start-new", "main", ""))
            (button(language, "type", "start-return", "main", ""))
        }
        div.check {
            h2 { (language.say("check-words-label")) }
            @if let Some(words) = words { p.words { (words) } }
            p.small { (language.say("check-words-why")) }
        }
    };
    page(language, &body)
}

fn words_form(language: Language, typed: &str, error: Option<&str>) -> Markup {
    html! {
        form method="post" action={ "/" (language.tag()) "/open" } autocomplete="off" {
            label for="words" { (language.say("words-type")) }
            @if let Some(error) = error { p.trouble role="alert" { (error) } }
            textarea #words name="words" rows="3" autocomplete="off" autocapitalize="off" spellcheck="false" { "\n" (typed) }
            button.main type="submit" { (language.say("words-open")) }
        }
    }
}

/// Seven new words, and where they are typed back.
pub(crate) fn words(language: Language, words: &str) -> Markup {
    let body = html! {
        h2 { (language.say("words-show")) }
        ol.seven { @for word in words.split(' ') { li { (word) } } }
        p.small { (language.say("words-any")) }
        (words_form(language, "", None))
        (button(language, "words", "words-other", "plain", ""))
    };
    page(language, &body)
}

/// Where words are typed; what was typed stays there beside what is wrong with it.
pub(crate) fn typing(language: Language, typed: &str, error: Option<&str>) -> Markup {
    page(language, &words_form(language, typed, error))
}

/// Something does not work, and what to do next.
pub(crate) fn trouble(language: Language, id: &str) -> Markup {
    let body = html! {
        p.trouble role="alert" { (language.say(id)) }
        p { a href={ "/" (language.tag()) "/" } { (language.say("try-again")) } }
    };
    page(language, &body)
}

/// The conversation was closed meanwhile; what was written is not lost.
pub(crate) fn away(language: Language, text: &str) -> Markup {
    let body = html! {
        p.trouble role="alert" { (language.say("porch-away")) }
        @if !text.is_empty() { p.text dir="auto" { (text) } }
        (words_form(language, "", None))
    };
    page(language, &body)
}

fn choices(language: Language, written: &Written) -> Markup {
    let urgencies = [
        (Urgency::Minutes, "urgency-minutes"),
        (Urgency::Hours, "urgency-hours"),
        (Urgency::Days, "urgency-days"),
        (Urgency::NoHurry, "urgency-none"),
    ];
    let answer = match written.answer.as_str() {
        "" => language.list().language(),
        chosen => chosen,
    };
    html! {
        fieldset {
            legend { (language.say("write-urgency")) }
            @for (urgency, id) in urgencies {
                @let value = urgency.code().to_string();
                label {
                    input type="radio" name="urgency" value=(value) checked[written.urgency == value];
                    (language.say(id))
                }
            }
        }
        label for="answer" { (language.say("write-answer-language")) }
        select #answer name="answer" {
            // Guides are asked for a language; how it is written is the page's affair.
            @for list in words::List::ALL {
                @let tag = list.language();
                option value=(tag) selected[tag == answer] { (language.say(&format!("language-{tag}"))) }
            }
        }
    }
}

fn writing(language: Language, name: &str, written: &Written) -> Markup {
    html! {
        form method="post" action={ "/" (language.tag()) "/write" } autocomplete="off" {
            input type="hidden" name="open" value=(name);
            label for="text" { (language.say(if written.taken { "write-back" } else { "write-label" })) }
            p.warning #do-not { (language.say("write-do-not")) }
            p { (language.say("porch-reads-this")) }
            @if let Some(error) = &written.error { p.trouble role="alert" { (error) } }
            @if let Some(careful) = &written.careful { p.trouble role="alert" { (careful) } }
            textarea #text name="text" rows="7" aria-describedby="do-not" autocomplete="off" spellcheck="false" dir="auto" {
                "\n" (written.text.as_str())
            }
            @if written.careful.is_some() {
                label { input type="checkbox" name="as-it-is" value="yes"; " " (language.say("porch-as-it-is")) }
            }
            (choices(language, written))
            button.main type="submit" { (language.say("write-send")) }
        }
    }
}

/// The conversation: what it shows, what became of the last step, and where to write.
pub(crate) fn talk(language: Language, name: &str, all: &[Shown], written: &Written) -> Markup {
    let outcome = shown::outcome(all, &written.refused);
    let is_pending = all
        .iter()
        .any(|one| matches!(one, Shown::NotKnownWhether(_)));
    let may_retry = is_pending || outcome.is_some_and(|(_, again)| again);
    let is_sent = outcome.is_some_and(|(id, _)| id == "sent");
    let body = html! {
        @for one in all { (shown::item(language, one)) }
        @if let Some((id, _)) = outcome { p.outcome role="status" { (language.say(id)) } }
        @if may_retry { (button(language, "again", "send-again", "main", name)) }
        @if is_sent { p { (language.say("come-back")) } }
        @else { (writing(language, name, written)) }
        (button(language, "leave", "leave", "plain", name))
    };
    page(language, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guides_are_asked_for_korean_however_the_page_writes_it() {
        for tag in ["ko", "ko-KP"] {
            let language = Language::of(tag).unwrap();
            assert_eq!(language.tag(), tag);
            let shown = choices(language, &Written::reading(false)).into_string();
            assert!(shown.contains("<option value=\"ko\" selected>"), "{shown}");
            assert!(!shown.contains("value=\"ko-KP\""), "{shown}");
        }
    }
}
