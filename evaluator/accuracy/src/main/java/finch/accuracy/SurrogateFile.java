package finch.accuracy;

import java.util.List;

/**
 * Everything a surrogate consists of.
 *
 * @param denseRecipe      index of the recipe with most rows
 * @param greatestVariance model variance beyond which it keeps silent
 */
record SurrogateFile(String title, String dataset, List<String> sources, List<String> recipes, String defaultRecipe,
                     int denseRecipe, Scale scale, Features features, Domain domain, GaussianModel model,
                     Calibration calibration, double greatestVariance, List<Figure> figures) {
    SurrogateFile {
        sources = List.copyOf(sources);
        recipes = List.copyOf(recipes);
        figures = List.copyOf(figures);
    }
}
