package finch.search.evolve;

import java.util.Collections;
import java.util.stream.IntStream;
import org.moeaframework.algorithm.NSGAII;
import org.moeaframework.core.PRNG;
import org.moeaframework.core.Solution;
import org.moeaframework.core.variable.BinaryIntegerVariable;
import org.moeaframework.problem.AbstractProblem;
import org.uma.jmetal.algorithm.multiobjective.nsgaii.NSGAIIBuilder;
import org.uma.jmetal.operator.crossover.impl.IntegerSBXCrossover;
import org.uma.jmetal.operator.mutation.impl.IntegerPolynomialMutation;
import org.uma.jmetal.problem.integerproblem.impl.AbstractIntegerProblem;
import org.uma.jmetal.solution.integersolution.IntegerSolution;
import org.uma.jmetal.util.pseudorandom.JMetalRandom;

/** NSGA-II of other libraries on NAS-Bench-Macro, whose decisions have three choices each. */
final class Peers {
    private static final int CHOICES = 3;
    /** A search that finds nothing new for so long is left at what it found. */
    private static final int MOST_EVALUATIONS = 50_000;
    /** As in jMetal's and MOEA Framework's own examples of NSGA-II. */
    private static final double CROSSOVER = 0.9;
    private static final double DISTRIBUTION_INDEX = 20;

    private Peers() {}

    /** jMetal 6, with simulated binary crossover and polynomial mutation of integers. */
    static NasBenchMacro.Found jmetal(NasBenchMacro benchmark, long seed, int budget, int population, int offspring) {
        NasBenchMacro.Recorder recorder = benchmark.new Recorder(budget);
        int decisions = benchmark.decisions();
        AbstractIntegerProblem problem = new AbstractIntegerProblem() {
            @Override
            public IntegerSolution evaluate(IntegerSolution solution) {
                double[] point = recorder.point(solution.variables().stream().mapToInt(i -> i).toArray());
                solution.objectives()[0] = point[0];
                solution.objectives()[1] = point[1];
                return solution;
            }
        };
        problem.numberOfObjectives(2);
        problem.variableBounds(Collections.nCopies(decisions, 0), Collections.nCopies(decisions, CHOICES - 1));
        JMetalRandom.getInstance().setSeed(seed);
        try {
            new NSGAIIBuilder<>(problem, new IntegerSBXCrossover(CROSSOVER, DISTRIBUTION_INDEX),
                    new IntegerPolynomialMutation(1.0 / decisions, DISTRIBUTION_INDEX), population)
                    .setMatingPoolSize(offspring).setOffspringPopulationSize(offspring).setMaxEvaluations(MOST_EVALUATIONS).build().run();
        } catch (NasBenchMacro.Spent e) {
            // the usual end
        }
        return recorder.found();
    }

    /** MOEA Framework 5, with the variation that it chooses for integers. */
    static NasBenchMacro.Found moeaFramework(NasBenchMacro benchmark, long seed, int budget, int population) {
        NasBenchMacro.Recorder recorder = benchmark.new Recorder(budget);
        int decisions = benchmark.decisions();
        AbstractProblem problem = new AbstractProblem(decisions, 2) {
            @Override
            public void evaluate(Solution solution) {
                double[] point = recorder.point(IntStream.range(0, decisions)
                        .map(i -> ((BinaryIntegerVariable) solution.getVariable(i)).getValue()).toArray());
                solution.setObjectiveValue(0, point[0]);
                solution.setObjectiveValue(1, point[1]);
            }

            @Override
            public Solution newSolution() {
                Solution solution = new Solution(decisions, 2);
                for (int i = 0; i < decisions; i++) {
                    solution.setVariable(i, new BinaryIntegerVariable(0, CHOICES - 1));
                }
                return solution;
            }
        };
        PRNG.setSeed(seed);
        NSGAII search = new NSGAII(problem);
        search.setInitialPopulationSize(population);
        try {
            while (search.getNumberOfEvaluations() < MOST_EVALUATIONS) {
                search.step();
            }
        } catch (RuntimeException e) {
            if (!isSpent(e)) {
                throw e;
            }
        }
        return recorder.found();
    }

    /** It wraps what a problem throws. */
    private static boolean isSpent(Throwable e) {
        return e != null && (e instanceof NasBenchMacro.Spent || isSpent(e.getCause()));
    }
}
