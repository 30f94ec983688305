//! What a run says about what the scenario expects: each check judged, with the strength of the judgement.
