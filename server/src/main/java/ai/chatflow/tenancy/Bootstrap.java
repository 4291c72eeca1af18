package ai.chatflow.tenancy;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.OrganizationId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Makes an organization, a workspace with its test twin, and a key for each. Running it again
/// finds what is there by name and adds new keys: a secret is never shown twice.
public final class Bootstrap {
  private final Db db;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final RandomGenerator secureRandom;
  private final WorkspaceStore workspaces = new WorkspaceStore();
  private final ApiKeyStore keys = new ApiKeyStore();

  public Bootstrap(Db db, IdGenerator ids, InstantSource clock, RandomGenerator secureRandom) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.secureRandom = secureRandom;
  }

  /// The two workspaces and the secrets of their new keys.
  public record Credentials(
      WorkspaceId workspace, String liveKey, WorkspaceId testWorkspace, String testKey) {}

  public Credentials run(String organizationName, String workspaceName) {
    return db.inSystemTransaction(
        tx -> {
          tx.handle().execute("select pg_advisory_xact_lock(hashtext('chatflow bootstrap'))");
          var now = clock.instant();
          var organization =
              workspaces
                  .organizationNamed(tx, organizationName)
                  .orElseGet(() -> newOrganization(tx, organizationName, now));
          var live =
              workspaces
                  .liveNamed(tx, organization.id(), workspaceName)
                  .orElseGet(() -> newWorkspaces(tx, organization.id(), workspaceName, now));
          var test = java.util.Objects.requireNonNull(live.twin());
          return new Credentials(
              live.id(), newKey(tx, live.id(), true, now), test, newKey(tx, test, false, now));
        });
  }

  private Organization newOrganization(SystemTx tx, String name, Instant now) {
    var organization = new Organization(new OrganizationId(ids.next()), name, now, now);
    workspaces.insert(tx, organization);
    return organization;
  }

  private Workspace newWorkspaces(
      SystemTx tx, OrganizationId organization, String name, Instant now) {
    var liveId = new WorkspaceId(ids.next());
    var testId = new WorkspaceId(ids.next());
    var live = new Workspace(liveId, organization, name, true, testId, Map.of(), 1, now, now);
    var test =
        new Workspace(testId, organization, name + " (test)", false, liveId, Map.of(), 1, now, now);
    workspaces.insertPair(tx, live, test);
    return live;
  }

  private String newKey(SystemTx tx, WorkspaceId workspace, boolean live, Instant now) {
    var secret = ApiKeySecret.generate(live, secureRandom);
    var key =
        new ApiKey(
            new ApiKeyId(ids.next()),
            workspace,
            live,
            "Bootstrap",
            secret.hint(),
            List.of(Permission.ALL),
            now,
            now,
            null,
            null,
            null);
    keys.insert(tx, key, secret.hash());
    return secret.text();
  }
}
