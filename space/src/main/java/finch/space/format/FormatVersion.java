package finch.space.format;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a reader says of a file of another version than the one that it reads. Versions are written {@code NAME/NUMBER}. */
public final class FormatVersion {
    private static final Pattern VERSION = Pattern.compile("(finch-[a-z-]{1,40}/)([0-9]{1,9})");

    private FormatVersion() {}

    /**
     * Whether a file is of a later version of the format that this Finch reads: it is not damaged, and only a newer Finch helps.
     *
     * @param found what the file says
     * @param read  what is read here
     */
    public static boolean isNewer(String found, String read) {
        Matcher other = VERSION.matcher(found);
        Matcher mine = VERSION.matcher(read);
        return other.matches() && mine.matches() && other.group(1).equals(mine.group(1)) && new BigInteger(other.group(2)).compareTo(new BigInteger(mine.group(2))) > 0;
    }

    /** A sentence for a file of which {@link #isNewer} is true; the file's name stands before it. */
    public static String newer(String found, String read) {
        return "is of " + found + ", which a newer Finch wrote; this one reads " + read + ". Use a Finch that is at least as new as the file.";
    }
}
