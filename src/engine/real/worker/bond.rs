//! What ties a process to the one that started it: it ends with it, and those that it leaves behind find a new parent.
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
