package ai.chatflow.app;

import ai.chatflow.app.config.StartFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A command and its `--name value` options.
record CommandLine(String command, Map<String, String> options) {
  CommandLine {
    options = Map.copyOf(options);
  }

  static CommandLine parse(List<String> arguments) {
    var options = new HashMap<String, String>();
    for (var i = 1; i < arguments.size(); i += 2) {
      var name = arguments.get(i);
      if (!name.startsWith("--") || i + 1 == arguments.size()) {
        throw new StartFailure("'%s' is not understood: options are --name value.".formatted(name));
      }
      options.put(name.substring(2), arguments.get(i + 1));
    }
    return new CommandLine(arguments.isEmpty() ? "" : arguments.getFirst(), options);
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /// @throws StartFailure naming the option when it is missing
  String required(String name) {
    return option(name)
        .filter(value -> !value.isBlank())
        .orElseThrow(
            () -> new StartFailure("%s needs --%s with a value.".formatted(command, name)));
  }
}
