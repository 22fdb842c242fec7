/**
 * Reading and writing architectures and search spaces: YAML, JSON, timm block strings, DOT.
 *
 * <p>Files that people write are parsed into {@link finch.space.format.SourceNode}s, which know their line, and not
 * bound to records: a binder stops at the first mistake, and we report all of a file at once, each with file, line,
 * key, value and what is allowed. Jackson only supplies the tokens.
 */
package finch.space.format;
