/**
 * A run as one HTML file.
 *
 * <p>The report is made from the run folder alone, so that it can be made again at any time, also of a run that was
 * interrupted or still goes on, and never needs what made the run. It carries its style, its data and the library that
 * draws its charts (Apache ECharts, unpacked from its WebJar by the build), and loads nothing from anywhere: its own
 * content policy allows no request and runs only the two scripts that {@code Page} put in, by their hashes. So it can be
 * mailed, archived and opened offline. Every figure of a chart also stands in a table, for readers who cannot see it or
 * whose browser runs no scripts. All text from files passes through {@code Html.escape} or is data in JSON.
 *
 * <p>One class tells one section ({@code FrontSection}, {@code NetworkSection}, …); {@code Chart} says what a chart shows and
 * {@code report.js} how it is drawn. What a run lacks, its section leaves out: a run of an older version still makes a
 * report.
 */
package finch.search.report;
