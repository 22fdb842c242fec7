package finch.search.cli;

import finch.latency.MeasuringProtocol;
import finch.space.format.Problem;
import finch.space.network.Network;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells how far a long stage is. A terminal gets one line that is overwritten ten times a second at most; a pipe or a
 * log file gets a line when a stage begins and then one every ten seconds.
 */
final class Progress {
    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long LOG_NANOS = 10_000_000_000L;
    private static final int BAR = 24;
    private static final int WIDTH = 100;

    private final PrintStream err;
    private final boolean interactive;
    private final boolean quiet;
    private final LongSupplier nanos;
    private String stage = "";
    private long started;
    /** Of the stage, done when the time began to count. */
    private double startedAt;
    private long told;
    private boolean lineOpen;

    Progress(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    Progress(Terminal terminal, LongSupplier nanos) {
        this.nanos = nanos;
        err = terminal.err();
        interactive = terminal.interactive();
        quiet = terminal.quiet();
        begin(0);
    }

    /** A new stage begins. */
    synchronized void stage(String name) {
        clear();
        stage = name;
        begin(0);
        told = interactive ? 0 : started;
        if (interactive) {
            draw(0, "");
        } else {
            say(name + " …");
        }
    }

    /** Told of how far networks that are timed in turn are: warming them up counts as half. */
    MeasuringProtocol.Listener timing() {
        return new MeasuringProtocol.Listener() {
            @Override
            public void warmedUp(Network network, boolean steady, int done, int of) {
                update(0.5 * done / of, "warm: " + Problem.visible(network.name()));
            }

            @Override
            public void roundDone(int round, int of) {
                update(0.5 + 0.5 * round / of, "round " + round + " of " + of);
            }
        };
    }

    /** From here on the time tells how fast the stage goes. @param fraction of it that is done already, 0 to 1 */
    synchronized void begin(double fraction) {
        started = nanos.getAsLong();
        startedAt = fraction;
    }

    /**
     * The stage has come so far.
     *
     * @param fraction 0 to 1; negative where nobody knows
     * @param detail   what was achieved, for people
     */
    synchronized void update(double fraction, String detail) {
        long now = nanos.getAsLong();
        if (quiet || now - told < (interactive ? TERMINAL_NANOS : LOG_NANOS)) {
            return;
        }
        told = now;
        draw(fraction, detail);
    }

    /** A message that stays. */
    synchronized void message(String text) {
        clear();
        say(text);
    }

    private void say(String text) {
        if (!quiet) {
            err.println(text);
            err.flush();
        }
    }

    /** The stage is over. @param summary stays; empty for none */
    synchronized void done(String summary) {
        clear();
        if (!summary.isEmpty()) {
            say(summary);
        }
    }

    private void draw(double fraction, String detail) {
        StringBuilder line = new StringBuilder(stage);
        if (fraction >= 0) {
            double part = Math.min(1, fraction);
            int full = (int) Math.round(part * BAR);
            if (interactive) {
                line.append("  ").append("█".repeat(full)).append("░".repeat(BAR - full));
            }
            line.append(String.format(java.util.Locale.ROOT, " %3d %%", Math.round(100 * part)));
            Duration elapsed = Duration.ofNanos(nanos.getAsLong() - started);
            if (part - startedAt > 0.02 && part < 1 && elapsed.toMillis() > 1000) {
                line.append("  ").append(Quantities.duration(Duration.ofMillis(Math.round(elapsed.toMillis() * (1 - part) / (part - startedAt)))))
                        .append(" left");
            }
        }
        if (!detail.isEmpty()) {
            line.append("  ").append(detail);
        }
        if (interactive) {
            String text = line.length() > WIDTH ? line.substring(0, WIDTH) : line.toString();
            // carriage return, text, erase the rest of an older and longer line
            err.print("\r" + text + "\u001b[K");
            lineOpen = true;
        } else {
            err.println(line);
        }
        err.flush();
    }

    private void clear() {
        if (lineOpen) {
            err.print("\r\u001b[K");
            err.flush();
            lineOpen = false;
        }
    }
}
