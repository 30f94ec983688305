//! What a trace adds up to: utilization, states, contention. Pure; cannot tell which engine made the trace.
