/**
 * Evaluation on other machines: a search listens, workers call it, and accuracies are estimated there.
 */
package finch.search.cluster;
