package finch.latency;

import finch.engine.LoadedNetwork;
import finch.engine.Runtime;
import finch.engine.Weights;
import finch.space.network.Network;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** A runtime whose time for a network is a known law; it moves a fake clock instead of computing. */
final class SyntheticRuntime implements Runtime {
    private final FakeTimer timer;
    private final ToDoubleFunction<Network> micros;
    private int open;
    private int runs;

    /** @param micros time of one run; asked anew each time, so that it may hold noise */
    SyntheticRuntime(FakeTimer timer, ToDoubleFunction<Network> micros) {
        this.timer = timer;
        this.micros = micros;
    }

    int open() {
        return open;
    }

    int runs() {
        return runs;
    }

    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public String kernelSet() {
        return "law";
    }

    @Override
    public LoadedNetwork load(Network network, Weights weights, int batch, int threads) {
        open++;
        return new LoadedNetwork() {
            @Override
            public void run(float[] input, float[] output) {
                runs++;
                timer.advance(1e3 * micros.applyAsDouble(network));
            }

            @Override
            public OptionalLong arenaBytes() {
                return OptionalLong.of(network.input().bytes());
            }

            @Override
            public void close() {
                open--;
            }
        };
    }
}
