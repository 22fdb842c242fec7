/**
 * Architectures as source code for other programs, and weights in a format that needs no library to read.
 *
 * <p>Each source is a template, in {@code src/main/resources}, that builds any architecture from the table it carries; only
 * the table is written anew. So a template is proved once, by running it, and what is left to check of each file is the
 * table: it is read back out of the finished text and must mean the architecture that was asked for.
 */
package finch.search.export;
