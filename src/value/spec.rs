//! Python's format mini-language for numbers: `[[fill]align][sign][#][0][width][,][.precision][type]`.

use super::number::float_repr;
use super::operator::{Failure, limit};

/// More digits than any float has; also what the standard library can format.
const MOST_PRECISION: usize = 10_000;

/// A format specification, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) fill: Option<char>,
    pub(super) align: Option<char>,
    pub(super) sign: Option<char>,
    pub(super) no_negative_zero: bool,
    pub(super) alternate: bool,
    pub(super) width: usize,
    pub(super) grouping: Option<char>,
    pub(super) precision: Option<usize>,
    pub(super) kind: Option<char>,
}

fn value_error(message: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    Failure::new("ValueError", message)
}

impl Spec {
    pub(super) fn parse(text: &str, type_name: &str) -> Result<Self, Failure> {
        let mut spec = Self::default();
        let mut rest = text;
        let is_align = |each: Option<char>| each.filter(|each| "<>=^".contains(*each));
        let mut ahead = rest.chars();
        let (first, second) = (ahead.next(), ahead.next());
        if let (Some(fill), Some(align)) = (first, is_align(second)) {
            (spec.fill, spec.align) = (Some(fill), Some(align));
            rest = &rest[fill.len_utf8() + 1..];
        } else if let Some(align) = is_align(first) {
            spec.align = Some(align);
            rest = &rest[1..];
        }
        spec.sign = take(&mut rest, &['+', '-', ' ']);
        spec.no_negative_zero = take(&mut rest, &['z']).is_some();
        spec.alternate = take(&mut rest, &['#']).is_some();
        if take(&mut rest, &['0']).is_some() {
            spec.fill.get_or_insert('0');
            spec.align.get_or_insert(if type_name == "str" { '<' } else { '=' });
        }
        spec.width = digits(&mut rest)?.unwrap_or(0);
        spec.grouping = take(&mut rest, &[',', '_']);
        if spec.grouping.is_some() && take(&mut rest, &[',', '_']).is_some() {
            return Err(value_error("Cannot specify both ',' and '_'."));
        }
        if take(&mut rest, &['.']).is_some() {
            spec.precision = Some(digits(&mut rest)?.ok_or_else(|| value_error("Format specifier missing precision"))?);
        }
        spec.kind = rest.chars().next();
        match spec.kind {
            Some(kind) if rest.len() > kind.len_utf8() => {
                Err(value_error(format!("Invalid format specifier '{text}' for object of type '{type_name}'")))
            }
            _ => spec.grouping_fits(),
        }
    }

    fn grouping_fits(self) -> Result<Self, Failure> {
        let (Some(grouping), Some(kind)) = (self.grouping, self.kind) else { return Ok(self) };
        let fits = "deEfFgG%".contains(kind) || grouping == '_' && "boxX".contains(kind);
        if fits { Ok(self) } else { Err(value_error(format!("Cannot specify '{grouping}' with '{kind}'."))) }
    }

    fn unknown(&self, type_name: &str) -> Failure {
        let kind = self.kind.unwrap_or(' ');
        value_error(format!("Unknown format code '{kind}' for object of type '{type_name}'"))
    }
}

fn take(rest: &mut &str, among: &[char]) -> Option<char> {
    let first = rest.chars().next().filter(|first| among.contains(first))?;
    *rest = &rest[first.len_utf8()..];
    Some(first)
}

fn digits(rest: &mut &str) -> Result<Option<usize>, Failure> {
    let end = rest.find(|each: char| !each.is_ascii_digit()).unwrap_or(rest.len());
    let (number, after) = rest.split_at(end);
    *rest = after;
    if number.is_empty() {
        return Ok(None);
    }
    number.parse().map(Some).map_err(|_too_large| value_error("Too many decimal digits in format string"))
}

