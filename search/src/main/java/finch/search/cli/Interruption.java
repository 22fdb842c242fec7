package finch.search.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM while a command runs that must end in good order. The JVM answers them by starting shutdown hooks
 * beside the running command; ours asks the command to stop, waits until it has, and ends the process with
 * {@link ExitCode#INTERRUPTED}.
 */
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "finch-interruption");
    private volatile boolean requested;
    private Thread interruptible;

    private final Terminal terminal;

    private Interruption(Terminal terminal) {
        this.terminal = terminal;
    }

    static Interruption watch(Terminal terminal) {
        Interruption interruption = new Interruption(terminal);
        java.lang.Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Whether the command should stop. */
    boolean requested() {
        return requested;
    }

    /**
     * Runs something that ends early when its thread is interrupted. Only there is the thread interrupted, since an
     * interrupt elsewhere would close the files that are being written.
     */
    <T> T interruptibly(java.util.concurrent.Callable<T> work) throws Exception {
        synchronized (this) {
            interruptible = Thread.currentThread();
            if (requested) {
                interruptible.interrupt();
            }
        }
        try {
            return work.call();
        } finally {
            synchronized (this) {
                interruptible = null;
                if (requested) {
                    Thread.interrupted();
                }
            }
        }
    }

    private void stop() {
        synchronized (this) {
            requested = true;
            if (interruptible != null) {
                interruptible.interrupt();
            }
        }
        try {
            finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        java.lang.Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }

    /** The command has stopped and said all it has to say. */
    @Override
    public void close() {
        terminal.out().flush();
        terminal.err().flush();
        finished.countDown();
        try {
            java.lang.Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending already, by our hook
        }
    }
}
