//! How servers and files are declared: their sizes and times are known before the run.

use crate::diagnostic::catalog;
use crate::scenario::{Argument, ArgumentValue, Block};
use crate::time::Nanos;
use crate::value::Value;

use super::super::ResourceKind;
use super::Compiler;

/// What a server takes to answer unless it is said.
const LATENCY: Nanos = Nanos::from_millis(10);
/// The longest.
const MOST_LATENCY: u64 = 3_600_000_000_000;
/// What it answers with unless it is said.
const ANSWER: u64 = 1 << 10;
/// The most by TCP.
const MOST_STREAM: u64 = 64 << 20;
/// The most by UDP: with its first byte no datagram over IPv4 is larger than 65,507 bytes.
const MOST_DATAGRAM: u64 = 63 << 10;
/// The largest file: each is written once before the run.
const MOST_FILE: u64 = 256 << 20;

impl Compiler<'_> {
    pub(super) fn server_kind(&mut self, block: &Block, at: Option<(&Block, i64)>) -> ResourceKind {
        let datagrams = block.choice("protocol") == Some("udp");
        let most = if datagrams { MOST_DATAGRAM } else { MOST_STREAM };
        let latency = self.amount(block.property("latency"), at, ("latency", MOST_LATENCY, 1_000_000, "ms"));
        let bytes = self.amount(block.property(""), at, ("kb", most, 1 << 10, "kb"));
        ResourceKind::Server { latency: latency.map_or(LATENCY, Nanos), bytes: bytes.unwrap_or(ANSWER), datagrams }
    }

    pub(super) fn file_kind(&mut self, block: &Block, at: Option<(&Block, i64)>) -> ResourceKind {
        let bytes = self.amount(block.property(""), at, ("kb", MOST_FILE, 1 << 10, "kb"));
        ResourceKind::File { bytes: bytes.unwrap_or(ANSWER) }
    }

    /// A time or a size known before the run, in its least unit; at most so much, which is told in a larger one.
    fn amount(
        &mut self,
        argument: Option<&Argument>,
        at: Option<(&Block, i64)>,
        (name, most, unit, word): (&str, u64, u64, &str),
    ) -> Option<u64> {
        let argument = argument?;
        let ArgumentValue::Measure { amount, scale } = &argument.value else { return None };
        let value = self.constant(amount, at)?;
        let found = match value {
            Value::Int(whole) => u64::try_from(whole).ok().map(|whole| whole.saturating_mul(*scale)),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                clippy::cast_sign_loss,
                reason = "the cast saturates; the range is checked"
            )]
            Value::Float(float) if float.get() >= 0.0 => Some((float.get() * *scale as f64) as u64),
            _ => None,
        };
        let fits = found.filter(|&found| found <= most);
        if fits.is_none() {
            let shown = crate::value::format::repr(self.table, value).unwrap_or_default();
            let told = found.map_or(shown, |found| format!("{} {word}", found / unit));
            let range = [name.to_owned(), format!("0 {word}"), format!("{} {word}", most / unit), told];
            self.problem(catalog::OUT_OF_RANGE, argument.span, range);
        }
        fits
    }
}
