package ai.chatflow.sdk.api;

import ai.chatflow.sdk.core.Query;
import java.util.List;

/// What to stream. What is not set is not asked for.
public final class EventStreamParams {
  private final Query query;

  private EventStreamParams(Query query) {
    this.query = query;
  }

  /// Starts with no filter, from now on.
  public static Builder builder() {
    return new Builder();
  }

  Query toQuery() {
    return query;
  }

  /// Builds [EventStreamParams].
  public static final class Builder {
    private Query query = Query.empty();

    private Builder() {}

    /// The position after which to read, as in `next_cursor` of a page; 0 is the beginning of what
    /// is kept. Without it, the stream begins now.
    public Builder cursor(String cursor) {
      query = query.with("cursor", cursor);
      return this;
    }

    /// The position of the last event that was read.
    public Builder cursor(long position) {
      return cursor(Long.toString(position));
    }

    /// Only these types, such as `message.received`.
    public Builder type(List<String> types) {
      query = query.with("type", types);
      return this;
    }

    /// Only these types, such as `message.received`.
    public Builder type(String... types) {
      return type(List.of(types));
    }

    /// Only of this channel.
    public Builder channelId(String channelId) {
      query = query.with("channel_id", channelId);
      return this;
    }

    /// Only of this conversation.
    public Builder conversationId(String conversationId) {
      query = query.with("conversation_id", conversationId);
      return this;
    }

    /// Only of this contact.
    public Builder contactId(String contactId) {
      query = query.with("contact_id", contactId);
      return this;
    }

    /// The finished one.
    public EventStreamParams build() {
      return new EventStreamParams(query);
    }
  }
}
