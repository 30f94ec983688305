//! A CPU painter of egui's meshes, and PNG. Draws what it is handed; decides nothing.
