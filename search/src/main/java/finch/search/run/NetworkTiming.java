package finch.search.run;

/** A network's time on this machine, of single inferences at batch 1. */
public record NetworkTiming(String runtime, String kernelSet, int threads, int runs, double medianMicros, double p10Micros, double p90Micros) {}
