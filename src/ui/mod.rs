//! The panels of the window, one a file. They draw from borrowed state and push commands; they change nothing.
