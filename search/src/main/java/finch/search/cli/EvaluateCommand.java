package finch.search.cli;

import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.DataSet;
import finch.data.ImageSet;
import finch.data.Split;
import finch.training.Classifier;
import finch.training.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "evaluate", description = "Tells how right a trained network is on labelled images, class by class.",
        footer = {"  finch evaluate mine.finch --data my-images", "  finch evaluate fashion.finch --data fashion-mnist --part validation --json"})
final class EvaluateCommand implements Callable<Integer> {
    /** Which images. Names are the words on the command line. */
    enum Part { test, validation, training }

    private static final int CORRUPT_NAMED = 10;
    /** A table of more columns is for --json. */
    private static final int WIDEST = 12;
    private static final int TOP = 5;

    @Parameters(paramLabel = "MODEL", description = "A model file (.finch), or an ONNX file that finch train wrote, or finch export made of one.")
    private String model;

    @Mixin
    private DataOption data;

    @Option(names = "--part", paramLabel = "PART", description = "test, validation or training images. Default: test images where the data has some, else validation images,"
            + " held out as in the training.")
    private Part part;

    @Option(names = "--batch", defaultValue = "64", paramLabel = "N", description = "Images at a time; does not change a result. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; they do not change a result. Default: one per processor.")
    private Integer threads;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Terminal terminal;

    EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        int workers = Threads.of(threads);
        if (batch < 1) {
            throw new UsageException("--batch must be at least 1, not " + batch);
        }
        Classifier classifier = new Subjects(terminal).classifier(model);
        DataSet set = data.open(terminal, classifier.split().orElse(Split.DEFAULT));
        set.remarks().forEach(terminal::message);
        Part chosen = part != null ? part : set.test().isPresent() ? Part.test : Part.validation;
        ImageSet images = DataOption.usable(() -> images(set, chosen).withClasses(classifier.labels(), set.name()));
        if (!images.classes().equals(set.classes()) && set.classes().size() == images.classes().size()) {
            terminal.message(set.name() + ": its classes are taken as the network's: " + pairs(set.classes(), images));
        }
        List<String> corrupt;
        Evaluation evaluation;
        int size = Math.min(batch, images.size());
        try (Batches batches = new Batches(images, BatchPlan.plain(size, classifier.network().input(), classifier.normalisation()), Math.max(1, workers / 2))) {
            evaluation = DataOption.usable(() -> Evaluation.of(classifier.network(), classifier.weights(), batches, size, workers));
            corrupt = batches.corrupt();
        } catch (IllegalStateException e) {
            // its outputs are no numbers
            throw new UsageException(e.getMessage());
        }
        corrupt.stream().limit(CORRUPT_NAMED).forEach(terminal::message);
        if (!corrupt.isEmpty()) {
            terminal.message(corrupt.size() + " image(s) could not be used and were left out.");
        }
        terminal.out().print(json ? JsonLine.of(json(classifier, set, chosen, evaluation, corrupt.size())) + "\n" : text(classifier, set, chosen, evaluation));
        return ExitCode.DONE;
    }

    private ImageSet images(DataSet set, Part chosen) {
        return switch (chosen) {
            case test -> set.test().orElseThrow(() -> new UsageException(set.name() + " has no test images; use --part validation"));
            case validation -> set.validation();
            case training -> set.training();
        };
    }

    private static String pairs(List<String> names, ImageSet images) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < Math.min(3, names.size()); i++) {
            if (!names.get(i).equals(images.classes().get(i))) {
                pairs.add(names.get(i) + " as " + images.classes().get(i));
            }
        }
        return pairs.isEmpty() ? "by name" : String.join(", ", pairs) + (names.size() > 3 ? ", …" : "");
    }

    private String text(Classifier classifier, DataSet set, Part chosen, Evaluation evaluation) {
        List<String> labels = classifier.labels();
        StringBuilder text = new StringBuilder();
        text.append(model).append(" on ").append(Quantities.exact(evaluation.images())).append(' ').append(chosen).append(" images of ").append(set.name()).append("\n\n");
        text.append("top-1 ").append(Quantities.share(evaluation.top1())).append(labels.size() > TOP ? ", top-5 " + Quantities.share(evaluation.top5()) : "")
                .append(", cross-entropy ").append(Quantities.decimals(evaluation.loss(), 4)).append("\n\n");
        TextTable classes = new TextTable("class", ">images", ">right", "most often taken for");
        for (int label = 0; label < labels.size(); label++) {
            List<Integer> row = evaluation.confusion().get(label);
            classes.row(labels.get(label), Quantities.exact(sum(row)), accuracy(evaluation, label).map(Quantities::share).orElse(""), mistakenFor(labels, row, label));
        }
        text.append(classes);
        if (labels.size() <= WIDEST) {
            text.append('\n').append(confusion(labels, evaluation));
        }
        return text.toString();
    }

    /** Rows are labels, columns what the network says, by number. */
    private static TextTable confusion(List<String> labels, Evaluation evaluation) {
        String[] heads = new String[labels.size() + 2];
        heads[0] = ">";
        heads[1] = "is \\ taken for";
        for (int i = 0; i < labels.size(); i++) {
            heads[i + 2] = ">" + i;
        }
        TextTable table = new TextTable(heads);
        for (int label = 0; label < labels.size(); label++) {
            Object[] cells = new Object[labels.size() + 2];
            cells[0] = label;
            cells[1] = labels.get(label);
            for (int i = 0; i < labels.size(); i++) {
                cells[i + 2] = evaluation.confusion().get(label).get(i);
            }
            table.row(cells);
        }
        return table;
    }

    private static String mistakenFor(List<String> labels, List<Integer> row, int label) {
        int most = -1;
        for (int i = 0; i < row.size(); i++) {
            if (i != label && row.get(i) > 0 && (most < 0 || row.get(i) > row.get(most))) {
                most = i;
            }
        }
        return most < 0 ? "" : labels.get(most) + " (" + row.get(most) + ")";
    }

    private static long sum(List<Integer> row) {
        return row.stream().mapToLong(Integer::longValue).sum();
    }

    /** Empty for a class without images. */
    private static Optional<Double> accuracy(Evaluation evaluation, int label) {
        List<Integer> row = evaluation.confusion().get(label);
        return sum(row) == 0 ? Optional.empty() : Optional.of(row.get(label) / (double) sum(row));
    }

    private Map<String, Object> json(Classifier classifier, DataSet set, Part chosen, Evaluation evaluation, int corrupt) {
        List<Object> classes = new ArrayList<>();
        for (int label = 0; label < classifier.labels().size(); label++) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("label", classifier.labels().get(label));
            row.put("images", sum(evaluation.confusion().get(label)));
            row.put("top1", accuracy(evaluation, label).map(Quantities::percentOf).orElse(null));
            classes.add(row);
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", model);
        object.put("data", set.name());
        object.put("part", chosen.name());
        object.put("images", evaluation.images());
        object.put("corrupt", corrupt);
        object.put("top1", Quantities.percentOf(evaluation.top1()));
        object.put("top5", classifier.labels().size() > TOP ? Quantities.percentOf(evaluation.top5()) : null);
        object.put("loss", evaluation.loss());
        object.put("classes", classes);
        object.put("confusion", evaluation.confusion());
        return object;
    }
}