/// `format(int, spec)`.
pub(super) fn format_int(int: i64, spec: &Spec, type_name: &str) -> Result<String, Failure> {
    let magnitude = int.unsigned_abs();
    let digits = match spec.kind {
        None | Some('d' | 'n') => magnitude.to_string(),
        Some('b') => format!("{magnitude:b}"),
        Some('o') => format!("{magnitude:o}"),
        Some('x') => format!("{magnitude:x}"),
        Some('X') => format!("{magnitude:X}"),
        Some('c') => return character(int, spec),
        #[expect(clippy::cast_precision_loss, reason = "as Python's float(int)")]
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return format_float(int as f64, spec, type_name),
        Some(_) => return Err(spec.unknown(type_name)),
    };
    if spec.no_negative_zero {
        return Err(value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if spec.precision.is_some() {
        return Err(value_error("Precision not allowed in integer format specifier"));
    }
    let binary = matches!(spec.kind, Some('b' | 'o' | 'x' | 'X'));
    let every = if binary { 4 } else { 3 };
    let mut prefix = sign(int < 0, spec);
    if spec.alternate && binary {
        prefix.push('0');
        prefix.extend(spec.kind);
    }
    grouped(&prefix, &digits, "", every, spec)
}

fn character(int: i64, spec: &Spec) -> Result<String, Failure> {
    let found = u32::try_from(int).ok().and_then(char::from_u32);
    let found = found.ok_or_else(|| Failure::new("OverflowError", "%c arg not in range(0x110000)"))?;
    if spec.sign.is_some() {
        return Err(value_error("Sign not allowed with integer format specifier 'c'"));
    }
    pad("", found.encode_utf8(&mut [0; 4]), spec, '<')
}

fn sign(negative: bool, spec: &Spec) -> String {
    match (negative, spec.sign) {
        (true, _) => "-".into(),
        (false, Some(sign @ ('+' | ' '))) => sign.into(),
        _ => String::new(),
    }
}

/// `format(float, spec)`.
pub(super) fn format_float(float: f64, spec: &Spec, type_name: &str) -> Result<String, Failure> {
    let precision = spec.precision;
    if precision.is_some_and(|precision| precision > MOST_PRECISION) {
        return Err(value_error("precision too big"));
    }
    let magnitude = float.abs();
    let body = match spec.kind {
        Some(kind) if !"eEfFgGn%".contains(kind) => return Err(spec.unknown(type_name)),
        _ if !float.is_finite() => if float.is_nan() { "nan" } else { "inf" }.to_owned(),
        None if precision.is_none() => float_repr(magnitude),
        None => {
            let short = general(magnitude, precision.unwrap_or(6).max(1), spec.alternate, true);
            if short.contains(['.', 'e']) { short } else { format!("{short}.0") }
        }
        Some('f' | 'F') => point(format!("{magnitude:.*}", precision.unwrap_or(6)), spec),
        Some('%') => point(format!("{:.*}", precision.unwrap_or(6), magnitude * 100.0), spec),
        Some('e' | 'E') => scientific(magnitude, precision.unwrap_or(6), spec.alternate),
        Some(_) => general(magnitude, precision.unwrap_or(6).max(1), spec.alternate, false),
    };
    let body = if matches!(spec.kind, Some('E' | 'F' | 'G')) { body.to_uppercase() } else { body };
    let whole_end = body.find(|each: char| !each.is_ascii_digit()).unwrap_or(body.len());
    let (whole, rest) = body.split_at(whole_end);
    let rest = if spec.kind == Some('%') { format!("{rest}%") } else { rest.to_owned() };
    let zero = spec.no_negative_zero
        && !body.split('e').next().is_some_and(|digits| digits.contains(|each| ('1'..='9').contains(&each)));
    let negative = float.is_sign_negative() && !float.is_nan() && !zero;
    grouped(&sign(negative, spec), whole, &rest, 3, spec)
}

fn point(digits: String, spec: &Spec) -> String {
    if spec.alternate && !digits.contains('.') { digits + "." } else { digits }
}

fn scientific(magnitude: f64, precision: usize, alternate: bool) -> String {
    let written = format!("{magnitude:.precision$e}");
    let (mantissa, exponent) = written.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a whole exponent");
    let dot = if alternate && !mantissa.contains('.') { "." } else { "" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}{dot}e{sign}{:02}", exponent.unsigned_abs())
}

/// `g`; with no type at all (`short`) at least one digit stays behind the point.
fn general(magnitude: f64, precision: usize, alternate: bool, short: bool) -> String {
    let written = scientific(magnitude, precision - 1, alternate);
    let (mantissa, exponent) = written.split_once('e').expect("scientific writes an exponent");
    let exponent_number: i64 = exponent.parse().expect("scientific writes a whole exponent");
    let digits = i64::try_from(precision).expect("precision is limited");
    let most = if short { digits - 1 } else { digits };
    if (-4..most).contains(&exponent_number) {
        let decimals = usize::try_from((digits - 1 - exponent_number).max(0)).expect("precision is limited");
        trimmed(format!("{magnitude:.decimals$}"), alternate)
    } else {
        format!("{}e{exponent}", trimmed(mantissa.to_owned(), alternate))
    }
}

fn trimmed(digits: String, alternate: bool) -> String {
    if alternate || !digits.contains('.') {
        return if alternate && !digits.contains('.') { digits + "." } else { digits };
    }
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Puts separators into `whole`, then pads; zeros that pad on the inside are grouped as well.
fn grouped(prefix: &str, whole: &str, rest: &str, every: usize, spec: &Spec) -> Result<String, Failure> {
    limit(spec.width)?;
    let mut digits = whole.to_owned();
    if let Some(separator) = spec.grouping.filter(|_| !whole.is_empty()) {
        digits = separated(whole, separator, every);
        if spec.fill == Some('0') && spec.align == Some('=') {
            let mut zeros = whole.to_owned();
            while prefix.len() + digits.len() + rest.len() < spec.width {
                zeros.insert(0, '0');
                digits = separated(&zeros, separator, every);
            }
        }
    }
    pad(prefix, &format!("{digits}{rest}"), spec, '>')
}

fn separated(digits: &str, separator: char, every: usize) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(every) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// `prefix` and `body` in the width asked for; `=` pads between them.
pub(super) fn pad(prefix: &str, body: &str, spec: &Spec, natural: char) -> Result<String, Failure> {
    limit(spec.width)?;
    let missing = spec.width.saturating_sub(prefix.chars().count() + body.chars().count());
    let fill = |count: usize| spec.fill.unwrap_or(' ').to_string().repeat(count);
    Ok(match spec.align.unwrap_or(natural) {
        '<' => format!("{prefix}{body}{}", fill(missing)),
        '^' => format!("{}{prefix}{body}{}", fill(missing / 2), fill(missing - missing / 2)),
        '=' => format!("{prefix}{}{body}", fill(missing)),
        _ => format!("{}{prefix}{body}", fill(missing)),
    })
}
