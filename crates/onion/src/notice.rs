//! What tor says while it starts.

/// A line of tor's log that somebody who waits wants to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// So many of a hundred parts of the way are done; at 100 the network is reached.
    Progress(u8),
    /// Something is wrong, in tor's own words without the date.
    Warning(String),
}

impl Notice {
    /// Reads a line such as `Nov 26 09:39:51.000 [notice] Bootstrapped 100% (done): Done`. `None` for all that is neither. Any text at all
    /// has an answer.
    pub fn read(line: &str) -> Option<Notice> {
        let (_, rest) = line.split_once('[')?;
        let (severity, said) = rest.split_once("] ")?;
        match severity {
            "notice" => {
                let said = said.strip_prefix("Bootstrapped ")?;
                let (percent, _) = said.split_once('%')?;
                let percent = percent.parse().ok().filter(|percent| *percent <= 100)?;
                Some(Notice::Progress(percent))
            }
            "warn" | "err" => Some(Notice::Warning(said.trim().to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_and_warnings_are_read_and_nothing_else() {
        let date = "Nov 26 09:39:51.000 ";
        let cases = [
            (
                "[notice] Bootstrapped 30% (loading_status): Loading networkstatus consensus",
                Some(Notice::Progress(30)),
            ),
            (
                "[notice] Bootstrapped 100% (done): Done",
                Some(Notice::Progress(100)),
            ),
            ("[notice] Bootstrapped 101% (done): Done", None),
            ("[notice] Bootstrapped % (done): Done", None),
            ("[notice] Opening Socks listener", None),
            ("[info] Bootstrapped 10%", None),
            (
                "[warn] Our clock is 3 hours behind. ",
                Some(Notice::Warning("Our clock is 3 hours behind.".into())),
            ),
            (
                "[err] Reading config failed",
                Some(Notice::Warning("Reading config failed".into())),
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(Notice::read(&format!("{date}{line}")), expected, "{line}");
        }
        for line in ["", "[", "[notice]", "[notice] ", "no bracket", "]["] {
            assert_eq!(Notice::read(line), None, "{line:?}");
        }
    }
}
