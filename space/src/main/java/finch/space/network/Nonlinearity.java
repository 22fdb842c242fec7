package finch.space.network;

import finch.space.Activation;
import finch.space.Gate;

/** An element-wise function that a layer applies to its result. */
public sealed interface Nonlinearity {
    Nonlinearity LINEAR = new Linear();
    Nonlinearity RELU = new Relu();
    Nonlinearity RELU6 = new Clip(0, 6);
    Nonlinearity HARD_SWISH = new HardSwish();
    Nonlinearity SWISH = new Swish();
    Nonlinearity SIGMOID = new Sigmoid();

    record Linear() implements Nonlinearity {}

    record Relu() implements Nonlinearity {}

    /** min(max(x, low), high). */
    record Clip(float low, float high) implements Nonlinearity {}

    /** x·min(max(x/6 + 1/2, 0), 1). */
    record HardSwish() implements Nonlinearity {}

    /** x·sigmoid(x). */
    record Swish() implements Nonlinearity {}

    record Sigmoid() implements Nonlinearity {}

    /** min(max(slope·x + offset, 0), 1). */
    record HardSigmoid(float slope, float offset) implements Nonlinearity {}

    static Nonlinearity of(Activation activation) {
        return switch (activation) {
            case LINEAR -> LINEAR;
            case RELU -> RELU;
            case RELU6 -> RELU6;
            case HARD_SWISH -> HARD_SWISH;
            case SWISH -> SWISH;
        };
    }

    static Nonlinearity of(Gate gate) {
        return switch (gate) {
            case Gate.HardSigmoid(double slope) -> new HardSigmoid((float) slope, 0.5f);
            case Gate.Sigmoid() -> SIGMOID;
        };
    }

    /** The value in double precision, the definition that every kernel is checked against. */
    default double apply(double x) {
        return switch (this) {
            case Linear() -> x;
            case Relu() -> Math.max(x, 0);
            case Clip(float low, float high) -> Math.min(Math.max(x, low), high);
            case HardSwish() -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
            case Swish() -> x / (1 + Math.exp(-x));
            case Sigmoid() -> 1 / (1 + Math.exp(-x));
            case HardSigmoid(float slope, float offset) -> Math.min(Math.max(slope * x + offset, 0), 1);
        };
    }
}
