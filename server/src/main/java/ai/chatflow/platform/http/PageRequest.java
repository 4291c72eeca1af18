package ai.chatflow.platform.http;

import java.util.Optional;

/// Which page of a list is asked for.
///
/// @param limit how many at the most, 1 to 100
/// @param after the position after which the page begins, as the list itself wrote it
public record PageRequest(int limit, Optional<String> after) {}
