//! Two texts line by line: what went, what came, what stayed, with a few lines around each change.
//! Bounded: two long texts with little in common are shown as one exchange.

/// Lines shown around a change.
const AROUND: usize = 3;

/// Pairs of lines that are compared at most, after what both begin and end with.
const MOST_PAIRS: usize = 250_000;

/// A row of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the first.
    Gone(&'a str),
    /// Only in the second.
    New(&'a str),
    /// So many that are in both are not shown.
    Skipped(usize),
}

/// What leads from `before` to `after`.
#[must_use]
pub fn compare<'a>(before: &'a str, after: &'a str) -> Vec<Row<'a>> {
    let (one, other): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let head = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(|(one, other)| one == other).count();
    let mut rows: Vec<_> = one[..head].iter().map(|line| Row::Same(line)).collect();
    rows.extend(middle(&one[head..one.len() - tail], &other[head..other.len() - tail]));
    rows.extend(one[one.len() - tail..].iter().map(|line| Row::Same(line)));
    folded(rows)
}

/// The longest common subsequence, by the table of Wagner and Fischer.
fn middle<'a>(one: &[&'a str], other: &[&'a str]) -> Vec<Row<'a>> {
    let gone = |lines: &[&'a str]| lines.iter().map(|line| Row::Gone(line)).collect::<Vec<_>>();
    let new = |lines: &[&'a str]| lines.iter().map(|line| Row::New(line)).collect::<Vec<_>>();
    if one.len().saturating_mul(other.len()) > MOST_PAIRS {
        return [gone(one), new(other)].concat();
    }
    let width = other.len() + 1;
    // How many lines the rest of the first has in common with the rest of the second.
    let mut common = vec![0_u32; (one.len() + 1) * width];
    for (row, line) in one.iter().enumerate().rev() {
        for (column, there) in other.iter().enumerate().rev() {
            common[row * width + column] = if line == there {
                common[(row + 1) * width + column + 1] + 1
            } else {
                common[(row + 1) * width + column].max(common[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column, mut rows) = (0, 0, Vec::new());
    while row < one.len() && column < other.len() {
        if one[row] == other[column] {
            rows.push(Row::Same(one[row]));
            (row, column) = (row + 1, column + 1);
        } else if common[(row + 1) * width + column] >= common[row * width + column + 1] {
            rows.push(Row::Gone(one[row]));
            row += 1;
        } else {
            rows.push(Row::New(other[column]));
            column += 1;
        }
    }
    rows.extend(gone(&one[row..]));
    rows.extend(new(&other[column..]));
    rows
}

/// Long stretches in which nothing changes are left out.
fn folded(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let is_change = |row: &Row<'_>| !matches!(row, Row::Same(_));
    let near = |index: usize| {
        let (from, to) = (index.saturating_sub(AROUND), (index + AROUND + 1).min(rows.len()));
        rows[from..to].iter().any(is_change)
    };
    let shown: Vec<_> = (0..rows.len()).map(near).collect();
    let (mut folded, mut skipped) = (Vec::new(), 0);
    for (row, shown) in rows.into_iter().zip(shown) {
        if !shown {
            skipped += 1;
            continue;
        }
        if skipped > 0 {
            folded.push(Row::Skipped(std::mem::take(&mut skipped)));
        }
        folded.push(row);
    }
    if skipped > 0 {
        folded.push(Row::Skipped(skipped));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &str) {
        let show = |row: &Row<'_>| match row {
            Row::Same(line) => format!(" {line}"),
            Row::Gone(line) => format!("-{line}"),
            Row::New(line) => format!("+{line}"),
            Row::Skipped(count) => format!("~{count}"),
        };
        assert_eq!(compare(before, after).iter().map(show).collect::<Vec<_>>().join("|"), expected);
    }

    #[test]
    fn lines_go_come_and_stay() {
        check("a\nb\nc", "a\nc", " a|-b| c");
        check("a\nc", "a\nb\nc", " a|+b| c");
        check("a\nb\nc\nd", "a\nx\nc\ny", " a|-b|+x| c|-d|+y");
        check("", "锁", "+锁");
        check("same", "same", "~1");
    }

    #[test]
    fn long_stretches_that_stay_are_left_out() {
        let lines: Vec<_> = (0..20).map(|line| line.to_string()).collect();
        let before = lines.join("\n");
        let after = before.replace("\n10\n", "\nten\n");
        check(&before, &after, "~7| 7| 8| 9|-10|+ten| 11| 12| 13|~6");
    }

    #[test]
    fn texts_with_nothing_in_common_are_exchanged_however_long() {
        let (one, other) = ("a\n".repeat(5_000), "b\n".repeat(5_000));
        assert_eq!(compare(&one, &other).len(), 10_000);
    }
}
