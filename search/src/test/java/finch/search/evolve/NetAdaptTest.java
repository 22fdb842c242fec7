package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.search.config.Bound;
import finch.search.config.NetworkReference;
import finch.search.config.Objective;
import finch.search.config.Reward;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Two stages with expansions of their own for each block and a bottleneck for each stage. */
class NetAdaptTest {
    private static final SearchSpace SPACE = SpaceFormat.parse("toy", """
            format: finch-space/1
            name: shrinkable
            resolution: [64, 96]
            stem: { out: 16, kernel: 3, stride: 2, activation: relu }
            defaults:
              activation: relu
              per-block: { kernel: [3, 5], expand: [2, 3, 4, 5, 6], squeeze: [none, 0.25 of expanded] }
            stages:
              - { depth: [1, 2], out: [16, 24, 32], stride: 2 }
              - { depth: [2, 3], out: [40, 48, 56, 64], stride: 2 }
            head: { conv: 128, activation: relu }
            """);
    private static final List<Objective> OBJECTIVES = List.of(Objective.TOP1, Objective.MACS);
    private static final Architecture LARGEST = SPACE.decode(((finch.space.staged.StagedSpace) SPACE).largest());

    /** Grows with every channel at falling rates; the last blocks matter most. */
    private static double top1(Architecture architecture) {
        double good = architecture.resolution().height() / 32.0;
        for (int i = 0; i < architecture.blocks().size(); i++) {
            Block.InvertedResidual b = (Block.InvertedResidual) architecture.blocks().get(i);
            good += (i + 1) * (Math.log(b.expanded()) + Math.log(b.out())) + b.kernel().height();
        }
        return 90 - 50 * Math.exp(-good / 50);
    }

    private static double macs(Genome genome) {
        return Network.of(SPACE.decode(genome)).macs();
    }

    /** What a search asked for, generation by generation. @param bounds upper ones on multiply-adds, infinite for none */
    private static class Log implements CandidateEvaluator, Foreknowledge {
        private final double bound;
        private final int budget;
        private final List<List<Candidate>> generations = new ArrayList<>();
        private final List<Genome> genomes = new ArrayList<>();
        private final List<Evaluation> evaluations = new ArrayList<>();

        Log(double bound, int budget) {
            this.bound = bound;
            this.budget = budget;
        }

        private Evaluation bounded(Genome genome, Map<Objective, Estimate> values) {
            double macs = macs(genome);
            return macs <= bound ? new Evaluation.Measured(values)
                    : new Evaluation.Infeasible(values, List.of(new Violation("macs at-most " + bound, macs / bound - 1, "too many")));
        }

        @Override
        public Evaluation preview(Genome genome) {
            return bounded(genome, Map.of(Objective.MACS, Estimate.exact(macs(genome))));
        }

        @Override
        public double limit(Objective quantity, Bound.Limit limit) {
            return NONE.limit(quantity, limit);
        }

        Evaluation evaluation(Genome genome) {
            return bounded(genome, Map.of(Objective.MACS, Estimate.exact(macs(genome)), Objective.TOP1, Estimate.exact(top1(SPACE.decode(genome)))));
        }

        @Override
        public List<Outcome> evaluate(int generation, List<Candidate> candidates) {
            assertThat(generation).isGreaterThanOrEqualTo(generations.size());
            List<Outcome> outcomes = new ArrayList<>();
            List<Candidate> taken = candidates.subList(0, Math.min(candidates.size(), budget - genomes.size()));
            generations.add(List.copyOf(taken));
            for (Candidate candidate : taken) {
                assertThat(candidate.genome()).isEqualTo(SPACE.canonical(candidate.genome()));
                Evaluation evaluation = evaluation(candidate.genome());
                outcomes.add(new Outcome(genomes.size(), evaluation));
                genomes.add(candidate.genome());
                evaluations.add(evaluation);
            }
            return outcomes;
        }

        String run(Algorithm algorithm, Genome... seeds) {
            String ended = SearchAlgorithm.of(algorithm).run(new SearchProblem(SPACE, OBJECTIVES, 1, List.of(seeds), this), this);
            assertThat(new HashSet<>(genomes)).as("no architecture is evaluated twice").hasSameSizeAs(genomes);
            return ended;
        }
    }

