package finch.engine;

import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The runtimes of this installation, by name. */
public final class Runtimes {
    private Runtimes() {}

    /** Names of the runtimes on the class path, sorted. */
    public static List<String> available() {
        return List.copyOf(byName().keySet());
    }

    /** @throws IllegalArgumentException if there is no such runtime, listing those there are */
    public static Runtime named(String name) {
        TreeMap<String, Runtime> runtimes = byName();
        Runtime runtime = runtimes.get(name);
        if (runtime == null) {
            throw new IllegalArgumentException("no runtime is named " + name + "; this installation has "
                    + String.join(", ", runtimes.keySet()));
        }
        return runtime;
    }

    private static TreeMap<String, Runtime> byName() {
        TreeMap<String, Runtime> runtimes = new TreeMap<>();
        for (Runtime runtime : ServiceLoader.load(Runtime.class, Runtimes.class.getClassLoader())) {
            runtimes.put(runtime.name(), runtime);
        }
        return runtimes;
    }
}
