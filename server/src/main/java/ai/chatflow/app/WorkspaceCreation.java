package ai.chatflow.app;

import ai.chatflow.app.config.DatabaseConfig;
import ai.chatflow.app.embedded.DataFolder;
import ai.chatflow.platform.crypto.MasterKey;
import ai.chatflow.platform.db.DatabaseRoles;
import ai.chatflow.platform.db.DatabaseUrl;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.PoolSettings;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.tenancy.Bootstrap;
import java.security.SecureRandom;
import java.time.InstantSource;

/// Makes workspaces from the command line, where there is no key yet to make them by API.
final class WorkspaceCreation {
  private static final String DEMO = "Demo";
  private static final int CONNECTIONS = 1;

  private final Databases databases;
  private final DatabaseConfig settings;

  WorkspaceCreation(Databases databases, DatabaseConfig settings) {
    this.databases = databases;
    this.settings = settings;
  }

  /// The workspace of the name with its test workspace, made when they are not there, and new keys
  /// of both.
  Credentials create(String organization, String workspace, String baseUrl) {
    var random = new SecureRandom();
    var roles = new DatabaseRoles(MasterKey.fromBase64(databases.masterKey().reveal()));
    var owner = DatabaseUrl.parse(databases.url().reveal());
    var request =
        settings.requestUrl().isEmpty()
            ? roles.login(owner, DatabaseRoles.REQUEST)
            : DatabaseUrl.parse(settings.requestUrl().reveal());
    var worker = roles.login(owner, DatabaseRoles.WORKER);
    try (var db =
        Db.open(
            PoolSettings.of("bootstrap-request", request, CONNECTIONS),
            PoolSettings.of("bootstrap-worker", worker, CONNECTIONS),
            random)) {
      var clock = InstantSource.system();
      var made =
          new Bootstrap(db, new IdGenerator(clock, random), clock, random)
              .run(organization, workspace);
      return new Credentials(
          baseUrl,
          made.workspace().toString(),
          made.liveKey(),
          made.testWorkspace().toString(),
          made.testKey());
    }
  }

  /// The demo workspace of an embedded database, whose keys lie in the data folder. A kill between
  /// the commit and the file costs only the keys: the next start finds the workspace by its name
  /// and makes new ones.
  void ensureDemo(DataFolder folder, String baseUrl) {
    var known = Credentials.read(folder.path());
    if (known.isEmpty()) {
      create(DEMO, DEMO, baseUrl).write(folder);
    } else if (!known.get().baseUrl().equals(baseUrl)) {
      known.get().at(baseUrl).write(folder);
    }
  }
}
