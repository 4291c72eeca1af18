package ai.chatflow.faults.soak;

import ai.chatflow.load.Sql;
import ai.chatflow.platform.db.DatabaseUrl;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.PoolSettings;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.tenancy.Bootstrap;
import ai.chatflow.testing.ServerProcess;
import ai.chatflow.testing.whatsapp.Fault;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The server in a process of its own, its workspaces, and a provider with troubles of its own.
final class World implements AutoCloseable {
  static final String TOKEN = "graph-token";
  private static final int TENANTS = 3;

  private final GraphSimulator provider;
  private final ServerProcess server;
  private final List<Tenant> tenants = new ArrayList<>();

  World(Path folder, Settings settings) throws IOException {
    var account = new GraphSimulator.Account(TOKEN, "700100299", "800100299", "app-secret");
    provider = new GraphSimulator(account, 0, null);
    var environment =
        Map.of(
            "CHATFLOW_WHATSAPP_CLOUD_BASE_URL",
            provider.url().toString(),
            "CHATFLOW_EGRESS_ALLOWED",
            "127.0.0.0/8");
    // The whole heap is there from the start: what the resident set grows by is not the heap's.
    var jvm =
        List.of(
            "-Xms" + settings.heap(),
            "-Xmx" + settings.heap(),
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError");
    server =
        ServerProcess.start(folder.resolve("data"), new ServerProcess.Options(jvm, environment));
    var made = workspaces();
    for (int i = 0; i < TENANTS; i++) {
      tenants.add(new Tenant(i, made.get(i).workspace(), made.get(i).liveKey(), this));
    }
    provider.misbehaves(troubles(settings.chance("provider")));
  }

  /// One in ten fails, one in forty is told to slow down, of one in fifty the answer is lost though
  /// the message is sent, and one in four hundred hangs.
  private static java.util.function.Supplier<@Nullable Fault> troubles(RandomGenerator chance) {
    return () -> {
      int drawn;
      synchronized (chance) {
        drawn = chance.nextInt(400);
      }
      if (drawn < 40) {
        return new Fault.Refuse(500, 131000, 0);
      }
      if (drawn < 50) {
        return new Fault.Refuse(429, 130429, 1);
      }
      if (drawn < 58) {
        return new Fault.DropAfterAccepting();
      }
      return drawn == 58 ? new Fault.Hang() : null;
    };
  }

  private List<Bootstrap.Credentials> workspaces() throws IOException {
    var owner =
        DatabaseUrl.parse(
            "postgres://chatflow:%s@127.0.0.1:%d/chatflow"
                .formatted(server.postgreSqlPassword(), server.postgreSqlPort()));
    var random = new SecureRandom();
    var clock = InstantSource.system();
    var made = new ArrayList<Bootstrap.Credentials>();
    try (var db =
        Db.open(
            PoolSettings.of("request", owner, 1), PoolSettings.of("worker", owner, 1), random)) {
      var bootstrap = new Bootstrap(db, new IdGenerator(clock, random), clock, random);
      for (int i = 0; i < TENANTS; i++) {
        made.add(bootstrap.run("Soak " + i, "Soak " + i));
      }
    }
    return made;
  }

  GraphSimulator provider() {
    return provider;
  }

  ServerProcess server() {
    return server;
  }

  List<Tenant> tenants() {
    return tenants;
  }

  /// Asks the database as its owner, who sees every workspace.
  <T> T database(Function<Sql, T> question) {
    try (var sql = new Sql(server.postgreSqlPort(), "chatflow", server.postgreSqlPassword())) {
      return question.apply(sql);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    tenants.forEach(Tenant::close);
    server.close();
    provider.close();
  }
}
