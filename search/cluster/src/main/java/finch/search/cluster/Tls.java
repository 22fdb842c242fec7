package finch.search.cluster;

import finch.search.run.ClusterKeys;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** TLS 1.3 of the JDK, with certificates on both sides. The worker also checks that the search's certificate names the host it asked for. */
final class Tls {
    private static final String VERSION = "TLSv1.3";

    private Tls() {}

    /** @throws IllegalArgumentException if the keys cannot be used, with a message for people */
    static SslContext ofSearch(ClusterKeys keys) throws IOException {
        return context(GrpcSslContexts.configure(SslContextBuilder.forServer(own(keys)), SslProvider.JDK).clientAuth(ClientAuth.REQUIRE), keys);
    }

    /** @throws IllegalArgumentException if the keys cannot be used, with a message for people */
    static SslContext ofWorker(ClusterKeys keys) throws IOException {
        return context(GrpcSslContexts.configure(SslContextBuilder.forClient().keyManager(own(keys)), SslProvider.JDK), keys);
    }

    private static SslContext context(SslContextBuilder builder, ClusterKeys keys) throws IOException {
        try {
            return builder.trustManager(trusted(keys)).protocols(VERSION).build();
        } catch (SSLException e) {
            throw new IllegalArgumentException(keys.keys() + ": " + e.getMessage(), e);
        }
    }

    private static KeyManagerFactory own(ClusterKeys keys) throws IOException {
        KeyStore store = store(keys.keys(), keys.password());
        try {
            if (Collections.list(store.aliases()).stream().noneMatch(alias -> isKey(store, alias))) {
                throw new IllegalArgumentException(keys.keys() + " has no private key");
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, keys.password().toCharArray());
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(keys.keys() + ": its key cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManagerFactory trusted(ClusterKeys keys) throws IOException {
        KeyStore store = store(keys.trust(), keys.password());
        try {
            if (Collections.list(store.aliases()).stream().noneMatch(alias -> isCertificate(store, alias))) {
                throw new IllegalArgumentException(keys.trust() + " has no certificate to trust");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(keys.trust() + ": its certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static boolean isKey(KeyStore store, String alias) {
        try {
            return store.isKeyEntry(alias);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isCertificate(KeyStore store, String alias) {
        try {
            return store.isCertificateEntry(alias);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static KeyStore store(Path file, String password) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return store;
        } catch (java.nio.file.FileSystemException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " is no PKCS #12 file, or its password is another one: " + e.getMessage(), e);
        }
    }
}
