//! Pages as the bytes of a PDF: real text with embedded fonts, tagged for whoever has it read aloud (PDF/UA-1), and nothing of the
//! machine, the program or the time.

use std::num::NonZeroU16;

use krilla::color::luma;
use krilla::configure::{Configuration, Validator};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagTree,
};
use krilla::{Document, SerializeSettings};

use crate::NotPrinted;
use crate::face::Faces;
use crate::sheets::{Mark, PAGE, Role, Sheets};

/// Writes pages in the language of a tag.
pub(crate) fn write(
    sheets: &Sheets,
    faces: &Faces,
    title: &str,
    tag: &str,
) -> Result<Vec<u8>, NotPrinted> {
    let settings = SerializeSettings {
        configuration: Configuration::new_with_validator(Validator::UA1),
        ..SerializeSettings::default()
    };
    let mut document = Document::new_with(settings);
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .language(tag.to_owned()),
    );
    document.set_outline(outline(sheets));
    let mut writer = Writer {
        sheets,
        faces,
        drawn: sheets.roles.iter().map(|_| Vec::new()).collect(),
    };
    for marks in &sheets.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1);
        let settings = settings.ok_or_else(|| NotPrinted::Fault("page".into()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            writer.draw(&mut surface, mark);
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(writer.tree(tag));
    document
        .finish()
        .map_err(|error| NotPrinted::Fault(format!("{error:?}")))
}

struct Writer<'a> {
    sheets: &'a Sheets,
    faces: &'a Faces,
    /// For each part of the text what was drawn of it.
    drawn: Vec<Vec<Identifier>>,
}

impl Writer<'_> {
    fn draw(&mut self, surface: &mut Surface<'_>, mark: &Mark) {
        match mark {
            Mark::Text {
                element,
                place,
                style,
                text,
            } => {
                let face = self.faces.of(*style);
                self.tagged(surface, Some(element.0), |surface| {
                    surface.set_fill(Some(ink(style.ink)));
                    let start = Point::from_xy(place.0, place.1);
                    let font = face.embedded().clone();
                    surface.draw_glyphs(start, &face.shape(text), font, text, style.size, false);
                });
            }
            Mark::Filled { area, ink } => {
                self.tagged(surface, None, |surface| fill(surface, &[*area], *ink));
            }
            Mark::Code {
                element,
                place,
                code,
            } => {
                let runs = code.runs().into_iter();
                let runs =
                    runs.map(|[x, y, width, height]| [place.0 + x, place.1 + y, width, height]);
                let runs: Vec<[f32; 4]> = runs.collect();
                self.tagged(surface, Some(element.0), |surface| fill(surface, &runs, 0));
            }
        }
    }

    /// Draws something as a part of the text, or as what is not read.
    fn tagged(
        &mut self,
        surface: &mut Surface<'_>,
        element: Option<usize>,
        draw: impl FnOnce(&mut Surface<'_>),
    ) {
        let role = element.and_then(|element| self.sheets.roles.get(element));
        let tag = match role {
            None => ContentTag::Artifact(ArtifactType::Other),
            Some(Role::Repeated) => ContentTag::Artifact(ArtifactType::Footer),
            Some(Role::Picture(_)) => ContentTag::Other,
            Some(_) => ContentTag::Span(SpanTag::empty()),
        };
        let is_read = !matches!(tag, ContentTag::Artifact(_));
        let identifier = surface.start_tagged(tag);
        draw(surface);
        surface.end_tagged();
        let drawn = element.and_then(|element| self.drawn.get_mut(element));
        if let Some(drawn) = drawn.filter(|_| is_read) {
            drawn.push(identifier);
        }
    }

    fn tree(self, tag: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(tag.to_owned()));
        for (role, drawn) in self.sheets.roles.iter().zip(self.drawn) {
            let children = drawn.into_iter().map(Node::from).collect::<Vec<_>>();
            if children.is_empty() {
                continue;
            }
            tree.push(match role {
                Role::Heading(level, text) => {
                    let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                    TagGroup::with_children(Tag::Hn(level, Some(text.clone())), children)
                }
                Role::Picture(shows) => {
                    TagGroup::with_children(Tag::Figure(Some(shows.clone())), children)
                }
                Role::Paragraph | Role::Repeated => TagGroup::with_children(Tag::P, children),
            });
        }
        tree
    }
}

fn ink(lightness: u8) -> Fill {
    Fill {
        paint: luma::Color::new(lightness).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

/// Fills areas as one figure, so that neighbours meet without a seam.
fn fill(surface: &mut Surface<'_>, areas: &[[f32; 4]], lightness: u8) {
    let mut path = PathBuilder::new();
    for [x, y, width, height] in areas {
        if let Some(area) = Rect::from_xywh(*x, *y, *width, *height) {
            path.push_rect(area);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(ink(lightness)));
        surface.draw_path(&path);
    }
}

/// Where each heading of the first two levels stands.
fn outline(sheets: &Sheets) -> Outline {
    let mut outline = Outline::new();
    for (number, role) in sheets.roles.iter().enumerate() {
        let Role::Heading(1 | 2, text) = role else {
            continue;
        };
        let mut places = sheets.pages.iter().enumerate().flat_map(|(page, marks)| {
            marks.iter().filter_map(move |mark| match mark {
                Mark::Text {
                    element,
                    place,
                    style,
                    ..
                } if element.0 == number => {
                    Some((page, Point::from_xy(place.0, place.1 - style.size)))
                }
                _ => None,
            })
        });
        if let Some((page, place)) = places.next() {
            outline.push_child(OutlineNode::new(
                text.clone(),
                XyzDestination::new(page, place),
            ));
        }
    }
    outline
}
