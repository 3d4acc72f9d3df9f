//! Pages of A4, and what stands where on them.

use crate::code::Code;
use crate::face::Style;
use crate::stack::{Kind, Row};

/// Points of a millimetre.
pub(crate) const fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// The width and the height of a page.
pub(crate) const PAGE: (f32, f32) = (mm(210.0), mm(297.0));

/// What a part of the text is to whoever has it read aloud.
pub(crate) enum Role {
    /// A heading of a level from 1, with its text.
    Heading(u16, String),
    /// A paragraph.
    Paragraph,
    /// A picture, with what it shows.
    Picture(String),
    /// What stands on every page, and is not read again.
    Repeated,
}

/// A part of the text, by its place in the order of reading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element(pub(crate) usize);

/// Something on a page; places from the upper left corner, in points.
pub(crate) enum Mark {
    /// One line of a text, from where it begins on its base line.
    Text {
        element: Element,
        place: (f32, f32),
        style: Style,
        text: String,
    },
    /// A filled rectangle: x, y, width, height.
    Filled { area: [f32; 4], ink: u8 },
    /// A code, from its corner without the white around it.
    Code {
        element: Element,
        place: (f32, f32),
        code: Code,
    },
}

impl Mark {
    /// The same, so much further to the right and down.
    fn moved(self, by: (f32, f32)) -> Mark {
        let to = |place: (f32, f32)| (place.0 + by.0, place.1 + by.1);
        match self {
            Mark::Text {
                element,
                place,
                style,
                text,
            } => Mark::Text {
                element,
                place: to(place),
                style,
                text,
            },
            Mark::Filled {
                area: [x, y, width, height],
                ink,
            } => Mark::Filled {
                area: [x + by.0, y + by.1, width, height],
                ink,
            },
            Mark::Code {
                element,
                place,
                code,
            } => Mark::Code {
                element,
                place: to(place),
                code,
            },
        }
    }
}

/// A piece of a page that is not on one yet; places from its own corner.
#[derive(Default)]
pub(crate) struct Piece {
    marks: Vec<Mark>,
    /// How far down it goes.
    pub(crate) height: f32,
}

impl Piece {
    fn put(&mut self, mark: Mark, bottom: f32) {
        self.height = self.height.max(bottom);
        self.marks.push(mark);
    }

    /// Puts rows from a place down; returns where they end.
    pub(crate) fn put_rows(&mut self, place: (f32, f32), width: f32, rows: &[Row]) -> f32 {
        let (x, mut y) = place;
        for row in rows {
            let bottom = y + row.height;
            match &row.kind {
                Kind::Text(element, style, text) => {
                    let mark = Mark::Text {
                        element: *element,
                        place: (x, y + base(*style)),
                        style: *style,
                        text: text.clone(),
                    };
                    self.put(mark, bottom);
                }
                Kind::Rule(ink) => {
                    let area = [x, y, width, row.height];
                    self.put(Mark::Filled { area, ink: *ink }, bottom);
                }
                Kind::Gap => self.height = self.height.max(bottom),
            }
            y = bottom;
        }
        y
    }

    /// Puts a code with its corner at a place; the white that it needs around it is the caller's to leave.
    pub(crate) fn put_code(&mut self, place: (f32, f32), element: Element, code: Code) {
        let bottom = place.1 + code.side();
        let mark = Mark::Code {
            element,
            place,
            code,
        };
        self.put(mark, bottom);
    }

    /// Draws a frame around an area: x, y, width, height.
    pub(crate) fn put_frame(&mut self, area: [f32; 4], thickness: f32) {
        let [x, y, width, height] = area;
        let sides = [
            [x, y, width, thickness],
            [x, y + height - thickness, width, thickness],
            [x, y, thickness, height],
            [x + width - thickness, y, thickness, height],
        ];
        for area in sides {
            self.put(Mark::Filled { area, ink: 0 }, y + height);
        }
    }
}

/// Pages in order, and the parts of the text in the order of reading.
pub(crate) struct Sheets {
    pub(crate) roles: Vec<Role>,
    pub(crate) pages: Vec<Vec<Mark>>,
}

impl Sheets {
    /// One empty page.
    pub(crate) fn new() -> Sheets {
        Sheets {
            roles: Vec::new(),
            pages: vec![Vec::new()],
        }
    }

    /// The next part of the text.
    pub(crate) fn element(&mut self, role: Role) -> Element {
        self.roles.push(role);
        Element(self.roles.len() - 1)
    }

    /// The next part of the text, a heading.
    pub(crate) fn heading(&mut self, level: u16, text: &str) -> Element {
        self.element(Role::Heading(level, text.to_owned()))
    }

    /// The next part of the text, a paragraph.
    pub(crate) fn paragraph(&mut self) -> Element {
        self.element(Role::Paragraph)
    }

    /// Puts a piece onto a page with its corner at a place; pages up to it are made.
    pub(crate) fn put(&mut self, page: usize, place: (f32, f32), piece: Piece) {
        while self.pages.len() <= page {
            self.pages.push(Vec::new());
        }
        if let Some(page) = self.pages.get_mut(page) {
            page.extend(piece.marks.into_iter().map(|mark| mark.moved(place)));
        }
    }
}

/// How far below the top of its row a line of a style stands: capitals, of 0.7 em, are in the middle.
fn base(style: Style) -> f32 {
    style.leading / 2.0 + style.size * 0.353
}
