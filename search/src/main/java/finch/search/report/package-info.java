/**
 * A run as one HTML file.
 *
 * <p>The report is made from the run folder alone, so that it can be made again at any time, also of a run that was
 * interrupted, and never needs what made the run. It loads nothing: no script, no font, no picture from anywhere, which
 * its own content policy enforces, so that it can be mailed, archived and opened offline. Every figure of the chart also
 * stands in a table, for readers who cannot see it. All text from files passes through {@code Html.escape}.
 */
package finch.search.report;
