//! Cells of a table that a person may open with a spreadsheet.

fn computes(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

/// A cell that no spreadsheet computes: one that begins as a formula does, or with `'`, has `'` before it.
pub fn guarded(cell: &str) -> String {
    match computes(cell) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

/// The cell that was meant: what [`guarded`] put before it is taken away.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if computes(rest) => rest,
        _ => cell,
    }
}