    private static Algorithm.NetAdapt netAdapt(Architecture from, double target, double step) {
        return netAdapt(from, target, step, 1);
    }

    private static Algorithm.NetAdapt netAdapt(Architecture from, double target, double step, double headroom) {
        return new Algorithm.NetAdapt(Optional.ofNullable(from).map(a -> new NetworkReference("it", a)), Objective.MACS,
                new Bound.Limit.Absolute(target), step, headroom);
    }

    @Test
    void every_step_saves_its_share_of_the_first_cost_and_keeps_the_least_loss_for_it() {
        double cost = Network.of(LARGEST).macs();
        Log log = new Log(Double.POSITIVE_INFINITY, 10_000);

        String ended = log.run(netAdapt(LARGEST, 0.4 * cost, 0.02));

        assertThat(ended).startsWith("netadapt: target met after ");
        Genome current = log.genomes.getFirst();
        long parent = 0;
        for (List<Candidate> step : log.generations.subList(1, log.generations.size())) {
            assertThat(step).hasSizeGreaterThan(2);
            Candidate best = null;
            for (Candidate proposal : step) {
                assertThat(proposal.parents()).containsExactly(parent);
                assertThat(macs(proposal.genome())).isLessThanOrEqualTo(macs(current) - 0.02 * cost);
                if (best == null || ratio(proposal.genome(), current) > ratio(best.genome(), current)) {
                    best = proposal;
                }
            }
            current = best.genome();
            parent = log.genomes.indexOf(current);
        }
        assertThat(macs(current)).isLessThanOrEqualTo(0.4 * cost);
        assertThat(ended).contains("evaluation " + parent + " with ");
        assertThat(log.generations.subList(1, log.generations.size() - 1)).as("no step too many").allSatisfy(step ->
                assertThat(step.stream().mapToDouble(p -> macs(p.genome())).max().orElseThrow()).isGreaterThan(0.4 * cost));
    }

    private static double ratio(Genome proposal, Genome current) {
        return (top1(SPACE.decode(proposal)) - top1(SPACE.decode(current))) / (macs(current) - macs(proposal));
    }

    @Test
    void proposals_shrink_one_expansion_or_the_bottleneck_of_a_whole_stage_and_nothing_else() throws Exception {
        Genome genome = SPACE.encode(LARGEST);
        List<Shrinking.Proposal> proposals = new Shrinking(SPACE, NetAdaptTest::macs).of(genome, macs(genome) * 0.999);

        // five blocks have an expansion, two stages a bottleneck
        assertThat(proposals).extracting(Shrinking.Proposal::operator).containsExactlyInAnyOrder("bottleneck", "bottleneck",
                "expansion", "expansion", "expansion", "expansion", "expansion");
        for (Shrinking.Proposal proposal : proposals) {
            Architecture after = SPACE.decode(proposal.genome());
            List<Integer> outs = new ArrayList<>();
            int changed = 0;
            for (int i = 0; i < 5; i++) {
                Block.InvertedResidual a = (Block.InvertedResidual) LARGEST.blocks().get(i);
                Block.InvertedResidual b = (Block.InvertedResidual) after.blocks().get(i);
                assertThat(b.kernel()).isEqualTo(a.kernel());
                outs.add(b.out());
                changed += a.expanded() == b.expanded() ? 0 : 1;
            }
            assertThat(after.resolution()).isEqualTo(LARGEST.resolution());
            if (proposal.operator().equals("expansion")) {
                assertThat(outs).containsExactly(32, 32, 64, 64, 64);
                assertThat(changed).isEqualTo(1);
            } else {
                assertThat(List.of(List.of(24, 24, 64, 64, 64), List.of(32, 32, 56, 56, 56))).contains(outs);
            }
        }
        assertThat(new Shrinking(SPACE, NetAdaptTest::macs).of(genome, 0.7 * macs(genome))).as("the nearest size that saves enough")
                .allSatisfy(p -> assertThat(macs(p.genome())).isLessThanOrEqualTo(0.7 * macs(genome)));
    }

    @Test
    void what_cannot_be_shrunk_any_more_is_told() {
        Log log = new Log(Double.POSITIVE_INFINITY, 10_000);

        assertThat(log.run(netAdapt(LARGEST, 1, 0.01))).startsWith("netadapt: nothing left to shrink after ");
        assertThat(new Log(Double.POSITIVE_INFINITY, 30).run(netAdapt(LARGEST, 1, 0.01))).as("stopped by the evaluator").isEmpty();
    }

