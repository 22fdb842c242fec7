package finch.engine;

import finch.space.format.References;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fills the heap of a JVM of its own, asks for more, makes room again; says on standard output what came of it. */
final class MemoryProbe {
    private static final int PIECE = 1 << 18;

    private MemoryProbe() {}

    public static void main(String[] arguments) {
        Network network = Network.of(References.resolve("mobilenetv3-small@/320"));
        Weights weights = Weights.seeded(network, 1);
        PlanOptions options = PlanOptions.defaults().withThreads(3);
        Plan plan = Plan.compile(network, weights, options);
        float[] input = WholeNetworkTest.input(network, 1, 1);
        float[] before = run(plan, input);

        List<byte[]> ballast = ballast();
        try {
            plan.newInference();
            System.out.println("inference: fits");
        } catch (HeapTooSmallException e) {
            ballast.clear();
            System.out.println("inference: " + e.getMessage());
        }
        System.out.println("threads left behind: " + WorkerThreads.alive().stream().filter(Thread::isAlive).count());
        System.out.println("same bits afterwards: " + Arrays.equals(before, run(plan, input)));

        ballast = ballast();
        try {
            Plan.compile(network, weights, options);
            System.out.println("plan: fits");
        } catch (HeapTooSmallException e) {
            ballast.clear();
            System.out.println("plan: " + e.getMessage());
        }
        System.out.println("same bits again: " + Arrays.equals(before, run(Plan.compile(network, weights, options), input)));
    }

    private static float[] run(Plan plan, float[] input) {
        float[] output = new float[1000];
        var before = WorkerThreads.alive();
        try (Inference inference = plan.newInference()) {
            inference.run(input, output);
            before = WorkerThreads.since(before);
        }
        WorkerThreads.assertGone(before);
        return output;
    }

    /** All of the heap but half a mebibyte. */
    private static List<byte[]> ballast() {
        List<byte[]> pieces = new ArrayList<>(1 << 12);
        try {
            while (true) {
                pieces.add(new byte[PIECE]);
            }
        } catch (OutOfMemoryError e) {
            pieces.removeLast();
            pieces.removeLast();
            return pieces;
        }
    }
}
