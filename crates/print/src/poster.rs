//! The poster: one page that is read from a wall.

use statements::{Entrance, Line};
use wire::Day;

use crate::NotPrinted;
use crate::code::{Code, Size};
use crate::face::{Faces, Style};
use crate::matter::{Matter, label};
use crate::pdf;
use crate::saying::Saying;
use crate::sheets::{PAGE, Piece, Sheets, mm};
use crate::stack::{Row, Stack, height};

/// Where the text begins and how wide it is.
const LEFT: f32 = mm(17.0);
const WIDTH: f32 = mm(176.0);
/// Where it begins from the top, and how far it goes.
const TOP: f32 = mm(15.0);
const HEIGHT: f32 = PAGE.1 - TOP - mm(12.0);
/// How many addresses have a code.
const CODES: usize = 3;
/// The room between addresses beside each other.
const BETWEEN: f32 = mm(7.0);
/// The room between parts of the page at most; what is left over goes above the day.
const WIDEST: f32 = mm(10.0);
/// What is tried, from ample to narrow: so many fakes and so many further addresses, and this much room between parts at least.
const TRIES: [(usize, usize, f32); 8] = [
    (8, 13, mm(4.0)),
    (5, 6, mm(4.0)),
    (3, 3, mm(4.0)),
    (2, 1, mm(4.0)),
    (1, 1, mm(3.5)),
    (1, 0, mm(3.0)),
    (0, 0, mm(3.0)),
    (0, 0, mm(2.0)),
];

const BODY: Style = Style::regular(14.0);
const LABEL: Style = Style::bold(13.0);

/// See [`crate::poster`].
pub(crate) fn print(line: &Line, today: Day, tag: &str) -> Result<Vec<u8>, NotPrinted> {
    let saying = Saying::of(tag)?;
    let faces = Faces::read()?;
    let matter = Matter::of(line, today, &saying)?;
    for (fakes, addresses, narrowest) in TRIES {
        let poster = Poster {
            sheets: Sheets::new(),
            faces: &faces,
            matter: &matter,
        };
        if let Some(sheets) = poster.arranged(fakes, addresses, narrowest)? {
            let title = saying.say("poster-title");
            return pdf::write(&sheets, &faces, &title, saying.tag());
        }
    }
    Err(NotPrinted::DoesNotFit("the poster"))
}

struct Poster<'a> {
    sheets: Sheets,
    faces: &'a Faces,
    matter: &'a Matter<'a>,
}

impl<'a> Poster<'a> {
    fn say(&self, id: &str) -> String {
        self.matter.saying.say(id)
    }

