package ai.chatflow.channels;

import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of hooks.
final class HookStore {
  private static final String APP_SECRET = "hook.app_secret";
  private static final String VERIFY_TOKEN = "hook.verify_token";

  private record Routed(String account, @Nullable String group, ChannelId id) {}

  private final SecretBox secrets;

  HookStore(SecretBox secrets) {
    this.secrets = secrets;
  }

  /// Whose hook this is: the one read of hooks across tenants, because a webhook names nothing
  /// else.
  Optional<WorkspaceId> workspaceOf(SystemTx tx, HookId id) {
    return tx.handle()
        .createQuery("select workspace_id from hook where id = :id")
        .bind("id", id)
        .map((row, _) -> new WorkspaceId(row.getObject(1, UUID.class)))
        .findOne();
  }

  Optional<Hook> find(WorkspaceTx tx, HookId id) {
    return tx.handle()
        .createQuery(
            """
            select provider, app_id, app_secret, verify_token from hook
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> read(tx, id, row))
        .findOne();
  }

  private Hook read(WorkspaceTx tx, HookId id, ResultSet row) throws SQLException {
    String provider = row.getString("provider");
    var byAccount = new HashMap<String, ChannelId>();
    var byGroup = new HashMap<String, ChannelId>();
    for (Routed channel : channels(tx, provider)) {
      byAccount.put(channel.account(), channel.id());
      if (channel.group() != null) {
        byGroup.putIfAbsent(channel.group(), channel.id());
      }
    }
    return new Hook(
        tx.workspace(),
        id,
        provider,
        row.getString("app_id"),
        opened(tx, APP_SECRET, row.getBytes("app_secret")),
        opened(tx, VERIFY_TOKEN, row.getBytes("verify_token")),
        byAccount,
        byGroup);
  }

  /// The channels of a provider, oldest first.
  private static List<Routed> channels(WorkspaceTx tx, String provider) {
    return tx.handle()
        .createQuery(
            """
            select account, account_group, id from channel
            where workspace_id = :workspace and type = :provider
            order by id
            """)
        .bind("workspace", tx.workspace())
        .bind("provider", provider)
        .map(
            (row, _) ->
                new Routed(
                    row.getString("account"),
                    row.getString("account_group"),
                    new ChannelId(row.getObject("id", UUID.class))))
        .list();
  }

  /// The hook of an application, locked.
  Optional<HookId> lockByApp(WorkspaceTx tx, String provider, String appId) {
    return tx.handle()
        .createQuery(
            """
            select id from hook
            where workspace_id = :workspace and provider = :provider and app_id = :app
            for no key update
            """)
        .bind("workspace", tx.workspace())
        .bind("provider", provider)
        .bind("app", appId)
        .map((row, _) -> new HookId(row.getObject(1, UUID.class)))
        .findOne();
  }

  void insert(
      WorkspaceTx tx,
      HookId id,
      String provider,
      String appId,
      Secret appSecret,
      Secret verifyToken) {
    tx.handle()
        .createUpdate(
            """
            insert into hook (workspace_id, id, provider, app_id, app_secret, verify_token)
            values (:workspace, :id, :provider, :app, :secret, :token)
            on conflict (workspace_id, provider, app_id) do update
            set app_secret = excluded.app_secret, verify_token = excluded.verify_token,
              updated_at = now()
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("provider", provider)
        .bind("app", appId)
        .bind("secret", sealed(tx, APP_SECRET, appSecret))
        .bind("token", sealed(tx, VERIFY_TOKEN, verifyToken))
        .execute();
  }

  /// Changes the secrets that are given.
  void update(WorkspaceTx tx, HookId id, @Nullable Secret appSecret, @Nullable Secret verifyToken) {
    tx.handle()
        .createUpdate(
            """
            update hook
            set app_secret = coalesce(:secret, app_secret),
              verify_token = coalesce(:token, verify_token), updated_at = now()
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("secret", appSecret == null ? null : sealed(tx, APP_SECRET, appSecret))
        .bind("token", verifyToken == null ? null : sealed(tx, VERIFY_TOKEN, verifyToken))
        .execute();
  }

  /// Waits for whoever is about to use the hook.
  void lock(WorkspaceTx tx, HookId id) {
    tx.handle()
        .createQuery("select id from hook where workspace_id = :workspace and id = :id for update")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .mapTo(UUID.class)
        .findOne();
  }

  /// Deletes the hook when no channel uses it any more. Lock it in a statement before: this one
  /// sees the channels that were there when it began.
  void deleteUnused(WorkspaceTx tx, HookId id) {
    tx.handle()
        .createUpdate(
            """
            delete from hook h
            where h.workspace_id = :workspace and h.id = :id and not exists (
              select from channel c where c.workspace_id = :workspace and c.hook_id = :id)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .execute();
  }

  void touch(WorkspaceTx tx, HookId id, Instant seenAt) {
    tx.handle()
        .createUpdate(
            """
            update hook set seen_at = greatest(seen_at, :at)
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("at", seenAt)
        .execute();
  }

  Optional<Instant> seenAt(WorkspaceTx tx, HookId id) {
    return tx.handle()
        .createQuery("select seen_at from hook where workspace_id = :workspace and id = :id")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .mapTo(Instant.class)
        .findOne();
  }

  /// Keeps a raw webhook, so that a mended parser can read it again.
  void journal(WorkspaceTx tx, UUID id, Hook hook, String headers, byte[] body, String reason) {
    tx.handle()
        .createUpdate(
            """
            insert into webhook_journal (workspace_id, id, hook_id, provider, headers, body, reason)
            values (:workspace, :id, :hook, :provider, cast(:headers as jsonb), :body, :reason)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("hook", hook.id())
        .bind("provider", hook.provider())
        .bind("headers", headers)
        .bind("body", body)
        .bind("reason", reason)
        .execute();
  }

  private byte[] sealed(WorkspaceTx tx, String purpose, Secret plain) {
    return secrets.seal(tx.workspace(), purpose, plain.reveal().getBytes(StandardCharsets.UTF_8));
  }

  private Secret opened(WorkspaceTx tx, String purpose, byte[] sealed) {
    byte[] plain = secrets.open(tx.workspace(), purpose, sealed);
    return new Secret(new String(plain, StandardCharsets.UTF_8));
  }
}
