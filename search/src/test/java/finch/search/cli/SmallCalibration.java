package finch.search.cli;

import finch.engine.FinchRuntime;
import finch.latency.Calibration;
import finch.space.staged.StagedSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A profile of this machine on the networks of a small space, for tests that need one and do not judge it. */
final class SmallCalibration {
    private static final int LONGEST_SECONDS = 32;

    private SmallCalibration() {}

    /** In two seconds; on a machine that was too busy for that, in four, and so on. */
    static void write(Path file, StagedSpace space) throws IOException {
        for (int seconds = 2;; seconds *= 2) {
            SplittableRandom draws = new SplittableRandom(3);
            try {
                new Calibration().run(new Calibration.Request(new FinchRuntime(), 1, Duration.ofSeconds(seconds), Stream.generate(() -> space.decode(space.random(draws))).iterator(), List.of(), 1),
                        Calibration.Listener.silent()).profile().write(file);
                return;
            } catch (IllegalArgumentException e) {
                if (seconds >= LONGEST_SECONDS) {
                    throw e;
                }
            }
        }
    }
}
