package finch.search.run;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.CommandEstimator;
import finch.accuracy.EstimateInterruptedException;
import finch.accuracy.EstimateUnwritableException;
import finch.engine.kernel.KernelSet;
import finch.search.config.Accuracy;
import finch.search.config.Catalog;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.space.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a worker does for a search elsewhere: the estimators that the job names, with their time limits, and nothing else. A job comes from
 * another machine and is believed in nothing that this one can check: files have the bytes that it says, and a trainer runs only where
 * the worker was told of the very same one.
 */
public final class WorkerEvaluator {
    private final List<Accuracy> choices;
    private final List<AccuracyEstimator> estimators = new ArrayList<>();
    private final List<AccuracyEstimator> limited = new ArrayList<>();

    private WorkerEvaluator(List<Accuracy> choices) {
        this.choices = choices;
    }

    /**
     * Prepares for a job.
     *
     * @param trainers the configs of this machine whose trainers may run
     * @param folder   where trainers leave their work
     * @throws IllegalArgumentException if this machine cannot do the job or is not to, with a message for people
     */
    public static WorkerEvaluator open(EvaluationJob job, SearchServices services, Catalog catalog, List<SearchConfig> trainers, Path folder) throws IOException {
        SearchConfig config = ConfigReader.parse("the search's config", job.config(), folder, List.of(), catalog);
        for (Accuracy.Command trainer : EvaluationJob.trainers(config.accuracy()).toList()) {
            if (trainers.stream().flatMap(own -> EvaluationJob.trainers(own.accuracy())).noneMatch(own -> isSame(own, trainer))) {
                throw new IllegalArgumentException("the search trains with " + String.join(" ", trainer.run()) + ", which this worker was not told to run. If it should,"
                        + " start it with --trainer and this machine's copy of the search's config.");
            }
        }
        if (job.kernels().isPresent() && !job.kernels().get().equals(KernelSet.configured().kernels().name())) {
            throw new IllegalArgumentException("the search computes accuracies with the kernels " + job.kernels().get() + " and this worker would with "
                    + KernelSet.configured().kernels().name() + ", so that the last bits differ. Give both the same width, e.g. FINCH_JAVA_OPTS=-Dfinch.vectorBits=256.");
        }
        for (Path file : AccuracyFacts.files(config.accuracy())) {
            String path = EvaluationJob.absolute(file);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("the search's accuracies come from " + path + ", which is not on this machine");
            }
            if (!JsonFile.sha256(file).equals(job.files().get(path))) {
                throw new IllegalArgumentException(path + " is not the file that the search's accuracies come from");
            }
        }
        WorkerEvaluator evaluator = new WorkerEvaluator(EvaluationJob.choices(config.accuracy()));
        for (Accuracy choice : evaluator.choices) {
            AccuracyEstimator estimator = services.accuracy(choice, config, folder);
            evaluator.estimators.add(estimator);
            evaluator.limited.add(TimeLimitedEstimator.limited(estimator, choice));
        }
        return evaluator;
    }

    private static boolean isSame(Accuracy.Command own, Accuracy.Command asked) {
        return own.run().equals(asked.run()) && own.environment().equals(asked.environment());
    }

    /** Estimates at once: all the slots, or as many trainers as the config runs at once on a machine. */
    public int atOnce(int slots) {
        int trainers = choices.stream().mapToInt(choice -> choice instanceof Accuracy.Command command ? command.parallel() : slots).max().orElse(slots);
        return Math.min(slots, trainers);
    }

    /**
     * Estimates one architecture. Safe for concurrent use.
     *
     * @param choice index of the estimator in the job
     * @throws EstimateInterruptedException if the estimate was broken off: that is no answer
     * @throws EvaluationsStuckException if this process should not go on
     */
    public RemoteAnswer estimate(int choice, Architecture architecture) {
        if (choice < 0 || choice >= choices.size()) {
            throw new IllegalArgumentException("the job has no estimator " + choice);
        }
        try {
            AccuracyEstimate estimate = limited.get(choice).estimate(architecture);
            return new RemoteAnswer.Estimated(estimate, estimators.get(choice) instanceof CommandEstimator trainer ? trainer.answer(architecture) : Optional.empty());
        } catch (EvaluationsStuckException e) {
            throw e;
        } catch (EstimateUnwritableException e) {
            // this machine's trouble: another can estimate what this one was given
            throw EvaluationsStuckException.unwritable(e);
        } catch (IOException | RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            ArchitectureEvaluator.requireNotInterrupted(e);
            return new RemoteAnswer.Failed(ArchitectureEvaluator.describe(e));
        }
    }
}
