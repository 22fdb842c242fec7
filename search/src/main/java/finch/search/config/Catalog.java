package finch.search.config;

import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.space.format.SourceNode;
import java.util.List;

/** What a config may refer to by name. */
public interface Catalog {
    /** Names of the shipped spaces. */
    List<String> spaceNames();

    /** @param name one of {@link #spaceNames()} */
    SearchSpace space(String name);

    /** A space in a file or inline. Reports its mistakes to the node's problems or throws them. */
    SearchSpace space(SourceNode node);

    /**
     * A network by reference name or architecture file.
     *
     * @throws RuntimeException with a message for people if there is none of that name or its file has mistakes
     */
    Architecture network(String spec);
}
