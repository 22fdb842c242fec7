package finch.accuracy;

import java.io.IOException;
import java.nio.file.Path;

/** Builds the shipped surrogate anew from published results; see the package's description for the folder's contents. */
public final class ShippedSurrogate {
    private ShippedSurrogate() {}

    /**
     * Fits the shipped surrogate to the results in a folder. The same folder always gives the same surrogate, up to
     * the rounding of the last digits on another machine. Takes half a minute.
     *
     * @param folder holds {@code architectures/architectures.jsonl}, {@code architectures/imagenet-points.json} and
     *               {@code ofa-mbv3-imagenet/subnets.csv}
     */
    public static Surrogate fit(Path folder) throws IOException {
        return PublishedResults.fit(folder);
    }

    /** Arguments: the folder with the results, the file to write. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: ShippedSurrogate FOLDER FILE");
            System.exit(2);
        }
        Surrogate surrogate = fit(Path.of(args[0]));
        surrogate.write(Path.of(args[1]));
        System.out.print(surrogate.explain());
    }
}