    fn stack(&self, width: f32) -> Stack<'a> {
        Stack::new(self.faces, self.matter.saying.tag(), width)
    }

    /// The page with so many fakes and further addresses; `None` when they do not fit.
    fn arranged(
        mut self,
        fakes: usize,
        addresses: usize,
        narrowest: f32,
    ) -> Result<Option<Sheets>, NotPrinted> {
        let mut pieces = vec![self.head()];
        pieces.extend(self.warning());
        pieces.push(self.telling());
        pieces.push(self.addresses(addresses)?);
        pieces.extend(self.fakes(fakes));
        pieces.push(self.until());
        pieces.push(self.foot());
        let used: f32 = pieces.iter().map(|piece| piece.height).sum();
        let gaps = pieces.len().saturating_sub(1);
        #[allow(clippy::cast_precision_loss, reason = "at most seven")]
        let gap = (HEIGHT - used) / gaps as f32;
        if gap < narrowest {
            return Ok(None);
        }
        // What is left over stands above the day, which closes the page together with the foot.
        let above = pieces.len() - 2;
        let each = gap.min(WIDEST);
        #[allow(clippy::cast_precision_loss, reason = "at most seven")]
        let over = (gap - each) * gaps as f32;
        let mut down = TOP;
        for (number, piece) in pieces.into_iter().enumerate() {
            if number == above {
                down += over;
            }
            let height = piece.height;
            self.sheets.put(0, (LEFT, down), piece);
            down += height + each;
        }
        Ok(Some(self.sheets))
    }

    /// What the line is.
    fn head(&mut self) -> Piece {
        let title = self.say("poster-title");
        let heading = self.sheets.heading(1, &title);
        let mut stack = self
            .stack(WIDTH)
            .text(
                heading,
                self.faces.fitting(&title, WIDTH, (24.0, 31.0), 26.0),
                &title,
            )
            .gap(10.0);
        for id in ["what-who", "what-sealed", "what-limits"] {
            let sentence = self.sheets.paragraph();
            stack = stack.text(sentence, BODY, &self.say(id)).gap(2.0);
        }
        let never = self.sheets.paragraph();
        let stack = stack
            .gap(7.0)
            .text(never, Style::bold(16.0), &self.say("never-first"));
        piece_of(&stack.into_rows())
    }

    fn warning(&mut self) -> Option<Piece> {
        let padding = mm(3.0);
        let stack = self.stack(WIDTH - 2.0 * padding);
        let rows = self
            .matter
            .warning_rows(&mut self.sheets, stack, Style::regular(12.0))?;
        Some(framed(&rows, padding, 1.2))
    }

    /// How it is told from others.
    fn telling(&mut self) -> Piece {
        let label = self.say("check-words");
        let heading = self.sheets.heading(2, &label);
        let [words, how] = [(); 2].map(|()| self.sheets.paragraph());
        let compare = [self.say("check-compare"), self.say("check-address")].join(" ");
        let check_words = &self.matter.check_words;
        let stack = self
            .stack(WIDTH)
            .rule(1.2, 0)
            .gap(8.0)
            .text(heading, LABEL, &label)
            .gap(4.0);
        let stack = stack
            .text(
                words,
                self.faces.fitting(check_words, WIDTH, (24.0, 34.0), 28.0),
                check_words,
            )
            .gap(6.0);
        piece_of(&stack.text(how, Style::regular(12.0), &compare).into_rows())
    }

    fn addresses(&mut self, most: usize) -> Result<Piece, NotPrinted> {
        let mut piece = Piece::default();
        let rule = self.stack(WIDTH).rule(1.2, 0).into_rows();
        let top = piece.put_rows((0.0, 0.0), WIDTH, &rule);
        let entrances = &self.matter.entrances;
        let (with_code, others) = entrances.split_at(entrances.len().min(CODES));
        match with_code {
            [only] => self.put_wide(&mut piece, top, only)?,
            several => {
                #[allow(clippy::cast_precision_loss, reason = "at most three")]
                let count = several.len() as f32;
                let cell = (WIDTH - BETWEEN * (count - 1.0)) / count;
                let codes = several
                    .iter()
                    .map(|one| Code::of(&one.address, Size::POSTER));
                let codes = codes.collect::<Result<Vec<Code>, NotPrinted>>()?;
                let most = |of: fn(&Code) -> f32| codes.iter().map(of).fold(0.0, f32::max);
                let top = top + most(Code::quiet);
                let below = top + most(Code::side) + most(Code::quiet) - 2.0;
                let mut x = 0.0;
                for (entrance, code) in several.iter().zip(codes) {
                    let rows = self.named(entrance, cell, 13.0);
                    let picture = self.matter.picture(&mut self.sheets, entrance);
                    piece.put_code((x, top), picture, code);
                    piece.put_rows((x, below), cell, &rows);
                    x += cell + BETWEEN;
                }
            }
        }
        let stack = self.others(others, most);
        let bottom = piece.height;
        piece.put_rows((0.0, bottom), WIDTH, &stack);
        Ok(piece)
    }

    /// One address alone: beside its code.
    fn put_wide(
        &mut self,
        piece: &mut Piece,
        top: f32,
        entrance: &Entrance,
    ) -> Result<(), NotPrinted> {
        let code = Code::of(&entrance.address, Size::ALONE)?;
        let x = code.side() + code.quiet() + mm(3.0);
        let rows = self.named(entrance, WIDTH - x, 24.0);
        let picture = self.matter.picture(&mut self.sheets, entrance);
        let top = top + code.quiet();
        piece.put_rows((x, top), WIDTH - x, &rows);
        piece.put_code((0.0, top), picture, code);
        Ok(())
    }

    fn named(&mut self, entrance: &Entrance, width: f32, size: f32) -> Vec<Row> {
        let what = self.say(label(entrance.kind));
        let (heading, text) = (self.sheets.heading(2, &what), self.sheets.paragraph());
        let stack = self
            .stack(width)
            .text(heading, Style::regular(11.5), &what)
            .gap(2.0);
        stack
            .text(text, self.address(entrance, width, size), &entrance.address)
            .into_rows()
    }

    /// In one line if that can be large enough.
    fn address(&self, entrance: &Entrance, width: f32, size: f32) -> Style {
        let sizes = (size * 0.85, size * 1.15);
        self.faces.fitting(&entrance.address, width, sizes, size)
    }

    /// Addresses without a code: so many at most, and how many more there are.
    fn others(&mut self, others: &[&Entrance], most: usize) -> Vec<Row> {
        let mut stack = self.stack(WIDTH).gap(6.0);
        for entrance in others.iter().take(most) {
            let text = self.sheets.paragraph();
            stack = stack.text(text, Style::bold(11.0), &entrance.address);
        }
        let more = others.len().saturating_sub(most);
        if more > 0 {
            let count = more.to_string();
            let said = self
                .matter
                .saying
                .say_with("more-addresses", &[("count", &count)]);
            stack = stack.text(self.sheets.paragraph(), Style::regular(11.0), &said);
        }
        match others.is_empty() {
            true => Vec::new(),
            false => stack.into_rows(),
        }
    }

    fn fakes(&mut self, most: usize) -> Option<Piece> {
        let stack = self.stack(WIDTH).rule(1.2, 0).gap(8.0);
        let rows = self
            .matter
            .fake_rows(&mut self.sheets, stack, Style::bold(12.0), most);
        rows.map(|rows| piece_of(&rows))
    }

    /// The day after which nothing of this is to be trusted, as large as its name beside it allows.
    fn until(&mut self) -> Piece {
        let label = self.say("trust-until");
        let [heading, day] = [self.sheets.heading(2, &label), self.sheets.paragraph()];
        let date = self.matter.saying.date(self.matter.last_day);
        let padding = mm(5.0);
        let inner = WIDTH - 2.0 * padding;
        let style = self.faces.fitting(&date, inner * 0.7, (20.0, 38.0), 20.0);
        let wide = self.faces.of(style).width(&date) * style.size + 1.0;
        let beside = inner - wide - mm(6.0);
        let label = self.stack(beside).text(heading, LABEL, &label).into_rows();
        let date = self.stack(wide).text(day, style, &date).into_rows();
        let high = height(&label).max(height(&date));
        let middle = |rows: &[Row]| padding + (high - height(rows)) / 2.0;
        let mut piece = Piece::default();
        piece.put_frame([0.0, 0.0, WIDTH, high + 2.0 * padding], 2.4);
        piece.put_rows((padding, middle(&label)), beside, &label);
        piece.put_rows((WIDTH - padding - wide, middle(&date)), wide, &date);
        piece
    }

    fn foot(&mut self) -> Piece {
        let day = self.matter.saying.say_on("as-of", self.matter.today);
        let [seen, as_of] = [(); 2].map(|()| self.sheets.paragraph());
        let style = Style::regular(10.0);
        let mut stack = self.stack(WIDTH).text(seen, style, &self.say("seen"));
        if self.matter.is_demonstration {
            let said = self.say("demonstration");
            stack = stack.text(self.sheets.paragraph(), Style::bold(10.0), &said);
        }
        piece_of(&stack.text(as_of, style.grey(), &day).into_rows())
    }
}

fn piece_of(rows: &[Row]) -> Piece {
    let mut piece = Piece::default();
    piece.put_rows((0.0, 0.0), WIDTH, rows);
    piece
}

/// Rows in a frame of the whole width.
fn framed(rows: &[Row], padding: f32, thickness: f32) -> Piece {
    let mut piece = Piece::default();
    piece.put_frame([0.0, 0.0, WIDTH, height(rows) + 2.0 * padding], thickness);
    piece.put_rows((padding, padding), WIDTH - 2.0 * padding, rows);
    piece
}
