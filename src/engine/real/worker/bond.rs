//! What ties a process to the rest of the world: it ends with the one that started it, those that it leaves behind find a new
//! parent, and a signal that ends a process ends it at once.
//! Asks the kernel; where that knows of no such thing, ears and lifelines must do.

/// Asks the kernel to end this process with the thread that started it; the ear sees the app's end anyway.
#[cfg(target_os = "linux")]
pub(in crate::engine::real) fn die_with_the_app() {
    let _refused = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) fn die_with_the_app() {}

/// Whether the kernel sees to it that this process, which `parent` has started, ends with it. False as well when the parent had
/// died before the kernel was asked.
pub(in crate::engine::real) fn is_tied_to(parent: u32) -> bool {
    cfg!(target_os = "linux") && super::family::number(true) == crate::value::Value::Int(parent.into())
}

/// Asks the kernel to make those this one's children whose parent, a child of its own, has died: so that they are reaped.
#[cfg(target_os = "linux")]
pub(in crate::engine::real) fn adopt_orphans() {
    let _refused = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) fn adopt_orphans() {}

/// Lets what the processor and outsiders signal end this process at once. The standard library takes the first SIGSEGV and SIGBUS
/// for a stack that may have overflowed, and ignores it where that is not so: as when somebody sends one.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "only the system's own call sets what a signal does")]
pub(in crate::engine::real) fn die_of_any_signal() {
    for signal in [libc::SIGSEGV, libc::SIGBUS] {
        // SAFETY: the default action runs no code in this process, so nothing can be seen half done by it; no memory is passed, and
        // nobody else here sets what these two signals do. What the library's handler did, to word the end, is lost, nothing else.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) fn die_of_any_signal() {}

/// A file that would grow beyond what may be written (`ulimit -f`) is an error of the call that lets it grow, as in Python, and not
/// the end of the process. What this process starts inherits that.
#[cfg(target_os = "linux")]
pub fn outlive_full_files() {
    on_full_files(libc::SIG_IGN);
}

#[cfg(not(target_os = "linux"))]
pub fn outlive_full_files() {}

/// A program of the system's meets it as if a shell had started it.
#[cfg(target_os = "linux")]
pub(in crate::engine::real) fn die_of_full_files() {
    on_full_files(libc::SIG_DFL);
}

#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) fn die_of_full_files() {}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "only the system's own call sets what a signal does")]
fn on_full_files(what: libc::sighandler_t) {
    // SAFETY: both callers pass an action that runs no code in this process, so nothing can be seen half done by it; no memory is
    // passed, and nobody else here sets what this signal does.
    unsafe {
        libc::signal(libc::SIGXFSZ, what);
    }
}
