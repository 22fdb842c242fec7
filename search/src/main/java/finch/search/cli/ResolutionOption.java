package finch.search.cli;

import finch.space.Extent;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The option of commands that read ONNX files of free height and width. */
final class ResolutionOption {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");

    @Option(names = "--resolution", paramLabel = "N|HxW", description = "Image size of ONNX files that leave height and width open.")
    private String text;

    /** @throws UsageException if it is no size */
    Optional<Extent> extent() {
        if (text == null) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new UsageException("--resolution must be a side or HEIGHTxWIDTH in pixels, such as 224 or 192x256, not " + text);
        }
        int height = Integer.parseInt(form.group(1));
        return Optional.of(new Extent(height, form.group(2) == null ? height : Integer.parseInt(form.group(2))));
    }
}
