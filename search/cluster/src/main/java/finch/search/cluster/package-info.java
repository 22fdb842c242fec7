/**
 * Evaluation on other machines: a search listens, workers call it, and accuracies are estimated there.
 *
 * <p>Reasons:
 * <ul>
 * <li>The engine is gRPC (1.85, on Netty 4.2; 9.0 MB in 29 jars) and not a compute grid, though Apache Ignite 2.17 runs on JDK 25 and brings
 *     fail-over, load balancing and TLS (14.1 MB in 3 jars). What decided is that nothing may be deserialised from strangers. Ignite moves jobs,
 *     results and the messages of its discovery as serialised Java objects; a list of allowed classes is optional, and endpoints were found that
 *     did not heed it (CVE-2024-52577, mended in 2.17.0). It needs a page of {@code --add-opens}, two ports at every node and connections in
 *     both directions, which Slurm's nodes and Kubernetes' pods do not have by themselves. And what would be left to do is most of what is here:
 *     Ignite's fail-over does not know that an answer that came first is as good as any, that a search may be stopped while a job waits, or that a
 *     network may be what kills its workers. JGroups (5.5, 2.5 MB, one jar) is smaller and as well kept, but a group of peers: every member
 *     reaches every other, and its object messages are serialised Java too. Plain JDK sockets under TLS would need our own framing, flow control,
 *     handshakes and detection of peers that are gone, which is what a well-kept library is for. Hazelcast has TLS in its paid edition only.</li>
 * <li>gRPC gives connections that begin at the worker (one port, at the search), mutual TLS 1.3 on the JDK's own implementation, limits on
 *     sizes, and pings by which a machine that lost its power or its network is told from one that is busy. Messages are JSON, read by hand into
 *     the records of {@link finch.search.cluster.Message}; there is no protobuf, no generated code and no native library.</li>
 * <li>The border is the port {@code AccuracyEstimator}. Exact costs, latency, bounds, previews and the journal stay with the search, so that a
 *     network that misses a cheap bound never leaves, and no worker is told of a device, let alone times one. A worker gets the space, the seed
 *     and the accuracy of the config, and architectures.</li>
 * <li>Results are those of one process, bit for bit, because an estimate follows from its architecture alone and the journal is in the order
 *     of proposal. What would break this is refused: another build of Finch (a checksum over its classes), kernels of another width where kernels
 *     compute accuracies, files of other bytes.</li>
 * <li>A job is believed in nothing that the worker can check. Above all it cannot name a program: a trainer runs only if the worker was
 *     started with a config of its own that names the very same one.</li>
 * <li>An evaluation whose worker is gone is handed out once more, and again if that worker goes too. After {@value
 *     finch.search.cluster.Dispatcher#MOST_LOSSES} workers the search stops, to be resumed: the network may be what ends them, and calling it
 *     failed would be a result that one machine did not have.</li>
 * <li>An evaluation that takes three times the median, and ten seconds, is given to an idle worker beside the slow one; the first answer is
 *     taken and the other is told to stop. So one slow or stuck machine delays a generation and does not hold it. Nothing is duplicated while
 *     others wait for a slot.</li>
 * <li>Candidates are claimed only when there is a slot: a search that is stopped, or whose time is up, has nothing in hand that no worker has
 *     begun.</li>
 * </ul>
 */
package finch.search.cluster;
