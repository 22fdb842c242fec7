/** Proposes candidates: search algorithms, domination under constraints, fronts. The only package that knows Jenetics. */
package finch.search.evolve;