    @Test
    void it_walks_into_a_bound_from_outside_and_does_not_stop_before() {
        double cost = Network.of(LARGEST).macs();
        Log log = new Log(0.5 * cost, 10_000);

        String ended = log.run(netAdapt(LARGEST, 0.8 * cost, 0.01));

        assertThat(ended).startsWith("netadapt: target met");
        assertThat(log.evaluations.getFirst()).isInstanceOf(Evaluation.Infeasible.class);
        int last = Integer.parseInt(ended.replaceFirst(".*evaluation (\\d+) with.*", "$1"));
        assertThat(log.evaluations.get(last)).isInstanceOf(Evaluation.Measured.class);
    }

    @Test
    void a_failed_proposal_is_passed_over() {
        double cost = Network.of(LARGEST).macs();
        Log log = new Log(Double.POSITIVE_INFINITY, 10_000) {
            @Override
            Evaluation evaluation(Genome genome) {
                return genome.hashCode() % 3 == 0 && !SPACE.decode(genome).anonymous().equals(LARGEST.anonymous())
                        ? new Evaluation.Failed("unlucky") : super.evaluation(genome);
            }
        };

        assertThat(log.run(netAdapt(LARGEST, 0.5 * cost, 0.01))).startsWith("netadapt: target met");
        assertThat(log.evaluations).anyMatch(Evaluation.Failed.class::isInstance);
    }

    @Test
    void after_a_search_it_goes_on_from_the_largest_reward_above_the_target() {
        double cost = Network.of(LARGEST).macs();
        Reward reward = new Reward(Objective.MACS, new Bound.Limit.Absolute(0.5 * cost), Reward.Form.SOFT, -0.15);
        Log log = new Log(0.4 * cost, 10_000);

        String ended = log.run(new Algorithm.Pipeline(List.of(
                new Algorithm.Pipeline.Stage(new Algorithm.Scalarized(reward, new Algorithm.Nsga2(20, 10, 0.9, 1, 0)), OptionalLong.of(150)),
                new Algorithm.Pipeline.Stage(netAdapt(null, 0.4 * cost, 0.01, 1.1), OptionalLong.empty()),
                new Algorithm.Pipeline.Stage(new Algorithm.Random(10), OptionalLong.of(25)))));

        assertThat(ended).startsWith("evaluations: 150; netadapt: target met").endsWith("; evaluations: 25");
        Genome start = null;
        double most = 0;
        for (Genome genome : log.genomes.subList(0, 150)) {
            double worth = reward.of(top1(SPACE.decode(genome)), macs(genome), 0.5 * cost);
            if (macs(genome) > 1.1 * (0.4 * cost) && worth > most) {
                most = worth;
                start = genome;
            }
        }
        int shrunk = 150;
        Candidate first = log.generations.stream().flatMap(List::stream).toList().get(shrunk);
        assertThat(first.parents()).containsExactly((long) log.genomes.indexOf(start));
        assertThat(first.operator()).isIn("expansion", "bottleneck");
        long random = log.generations.stream().flatMap(List::stream).skip(151).filter(c -> c.operator().equals("random")).count();
        assertThat(random).isEqualTo(25);
        assertThat(macs(start) / cost).as("the search is not held to the bound that NetAdapt brings it into").isCloseTo(0.5, within(0.15));
    }

    @Test
    void what_an_earlier_stage_evaluated_is_known_to_the_later_ones() {
        double cost = Network.of(LARGEST).macs();
        Log log = new Log(Double.POSITIVE_INFINITY, 10_000);
        Algorithm.Pipeline.Stage stage = new Algorithm.Pipeline.Stage(netAdapt(LARGEST, 0.6 * cost, 0.01), OptionalLong.empty());

        String ended = log.run(new Algorithm.Pipeline(List.of(stage, stage)));

        String[] ends = ended.split("; ");
        assertThat(ends).hasSize(2);
        assertThat(ends[1]).isEqualTo(ends[0]);
        Log once = new Log(Double.POSITIVE_INFINITY, 10_000);
        once.run(stage.algorithm());
        assertThat(log.genomes).isEqualTo(once.genomes);
    }
}
