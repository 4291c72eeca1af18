package ai.chatflow.messaging;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.json.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of the provider's ids of messages.
public final class ProviderRefStore {
  /// A provider's id on a channel. Ordered, so that every batch locks rows in one order.
  public record Key(ChannelId channel, String providerId) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      var byChannel = channel.value().compareTo(other.channel.value());
      return byChannel != 0 ? byChannel : providerId.compareTo(other.providerId);
    }
  }

  /// What a provider's id stands for.
  ///
  /// @param message null while only a status came
  /// @param pending the statuses that came before their message, joined
  public record Ref(Key key, @Nullable MessageId message, @Nullable Evidence pending) {}

  /// Claims ids for messages. What exists already keeps its message.
  ///
  /// @return the ids that were not known at all
  public Set<Key> insertMissing(WorkspaceTx tx, SortedMap<Key, @Nullable MessageId> wanted) {
    return Set.copyOf(
        tx.query(
            """
            insert into provider_ref (workspace_id, channel_id, provider_id, message_id)
            select :workspace, w.channel_id, w.provider_id, w.message_id
            from unnest(:channels, :providerIds, :messages)
              as w (channel_id, provider_id, message_id)
            on conflict do nothing
            returning channel_id, provider_id
            """,
            values ->
                values
                    .bind("workspace", tx.workspace())
                    .bindArray("channels", ChannelId.class, channels(wanted.keySet()))
                    .bindArray("providerIds", String.class, providerIds(wanted.keySet()))
                    .bindArray(
                        "messages",
                        UUID.class,
                        wanted.values().stream().map(m -> m == null ? null : m.value()).toArray()),
            row ->
                new Key(
                    new ChannelId(row.getObject("channel_id", UUID.class)),
                    row.getString("provider_id"))));
  }

  /// Locks references in key order.
  public Map<Key, Ref> lock(WorkspaceTx tx, Collection<Key> keys) {
    var ordered = keys.stream().sorted().distinct().toList();
    var found = new HashMap<Key, Ref>();
    if (ordered.isEmpty()) {
      return found;
    }
    tx.handle()
        .createQuery(
            """
            select channel_id, provider_id, message_id, pending
            from provider_ref
            where workspace_id = :workspace and channel_id = any(:channels)
              and provider_id = any(:providerIds)
            order by channel_id, provider_id
            for no key update
            """)
        .bind("workspace", tx.workspace())
        .bindArray("channels", ChannelId.class, channels(ordered))
        .bindArray("providerIds", String.class, providerIds(ordered))
        .map(
            (row, _) -> {
              var message = row.getObject("message_id", UUID.class);
              var pending = row.getString("pending");
              var key =
                  new Key(
                      new ChannelId(row.getObject("channel_id", UUID.class)),
                      row.getString("provider_id"));
              return new Ref(
                  key,
                  message == null ? null : new MessageId(message),
                  pending == null ? null : Json.read(pending, Evidence.class));
            })
        .forEach(ref -> found.put(ref.key(), ref));
    found.keySet().retainAll(ordered);
    return found;
  }

  /// The messages behind ids, without a lock: for quotes and reactions.
  public Map<Key, MessageId> messages(WorkspaceTx tx, Collection<Key> keys) {
    var found = new HashMap<Key, MessageId>();
    if (keys.isEmpty()) {
      return found;
    }
    tx.handle()
        .createQuery(
            """
            select channel_id, provider_id, message_id
            from provider_ref
            where workspace_id = :workspace and channel_id = any(:channels)
              and provider_id = any(:providerIds) and message_id is not null
            """)
        .bind("workspace", tx.workspace())
        .bindArray("channels", ChannelId.class, channels(keys))
        .bindArray("providerIds", String.class, providerIds(keys))
        .map(
            (row, _) ->
                found.put(
                    new Key(
                        new ChannelId(row.getObject("channel_id", UUID.class)),
                        row.getString("provider_id")),
                    new MessageId(row.getObject("message_id", UUID.class))))
        .list();
    found.keySet().retainAll(keys);
    return found;
  }

  /// Writes locked references back.
  public void update(WorkspaceTx tx, List<Ref> refs) {
    tx.handle()
        .createUpdate(
            """
            update provider_ref r set message_id = w.message_id, pending = w.pending::jsonb
            from unnest(:channels, :providerIds, :messages, :pending)
              as w (channel_id, provider_id, message_id, pending)
            where r.workspace_id = :workspace and r.channel_id = any(:channels)
              and r.provider_id = any(:providerIds) and r.channel_id = w.channel_id
              and r.provider_id = w.provider_id
            """)
        .bind("workspace", tx.workspace())
        .bindArray("channels", ChannelId.class, refs.stream().map(r -> r.key().channel()).toArray())
        .bindArray(
            "providerIds", String.class, refs.stream().map(r -> r.key().providerId()).toArray())
        .bindArray("messages", UUID.class, refs.stream().map(ProviderRefStore::message).toArray())
        .bindArray("pending", String.class, refs.stream().map(ProviderRefStore::pending).toArray())
        .execute();
  }

  private static @Nullable UUID message(Ref ref) {
    var message = ref.message();
    return message == null ? null : message.value();
  }

  private static @Nullable String pending(Ref ref) {
    var pending = ref.pending();
    return pending == null ? null : Json.write(pending);
  }

  private static Object[] channels(Collection<Key> keys) {
    return keys.stream().map(Key::channel).toArray();
  }

  private static Object[] providerIds(Collection<Key> keys) {
    return keys.stream().map(Key::providerId).toArray();
  }
}
