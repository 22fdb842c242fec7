package finch.latency;

/** A clock that moves only when told to. */
final class FakeTimer implements Timer {
    private long nanos = 1;
    private long cpuNanos = 1;
    private double probeNanos = 5_000;
    private double fullCoreNanos = 3_000;
    private long compilationMillis;
    private long allocatedBytes;

    void advance(double byNanos) {
        nanos += Math.round(byNanos);
        cpuNanos += Math.round(byNanos);
    }

    /** Wall time that another process had the core. */
    void stolen(double byNanos) {
        nanos += Math.round(byNanos);
    }

    void probeTakes(double newNanos) {
        probeNanos = newNanos;
    }

    void compile(long millis) {
        compilationMillis += millis;
    }

    void allocate(long bytes) {
        allocatedBytes += bytes;
    }

    @Override
    public long allocatedBytes() {
        return allocatedBytes;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long threadCpuNanos() {
        return cpuNanos;
    }

    @Override
    public double probeNanos() {
        nanos += Math.round(probeNanos);
        cpuNanos += Math.round(probeNanos);
        return probeNanos;
    }

    void fullCoreTakes(double newNanos) {
        fullCoreNanos = newNanos;
    }

    @Override
    public double fullCoreNanos() {
        advance(fullCoreNanos);
        return fullCoreNanos;
    }

    @Override
    public long compilationMillis() {
        return compilationMillis;
    }
}
