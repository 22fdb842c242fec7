/**
 * Proposes candidates: search algorithms, domination under constraints, fronts. The only package that knows Jenetics, and
 * it knows neither estimators nor run folders: what it proposes is answered by a
 * {@link finch.search.evolve.CandidateEvaluator}.
 *
 * <p>Reasons:
 * <ul>
 * <li>An algorithm is a deterministic function of problem and outcomes. That is all that resuming needs: the run plays
 *     the journal back as outcomes. So nothing here may read a clock, a hash order or a thread.</li>
 * <li>With evaluations in flight the outcomes come in an order that no seed decides. How many are in flight is a setting and not the number of workers, so
 *     that what is known when a network is proposed follows from that order alone, however many workers a resumed run has.</li>
 * <li>Jenetics runs on the calling thread ({@code executor(Runnable::run)}): its common pool does not see the scoped
 *     random generator. Every child draws from a stream of its own, keyed by (seed, generation, slot).</li>
 * <li>Jenetics selects its parents from the whole population of parents and children; NSGA-II selects them from the
 *     survivors. The offspring selector therefore cuts down to the survivors first.</li>
 * <li>Crossover and mutation are ours: Jenetics crosses within one chromosome, whose genes must share a range, and every
 *     decision has its own. Fitness is unique by evaluation number, which makes {@code UFTournamentSelector} a plain
 *     binary tournament; with a single individual it would not return, so such a population ends the search.</li>
 * <li>The population carries raw genomes, candidates canonical ones: what a silent gene carries may matter again when
 *     depth grows. A child that means a known architecture gives way to a sibling, and only when siblings are used up to
 *     its mutants, since those drift away from what was selected (NAS-Bench-Macro, hypervolume at 200 networks 0.975 instead
 *     of 0.971); after {@code Novelty.ATTEMPTS} its slot is given up.</li>
 * <li>On NAS-Bench-Macro small populations with few children a generation find more with few evaluations (hypervolume at
 *     200 networks 0.98 with 20 parents and 2 children, less with more of either); large spaces want the defaults.</li>
 * <li>{@code nsga2} and {@code scalarized} are one {@code GeneticSearch}, Jenetics' engine with other selectors and another
 *     fitness. Aging is our own: Jenetics ages by generations, and a tournament here weighs the objectives anew.</li>
 * <li>Regularized evolution knows no weights of objectives and asks for none: a tournament draws them.</li>
 * <li>{@code surrogate} measures improvements up to the worst of its first, random networks in what is uncertain. Up to the
 *     worst of the front instead, it spends its networks on the tiny, inaccurate end of the front (NAS-Bench-Macro,
 *     hypervolume at 200 networks 0.991 over 4 seeds, instead of 0.997 over 100). Accuracy is modelled as the logarithm of the error.</li>
 * <li>Misses that are not known ahead, an estimator's domain above all, are modelled too, by a regression on whether a
 *     network kept its bounds; by the share of kept neighbours alone most proposals fell outside.</li>
 * <li>The model is in the loop, so its fit decides the next proposals and must have the same bits on every machine: no
 *     parallel sums, logarithms of {@code StrictMath}, a kernel without exponentials. Its matrices are ojAlgo's Cholesky
 *     decompositions and solutions, whose elements do not depend on the number of threads.</li>
 * <li>How the algorithms compare is printed, with confidence intervals, by
 *     {@code mvn -q -pl search -am test -Dtest=NasBenchMacroTable -Dsurefire.failIfNoSpecifiedTests=false}; beside the NSGA-II
 *     of jMetal and MOEA Framework by
 *     {@code mvn -q -Ppeers -pl search/bench -am test -Dtest=PeersTable -Dsurefire.failIfNoSpecifiedTests=false}.</li>
 * <li>A search makes very many candidates: genotypes are one gene with the whole genome, survivors are ranked once a
 *     generation, the front is kept sorted. {@code ThroughputTable} in {@code search/bench} tells what is left.</li>
 * <li>{@code nsga3} differs from {@code nsga2} in its selectors only; Jenetics 9 has no reference directions. Its
 *     survivors are asked for twice a generation, so their draws are keyed by the population and not by the stream.</li>
 * <li>{@code netadapt} alone is a pipeline of one stage. It proposes genomes, not widths: what one decision makes smaller,
 *     and nothing else, so it moves as finely as the space does. On its way it stands outside the bounds that it walks
 *     into, so a run with it evaluates the accuracy of networks that miss a bound too.</li>
 * <li>{@code Ladder} is successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943; Hyperband, Li et al. 2018,
 *     arXiv 1603.06560) under any algorithm. The rule: rung 1 evaluates every candidate of a batch. Then, rung by rung, those are
 *     promoted that are among the best {@code share[r] / share[r-1]} of all feasible networks that rung r-1 has seen in the whole run
 *     and were not promoted before, at most so many that rung r has evaluated no more than {@code share[r]} times the feasible
 *     networks of rung 1. Best is by fronts of that rung's figures, then by crowding, then by evaluation. A network that was passed
 *     over may rise with a later batch. Asking after each batch instead of waiting for a full rung is what asynchronous halving does
 *     (Li et al. 2020, arXiv 1810.05934); in step with the batches it is a function of the outcomes, so that journals replay it.</li>
 * <li>Figures of different rungs do not compare: of two feasible networks the one that has come further dominates, whatever the
 *     figures; survivors, tournaments and niches look at one rung at a time; a front takes one rung only. What is known to miss a
 *     bound, or to fail, on any rung ranks last. Populations look up how far their members have risen before every generation.</li>
 * <li>After the search, whatever no other dominates on the rung below the last is evaluated on the last, without heed of the rule
 *     that stopped the search, unless that was the clock. The front therefore holds networks of the last rung alone and misses none
 *     that the rung before thought best.</li>
 * <li>With {@code surrogate} the model is of the highest rung that tells of as many networks as there are decisions and one more (as in
 *     BOHB, Falkner et al. 2018, arXiv 1807.01774, section 4.1), or else of that which tells of most.</li>
 * <li>A ladder pays where its cheap rung ranks networks. NAS-Bench-Macro, share of the true hypervolume, means: with 50 trained networks
 *     NSGA-II finds 0.879, on a ladder whose first rung counts layers 0.940 (a quarter is trained, 12 seeds) and on one whose first rung
 *     is NASWOT 0.918 (half is trained, 6 seeds, beside 0.875 without); with 100 trained networks and no ladder it finds 0.938. With
 *     multiply-adds as the first rung, which is the other objective, 50 find 0.894 and 100 no more than without (half, 6 seeds).</li>
 * <li>What costs next to nothing is told ahead by {@code Foreknowledge}: the cheap objectives, missed bounds, and what a
 *     limit relative to a network is in base units.</li>
 * </ul>
 */
package finch.search.evolve;
