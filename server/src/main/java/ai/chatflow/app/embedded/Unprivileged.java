package ai.chatflow.app.embedded;

import ai.chatflow.app.config.StartFailure;
import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// PostgreSQL refuses to run as root. An ordinary account starts it as it is; root starts it in a
/// user name space, where it is nobody but its files stay root's, and where name spaces are
/// forbidden (many containers) as the account `nobody`, allowed only to pass through folders that
/// are closed to it. A cluster that already belongs to an ordinary account is run as that account.
final class Unprivileged {
  private static final int NOBODY = 65534;
  private static final Duration PROBE = Duration.ofSeconds(10);

  private static final List<String> NAME_SPACE = List.of("unshare", "--user");

  private Unprivileged() {}

  /// The words to put before a command of PostgreSQL.
  ///
  /// @param home the folder of the cluster, already created
  /// @param data the cluster inside it, which may not be there yet
  static List<String> prefix(Path home, Path data) throws IOException {
    var candidates = candidates(data);
    if (candidates.isEmpty()) {
      return List.of();
    }
    for (var candidate : candidates) {
      if (candidate.isEmpty() || works(home, candidate)) {
        return candidate;
      }
    }
    throw new StartFailure(
        "PostgreSQL does not run as root, and neither user name spaces (unshare) nor a change of"
            + " account (setpriv) is allowed here. Start ChatFlow as an ordinary account, or give"
            + " it a database with DATABASE_URL and a Redis with REDIS_URL.");
  }

  private static List<List<String>> candidates(Path data) throws IOException {
    var account = new UnixSystem();
    if (account.getUid() != 0) {
      // initdb wants a name for its account, and nobody has one everywhere.
      return account.getUsername() == null ? List.of(NAME_SPACE, List.of()) : List.of();
    }
    if (!Files.exists(data)) {
      return List.of(NAME_SPACE, asAccount(NOBODY));
    }
    var owner = (int) Files.getAttribute(data, "unix:uid");
    return owner == 0 ? List.of(NAME_SPACE) : List.of(asAccount(owner));
  }

  static List<String> asAccount(int uid) {
    return List.of(
        "setpriv",
        "--reuid=" + uid,
        "--regid=" + uid,
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        // Keeps that one right also for access(2), which PostgreSQL asks about its own programs.
        "--securebits=+no_setuid_fixup");
  }

  private static boolean works(Path home, List<String> prefix) {
    var probe = new ArrayList<>(prefix);
    probe.add("true");
    try {
      return Command.run(home, PROBE, probe).ok();
    } catch (IOException _) {
      return false;
    }
  }
}
