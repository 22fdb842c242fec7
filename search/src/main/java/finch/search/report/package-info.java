/**
 * A run as one HTML file.
 *
 * <p>The report is made from what the run folder holds, so that it can be made again at any time, also of a run that was
 * interrupted or still goes on. Only what the resolved config names is read besides: a surrogate or table of accuracies
 * (compared by its hash with the one that the run read) and files of spaces and networks; where these are gone, the report
 * is made without what they would tell. It carries its style, its data and the library that
 * draws its charts (Apache ECharts, unpacked from its WebJar by the build), and loads nothing from anywhere: its own
 * content policy allows no request and runs only the two scripts that {@code Page} put in, by their hashes. So it can be
 * mailed, archived and opened offline. What a reader decides by stands in tables too, for those who cannot see a chart or
 * whose browser runs no scripts: the networks of the front and the references, their timings, the errors of the estimates,
 * the shares of the choices, the counts; not each point of the clouds and curves. All text from files passes through
 * {@code Html.escape} or is data in JSON.
 *
 * <p>One class tells one section ({@code FrontSection}, {@code NetworkSection}, …); {@code Chart} says what a chart shows and
 * {@code report.js} how it is drawn. What a run lacks, its section leaves out: a run of an older version still makes a
 * report.
 */
package finch.search.report;
