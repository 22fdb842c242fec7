/**
 * The command line: the only place that knows picocli, standard input and output, and exit codes.
 *
 * <p>One class per command. A command gets its {@link finch.search.cli.Terminal} and nothing static, so that tests run
 * every command in their own process and read what it wrote. Results go to standard output, everything else to standard
 * error, so that {@code --json} can be piped. Exceptions become messages in one place, {@code Errors}: what a person can
 * mend has a type that says so, anything else is a defect of Finch and says that.
 *
 * <p>Commands that only compute start in a JVM without the Vector API and with a cache of linked classes (see the
 * launcher), which halves their start; {@link finch.search.cli.WarmUp} is what that cache is trained with. Commands that
 * time networks start without such a cache, since it also holds profiles of the training run.
 */
package finch.search.cli;
