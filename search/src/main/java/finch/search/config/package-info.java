/**
 * What a search is to do: {@link finch.search.config.SearchConfig} and its reader and writer.
 *
 * <p>The records know no file and the reader knows no algorithm; whatever a config can do, code can do. Defaults are
 * constants of the records. A config names spaces and networks; what the names mean is asked of a
 * {@link finch.search.config.Catalog}, so that tests bring their own. Overrides replace nodes of the parsed document
 * before anything is checked, so they get the same messages as the file.
 */
package finch.search.config;
