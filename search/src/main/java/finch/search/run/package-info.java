/** Runs a search: evaluates candidates, keeps the journal and the run folder, resumes. */
package finch.search.run;
