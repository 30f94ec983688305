//! The text of a scenario file, the tree read from it, and places. The only user of the kdl crate.
//! Reading never fails. Does not know what any node means.
