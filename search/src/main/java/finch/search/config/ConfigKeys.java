package finch.search.config;

import java.util.List;

/** The keys of a config, which reader and schema share. */
final class ConfigKeys {
    static final List<String> ROOT = List.of("schema", "name", "seed", "space", "device", "accuracy", "objectives", "constraints",
            "algorithm", "stop", "seed-with", "front", "finals", "export", "set");
    static final List<String> DEVICE = List.of("runtime", "threads", "profile", "calibration-budget");
    static final List<String> RUNTIMES = List.of("finch", "onnxruntime");
    static final List<String> SURROGATE = List.of("type", "file", "recipe", "timeout");
    static final List<String> TABLE = List.of("type", "table", "missing", "timeout");
    static final List<String> SUPERNET = List.of("type", "model", "data", "images", "train", "timeout");
    static final List<String> TRAIN = List.of("recipe", "random");
    static final int MAX_RANDOM = 100;
    static final List<String> FINALS = List.of("data", "recipe", "seeds", "candidates", "baselines");
    static final int MAX_SEEDS = 100;
    static final int MAX_CANDIDATES = 1000;
    static final int MAX_VALIDATION_IMAGES = 10_000_000;
    static final List<String> COMMAND = List.of("type", "run", "verbatim", "timeout", "retries", "parallel", "environment", "dataset");
    static final List<String> PROXY = List.of("type", "proxy", "data", "seeds", "batch", "allow-weak", "timeout");
    static final List<String> ENSEMBLE = List.of("type", "signals", "method", "table", "networks", "data", "seeds", "batch", "allow-weak", "timeout");
    static final List<String> LADDER = List.of("type", "rungs");
    /** Of a rung, beside those of its type. */
    static final List<String> RUNG = List.of("share", "fidelity");
    /** Of a rung that goes on with the trainer of the rung before. */
    static final List<String> SAME_TRAINER = List.of("fidelity", "share", "timeout");
    static final int MIN_NETWORKS = 20;
    static final int MAX_NETWORKS = 100_000;
    static final int MAX_IMAGES = 4096;
    static final int MAX_RETRIES = 100;
    static final int MAX_TRAINERS = 1000;
    static final List<String> BOUND = List.of("at-most", "at-least", "bound-on");
    static final List<String> NSGA2 = List.of("type", "population", "offspring", "crossover", "mutation", "seed-mutants");
    static final List<String> NSGA3 = List.of("type", "population", "offspring", "crossover", "mutation", "seed-mutants", "divisions");
    static final int MAX_DIVISIONS = 1000;
    static final List<String> ALGORITHMS = List.of("nsga2", "nsga3", "regularized-evolution", "scalarized", "netadapt", "surrogate", "random", "exhaustive");
    static final List<String> MODEL = List.of("type", "initial", "batch", "pool", "in-flight");
    static final int MIN_INITIAL = 3;
    static final List<String> REGULARIZED_EVOLUTION = List.of("type", "population", "sample", "batch", "mutation", "in-flight");
    static final List<String> SCALARIZED = List.of("type", "cost", "target", "form", "w", "population", "offspring", "crossover",
            "mutation", "seed-mutants");
    static final List<String> NETADAPT = List.of("type", "from", "cost", "target", "step", "headroom");
    /** Of an algorithm in a list: after how many evaluations the next one goes on. */
    static final String STAGE_EVALUATIONS = "evaluations";
    static final List<String> ENDING_BY_THEMSELVES = List.of("netadapt", "exhaustive");
    static final double MIN_STEP = 1e-6;
    static final double MAX_STEP = 0.5;
    static final double MAX_HEADROOM = 100;
    static final List<String> RANDOM = List.of("type", "batch");
    static final List<String> STOP = List.of("evaluations", "generations", "wall-clock", "stagnation", "target", "failed-share");
    static final List<String> SEED_NETWORK = List.of("network", "if-outside");
    static final List<String> FRONT = List.of("measure", "top", "runs");
    static final List<String> EXPORT = List.of("pick", "weight-seed");
    static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]*";
    static final String PICK_PATTERN = "best|knee|none|front/[1-9][0-9]*";
    static final int MAX_POPULATION = 10_000;
    static final int MAX_BATCH = 100_000;
    /** As many as a cluster keeps track of. */
    static final int MAX_IN_FLIGHT = 1024;
    static final int MAX_INFERENCE_THREADS = 1024;
    static final double MIN_MUTATION = 0.01;
    static final double MAX_MUTATION = 1000;
    static final double MIN_REWARD_EXPONENT = 0.0001;
    static final double MAX_REWARD_EXPONENT = 100;
    static final int MAX_TOP = 1000;
    static final int MAX_RUNS = 100_000;

    private ConfigKeys() {}
}
