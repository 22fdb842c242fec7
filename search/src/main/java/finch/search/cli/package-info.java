/**
 * The command line: the only place that knows picocli, standard input and output, and exit codes.
 *
 * <p>One class per command. A command gets its {@link finch.search.cli.Terminal} and nothing static, so that tests run
 * every command in their own process and read what it wrote. Results go to standard output, everything else to standard
 * error, so that {@code --json} can be piped. Exceptions become messages in one place, {@code Errors}: what a person can
 * mend has a type that says so, anything else is a defect of Finch and says that.
 *
 * <p>All commands start with a cache of linked classes (see the launcher), which halves their start: one for those that
 * only read and print, in a JVM without the Vector API and with the quick compiler alone, and one for those that may run
 * kernels, with the same options as without a cache. {@link finch.search.cli.WarmUp} trains both. Such a cache also holds
 * what the compiler learned of methods in training, so the training runs no network (a test looks at the classes that it
 * loads), and the second cache's profiles are not used either. Because of the incubating module, the JVM does not archive lambdas in the second cache; it gains less.
 */
package finch.search.cli;
