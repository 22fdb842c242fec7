package finch.accuracy;

/**
 * How much better one architecture is than another under one recipe, in points of top-1.
 *
 * @param low  lower end of the central 90 % interval
 * @param high upper end
 */
public record AccuracyDifference(double value, double low, double high) {}
