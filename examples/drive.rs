use coreyard::engine::{real::Real, stepper::Stepper, *};
use coreyard::time::Nanos;
use coreyard::trace::store::Trace;
// drive FILE engine seed timeout_ms [NAME=EXPR…]
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let overrides = a[5..].iter().filter_map(|s| s.split_once('=')).map(|(n, v)| (n.into(), v.into())).collect();
    let src = Source { text, name: "x".into(), overrides };
    let cfg = RunConfig {
        worker: std::path::absolute("target/debug/coreyard").unwrap(),
        cores: None,
        seed: a[3].parse().unwrap(),
        schedule: None,
        record: Record::Full,
        timeout: Some(Nanos::from_millis(a[4].parse().unwrap())),
        stop_on_deadlock: true,
    };
    let began = std::time::Instant::now();
    let r = if a[2] == "real" { Real.start(&src, &cfg) } else { Stepper.start(&src, &cfg) };
    let mut run = match r {
        Ok(r) => r,
        Err(e) => {
            println!("{{\"error\":{:?}}}", e.to_string());
            return;
        }
    };
    let mut t = Trace::default();
    let mut polls = 0u64;
    let mut worst = 0f64;
    let stop = std::env::var("STOP").ok().map(|s| s.parse::<u128>().unwrap());
    let mut stopped = None;
    loop {
        let b = std::time::Instant::now();
        let more = run.poll(&mut t);
        worst = worst.max(b.elapsed().as_secs_f64() * 1e3);
        polls += 1;
        if !more {
            break;
        }
        if let Some(s) = stop {
            if stopped.is_none() && began.elapsed().as_millis() > s {
                run.control(Control::Stop);
                stopped = Some(std::time::Instant::now());
            }
        }
        if a[2] == "real" {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    let stop_ms = stopped.map(|s| s.elapsed().as_secs_f64() * 1e3);
    drop(run);
    let j = serde_json::json!({"ended":t.ended,"elapsed_ms":t.elapsed.millis(),"wall_ms":began.elapsed().as_secs_f64()*1e3,"polls":polls,"worst_poll_ms":worst,"stop_ms":stop_ms,
  "findings":t.findings.iter().map(|f|serde_json::json!([format!("{:?}",f.kind),f.at.millis(),f.waits.iter().map(|w|serde_json::json!([t.tasks.get(&w.task).map(|x|x.name.clone()),format!("{:?}",w.on),w.helpers.iter().map(|h|t.tasks.get(h).map(|x|x.name.clone())).collect::<Vec<_>>()])).collect::<Vec<_>>()])).collect::<Vec<_>>(),
  "uncaught":t.counters.tasks.iter().filter_map(|(k,c)|c.uncaught.as_ref().map(|u|serde_json::json!([t.tasks.get(k).map(|x|x.name.clone()),u.name,u.message]))).collect::<Vec<_>>(),
  "output":t.output.iter().map(|o|o.text.clone()).collect::<Vec<_>>(),
  "final":t.final_state.as_ref().map(|f|t.resources.iter().zip(&f.resources).map(|(r,p)|serde_json::json!([r.name,p])).collect::<Vec<_>>()),
  "tasks":t.tasks.iter().map(|(k,x)|serde_json::json!([x.name,t.counters.tasks.get(k).map(|c|c.cpu.millis()),t.chunks(*k).iter().map(|c|c.events.len()).sum::<usize>()])).collect::<Vec<_>>(),
  "resources":t.resources.iter().zip(&t.counters.resources).map(|(r,c)|serde_json::json!([r.name,c.acquisitions,c.contended,c.hand_offs,c.gets,c.timeouts,c.wait.total.millis(),c.hold.total.millis()])).collect::<Vec<_>>(),
  "cores":t.cores.len(),"lost":t.counters.lost_events,"schedule_len":t.header.schedule.as_ref().map(|s|s.len())});
    println!("{j}");
}
