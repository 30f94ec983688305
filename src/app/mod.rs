//! The window program: its state, the session that alone changes it, the runner that drives engines.
