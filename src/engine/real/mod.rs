//! Runs a program on the real cores: OS threads in a worker process, real waiting, shared-memory transport.
//! Owns how a run is made; it is driven by `run`, its other end is `worker`. What effects mean is `engine::world`.

mod host;
mod message;
mod resource;
mod task;
mod transport;
mod wait;
mod worker;

use std::path::Path;
use std::sync::Arc;

use self::host::process::Process;
use self::host::reader::Reader;
use self::host::run::{Beginning, RealRun};
use self::host::sampler::Sampler;
use self::message::{Recipe, Setup};
use self::transport::clock::Counter;
use self::transport::segment::{self, Mapping, Segment, Sizes};
use self::transport::socket::Polled;
pub use self::worker::bond::outlive_full_files;
pub use self::worker::main::WorkerError;
pub use self::worker::work;
use super::{Engine, EngineError, Run, RunConfig, Source};
use crate::diagnostic::Severity;
use crate::lang::Words;
use crate::program::{self, Program};
use crate::scenario::Tree;
use crate::trace::store::Header;

/// Tasks made during a run, declared ones not counted.
const MOST_MADE: usize = 100_000;
/// Declared resources.
const MOST_RESOURCES: usize = 10_000;
/// Different labels of marks.
const MOST_LABELS: usize = 4096;
/// Chunks of events: 25 MB, so that ten thousand tasks have nearly one each.
const CHUNKS: usize = 8192;
/// Tasks and processes whose frames and values are told: 4 MB, of which only what is used costs memory.
const SHOTS: usize = 512;
/// Output and other texts.
const LOG_BYTES: usize = 32 << 20;

/// The real engine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Real;

impl Engine for Real {
    fn start(&self, source: &Source, config: &RunConfig) -> Result<Box<dyn Run>, EngineError> {
        let (program, tree) = compile(source)?;
        let (cores, cores_asked) = cores(config, &program);
        let sizes = sizes(&program)?;
        // Linux needs none, so that nothing could be left behind, whatever is killed.
        let folder = (!cfg!(target_os = "linux")).then(|| tempfile::Builder::new().prefix("coreyard-").tempdir());
        let folder = folder.transpose().map_err(EngineError::system("a folder for temporary files", "存放临时文件的文件夹"))?;
        let (file, path) = segment::create_file(sizes.bytes(), folder.as_ref().map_or(Path::new(""), |folder| folder.path()))
            .map_err(EngineError::system_with(
                "no room for the shared memory of a run (`ulimit -f` may limit it); bytes:",
                "没有空间存放一次运行的共享内存（可能受 `ulimit -f` 限制）；字节数：",
                &sizes.bytes().to_string(),
            ))?;
        let mapping =
            Mapping::new(&file).map(Arc::new).map_err(EngineError::system("mapping the shared memory", "映射共享内存"))?;
        Segment::create(mapping.words(), sizes);
        let counter = Counter::measured();
        let mut sampler = Sampler::new(Arc::clone(&mapping), counter);
        let (process, mut socket) = Process::start(&config.worker, folder, move || sampler.sample())?;
        let setup = Setup {
            segment: path,
            counter,
            cores,
            seed: config.seed,
            record: config.record.word().to_owned(),
            stop_on_deadlock: config.stop_on_deadlock,
            allow_commands: config.allow_commands,
        };
        let recipe = Recipe { tree, overrides: source.overrides.clone(), counts: config.record != super::Record::Off };
        let recipe = serde_json::to_string(&recipe).expect("a tree is plain data");
        let line = serde_json::to_string(&setup).expect("a setup is plain data");
        socket
            .write_line(&recipe)
            .and_then(|()| socket.write_line(&line))
            .map_err(EngineError::system("the worker's socket", "工作进程的套接字"))?;
        let socket = Polled::new(socket).map_err(EngineError::system("the worker's socket", "工作进程的套接字"))?;
        let beginning = Some(beginning(source, config, &program, (cores, cores_asked)));
        Ok(Box::new(RealRun {
            process,
            socket,
            mapping,
            _file: file,
            counter,
            timeout: config.timeout,
            beginning,
            reader: Reader::new(program.processes.iter().map(|process| process.name.clone()).collect()),
            wanted: None,
            told: None,
            findings: Vec::new(),
            over: false,
        }))
    }
}

fn compile(source: &Source) -> Result<(Program, Tree), EngineError> {
    let (checked, tree) = program::build_with_tree(&source.text, &source.overrides);
    match checked.value {
        Some(program) if !checked.diagnostics.iter().any(|told| told.severity == Severity::Error) => Ok((program, tree)),
        _ => Err(EngineError::of_text(&checked.diagnostics)),
    }
}

/// How many the run may use; and how many it was to use, if the machine has no more.
fn cores(config: &RunConfig, program: &Program) -> (u32, Option<u32>) {
    let machine = std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX));
    let asked = config.cores.or(program.cores);
    (asked.unwrap_or(machine).clamp(1, machine), asked.filter(|&asked| asked > machine))
}

fn sizes(program: &Program) -> Result<Sizes, EngineError> {
    let limit = |of: Words, is: usize, most: usize| if is <= most { Ok(()) } else { Err(EngineError::TooMany { of, is, most }) };
    limit(Words { en: "resources", zh: "资源" }, program.resources.len(), MOST_RESOURCES)?;
    Ok(Sizes {
        tasks: program.tasks.len() + MOST_MADE,
        resources: program.resources.len(),
        blocks: program.block_count as usize,
        labels: MOST_LABELS,
        chunks: CHUNKS,
        log_bytes: LOG_BYTES,
        processes: program.processes.len(),
        heap_bytes: if program.has_processes() { segment::HEAP_BYTES } else { 0 },
        shots: SHOTS,
    })
}

fn beginning(source: &Source, config: &RunConfig, program: &Program, (cores, cores_asked): (u32, Option<u32>)) -> Beginning {
    let header = Header {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engine: "real".to_owned(),
        machine: machine(),
        cores,
        cores_asked,
        seed: config.seed,
        schedule: None,
        record: config.record.word().to_owned(),
        text: source.text.clone(),
        name: source.name.clone(),
        overrides: source.overrides.clone(),
        started: unix_time(),
    };
    Beginning { header, tasks: super::describe::tasks(program).collect(), resources: super::describe::resources(program) }
}

/// The processor and the operating system, in words.
fn machine() -> String {
    let cpu = processor(Path::new("/proc/cpuinfo")).unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{cpu}, {}", std::env::consts::OS)
}

#[expect(clippy::disallowed_methods, reason = "the name of the processor is in a file of the system's")]
fn processor(file: &Path) -> Option<String> {
    let told = std::fs::read_to_string(file).ok()?;
    let line = told.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a trace tells when it was made")]
fn unix_time() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
