package finch.engine.gradient;

/** What all stages of one pass have to know. Written by the caller's thread between runs of the team. */
final class State {
    int count;
    Mode mode = Mode.TRAINING;
    long seed;
    float[] images;
}
