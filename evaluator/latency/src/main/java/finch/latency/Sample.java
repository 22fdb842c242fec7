package finch.latency;

/** One timed network of a calibration. @param micros median time, corrected by the clock probe */
record Sample(String name, double[] features, double macs, double params, double micros) {}
