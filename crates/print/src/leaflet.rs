//! The leaflet: how the line is told from others and where it is, then its cards in two columns.

use statements::{Entrance, Line};
use wire::Day;

use crate::NotPrinted;
use crate::code::{Code, Size};
use crate::face::{Faces, Style};
use crate::flow::Flow;
use crate::matter::{Matter, PaperCard, label};
use crate::pdf;
use crate::saying::Saying;
use crate::sheets::{Piece, Role, Sheets, mm};
use crate::stack::{Row, Stack, height};

/// Where the text begins and how wide it is.
pub(crate) const LEFT: f32 = mm(18.0);
pub(crate) const WIDTH: f32 = mm(174.0);
/// Where it begins and ends from the top; below stands the foot.
pub(crate) const TOP: f32 = mm(16.0);
pub(crate) const BOTTOM: f32 = mm(273.0);
const FOOT: f32 = mm(277.0);
/// Columns, and the room between them.
pub(crate) const COLUMN: f32 = mm(83.5);
pub(crate) const BETWEEN: f32 = mm(7.0);
/// How many addresses stand beside each other.
const ABREAST: usize = 3;
const CELL: f32 = mm(55.0);
const CELL_STEP: f32 = mm(59.5);
/// How many fakes are listed; more would crowd out the cards.
const FAKES: usize = 10;

const SMALL: Style = Style::regular(8.5);
const LABEL: Style = Style::bold(9.0);
const BODY: Style = Style::regular(10.0);

struct Leaflet<'a> {
    sheets: Sheets,
    faces: &'a Faces,
    matter: &'a Matter<'a>,
    last_day: Day,
    page: usize,
    /// How far down the page is filled.
    down: f32,
}

/// See [`crate::leaflet`].
pub(crate) fn print(line: &Line, today: Day, tag: &str) -> Result<Vec<u8>, NotPrinted> {
    let saying = Saying::of(tag)?;
    let faces = Faces::read()?;
    let matter = Matter::of(line, today, &saying)?;
    let cards = matter.cards(&faces)?;
    let mut leaflet = Leaflet {
        sheets: Sheets::new(),
        faces: &faces,
        matter: &matter,
        last_day: PaperCard::last_day_of(&cards, matter.last_day),
        page: 0,
        down: TOP,
    };
    leaflet.put_head();
    leaflet.put_front();
    leaflet.put_warning();
    leaflet.put_addresses()?;
    leaflet.put_fakes();
    leaflet.put_cards(&cards)?;
    leaflet.put_feet();
    let title = saying.say("leaflet-title");
    pdf::write(&leaflet.sheets, &faces, &title, saying.tag())
}

impl<'a> Leaflet<'a> {
    fn say(&self, id: &str) -> String {
        self.matter.saying.say(id)
    }

