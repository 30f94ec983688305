//! The one test binary: what concerns more than one module, a topic a file. Unit tests stand beside the code.

mod architecture;
mod bad_input;
mod cli;
mod cli_run;
mod conformance;
mod control;
mod damage;
mod editing;
mod generators;
mod gil;
mod language;
mod meaning;
mod numbers;
mod pictures;
mod promises;
mod python;
mod real;
mod scenarios;
mod shell;
mod source;
mod threads;
mod tidy;
mod trace;
mod verdicts;
mod viewing;
mod window;
