/** How good would it be? Accuracy estimators: a surrogate fitted on published results, and tables. */
package finch.accuracy;