    fn stack(&self, width: f32) -> Stack<'a> {
        Stack::new(self.faces, self.matter.saying.tag(), width)
    }

    /// Puts a piece below what is there, on a new page if this one has no room, and leaves a gap.
    fn put(&mut self, piece: Piece, gap: f32) {
        if self.down + piece.height > BOTTOM {
            self.page += 1;
            self.down = TOP;
        }
        let height = piece.height;
        self.sheets.put(self.page, (LEFT, self.down), piece);
        self.down += height + gap;
    }

    /// A title that looks like notes, and the day.
    fn put_head(&mut self) {
        let title = self.say("leaflet-title");
        let style = Style::bold(13.0);
        let heading = self.sheets.heading(1, &title);
        let left = self.stack(WIDTH / 2.0).text(heading, style, &title);
        let day = self.matter.saying.say_on("as-of", self.matter.today);
        let paragraph = self.sheets.paragraph();
        let right = self
            .stack(WIDTH)
            .text(paragraph, SMALL.grey(), &day)
            .into_rows();
        let wide = self.faces.of(SMALL).width(&day) * SMALL.size;
        let mut piece = Piece::default();
        let bottom = piece.put_rows((0.0, 0.0), WIDTH, &left.into_rows());
        piece.put_rows((WIDTH - wide, style.leading - SMALL.leading), wide, &right);
        piece.put_rows(
            (0.0, bottom + 5.0),
            WIDTH,
            &self.stack(WIDTH).rule(0.6, 0).into_rows(),
        );
        self.put(piece, 12.0);
    }

    /// What the line is, beside how it is told from others.
    fn put_front(&mut self) {
        let left = self.about();
        let padding = mm(4.0);
        let right = self.telling(COLUMN - 2.0 * padding);
        let framed = height(&right) + 2.0 * padding;
        let mut piece = Piece::default();
        piece.put_rows((0.0, 0.0), COLUMN, &left);
        let x = COLUMN + BETWEEN;
        piece.put_frame([x, 0.0, COLUMN, framed], 0.9);
        piece.put_rows((x + padding, padding), COLUMN - 2.0 * padding, &right);
        self.put(piece, mm(6.0));
    }

    fn about(&mut self) -> Vec<Row> {
        let is = ["what-who", "what-sealed", "what-limits"].map(|id| self.say(id));
        let paragraphs = [(); 3].map(|()| self.sheets.paragraph());
        let [first, second, third] = paragraphs;
        let never = Style {
            leading: 14.0,
            ..Style::bold(10.5)
        };
        let careful = [self.say("seen"), self.say("found")].join(" ");
        let stack = self.stack(COLUMN).text(first, BODY, &is.join(" ")).gap(6.0);
        let stack = stack.text(second, never, &self.say("never-first")).gap(6.0);
        stack.text(third, Style::regular(9.0), &careful).into_rows()
    }

    fn telling(&mut self, width: f32) -> Vec<Row> {
        let label = self.say("check-words");
        let heading = self.sheets.heading(2, &label);
        let paragraphs = [(); 4].map(|()| self.sheets.paragraph());
        let [words, compare, label_of_day, day] = paragraphs;
        let large = self
            .faces
            .fitting(&self.matter.check_words, width, (13.0, 16.0), 15.5);
        let how = [self.say("check-compare"), self.say("check-address")].join(" ");
        let date = self.matter.saying.date(self.last_day);
        let stack = self.stack(width).text(heading, LABEL, &label).gap(3.0);
        let stack = stack.text(words, large, &self.matter.check_words);
        let stack = stack.gap(4.0).text(compare, SMALL, &how).gap(8.0);
        let stack = stack.text(label_of_day, LABEL, &self.say("trust-until"));
        stack
            .gap(2.0)
            .text(day, Style::bold(17.0), &date)
            .into_rows()
    }

    fn put_warning(&mut self) {
        let stack = self.stack(WIDTH - mm(8.0));
        let Some(rows) = self.matter.warning_rows(&mut self.sheets, stack, BODY) else {
            return;
        };
        let padding = mm(4.0);
        let mut piece = Piece::default();
        piece.put_frame([0.0, 0.0, WIDTH, height(&rows) + 2.0 * padding], 0.9);
        piece.put_rows((padding, padding), WIDTH - 2.0 * padding, &rows);
        self.put(piece, mm(6.0));
    }

    fn put_addresses(&mut self) -> Result<(), NotPrinted> {
        let label = self.say("addresses");
        let heading = self.sheets.heading(2, &label);
        let stack = self.stack(WIDTH).rule(0.6, 0).gap(5.0);
        let mut above = stack
            .text(heading, Style::bold(12.0), &label)
            .gap(5.0)
            .into_rows();
        for entrances in self.matter.entrances.chunks(ABREAST) {
            let mut piece = Piece::default();
            // The heading stays with the first addresses.
            let top = piece.put_rows((0.0, 0.0), WIDTH, &above);
            above.clear();
            let codes = entrances
                .iter()
                .map(|one| Code::of(&one.address, Size::LEAFLET));
            let codes = codes.collect::<Result<Vec<Code>, NotPrinted>>()?;
            let most = |of: fn(&Code) -> f32| codes.iter().map(of).fold(0.0, f32::max);
            let (quiet, side) = (most(Code::quiet), most(Code::side));
            let mut x = 0.0;
            for (entrance, code) in entrances.iter().zip(codes) {
                self.put_address(&mut piece, (x, top), (quiet, side), entrance, code);
                x += CELL_STEP;
            }
            self.put(piece, mm(5.0));
        }
        Ok(())
    }

    /// One address: what it is, its code, and the address itself to be typed; on one height with those beside it.
    fn put_address(
        &mut self,
        piece: &mut Piece,
        place: (f32, f32),
        (quiet, side): (f32, f32),
        entrance: &Entrance,
        code: Code,
    ) {
        let what = self.say(label(entrance.kind));
        let heading = self.sheets.heading(3, &what);
        let text = self.sheets.paragraph();
        let picture = self.matter.picture(&mut self.sheets, entrance);
        let above = self.stack(CELL).text(heading, LABEL, &what).into_rows();
        let address = self
            .stack(CELL)
            .text(text, Style::bold(9.5), &entrance.address);
        let (x, top) = place;
        let top = piece.put_rows((x, top), CELL, &above) + quiet;
        piece.put_code((x, top), picture, code);
        piece.put_rows((x, top + side + quiet - 2.0), CELL, &address.into_rows());
    }

    fn put_fakes(&mut self) {
        let stack = self.stack(WIDTH).rule(0.6, 0).gap(5.0);
        if let Some(rows) = self
            .matter
            .fake_rows(&mut self.sheets, stack, Style::bold(10.0), FAKES)
        {
            let mut piece = Piece::default();
            piece.put_rows((0.0, 0.0), WIDTH, &rows);
            self.put(piece, mm(5.0));
        }
    }

    fn put_cards(&mut self, cards: &[PaperCard]) -> Result<(), NotPrinted> {
        let cards: Vec<Vec<Vec<Row>>> = cards.iter().map(|card| self.card(card)).collect();
        let whole = |card: &Vec<Vec<Row>>| card.iter().map(|group| height(group)).sum::<f32>();
        let heights: Vec<f32> = cards.iter().map(whole).collect();
        let first = heights.first().copied().unwrap_or_default();
        let begins = match self.down + first > BOTTOM {
            true => (self.page + 1, TOP),
            false => (self.page, self.down),
        };
        let mut flow = Flow::new(begins);
        for (number, groups) in cards.into_iter().enumerate() {
            let rest = heights.get(number..).unwrap_or_default();
            flow.put(&mut self.sheets, groups, rest.iter().sum())?;
        }
        Ok(())
    }

    /// A card as groups of rows of which each should stay together.
    fn card(&mut self, card: &PaperCard) -> Vec<Vec<Row>> {
        let question = self.sheets.heading(2, &card.question);
        let answer = self.sheets.paragraph();
        let stack = self.stack(COLUMN).rule(0.9, 0).gap(5.0);
        let stack = stack
            .text(question, Style::bold(12.5), &card.question)
            .gap(3.0);
        let mut groups = vec![stack.text(answer, BODY, &card.answer).into_rows()];
        for (heading, said) in &card.parts {
            let element = self.sheets.heading(3, heading);
            let paragraph = self.sheets.paragraph();
            let stack = self
                .stack(COLUMN)
                .gap(5.0)
                .text(element, LABEL, heading)
                .gap(1.0);
            groups.push(stack.text(paragraph, Style::regular(9.5), said).into_rows());
        }
        let (checked, sources) = (self.sheets.paragraph(), self.sheets.paragraph());
        let mut stack =
            self.stack(COLUMN)
                .gap(5.0)
                .text(checked, Style::bold(8.0).grey(), &card.checked);
        if !card.sources.is_empty() {
            let said = format!("{}: {}", self.say("sources"), card.sources);
            stack = stack
                .gap(1.0)
                .text(sources, Style::regular(7.5).grey(), &said);
        }
        // Never in a column alone: nobody would know of what they speak.
        if let Some(last) = groups.last_mut() {
            last.extend(stack.gap(mm(6.0)).into_rows());
        }
        groups
    }

    /// On each page, since pages are parted: the check words, until when, whether all this is real, and which page it is.
    fn put_feet(&mut self) {
        let count = self.sheets.pages.len().to_string();
        let (words, day) = (
            &self.matter.check_words,
            self.matter.saying.date(self.last_day),
        );
        let said = [
            format!("{}: {words}", self.say("check-words")),
            format!("{}: {day}", self.say("trust-until")),
        ];
        let style = Style::regular(8.0);
        for page in 0..self.sheets.pages.len() {
            let foot = self.sheets.element(Role::Repeated);
            let mut stack = self.stack(WIDTH).rule(0.6, 0).gap(4.0);
            for line in &said {
                stack = stack.text(foot, style, line);
            }
            if self.matter.is_demonstration {
                // Read aloud once; seen on each page.
                let line = match page {
                    0 => self.sheets.paragraph(),
                    _ => foot,
                };
                stack = stack.text(line, Style::bold(8.0), &self.say("demonstration"));
            }
            let mut piece = Piece::default();
            piece.put_rows((0.0, 0.0), WIDTH, &stack.into_rows());
            let number = (page + 1).to_string();
            let number = self
                .matter
                .saying
                .say_with("page", &[("page", &number), ("count", &count)]);
            let wide = self.faces.of(style).width(&number) * style.size;
            let rows = self.stack(WIDTH).text(foot, style, &number).into_rows();
            piece.put_rows((WIDTH - wide, 4.6), wide, &rows);
            self.sheets.put(page, (LEFT, FOOT), piece);
        }
    }
}
