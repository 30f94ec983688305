//! A run as text for people and programs: the report and its JSON. Reads traces and metrics only.
