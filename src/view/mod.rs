//! Draw plans: what a plot shows, as plain data. No egui.
