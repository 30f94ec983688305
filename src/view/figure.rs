//! How numbers are written in tables: three digits, a unit, an en dash where there is nothing to tell.
//! Aligning them is the table's business.

use crate::time::Nanos;

/// Stands where there is no number.
pub const NOTHING: &str = "–";

/// A share, 0..=1, in whole per cent; one decimal below ten, so that little is told from nothing.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = usize::from(percent > 0.0 && percent < 9.95);
    format!("{percent:.decimals$} %")
}

/// A count with thin groups of three: `12 345`.
#[must_use]
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

/// A count in no more than four signs: `999`, `1.2k`, `12k`, `3.4M`.
#[must_use]
pub fn short_count(count: u64) -> String {
    let (scale, unit) = match count {
        0..1_000 => return count.to_string(),
        1_000..1_000_000 => (1_000, "k"),
        1_000_000..1_000_000_000 => (1_000_000, "M"),
        _ => (1_000_000_000, "G"),
    };
    match count * 10 / scale {
        tenths @ 0..100 => format!("{}.{}{unit}", tenths / 10, tenths % 10),
        tenths => format!("{}{unit}", tenths / 10),
    }
}

/// A duration, or the dash for none.
#[must_use]
pub fn duration(duration: Option<Nanos>) -> String {
    duration.map_or_else(|| NOTHING.to_owned(), |duration| duration.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_show_little_but_not_false_precision() {
        assert_eq!([0.0, 0.004, 0.0994, 0.0996, 0.5, 1.0].map(percent), ["0 %", "0.4 %", "9.9 %", "10 %", "50 %", "100 %"]);
    }

    #[test]
    fn short_counts_have_four_signs_at_most() {
        let shown = [7, 999, 1_000, 1_260, 12_600, 999_999, 3_400_000, 2_000_000_000].map(short_count);
        assert_eq!(shown, ["7", "999", "1.0k", "1.2k", "12k", "999k", "3.4M", "2.0G"]);
    }

    #[test]
    fn counts_are_grouped_by_three() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(count), ["7", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567"]);
    }
}
