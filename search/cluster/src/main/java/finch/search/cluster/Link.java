package finch.search.cluster;

import io.grpc.MethodDescriptor;

/** The one call of the protocol: a worker calls a search, and both then talk until one of them is gone. */
final class Link {
    /** Of the messages; a worker that speaks another is refused. */
    static final int PROTOCOL = 1;

    static final String SERVICE = "finch.Cluster";
    static final MethodDescriptor<Message, Message> WORK = MethodDescriptor.<Message, Message>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Work"))
            .setRequestMarshaller(MessageFormat.INSTANCE)
            .setResponseMarshaller(MessageFormat.INSTANCE)
            .build();

    private Link() {}
}
