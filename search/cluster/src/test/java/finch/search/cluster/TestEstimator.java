package finch.search.cluster;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.EstimateInterruptedException;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Takes its time and tells something that follows from the architecture alone: an accuracy, a failure, or that it cannot say. Writes down what it
 * begins and ends, a line each, so that tests can see who evaluated what, and how often.
 */
record TestEstimator(long millis, Optional<Path> diary, String who) implements AccuracyEstimator {
    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        long id = id(architecture);
        note("began", id);
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            note("broke off", id);
            throw new EstimateInterruptedException(e);
        }
        note("ended", id);
        if (id % 17 == 0) {
            throw new IllegalStateException("seventeen divides " + id + "\nwhich is a second line");
        }
        if (id % 19 == 0) {
            return new AccuracyEstimate.Silent("nineteen divides " + id);
        }
        double top1 = 50 + 40.0 * (id % 1_000_003) / 1_000_003;
        return new AccuracyEstimate.Known(top1, top1 - Math.PI, top1 + 1 / 3.0, "test", "tests");
    }

    /** Of what the architecture means. */
    static long id(Architecture architecture) {
        CRC32 crc = new CRC32();
        crc.update(ArchitectureFormat.toJson(architecture.anonymous()).getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    private void note(String what, long id) {
        if (diary.isPresent()) {
            try {
                // one write, appended: lines of several processes do not mix
                Files.writeString(diary.get(), who + " " + what + " " + id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
