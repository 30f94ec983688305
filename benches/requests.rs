//! Rows of requests: a hundred at a time from one event loop to a server on this machine, a connection each, as tokio and asyncio do
//! it. The server is each one's own, on another thread (of asyncio in another process), and answers at once.
#![expect(clippy::disallowed_methods, reason = "a bench measures, and asks CPython")]

use crate::engine::Repeated;
use crate::harness::{Goal, Row, Table};
use crate::peers::{as_f64, nanos};
use coreyard::engine::Record;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// On their way at once.
const AT_ONCE: u64 = 100;
/// Bytes of an answer.
const ANSWER: usize = 1025;
/// Requests of a round.
const ROUND: u64 = 20_000;

const REQUESTS: &str = r#"
let N 1
server web latency-ms=0 kb=1
event-loop l
routine walk turns async=#true { repeat turns { await request web } }
routine boss n async=#true {
    let all "[]"
    repeat 100 { create-task walk "n // 100" into=t; let all "all + [t]" }
    await gather all
}
main { run-loop l boss N }
"#;

const ASYNCIO: &str = "
import asyncio, multiprocessing, socket, struct, time
N, AT_ONCE, ANSWER = NUMBERS
async def serve(pipe):
    async def answer(reader, writer):
        await reader.read(1)
        writer.write(b'.' * ANSWER)
        writer.close()
    server = await asyncio.start_server(answer, '127.0.0.1', 0, backlog=4096)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
async def walk(port, turns):
    for _ in range(turns):
        reader, writer = await asyncio.open_connection('127.0.0.1', port)
        writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        writer.write(b'?')
        await reader.readexactly(ANSWER)
        writer.close()
async def boss(port):
    begin = time.perf_counter()
    await asyncio.gather(*(walk(port, N // AT_ONCE) for _ in range(AT_ONCE)))
    print(N / (time.perf_counter() - begin))
ours, theirs = multiprocessing.Pipe()
server = multiprocessing.Process(target=lambda: asyncio.run(serve(theirs)), daemon=True)
server.start()
asyncio.run(boss(ours.recv()))
server.terminate()
";

/// Both beside what a scenario does.
pub fn rows(table: &mut Table) {
    let row = |name, peer, limit| Row { name, peer, unit: "k/s", goal: Goal::AtLeast(limit) };
    let ours = || 1e6 / Repeated { text: REQUESTS, rounds: ROUND, record: Record::Full }.nanos_each();
    let tokio = row("requests on one loop, a hundred at once, full record", "tokio, one thread", 0.5);
    if table.wants(&tokio) {
        let server = serve();
        table.measure(tokio, ours, || tokio_rate(server) / 1e3);
    }
    let asyncio = row("requests on one loop, a hundred at once, beside Python", "asyncio", 2.0);
    if table.wants(&asyncio) {
        match asyncio_rate(AT_ONCE) {
            Some(_) => table.measure(asyncio, ours, || asyncio_rate(ROUND / 5).unwrap_or(f64::NAN) / 1e3),
            None => println!("no python3 to compare with: {} is left out", asyncio.name),
        }
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_io().build().expect("a runtime of one thread can be made")
}

/// A server of tokio's on a thread of its own, as long as this process lives.
fn serve() -> SocketAddr {
    let (tell, told) = channel();
    let serve = async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        tell.send(listener.local_addr().expect("it is bound")).expect("somebody waits for that");
        loop {
            let Ok((mut stream, _)) = listener.accept().await else { continue };
            tokio::spawn(async move {
                let mut asked = [0; 1];
                if stream.read_exact(&mut asked).await.is_ok() {
                    // Whoever has hung up wants no more.
                    drop(stream.write_all(&[0; ANSWER]).await);
                }
            });
        }
    };
    std::thread::spawn(move || runtime().block_on(serve));
    told.recv().expect("it serves")
}

async fn walk(server: SocketAddr, turns: u64) -> std::io::Result<()> {
    let mut answer = [0; ANSWER];
    for _ in 0..turns {
        let mut stream = TcpStream::connect(server).await?;
        linger(&stream)?;
        stream.write_all(b"?").await?;
        stream.read_exact(&mut answer).await?;
    }
    Ok(())
}

/// Ports are few: whoever hangs up keeps none.
#[cfg(unix)]
fn linger(stream: &TcpStream) -> std::io::Result<()> {
    Ok(rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO))?)
}

#[cfg(not(unix))]
fn linger(_stream: &TcpStream) -> std::io::Result<()> {
    let _ = Duration::ZERO;
    Ok(())
}

/// Requests a second.
fn tokio_rate(server: SocketAddr) -> f64 {
    let begin = Instant::now();
    runtime().block_on(async {
        let walkers: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(walk(server, ROUND / AT_ONCE))).collect();
        for walker in walkers {
            walker.await.expect("a walker does not panic").expect("the server answers");
        }
    });
    as_f64(ROUND) / (nanos(begin.elapsed()) / 1e9)
}

/// Requests a second; none where there is no `python3`.
fn asyncio_rate(count: u64) -> Option<f64> {
    let program = ASYNCIO.replace("NUMBERS", &format!("{count}, {AT_ONCE}, {ANSWER}"));
    let output = Command::new("python3").args(["-W", "ignore", "-c", &program]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
