package finch.search.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network between workers and a search, on loopback, that can be cut: from then on nothing gets through in either direction and nobody is told, as when a
 * cable is pulled. When it heals, what was under way arrives.
 */
final class Relay implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int port;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition healed = lock.newCondition();
    private boolean cut;

    /** @param port where the search listens */
    Relay(int port) throws IOException {
        this.port = port;
        Thread.ofVirtual().start(this::accept);
    }

    /** Where workers call. */
    int port() {
        return server.getLocalPort();
    }

    void cut() {
        set(true);
    }

    void heal() {
        set(false);
    }

    private void set(boolean now) {
        lock.lock();
        try {
            cut = now;
            healed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhole() throws InterruptedException {
        lock.lock();
        try {
            while (cut) {
                healed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket worker = server.accept();
                Thread.ofVirtual().start(() -> connect(worker));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void connect(Socket worker) {
        try {
            awaitWhole();
            Socket search = new Socket(InetAddress.getLoopbackAddress(), port);
            Thread.ofVirtual().start(() -> carry(worker, search));
            carry(search, worker);
        } catch (IOException | InterruptedException e) {
            close(worker);
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[1 << 14];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                awaitWhole();
                out.write(bytes, 0, count);
            }
        } catch (IOException | InterruptedException e) {
            // whoever is at the other end hears of it below
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone
        }
    }

    @Override
    public void close() throws IOException {
        heal();
        server.close();
    }
}
