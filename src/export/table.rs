//! Text in columns, aligned by the cells of a terminal, and the bars and figures that stand in them.

use crate::diagnostic::width;

/// Rows of cells; the first is the heading. The first column is aligned left, all others right.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(heading: &[&str]) -> Self {
        Self { rows: vec![heading.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Its lines, indented by two. Columns that hold nothing but dashes are left out.
    pub(super) fn lines(&self) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &'_ Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let tells = |&column: &usize| column == 0 || self.rows[1..].iter().any(|row| cell(row, column) != NOTHING);
        let shown: Vec<usize> = (0..columns).filter(tells).collect();
        let widths: Vec<usize> =
            shown.iter().map(|&column| self.rows.iter().map(|row| cells(&cell(row, column))).max().unwrap_or(0)).collect();
        let line = |row: &Vec<String>| {
            let mut line = String::from("  ");
            for (&column, &width) in shown.iter().zip(&widths) {
                let text = cell(row, column);
                let room = " ".repeat(width - cells(&text));
                let parts = if column == 0 { [text, room] } else { ["  ".to_owned() + &room, text] };
                line.extend(parts);
            }
            line.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

/// Stands where there is no number.
pub(super) const NOTHING: &str = "–";

/// The cells of a terminal that a text takes.
pub(super) fn cells(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// A count with commas; a dash for none.
pub(super) fn count(count: u64) -> String {
    if count == 0 {
        return NOTHING.to_owned();
    }
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share in per cent, one decimal below ten.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = usize::from(percent > 0.0 && percent < 9.95);
    format!("{percent:.decimals$} %")
}

/// Parts of a whole as a bar of `length` cells, each with its own sign; what is left over is dots.
pub(super) fn bar(parts: &[(f32, char)], length: usize) -> String {
    let mut bar = String::new();
    let (mut sum, mut drawn) = (0.0_f32, 0);
    for &(share, sign) in parts {
        sum += share.clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a few cells")]
        let end = ((sum * length as f32).round() as usize).min(length);
        bar.extend(std::iter::repeat_n(sign, end.saturating_sub(drawn)));
        drawn = drawn.max(end);
    }
    bar.extend(std::iter::repeat_n('·', length - drawn));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_straight_in_any_script_and_empty_ones_are_left_out() {
        let mut table = Table::new(&["锁", "n", "none", "time"]);
        table.row(vec!["叉子[0]".into(), count(1_234_567), NOTHING.into(), "1 ms".into()]);
        table.row(vec!["b".into(), count(7), NOTHING.into(), "12 ms".into()]);
        assert_eq!(table.lines(), ["  锁               n   time", "  叉子[0]  1,234,567   1 ms", "  b                7  12 ms"]);
    }

    #[test]
    fn a_bar_has_a_cell_for_each_part_and_never_overflows() {
        assert_eq!(bar(&[(0.5, '█'), (0.25, '▒')], 8), "████▒▒··");
        assert_eq!(bar(&[(0.7, '█'), (0.7, '▒')], 4), "███▒");
    }
}
