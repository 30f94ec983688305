//! The families of Python's exceptions: which `except` lets which through.

/// Each exception with the one it is a kind of. What is not here is a kind of `Exception`.
const PARENTS: &[(&str, &str)] = &[
    ("ArithmeticError", "Exception"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("BlockingIOError", "OSError"),
    ("BrokenBarrierError", "RuntimeError"),
    ("BrokenPipeError", "ConnectionError"),
    ("BrokenProcessPool", "RuntimeError"),
    ("BufferError", "Exception"),
    ("CancelledError", "BaseException"),
    ("ChildProcessError", "OSError"),
    ("ConnectionAbortedError", "ConnectionError"),
    ("ConnectionError", "OSError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("ConnectionResetError", "ConnectionError"),
    ("EOFError", "Exception"),
    ("Empty", "Exception"),
    ("Exception", "BaseException"),
    ("FileExistsError", "OSError"),
    ("FileNotFoundError", "OSError"),
    ("FloatingPointError", "ArithmeticError"),
    ("Full", "Exception"),
    ("GeneratorExit", "BaseException"),
    ("GreenletError", "Exception"),
    ("GreenletExit", "BaseException"),
    ("ImportError", "Exception"),
    ("IndexError", "LookupError"),
    ("InterruptedError", "OSError"),
    ("InvalidStateError", "Exception"),
    ("InvalidSwitchError", "AssertionError"),
    ("IsADirectoryError", "OSError"),
    ("KeyError", "LookupError"),
    ("KeyboardInterrupt", "BaseException"),
    ("LookupError", "Exception"),
    ("MemoryError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("NameError", "Exception"),
    ("NotADirectoryError", "OSError"),
    ("NotImplementedError", "RuntimeError"),
    ("OSError", "Exception"),
    ("OverflowError", "ArithmeticError"),
    ("PermissionError", "OSError"),
    ("ProcessLookupError", "OSError"),
    ("QueueEmpty", "Exception"),
    ("QueueFull", "Exception"),
    ("RecursionError", "RuntimeError"),
    ("ReferenceError", "Exception"),
    ("RuntimeError", "Exception"),
    ("StopAsyncIteration", "Exception"),
    ("StopIteration", "Exception"),
    ("SystemExit", "BaseException"),
    ("TimeoutError", "OSError"),
    ("TypeError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("UnicodeError", "ValueError"),
    ("ValueError", "Exception"),
    ("ZeroDivisionError", "ArithmeticError"),
];

/// The names every scenario knows, sorted; a scenario may raise others, which are kinds of `Exception`.
pub fn known() -> impl Iterator<Item = &'static str> {
    std::iter::once("BaseException").chain(PARENTS.iter().map(|&(name, _)| name))
}

/// Whether `except family` catches an exception called `name`.
#[must_use]
pub fn is_a(name: &str, family: &str) -> bool {
    let family = alias(family);
    let mut name = alias(name);
    loop {
        if name == family {
            return true;
        }
        if name == "BaseException" {
            return false;
        }
        name = PARENTS.binary_search_by_key(&name, |&(name, _)| name).map_or("Exception", |at| PARENTS[at].1);
    }
}

/// Python's other names for `OSError`.
fn alias(name: &str) -> &str {
    if matches!(name, "IOError" | "EnvironmentError") { "OSError" } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_pythons() {
        assert!(PARENTS.is_sorted());
        assert!(is_a("IndexError", "LookupError") && is_a("KeyError", "Exception") && is_a("Mine", "Exception"));
        assert!(is_a("TimeoutError", "IOError") && is_a("ZeroDivisionError", "ArithmeticError"));
        assert!(!is_a("CancelledError", "Exception") && is_a("CancelledError", "BaseException"));
        assert!(!is_a("GeneratorExit", "Exception") && !is_a("Exception", "ValueError"));
    }
}
