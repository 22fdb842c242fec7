package finch.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one step of a plan does: the work of one layer, or of some that the plan runs as one, of which only the first
 * one's inputs and the last one's output must be moved.
 *
 * @param role of the layers, joined by {@code +}
 */
record StepWork(String role, long macs, long weightBytes, long readBytes, long writtenBytes) {
    /** Bytes that must be moved at least. */
    long bytes() {
        return weightBytes + readBytes + writtenBytes;
    }

    /** Nanoseconds that the multiply-adds take at a peak in GFLOP/s. */
    double computeNanos(double peak) {
        return 2.0 * macs / peak;
    }

    /**
     * Nanoseconds that the bytes take. Weights are used once in a run, so they come from the level that holds the whole
     * network; activations come from, and go to, the level that holds what this step moves.
     */
    double memoryNanos(Memory memory, long networkBytes) {
        Memory.Level far = memory.holding(networkBytes);
        Memory.Level near = memory.holding(bytes());
        return weightBytes / far.read() + readBytes / near.read() + writtenBytes / near.written();
    }

    /**
     * The work of each step.
     *
     * @param steps names of a plan's steps: the main layer's, or several joined by {@code +}
     * @param works of the network. One that is not named belongs to the next step of its block, or to the one before
     */
    static List<StepWork> of(List<String> steps, List<Work> works) {
        Map<String, Integer> stepOf = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            for (String name : steps.get(i).split("\\+")) {
                stepOf.put(name, i);
            }
        }
        List<List<Work>> parts = new ArrayList<>();
        steps.forEach(step -> parts.add(new ArrayList<>()));
        for (int i = 0; i < works.size(); i++) {
            parts.get(owner(works, i, stepOf)).add(works.get(i));
        }
        return parts.stream().map(StepWork::joined).toList();
    }

    private static int owner(List<Work> works, int index, Map<String, Integer> stepOf) {
        Work work = works.get(index);
        Integer named = stepOf.get(work.layer().name());
        for (int i = index + 1; named == null && i < works.size() && block(works.get(i)).equals(block(work)); i++) {
            named = stepOf.get(works.get(i).layer().name());
        }
        for (int i = index - 1; named == null && i >= 0; i--) {
            named = stepOf.get(works.get(i).layer().name());
        }
        if (named == null) {
            throw new IllegalArgumentException("no step of the plan runs " + work.layer().name());
        }
        return named;
    }

    private static String block(Work work) {
        String name = work.layer().name();
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    private static StepWork joined(List<Work> works) {
        if (works.isEmpty()) {
            return new StepWork("other", 0, 0, 0, 0);
        }
        KernelShape first = works.getFirst().shape();
        KernelShape last = works.getLast().shape();
        long beside = works.size() == 1 ? 0 : last.readBytes() - last.input().bytes();
        return new StepWork(works.stream().map(Work::role).collect(Collectors.joining(" + ")),
                works.stream().mapToLong(work -> work.shape().macs()).sum(), works.stream().mapToLong(work -> work.shape().weightBytes()).sum(),
                first.readBytes() + beside, last.writtenBytes());
    }
}
