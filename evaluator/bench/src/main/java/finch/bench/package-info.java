/**
 * Benchmarks of the engine, and of ONNX Runtime beside it. From the root of a checkout:
 *
 * <pre>
 * mvn -q -Pbench -pl evaluator/bench -am package -DskipTests
 * java -cp "evaluator/bench/target/bench/*" org.openjdk.jmh.Main NetworkBenchmark
 * java -cp "evaluator/bench/target/bench/*" org.openjdk.jmh.Main NetworkBenchmark -p network=mobilenetv2 -p threads=2
 * java -cp "evaluator/bench/target/bench/*" org.openjdk.jmh.Main KernelBenchmark -jvmArgsAppend -Dfinch.vectorBits=256
 * java --add-modules jdk.incubator.vector -cp "evaluator/bench/target/bench/*" finch.bench.LayerTimes mobilenetv3-large
 * </pre>
 *
 * <p>Every setting runs in its own fork: two kernel sets in one JVM would spoil each other's profile. A benchmark whose answer
 * is wrong fails before it is timed. On a shared machine believe only the best of several forks ({@code -f 3}), with
 * both runtimes in the same call.
 */
package finch.bench;
