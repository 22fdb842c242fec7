package finch.search.cli;

import finch.latency.Measurement;
import finch.search.config.SearchConfig;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** Networks of a seed's front timed alternately with the reference. What was timed is kept in a file. */
final class SeedTimings {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int RUNS = 30;
    /** Candidates for the best network: of each, so much less of the reference's latency is taken as the last one had. */
    private static final double[] SHARES = {1, 0.97, 0.94, 0.9};

    private final Path folder;
    private final Architecture reference;
    private final EvaluatorServices services;
    private final Wanted wanted;

    /** Which seeds are timed now. */
    enum Wanted {
        /** None. */
        NONE,
        /** Those that were not timed, or with other networks. */
        MISSING,
        /** Likewise, and those whose timing was disturbed. */
        DISTURBED
    }

    SeedTimings(Path folder, Architecture reference, EvaluatorServices services, Wanted wanted) {
        this.folder = folder;
        this.reference = reference;
        this.services = services;
        this.wanted = wanted;
    }

    /** @param rank place on the front, 0 for the reference @param architecture as one line of JSON */
    record Timing(int rank, String architecture, double medianMicros, double p10Micros, double p90Micros, String kernelSet, boolean disturbed) {}

    /** @param timings the reference's first */
    record Timed(List<Timing> timings) {
        Timed {
            timings = List.copyOf(timings);
        }

        boolean isDisturbed() {
            return timings.stream().anyMatch(Timing::disturbed);
        }

        /** Whether its ratio rests on fewer runs than were asked for, or on disturbed ones. */
        boolean isDisturbed(Found found) {
            return reference().disturbed() || of(found).disturbed();
        }

        Timing reference() {
            return timings.getFirst();
        }

        Timing of(Found found) {
            return timings.stream().filter(t -> t.rank() == found.rank()).findFirst().orElseThrow();
        }

        /** Over the reference's median. */
        double ratio(Found found) {
            return of(found).medianMicros() / reference().medianMicros();
        }

        /** The most accurate network that was timed no slower than the reference; empty if all were slower. */
        Optional<Found> best(List<Found> front) {
            return front.stream().filter(f -> timings.stream().anyMatch(t -> t.rank() == f.rank()) && ratio(f) <= 1).findFirst();
        }
    }

    /** Empty where nothing is timed anew and nothing was timed before. */
    Optional<Timed> of(List<Found> front) throws IOException {
        List<Found> some = new ArrayList<>();
        for (double share : SHARES) {
            front.stream().filter(f -> f.ratio() <= share).findFirst().filter(f -> !some.contains(f)).ifPresent(some::add);
        }
        Path file = folder.resolve("timed-" + front.getFirst().seed() + ".json");
        Optional<Timed> before = read(file, some);
        boolean again = switch (wanted) {
            case NONE -> false;
            case MISSING -> before.isEmpty();
            case DISTURBED -> before.isEmpty() || before.get().isDisturbed();
        };
        if (!again) {
            return before;
        }
        Timed timed = timed(some);
        AtomicFile.write(file, JSON.writeValueAsString(timed) + "\n");
        return Optional.of(timed);
    }

    private static Optional<Timed> read(Path file, List<Found> some) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Timed timed = JSON.readValue(Files.readString(file), Timed.class);
        List<String> now = some.stream().map(f -> ArchitectureFormat.toJson(f.architecture())).toList();
        return timed.timings().stream().skip(1).map(Timing::architecture).toList().equals(now) ? Optional.of(timed) : Optional.empty();
    }

    private Timed timed(List<Found> some) {
        List<Architecture> networks = new ArrayList<>(List.of(reference));
        some.forEach(found -> networks.add(found.architecture()));
        List<Measurement> timings = services.time(networks, SearchConfig.Device.DEFAULT, RUNS);
        return new Timed(IntStream.range(0, timings.size()).mapToObj(i -> {
            Measurement t = timings.get(i);
            return new Timing(i == 0 ? 0 : some.get(i - 1).rank(), ArchitectureFormat.toJson(networks.get(i)), t.medianMicros(), t.p10Micros(), t.p90Micros(),
                    t.kernelSet(), t.disturbed());
        }).toList());
    }
}
